#include "tools/send/campaign/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

using testing::ElementsAre;

// The text with <NAME> for each column.
std::string Rendered(const std::string& text) {
  const auto parsed = TextTemplate::Parse(text);
  EXPECT_TRUE(parsed.ok()) << parsed.status().message();
  if (!parsed.ok()) return "";
  std::string out;
  parsed->Render([&](size_t i) { return "<" + parsed->columns()[i] + ">"; }, &out);
  return out;
}

std::string ErrorOf(const std::string& text) {
  const auto parsed = TextTemplate::Parse(text);
  EXPECT_FALSE(parsed.ok()) << text;
  return std::string(parsed.status().message());
}

TEST(TextTemplate, PutsColumnsIntoTheText) {
  EXPECT_EQ(Rendered("Hello {name}, your code is {code}."), "Hello <name>, your code is <code>.");
  EXPECT_EQ(Rendered("{a}{b}"), "<a><b>");
}

TEST(TextTemplate, ATextWithoutColumnsIsItself) {
  EXPECT_EQ(Rendered("Hello"), "Hello");
  EXPECT_EQ(Rendered(""), "");
}

TEST(TextTemplate, NamesEachColumnOnceInTheOrderOfItsMention) {
  const auto parsed = TextTemplate::Parse("{b}{a}{b}");
  ASSERT_TRUE(parsed.ok());
  EXPECT_THAT(parsed->columns(), ElementsAre("b", "a"));
}

TEST(TextTemplate, ADoubledBraceIsABrace) {
  EXPECT_EQ(Rendered("{{name}}"), "{name}");
  EXPECT_EQ(Rendered("{{{name}}}"), "{<name>}");
  EXPECT_EQ(Rendered("}}{{"), "}{");
}

TEST(TextTemplate, ColumnsMayHaveAnyName) {
  EXPECT_EQ(Rendered("{first name} {größe}"), "<first name> <größe>");
}

TEST(TextTemplate, AppendsToWhatIsThere) {
  std::string out = "before ";
  TextTemplate::Parse("x")->Render([](size_t) { return ""; }, &out);
  EXPECT_EQ(out, "before x");
}

TEST(TextTemplate, ShowsTheCharacterThatIsWrong) {
  EXPECT_EQ(ErrorOf("Hello {name"),
            "a brace that is never closed at character 7 of the text 'Hello {name' (write {{ or }} "
            "for a brace)");
  EXPECT_EQ(ErrorOf("Hello }"),
            "a closing brace without an opening one at character 7 of the text 'Hello }' (write {{ "
            "or }} for a brace)");
  EXPECT_EQ(ErrorOf("{}"),
            "a column without a name at character 1 of the text '{}' (write {{ or }} for a brace)");
  EXPECT_EQ(ErrorOf("{a{b}"),
            "a brace inside of a column's name at character 3 of the text '{a{b}' (write {{ or }} "
            "for a brace)");
}

TEST(TextTemplate, CountsCharactersAndNotOctets) {
  EXPECT_EQ(ErrorOf("ééé{"),
            "a brace that is never closed at character 4 of the text 'ééé{' (write {{ or }} for a "
            "brace)");
}

}  // namespace
}  // namespace salvo::tools

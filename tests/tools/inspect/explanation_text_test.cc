#include "tools/inspect/explanation_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <sstream>
#include <string>

namespace salvo::tools {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(ExplanationPage, HasEveryPartOfTheEntry) {
  const Explanation& e = ExplainStatus(0x05);
  const std::string page = ExplanationPage(e, {});
  EXPECT_THAT(page, StartsWith("ESME_RALYBND  0x05 (5)\n  already bound\n"));
  EXPECT_THAT(page, HasSubstr("  SMPP 3.4 section 5.1.3\n"));
  for (const Texts* texts : {&e.causes, &e.actions}) {
    for (const std::string_view text : *texts) {
      if (text.empty()) continue;
      EXPECT_THAT(page, HasSubstr("  - " + std::string(text) + "\n"));
    }
  }
  EXPECT_THAT(page, HasSubstr("\nWhat Salvo does\n  temporary: "));
  EXPECT_THAT(page, EndsWith("\nBeware\n  " + std::string(e.mix_up) + "\n"));
}

TEST(ExplanationPage, FitsTheTerminalAndLosesNoWord) {
  for (const size_t columns : {size_t{40}, size_t{60}, size_t{100}}) {
    for (const Explanation& e : AllExplanations()) {
      const std::string wrapped = ExplanationPage(e, {.columns = columns});
      for (const std::string& line : LinesOf(wrapped)) {
        const bool is_one_word = line.find(' ', line.find_first_not_of(" -")) == std::string::npos;
        EXPECT_TRUE(line.size() <= columns || is_one_word) << line;
        EXPECT_THAT(line, Not(EndsWith(" ")));
      }
      std::istringstream broken(wrapped);
      std::istringstream whole(ExplanationPage(e, {}));
      using Words = std::istream_iterator<std::string>;
      EXPECT_EQ(std::vector<std::string>(Words(broken), Words()),
                std::vector<std::string>(Words(whole), Words()));
    }
  }
}

TEST(ExplanationPage, HasNoEscapesUnlessColoursAreWanted) {
  const Explanation& e = ExplainStatus(0x58);
  EXPECT_THAT(ExplanationPage(e, {}), Not(HasSubstr("\x1B")));
  EXPECT_THAT(ExplanationPage(e, {.colours = true}), StartsWith("\x1B[1mESME_RTHROTTLED\x1B[0m"));
}

TEST(CandidateList, SaysHowToAskForEach) {
  const std::string list = CandidateList("11", FindExplanations("11"), {});
  EXPECT_THAT(list, StartsWith("'11' may be\n\n  0x0B "));
  EXPECT_THAT(list, HasSubstr("\n  errno 11          EAGAIN "));
  EXPECT_THAT(list, HasSubstr("\n  err 011           teleserviceNotProvisioned "));
  EXPECT_THAT(list, EndsWith("\n\nAsk for one: salvo explain certificate 11-12\n"));
}

TEST(CandidateList, NamesHandlesThatFindTheirEntryAlone) {
  for (const Explanation& e : AllExplanations()) {
    if (e.first != e.last || e.topic == Topic::kSymptom) continue;
    const std::string list = CandidateList("it", {&e}, {});
    const std::string handle = list.substr(list.rfind("explain ") + 8);
    EXPECT_EQ(FindExplanations(handle), std::vector<const Explanation*>{&e}) << handle;
  }
}

TEST(ExplanationIndex, HasALineForEachEntry) {
  const std::string index = ExplanationIndex({});
  for (const Explanation& e : AllExplanations()) EXPECT_THAT(index, HasSubstr(std::string(e.name)));
  EXPECT_THAT(index, HasSubstr("\n\nSymptoms\n  no receipts arrive\n"));
}

TEST(ExplanationJson, IsOneLineWithEveryPart) {
  const std::string json = ExplanationJson(ExplainStatus(0x58));
  EXPECT_THAT(json,
              StartsWith(R"({"message_type":"explanation","schema":1,"topic":"status",)"
                         R"("first":88,"last":88,"number":"0x58","name":"ESME_RTHROTTLED",)"));
  EXPECT_THAT(json, EndsWith("}\n"));
  EXPECT_EQ(LinesOf(json).size(), 1u);
}

}  // namespace
}  // namespace salvo::tools

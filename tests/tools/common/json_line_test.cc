#include "tools/common/json_line.h"

#include <gtest/gtest.h>

#include <limits>

namespace salvo::tools {
namespace {

TEST(JsonLine, WritesOneObjectALine) {
  std::string text;
  for (int i = 0; i < 2; ++i) {
    JsonLine line(&text);
    line.Add("row", i);
    line.Add("to", "+49");
    line.End();
  }
  EXPECT_EQ(text, "{\"row\":0,\"to\":\"+49\"}\n{\"row\":1,\"to\":\"+49\"}\n");
}

TEST(JsonLine, AnEmptyObjectIsWhole) {
  std::string text;
  JsonLine(&text).End();
  EXPECT_EQ(text, "{}\n");
}

TEST(JsonLine, EscapesWhatJsonWantsEscaped) {
  std::string text;
  JsonLine line(&text);
  line.Add("t", std::string_view("a\"b\\c\n\t\x01\x1f\0z", 11));
  EXPECT_EQ(text, R"({"t":"a\"b\\c\u000a\u0009\u0001\u001f\u0000z")");
}

TEST(JsonLine, LeavesUtf8AsItIs) {
  std::string text;
  JsonLine line(&text);
  line.Add("t", "é’😀/");
  EXPECT_EQ(text, "{\"t\":\"é’😀/\"");
}

TEST(JsonLine, WritesWhatIsNoUtf8AsLatin1) {
  std::string text;
  JsonLine line(&text);
  line.Add("t",
           "Gr\xfc\xdf"
           "e");
  line.Add("mixed", "\xc3\xa9\xff");
  EXPECT_EQ(text, R"({"t":"Gr\u00fc\u00dfe","mixed":"\u00c3\u00a9\u00ff")");
}

TEST(JsonLine, WritesNumbersOfEveryKind) {
  std::string text;
  JsonLine line(&text);
  line.Add("a", std::numeric_limits<uint64_t>::max());
  line.Add("b", std::numeric_limits<int64_t>::min());
  line.Add("c", uint8_t{7});
  line.Add("d", 1.0 / 3);
  line.Add("e", true);
  line.Add("f", false);
  EXPECT_EQ(text, R"({"a":18446744073709551615,"b":-9223372036854775808,"c":7,"d":0.333333,)"
                  R"("e":true,"f":false)");
}

TEST(JsonLine, WritesOctetsAsHexadecimalDigits) {
  std::string text;
  JsonLine line(&text);
  line.AddHex("h", std::string_view("\x00\x9f\xff", 3));
  line.AddHex("empty", "");
  EXPECT_EQ(text, R"({"h":"009fff","empty":"")");
}

TEST(JsonLine, ANumberThatIsNoneIsNull) {
  std::string text;
  JsonLine line(&text);
  line.Add("rate", std::numeric_limits<double>::quiet_NaN());
  line.Add("most", std::numeric_limits<double>::infinity());
  EXPECT_EQ(text, R"({"rate":null,"most":null)");
}

TEST(JsonLine, SaysNullWhereThereIsNoValue) {
  std::string text;
  JsonLine line(&text);
  line.AddNull("status");
  EXPECT_EQ(text, R"({"status":null)");
}

}  // namespace
}  // namespace salvo::tools

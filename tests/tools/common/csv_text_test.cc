#include "tools/common/csv_text.h"

#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

std::string Written(std::string_view field) {
  std::string out;
  AppendCsvField(field, &out);
  return out;
}

TEST(CsvText, LeavesPlainFieldsAsTheyAre) {
  EXPECT_EQ(Written(""), "");
  EXPECT_EQ(Written("Hello; 'world'\t{}"), "Hello; 'world'\t{}");
}

TEST(CsvText, QuotesWhatWouldEndAFieldOrARecord) {
  EXPECT_EQ(Written("a,b"), "\"a,b\"");
  EXPECT_EQ(Written("a\nb"), "\"a\nb\"");
  EXPECT_EQ(Written("a\rb"), "\"a\rb\"");
}

TEST(CsvText, DoublesQuotes) {
  EXPECT_EQ(Written("\""), "\"\"\"\"");
  EXPECT_EQ(Written("say \"hi\""), "\"say \"\"hi\"\"\"");
}

std::string TextOf(std::string_view field) {
  std::string out = "before,";
  AppendCsvText(field, &out);
  return out.substr(out.find(',') + 1);
}

TEST(CsvText, OfAPeerIsAsItIsWhereItCanBe) {
  for (const std::string_view text : {"", "00000001", "a1b2c3d4-e5f6", "+491700000001",
                                      "0000000001 0000000002", "1", "ü", "grün-und-€"}) {
    EXPECT_EQ(TextOf(text), text);
  }
  EXPECT_EQ(TextOf("a,\"b"), "\"a,\"\"b\"");
}

TEST(CsvText, OfAPeerIsAlwaysUtf8) {
  EXPECT_EQ(TextOf("\xFF"), "ÿ");
  EXPECT_EQ(TextOf("0000000\x80"), "0000000\xC2\x80");
  EXPECT_EQ(TextOf("\xE4,1"), "\"ä,1\"");
  EXPECT_EQ(TextOf("\xC3\xBC\xFC"), "Ã¼ü") << "all of it, where a part is none";
  for (int octet = 1; octet < 256; ++octet) {
    for (const size_t place : {0u, 3u, 8u, 15u}) {
      std::string text(16, '0');
      text[place] = static_cast<char>(octet);
      EXPECT_TRUE(pdu::IsUtf8(TextOf(text))) << octet;
    }
  }
}

}  // namespace
}  // namespace salvo::tools

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

}  // namespace
}  // namespace salvo::tools

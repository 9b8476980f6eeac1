#include "tools/doctor/steps/receipt.h"

#include <gtest/gtest.h>

namespace salvo::doctor {
namespace {

TEST(CompareIds, EqualOnesAreWrittenAlike) { EXPECT_EQ(CompareIds("0a1b", "0a1b"), ""); }

TEST(CompareIds, TellsTheWaysOfWriting) {
  EXPECT_EQ(CompareIds("7b", "123"),
            "in hexadecimal in the response and in decimal in the receipt");
  EXPECT_EQ(CompareIds("123", "7B"),
            "in decimal in the response and in hexadecimal in the receipt");
  EXPECT_EQ(CompareIds("0000000123", "123"), "with other zeros or capitals");
  EXPECT_EQ(CompareIds("ABCD", "abcd"), "with other zeros or capitals");
}

TEST(CompareIds, OthersAreOfAnotherMessage) {
  EXPECT_EQ(CompareIds("123", "124"), std::nullopt);
  EXPECT_EQ(CompareIds("", ""), std::nullopt);
  EXPECT_EQ(CompareIds("123", ""), std::nullopt);
  EXPECT_EQ(CompareIds("x-1", "1"), std::nullopt);
  EXPECT_EQ(CompareIds("99999999999999999999", "1"), std::nullopt);
}

}  // namespace
}  // namespace salvo::doctor

#include "tools/sim/message_id.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

namespace salvo::sim {
namespace {

TEST(MessageIds, DecimalHasTenDigitsOrMore) {
  MessageIds ids(IdFormat::kDecimal, 1);
  EXPECT_EQ(ids.Format(1), "0000000001");
  EXPECT_EQ(ids.Format(1234567890), "1234567890");
  EXPECT_EQ(ids.Format(12345678901), "12345678901");
  EXPECT_EQ(ids.Format(UINT64_MAX), "18446744073709551615");
}

TEST(MessageIds, HexHasEightDigitsOrMore) {
  MessageIds ids(IdFormat::kHex, 1);
  EXPECT_EQ(ids.Format(1), "00000001");
  EXPECT_EQ(ids.Format(0xABCDEF01), "abcdef01");
  EXPECT_EQ(ids.Format(UINT64_MAX), "ffffffffffffffff");
}

TEST(MessageIds, UuidsAreOfVersionFourAndAllDifferent) {
  MessageIds ids(IdFormat::kUuid, 1);
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  for (uint64_t number = 1; number <= 10'000; ++number) {
    const std::string id(ids.Format(number));
    if (number < 100) {
      EXPECT_TRUE(std::regex_match(id, form)) << id;
    }
    EXPECT_TRUE(seen.insert(id).second) << id;
  }
}

TEST(MessageIds, ANumberAlwaysHasTheSameUuid) {
  MessageIds one(IdFormat::kUuid, 7);
  MessageIds other(IdFormat::kUuid, 7);
  const std::string first(one.Format(5));
  EXPECT_EQ(other.Format(5), first);
  EXPECT_EQ(MessageIds(IdFormat::kUuid, 8).Format(5) == first, false);
}

}  // namespace
}  // namespace salvo::sim

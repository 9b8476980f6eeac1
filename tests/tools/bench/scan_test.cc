#include "tools/bench/scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::bench {
namespace {

using plan::JournalLevel;
using testing::ElementsAre;
using testing::HasSubstr;

template <class Value>
std::string FaultOf(const absl::StatusOr<Value>& parsed) {
  return std::string(parsed.status().message());
}

TEST(Scan, ListsAreReadInTheirOrder) {
  EXPECT_THAT(*ParseNumbers("100,10,1000", 5000), ElementsAre(100u, 10u, 1000u));
  EXPECT_THAT(*ParseNumbers("7", 5000), ElementsAre(7u));
  EXPECT_THAT(*ParseSwitches("off,on"), ElementsAre(false, true));
  EXPECT_THAT(*ParseLevels("power,off"), ElementsAre(JournalLevel::kPower, JournalLevel::kOff));
  EXPECT_THAT(*ParseDelays("0,5ms"), ElementsAre(0, 5 * io::kNanosPerMilli));
}

TEST(Scan, AWordThatStandsTwiceIsOne) {
  EXPECT_THAT(*ParseNumbers("10,10,20,10", 100), ElementsAre(10u, 20u));
  EXPECT_THAT(*ParseSwitches("on,on"), ElementsAre(true));
}

TEST(Scan, TheWordAtFaultIsNamed) {
  EXPECT_THAT(FaultOf(ParseNumbers("10,ten", 100)), HasSubstr("'ten'"));
  EXPECT_THAT(FaultOf(ParseNumbers("10,", 100)), HasSubstr("''"));
  EXPECT_THAT(FaultOf(ParseNumbers("", 100)), HasSubstr("''"));
  EXPECT_THAT(FaultOf(ParseNumbers("0", 100)), HasSubstr("from 1 to 100"));
  EXPECT_THAT(FaultOf(ParseNumbers("101", 100)), HasSubstr("'101'"));
  EXPECT_THAT(FaultOf(ParseSwitches("on,yes")), HasSubstr("'yes'"));
  EXPECT_THAT(FaultOf(ParseLevels("of")), HasSubstr("'of' is none of"));
  EXPECT_THAT(FaultOf(ParseDelays("5ms,5")), HasSubstr("'5'"));
}

TEST(Scan, EveryCombinationIsASettingWithTheWindowsTurningFastest) {
  Scan scan;
  scan.windows = {1, 2};
  scan.text_octets = {10, 20};
  scan.journals = {JournalLevel::kOff};
  const std::vector<Setting> settings = Combine(scan);
  ASSERT_EQ(settings.size(), 4u);
  EXPECT_EQ(settings[1].window, 2u);
  EXPECT_EQ(settings[1].text_octets, 10u);
  EXPECT_EQ(settings[2].window, 1u);
  EXPECT_EQ(settings[2].text_octets, 20u);
  EXPECT_EQ(settings[3].journal, JournalLevel::kOff);
}

TEST(Scan, ShardsWithoutABindAreLeftOut) {
  Scan scan;
  scan.windows = {10};
  scan.binds = {1, 2};
  scan.shards = {1, 2};
  EXPECT_EQ(Combine(scan).size(), 3u);
  scan.shards = {4};
  EXPECT_TRUE(Combine(scan).empty());
}

}  // namespace
}  // namespace salvo::bench

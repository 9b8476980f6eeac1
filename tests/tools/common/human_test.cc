#include "tools/common/human.h"

#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

TEST(WithCommas, PutsOneBeforeEveryThirdDigit) {
  EXPECT_EQ(WithCommas(0), "0");
  EXPECT_EQ(WithCommas(999), "999");
  EXPECT_EQ(WithCommas(1000), "1,000");
  EXPECT_EQ(WithCommas(1234567), "1,234,567");
  EXPECT_EQ(WithCommas(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(HumanRate, HasAFractionWhereThatCounts) {
  EXPECT_EQ(HumanRate(0), "0");
  EXPECT_EQ(HumanRate(0.5), "0.5");
  EXPECT_EQ(HumanRate(7), "7");
  EXPECT_EQ(HumanRate(7.5), "7.5");
  EXPECT_EQ(HumanRate(12.5), "12.5");
  EXPECT_EQ(HumanRate(1.0 / 60), "0.0167");
  EXPECT_EQ(HumanRate(5.5e-5), "0.000055");
  EXPECT_EQ(HumanRate(99.96), "100");
  EXPECT_EQ(HumanRate(1234.5), "1,235");
  EXPECT_EQ(HumanRate(100e6), "100,000,000");
}

TEST(Digits, AreThoseThatCount) {
  EXPECT_EQ(Digits(12.345, 4), "12.35");
  EXPECT_EQ(Digits(1234.6, 3), "1235");
  EXPECT_EQ(Digits(100, 4), "100");
  EXPECT_EQ(Digits(0.000123456, 4), "0.0001235");
}

TEST(CountedRate, TakesTheSingularForWhatIsShownAsOne) {
  EXPECT_EQ(CountedRate(0.5, "message"), "0.5 messages");
  EXPECT_EQ(CountedRate(1.0001, "message"), "1 message");
  EXPECT_EQ(CountedRate(2500, "segment"), "2,500 segments");
}

TEST(HumanTime, ChoosesTheUnit) {
  EXPECT_EQ(HumanTime(0), "0 ms");
  EXPECT_EQ(HumanTime(0.0015), "1.5 ms");
  EXPECT_EQ(HumanTime(0.85), "850 ms");
  EXPECT_EQ(HumanTime(12.34), "12.3 s");
  EXPECT_EQ(HumanTime(245), "4 min 05 s");
  EXPECT_EQ(HumanTime(2 * 3600 + 3 * 60), "2 h 03 min");
  EXPECT_EQ(HumanTime(50 * 3600), "50 h 00 min");
}

TEST(HumanTime, NeverRoundsUpToAWholeOfTheNextUnit) {
  EXPECT_EQ(HumanTime(0.00996), "10 ms");
  EXPECT_EQ(HumanTime(0.9999), "1.0 s");
  EXPECT_EQ(HumanTime(59.96), "1 min 00 s");
  EXPECT_EQ(HumanTime(3599.7), "1 h 00 min");
}

TEST(Counted, TakesTheSingularForOneOnly) {
  EXPECT_EQ(Counted(0, "row"), "0 rows");
  EXPECT_EQ(Counted(1, "row"), "1 row");
  EXPECT_EQ(Counted(2, "row"), "2 rows");
  EXPECT_EQ(Counted(1234, "segment"), "1,234 segments");
}

TEST(HumanOctets, CountsInThousands) {
  EXPECT_EQ(HumanOctets(1), "1 octet");
  EXPECT_EQ(HumanOctets(999), "999 octets");
  EXPECT_EQ(HumanOctets(1000), "1.0 kB");
  EXPECT_EQ(HumanOctets(17'249'000), "17.2 MB");
  EXPECT_EQ(HumanOctets(168'000'000), "168 MB");
  EXPECT_EQ(HumanOctets(999'700'000), "1.0 GB");
  EXPECT_EQ(HumanOctets(UINT64_MAX), "18.4 EB");
}

}  // namespace
}  // namespace salvo::tools

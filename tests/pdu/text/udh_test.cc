#include "pdu/text/udh.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/octets.h"

namespace salvo::pdu {
namespace {

using test::Hex;
using test::ToHex;

std::vector<uint8_t> Written(const ConcatenationInfo& info) {
  std::vector<uint8_t> out(info.reference_is_16_bit ? kUdh16Octets : kUdh8Octets);
  EXPECT_EQ(WriteConcatenationUdh(info, out.data()), out.size());
  return out;
}

TEST(Udh, IsWrittenWithAnEightBitReference) {
  EXPECT_EQ(ToHex(Written({0x42, 3, 2, false})), "05 00 03 42 03 02");
}

TEST(Udh, IsWrittenWithASixteenBitReference) {
  EXPECT_EQ(ToHex(Written({0x1234, 255, 255, true})), "06 08 04 12 34 ff ff");
}

TEST(Udh, KeepsTheLowOctetOfALargeReferenceWhenItHasEightBits) {
  EXPECT_EQ(ToHex(Written({0x1234, 2, 1, false})), "05 00 03 34 02 01");
}

TEST(Udh, IsReadBackAsItWasWritten) {
  for (bool is_16_bit : {false, true}) {
    const std::vector<uint8_t> octets = Written({0x7F, 7, 4, is_16_bit});
    EXPECT_EQ(UdhOctets(octets), octets.size());
    const std::optional<ConcatenationInfo> info = ReadConcatenation(octets);
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->reference, 0x7F);
    EXPECT_EQ(info->total, 7);
    EXPECT_EQ(info->sequence, 4);
    EXPECT_EQ(info->reference_is_16_bit, is_16_bit);
  }
}

TEST(Udh, CountsItsLengthOctet) {
  EXPECT_EQ(UdhOctets(Hex("00")), 1u);
  EXPECT_EQ(UdhOctets(Hex("05 00 03 42 03 02 'text'")), 6u);
  EXPECT_EQ(UdhOctets(Hex("01 FF")), 2u);
}

TEST(Udh, IsNoneWhenLongerThanTheUserData) {
  EXPECT_EQ(UdhOctets({}), std::nullopt);
  EXPECT_EQ(UdhOctets(Hex("01")), std::nullopt);
  EXPECT_EQ(UdhOctets(Hex("06 00 03 42 03 02")), std::nullopt);
  EXPECT_EQ(UdhOctets(Hex("FF 00")), std::nullopt);
}

TEST(Udh, StepsOverOtherElements) {
  // Ports, an empty element, then the concatenation.
  const std::optional<ConcatenationInfo> info =
      ReadConcatenation(Hex("0D 05 04 0B84 23F0 24 00 00 03 42 03 02"));
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reference, 0x42);
}

TEST(Udh, HasNoConcatenationWithoutItsElement) {
  EXPECT_EQ(ReadConcatenation(Hex("00")).has_value(), false);
  EXPECT_EQ(ReadConcatenation(Hex("06 05 04 0B84 23F0")).has_value(), false);
}

TEST(Udh, HasNoConcatenationInAnElementOfAnotherSize) {
  EXPECT_EQ(ReadConcatenation(Hex("04 00 02 42 03")).has_value(), false);
  EXPECT_EQ(ReadConcatenation(Hex("06 00 04 0042 03 02")).has_value(), false);
  EXPECT_EQ(ReadConcatenation(Hex("05 08 03 42 03 02")).has_value(), false);
}

TEST(Udh, HasNoConcatenationInNonsense) {
  EXPECT_EQ(ReadConcatenation(Hex("05 00 03 42 00 01")).has_value(), false);
  EXPECT_EQ(ReadConcatenation(Hex("05 00 03 42 03 00")).has_value(), false);
  EXPECT_EQ(ReadConcatenation(Hex("05 00 03 42 03 04")).has_value(), false);
}

TEST(Udh, HasNoConcatenationInAnElementThatIsCut) {
  EXPECT_EQ(ReadConcatenation(Hex("01 00")).has_value(), false);
  EXPECT_EQ(ReadConcatenation(Hex("04 00 03 42 03")).has_value(), false);
  EXPECT_EQ(ReadConcatenation(Hex("02 05 FF")).has_value(), false);
}

TEST(Udh, IsNotReadBeyondItsLength) {
  EXPECT_EQ(ReadConcatenation(Hex("00 00 03 42 03 02")).has_value(), false);
}

}  // namespace
}  // namespace salvo::pdu

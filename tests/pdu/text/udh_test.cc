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

}  // namespace
}  // namespace salvo::pdu

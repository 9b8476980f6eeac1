#include "tools/common/tlv_text.h"

#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

using pdu::Tag;

constexpr auto kVendorTag = static_cast<Tag>(0x1400);

std::string ValueOf(Tag tag, std::string_view text) {
  std::string value;
  EXPECT_EQ(AppendTlvValue(tag, text, &value), "");
  return value;
}

std::string FaultOf(Tag tag, std::string_view text) {
  std::string value;
  return std::string(AppendTlvValue(tag, text, &value));
}

TEST(TlvText, NumbersAreBigEndianOfTheSpecifiedWidth) {
  EXPECT_EQ(ValueOf(Tag::kUserMessageReference, "258"), "\x01\x02");
  EXPECT_EQ(ValueOf(Tag::kUserMessageReference, "0x0102"), "\x01\x02");
  EXPECT_EQ(ValueOf(Tag::kPrivacyIndicator, "3"), "\x03");
  EXPECT_EQ(ValueOf(Tag::kQosTimeToLive, "1"), std::string("\0\0\0\x01", 4));
}

TEST(TlvText, ANumberMustBeOneAndFit) {
  EXPECT_EQ(FaultOf(Tag::kPrivacyIndicator, "256"), "the number is too large for this parameter");
  EXPECT_EQ(FaultOf(Tag::kQosTimeToLive, "4294967296"),
            "the number is too large for this parameter");
  for (const char* text : {"", "abc", "-1", "1.5", "0x", "0xZZ", "7 "}) {
    EXPECT_EQ(FaultOf(Tag::kPrivacyIndicator, text), "this parameter takes a number") << text;
  }
}

TEST(TlvText, ANumberOfSeveralWidthsTakesTheLeast) {
  EXPECT_EQ(ValueOf(Tag::kMsValidity, "3"), "\x03");
  EXPECT_EQ(ValueOf(Tag::kMsValidity, "0x04030064"), std::string("\x04\x03\x00\x64", 4));
  EXPECT_EQ(FaultOf(Tag::kMsValidity, "soon"), "this parameter takes a number");
  EXPECT_EQ(ValueOf(Tag::kAlertOnMessageDelivery, "1"), "\x01");
  EXPECT_EQ(ValueOf(Tag::kAlertOnMessageDelivery, "0"), std::string("\0", 1));
  EXPECT_EQ(FaultOf(Tag::kAlertOnMessageDelivery, "256"),
            "the number is too large for this parameter");
}

TEST(TlvText, AParameterThatMayBeEmptyCanBe) {
  EXPECT_EQ(ValueOf(Tag::kAlertOnMessageDelivery, ""), "");
  EXPECT_EQ(ValueOf(Tag::kAlertOnMessageDelivery, "hex:"), "");
}

TEST(TlvText, CStringsGetTheirNul) {
  EXPECT_EQ(ValueOf(Tag::kReceiptedMessageId, "A1"), std::string("A1\0", 3));
}

TEST(TlvText, OctetsAndVendorParametersAreTakenAsTheyAre) {
  EXPECT_EQ(ValueOf(kVendorTag, "1101234567890123456"), "1101234567890123456");
  EXPECT_EQ(ValueOf(Tag::kCallbackNum, "abcd"), "abcd");
}

TEST(TlvText, HexGivesOctetsWhateverTheParameterIs) {
  EXPECT_EQ(ValueOf(kVendorTag, "hex:0A0bff"), "\x0A\x0B\xFF");
  EXPECT_EQ(ValueOf(Tag::kUserMessageReference, "hex:0102"), "\x01\x02");
  EXPECT_EQ(ValueOf(kVendorTag, "hex:"), "");
}

TEST(TlvText, HexNeedsPairsOfDigits) {
  EXPECT_EQ(FaultOf(kVendorTag, "hex:0A0"), "hex: needs pairs of hexadecimal digits");
  EXPECT_EQ(FaultOf(kVendorTag, "hex:0G"), "hex: needs pairs of hexadecimal digits");
}

TEST(TlvText, NothingIsLongerThanTheSpecificationAllows) {
  const std::string longest(64, 'x');
  EXPECT_EQ(FaultOf(Tag::kReceiptedMessageId, longest), "");
  EXPECT_EQ(FaultOf(Tag::kReceiptedMessageId, longest + "x"),
            "the value is longer than the specification allows");
  EXPECT_EQ(FaultOf(kVendorTag, std::string(4096, 'x')), "");
  EXPECT_EQ(FaultOf(kVendorTag, std::string(4097, 'x')), "the value is longer than 4096 octets");
}

TEST(TlvText, AppendsBehindWhatIsThere) {
  std::string value = "before";
  EXPECT_EQ(AppendTlvValue(kVendorTag, "x", &value), "");
  EXPECT_EQ(value, "beforex");
}

}  // namespace
}  // namespace salvo::tools

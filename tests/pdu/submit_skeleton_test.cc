#include "pdu/submit_skeleton.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/octets.h"
#include "tests/support/random.h"

namespace salvo::pdu {
namespace {

using test::Hex;
using test::ToHex;

// A claim of exactly the room that the contract asks for.
std::vector<uint8_t> Written(const SubmitSkeleton& skeleton, const SubmitSkeleton::Patch& patch,
                             Octets text, Octets tlvs) {
  std::vector<uint8_t> claim(SubmitSkeleton::kMaxPrefixOctets + text.size() + tlvs.size(), 0xEE);
  uint8_t* const begin = claim.data();
  uint8_t* const text_at = begin + skeleton.Begin(patch, begin);
  uint8_t* end = std::copy(text.begin(), text.end(), text_at);
  end = std::copy(tlvs.begin(), tlvs.end(), end);
  SubmitSkeleton::Finish(begin, text_at, text.size(), end);
  claim.resize(static_cast<size_t>(end - begin));
  return claim;
}

// What the generic encoder makes of the same message.
std::vector<uint8_t> Encoded(const SubmitSm& body, uint32_t sequence) {
  std::vector<uint8_t> out(2048);
  out.resize(Encode(CommandId::kSubmitSm, CommandStatus::ESME_ROK, sequence, body, out).octets);
  return out;
}

TEST(SubmitSkeleton, WritesTheOctetsOfTheSpecification) {
  SubmitSm constant;
  constant.service_type = "CMT";
  constant.esm_class = 0x03;
  constant.protocol_id = 0x7F;
  constant.priority_flag = 1;
  constant.schedule_delivery_time = "241231235959004+";
  constant.validity_period = "000002000000000R";
  constant.registered_delivery = 0x11;
  constant.replace_if_present_flag = 1;
  constant.sm_default_msg_id = 2;
  SubmitSkeleton skeleton;
  ASSERT_TRUE(SubmitSkeleton::Build(constant, &skeleton).ok());
  const AddressBlock source(Address{5, 0, "SALVO"});
  const AddressBlock destination(Address{1, 1, "447700900123"});
  const SubmitSkeleton::Patch patch = {0x01020304, &source, &destination, true, 8};
  EXPECT_EQ(ToHex(Written(skeleton, patch, Hex("0041 20AC"), Hex("0204 0002 BEEF"))),
            ToHex(Hex("0000005F 00000004 00000000 01020304"
                      "'CMT' 00 05 00 'SALVO' 00 01 01 '447700900123' 00"
                      "43 7F 01 '241231235959004+' 00 '000002000000000R' 00 11 01 08 02"
                      "04 0041 20AC 0204 0002 BEEF")));
}

TEST(SubmitSkeleton, AgreesWithTheEncoderOnRandomMessages) {
  test::Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < 5'000; ++i) {
    const std::string service(random.Edgy(0, kMaxServiceType - 1), 's');
    const std::string from(random.Edgy(0, kMaxAddress - 1), '1');
    const std::string to(random.Edgy(0, kMaxAddress - 1), '2');
    const std::string schedule(random.OneIn(2) ? 16 : 0, '3');
    const std::string validity(random.OneIn(2) ? 16 : 0, '4');
    const std::string text = random.Octets(random.Edgy(0, 255));
    SubmitSm body;
    body.service_type = service;
    body.schedule_delivery_time = schedule;
    body.validity_period = validity;
    body.esm_class = random.Octet();
    body.protocol_id = random.Octet();
    body.priority_flag = random.Octet();
    body.registered_delivery = random.Octet();
    body.replace_if_present_flag = random.Octet();
    body.sm_default_msg_id = random.Octet();
    SubmitSkeleton skeleton;
    ASSERT_TRUE(SubmitSkeleton::Build(body, &skeleton).ok());

    body.source = {random.Octet(), random.Octet(), from};
    body.destination = {random.Octet(), random.Octet(), to};
    body.data_coding = random.Octet();
    body.short_message = AsOctets(text);
    const AddressBlock source(body.source);
    const AddressBlock destination(body.destination);
    const bool has_udh = random.OneIn(2);
    const auto sequence = static_cast<uint32_t>(random.Next());
    const SubmitSkeleton::Patch patch = {sequence, &source, &destination, has_udh,
                                         body.data_coding};
    if (has_udh) body.esm_class |= kEsmUdhIndicator;
    ASSERT_EQ(ToHex(Written(skeleton, patch, body.short_message, {})),
              ToHex(Encoded(body, sequence)));
  }
}

TEST(SubmitSkeleton, IgnoresWhatEachMessageBringsItself) {
  SubmitSm constant;
  constant.source = {5, 0, "SALVO"};
  constant.destination = {1, 1, "4470"};
  constant.data_coding = 8;
  constant.short_message = AsOctets("text");
  const std::vector<uint8_t> tlvs = Hex("0204 0002 BEEF");
  constant.tlvs = TlvList(tlvs);
  SubmitSkeleton skeleton;
  ASSERT_TRUE(SubmitSkeleton::Build(constant, &skeleton).ok());
  const AddressBlock empty;
  EXPECT_EQ(ToHex(Written(skeleton, {7, &empty, &empty, false, 0}, {}, {})),
            ToHex(Encoded(SubmitSm(), 7)));
}

TEST(SubmitSkeleton, SaysWhichConstantFieldCannotBeEncoded) {
  SubmitSm constant;
  constant.service_type = "sixsix";
  SubmitSkeleton skeleton;
  const EncodeResult result = SubmitSkeleton::Build(constant, &skeleton);
  EXPECT_EQ(result.error, EncodeError::kFieldTooLong);
  EXPECT_STREQ(result.field, "service_type");
}

TEST(SubmitSkeleton, TouchesNoMoreThanItsClaim) {
  SubmitSm constant;
  constant.service_type = "12345";
  constant.schedule_delivery_time = "241231235959004+";
  constant.validity_period = "000002000000000R";
  SubmitSkeleton skeleton;
  ASSERT_TRUE(SubmitSkeleton::Build(constant, &skeleton).ok());
  const AddressBlock longest(Address{1, 1, "12345678901234567890"});
  std::vector<uint8_t> claim(SubmitSkeleton::kMaxPrefixOctets + 1, 0xEE);
  const size_t octets = skeleton.Begin({1, &longest, &longest, false, 0}, claim.data());
  EXPECT_LE(octets, SubmitSkeleton::kMaxPrefixOctets);
  EXPECT_EQ(claim.back(), 0xEE);
}

TEST(AddressBlock, IsTheAddressAsItStandsOnTheWire) {
  const AddressBlock block(Address{1, 9, "4470"});
  EXPECT_EQ(ToHex({block.data(), block.size()}), ToHex(Hex("01 09 '4470' 00")));
}

TEST(AddressBlock, OfNothingIsAnEmptyAddress) {
  const AddressBlock block;
  EXPECT_EQ(ToHex({block.data(), block.size()}), "00 00 00");
}

TEST(AddressBlock, HoldsTheLongestAddress) {
  const AddressBlock block(Address{1, 1, "12345678901234567890"});
  EXPECT_EQ(block.size(), 23u);
}

}  // namespace
}  // namespace salvo::pdu

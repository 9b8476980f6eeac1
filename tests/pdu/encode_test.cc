#include "pdu/encode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "tests/support/golden_pdus.h"
#include "tests/support/octets.h"

namespace salvo::pdu {
namespace {

using test::GoldenPdu;
using test::GoldenPdus;
using test::Hex;
using test::ToHex;

constexpr size_t kRoom = 1024;

class EncodeGolden : public testing::TestWithParam<GoldenPdu> {};

std::string NameOfParam(const testing::TestParamInfo<GoldenPdu>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Pdu, EncodeGolden, testing::ValuesIn(GoldenPdus()), NameOfParam);

TEST_P(EncodeGolden, GivesTheOctetsOfTheSpecification) {
  std::vector<uint8_t> out(kRoom);
  const EncodeResult result = Encode(GetParam().pdu, out);
  ASSERT_TRUE(result.ok()) << result.field;
  EXPECT_EQ(ToHex(Octets(out).first(result.octets)), ToHex(GetParam().octets));
}

TEST_P(EncodeGolden, FillsABufferToTheLastOctet) {
  std::vector<uint8_t> out(GetParam().octets.size());
  EXPECT_EQ(Encode(GetParam().pdu, out).octets, out.size());
}

TEST_P(EncodeGolden, SaysThatThereIsNoRoomInAnyShorterBuffer) {
  for (size_t size = 0; size < GetParam().octets.size(); ++size) {
    std::vector<uint8_t> out(size);
    const EncodeResult result = Encode(GetParam().pdu, out);
    EXPECT_EQ(result.error, EncodeError::kNoRoom) << size;
    EXPECT_EQ(result.octets, 0u) << size;
    EXPECT_STRNE(result.field, "") << size;
  }
}

TEST(Encode, IsProvenForEveryCommand) {
  std::set<CommandId> golden;
  for (const GoldenPdu& pdu : GoldenPdus()) golden.insert(pdu.pdu.header.command_id);
  for (const CommandName& command : AllCommands()) {
    EXPECT_EQ(golden.count(command.id), 1u) << command.name;
  }
}

EncodeResult EncodeSubmit(const SubmitSm& body) {
  std::vector<uint8_t> out(kRoom);
  return Encode(CommandId::kSubmitSm, CommandStatus::ESME_ROK, 1, body, out);
}

TEST(Encode, ComputesCommandLengthAndIgnoresTheGivenOne) {
  Pdu pdu;
  pdu.header = {0xDEAD, CommandId::kUnbind, CommandStatus::ESME_ROK, 1};
  pdu.body = NoBody{};
  std::vector<uint8_t> out(kHeaderOctets);
  ASSERT_TRUE(Encode(pdu, out).ok());
  EXPECT_EQ(Load32(out.data()), 16u);
}

TEST(Encode, TakesTextsUpToTheirMaximum) {
  SubmitSm body;
  const std::string service_type(kMaxServiceType - 1, 's');
  const std::string digits(kMaxAddress - 1, '7');
  const std::string time(kMaxTime - 1, '0');
  body.service_type = service_type;
  body.source.digits = digits;
  body.destination.digits = digits;
  body.schedule_delivery_time = time;
  body.validity_period = time;
  EXPECT_TRUE(EncodeSubmit(body).ok());
}

TEST(Encode, RefusesTextsBeyondTheirMaximumAndNamesThem) {
  const std::string digits(kMaxAddress, '7');
  SubmitSm long_source;
  long_source.source.digits = digits;
  EXPECT_EQ(EncodeSubmit(long_source).error, EncodeError::kFieldTooLong);
  EXPECT_STREQ(EncodeSubmit(long_source).field, "source_addr");
  SubmitSm long_destination;
  long_destination.destination.digits = digits;
  EXPECT_STREQ(EncodeSubmit(long_destination).field, "destination_addr");
  SubmitSm long_service;
  long_service.service_type = "sixsix";
  EXPECT_STREQ(EncodeSubmit(long_service).field, "service_type");
  SubmitSm long_validity;
  long_validity.validity_period = "00000100000000000R";
  EXPECT_STREQ(EncodeSubmit(long_validity).field, "validity_period");
}

TEST(Encode, NamesTheFirstFieldAtFault) {
  SubmitSm body;
  body.service_type = "sixsix";
  body.validity_period = "00000100000000000R";
  EXPECT_STREQ(EncodeSubmit(body).field, "service_type");
}

TEST(Encode, AllowsLongAddressesInDataSmOnly) {
  const std::string digits(kMaxLongAddress - 1, '7');
  DataSm body;
  body.destination.digits = digits;
  std::vector<uint8_t> out(kRoom);
  EXPECT_TRUE(Encode(CommandId::kDataSm, CommandStatus::ESME_ROK, 1, body, out).ok());
  const std::string longer = digits + "7";
  body.destination.digits = longer;
  EXPECT_EQ(Encode(CommandId::kDataSm, CommandStatus::ESME_ROK, 1, body, out).error,
            EncodeError::kFieldTooLong);
}

TEST(Encode, RefusesANulInsideAText) {
  SubmitSm body;
  body.source.digits = std::string_view(
      "12\0"
      "34",
      5);
  EXPECT_EQ(EncodeSubmit(body).error, EncodeError::kNulInText);
  EXPECT_STREQ(EncodeSubmit(body).field, "source_addr");
}

TEST(Encode, TakesAShortMessageOf255OctetsAndNotOneMore) {
  const std::vector<uint8_t> text(256, 'x');
  SubmitSm body;
  body.short_message = Octets(text).first(255);
  EXPECT_TRUE(EncodeSubmit(body).ok());
  body.short_message = text;
  EXPECT_EQ(EncodeSubmit(body).error, EncodeError::kFieldTooLong);
  EXPECT_STREQ(EncodeSubmit(body).field, "short_message");
}

TEST(Encode, WritesAShortMessageThatHoldsNuls) {
  const std::vector<uint8_t> text = Hex("00 00");
  SubmitSm body;
  body.short_message = text;
  std::vector<uint8_t> out(kRoom);
  const EncodeResult result = Encode(CommandId::kSubmitSm, CommandStatus::ESME_ROK, 1, body, out);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(ToHex(Octets(out).first(result.octets).last(3)), "02 00 00");
}

TEST(Encode, KeepsPasswordsToEightCharactersUnlessToldOtherwise) {
  BindRequest body;
  body.password = "ninechars";
  std::vector<uint8_t> out(kRoom);
  const EncodeResult refused =
      Encode(CommandId::kBindTransmitter, CommandStatus::ESME_ROK, 1, body, out);
  EXPECT_EQ(refused.error, EncodeError::kFieldTooLong);
  EXPECT_STREQ(refused.field, "password");
  EXPECT_TRUE(Encode(CommandId::kBindTransmitter, CommandStatus::ESME_ROK, 1, body, out,
                     {.max_password = 10})
                  .ok());
}

// A list whose count or entries are not what it says would make the SMSC read the rest of the PDU
// at the wrong place.
TEST(Encode, RefusesADestinationListThatIsNotWhatItsCountSays) {
  const std::vector<uint8_t> one = Hex("01 01 01 '4470' 00");
  SubmitMulti body;
  std::vector<uint8_t> out(kRoom);
  const auto error_with = [&](uint8_t count, Octets octets) {
    body.destinations = {count, octets};
    return Encode(CommandId::kSubmitMulti, CommandStatus::ESME_ROK, 1, body, out).error;
  };
  EXPECT_EQ(error_with(1, one), EncodeError::kNone);
  EXPECT_EQ(error_with(0, one), EncodeError::kBrokenList);
  EXPECT_EQ(error_with(2, one), EncodeError::kBrokenList);
  EXPECT_EQ(error_with(1, Octets(one).first(7)), EncodeError::kBrokenList);
  EXPECT_EQ(error_with(1, Hex("03 01 01 '4470' 00")), EncodeError::kBrokenList);
}

TEST(Encode, RefusesAListedAddressBeyondItsMaximum) {
  SubmitMulti body;
  std::vector<uint8_t> list(64);
  Writer writer(list);
  const std::string digits(kMaxAddress, '7');
  WriteDestination(writer, {1, {1, 1, digits}, ""});
  body.destinations = {1, Octets(list).first(writer.size())};
  std::vector<uint8_t> out(kRoom);
  const EncodeResult result =
      Encode(CommandId::kSubmitMulti, CommandStatus::ESME_ROK, 1, body, out);
  EXPECT_EQ(result.error, EncodeError::kFieldTooLong);
  EXPECT_STREQ(result.field, "dest_address");
}

TEST(Encode, HeaderOnlyWritesTheSixteenOctets) {
  std::vector<uint8_t> out(kHeaderOctets);
  EXPECT_EQ(
      EncodeHeaderOnly(CommandId::kGenericNack, CommandStatus::ESME_RINVCMDID, 0x01020304, out),
      kHeaderOctets);
  EXPECT_EQ(ToHex(out), "00 00 00 10 80 00 00 00 00 00 00 03 01 02 03 04");
}

}  // namespace
}  // namespace salvo::pdu

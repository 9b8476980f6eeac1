#include "pdu/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "pdu/encode.h"
#include "tests/support/dose.h"
#include "tests/support/golden_pdus.h"
#include "tests/support/octets.h"
#include "tests/support/pdu_fields.h"
#include "tests/support/random_pdu.h"

namespace salvo::pdu {
namespace {

using test::ExactCopy;
using test::FieldsOf;
using test::GoldenPdu;
using test::Hex;
using test::ToHex;

// "CCCC SSSS NNNN body" with the right command_length in front.
std::vector<uint8_t> WithLength(std::string_view id, std::string_view status,
                                std::string_view body) {
  std::vector<uint8_t> octets =
      Hex("00000000" + std::string(id) + std::string(status) + "00000007" + std::string(body));
  Store32(octets.data(), static_cast<uint32_t>(octets.size()));
  return ExactCopy(octets);
}

class DecodeGolden : public testing::TestWithParam<GoldenPdu> {};

std::string NameOfParam(const testing::TestParamInfo<GoldenPdu>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Pdu, DecodeGolden, testing::ValuesIn(test::GoldenPdus()), NameOfParam);

TEST_P(DecodeGolden, ReadsTheFieldsOfTheSpecification) {
  Pdu pdu;
  const DecodeResult result = Decode(GetParam().octets, &pdu);
  ASSERT_TRUE(result.ok()) << Describe(result.error) << ' ' << result.field;
  EXPECT_EQ(result.warning, Fault::kNone) << Describe(result.warning) << ' ' << result.field;
  EXPECT_EQ(FieldsOf(pdu), FieldsOf(GetParam().pdu));
  EXPECT_EQ(pdu.header.command_length, GetParam().octets.size());
}

TEST_P(DecodeGolden, NeverReadsBeyondAPduCutAnywhere) {
  const std::vector<uint8_t>& whole = GetParam().octets;
  for (size_t size = kHeaderOctets; size < whole.size(); ++size) {
    std::vector<uint8_t> cut = ExactCopy(Octets(whole).first(size));
    Store32(cut.data(), static_cast<uint32_t>(size));
    Pdu pdu;
    const DecodeResult result = Decode(cut, &pdu);
    EXPECT_LE(result.offset, size);
    if (std::holds_alternative<OpaqueBody>(pdu.body)) continue;
    const bool noticed = !result.ok() || result.warning != Fault::kNone;
    const bool body_may_be_left_out =
        size == kHeaderOctets && pdu.header.command_status != CommandStatus::ESME_ROK;
    const std::vector<std::string> fields = FieldsOf(pdu.body);
    const bool cut_between_tlvs = fields.size() < FieldsOf(GetParam().pdu.body).size();
    EXPECT_TRUE(noticed || body_may_be_left_out || cut_between_tlvs) << "cut at " << size;
  }
}

TEST_P(DecodeGolden, RefusesAnotherLengthThanItsOwn) {
  for (int difference : {-1, 1}) {
    std::vector<uint8_t> octets = GetParam().octets;
    Store32(octets.data(), static_cast<uint32_t>(static_cast<int>(octets.size()) + difference));
    Pdu pdu;
    const DecodeResult result = Decode(octets, &pdu);
    EXPECT_EQ(result.error, Fault::kBadLength);
    EXPECT_STREQ(result.field, "command_length");
    EXPECT_EQ(pdu.header.command_id, GetParam().pdu.header.command_id);
  }
}

TEST_P(DecodeGolden, WarnsOfAnOctetAfterTheLastField) {
  std::vector<uint8_t> octets = GetParam().octets;
  octets.push_back(0);
  Store32(octets.data(), static_cast<uint32_t>(octets.size()));
  Pdu pdu;
  const DecodeResult result = Decode(octets, &pdu);
  EXPECT_TRUE(result.ok());
  if (std::holds_alternative<OpaqueBody>(pdu.body)) return;
  EXPECT_EQ(result.warning, Fault::kTrailingOctets);
  EXPECT_EQ(result.offset, octets.size() - 1);
  EXPECT_EQ(FieldsOf(pdu), FieldsOf(GetParam().pdu));
}

TEST(Decode, GivesBackEveryRandomPdu) {
  test::Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  test::RandomPdus pdus(&random, {.largest_tlv = kMaxTlvOctets});
  std::vector<uint8_t> first(pdus.LargestPdu());
  std::vector<uint8_t> second(pdus.LargestPdu());
  for (int i = 0; i < test::Dose(20'000, 4000); ++i) {
    const Pdu made = pdus.Next();
    const EncodeResult encoded = Encode(made, first);
    ASSERT_TRUE(encoded.ok()) << NameOf(made.header.command_id) << ' ' << encoded.field;
    const std::vector<uint8_t> octets = ExactCopy(Octets(first).first(encoded.octets));
    Pdu read;
    const DecodeResult decoded = Decode(octets, &read);
    ASSERT_TRUE(decoded.ok()) << ToHex(octets);
    ASSERT_EQ(decoded.warning, Fault::kNone) << decoded.field << ' ' << ToHex(octets);
    ASSERT_EQ(Encode(read, second).octets, octets.size());
    ASSERT_TRUE(std::equal(octets.begin(), octets.end(), second.begin())) << ToHex(octets);
  }
}

TEST(Decode, GivesViewsOfItsInput) {
  const std::vector<uint8_t> octets = WithLength("80000004", "00000000", "'9F3A' 00");
  Pdu pdu;
  ASSERT_TRUE(Decode(octets, &pdu).ok());
  const std::string_view id = std::get<MessageIdResponse>(pdu.body).message_id;
  EXPECT_EQ(static_cast<const void*>(id.data()), octets.data() + kHeaderOctets);
}

TEST(Decode, RefusesLessThanAHeader) {
  const std::vector<uint8_t> header = Hex("00000010 80000000 00000000 00000001");
  for (size_t size = 0; size < kHeaderOctets; ++size) {
    Pdu pdu;
    EXPECT_EQ(Decode(ExactCopy(Octets(header).first(size)), &pdu).error, Fault::kBadLength);
  }
}

TEST(Decode, KeepsAnUnknownCommandAsItIs) {
  const std::vector<uint8_t> octets = WithLength("00007777", "00000000", "01 02 03");
  Pdu pdu;
  const DecodeResult result = Decode(octets, &pdu);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.warning, Fault::kNone);
  EXPECT_EQ(ToHex(std::get<OpaqueBody>(pdu.body).octets), "01 02 03");
  EXPECT_EQ(pdu.header.sequence_number, 7u);
}

TEST(Decode, KeepsReservedBitsOfTheHeader) {
  const std::vector<uint8_t> octets = Hex("00000010 80000000 FFFFFFFF FFFFFFFF");
  Pdu pdu;
  ASSERT_TRUE(Decode(octets, &pdu).ok());
  EXPECT_EQ(static_cast<uint32_t>(pdu.header.command_status), 0xFFFFFFFFu);
  EXPECT_EQ(pdu.header.sequence_number, 0xFFFFFFFFu);
}

// Responses, which peers shorten in every way.

struct Response {
  const char* name;
  const char* id;
};
constexpr Response kResponsesWithBody[] = {
    {"bind_receiver_resp", "80000001"},    {"bind_transmitter_resp", "80000002"},
    {"bind_transceiver_resp", "80000009"}, {"query_sm_resp", "80000003"},
    {"submit_sm_resp", "80000004"},        {"deliver_sm_resp", "80000005"},
    {"submit_multi_resp", "80000021"},     {"data_sm_resp", "80000103"},
    {"broadcast_sm_resp", "80000111"},     {"query_broadcast_sm_resp", "80000112"},
};

class DecodeResponse : public testing::TestWithParam<Response> {};

INSTANTIATE_TEST_SUITE_P(Pdu, DecodeResponse, testing::ValuesIn(kResponsesWithBody),
                         [](const auto& response) { return std::string(response.param.name); });

TEST_P(DecodeResponse, TakesAHeaderOnlyRefusalWithoutAWord) {
  Pdu pdu;
  const DecodeResult result = Decode(WithLength(GetParam().id, "00000058", ""), &pdu);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.warning, Fault::kNone);
}

TEST_P(DecodeResponse, TakesAHeaderOnlySuccessAndWarns) {
  Pdu pdu;
  const DecodeResult result = Decode(WithLength(GetParam().id, "00000000", ""), &pdu);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.warning, Fault::kCutShort);
  EXPECT_EQ(result.offset, kHeaderOctets);
}

TEST_P(DecodeResponse, TakesABodyOfOneNul) {
  Pdu pdu;
  const std::vector<uint8_t> octets = WithLength(GetParam().id, "00000045", "00");
  EXPECT_TRUE(Decode(octets, &pdu).ok());
}

TEST_P(DecodeResponse, TakesATextWithoutItsLastNul) {
  Pdu pdu;
  const std::vector<uint8_t> octets = WithLength(GetParam().id, "00000000", "'abc'");
  const DecodeResult result = Decode(octets, &pdu);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.warning, Fault::kMissingNul);
  EXPECT_THAT(FieldsOf(pdu.body).front(), testing::EndsWith("=abc"));
}

TEST(Decode, TakesASubmitResponseOfOneNulWithoutAWord) {
  Pdu pdu;
  const std::vector<uint8_t> octets = WithLength("80000004", "00000058", "00");
  EXPECT_EQ(Decode(octets, &pdu).warning, Fault::kNone);
  EXPECT_EQ(std::get<MessageIdResponse>(pdu.body).message_id, "");
}

TEST(Decode, TakesARefusalWithAFullBody) {
  Pdu pdu;
  const std::vector<uint8_t> octets = WithLength("80000004", "00000058", "'9F3A' 00 0428 0001 63");
  EXPECT_EQ(Decode(octets, &pdu).warning, Fault::kNone);
  const auto& body = std::get<MessageIdResponse>(pdu.body);
  EXPECT_EQ(body.message_id, "9F3A");
  EXPECT_EQ(body.tlvs.Find(Tag::kCongestionState)->AsInteger(), 99u);
}

TEST(Decode, TakesAMessageIdOf64CharactersAndWarnsOfOneMore) {
  Pdu pdu;
  const std::string id(64, 'f');
  EXPECT_EQ(Decode(WithLength("80000004", "00000000", "'" + id + "' 00"), &pdu).warning,
            Fault::kNone);
  const std::vector<uint8_t> longer = WithLength("80000004", "00000000", "'" + id + "f' 00");
  const DecodeResult result = Decode(longer, &pdu);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.warning, Fault::kFieldTooLong);
  EXPECT_STREQ(result.field, "message_id");
  EXPECT_EQ(std::get<MessageIdResponse>(pdu.body).message_id, id + "f");
}

TEST(Decode, TakesAnUnexpectedBodyAndWarns) {
  Pdu pdu;
  const DecodeResult result = Decode(WithLength("80000015", "00000000", "00"), &pdu);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.warning, Fault::kTrailingOctets);
}

// Requests, which are held to their layout.

constexpr std::string_view kDeliverFront =
    "00 01 01 '4470' 00 03 00 '8080' 00 04 00 00 00 00 00 00 00 00";

TEST(Decode, RefusesARequestWithoutItsBody) {
  Pdu pdu;
  const DecodeResult result = Decode(WithLength("00000005", "00000000", ""), &pdu);
  EXPECT_EQ(result.error, Fault::kCutShort);
  EXPECT_STREQ(result.field, "service_type");
  EXPECT_EQ(result.offset, 16u);
}

TEST(Decode, RefusesARequestWithATextThatHasNoNul) {
  Pdu pdu;
  const DecodeResult result = Decode(WithLength("00000005", "00000000", "00 01 01 '4470'"), &pdu);
  EXPECT_EQ(result.error, Fault::kMissingNul);
  EXPECT_STREQ(result.field, "source_addr");
  EXPECT_EQ(result.offset, 19u);
}

TEST(Decode, RefusesARequestThatStopsBetweenTwoFields) {
  Pdu pdu;
  const DecodeResult result =
      Decode(WithLength("00000005", "00000000", "00 01 01 '4470' 00"), &pdu);
  EXPECT_EQ(result.error, Fault::kCutShort);
  EXPECT_STREQ(result.field, "dest_addr_ton");
  EXPECT_EQ(result.offset, 24u);
}

TEST(Decode, TakesOverlongTextsAndWarnsOfTheFirst) {
  const std::string digits(40, '7');
  Pdu pdu;
  const std::vector<uint8_t> octets = WithLength(
      "00000005", "00000000",
      "00 01 01 '" + digits + "' 00 03 00 '" + digits + "' 00 04 00 00 00 00 00 00 00 00 00");
  const DecodeResult result = Decode(octets, &pdu);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.warning, Fault::kFieldTooLong);
  EXPECT_STREQ(result.field, "source_addr");
  EXPECT_EQ(std::get<DeliverSm>(pdu.body).destination.digits, digits);
}

TEST(Decode, TakesAnEmptyShortMessage) {
  Pdu pdu;
  const std::vector<uint8_t> octets =
      WithLength("00000005", "00000000", std::string(kDeliverFront) + "00");
  EXPECT_EQ(Decode(octets, &pdu).warning, Fault::kNone);
  EXPECT_TRUE(std::get<DeliverSm>(pdu.body).short_message.empty());
}

TEST(Decode, TakesAShortMessageOf255Octets) {
  Pdu pdu;
  const std::string text(255, 'x');
  const std::vector<uint8_t> octets =
      WithLength("00000005", "00000000", std::string(kDeliverFront) + "FF '" + text + "'");
  EXPECT_EQ(Decode(octets, &pdu).warning, Fault::kNone);
  EXPECT_EQ(AsText(std::get<DeliverSm>(pdu.body).short_message), text);
}

TEST(Decode, RefusesASmLengthBeyondTheRest) {
  for (std::string_view lie : {"01", "04 'abc'", "FF 'abc'"}) {
    Pdu pdu;
    const std::vector<uint8_t> octets =
        WithLength("00000005", "00000000", std::string(kDeliverFront) + std::string(lie));
    const DecodeResult result = Decode(octets, &pdu);
    EXPECT_EQ(result.error, Fault::kCutShort) << lie;
    EXPECT_STREQ(result.field, "short_message") << lie;
    EXPECT_EQ(result.offset, 40u) << lie;
  }
}

TEST(Decode, TakesATlvLengthBeyondTheRestAndWarns) {
  Pdu pdu;
  const std::vector<uint8_t> octets = WithLength(
      "00000005", "00000000", std::string(kDeliverFront) + "00 0427 0001 02 001E 0005 '12' 00");
  const DecodeResult result = Decode(octets, &pdu);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.warning, Fault::kBrokenTlvs);
  EXPECT_EQ(result.offset, 46u);
  const TlvList& tlvs = std::get<DeliverSm>(pdu.body).tlvs;
  EXPECT_EQ(tlvs.Find(Tag::kMessageState)->AsInteger(), 2u);
  EXPECT_EQ(tlvs.Find(Tag::kReceiptedMessageId), std::nullopt);
}

TEST(Decode, KeepsRepeatedUnknownAndEmptyTlvsInOrder) {
  Pdu pdu;
  const std::vector<uint8_t> octets =
      WithLength("00000005", "00000000",
                 std::string(kDeliverFront) + "00 1400 0001 01 130C 0000 1400 0001 02");
  ASSERT_EQ(Decode(octets, &pdu).warning, Fault::kNone);
  EXPECT_EQ(ToHex(std::get<DeliverSm>(pdu.body).tlvs.octets()),
            ToHex(Hex("1400 0001 01 130C 0000 1400 0001 02")));
}

// submit_multi and its response.

constexpr std::string_view kMultiRest = "00 00 00 00 00 00 00 00 00 00";

TEST(Decode, RefusesADestinationListThatBreaksItsLayout) {
  for (std::string_view list : {"01 03 01 01 '4470' 00", "01 00 '4470' 00", "02 02 'x' 00"}) {
    Pdu pdu;
    const std::string rest(list == "02 02 'x' 00" ? "" : kMultiRest);
    const std::vector<uint8_t> octets =
        WithLength("00000021", "00000000", "00 00 00 00" + std::string(list) + rest);
    const DecodeResult result = Decode(octets, &pdu);
    EXPECT_EQ(result.error, Fault::kBrokenList) << list;
    EXPECT_STREQ(result.field, "number_of_dests") << list;
    EXPECT_EQ(result.offset, 20u) << list;
  }
}

TEST(Decode, WarnsOfAListedAddressBeyondItsMaximum) {
  Pdu pdu;
  const std::string digits(21, '7');
  const std::vector<uint8_t> octets =
      WithLength("00000021", "00000000",
                 "00 00 00 00 01 01 01 01 '" + digits + "' 00" + std::string(kMultiRest));
  const DecodeResult result = Decode(octets, &pdu);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.warning, Fault::kFieldTooLong);
  EXPECT_STREQ(result.field, "dest_address");
  EXPECT_EQ(result.offset, 21u);
}

TEST(Decode, TakesAnEmptyDestinationList) {
  Pdu pdu;
  const std::vector<uint8_t> octets =
      WithLength("00000021", "00000000", "00 00 00 00 00" + std::string(kMultiRest));
  EXPECT_EQ(Decode(octets, &pdu).warning, Fault::kNone);
  EXPECT_EQ(std::get<SubmitMulti>(pdu.body).destinations.count, 0);
}

TEST(Decode, RefusesAnUnsuccessListThatIsCut) {
  Pdu pdu;
  const std::vector<uint8_t> octets =
      WithLength("80000021", "00000000", "'M' 00 02 01 01 '4470' 00 0000000B 01 01");
  const DecodeResult result = Decode(octets, &pdu);
  EXPECT_EQ(result.error, Fault::kBrokenList);
  EXPECT_STREQ(result.field, "no_unsuccess");
}

TEST(Decode, SaysEachFaultInWords) {
  for (Fault fault :
       {Fault::kNone, Fault::kBadLength, Fault::kCutShort, Fault::kMissingNul, Fault::kFieldTooLong,
        Fault::kBrokenList, Fault::kTrailingOctets, Fault::kBrokenTlvs}) {
    EXPECT_NE(Describe(fault), "");
  }
  EXPECT_EQ(Describe(static_cast<Fault>(200)), "");
}

TEST(LoneMessageId, IsWhatDecodingTellsWhereThereIsNothingElse) {
  for (const char* body : {"00", "4100", "41424300"}) {
    SCOPED_TRACE(body);
    const std::vector<uint8_t> pdu = WithLength("80000004", "00000000", body);
    MessageIdResponse response;
    ASSERT_TRUE(DecodeBody(pdu, &response).ok());
    ASSERT_TRUE(LoneMessageId(pdu).has_value());
    EXPECT_EQ(*LoneMessageId(pdu), response.message_id);
  }
}

TEST(LoneMessageId, LeavesEveryOtherBodyToDecoding) {
  std::string too_long;
  for (size_t i = 0; i < kMaxMessageId; ++i) too_long += "41";
  // No body; no NUL at the end; octets behind it; a parameter; 65 characters.
  for (const std::string& body : {std::string(), std::string("4142"), std::string("41004200"),
                                  std::string("410004280001"), too_long + "00"}) {
    SCOPED_TRACE(body);
    EXPECT_FALSE(LoneMessageId(WithLength("80000004", "00000000", body)).has_value());
  }
}

}  // namespace
}  // namespace salvo::pdu

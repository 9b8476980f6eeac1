#include "pdu/receipt.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/octets.h"

namespace salvo::pdu {
namespace {

using test::Hex;

constexpr std::string_view kCanonical =
    "id:0123456789 sub:001 dlvrd:001 submit date:2411201530 done date:2411201531 stat:DELIVRD "
    "err:000 text:Hello World";

constexpr uint8_t kOrdinary = 0x00;

// A deliver_sm and what the parser makes of it; both live as long as this.
struct Parsed {
  explicit Parsed(std::string_view text, uint8_t esm_class = kEsmReceipt,
                  std::string_view tlvs_hex = {}, ReceiptOptions options = {},
                  uint8_t data_coding = 0)
      : octets(AsOctets(text).begin(), AsOctets(text).end()),
        tlv_octets(Hex(tlvs_hex)),
        parser(options) {
    pdu.esm_class = esm_class;
    pdu.data_coding = data_coding;
    pdu.short_message = octets;
    pdu.tlvs = TlvList(tlv_octets);
    kind = parser.Parse(pdu, &receipt);
  }

  std::vector<uint8_t> octets;
  std::vector<uint8_t> tlv_octets;
  ReceiptParser parser;
  DeliverSm pdu;
  Receipt receipt;
  ReceiptKind kind = ReceiptKind::kNone;
};

std::string InUcs2(std::string_view ascii) {
  std::string ucs2;
  for (char c : ascii) {
    ucs2 += '\0';
    ucs2 += c;
  }
  return ucs2;
}

TEST(Receipt, ReadsEveryKeyOfTheCanonicalText) {
  const Parsed parsed(kCanonical);
  ASSERT_EQ(parsed.kind, ReceiptKind::kReceipt);
  const ReceiptText& fields = parsed.receipt.fields;
  EXPECT_EQ(fields.id, "0123456789");
  EXPECT_EQ(fields.sub, "001");
  EXPECT_EQ(fields.dlvrd, "001");
  EXPECT_EQ(fields.submit_date, "2411201530");
  EXPECT_EQ(fields.done_date, "2411201531");
  EXPECT_EQ(fields.stat, "DELIVRD");
  EXPECT_EQ(fields.err, "000");
  EXPECT_EQ(fields.text, "Hello World");
  EXPECT_EQ(parsed.receipt.id, "0123456789");
  EXPECT_EQ(parsed.receipt.state, MessageState::kDelivered);
}

TEST(Receipt, SaysTheSameEachTimeItIsDelivered) {
  Parsed parsed(kCanonical);
  Receipt again;
  EXPECT_EQ(parsed.parser.Parse(parsed.pdu, &again), ReceiptKind::kReceipt);
  EXPECT_EQ(again.id, parsed.receipt.id);
  EXPECT_EQ(again.state, parsed.receipt.state);
}

// Variant 1: identifiers come in any base and shape. The parser changes nothing in them.

class ReceiptId : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Variant, ReceiptId,
                         testing::Values("1936289034", "0000000042", "0", "73696C0A", "73696c0a",
                                         "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                                         "47ac10b-58cc-4372-a567-0e02b2c3d479",
                                         "18446744073709551615", "00FFFFFFFFFFFFFF",
                                         "0118Z-0122I-0504B-21A8X", "4A5B-2", "msg.7_1@host"));

TEST_P(ReceiptId, IsKeptAsItIsWritten) {
  const std::string id = GetParam();
  const Parsed parsed("id:" + id + " sub:001 dlvrd:001 stat:DELIVRD err:000 text:");
  EXPECT_EQ(parsed.receipt.id, id);
}

TEST_P(ReceiptId, IsKeptAsItIsWrittenInTheParameter) {
  const std::string id = GetParam();
  DeliverSm pdu;
  std::vector<uint8_t> room(128);
  TlvWriter writer(room);
  writer.AddCString(Tag::kReceiptedMessageId, id);
  pdu.tlvs = writer.list();
  Receipt receipt;
  ReceiptParser().Parse(pdu, &receipt);
  EXPECT_EQ(receipt.id, id);
}

TEST(Receipt, TakesAnIdOf64Digits) {
  const std::string id(64, 'e');
  EXPECT_EQ(Parsed("id:" + id + " stat:DELIVRD").receipt.id, id);
}

// Variant 2: parts are missing, or stand elsewhere.

TEST(Receipt, TakesATextWithoutSubAndDlvrd) {
  const Parsed parsed(
      "id:7 submit date:2411201530 done date:2411201531 stat:UNDELIV err:011 text:");
  EXPECT_EQ(parsed.receipt.id, "7");
  EXPECT_EQ(parsed.receipt.state, MessageState::kUndeliverable);
  EXPECT_EQ(parsed.receipt.fields.sub, "");
  EXPECT_EQ(parsed.receipt.fields.err, "011");
}

TEST(Receipt, TakesATextWithoutTheSubscribersText) {
  const Parsed parsed("id:7 sub:001 dlvrd:001 stat:DELIVRD err:000");
  EXPECT_EQ(parsed.receipt.fields.err, "000");
  EXPECT_EQ(parsed.receipt.fields.text, "");
}

TEST(Receipt, TakesATextWithoutAnError) {
  const Parsed parsed("id:7 stat:EXPIRED text:Hi");
  EXPECT_EQ(parsed.receipt.state, MessageState::kExpired);
  EXPECT_EQ(parsed.receipt.fields.err, "");
  EXPECT_EQ(parsed.receipt.fields.text, "Hi");
}

TEST(Receipt, TakesAnIdThatIsInTheParameterOnly) {
  const Parsed parsed("sub:001 dlvrd:001 stat:DELIVRD err:000 text:", kEsmReceipt,
                      "001E 0005 '9F3A' 00");
  EXPECT_EQ(parsed.receipt.id, "9F3A");
  EXPECT_EQ(parsed.receipt.fields.id, "");
}

TEST(Receipt, TakesAnIdInAParameterWithoutItsNul) {
  EXPECT_EQ(Parsed("", kEsmReceipt, "001E 0004 '9F3A'").receipt.id, "9F3A");
}

TEST(Receipt, TakesParametersWithoutAnyText) {
  const Parsed parsed("", kEsmReceipt, "001E 0005 '9F3A' 00 0427 0001 05 0423 0003 03 0001");
  ASSERT_EQ(parsed.kind, ReceiptKind::kReceipt);
  EXPECT_EQ(parsed.receipt.id, "9F3A");
  EXPECT_EQ(parsed.receipt.state, MessageState::kUndeliverable);
  ASSERT_TRUE(parsed.receipt.network_error.has_value());
  EXPECT_EQ(parsed.receipt.network_error->network_type, 3);
  EXPECT_EQ(parsed.receipt.network_error->code, 1);
}

TEST(Receipt, TakesATextThatComesAsAPayload) {
  const Parsed parsed("", kEsmReceipt, "0424 0011 'id:7 stat:REJECTD'");
  EXPECT_EQ(parsed.receipt.id, "7");
  EXPECT_EQ(parsed.receipt.state, MessageState::kRejected);
}

TEST(Receipt, BelievesTheShortMessageWhenThereIsAPayloadToo) {
  EXPECT_EQ(Parsed("id:7", kEsmReceipt, "0424 0004 'id:8'").receipt.id, "7");
}

TEST(Receipt, MayComeInADataSm) {
  const std::vector<uint8_t> tlvs = Hex("0424 0011 'id:7 stat:DELIVRD' 001E 0002 '7' 00");
  DataSm pdu;
  pdu.esm_class = kEsmReceipt;
  pdu.tlvs = TlvList(tlvs);
  Receipt receipt;
  EXPECT_EQ(ReceiptParser().Parse(pdu, &receipt), ReceiptKind::kReceipt);
  EXPECT_EQ(receipt.id, "7");
  EXPECT_EQ(receipt.state, MessageState::kDelivered);
}

TEST(Receipt, MaySayNothingAtAll) {
  const Parsed parsed("");
  EXPECT_EQ(parsed.kind, ReceiptKind::kReceipt);
  EXPECT_EQ(parsed.receipt.id, "");
  EXPECT_EQ(parsed.receipt.state, std::nullopt);
}

TEST(Receipt, LeavesAWordItDoesNotKnowWithoutAState) {
  const Parsed parsed("id:7 stat:CANCELLED err:000");
  EXPECT_EQ(parsed.kind, ReceiptKind::kReceipt);
  EXPECT_EQ(parsed.receipt.fields.stat, "CANCELLED");
  EXPECT_EQ(parsed.receipt.state, std::nullopt);
}

// Variants 3 and 4, the spellings of keys, words and dates, are in receipt_text_test.cc.
// Variant 5: what esm_class says of it.

TEST(Receipt, IsAReceiptByItsMessageType) {
  EXPECT_EQ(Parsed(kCanonical, 0x04).kind, ReceiptKind::kReceipt);
  EXPECT_EQ(Parsed(kCanonical, 0x07).kind, ReceiptKind::kReceipt) << "whatever the mode";
  EXPECT_EQ(Parsed(kCanonical, 0x84).kind, ReceiptKind::kReceipt) << "whatever the reply path";
}

TEST(Receipt, IsIntermediateByItsMessageType) {
  const Parsed parsed("id:7 stat:ENROUTE", 0x20);
  EXPECT_EQ(parsed.kind, ReceiptKind::kIntermediate);
  EXPECT_EQ(parsed.receipt.id, "7");
  EXPECT_EQ(parsed.receipt.state, MessageState::kEnroute);
}

TEST(Receipt, IsAReceiptByItsParameterWhateverTheType) {
  const Parsed parsed("hello", kOrdinary, "001E 0002 '7' 00");
  EXPECT_EQ(parsed.kind, ReceiptKind::kReceipt);
  EXPECT_EQ(parsed.receipt.id, "7");
}

TEST(Receipt, IsNoneByAnEmptyParameter) {
  EXPECT_EQ(Parsed("hello", kOrdinary, "001E 0001 00").kind, ReceiptKind::kNone);
  EXPECT_EQ(Parsed("hello", kOrdinary, "001E 0000").kind, ReceiptKind::kNone);
}

TEST(Receipt, StandsBehindAUserDataHeader) {
  const Parsed parsed(std::string("\x05\x00\x03\x2A\x01\x01", 6) + std::string(kCanonical), 0x44);
  EXPECT_EQ(parsed.kind, ReceiptKind::kReceipt);
  EXPECT_EQ(parsed.receipt.id, "0123456789");
}

TEST(Receipt, MayLackTheUserDataHeaderThatItClaims) {
  EXPECT_EQ(Parsed(kCanonical, 0x44).receipt.id, "0123456789");
}

TEST(Receipt, IsNotReadBehindAHeaderLongerThanTheText) {
  const Parsed parsed(std::string_view("\xFF"
                                       "abc",
                                       4),
                      0x44);
  EXPECT_EQ(parsed.kind, ReceiptKind::kReceipt);
  EXPECT_EQ(parsed.receipt.id, "");
}

TEST(Receipt, WithoutAMarkIsAnOrdinaryMessage) {
  EXPECT_EQ(Parsed(kCanonical, kOrdinary).kind, ReceiptKind::kNone);
}

TEST(Receipt, WithoutAMarkIsTakenWhereTheRouteAllowsIt) {
  const ReceiptOptions options = {.accept_unmarked = true};
  EXPECT_EQ(Parsed(kCanonical, kOrdinary, "", options).kind, ReceiptKind::kReceipt);
  EXPECT_EQ(Parsed("ID:7 stat:DELIVRD", kOrdinary, "", options).kind, ReceiptKind::kReceipt);
  EXPECT_EQ(Parsed("STOP id:7", kOrdinary, "", options).kind, ReceiptKind::kNone);
  EXPECT_EQ(Parsed("", kOrdinary, "", options).kind, ReceiptKind::kNone);
}

TEST(Receipt, IsNotAnAcknowledgementByTheSubscriber) {
  for (uint8_t esm_class : std::initializer_list<uint8_t>{0x08, 0x10, 0x18}) {
    EXPECT_EQ(Parsed(kCanonical, esm_class).kind, ReceiptKind::kNone) << int{esm_class};
  }
}

// Variant 6: data_coding, and the subscriber's own text.

TEST(Receipt, IsReadUnderAnyEightBitDataCoding) {
  for (uint8_t data_coding : std::initializer_list<uint8_t>{0, 1, 3, 4, 0xF0}) {
    EXPECT_EQ(Parsed(kCanonical, kEsmReceipt, "", {}, data_coding).receipt.id, "0123456789");
  }
}

TEST(Receipt, IsReadInUcs2) {
  const Parsed parsed(InUcs2("id:7 stat:DELIVRD err:000 text:"), kEsmReceipt, "", {}, 8);
  EXPECT_EQ(parsed.receipt.id, "7");
  EXPECT_EQ(parsed.receipt.state, MessageState::kDelivered);
}

TEST(Receipt, IsReadInUcs2BehindAUserDataHeader) {
  const std::string header("\x05\x00\x03\x2A\x01\x01", 6);
  EXPECT_EQ(Parsed(header + InUcs2("id:7 stat:DELIVRD"), 0x44, "", {}, 8).receipt.id, "7");
}

TEST(Receipt, IsReadInUcs2WithCharactersBeyondAscii) {
  const std::string beyond("\x04\x1F\xD8\x3D\xDE\x00", 6);
  const Parsed parsed(InUcs2("id:7 stat:DELIVRD text:") + beyond, kEsmReceipt, "", {}, 8);
  EXPECT_EQ(parsed.receipt.id, "7");
  EXPECT_EQ(parsed.receipt.fields.text, "???");
}

TEST(Receipt, IsReadInUcs2WithHalfACharacterAtItsEnd) {
  EXPECT_EQ(Parsed(InUcs2("id:7 stat:DELIVRD") + std::string(1, '\0'), kEsmReceipt, "", {}, 8)
                .receipt.fields.stat,
            "DELIVRD");
}

TEST(Receipt, IsReadInUcs2AsFarAsItsKeysReach) {
  std::vector<uint8_t> room(4096);
  TlvWriter writer(room);
  writer.Add(Tag::kMessagePayload,
             AsOctets(InUcs2("id:7 stat:DELIVRD text:" + std::string(1000, 'x'))));
  DeliverSm pdu;
  pdu.esm_class = kEsmReceipt;
  pdu.data_coding = 8;
  pdu.tlvs = writer.list();
  ReceiptParser parser;
  Receipt receipt;
  ASSERT_EQ(parser.Parse(pdu, &receipt), ReceiptKind::kReceipt);
  EXPECT_EQ(receipt.state, MessageState::kDelivered);
  EXPECT_GT(receipt.fields.text.size(), 400u);
}

TEST(Receipt, LabelledUcs2MayBePlainOctets) {
  EXPECT_EQ(Parsed(kCanonical, kEsmReceipt, "", {}, 8).receipt.id, "0123456789");
}

TEST(Receipt, BelievesNothingThatTheSubscriberWrote) {
  const Parsed parsed("id:7 stat:UNDELIV err:011 text:id:8 stat:DELIVRD err:000 text:x");
  EXPECT_EQ(parsed.receipt.id, "7");
  EXPECT_EQ(parsed.receipt.state, MessageState::kUndeliverable);
  EXPECT_EQ(parsed.receipt.fields.err, "011");
  EXPECT_EQ(parsed.receipt.fields.text, "id:8 stat:DELIVRD err:000 text:x");
}

TEST(Receipt, TakesNoMissingKeyFromTheSubscribersText) {
  const Parsed parsed("id:7 text:stat:DELIVRD sub:009");
  EXPECT_EQ(parsed.receipt.state, std::nullopt);
  EXPECT_EQ(parsed.receipt.fields.sub, "");
}

TEST(Receipt, BelievesTheFirstOfARepeatedKey) {
  EXPECT_EQ(Parsed("id:7 id:8 stat:DELIVRD stat:UNDELIV").receipt.id, "7");
}

TEST(Receipt, TakesAnyOctetInTheSubscribersText) {
  const Parsed parsed(std::string_view("id:7 stat:DELIVRD text:\0\xFF\x80", 26));
  EXPECT_EQ(parsed.receipt.fields.text, std::string_view("\0\xFF\x80", 3));
}

// Variant 8: text and parameters disagree.

TEST(Receipt, BelievesTheParametersOverTheText) {
  const Parsed parsed("id:7 stat:DELIVRD err:034 text:", kEsmReceipt,
                      "001E 0002 '8' 00 0427 0001 05 0423 0003 03 0022");
  EXPECT_EQ(parsed.receipt.id, "8");
  EXPECT_EQ(parsed.receipt.state, MessageState::kUndeliverable);
  EXPECT_EQ(parsed.receipt.fields.id, "7");
  EXPECT_EQ(parsed.receipt.fields.err, "034");
  EXPECT_EQ(parsed.receipt.network_error->code, 0x22);
}

TEST(Receipt, BelievesTheTextWhenTheParameterMeansNothing) {
  for (const char* tlv : {"0427 0001 63", "0427 0000", "0427 0002 0005", "001E 0001 00"}) {
    const Parsed parsed("id:7 stat:DELIVRD", kEsmReceipt, tlv);
    EXPECT_EQ(parsed.receipt.id, "7") << tlv;
    EXPECT_EQ(parsed.receipt.state, MessageState::kDelivered) << tlv;
  }
}

TEST(Receipt, BelievesAWordOfTheTextOverAParameterThatIsZero) {
  EXPECT_EQ(Parsed("id:7 stat:DELIVRD", kEsmReceipt, "0427 0001 00").receipt.state,
            MessageState::kDelivered);
  EXPECT_EQ(Parsed("id:7 stat:NONSENSE", kEsmReceipt, "0427 0001 00").receipt.state,
            MessageState::kScheduled);
  EXPECT_EQ(Parsed("id:7", kEsmReceipt, "0427 0001 00").receipt.state, MessageState::kScheduled);
}

TEST(Receipt, CarriesTheReferenceOfTheMessage) {
  EXPECT_EQ(Parsed("id:7", kEsmReceipt, "0204 0002 BEEF").receipt.user_message_reference, 0xBEEF);
  EXPECT_EQ(Parsed("id:7", kEsmReceipt, "0204 0001 BE").receipt.user_message_reference,
            std::nullopt);
  EXPECT_EQ(Parsed("id:7").receipt.user_message_reference, std::nullopt);
}

TEST(Receipt, IgnoresANetworkErrorOfAnotherSize) {
  EXPECT_EQ(Parsed("id:7", kEsmReceipt, "0423 0002 0301").receipt.network_error.has_value(), false);
}

}  // namespace
}  // namespace salvo::pdu

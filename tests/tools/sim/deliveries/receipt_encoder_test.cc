// What the simulator writes, the parser of pdu/receipt.h reads: in every style.
#include "tools/sim/deliveries/receipt_encoder.h"

#include <gtest/gtest.h>

#include "pdu/decode.h"
#include "pdu/receipt.h"

namespace salvo::sim {
namespace {

constexpr int64_t kNow = 1'790'000'000 * io::kNanosPerSecond;

constexpr ReceiptStyle kAllStyles[] = {
    ReceiptStyle::kCanonical, ReceiptStyle::kText,     ReceiptStyle::kTlv,   ReceiptStyle::kPayload,
    ReceiptStyle::kDataSm,    ReceiptStyle::kUnmarked, ReceiptStyle::kLoose, ReceiptStyle::kUcs2};

PendingDelivery ReceiptOf(uint64_t number) {
  PendingDelivery receipt;
  receipt.message_number = number;
  receipt.source = "SALVO";
  receipt.destination = "491700000001";
  receipt.text = "id:77 stat:REJECTD";  // a subscriber's text that looks like more
  receipt.submitted_at_ns = kNow - io::kNanosPerSecond;
  receipt.state = pdu::MessageState::kExpired;
  receipt.reference = 4711;
  return receipt;
}

struct Parsed {
  pdu::ReceiptKind kind = pdu::ReceiptKind::kNone;
  std::string id;
  std::optional<pdu::MessageState> state;
  std::optional<uint16_t> reference;
  pdu::CommandId command{};
};

Parsed Parse(const ReceiptOptions& options, IdFormat format, const PendingDelivery& receipt) {
  ReceiptEncoder encoder(options, MessageIds(format, 1));
  std::array<uint8_t, ReceiptEncoder::kMostOctets> octets;
  const pdu::Octets pdu{octets.data(), encoder.Encode(receipt, 7, kNow, octets)};
  Parsed parsed;
  if (pdu.empty()) return parsed;
  parsed.command = pdu::DecodeHeader(pdu).command_id;
  pdu::ReceiptParser parser({.accept_unmarked = true});
  pdu::Receipt out;
  if (parsed.command == pdu::CommandId::kDataSm) {
    pdu::DataSm data;
    EXPECT_TRUE(pdu::DecodeBody(pdu, &data).ok());
    parsed.kind = parser.Parse(data, &out);
  } else {
    pdu::DeliverSm deliver;
    EXPECT_TRUE(pdu::DecodeBody(pdu, &deliver).ok());
    parsed.kind = parser.Parse(deliver, &out);
    EXPECT_EQ(deliver.source.digits, receipt.destination);
    EXPECT_EQ(deliver.destination.digits, receipt.source);
  }
  parsed.id = out.id;
  parsed.state = out.state;
  parsed.reference = out.user_message_reference;
  return parsed;
}

TEST(ReceiptEncoder, EveryStyleTellsIdStateAndReference) {
  for (const ReceiptStyle style : kAllStyles) {
    for (const IdFormat format : {IdFormat::kDecimal, IdFormat::kHex, IdFormat::kUuid}) {
      for (const uint64_t number : {uint64_t{3}, uint64_t{4}, uint64_t{5}}) {
        SCOPED_TRACE(static_cast<int>(style));
        ReceiptOptions options;
        options.style = style;
        const Parsed parsed = Parse(options, format, ReceiptOf(number));
        EXPECT_EQ(parsed.kind, pdu::ReceiptKind::kReceipt);
        EXPECT_EQ(parsed.id, MessageIds(format, 1).Format(number));
        EXPECT_EQ(parsed.state, pdu::MessageState::kExpired);
        EXPECT_EQ(parsed.reference, 4711);
        EXPECT_EQ(parsed.command, style == ReceiptStyle::kDataSm ? pdu::CommandId::kDataSm
                                                                 : pdu::CommandId::kDeliverSm);
      }
    }
  }
}

TEST(ReceiptEncoder, TheIdIsWrittenAsAsked) {
  const auto id = [](ReceiptId form, IdFormat format) {
    ReceiptOptions options;
    options.id = form;
    return Parse(options, format, ReceiptOf(0x2BC)).id;
  };
  EXPECT_EQ(id(ReceiptId::kSame, IdFormat::kHex), "000002bc");
  EXPECT_EQ(id(ReceiptId::kDecimal, IdFormat::kHex), "0000000700");
  EXPECT_EQ(id(ReceiptId::kHex, IdFormat::kDecimal), "000002bc");
  EXPECT_EQ(id(ReceiptId::kUpper, IdFormat::kHex), "000002BC");
  EXPECT_EQ(id(ReceiptId::kStripped, IdFormat::kHex), "2bc");
  EXPECT_EQ(id(ReceiptId::kPadded, IdFormat::kDecimal), "00000000000000000700");
  EXPECT_EQ(id(ReceiptId::kPadded, IdFormat::kUuid), id(ReceiptId::kSame, IdFormat::kUuid));
}

TEST(ReceiptEncoder, AnIntermediateOneSaysSo) {
  PendingDelivery receipt = ReceiptOf(9);
  receipt.kind = PendingDelivery::Kind::kIntermediate;
  receipt.state = pdu::MessageState::kEnroute;
  const Parsed parsed = Parse({}, IdFormat::kDecimal, receipt);
  EXPECT_EQ(parsed.kind, pdu::ReceiptKind::kIntermediate);
  EXPECT_EQ(parsed.state, pdu::MessageState::kEnroute);
}

TEST(ReceiptEncoder, TheReferenceIsLeftOutWhereNoneWasGivenOrNoneIsWanted) {
  PendingDelivery receipt = ReceiptOf(9);
  ReceiptOptions options;
  options.no_reference = true;
  EXPECT_EQ(Parse(options, IdFormat::kDecimal, receipt).reference, std::nullopt);
  receipt.reference.reset();
  EXPECT_EQ(Parse({}, IdFormat::kDecimal, receipt).reference, std::nullopt);
}

TEST(ReceiptEncoder, AnAddressThatNoDeliverSmCarriesGivesNothing) {
  PendingDelivery receipt = ReceiptOf(9);
  receipt.destination = std::string(60, '1');
  EXPECT_EQ(Parse({}, IdFormat::kDecimal, receipt).kind, pdu::ReceiptKind::kNone);
}

}  // namespace
}  // namespace salvo::sim

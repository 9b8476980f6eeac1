// How long it takes to read one PDU: the response to a submission, by its known kind and by any
// kind, and a receipt with what its text says.

#include <benchmark/benchmark.h>

#include <vector>

#include "pdu/decode.h"
#include "pdu/encode.h"
#include "pdu/receipt.h"

namespace salvo::pdu {
namespace {

std::vector<uint8_t> Encoded(CommandId id, const Body& body) {
  std::vector<uint8_t> out(1024);
  Pdu pdu;
  pdu.header.command_id = id;
  pdu.header.sequence_number = 1;
  pdu.body = body;
  out.resize(Encode(pdu, out).octets);
  return out;
}

std::vector<uint8_t> SubmitResponse() {
  return Encoded(CommandId::kSubmitSmResp, MessageIdResponse{"0123456789", {}});
}

std::vector<uint8_t> DeliveredReceipt() {
  constexpr std::string_view kText =
      "id:0123456789 sub:001 dlvrd:001 submit date:2411201530 done date:2411201531 stat:DELIVRD "
      "err:000 text:Hello World";
  std::vector<uint8_t> room(64);
  TlvWriter tlvs(room);
  tlvs.AddCString(Tag::kReceiptedMessageId, "0123456789");
  tlvs.AddU8(Tag::kMessageState, 2);
  DeliverSm body;
  body.source = {1, 1, "447700900123"};
  body.destination = {5, 0, "SALVO"};
  body.esm_class = kEsmReceipt;
  body.short_message = AsOctets(kText);
  body.tlvs = tlvs.list();
  return Encoded(CommandId::kDeliverSm, body);
}

template <class B>
void DecodeKnown(benchmark::State& state, const std::vector<uint8_t>& octets) {
  for (auto _ : state) {
    B body;
    benchmark::DoNotOptimize(DecodeHeader(octets));
    benchmark::DoNotOptimize(DecodeBody(octets, &body));
    benchmark::DoNotOptimize(body);
  }
  state.SetItemsProcessed(state.iterations());
}

void DecodeKnownSubmitResponse(benchmark::State& state) {
  DecodeKnown<MessageIdResponse>(state, SubmitResponse());
}
BENCHMARK(DecodeKnownSubmitResponse);

void DecodeKnownDeliver(benchmark::State& state) {
  DecodeKnown<DeliverSm>(state, DeliveredReceipt());
}
BENCHMARK(DecodeKnownDeliver);

void DecodeAnyPdu(benchmark::State& state, const std::vector<uint8_t>& octets) {
  for (auto _ : state) {
    Pdu pdu;
    benchmark::DoNotOptimize(Decode(octets, &pdu));
    benchmark::DoNotOptimize(pdu);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(DecodeAnyPdu, submit_sm_resp, SubmitResponse());
BENCHMARK_CAPTURE(DecodeAnyPdu, deliver_sm, DeliveredReceipt());

void ParseReceipt(benchmark::State& state) {
  const std::vector<uint8_t> octets = DeliveredReceipt();
  DeliverSm body;
  if (!DecodeBody(octets, &body).ok()) return state.SkipWithError("no receipt");
  ReceiptParser parser;
  for (auto _ : state) {
    Receipt receipt;
    benchmark::DoNotOptimize(parser.Parse(body, &receipt));
    benchmark::DoNotOptimize(receipt);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ParseReceipt);

}  // namespace
}  // namespace salvo::pdu

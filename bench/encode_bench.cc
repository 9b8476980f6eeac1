// How long it takes to put one PDU into an output buffer: from a campaign's skeleton, which is what
// sending does, and by the generic encoder, which is what all other PDUs take.

#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <vector>

#include "pdu/encode.h"
#include "pdu/submit_skeleton.h"

namespace salvo::pdu {
namespace {

constexpr size_t kRoom = 1024;

SubmitSm Campaign() {
  SubmitSm body;
  body.validity_period = "000002000000000R";
  body.registered_delivery = 1;
  return body;
}

const Address kSource = {5, 0, "SALVO"};
const Address kDestination = {1, 1, "447700900123"};

void SkeletonEncode(benchmark::State& state) {
  SubmitSkeleton skeleton;
  if (!SubmitSkeleton::Build(Campaign(), &skeleton).ok()) return state.SkipWithError("no skeleton");
  const AddressBlock source(kSource);
  const AddressBlock destination(kDestination);
  const std::string text(static_cast<size_t>(state.range(0)), 'x');
  std::vector<uint8_t> out(kRoom);
  uint32_t sequence = kFirstSequence;
  for (auto _ : state) {
    uint8_t* const begin = out.data();
    uint8_t* const text_at =
        begin + skeleton.Begin({sequence, &source, &destination, false, 0}, begin);
    std::memcpy(text_at, text.data(), text.size());
    SubmitSkeleton::Finish(begin, text_at, text.size(), text_at + text.size());
    sequence = NextSequence(sequence);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(SkeletonEncode)->Arg(100)->Arg(160);

void GenericEncode(benchmark::State& state) {
  const std::string text(static_cast<size_t>(state.range(0)), 'x');
  SubmitSm body = Campaign();
  body.source = kSource;
  body.destination = kDestination;
  body.short_message = AsOctets(text);
  std::vector<uint8_t> out(kRoom);
  uint32_t sequence = kFirstSequence;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Encode(CommandId::kSubmitSm, CommandStatus::ESME_ROK, sequence, body, out));
    sequence = NextSequence(sequence);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(GenericEncode)->Arg(100)->Arg(160);

void EncodeDeliverResponse(benchmark::State& state) {
  std::vector<uint8_t> out(kRoom);
  const MessageIdResponse body;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Encode(CommandId::kDeliverSmResp, CommandStatus::ESME_ROK, 1, body, out));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(EncodeDeliverResponse);

}  // namespace
}  // namespace salvo::pdu

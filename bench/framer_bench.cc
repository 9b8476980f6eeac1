// How long it takes to find the PDUs in 64 KiB of responses: given in one piece, and cut where
// reads happen to end.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "pdu/encode.h"
#include "pdu/framer.h"

namespace salvo::pdu {
namespace {

constexpr size_t kBufferOctets = 64 * 1024;

std::vector<uint8_t> Responses(int64_t* count) {
  std::vector<uint8_t> buffer(kBufferOctets);
  size_t at = 0;
  *count = 0;
  for (uint32_t sequence = 1;; ++sequence) {
    const EncodeResult result =
        Encode(CommandId::kSubmitSmResp, CommandStatus::ESME_ROK, sequence,
               MessageIdResponse{"0123456789", {}}, std::span(buffer).subspan(at));
    if (!result.ok()) break;
    at += result.octets;
    ++*count;
  }
  buffer.resize(at);
  return buffer;
}

// The argument is how many octets are fed at a time.
void FrameResponses(benchmark::State& state) {
  int64_t count = 0;
  const std::vector<uint8_t> buffer = Responses(&count);
  const Octets octets(buffer);
  const auto slice = static_cast<size_t>(state.range(0));
  std::vector<uint8_t> carry(kDefaultMaxPduOctets);
  Framer framer(carry);
  for (auto _ : state) {
    for (size_t at = 0; at < octets.size(); at += slice) {
      framer.Feed(octets.subspan(at, std::min(slice, octets.size() - at)));
      Octets pdu;
      while (framer.Next(&pdu) == FrameResult::kPdu) benchmark::DoNotOptimize(pdu);
    }
  }
  state.SetItemsProcessed(state.iterations() * count);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(octets.size()));
}
BENCHMARK(FrameResponses)
    ->ArgName("octets_a_read")
    ->Arg(kBufferOctets)
    ->Arg(1448)
    ->Arg(100)
    ->Arg(10);

}  // namespace
}  // namespace salvo::pdu

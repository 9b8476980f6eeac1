// How long a line of a PDU takes, as the PDU log has it.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "pdu/encode.h"
#include "pdu/print.h"

namespace salvo::pdu {
namespace {

template <class B>
std::vector<uint8_t> Encoded(CommandId id, const B& body) {
  std::vector<uint8_t> octets(1024);
  octets.resize(Encode(id, CommandStatus::ESME_ROK, 12345, body, octets).octets);
  return octets;
}

std::vector<uint8_t> Submit() {
  static const std::string text =
      "Dear customer 123456, your parcel is on its way" + std::string(53, '.');
  SubmitSm submit;
  submit.source = {5, 0, "SALVO"};
  submit.destination = {1, 1, "491700000000"};
  submit.short_message = AsOctets(text);
  return Encoded(CommandId::kSubmitSm, submit);
}

std::vector<uint8_t> Answer() {
  return Encoded(CommandId::kSubmitSmResp, MessageIdResponse{"00012345", {}});
}

void PrintFieldsOf(benchmark::State& state, const std::vector<uint8_t>& pdu) {
  std::string line;
  for (auto _ : state) {
    line.clear();
    PrintFields(pdu, {.capitals = true, .mask = false}, &line);
    benchmark::DoNotOptimize(line.data());
  }
}
BENCHMARK_CAPTURE(PrintFieldsOf, submit_sm, Submit());
BENCHMARK_CAPTURE(PrintFieldsOf, submit_sm_resp, Answer());

}  // namespace
}  // namespace salvo::pdu

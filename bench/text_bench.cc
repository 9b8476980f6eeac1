// How long a text takes from UTF-8 to the octets of its segments.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "pdu/text/split.h"

namespace salvo::pdu {
namespace {

std::string Repeated(std::string_view piece, size_t octets) {
  std::string text;
  while (text.size() + piece.size() <= octets) text += piece;
  return text;
}

constexpr size_t kOctets = 160;

std::string Ascii() { return Repeated("Dear customer, your code is 123456. ", kOctets); }
std::string Mixed() { return Repeated("Für Zoë: 5 € [Größe] ñandú ", kOctets); }
std::string Ucs2() { return Repeated("Привет, мир! ", kOctets / 2); }
std::string LongAscii() { return Repeated("Dear customer, your code is 123456. ", 600); }

void Measure(benchmark::State& state, const std::string& text) {
  for (auto _ : state) benchmark::DoNotOptimize(MeasureText(text));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}
BENCHMARK_CAPTURE(Measure, ascii, Ascii());
BENCHMARK_CAPTURE(Measure, mixed, Mixed());
BENCHMARK_CAPTURE(Measure, ucs2, Ucs2());

void TranslateText(benchmark::State& state, const std::string& text, Alphabet alphabet) {
  std::vector<uint8_t> out(2 * text.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(Translate(text, alphabet, out.data()));
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}
BENCHMARK_CAPTURE(TranslateText, ascii, Ascii(), Alphabet::kGsm7);
BENCHMARK_CAPTURE(TranslateText, mixed, Mixed(), Alphabet::kGsm7);
BENCHMARK_CAPTURE(TranslateText, ascii_to_ucs2, Ascii(), Alphabet::kUcs2);
BENCHMARK_CAPTURE(TranslateText, ucs2, Ucs2(), Alphabet::kUcs2);

// All that a message of a campaign needs.
void PrepareText(benchmark::State& state, const std::string& text) {
  const TextOptions options;
  std::vector<uint8_t> out(2 * text.size());
  for (auto _ : state) {
    const TextMeasure measure = MeasureText(text);
    const TextPlan plan = PlanText(text, measure, options);
    if (plan.segments == 1) {
      benchmark::DoNotOptimize(Translate(text, plan.alphabet, out.data()));
    } else {
      const size_t limit = LimitsFor(plan.alphabet, options.concatenation).part;
      for (size_t at = 0; at < text.size();) {
        const size_t end = PartEnd(text, at, plan.alphabet, limit);
        benchmark::DoNotOptimize(
            Translate(std::string_view(text).substr(at, end - at), plan.alphabet, out.data()));
        at = end;
      }
    }
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(PrepareText, ascii, Ascii());
BENCHMARK_CAPTURE(PrepareText, mixed, Mixed());
BENCHMARK_CAPTURE(PrepareText, ucs2, Ucs2());
BENCHMARK_CAPTURE(PrepareText, ascii_four_segments, LongAscii());

}  // namespace
}  // namespace salvo::pdu

// What a segment's token costs: alone, through a lease, and with several threads at one bucket.
#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <memory>

#include "ratelimit/lease.h"

namespace salvo::ratelimit {
namespace {

// So high that there is always a token, where its count is not the point.
constexpr double kPlenty = 64e9;

Nanos Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void BucketToken(benchmark::State& state) {
  TokenBucket bucket({kPlenty, 0, 1}, 0);
  Nanos now = 1'000'000'000;
  for (auto _ : state) {
    benchmark::DoNotOptimize(bucket.Reserve(now += 10, 1));
    bucket.HandedOn(now, 1);
  }
}
BENCHMARK(BucketToken);

void EmptyBucket(benchmark::State& state) {
  TokenBucket bucket({1, 0, 1}, 0);
  bucket.Reserve(0, 1);
  bucket.HandedOn(0, 1);
  for (auto _ : state) benchmark::DoNotOptimize(bucket.Reserve(1, 1));
}
BENCHMARK(EmptyBucket);

// A turn of a shard that submits so many segments: one hold, a use each, one hand-on.
void LeaseTurn(benchmark::State& state) {
  const auto segments = static_cast<uint32_t>(state.range(0));
  TokenBucket bucket({kPlenty, 0, 4}, 0);
  Lease lease(&bucket);
  Nanos now = 1'000'000'000;
  for (auto _ : state) {
    now += 10 * segments;
    for (uint32_t i = 0; i < segments; ++i) {
      if (lease.Hold(now, segments - i) > 0) lease.Use(1);
    }
    lease.HandedOn(now);
  }
  state.SetItemsProcessed(state.iterations() * segments);
}
BENCHMARK(LeaseTurn)->Arg(1)->Arg(16)->Arg(256);

// All threads share one bucket and read the clock once a turn, as shards do.
std::unique_ptr<TokenBucket> shared_bucket;

void LeaseTurnContended(benchmark::State& state) {
  const auto segments = static_cast<uint32_t>(state.range(0));
  if (state.thread_index() == 0) {
    shared_bucket = std::make_unique<TokenBucket>(
        BucketOptions{kPlenty, 0, static_cast<uint32_t>(state.threads())}, Now());
  }
  uint64_t used = 0;
  std::unique_ptr<Lease> lease;
  for (auto _ : state) {
    if (lease == nullptr) lease = std::make_unique<Lease>(shared_bucket.get());
    const uint32_t held = lease->Hold(Now(), segments);
    lease->Use(held);
    lease->HandedOn(Now());
    used += held;
  }
  state.SetItemsProcessed(static_cast<int64_t>(used));
}
BENCHMARK(LeaseTurnContended)->Arg(1)->Arg(256)->ThreadRange(1, 4)->UseRealTime();

void ClockAlone(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Now());
}
BENCHMARK(ClockAlone);

}  // namespace
}  // namespace salvo::ratelimit

// Goal: the promise holds between threads, and the bucket has no data race (run under tsan).
// Method: four threads with a lease each and the real clock; a checker looks at every interval
// of what they handed on. Only upper bounds, so that a slow machine cannot fail it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "ratelimit/lease.h"
#include "tests/ratelimit/take.h"
#include "tests/support/rate_checker.h"

namespace salvo::ratelimit {
namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 20'000;
constexpr Nanos kHour = 3'600'000'000'000;

Nanos Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

struct Grant {
  Nanos at = 0;
  uint32_t n = 0;
};

// Holds, uses, gives back and hands on for kRounds rounds.
void Submit(TokenBucket& bucket, std::atomic<int>* rounds, std::vector<Grant>* grants) {
  Lease lease(&bucket);
  for (int i = 0; i < kRounds; ++i, ++*rounds) {
    const uint32_t held = lease.Hold(Now(), 1 + static_cast<uint32_t>(i) % 97);
    const bool whole = i % 16 == 0 && lease.HoldWhole(Now(), held + 3);
    const uint32_t use = whole ? held + 3 : held - held / 4;
    lease.Use(use);
    lease.ReturnBeyond(static_cast<uint32_t>(i) % 2);
    // The moment of the submission; the lease is told later, as a shard does.
    const Nanos submitted = Now();
    lease.HandedOn(Now());
    if (use > 0) grants->push_back({submitted, use});
  }
  lease.ReturnBeyond(0);
}

// Lets all threads submit, and returns what the worst interval carried beyond `rate`.
double WorstBurst(TokenBucket& bucket, double rate, Nanos began, std::atomic<int>* rounds) {
  std::array<std::vector<Grant>, kThreads> grants;
  std::vector<std::thread> threads;
  for (auto& own : grants) {
    threads.emplace_back([&, rounds] { Submit(bucket, rounds, &own); });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<Grant> all;
  for (const auto& own : grants) all.insert(all.end(), own.begin(), own.end());
  std::sort(all.begin(), all.end(), [](const Grant& a, const Grant& b) { return a.at < b.at; });
  test::RateChecker checker(rate, began);
  for (const Grant& grant : all) checker.Submitted(grant.at, grant.n);
  EXPECT_GT(checker.submitted(), 0);
  return checker.worst_burst();
}

TEST(BudgetStress, NoIntervalCarriesMoreThanRateAndBurst) {
  for (const double rate : {1000.0, 1e6, 1e7}) {
    const Nanos began = Now();
    TokenBucket bucket({rate, 0, kThreads}, began);
    std::atomic<int> rounds = 0;
    EXPECT_LE(WorstBurst(bucket, rate, began, &rounds), bucket.capacity() + 0.001);
    // Nothing is left reserved.
    const Nanos later = Now() + kHour;
    EXPECT_EQ(Take(bucket, later, bucket.capacity()), bucket.capacity());
  }
}

TEST(BudgetStress, TheRateMayChangeMeanwhile) {
  const Nanos began = Now();
  TokenBucket bucket({1e6, 500, kThreads}, began);
  std::atomic<int> rounds = 0;
  std::thread changer([&] {
    int next = 0;
    for (int i = 0; next < kThreads * kRounds; ++i) {
      // Every hundred rounds of the others; the last of them may find the rate changing.
      while (rounds.load() < next) std::this_thread::yield();
      next += 100;
      constexpr std::array<double, 5> kRates = {1e6, 5e5, 2e6, 10, 1.5e6};
      bucket.SetRate(Now(), kRates[static_cast<size_t>(i) % kRates.size()]);
    }
  });
  EXPECT_LE(WorstBurst(bucket, 2e6, began, &rounds), 500.001);
  changer.join();
  bucket.SetRate(Now(), 1e6);
  EXPECT_EQ(Take(bucket, Now() + kHour, 500), 500u);
}

}  // namespace
}  // namespace salvo::ratelimit

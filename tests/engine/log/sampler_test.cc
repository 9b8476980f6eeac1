#include "engine/log/sampler.h"

#include <gtest/gtest.h>

namespace salvo::engine {
namespace {

constexpr io::Nanos kSecond = io::kNanosPerSecond;
constexpr size_t kCapacity = 1 << 20;

// A shard that sends evenly, and the seconds that pass meanwhile.
class Sender {
 public:
  explicit Sender(const Sampler::Options& options) : sampler(options) {}

  // How many are taken of those of `seconds`.
  uint64_t Send(double per_second, double seconds) {
    uint64_t taken = 0;
    const auto count = static_cast<uint64_t>(per_second * seconds);
    const auto gap = static_cast<io::Nanos>(kSecond / per_second);
    for (uint64_t i = 0; i < count; ++i, now += gap) {
      if (!sampler.Take(now)) continue;
      ++taken;
      sampler.Written(ring_used);
    }
    return taken;
  }

  Sampler sampler;
  io::Nanos now = 5 * kSecond;
  size_t ring_used = 0;
};

Sampler::Options Auto() { return {0, 1000, kCapacity}; }

TEST(Sampler, TakesAllWhenItIsTo) {
  Sender sender({1, 1000, kCapacity});
  sender.ring_used = kCapacity;
  EXPECT_EQ(sender.Send(1e6, 0.1), 100'000u);
}

TEST(Sampler, TakesEveryNthWhenItIsTo) {
  Sender sender({10, 1000, kCapacity});
  EXPECT_EQ(sender.Send(1e6, 0.1), 10'000u);
  EXPECT_EQ(sender.sampler.every(), 10u);
}

TEST(Sampler, TakesTheFirstOne) {
  Sampler sampler({1000, 1000, kCapacity});
  EXPECT_TRUE(sampler.Take(kSecond));
  EXPECT_FALSE(sampler.Take(kSecond));
}

TEST(Sampler, TakesAllUpToTheRateByItself) {
  Sender sender(Auto());
  EXPECT_EQ(sender.Send(950, 20), 19'000u);
}

TEST(Sampler, KeepsToTheRateByItself) {
  Sender sender(Auto());
  sender.Send(1e5, 1);  // it finds out how much is too much
  const uint64_t taken = sender.Send(1e5, 20);
  EXPECT_LE(taken, 20'000u);
  EXPECT_GE(taken, 20'000u / 4);
  EXPECT_EQ(sender.sampler.every(), 128u);
}

TEST(Sampler, TakesAllAgainWhenThereIsLessToTake) {
  Sender sender(Auto());
  sender.Send(1e5, 2);
  EXPECT_GT(sender.sampler.every(), 1u);
  sender.Send(100, 3);
  EXPECT_EQ(sender.sampler.every(), 1u);
  EXPECT_EQ(sender.Send(100, 1), 100u);
}

TEST(Sampler, TakesTheFirstOneAfterAPause) {
  Sender sender(Auto());
  sender.Send(1e5, 2);
  sender.now += 10 * kSecond;
  EXPECT_TRUE(sender.sampler.Take(sender.now));
  EXPECT_EQ(sender.sampler.every(), 1u);
}

TEST(Sampler, ABurstThatIsWithinTheRateIsTakenWhole) {
  Sender sender(Auto());
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(sender.Send(1e6, 0.0001), 100u);
    sender.now += kSecond / 8;
  }
}

TEST(Sampler, TakesFewerTheFullerTheRingIs) {
  Sender sender(Auto());
  sender.ring_used = kCapacity / 2 - 1;
  sender.Send(100, 1);
  EXPECT_EQ(sender.sampler.every(), 1u);
  sender.ring_used = kCapacity / 2;
  sender.Send(100, 0.5);
  // Once, for it does not get fuller.
  EXPECT_EQ(sender.sampler.every(), 2u);
  sender.ring_used = kCapacity / 2 + kCapacity / 16;
  sender.Send(100, 0.5);
  EXPECT_EQ(sender.sampler.every(), 4u);
  sender.ring_used = 0;
  sender.Send(100, 2);
  EXPECT_EQ(sender.sampler.every(), 1u);
}

TEST(Sampler, TakesSomeHoweverMuchThereIs) {
  Sender sender({0, 0, kCapacity});
  EXPECT_GE(sender.Send(1e6, 1), 1'000'000u / Sampler::kMostEvery);
  EXPECT_EQ(sender.sampler.every(), Sampler::kMostEvery);
}

}  // namespace
}  // namespace salvo::engine

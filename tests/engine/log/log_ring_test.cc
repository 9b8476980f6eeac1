#include "engine/log/log_ring.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <thread>

#include "tests/support/dose.h"

namespace salvo::engine {
namespace {

constexpr size_t kCapacity = 4096;

bool Put(LogRing& ring, std::string_view text, size_t leave = 0) {
  uint8_t* const out = ring.Claim(text.size(), leave);
  if (out == nullptr) return false;
  std::copy(text.begin(), text.end(), out);
  ring.Commit();
  return true;
}

std::string Take(LogRing& ring) {
  const auto front = ring.Front();
  std::string text(front.begin(), front.end());
  if (!front.empty()) ring.Pop();
  return text;
}

TEST(LogRing, GivesBackWhatWasPutInInOrder) {
  LogRing ring(kCapacity);
  EXPECT_TRUE(ring.empty());
  EXPECT_TRUE(ring.Front().empty());
  EXPECT_TRUE(Put(ring, "one"));
  EXPECT_TRUE(Put(ring, "two, which is longer"));
  EXPECT_FALSE(ring.empty());
  EXPECT_EQ(Take(ring), "one");
  EXPECT_EQ(Take(ring), "two, which is longer");
  EXPECT_TRUE(ring.empty());
}

TEST(LogRing, IsAtLeastAsLargeAsWasAskedFor) {
  EXPECT_EQ(LogRing(1).capacity(), 4096u);
  EXPECT_EQ(LogRing(4096).capacity(), 4096u);
  EXPECT_EQ(LogRing(4097).capacity(), 8192u);
}

TEST(LogRing, AClaimThatIsNotCommittedLeavesNothing) {
  LogRing ring(kCapacity);
  ASSERT_NE(ring.Claim(100), nullptr);
  EXPECT_TRUE(ring.empty());
  EXPECT_TRUE(Put(ring, "x"));
  EXPECT_EQ(Take(ring), "x");
  EXPECT_TRUE(ring.empty());
}

TEST(LogRing, TakesNothingThatHasNoRoomAndGoesOnWhenItHas) {
  LogRing ring(kCapacity);
  const std::string piece(1000, 'x');
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(Put(ring, piece));
  EXPECT_FALSE(Put(ring, piece));
  EXPECT_TRUE(Put(ring, "short"));
  EXPECT_EQ(Take(ring), piece);
  EXPECT_TRUE(Put(ring, piece));
  EXPECT_FALSE(Put(ring, std::string(kCapacity, 'x')));
}

TEST(LogRing, LeavesRoomForOthers) {
  LogRing ring(kCapacity);
  const std::string piece(1000, 'x');
  EXPECT_TRUE(Put(ring, piece, kCapacity / 4));
  EXPECT_TRUE(Put(ring, piece, kCapacity / 4));
  EXPECT_TRUE(Put(ring, piece, kCapacity / 4));
  EXPECT_FALSE(Put(ring, piece, kCapacity / 4));
  EXPECT_TRUE(Put(ring, piece));
}

TEST(LogRing, TellsHowFullItIs) {
  LogRing ring(kCapacity);
  EXPECT_EQ(ring.used(), 0u);
  Put(ring, std::string(96, 'x'));
  EXPECT_EQ(ring.used(), 104u);
  Take(ring);
  EXPECT_EQ(ring.used(), 0u);
}

// Whatever the sizes, and wherever the end of the memory lies.
TEST(LogRing, WrapsAnywhere) {
  const auto seed = static_cast<uint32_t>(testing::UnitTest::GetInstance()->random_seed());
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  LogRing ring(kCapacity);
  std::deque<std::string> held;
  uint64_t taken = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::string text(random() % 700, static_cast<char>('a' + i % 26));
    // An empty piece cannot be told from none.
    if (!text.empty() && random() % 2 == 0 && Put(ring, text)) held.push_back(text);
    if (random() % 2 != 0 || held.empty()) continue;
    ASSERT_EQ(Take(ring), held.front());
    held.pop_front();
    ++taken;
  }
  EXPECT_GT(taken, 10'000u);
}

TEST(LogRing, TwoThreadsLoseAndChangeNothingBetweenThem) {
  constexpr uint64_t kPieces = test::Dose<uint64_t>(200'000, 40'000);
  LogRing ring(kCapacity);
  std::thread shard([&] {
    for (uint64_t i = 0; i < kPieces;) {
      const size_t octets = sizeof i + i % 200;
      uint8_t* const out = ring.Claim(octets);
      if (out == nullptr) {
        std::this_thread::yield();
        continue;
      }
      std::memset(out, static_cast<int>(i % 251), octets);
      std::memcpy(out, &i, sizeof i);
      ring.Commit();
      ++i;
    }
  });
  uint64_t wrong = 0;
  for (uint64_t i = 0; i < kPieces;) {
    const auto front = ring.Front();
    if (front.empty()) {
      std::this_thread::yield();
      continue;
    }
    uint64_t number = 0;
    std::memcpy(&number, front.data(), sizeof number);
    wrong += number != i || front.size() != sizeof i + i % 200;
    for (const uint8_t octet : front.subspan(sizeof i)) wrong += octet != i % 251;
    ring.Pop();
    ++i;
  }
  shard.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_TRUE(ring.empty());
}

}  // namespace
}  // namespace salvo::engine

#include "tools/sim/schedule.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>

namespace salvo::sim {
namespace {

TEST(Schedule, IsNeverDueWhenItIsEmpty) {
  const Schedule<int> schedule;
  EXPECT_EQ(schedule.next(), io::kNever);
  EXPECT_EQ(schedule.size(), 0u);
}

TEST(Schedule, TheEarliestComesFirst) {
  Schedule<int> schedule;
  schedule.Add(30, 3);
  schedule.Add(10, 1);
  schedule.Add(20, 2);
  EXPECT_EQ(schedule.size(), 3u);
  EXPECT_EQ(schedule.next(), 10);
  EXPECT_EQ(schedule.Take(), 1);
  EXPECT_EQ(schedule.next(), 20);
  EXPECT_EQ(schedule.Take(), 2);
  EXPECT_EQ(schedule.Take(), 3);
  EXPECT_EQ(schedule.next(), io::kNever);
}

TEST(Schedule, EqualTimesKeepTheOrderOfTheirComing) {
  Schedule<int> schedule;
  for (int i = 0; i < 100; ++i) schedule.Add(7, i);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(schedule.Take(), i);
}

TEST(Schedule, IsInOrderWhateverWasPutIn) {
  constexpr uint64_t kSeed = 20261120;
  std::mt19937_64 random(kSeed);
  Schedule<std::pair<io::Nanos, int>> schedule;
  std::pair<io::Nanos, int> last{-1, -1};
  for (int i = 0; i < 10'000; ++i) {
    const auto due = static_cast<io::Nanos>(random() % 100);
    schedule.Add(due, {due, i});
  }
  while (schedule.size() > 0) {
    const auto item = schedule.Take();
    ASSERT_LT(last, item) << "seed " << kSeed;
    last = item;
  }
}

}  // namespace
}  // namespace salvo::sim

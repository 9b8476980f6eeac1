#include "io/inbox.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace salvo::io {
namespace {

bool Readable(const Inbox& inbox, int wait_ms = 0) {
  pollfd p = {inbox.descriptor(), POLLIN, 0};
  return poll(&p, 1, wait_ms) == 1;
}

// What a loop does when it is woken.
void Drain(Inbox& inbox) {
  uint64_t count = 0;
  ASSERT_EQ(read(inbox.descriptor(), &count, sizeof count), static_cast<ssize_t>(sizeof count));
  inbox.Woken();
  inbox.RunPosted();
}

TEST(Inbox, WakeMakesTheDescriptorReadableOnce) {
  Inbox inbox;
  EXPECT_FALSE(Readable(inbox));
  inbox.Wake();
  inbox.Wake();
  EXPECT_TRUE(Readable(inbox));
  Drain(inbox);
  EXPECT_FALSE(Readable(inbox));
  inbox.Wake();
  EXPECT_TRUE(Readable(inbox));
}

TEST(Inbox, RunsWhatWasPostedInOrder) {
  Inbox inbox;
  std::vector<int> order;
  for (int i = 0; i < 5; ++i) inbox.Post([&, i] { order.push_back(i); });
  EXPECT_TRUE(order.empty());
  Drain(inbox);
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
  inbox.RunPosted();
  EXPECT_EQ(order.size(), 5u);
}

TEST(Inbox, WhatATaskPostsRunsInTheNextTurn) {
  Inbox inbox;
  int runs = 0;
  inbox.Post([&] {
    ++runs;
    inbox.Post([&] { ++runs; });
  });
  Drain(inbox);
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(Readable(inbox));
  Drain(inbox);
  EXPECT_EQ(runs, 2);
}

TEST(Inbox, DropsWhatNobodyRuns) {
  const auto kept = std::make_shared<int>(7);
  {
    Inbox inbox;
    inbox.Post([kept] { FAIL(); });
    EXPECT_EQ(kept.use_count(), 2);
  }
  EXPECT_EQ(kept.use_count(), 1);
}

TEST(Inbox, NoPostOfSeveralThreadsIsLost) {
  constexpr int kThreads = 4;
  constexpr int kPosts = 5000;
  Inbox inbox;
  std::array<int, kThreads> next{};
  int runs = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&inbox, &next, &runs, t] {
      for (int i = 0; i < kPosts; ++i) {
        inbox.Post([&next, &runs, t, i] {
          EXPECT_EQ(next[static_cast<size_t>(t)]++, i);
          ++runs;
        });
      }
    });
  }
  // A lost wake-up shows as a wait that never ends.
  while (runs < kThreads * kPosts) {
    ASSERT_TRUE(Readable(inbox, 60'000));
    Drain(inbox);
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace salvo::io

#include "engine/core/mailbox.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace salvo::engine {
namespace {

TEST(Mailbox, KeepsTheOrderOfOneProducer) {
  Mailbox<int> mailbox(10);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(mailbox.TryPush(i));
  for (int i = 0; i < 10; ++i) {
    int item = -1;
    ASSERT_TRUE(mailbox.TryPop(&item));
    EXPECT_EQ(item, i);
  }
  EXPECT_TRUE(mailbox.empty());
}

TEST(Mailbox, LeavesTheItemAloneWhenItIsFull) {
  Mailbox<std::unique_ptr<int>> mailbox(1);
  auto first = std::make_unique<int>(1);
  auto second = std::make_unique<int>(2);
  EXPECT_TRUE(mailbox.TryPush(first));
  EXPECT_EQ(first, nullptr);
  EXPECT_FALSE(mailbox.TryPush(second));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(*second, 2);
}

TEST(Mailbox, TakesBackBeyondItsCapacity) {
  Mailbox<int> mailbox(1);
  int item = 1;
  EXPECT_TRUE(mailbox.TryPush(item));
  mailbox.Push(2);
  EXPECT_FALSE(mailbox.TryPush(item));
  EXPECT_TRUE(mailbox.TryPop(&item));
  EXPECT_TRUE(mailbox.TryPop(&item));
  EXPECT_FALSE(mailbox.TryPop(&item));
}

TEST(Mailbox, LosesAndDoublesNothingBetweenThreads) {
  constexpr int kProducers = 3;
  constexpr int kItems = 20'000;
  Mailbox<int> mailbox(64);
  std::vector<std::thread> producers;
  for (int p = 0; p < kProducers; ++p) {
    producers.emplace_back([&mailbox, p] {
      for (int i = 0; i < kItems; ++i) {
        int item = p * kItems + i;
        while (!mailbox.TryPush(item)) std::this_thread::yield();
      }
    });
  }
  std::vector<int> seen(kProducers * kItems);
  for (int received = 0; received < kProducers * kItems;) {
    int item = 0;
    if (!mailbox.TryPop(&item)) {
      std::this_thread::yield();
      continue;
    }
    ++seen[static_cast<size_t>(item)];
    ++received;
  }
  for (std::thread& producer : producers) producer.join();
  for (const int count : seen) ASSERT_EQ(count, 1);
}

}  // namespace
}  // namespace salvo::engine

#include "engine/core/intake.h"

#include <gtest/gtest.h>

#include <thread>

namespace salvo::engine {
namespace {

Cursor OneMessage(uint64_t key) {
  OwnedMessage message;
  message.key = key;
  message.to = "491701234567";
  std::vector<OwnedMessage> messages;
  messages.push_back(std::move(message));
  Cursor cursor;
  cursor.batch = MakeBatch(std::move(messages));
  return cursor;
}

TEST(Cursor, FetchStaysAtAMessageUntilItIsUsed) {
  Cursor cursor = OneMessage(7);
  ASSERT_TRUE(cursor.Fetch());
  ASSERT_TRUE(cursor.Fetch());
  EXPECT_EQ(cursor.message.key, 7u);
  cursor.has_message = false;
  EXPECT_FALSE(cursor.Fetch());
}

TEST(Intake, KeepsAccountsApart) {
  Intake intake(2, 4);
  Cursor cursor = OneMessage(1);
  ASSERT_EQ(intake.TryPut(cursor, 1), Intake::Answer::kTaken);
  EXPECT_FALSE(intake.TryTake(&cursor, 0));
  EXPECT_FALSE(intake.TryTake(&cursor, Intake::kAnyAccount));
  EXPECT_TRUE(intake.TryTake(&cursor, 1));
}

TEST(Intake, CountsBatchesUntilTheyAreUsedUp) {
  Intake intake(1, 4);
  Cursor cursor = OneMessage(1);
  ASSERT_EQ(intake.TryPut(cursor, 0), Intake::Answer::kTaken);
  EXPECT_EQ(intake.open(), 1u);
  ASSERT_TRUE(intake.TryTake(&cursor, 0));
  EXPECT_EQ(intake.open(), 1u);
  intake.PutBack(std::move(cursor), 0);
  EXPECT_EQ(intake.open(), 1u);
  intake.Done();
  EXPECT_EQ(intake.open(), 0u);
}

TEST(Intake, TakesNothingAfterItsClose) {
  Intake intake(1, 4);
  intake.Close();
  Cursor cursor = OneMessage(1);
  EXPECT_EQ(intake.TryPut(cursor, 0), Intake::Answer::kRefused);
  EXPECT_FALSE(intake.Put(cursor, 0));
  EXPECT_NE(cursor.batch, nullptr) << "whoever brought it still has it";
}

TEST(Intake, AFullQueueHoldsTheProducerUntilSomebodyTakes) {
  Intake intake(1, 1);
  std::thread producer([&] {
    for (uint64_t key = 1; key <= 100; ++key) {
      Cursor cursor = OneMessage(key);
      EXPECT_TRUE(intake.Put(cursor, 0));
    }
  });
  for (int taken = 0; taken < 100;) {
    Cursor cursor;
    if (intake.TryTake(&cursor, 0)) {
      ++taken;
      EXPECT_LE(intake.open(), static_cast<uint64_t>(2 + taken));
    } else {
      std::this_thread::yield();
    }
  }
  producer.join();
}

// Each waits for room in a queue of its own, and is woken by whoever takes from that one.
TEST(Intake, ProducersOfSeveralAccountsAllGetOn) {
  constexpr uint64_t kBatches = 300;
  constexpr uint32_t kAccounts = 3;
  for (const uint32_t capacity : {1u, 2u, 5u}) {
    Intake intake(kAccounts, capacity);
    std::vector<std::thread> producers;
    for (uint32_t account = 0; account < kAccounts; ++account) {
      producers.emplace_back([&intake, account] {
        for (uint64_t key = 0; key < kBatches; ++key) {
          Cursor cursor = OneMessage(key);
          EXPECT_TRUE(intake.Put(cursor, account));
        }
      });
    }
    uint64_t taken = 0;
    for (uint32_t account = 0; taken < kAccounts * kBatches; account = (account + 1) % kAccounts) {
      Cursor cursor;
      if (intake.TryTake(&cursor, account)) {
        ++taken;
      } else {
        std::this_thread::yield();
      }
    }
    for (std::thread& producer : producers) producer.join();
    EXPECT_EQ(taken, kAccounts * kBatches) << "capacity " << capacity;
  }
}

TEST(Intake, CloseFreesAProducerThatWaits) {
  Intake intake(1, 1);
  Cursor first = OneMessage(1);
  ASSERT_EQ(intake.TryPut(first, 0), Intake::Answer::kTaken);
  std::thread producer([&] {
    Cursor cursor = OneMessage(2);
    EXPECT_FALSE(intake.Put(cursor, 0));
  });
  intake.Close();
  producer.join();
}

TEST(Intake, KeepsABatchOnlyWhereThereIsRoom) {
  Intake intake(1, 1);
  int kept = 0;
  const Intake::Keep keep = [&] {
    ++kept;
    return true;
  };
  Cursor first = OneMessage(1);
  ASSERT_EQ(intake.TryPut(first, 0, keep), Intake::Answer::kTaken);
  Cursor second = OneMessage(2);
  EXPECT_EQ(intake.TryPut(second, 0, keep), Intake::Answer::kFull);
  EXPECT_EQ(kept, 1);
  EXPECT_NE(second.batch, nullptr);
  ASSERT_TRUE(intake.TryTake(&first, 0));
  ASSERT_EQ(intake.TryPut(second, 0, keep), Intake::Answer::kTaken);
  EXPECT_EQ(kept, 2);
  intake.Close();
  Cursor third = OneMessage(3);
  EXPECT_FALSE(intake.Put(third, 0, keep));
  EXPECT_EQ(kept, 2) << "a closed intake keeps nothing";
}

TEST(Intake, ABatchThatCannotBeKeptIsNotTaken) {
  Intake intake(1, 1);
  Cursor cursor = OneMessage(1);
  EXPECT_FALSE(intake.Put(cursor, 0, [] { return false; }));
  EXPECT_NE(cursor.batch, nullptr);
  EXPECT_EQ(intake.open(), 0u);
  EXPECT_FALSE(intake.TryTake(&cursor, 0));
}

}  // namespace
}  // namespace salvo::engine

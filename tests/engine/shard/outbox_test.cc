#include "engine/shard/outbox.h"

#include <gtest/gtest.h>

#include <vector>

namespace salvo::engine {
namespace {

constexpr io::Nanos kLater = io::kNanosPerSecond;

class OutboxTest : public testing::Test, private Listener {
 protected:
  void Add(uint64_t key) {
    Outcome outcome;
    outcome.key = key;
    outcome.result = Result::kAccepted;
    outbox_.Add(outcome);
  }
  // Keys that were shown since the last call.
  std::vector<uint64_t> Shown() {
    reporter_.RunOnce();
    return std::exchange(shown_, {});
  }

  Reporter reporter_{static_cast<Listener*>(this)};
  Outbox outbox_{reporter_};
  std::vector<Result> results_;

 private:
  void OnOutcomes(std::span<const Outcome> outcomes) override {
    for (const Outcome& outcome : outcomes) {
      shown_.push_back(outcome.key);
      results_.push_back(outcome.result);
    }
  }
  void OnEvent(const Event&) override {}

  std::vector<uint64_t> shown_;
};

using Keys = std::vector<uint64_t>;

TEST_F(OutboxTest, AnOutcomeThatComesAloneIsShownAtOnce) {
  Add(1);
  outbox_.Flush(0, 0, 0, 0);
  EXPECT_EQ(Shown(), Keys{1});
  EXPECT_TRUE(outbox_.empty());
  EXPECT_EQ(outbox_.NextDeadline(), io::kNever);
  Add(2);
  outbox_.Flush(kLater, 0, 0, 0);
  EXPECT_EQ(Shown(), Keys{2});
}

TEST_F(OutboxTest, WhatFollowsSoonIsShownTogether) {
  Add(1);
  outbox_.Flush(kLater, 0, 0, 0);
  EXPECT_EQ(Shown(), Keys{1});
  Add(2);
  const io::Nanos due = outbox_.NextDeadline();
  EXPECT_GT(due, kLater);
  outbox_.Flush(kLater + 1, 0, 0, 0);
  Add(3);
  EXPECT_EQ(outbox_.NextDeadline(), due) << "the first of them is not kept longer";
  EXPECT_EQ(Shown(), Keys{}) << "more may come";
  outbox_.Flush(due, 0, 0, 0);
  EXPECT_EQ(Shown(), (Keys{2, 3}));
}

TEST_F(OutboxTest, WhatHasWaitedAWhileGoesWithATurnThatComesAnyway) {
  Add(1);
  outbox_.Flush(kLater, 0, 0, 0);
  EXPECT_EQ(Shown(), Keys{1});
  Add(2);
  const io::Nanos enough = 2 * (outbox_.NextDeadline() - kLater) / 3;
  outbox_.Flush(kLater + enough - 1, 0, 0, 0);
  EXPECT_EQ(Shown(), Keys{});
  outbox_.Flush(kLater + enough, 0, 0, 0);
  EXPECT_EQ(Shown(), Keys{2});
}

TEST_F(OutboxTest, AnOutcomeIsShownWhenTheSyncOfItsRecordIsDone) {
  Add(1);
  outbox_.Flush(kLater, 0, 4, 3);
  Add(2);
  outbox_.Flush(2 * kLater, 0, 5, 3);
  EXPECT_EQ(Shown(), Keys{});
  EXPECT_FALSE(outbox_.empty());
  EXPECT_EQ(outbox_.NextDeadline(), io::kNever) << "the disk decides now";
  outbox_.Flush(2 * kLater, 0, 5, 4);
  EXPECT_EQ(Shown(), Keys{1});
  outbox_.Flush(2 * kLater, 0, 5, 5);
  EXPECT_EQ(Shown(), Keys{2});
}

TEST_F(OutboxTest, WhatWaitsForADiskThatFailedBecomesUnknown) {
  Add(1);
  outbox_.Flush(kLater, 0, 4, 3);
  Add(2);
  std::vector<Result> were;
  outbox_.CallUnknown([&](Result was) { were.push_back(was); });
  outbox_.Flush(kLater, 0, 0, UINT64_MAX, true);
  EXPECT_EQ(Shown(), (Keys{1, 2}));
  EXPECT_EQ(results_, (std::vector<Result>{Result::kUnknown, Result::kUnknown}));
  EXPECT_EQ(were, (std::vector<Result>{Result::kAccepted, Result::kAccepted}));
}

TEST_F(OutboxTest, SaysWhenTooMuchWaits) {
  uint64_t key = 0;
  while (!outbox_.congested()) {
    ASSERT_LT(key, 1'000'000u);
    Add(++key);
    outbox_.Flush(0, 0, 1, 0);
  }
  outbox_.Flush(kLater, 0, 1, 1);
  EXPECT_FALSE(outbox_.congested());
  EXPECT_EQ(Shown().size(), key);
}

}  // namespace
}  // namespace salvo::engine

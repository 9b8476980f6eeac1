#include "ratelimit/lease.h"

#include <gtest/gtest.h>

#include "tests/ratelimit/take.h"

namespace salvo::ratelimit {
namespace {

constexpr Nanos kMilli = 1'000'000;
constexpr Nanos kSecond = 1'000'000'000;

// 10,000 a second: a burst of 100, and with two holders a slice of 10.
class LeaseTest : public testing::Test {
 protected:
  TokenBucket bucket_{{10'000, 0, 2}, 0};
  Lease lease_{&bucket_};
  const Nanos full_ = kSecond;
};

TEST_F(LeaseTest, HoldsAtMostASliceBetweenTwoHandOns) {
  EXPECT_EQ(bucket_.slice(), 10u);
  EXPECT_EQ(lease_.Hold(full_, 50), 10u);
  EXPECT_EQ(lease_.Hold(full_, 50), 10u);
  lease_.Use(10);
  EXPECT_EQ(lease_.Hold(full_, 50), 0u);
  lease_.HandedOn(full_);
  EXPECT_EQ(lease_.Hold(full_, 50), 10u);
  EXPECT_EQ(bucket_.Available(full_), 80u);
}

TEST_F(LeaseTest, ReservesOnlyWhatIsWanted) {
  EXPECT_EQ(lease_.Hold(full_, 3), 3u);
  EXPECT_EQ(bucket_.Available(full_), 97u);
  EXPECT_EQ(lease_.Hold(full_, 2), 2u);
  EXPECT_EQ(bucket_.Available(full_), 97u);
}

TEST_F(LeaseTest, ReturnsWhatAnotherLimitRefuses) {
  EXPECT_EQ(lease_.Hold(full_, 8), 8u);
  lease_.ReturnBeyond(5);
  EXPECT_EQ(bucket_.Available(full_), 95u);
  lease_.ReturnBeyond(5);
  EXPECT_EQ(bucket_.Available(full_), 95u);
  lease_.Use(5);
  lease_.ReturnBeyond(0);
  EXPECT_EQ(bucket_.Available(full_), 95u);
}

TEST_F(LeaseTest, KnowsWhenTheSegmentOfItsOldestTokenWasDue) {
  EXPECT_EQ(lease_.Hold(full_, 3), 3u);
  lease_.Use(3);
  EXPECT_EQ(lease_.used(), 3u);
  // The first token was there from the start, and half a group are four more, 100 us each.
  EXPECT_EQ(bucket_.group(), 8u);
  EXPECT_EQ(lease_.oldest_due(), 4 * kMilli / 10);
  EXPECT_EQ(lease_.Hold(full_, 5), 5u);
  EXPECT_EQ(lease_.oldest_due(), 4 * kMilli / 10);
  lease_.Use(5);
  // Of what had come by then a burst is left, less what was handed on.
  lease_.HandedOn(full_);
  EXPECT_EQ(lease_.Hold(full_, 1), 1u);
  EXPECT_EQ(lease_.oldest_due(), full_ - (91 - 4) * kMilli / 10);
}

TEST_F(LeaseTest, HoldsAWholeSubmissionBeyondItsSlice) {
  EXPECT_EQ(lease_.Hold(full_, 4), 4u);
  EXPECT_TRUE(lease_.HoldWhole(full_, 40));
  EXPECT_EQ(bucket_.Available(full_), 60u);
  EXPECT_EQ(bucket_.Reserve(full_, 1), 1u);
  EXPECT_FALSE(lease_.HoldWhole(full_, 100));
  bucket_.Return(1);
  lease_.Use(40);
  lease_.HandedOn(full_);
  EXPECT_TRUE(lease_.HoldWhole(full_, 60));
  EXPECT_EQ(bucket_.Available(full_), 0u);
}

TEST_F(LeaseTest, HoldsASubmissionAboveTheBurstWhenNothingElseIsUnderWay) {
  EXPECT_EQ(lease_.Hold(full_, 10), 10u);
  EXPECT_EQ(lease_.WhenAvailable(full_, 250), full_);
  EXPECT_TRUE(lease_.HoldWhole(full_, 250));
  lease_.Use(250);
  lease_.HandedOn(full_);
  // 150 are owed.
  EXPECT_EQ(lease_.WhenAvailable(full_), full_ + 151 * kSecond / 10'000);
}

TEST_F(LeaseTest, HeldTokensAreThereAtOnceAndTheRestWhenTheBucketHasIt) {
  EXPECT_EQ(Take(bucket_, full_, 95), 95u);
  EXPECT_EQ(lease_.Hold(full_, 50), 5u);
  EXPECT_EQ(lease_.WhenAvailable(full_, 5), full_);
  const Nanos due = lease_.WhenAvailable(full_, 8);
  EXPECT_EQ(due, full_ + 3 * kSecond / 10'000);
  EXPECT_FALSE(lease_.HoldWhole(due - 1, 8));
  EXPECT_TRUE(lease_.HoldWhole(due, 8));
}

TEST_F(LeaseTest, WhatItUsesBeforeAStopCountsAfterIt) {
  EXPECT_EQ(lease_.Hold(full_, 10), 10u);
  lease_.Use(10);
  const Nanos late = full_ + 10 * kSecond;
  EXPECT_EQ(bucket_.Available(late), 90u);
  lease_.HandedOn(late);
  EXPECT_EQ(bucket_.Available(late), 90u);
  EXPECT_EQ(bucket_.Available(late + kMilli), 100u);
}

TEST_F(LeaseTest, TwoStoppedHoldersDoNotAddUp) {
  TokenBucket slow({10, 1, 2}, 0);
  Lease one(&slow);
  Lease other(&slow);
  EXPECT_EQ(one.Hold(full_, 5), 1u);
  one.Use(1);
  EXPECT_EQ(other.Hold(full_ + kSecond, 5), 0u);
  one.HandedOn(full_ + 9 * kSecond);
  EXPECT_EQ(other.Hold(full_ + 9 * kSecond, 5), 0u);
  EXPECT_EQ(other.Hold(full_ + 9 * kSecond + kSecond / 10, 5), 1u);
}

TEST_F(LeaseTest, ALowRateIsTakenAFewTokensAtATime) {
  TokenBucket slow({100, 50, 2}, 0);
  Lease lease(&slow);
  EXPECT_EQ(lease.Hold(full_, 20), 8u);
  lease.Use(8);
  EXPECT_EQ(lease.Hold(full_, 20), 0u);
  lease.HandedOn(full_);
  EXPECT_EQ(lease.Hold(full_, 20), 8u);
}

TEST_F(LeaseTest, ASmallBurstIsTakenTokenByToken) {
  TokenBucket slow({100, 2, 2}, 0);
  Lease lease(&slow);
  EXPECT_EQ(lease.Hold(full_, 20), 1u);
  lease.Use(1);
  EXPECT_EQ(lease.Hold(full_, 20), 0u);
  lease.HandedOn(full_);
  EXPECT_EQ(lease.Hold(full_, 20), 1u);
}

TEST(Lease, WithoutABucketThereIsNoLimit) {
  Lease lease(nullptr);
  EXPECT_EQ(lease.Hold(5, 1'000'000), 1'000'000u);
  EXPECT_TRUE(lease.HoldWhole(5, 1'000'000));
  lease.Use(1'000'000);
  lease.ReturnBeyond(0);
  lease.HandedOn(5);
  EXPECT_EQ(lease.WhenAvailable(5), 5);
  EXPECT_EQ(lease.group(), UINT32_MAX);
}

}  // namespace
}  // namespace salvo::ratelimit

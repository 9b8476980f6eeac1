// What becomes of a refusal: the table, the options, the schedule.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/retry/classes.h"
#include "engine/retry/policy.h"

namespace salvo::engine {
namespace {

using pdu::CommandStatus;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uint32_t Value(CommandStatus status) { return static_cast<uint32_t>(status); }

StatusClass ClassOf(const RetryOptions& options, uint32_t status) {
  return RuleFor(options, status).status_class;
}

RetryOptions NowSms() {
  RetryOptions options;
  options.profile = RetryProfile::kNowSms;
  return options;
}

TEST(StatusClasses, HaveEveryStatusOfTheCodecButSuccessInItsOrder) {
  std::vector<CommandStatus> expected;
  for (const pdu::StatusName& entry : pdu::AllStatuses()) {
    if (entry.status != CommandStatus::ESME_ROK) expected.push_back(entry.status);
  }
  std::vector<CommandStatus> found;
  for (const StatusDefault& entry : DefaultClasses()) found.push_back(entry.status);
  EXPECT_EQ(found, expected);
}

TEST(StatusClasses, SalvosOwnTellTemporaryTroubleFromTheMessagesOwn) {
  const std::set<uint32_t> temporary = {0x04, 0x05, 0x08, 0x0D, 0x45, 0x64, 0xFF, 0x102};
  const std::set<uint32_t> stopping = {0x0E, 0x0F, 0x53};
  for (const StatusDefault& entry : DefaultClasses()) {
    const uint32_t status = Value(entry.status);
    StatusClass expected = StatusClass::kPermanent;
    if (temporary.contains(status)) expected = StatusClass::kTemporary;
    if (stopping.contains(status)) expected = StatusClass::kStopsAccount;
    if (status == 0x58) expected = StatusClass::kThrottling;
    if (status == 0x14) expected = StatusClass::kQueueFull;
    EXPECT_EQ(ClassOf({}, status), expected) << pdu::NameOf(entry.status);
  }
}

TEST(StatusClasses, OfNowSmsAreTemporaryButForThree) {
  const std::set<uint32_t> permanent = {0x0A, 0x0B, 0x66};
  for (const StatusDefault& entry : DefaultClasses()) {
    const uint32_t status = Value(entry.status);
    const RetryRule rule = RuleFor(NowSms(), status);
    EXPECT_EQ(IsRetried(rule.status_class), !permanent.contains(status));
    const bool outlives = status == 0x58 || status == 0x14;
    EXPECT_EQ(rule.schedule.max_attempts, outlives ? 0u : 20u) << pdu::NameOf(entry.status);
  }
}

TEST(StatusClasses, WhatMayMeanAnythingGetsAFewAttempts) {
  for (const uint32_t status : {0x45u, 0xFFu, 0x400u, 0x4FFu, 0x77777u}) {
    EXPECT_EQ(ClassOf({}, status), StatusClass::kTemporary);
    EXPECT_EQ(RuleFor({}, status).schedule.max_attempts, 5u) << status;
  }
  RetryOptions fewer;
  fewer.schedule.max_attempts = 3;
  EXPECT_EQ(RuleFor(fewer, 0xFF).schedule.max_attempts, 3u);
}

TEST(RetryRules, RejectMakesAStatusPermanent) {
  RetryOptions options;
  options.reject = {0x08, 0x14};
  EXPECT_EQ(ClassOf(options, 0x08), StatusClass::kPermanent);
  EXPECT_EQ(ClassOf(options, 0x14), StatusClass::kPermanent);
  EXPECT_EQ(ClassOf(options, 0x64), StatusClass::kTemporary);
}

TEST(RetryRules, RejectAllSparesThrottlingUnlessItIsNamed) {
  RetryOptions options = NowSms();
  options.reject_all = true;
  EXPECT_EQ(ClassOf(options, 0x08), StatusClass::kPermanent);
  EXPECT_EQ(ClassOf(options, 0x4FF), StatusClass::kPermanent);
  EXPECT_EQ(ClassOf(options, 0x58), StatusClass::kThrottling);
  EXPECT_EQ(ClassOf(options, 0x14), StatusClass::kQueueFull);
  options.reject = {0x58, 0x14};
  EXPECT_EQ(ClassOf(options, 0x58), StatusClass::kPermanent);
  EXPECT_EQ(ClassOf(options, 0x14), StatusClass::kPermanent);
}

TEST(RetryRules, AStatussOwnSettingsGoBeforeRejectAndTheTable) {
  RetryOptions options;
  options.reject_all = true;
  StatusRetry own;
  own.command_status = 0x0B;
  own.status_class = StatusClass::kTemporary;
  own.delay = seconds(5);
  own.max_attempts = 2;
  options.statuses = {own};
  const RetryRule rule = RuleFor(options, 0x0B);
  EXPECT_EQ(rule.status_class, StatusClass::kTemporary);
  EXPECT_EQ(rule.schedule.delay, seconds(5));
  EXPECT_EQ(rule.schedule.max_attempts, 2u);
  EXPECT_EQ(rule.schedule.max_age, hours(24)) << "the rest is the account's";
}

TEST(RetryRules, AnOwnLimitOfAttemptsHoldsForThrottlingToo) {
  RetryOptions options;
  StatusRetry own;
  own.command_status = 0x14;
  own.max_attempts = 2;
  options.statuses = {own};
  EXPECT_EQ(RuleFor(options, 0x14).schedule.max_attempts, 2u);
  EXPECT_EQ(RuleFor(options, 0x58).schedule.max_attempts, 0u);
}

// The document on NowSMS: at once, 30 s after the second error, 60 s after the third, 30 s more
// each time.
TEST(RetrySchedule, IsTheWorkedScheduleByDefault) {
  const RetrySchedule schedule;
  EXPECT_EQ(RetryDelay(schedule, 1), seconds(0));
  EXPECT_EQ(RetryDelay(schedule, 2), seconds(30));
  EXPECT_EQ(RetryDelay(schedule, 3), seconds(60));
  EXPECT_EQ(RetryDelay(schedule, 4), seconds(90));
  EXPECT_EQ(RetryDelay(schedule, 19), seconds(30 * 18));
}

TEST(RetrySchedule, IsFlatWithAMultiplierOfZero) {
  RetrySchedule schedule;
  schedule.multiplier = 0;
  EXPECT_EQ(RetryDelay(schedule, 1), seconds(0));
  for (uint32_t n = 2; n < 30; ++n) EXPECT_EQ(RetryDelay(schedule, n), seconds(30));
}

TEST(RetrySchedule, GrowsByTheMultiplierUpToItsMost) {
  RetrySchedule schedule;
  schedule.delay = seconds(10);
  schedule.multiplier = 1.5;
  schedule.delay_after_attempts = 1;
  schedule.delay_max = seconds(40);
  EXPECT_EQ(RetryDelay(schedule, 1), seconds(15));
  EXPECT_EQ(RetryDelay(schedule, 2), seconds(30));
  EXPECT_EQ(RetryDelay(schedule, 3), seconds(40));
  EXPECT_EQ(RetryDelay(schedule, 4'000'000'000), seconds(40));
}

TEST(RetrySchedule, WaitsAfterEveryErrorWithoutAttemptsBefore) {
  RetrySchedule schedule;
  schedule.delay_after_attempts = 0;
  EXPECT_EQ(RetryDelay(schedule, 1), seconds(60)) << "n - a + 1";
}

TEST(RetryPolicy, EndsWithTheLastAttempt) {
  const RetryPolicy policy{RetryOptions{}};
  for (uint32_t attempts = 1; attempts < 20; ++attempts) {
    EXPECT_TRUE(policy.Decide(CommandStatus::ESME_RSYSERR, attempts, 0).retry) << attempts;
  }
  EXPECT_FALSE(policy.Decide(CommandStatus::ESME_RSYSERR, 20, 0).retry);
  EXPECT_FALSE(policy.Decide(CommandStatus::ESME_RINVDSTADR, 1, 0).retry);
}

TEST(RetryPolicy, ThrottlingAndAFullQueueOutliveTheAttemptsUpToTheirAge) {
  const RetryPolicy policy{RetryOptions{}};
  constexpr io::Nanos kHour = 3600 * io::kNanosPerSecond;
  for (const auto status : {CommandStatus::ESME_RTHROTTLED, CommandStatus::ESME_RMSGQFUL}) {
    const RetryDecision decision = policy.Decide(status, 100, kHour);
    EXPECT_TRUE(decision.retry);
    EXPECT_EQ(decision.delay, 99 * 30 * io::kNanosPerSecond);
    EXPECT_TRUE(policy.Decide(status, 3, 24 * kHour - 60 * io::kNanosPerSecond).retry);
    EXPECT_FALSE(policy.Decide(status, 3, 24 * kHour - 60 * io::kNanosPerSecond + 1).retry);
  }
}

TEST(RetryPolicy, WhatIsDueWaitsALittleBeyondItsAge) {
  const RetryPolicy policy{RetryOptions{}};
  constexpr io::Nanos kDay = 24 * 3600 * io::kNanosPerSecond;
  EXPECT_TRUE(policy.IsInTime(CommandStatus::ESME_RSYSERR, kDay + io::kNanosPerSecond));
  EXPECT_FALSE(policy.IsInTime(CommandStatus::ESME_RSYSERR, kDay + 100 * io::kNanosPerSecond));
}

TEST(RetryPolicy, IsOffWhenNothingCanBeRetried) {
  EXPECT_TRUE(RetryPolicy{RetryOptions{}}.enabled());
  RetryOptions no_age;
  no_age.schedule.max_age = milliseconds(0);
  EXPECT_FALSE(RetryPolicy{no_age}.enabled());
  RetryOptions rejects_all;
  rejects_all.reject_all = true;
  EXPECT_TRUE(RetryPolicy{rejects_all}.enabled()) << "throttling is retried";
  rejects_all.reject = {0x58, 0x14};
  EXPECT_FALSE(RetryPolicy{rejects_all}.enabled());
  StatusRetry own;
  own.command_status = 0x777;
  own.status_class = StatusClass::kTemporary;
  rejects_all.statuses = {own};
  EXPECT_TRUE(RetryPolicy{rejects_all}.enabled());
}

}  // namespace
}  // namespace salvo::engine

#include "tools/bench/runs/messages.h"

#include <gtest/gtest.h>

#include <set>

namespace salvo::bench {
namespace {

std::set<uint64_t> KeysOf(MessageBatch& batch, size_t most) {
  std::set<uint64_t> keys;
  Message message;
  while (keys.size() < most && batch.Next(&message)) keys.insert(message.key);
  return keys;
}

TEST(Source, EndlessBatchesShareTheKeys) {
  Source source("491", "text", 5);
  EXPECT_EQ(KeysOf(*source.Endless(0, 2), 10), (std::set<uint64_t>{1, 3, 5}));
  EXPECT_EQ(KeysOf(*source.Endless(1, 2), 10), (std::set<uint64_t>{2, 4}));
}

TEST(Source, EndlessBatchesEndWhenTheyAreToldTo) {
  Source source("491", "text", 0);
  const auto batch = source.Endless(0, 1);
  EXPECT_EQ(KeysOf(*batch, 1000).size(), 1000u);
  source.Stop();
  Message message;
  EXPECT_FALSE(batch->Next(&message));
}

TEST(Source, MessagesAreToTheNumberWithTheText) {
  Source source("491", "text", 0);
  Message message;
  ASSERT_TRUE(source.Some(7, 1)->Next(&message));
  EXPECT_EQ(message.key, 7u);
  EXPECT_EQ(message.to, "491");
  EXPECT_EQ(message.text, "text");
}

TEST(Schedule, SlowMessagesAreDueOneByOne) {
  const Schedule schedule(100, 5000);
  EXPECT_EQ(schedule.group(), 1u);
  EXPECT_EQ(schedule.DueAt(0), 5000);
  EXPECT_EQ(schedule.DueAt(3), 5000 + 30'000'000);
}

TEST(Schedule, FastOnesAreDueInGroupsAtTheSamePace) {
  const Schedule schedule(100'000, 0);
  EXPECT_EQ(schedule.group(), 100u);
  EXPECT_EQ(schedule.DueAt(99), 0);
  EXPECT_EQ(schedule.DueAt(100), 1'000'000);
  EXPECT_EQ(schedule.DueAt(100'000), 1'000'000'000);
}

TEST(Schedule, CountsWhatIsDueBeforeATime) {
  const Schedule slow(100, 5000);
  EXPECT_EQ(slow.DueBefore(0), 0u);
  EXPECT_EQ(slow.DueBefore(1), 1u);
  EXPECT_EQ(slow.DueBefore(10'000'000), 1u);
  EXPECT_EQ(slow.DueBefore(10'000'001), 2u);
  EXPECT_EQ(Schedule(100'000, 0).DueBefore(1'500'000), 200u);
}

TEST(LatencyCounter, CountsFromWhenAMessageWasDue) {
  LatencyCounter counter;
  counter.Begin(Schedule(100, 1000), 1000);
  Outcome outcome;
  outcome.key = 2;  // due 20 ms after the start
  outcome.result = Result::kAccepted;
  outcome.answered_at_ns = 1000 + 25'000'000;
  counter.OnOutcomes({&outcome, 1});
  EXPECT_EQ(counter.latencies().longest(), 5'000'000);
  EXPECT_EQ(counter.settled(), 1u);
}

TEST(LatencyCounter, LeavesTheWarmUpAndRefusalsOut) {
  LatencyCounter counter;
  counter.Begin(Schedule(100, 0), 10'000'000);
  Outcome outcome;
  outcome.result = Result::kAccepted;
  counter.OnOutcomes({&outcome, 1});  // due at 0
  outcome.key = 2;
  outcome.result = Result::kRejected;
  counter.OnOutcomes({&outcome, 1});
  EXPECT_EQ(counter.latencies().count(), 0u);
  EXPECT_EQ(counter.settled(), 2u);
  EXPECT_EQ(counter.rejected(), 1u);
}

TEST(Counter, KeepsTheStatusOfTheFirstRefusal) {
  Counter counter;
  Outcome outcomes[3];
  outcomes[0].result = Result::kAccepted;
  for (Outcome& outcome : {std::ref(outcomes[1]), std::ref(outcomes[2])}) {
    outcome.result = Result::kRejected;
  }
  outcomes[1].command_status = 0x08;
  outcomes[2].command_status = 0x58;
  counter.OnOutcomes(outcomes);
  EXPECT_EQ(counter.rejected(), 2u);
  EXPECT_EQ(counter.refusal(), 0x08u);
}

TEST(Counter, KeepsWhatWentWrongFirst) {
  Counter counter;
  Event event;
  event.kind = Event::Kind::kBound;
  counter.OnEvent(event);
  EXPECT_EQ(counter.Fault(), "");
  event.kind = Event::Kind::kBindRefused;
  event.text = "refused";
  counter.OnEvent(event);
  event.kind = Event::Kind::kConnectFailed;
  event.text = "gone";
  counter.OnEvent(event);
  EXPECT_EQ(counter.Fault(), "refused");
  EXPECT_EQ(counter.exit_code(), 5);
}

}  // namespace
}  // namespace salvo::bench

#include "engine/core/report.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace salvo::engine {
namespace {

class Recorder : public Listener {
 public:
  void OnOutcomes(std::span<const Outcome> outcomes) override {
    for (const Outcome& outcome : outcomes) {
      seen.push_back(std::string(outcome.to) + "=" + std::string(outcome.message_ids));
    }
  }
  void OnEvent(const Event& event) override {
    seen.push_back(std::string(event.account) + ": " + std::string(event.text));
  }

  std::vector<std::string> seen;
};

Outcome MakeOutcome(const std::string& to, const std::string& ids) {
  Outcome outcome;
  outcome.to = to;
  outcome.message_ids = ids;
  return outcome;
}

TEST(OutcomeBatch, KeepsWhatItsViewsReferTo) {
  OutcomeBatch batch;
  {
    const std::string to = "491701234567";
    const std::string ids = "a b c";
    batch.Add(MakeOutcome(to, ids));
  }
  ASSERT_EQ(batch.outcomes().size(), 1u);
  EXPECT_EQ(batch.outcomes()[0].to, "491701234567");
  EXPECT_EQ(batch.outcomes()[0].message_ids, "a b c");
}

TEST(OutcomeBatch, SaysWhenItIsFull) {
  OutcomeBatch batch;
  EXPECT_TRUE(batch.HasRoom(OutcomeBatch::kMostOctets));
  for (size_t i = 0; i < OutcomeBatch::kMostEntries; ++i) batch.Add(MakeOutcome("1", ""));
  EXPECT_FALSE(batch.HasRoom(1));
  batch.Clear();
  EXPECT_TRUE(batch.HasRoom(1));
}

TEST(Reporter, GivesOutcomesAndEventsInOrder) {
  Recorder recorder;
  Reporter reporter(&recorder);
  auto batch = reporter.Obtain();
  batch->Add(MakeOutcome("1", "x"));
  reporter.Deliver(std::move(batch));
  {
    const std::string account = "default";
    Event event;
    event.account = account;
    event.text = "bound";
    reporter.Deliver(event);
  }
  reporter.RunOnce();
  EXPECT_EQ(recorder.seen, (std::vector<std::string>{"1=x", "default: bound"}));
}

TEST(Reporter, UsesBatchesAgain) {
  Recorder recorder;
  Reporter reporter(&recorder);
  auto batch = reporter.Obtain();
  const OutcomeBatch* first = batch.get();
  batch->Add(MakeOutcome("1", ""));
  reporter.Deliver(std::move(batch));
  reporter.RunOnce();
  batch = reporter.Obtain();
  EXPECT_EQ(batch.get(), first);
  EXPECT_TRUE(batch->empty());
}

TEST(Reporter, IsCongestedWhenTheListenerFallsBehindAndTellsOfRelief) {
  Recorder recorder;
  Reporter reporter(&recorder);
  while (!reporter.congested()) {
    auto batch = reporter.Obtain();
    batch->Add(MakeOutcome("1", ""));
    reporter.Deliver(std::move(batch));
  }
  reporter.RunOnce();
  EXPECT_FALSE(reporter.congested());
}

TEST(Reporter, WakesShardsForASoonerDeadlineAndForNoOther) {
  Recorder recorder;
  Reporter reporter(&recorder);
  ReceiptDesk::Options options;
  options.accounts = {"default"};
  options.matching.accounts.resize(1);
  reporter.desk().Configure(options, nullptr, 0, 0);
  int woken = 0;
  reporter.OnNews([&] { ++woken; });
  const auto come = [&](const char* id, io::Nanos now) {
    auto batch = reporter.Obtain();
    InboundReceipt receipt;
    receipt.id = id;
    batch->Add(receipt);
    batch->Stamp(now, now);
    reporter.Deliver(std::move(batch));
    reporter.RunOnce();
  };
  come("early", io::kNanosPerSecond);
  EXPECT_EQ(woken, 1);
  const io::Nanos first = reporter.desk().next_deadline();
  EXPECT_EQ(first, 61 * io::kNanosPerSecond);
  come("and another", 2 * io::kNanosPerSecond);
  EXPECT_EQ(woken, 1);
  reporter.Tick(first, first);
  reporter.RunOnce();
  EXPECT_EQ(woken, 2) << "for the second";
  EXPECT_EQ(reporter.desk().next_deadline(), 62 * io::kNanosPerSecond);
}

TEST(Reporter, StopGivesWhatWasDeliveredBefore) {
  Recorder recorder;
  Reporter reporter(&recorder);
  reporter.Start();
  for (int i = 0; i < 1000; ++i) {
    auto batch = reporter.Obtain();
    batch->Add(MakeOutcome(std::to_string(i), ""));
    reporter.Deliver(std::move(batch));
  }
  reporter.Stop();
  EXPECT_EQ(recorder.seen.size(), 1000u);
}

TEST(OutcomeBatch, WhatAJournalDoesNotHoldIsCalledUnknownAndWhatAnEarlierRunToldIsNot) {
  OutcomeBatch batch;
  for (const bool earlier : {false, true}) {
    Outcome outcome;
    outcome.result = Result::kRejected;
    outcome.command_status = 0x0B;
    outcome.earlier = earlier;
    batch.Add(outcome);
  }
  std::vector<Result> were;
  batch.CallUnknown([&](Result was) { were.push_back(was); });
  EXPECT_EQ(were, std::vector<Result>{Result::kRejected});
  const auto outcomes = batch.outcomes();
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[0].result, Result::kUnknown);
  EXPECT_EQ(outcomes[0].command_status, 0u);
  EXPECT_EQ(outcomes[1].result, Result::kRejected);
  EXPECT_EQ(outcomes[1].command_status, 0x0Bu);
}

}  // namespace
}  // namespace salvo::engine

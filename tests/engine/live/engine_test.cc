// The engine as an embedder has it: real threads, real rings, the simulator on a loopback socket.
#include "salvo/engine.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <limits>
#include <map>
#include <set>
#include <thread>

#include "tests/engine/live/live_support.h"

namespace salvo {
namespace {

using test::AccountFor;
using test::CodeOfCreate;
using test::LiveSmsc;
using test::Messages;
using test::Recorder;

TEST(Engine, SendsEveryMessageOnceOverSeveralShardsAndBinds) {
  LiveSmsc smsc;
  AccountOptions account = AccountFor(smsc);
  account.binds = 4;
  account.reconnect.bind_interval = std::chrono::milliseconds(0);
  Recorder recorder;
  EngineOptions options;
  options.shards = 2;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create(options, {account}, &recorder, &engine).ok());
  constexpr uint64_t kBatches = 100;
  constexpr uint64_t kPerBatch = 100;
  for (uint64_t i = 0; i < kBatches; ++i) {
    ASSERT_TRUE(engine->Submit(Messages(i * kPerBatch, kPerBatch)).ok());
  }
  engine->Finish();
  ASSERT_TRUE(engine->WaitUntilDone());
  EXPECT_EQ(recorder.results.size(), kBatches * kPerBatch);
  EXPECT_EQ(recorder.Count(Result::kAccepted), kBatches * kPerBatch);
  const Stats stats = engine->Snapshot();
  EXPECT_EQ(stats.accepted, kBatches * kPerBatch);
  EXPECT_EQ(stats.binds.size(), 4u);
  for (const BindStats& bind : stats.binds) {
    EXPECT_EQ(bind.state, BindState::kStopped);
    EXPECT_GT(bind.submitted, 0u);
  }
  smsc.Stop();
  EXPECT_EQ(smsc.submits(), kBatches * kPerBatch);
}

TEST(Engine, RoutesABatchToTheAccountItIsFor) {
  LiveSmsc one;
  LiveSmsc two;
  AccountOptions first = AccountFor(one);
  first.name = "one";
  AccountOptions second = AccountFor(two);
  second.name = "two";
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {first, second}, &recorder, &engine).ok());
  ASSERT_TRUE(engine->Submit(Messages(0, 300), "two").ok());
  EXPECT_EQ(engine->Submit(Messages(300, 1), "three").code(), StatusCode::kInvalidArgument);
  engine->Finish();
  ASSERT_TRUE(engine->WaitUntilDone());
  one.Stop();
  two.Stop();
  EXPECT_EQ(one.submits(), 0u);
  EXPECT_EQ(two.submits(), 300u);
}

TEST(Engine, GivesEveryMessageAnOutcomeWhenItIsDrainedEarly) {
  sim::Options slow;
  slow.delay = *sim::DelayDistribution::Parse("20ms");
  LiveSmsc smsc(slow);
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {AccountFor(smsc)}, &recorder, &engine).ok());
  uint64_t submitted = 0;
  while (engine->Snapshot().accepted == 0) {
    auto batch = Messages(submitted, 500);
    if (engine->TrySubmit(std::move(batch)).ok()) submitted += 500;
  }
  engine->Drain();
  ASSERT_TRUE(engine->WaitUntilDone());
  EXPECT_EQ(recorder.results.size(), submitted);
  EXPECT_GT(recorder.Count(Result::kAccepted), 0u);
  EXPECT_GT(recorder.Count(Result::kUnsent), 0u);
  EXPECT_EQ(recorder.Count(Result::kAccepted) + recorder.Count(Result::kUnsent), submitted);
  auto late = Messages(submitted, 1);
  EXPECT_EQ(engine->Submit(std::move(late)).code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(late, nullptr);
}

TEST(Engine, NoBatchIsNoneThatItTakes) {
  LiveSmsc smsc;
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {AccountFor(smsc)}, &recorder, &engine).ok());
  EXPECT_EQ(engine->Submit(nullptr).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(engine->TrySubmit(nullptr).code(), StatusCode::kInvalidArgument);
  engine->Finish();
  EXPECT_TRUE(engine->WaitUntilDone());
}

// Told of nothing before it is let go.
class HeldRecorder : public Recorder {
 public:
  void OnOutcomes(std::span<const Outcome> outcomes) override {
    go_on.wait(false);
    Recorder::OnOutcomes(outcomes);
    told.store(told.load() + outcomes.size());
  }

  std::atomic<bool> go_on = false;
  std::atomic<uint64_t> told = 0;
};

TEST(Engine, IsDoneWhenTheLastOutcomeWasToldAndWaitsNoLongerThanAsked) {
  LiveSmsc smsc;
  HeldRecorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {AccountFor(smsc)}, &recorder, &engine).ok());
  ASSERT_TRUE(engine->Submit(Messages(0, 1000)).ok());
  engine->Finish();
  while (engine->Snapshot().accepted < 1000) std::this_thread::yield();
  EXPECT_FALSE(engine->WaitUntilDone(std::chrono::milliseconds(1)));
  std::atomic<uint64_t> least_told = UINT64_MAX;
  const auto wait = [&] {
    EXPECT_TRUE(engine->WaitUntilDone());
    const uint64_t told = recorder.told.load();
    if (told < least_told.load()) least_told.store(told);
  };
  std::thread one(wait);
  std::thread two(wait);
  recorder.go_on.store(true);
  recorder.go_on.notify_all();
  one.join();
  two.join();
  EXPECT_EQ(least_told.load(), 1000u);
}

// Messages that are made when they are asked for.
class LazyBatch : public MessageBatch {
 public:
  LazyBatch(uint64_t count, std::atomic<uint64_t>* made) : count_(count), made_(made) {}

  bool Next(Message* message) override {
    if (made_->load() == count_) return false;
    *message = {};
    message->key = made_->fetch_add(1);
    message->to = "491701234567";
    message->text = "Hello";
    return true;
  }

 private:
  const uint64_t count_;
  std::atomic<uint64_t>* const made_;
};

TEST(Engine, OfMessagesThatAreNotBegunAnyMoreItMakesNoMoreThanAreTold) {
  constexpr uint64_t kMessages = 1'000'000;
  LiveSmsc smsc;
  std::atomic<uint64_t> made = 0;
  HeldRecorder recorder;
  AccountOptions account = AccountFor(smsc);
  account.rate = 1;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {account}, &recorder, &engine).ok());
  ASSERT_TRUE(engine->Submit(std::make_unique<LazyBatch>(kMessages, &made)).ok());
  engine->Drain();
  // It comes to rest while nothing is told.
  for (uint64_t before = UINT64_MAX; before != made.load();) {
    before = made.load();
    EXPECT_FALSE(engine->WaitUntilDone(std::chrono::milliseconds(100)));
  }
  EXPECT_GT(made.load(), 1000u);
  EXPECT_LT(made.load(), 100'000u);
  recorder.go_on.store(true);
  recorder.go_on.notify_all();
  ASSERT_TRUE(engine->WaitUntilDone());
  EXPECT_EQ(recorder.told.load(), kMessages);
  EXPECT_EQ(recorder.Count(Result::kUnsent) + recorder.Count(Result::kAccepted), kMessages);
}

TEST(Engine, OptionsThatCannotWorkAreRefused) {
  AccountOptions account;
  account.hosts = {{"127.0.0.1", 1}};
  account.system_id = "demo";
  Recorder recorder;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EngineOptions options;
  for (const double rate : {kInfinity, std::nan(""), -1.0}) {
    options.rate = rate;
    EXPECT_EQ(CodeOfCreate(options, account, &recorder), StatusCode::kInvalidArgument) << rate;
  }
  options.rate = 1;
  for (const double burst : {0.2, -5.0, kInfinity, std::nan("")}) {
    options.burst = burst;
    EXPECT_EQ(CodeOfCreate(options, account, &recorder), StatusCode::kInvalidArgument) << burst;
  }
  EXPECT_EQ(CodeOfCreate({}, account, nullptr), StatusCode::kInvalidArgument);
  account.response_timeout = std::chrono::milliseconds::max();
  EXPECT_EQ(CodeOfCreate({}, account, &recorder), StatusCode::kInvalidArgument);
}

TEST(Engine, SaysHowManyBindsAreTooManyForItsShards) {
  AccountOptions account;
  account.hosts = {{"127.0.0.1", 1}};
  account.system_id = "demo";
  account.binds = 9'000;
  Recorder recorder;
  EngineOptions options;
  options.shards = 1;
  EXPECT_EQ(CodeOfCreate(options, account, &recorder), StatusCode::kOk);
  account.bind_type = BindType::kTransmitterAndReceiver;
  std::unique_ptr<Engine> engine;
  const Status status = Engine::Create(options, {account}, &recorder, &engine);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("18000 connections a shard"), std::string::npos)
      << status.message();
}

TEST(Engine, WhoeverOnlyReceivesIsGivenNoMessages) {
  LiveSmsc smsc;
  AccountOptions receiver = AccountFor(smsc);
  receiver.name = "receiver";
  receiver.bind_type = BindType::kReceiver;
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {receiver}, &recorder, &engine).ok());
  EXPECT_EQ(engine->Submit(Messages(0, 1)).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(engine->TrySubmit(Messages(0, 1)).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(engine->Submit(Messages(0, 1), "receiver").code(), StatusCode::kInvalidArgument);
  EXPECT_FALSE(engine->WaitUntilDone(std::chrono::milliseconds(20))) << "it receives";
  engine->Finish();
  EXPECT_TRUE(engine->WaitUntilDone());
}

TEST(Engine, AReceiverDoesNotKeepTheRunUpWhenNobodySendsAnyMore) {
  LiveSmsc smsc;
  AccountOptions receiver = AccountFor(smsc);
  receiver.name = "receiver";
  receiver.bind_type = BindType::kReceiver;
  AccountOptions sender = AccountFor(smsc);
  sender.name = "sender";
  sender.password = "wrong";
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {sender, receiver}, &recorder, &engine).ok());
  engine->Submit(Messages(0, 5)).ok();
  engine->Finish();
  ASSERT_TRUE(engine->WaitUntilDone());
  EXPECT_EQ(recorder.Count(Result::kUnsent), recorder.results.size());
}

TEST(Engine, AnUnreachableAccountEndsTheRunWithEverythingUnsent) {
  uint16_t free_port = 0;
  {
    LiveSmsc gone;
    free_port = gone.port();
  }
  AccountOptions account;
  account.hosts = {{"127.0.0.1", free_port}};
  account.system_id = "demo";
  account.reconnect.initial = std::chrono::milliseconds(1);
  account.reconnect.bind_interval = std::chrono::milliseconds(0);
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {account}, &recorder, &engine).ok());
  auto batch = Messages(0, 10);
  // The account may have given up already; both ways the messages come to the same end.
  const bool taken = engine->Submit(std::move(batch)).ok();
  engine->Finish();
  ASSERT_TRUE(engine->WaitUntilDone());
  EXPECT_EQ(recorder.Count(Result::kUnsent), taken ? 10u : 0u);
  EXPECT_EQ(recorder.events.back(), Event::Kind::kAccountStopped);
}

TEST(Engine, IsDestroyedInTheMiddleOfARun) {
  LiveSmsc smsc;
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {AccountFor(smsc)}, &recorder, &engine).ok());
  for (uint64_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(engine->Submit(Messages(i * 1000, 1000)).ok());
  }
  while (engine->Snapshot().accepted == 0) std::this_thread::yield();
  engine.reset();
}

TEST(Engine, NamesWhatIsWrongWithItsAccounts) {
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  EXPECT_EQ(Engine::Create({}, {}, &recorder, &engine).message(), "there is no account");
  AccountOptions account;
  account.hosts = {{"127.0.0.1", 1}};
  account.system_id = "x";
  EXPECT_EQ(Engine::Create({}, {account, account}, &recorder, &engine).message(),
            "two accounts have the name 'default'");
  account.system_id = "";
  EXPECT_NE(Engine::Create({}, {account}, &recorder, &engine).message().find("system_id"),
            std::string::npos);
}

TEST(Engine, AnAnswerIsTimedWhenItComesAndNotWhenTheWaitForItBegan) {
  sim::Options options;
  options.delay = *sim::DelayDistribution::Parse("100ms");
  LiveSmsc smsc(options);
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {AccountFor(smsc)}, &recorder, &engine).ok());
  ASSERT_TRUE(engine->Submit(Messages(0, 1)).ok());
  engine->Finish();
  ASSERT_TRUE(engine->WaitUntilDone());
  EXPECT_GE(engine->Snapshot().binds.at(0).round_trip_us, 99'000u);
}

TEST(Engine, AnUpdateOfItsAccountsHoldsFromNowOn) {
  sim::Options options;
  options.errors = {{pdu::CommandStatus::ESME_RSYSERR, 1}};
  LiveSmsc smsc(options);
  AccountOptions account = AccountFor(smsc);
  account.retry.schedule.delay = std::chrono::milliseconds(20);
  account.retry.schedule.multiplier = 0;
  account.retry.schedule.max_attempts = 1'000'000;
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {account}, &recorder, &engine).ok());
  ASSERT_TRUE(engine->Submit(Messages(0, 10)).ok());
  engine->Finish();
  while (engine->Snapshot().retries < 30) std::this_thread::yield();
  account.rate = 5000;
  account.retry.reject = {0x08};
  ASSERT_TRUE(engine->Update({account}).ok());
  EXPECT_EQ(engine->Snapshot().accounts.at(0).rate, 5000);
  ASSERT_TRUE(engine->WaitUntilDone());
  EXPECT_EQ(recorder.Count(Result::kRejected), 10u);
}

TEST(Engine, AnUpdateThatCannotBeChangesNothing) {
  LiveSmsc smsc;
  const AccountOptions account = AccountFor(smsc);
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {account}, &recorder, &engine).ok());
  AccountOptions good = account;
  good.rate = 7;
  AccountOptions unknown = account;
  unknown.name = "another";
  EXPECT_EQ(engine->Update({good, unknown}).message(), "no account has the name 'another'");
  AccountOptions bad = account;
  bad.retry.schedule.max_attempts = 0;
  EXPECT_NE(engine->Update({good, bad}).message().find("retry.max_attempts"), std::string::npos);
  EXPECT_EQ(engine->Snapshot().accounts.at(0).rate, 0);
  engine->Finish();
  ASSERT_TRUE(engine->WaitUntilDone());
}

// Messages without a number, until they are enough.
class InvalidMessages : public MessageBatch {
 public:
  explicit InvalidMessages(const std::atomic<bool>* enough) : enough_(*enough) {}
  bool Next(Message* message) override {
    *message = Message();
    message->key = ++key_;
    message->text = "x";
    return !enough_.load();
  }

 private:
  const std::atomic<bool>& enough_;
  uint64_t key_ = 0;
};

// Says when the first outcome was told.
class FirstOutcome : public Listener {
 public:
  explicit FirstOutcome(std::atomic<bool>* told) : told_(*told) {}
  void OnOutcomes(std::span<const Outcome> /*outcomes*/) override { told_.store(true); }
  void OnEvent(const Event& /*event*/) override {}

 private:
  std::atomic<bool>& told_;
};

TEST(Engine, MessagesThatCannotBeSentAreToldWhileFurtherOnesCome) {
  LiveSmsc smsc;
  std::atomic<bool> told = false;
  FirstOutcome listener(&told);
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {AccountFor(smsc)}, &listener, &engine).ok());
  ASSERT_TRUE(engine->Submit(std::make_unique<InvalidMessages>(&told)).ok());
  engine->Finish();
  EXPECT_TRUE(engine->WaitUntilDone(std::chrono::seconds(20))) << "nobody was told";
  told.store(true);
}

TEST(Engine, AMessageThatCannotBeSentIsInvalidAndStopsNobody) {
  LiveSmsc smsc;
  Recorder recorder;
  std::unique_ptr<Engine> engine;
  ASSERT_TRUE(Engine::Create({}, {AccountFor(smsc)}, &recorder, &engine).ok());
  std::vector<OwnedMessage> messages(3);
  messages[0] = {1, 0, "491701234567", "", "Hello", {}};
  messages[1] = {2, 0, "not a number", "", "Hello", {}};
  messages[2] = {3, 0, "491701234568", "", "Hello", {}};
  ASSERT_TRUE(engine->Submit(MakeBatch(std::move(messages))).ok());
  engine->Finish();
  ASSERT_TRUE(engine->WaitUntilDone());
  EXPECT_EQ(recorder.Count(Result::kAccepted), 2u);
  EXPECT_EQ(recorder.results[2][Result::kInvalid], 1u);
}

}  // namespace
}  // namespace salvo

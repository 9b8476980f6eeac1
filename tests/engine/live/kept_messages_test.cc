// The journal as an embedder has it, and messages that are kept there, so that a program need not
// have them twice.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>

#include "salvo/journal.h"
#include "tests/engine/live/live_support.h"
#include "tests/support/temp_dir.h"

namespace salvo {
namespace {

using test::AccountFor;
using test::CodeOfCreate;
using test::LiveSmsc;
using test::Messages;
using test::Recorder;

// A journal that keeps messages.
std::unique_ptr<Journal> OpenKeeping(const std::string& directory) {
  JournalOptions options;
  options.directory = directory;
  options.keep_messages = true;
  std::unique_ptr<Journal> journal;
  const Status status = Journal::Open(options, &journal);
  EXPECT_TRUE(status.ok()) << status.message();
  return journal;
}

// An account that nobody answers for.
AccountOptions NobodysAccount() {
  AccountOptions account;
  account.hosts = {{"127.0.0.1", 1}};
  account.system_id = "demo";
  return account;
}

std::unique_ptr<Engine> EngineWith(Journal& journal, const AccountOptions& account,
                                   Listener& listener) {
  EngineOptions options;
  options.journal = &journal;
  std::unique_ptr<Engine> engine;
  const Status status = Engine::Create(options, {account}, &listener, &engine);
  EXPECT_TRUE(status.ok()) << status.message();
  return engine;
}

// Gives the engine what earlier runs left; how many batches that were.
int SubmitUnsettled(Journal& journal, Engine& engine) {
  std::unique_ptr<MessageBatch> batch;
  for (int batches = 0;; ++batches) {
    EXPECT_TRUE(journal.NextUnsettled(&batch).ok());
    if (batch == nullptr) return batches;
    EXPECT_TRUE(engine.Submit(std::move(batch)).ok());
  }
}

TEST(KeptMessages, AJournalIsForOneEngine) {
  const test::TempDir dir;
  Recorder recorder;
  const auto journal = OpenKeeping(dir.Path("j"));
  EngineOptions options;
  options.journal = journal.get();
  EXPECT_EQ(CodeOfCreate(options, NobodysAccount(), &recorder), StatusCode::kOk);
  EXPECT_EQ(CodeOfCreate(options, NobodysAccount(), &recorder), StatusCode::kFailedPrecondition);
}

TEST(KeptMessages, AreSentByTheNextRunAndByNoneAfterIt) {
  const test::TempDir dir;
  {
    Recorder recorder;
    const auto journal = OpenKeeping(dir.Path("j"));
    const auto engine = EngineWith(*journal, NobodysAccount(), recorder);
    ASSERT_TRUE(engine->Submit(Messages(1, 10)).ok());
    std::unique_ptr<MessageBatch> more = Messages(11, 5);
    ASSERT_TRUE(engine->TrySubmit(std::move(more)).ok());
    EXPECT_TRUE(recorder.results.empty());
  }
  LiveSmsc smsc;
  for (const uint64_t expected : {uint64_t{15}, uint64_t{0}}) {
    Recorder recorder;
    const auto journal = OpenKeeping(dir.Path("j"));
    const auto engine = EngineWith(*journal, AccountFor(smsc), recorder);
    EXPECT_EQ(SubmitUnsettled(*journal, *engine), expected > 0 ? 2 : 0);
    engine->Finish();
    ASSERT_TRUE(engine->WaitUntilDone());
    EXPECT_EQ(recorder.Count(Result::kAccepted), expected);
    EXPECT_EQ(recorder.results.size(), expected);
  }
}

TEST(Journals, ThatReachTheLimitOfFileSizesEndTheCampaignAndNotTheProcess) {
  const test::TempDir dir;
  LiveSmsc smsc;
  Recorder recorder;
  JournalOptions options;
  options.directory = dir.Path("j");
  std::unique_ptr<Journal> journal;
  ASSERT_TRUE(Journal::Open(options, &journal).ok());
  const auto engine = EngineWith(*journal, AccountFor(smsc), recorder);
  signal(SIGXFSZ, SIG_DFL);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{4096, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  // Until a journal has used up the room that it had.
  uint64_t submitted = 0;
  while (engine->Submit(Messages(1 + submitted, 1000)).ok()) submitted += 1000;
  const bool ended = engine->WaitUntilDone();
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_TRUE(ended);
  EXPECT_EQ(std::count(recorder.events.begin(), recorder.events.end(), Event::Kind::kJournalFailed),
            1);
  EXPECT_EQ(recorder.results.size(), submitted);
}

TEST(KeptMessages, ThoseOfAnotherJournalAreKeptInTheirNewOne) {
  const test::TempDir dir;
  Recorder recorder;
  {
    const auto old = OpenKeeping(dir.Path("old"));
    ASSERT_TRUE(EngineWith(*old, NobodysAccount(), recorder)->Submit(Messages(1, 10)).ok());
  }
  {
    const auto old = OpenKeeping(dir.Path("old"));
    const auto journal = OpenKeeping(dir.Path("new"));
    const auto engine = EngineWith(*journal, NobodysAccount(), recorder);
    EXPECT_EQ(SubmitUnsettled(*old, *engine), 1);
  }
  LiveSmsc smsc;
  const auto journal = OpenKeeping(dir.Path("new"));
  const auto engine = EngineWith(*journal, AccountFor(smsc), recorder);
  EXPECT_EQ(SubmitUnsettled(*journal, *engine), 1);
  engine->Finish();
  ASSERT_TRUE(engine->WaitUntilDone());
  EXPECT_EQ(recorder.Count(Result::kAccepted), 10u);
}

TEST(KeptMessages, AreSentByTheRunThatTookThem) {
  const test::TempDir dir;
  LiveSmsc smsc;
  Recorder recorder;
  const auto journal = OpenKeeping(dir.Path("j"));
  const auto engine = EngineWith(*journal, AccountFor(smsc), recorder);
  for (uint64_t i = 0; i < 50; ++i) ASSERT_TRUE(engine->Submit(Messages(1 + 20 * i, 20)).ok());
  ASSERT_TRUE(engine->Submit(Messages(2000, 1)).ok());
  engine->Finish();
  ASSERT_TRUE(engine->WaitUntilDone());
  EXPECT_EQ(recorder.Count(Result::kAccepted), 1001u);
}

TEST(KeptMessages, WhatIsNotTakenIsNotKeptAndCanBeGivenAgain) {
  const test::TempDir dir;
  Recorder recorder;
  {
    const auto journal = OpenKeeping(dir.Path("j"));
    const auto engine = EngineWith(*journal, NobodysAccount(), recorder);
    std::unique_ptr<MessageBatch> batch = Messages(1, 3);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    const rlimit none{40, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
    const Status status = engine->Submit(std::move(batch));
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << status.message();
    ASSERT_NE(batch, nullptr);
    engine->Finish();
    EXPECT_EQ(engine->Submit(std::move(batch)).code(), StatusCode::kFailedPrecondition);
    ASSERT_NE(batch, nullptr);
    Message message;
    for (uint64_t key = 1; key <= 3; ++key) {
      ASSERT_TRUE(batch->Next(&message));
      EXPECT_EQ(message.key, key);
    }
    EXPECT_FALSE(batch->Next(&message));
  }
  std::unique_ptr<MessageBatch> left;
  ASSERT_TRUE(OpenKeeping(dir.Path("j"))->NextUnsettled(&left).ok());
  EXPECT_EQ(left, nullptr);
}

TEST(KeptMessages, TheirAccountIsKnown) {
  const test::TempDir dir;
  Recorder recorder;
  AccountOptions account = NobodysAccount();
  account.name = "second";
  {
    const auto journal = OpenKeeping(dir.Path("j"));
    const auto engine = EngineWith(*journal, account, recorder);
    ASSERT_TRUE(engine->Submit(Messages(1, 3), "second").ok());
  }
  const auto journal = OpenKeeping(dir.Path("j"));
  std::unique_ptr<MessageBatch> left;
  std::string name;
  ASSERT_TRUE(journal->NextUnsettled(&left, &name).ok());
  EXPECT_NE(left, nullptr);
  EXPECT_EQ(name, "second");
}

}  // namespace
}  // namespace salvo

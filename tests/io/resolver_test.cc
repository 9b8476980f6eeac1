#include "io/resolver.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace salvo::io {
namespace {

using Answer = absl::StatusOr<std::vector<SocketAddress>>;

// A zone whose name service answers to nobody for as long as it is dead. Is looked up by the
// getaddrinfo of this program.
class DeadZone {
 public:
  static bool IsOf(const std::string& host) { return host.ends_with(".dead.invalid"); }

  void Ask() {
    std::unique_lock lock(mutex_);
    ++asked_;
    most_ = std::max(most_, ++asking_);
    changed_.notify_all();
    changed_.wait(lock, [this] { return !dead_; });
    --asking_;
    changed_.notify_all();
  }

  void Die() {
    const std::lock_guard lock(mutex_);
    dead_ = true;
    asked_ = most_ = 0;
  }
  // Ends when nobody asks any more.
  void Revive() {
    std::unique_lock lock(mutex_);
    dead_ = false;
    changed_.notify_all();
    changed_.wait(lock, [this] { return asking_ == 0; });
  }
  void WaitForAsking(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asking_ >= count; });
  }
  // Since it died.
  size_t asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  size_t most_at_a_time() {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool dead_ = false;
  size_t asking_ = 0;
  size_t asked_ = 0;
  size_t most_ = 0;
};

DeadZone& TheDeadZone() {
  static auto* const zone = new DeadZone;
  return *zone;
}

class ResolverTest : public testing::Test {
 protected:
  // Runs what is posted until `count` answers are there.
  void WaitFor(size_t count) {
    while (answers_.size() < count) {
      pollfd p = {inbox_->descriptor(), POLLIN, 0};
      ASSERT_EQ(poll(&p, 1, 120'000), 1);
      uint64_t value = 0;
      ASSERT_EQ(read(inbox_->descriptor(), &value, sizeof value),
                static_cast<ssize_t>(sizeof value));
      inbox_->Woken();
      inbox_->RunPosted();
    }
  }

  ResolveCallback Remember() {
    return [this](Answer answer) { answers_.push_back(std::move(answer)); };
  }

  std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  std::vector<Answer> answers_;
};

TEST_F(ResolverTest, AnAddressIsAnsweredInALaterTurn) {
  Resolver resolver(inbox_);
  resolver.Resolve({"127.0.0.1", 5}, Remember());
  resolver.Resolve({"::1", 6}, Remember());
  EXPECT_TRUE(answers_.empty());
  WaitFor(2);
  ASSERT_TRUE(answers_[0].ok() && answers_[1].ok());
  ASSERT_EQ(answers_[0]->size(), 1u);
  EXPECT_EQ(answers_[0]->front().ToString(), "127.0.0.1:5");
  ASSERT_EQ(answers_[1]->size(), 1u);
  EXPECT_EQ(answers_[1]->front().ToString(), "[::1]:6");
}

TEST_F(ResolverTest, ANameIsResolved) {
  Resolver resolver(inbox_);
  resolver.Resolve({"localhost", 2775}, Remember());
  WaitFor(1);
  ASSERT_TRUE(answers_[0].ok()) << answers_[0].status();
  ASSERT_FALSE(answers_[0]->empty());
  EXPECT_EQ(answers_[0]->front().port(), 2775);
}

TEST_F(ResolverTest, AnUnknownNameIsAnErrorThatNamesIt) {
  Resolver resolver(inbox_);
  resolver.Resolve({"no-such-host.invalid", 2775}, Remember());
  WaitFor(1);
  ASSERT_FALSE(answers_[0].ok());
  EXPECT_NE(std::string(answers_[0].status().message()).find("no-such-host.invalid"),
            std::string::npos);
}

TEST_F(ResolverTest, EveryQuestionGetsItsAnswer) {
  Resolver resolver(inbox_);
  for (uint16_t port = 1; port <= 20; ++port) resolver.Resolve({"localhost", port}, Remember());
  WaitFor(20);
  std::vector<uint16_t> ports;
  for (const Answer& answer : answers_) {
    ASSERT_TRUE(answer.ok());
    ports.push_back(answer->front().port());
  }
  std::sort(ports.begin(), ports.end());
  for (uint16_t port = 1; port <= 20; ++port) EXPECT_EQ(ports[port - 1u], port);
}

class ResolverOfADeadZoneTest : public ResolverTest {
 protected:
  void SetUp() override { TheDeadZone().Die(); }
  void TearDown() override { TheDeadZone().Revive(); }
};

TEST_F(ResolverOfADeadZoneTest, ANameThatNobodyAnswersForHoldsUpNoOther) {
  Resolver resolver(inbox_);
  resolver.Resolve({"smsc.dead.invalid", 1}, Remember());
  TheDeadZone().WaitForAsking(1);
  resolver.Resolve({"localhost", 2}, Remember());
  WaitFor(1);
  EXPECT_TRUE(answers_[0].ok()) << answers_[0].status();
  TheDeadZone().Revive();
  WaitFor(2);
  EXPECT_FALSE(answers_[1].ok());
}

TEST_F(ResolverOfADeadZoneTest, ManyWhoAskForOneNameTakeOneThread) {
  Resolver resolver(inbox_);
  for (int i = 0; i < 100; ++i) resolver.Resolve({"smsc.dead.invalid", 1}, Remember());
  resolver.Resolve({"localhost", 2}, Remember());
  WaitFor(1);
  EXPECT_TRUE(answers_[0].ok()) << answers_[0].status();
  TheDeadZone().Revive();
  WaitFor(101);
  EXPECT_EQ(TheDeadZone().asked(), 1u);
  for (size_t i = 1; i < answers_.size(); ++i) EXPECT_FALSE(answers_[i].ok());
}

TEST_F(ResolverOfADeadZoneTest, FurtherNamesWaitWhenAllThreadsDo) {
  Resolver resolver(inbox_);
  constexpr uint16_t kNames = 3 * Resolver::kMostThreads;
  for (uint16_t i = 0; i < kNames; ++i) resolver.Resolve({"smsc.dead.invalid", i}, Remember());
  TheDeadZone().WaitForAsking(Resolver::kMostThreads);
  EXPECT_TRUE(answers_.empty());
  TheDeadZone().Revive();
  WaitFor(kNames);
  EXPECT_EQ(TheDeadZone().asked(), kNames);
  EXPECT_EQ(TheDeadZone().most_at_a_time(), Resolver::kMostThreads);
}

TEST_F(ResolverOfADeadZoneTest, DestroyedItWaitsForNobodyAndTellsNobody) {
  const auto kept = std::make_shared<int>(1);
  {
    Resolver resolver(inbox_);
    for (uint16_t i = 0; i < 20; ++i) {
      resolver.Resolve({"smsc.dead.invalid", i}, [kept](Answer) { FAIL(); });
    }
    TheDeadZone().WaitForAsking(Resolver::kMostThreads);
  }
  EXPECT_EQ(kept.use_count(), 1);
  TheDeadZone().Revive();
  inbox_->RunPosted();
}

TEST_F(ResolverTest, DestroyedWithQuestionsUnderWayItForgetsThem) {
  const auto kept = std::make_shared<int>(1);
  for (int i = 0; i < 50; ++i) {
    Resolver resolver(inbox_);
    for (int j = 0; j < 3; ++j) {
      resolver.Resolve({"localhost", 1}, [kept](Answer) {});
      resolver.Resolve({"no-such-host.invalid", 1}, [kept](Answer) {});
    }
  }
  inbox_->RunPosted();
}

TEST_F(ResolverTest, TheInboxMayGoBeforeTheAnswerComes) {
  {
    Resolver resolver(inbox_);
    resolver.Resolve({"no-such-host.invalid", 1}, Remember());
    inbox_.reset();
  }
  EXPECT_TRUE(answers_.empty());
}

// Threads with a stack that no address space has room for: none can be started.
class NoThreads {
 public:
  NoThreads() {
    pthread_getattr_default_np(&before_);
    pthread_attr_t huge;
    pthread_attr_init(&huge);
    EXPECT_EQ(pthread_attr_setstacksize(&huge, size_t{1} << 47), 0);
    EXPECT_EQ(pthread_setattr_default_np(&huge), 0);
    pthread_attr_destroy(&huge);
  }
  ~NoThreads() { pthread_setattr_default_np(&before_); }

 private:
  pthread_attr_t before_;
};

TEST_F(ResolverTest, WithoutAThreadTheAnswerIsAnErrorAndTheNextQuestionTriesAgain) {
  Resolver resolver(inbox_);
  {
    NoThreads no_threads;
    resolver.Resolve({"localhost", 1}, Remember());
    WaitFor(1);
  }
  ASSERT_FALSE(answers_[0].ok());
  EXPECT_NE(std::string(answers_[0].status().message()).find("'localhost'"), std::string::npos);
  resolver.Resolve({"localhost", 1}, Remember());
  WaitFor(2);
  EXPECT_TRUE(answers_[1].ok()) << answers_[1].status();
}

}  // namespace
}  // namespace salvo::io

// In place of the C library's, for this program.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  static const auto system =
      reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (salvo::io::DeadZone::IsOf(name)) {
    salvo::io::TheDeadZone().Ask();
    return EAI_AGAIN;
  }
  return system(name, service, hints, found);
}

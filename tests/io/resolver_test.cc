#include "io/resolver.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace salvo::io {
namespace {

using Answer = absl::StatusOr<std::vector<SocketAddress>>;

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

TEST_F(ResolverTest, QuestionsAreAnsweredInOrder) {
  Resolver resolver(inbox_);
  for (uint16_t port = 1; port <= 20; ++port) resolver.Resolve({"localhost", port}, Remember());
  WaitFor(20);
  for (uint16_t port = 1; port <= 20; ++port) {
    ASSERT_TRUE(answers_[port - 1u].ok());
    EXPECT_EQ(answers_[port - 1u]->front().port(), port);
  }
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

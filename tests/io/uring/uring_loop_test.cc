#include "io/uring/uring_loop.h"

#include <gtest/gtest.h>
#include <sys/time.h>

#include <atomic>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "tests/io/uring/stream_fixture.h"

namespace salvo::io {
namespace {

class UringLoopTest : public LoopTest, protected AcceptHandler {
 protected:
  void TearDown() override {
    LoopTest::TearDown();
    loop_.reset();
  }

  User& NewUser() { return *users_.emplace_back(std::make_unique<User>()); }

  StreamHandler* OnAccepted(Stream* stream) override {
    User& user = NewUser();
    user.stream = stream;
    accepted_.push_back(&user);
    return &user;
  }
  void OnAcceptFailed(int error_number) override { accept_errors_.push_back(error_number); }

  std::vector<User*> accepted_;
  std::vector<int> accept_errors_;
};

TEST_F(UringLoopTest, TimersFireAndEndTheWait) {
  MakeLoop();
  std::vector<int> order;
  Timer late(loop_->timers(), [&] { order.push_back(2); });
  Timer early(loop_->timers(), [&] { order.push_back(1); });
  late.Set(loop_->now() + 20 * kNanosPerMilli);
  early.Set(loop_->now() + 10 * kNanosPerMilli);
  while (order.size() < 2) loop_->Turn(kNever);
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST_F(UringLoopTest, ATimerOfThePastDoesNotWait) {
  MakeLoop();
  bool fired = false;
  Timer timer(loop_->timers(), [&] { fired = true; });
  timer.Set(0);
  loop_->Turn(kNever);
  EXPECT_TRUE(fired);
}

TEST_F(UringLoopTest, NowIsReadOnceATurn) {
  MakeLoop();
  const Nanos before = loop_->now();
  EXPECT_EQ(loop_->now(), before);
  loop_->Turn(before + kNanosPerMilli);
  EXPECT_GE(loop_->now(), before + kNanosPerMilli);
  EXPECT_LE(loop_->now(), loop_->clock().Monotonic());
}

TEST_F(UringLoopTest, ATurnIntoThePastReturnsAtOnce) {
  MakeLoop();
  for (int i = 0; i < 1000; ++i) loop_->Turn(0);
}

class SendTest : public UringLoopTest {
 protected:
  // A stream that counts its sends, with a peer that says nothing.
  void MakeStream() {
    MakeLoop();
    user_ = &NewUser();
    user_->on_sent = [this] { ++sends_; };
    user_->stream = loop_->Connect(listener_.address(), {}, user_);
    ASSERT_TRUE(TurnUntil([&] { return user_->connected == 1; }));
  }

  SocketListener listener_;
  User* user_ = nullptr;
  int sends_ = 0;
};

TEST_F(SendTest, ASendEndsTheTurn) {
  MakeStream();
  user_->Send("x");
  loop_->Turn(kNever);
  EXPECT_EQ(sends_, 1);
}

TEST_F(SendTest, ASendThatIsNoNewsDoesNotEndTheTurn) {
  MakeStream();
  user_->heeds_sent = false;
  for (const bool submitted_before : {false, true}) {
    sends_ = 0;
    bool fired = false;
    Timer timer(loop_->timers(), [&] { fired = true; });
    timer.Set(loop_->clock().Monotonic() + 20 * kNanosPerMilli);
    user_->Send("x");
    if (submitted_before) loop_->Submit();
    loop_->Turn(kNever);
    EXPECT_TRUE(fired);
    EXPECT_EQ(sends_, 1);
  }
}

TEST_F(SendTest, ATimerThatASendSetsEndsTheTurnEvenIfTheSendIsNoNews) {
  MakeStream();
  user_->heeds_sent = false;
  bool fired = false;
  bool waited_too_long = false;
  Timer early(loop_->timers(), [&] { fired = true; });
  Timer late(loop_->timers(), [&] { waited_too_long = true; });
  late.Set(loop_->clock().Monotonic() + 20 * kNanosPerSecond);
  user_->on_sent = [&] { early.Set(loop_->clock().Monotonic() + kNanosPerMilli); };
  user_->Send("x");
  loop_->Turn(kNever);
  EXPECT_TRUE(fired);
  EXPECT_FALSE(waited_too_long);
}

TEST_F(SendTest, TheEndOfAStreamEndsTheTurnEvenIfItsSendIsNoNews) {
  MakeStream();
  user_->heeds_sent = false;
  user_->Send("x");
  user_->stream->Close();
  while (!user_->closed()) loop_->Turn(kNever);
  EXPECT_EQ(user_->sent, 1u);
}

TEST_F(UringLoopTest, ADozeEndsInTimeAndTellsWhatCameMeanwhile) {
  MakeLoop();
  bool ran = false;
  loop_->Post([&] { ran = true; });
  const Nanos until = loop_->clock().Monotonic() + 20 * kNanosPerMilli;
  loop_->Doze(until);
  EXPECT_TRUE(ran);
  EXPECT_GE(loop_->now(), until) << "a task can wait";
}

TEST_F(UringLoopTest, ATimerEndsADoze) {
  MakeLoop();
  bool fired = false;
  Timer timer(loop_->timers(), [&] { fired = true; });
  timer.Set(loop_->now() + kNanosPerMilli);
  loop_->Doze(loop_->now() + 3600 * kNanosPerSecond);
  EXPECT_TRUE(fired);
}

TEST_F(UringLoopTest, MuchThatCompletesEndsADoze) {
  MakeLoop();
  constexpr int kStreams = 50;
  auto address = loop_->Listen(Loopback(0), {}, this);
  ASSERT_TRUE(address.ok()) << address.status();
  int connected = 0;
  for (int i = 0; i < kStreams; ++i) {
    User& user = NewUser();
    user.on_connected = [&] { ++connected; };
    user.stream = loop_->Connect(*address, {}, &user);
  }
  // Each would last an hour.
  const Nanos until = loop_->now() + 3600 * kNanosPerSecond;
  while (connected < kStreams / 2) loop_->Doze(until);
}

TEST_F(UringLoopTest, WakeEndsTheWaitOfAnotherThread) {
  MakeLoop();
  for (int i = 0; i < 200; ++i) {
    std::thread waker([&] { loop_->Wake(); });
    // Would never return, whether the waker came before or after.
    loop_->Turn(kNever);
    waker.join();
  }
}

TEST_F(UringLoopTest, AWatchEndsWithWhatEndsATurn) {
  for (const bool multishot : {true, false}) {
    UringLoopOptions options;
    options.multishot = multishot;
    MakeLoop(options);
    auto address = loop_->Listen(Loopback(0), {}, this);
    ASSERT_TRUE(address.ok()) << address.status();
    User& user = NewUser();
    bool connected = false;
    user.on_connected = [&] { connected = true; };
    user.stream = loop_->Connect(*address, {}, &user);
    while (!connected) loop_->Watch(kNever);
    for (int i = 0; i < 100; ++i) {
      std::thread waker([&] { loop_->Wake(); });
      loop_->Watch(kNever);
      waker.join();
    }
  }
}

TEST_F(UringLoopTest, AWatchInWhichNothingHappensEndsInTime) {
  MakeLoop();
  for (const Nanos time : {Nanos{0}, Nanos{10'000}, 5 * kNanosPerMilli}) {
    const Nanos until = loop_->clock().Monotonic() + time;
    loop_->Watch(until);
    EXPECT_GE(loop_->now(), until);
  }
}

TEST_F(UringLoopTest, RepeatedWakesAreOne) {
  MakeLoop();
  for (int i = 0; i < 100'000; ++i) loop_->Wake();
  loop_->Turn(kNever);
  bool fired = false;
  Timer timer(loop_->timers(), [&] { fired = true; });
  timer.Set(loop_->now() + kNanosPerMilli);
  while (!fired) loop_->Turn(kNever);
}

TEST_F(UringLoopTest, TasksOfManyThreadsAllRunOnTheLoopsThread) {
  MakeLoop();
  constexpr int kThreads = 4;
  constexpr int kTasks = 2000;
  const std::thread::id own = std::this_thread::get_id();
  int runs = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kTasks; ++i) {
        loop_->Post([&runs, own] {
          EXPECT_EQ(std::this_thread::get_id(), own);
          ++runs;
        });
      }
    });
  }
  while (runs < kThreads * kTasks) loop_->Turn(kNever);
  for (std::thread& thread : threads) thread.join();
}

TEST_F(UringLoopTest, ATaskPostedByATaskRunsInALaterTurn) {
  MakeLoop();
  int runs = 0;
  loop_->Post([&] {
    ++runs;
    loop_->Post([&] { ++runs; });
  });
  loop_->Turn(kNever);
  EXPECT_EQ(runs, 1);
  while (runs < 2) loop_->Turn(kNever);
}

TEST_F(UringLoopTest, NamesAreResolvedInALaterTurn) {
  MakeLoop();
  std::vector<std::string> answers;
  const auto remember = [&](absl::StatusOr<std::vector<SocketAddress>> answer) {
    answers.push_back(answer.ok() ? answer->front().ToString() : "error");
  };
  loop_->Resolve({"127.0.0.1", 7}, remember);
  EXPECT_TRUE(answers.empty());
  ASSERT_TRUE(TurnUntil([&] { return answers.size() == 1; }));
  loop_->Resolve({"no-such-host.invalid", 7}, remember);
  ASSERT_TRUE(TurnUntil([&] { return answers.size() == 2; }));
  EXPECT_EQ(answers, (std::vector<std::string>{"127.0.0.1:7", "error"}));
}

TEST_F(UringLoopTest, StreamsBeyondTheLimitAreRefused) {
  UringLoopOptions options;
  options.max_streams = 3;
  MakeLoop(options);
  SocketListener listener;
  for (int i = 0; i < 5; ++i) {
    User& user = NewUser();
    user.stream = loop_->Connect(listener.address(), {}, &user);
  }
  ASSERT_TRUE(TurnUntil(
      [&] { return users_[2]->connected == 1 && users_[3]->closed() && users_[4]->closed(); }));
  for (size_t i = 0; i < 3; ++i) EXPECT_FALSE(users_[i]->closed());
  for (size_t i = 3; i < 5; ++i) EXPECT_EQ(users_[i]->reason->cause, Cause::kLimit);
  // One goes, another may come.
  users_[0]->stream->Abort();
  ASSERT_TRUE(TurnUntil([&] { return users_[0]->closed(); }));
  User& user = NewUser();
  user.stream = loop_->Connect(listener.address(), {}, &user);
  ASSERT_TRUE(TurnUntil([&] { return user.connected == 1; }));
}

TEST_F(UringLoopTest, ConnectionsBeyondTheLimitAreClosed) {
  UringLoopOptions options;
  options.max_streams = 2;
  MakeLoop(options);
  const auto address = loop_->Listen(Loopback(0), {}, this);
  ASSERT_TRUE(address.ok());
  std::vector<std::unique_ptr<SocketPeer>> peers;
  for (int i = 0; i < 4; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(connect(fd, address->get(), address->size()), 0);
    peers.push_back(std::make_unique<SocketPeer>(fd, nullptr));
  }
  ASSERT_TRUE(TurnUntil([&] {
    for (auto& peer : peers) peer->Pump();
    return accepted_.size() == 4 && accepted_[2]->closed() && accepted_[3]->closed() &&
           peers[3]->ended();
  }));
  EXPECT_EQ(accepted_[2]->reason->cause, Cause::kLimit);
  EXPECT_FALSE(accepted_[0]->closed());
  EXPECT_FALSE(accepted_[1]->closed());
}

TEST_F(UringLoopTest, AFloodOfConnectionsDoesNotOverflowTheCompletionQueue) {
  UringLoopOptions options;
  options.max_streams = 8;
  options.receive_buffers = 1;
  MakeLoop(options);
  std::vector<SocketAddress> addresses;
  for (int i = 0; i < 4; ++i) addresses.push_back(*loop_->Listen(Loopback(0), {}, this));
  std::vector<std::unique_ptr<SocketPeer>> peers;
  for (int i = 0; i < 1600; ++i) {
    const SocketAddress& address = addresses[static_cast<size_t>(i) % addresses.size()];
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(connect(fd, address.get(), address.size()), 0);
    peers.push_back(std::make_unique<SocketPeer>(fd, nullptr));
  }
  ASSERT_TRUE(TurnUntil([&] { return accepted_.size() == peers.size(); }));
  EXPECT_EQ(loop_->ring().overflows(), 0u);
}

TEST_F(UringLoopTest, AListenersPortIsFreeWhenTheLoopHasEnded) {
  MakeLoop();
  auto address = loop_->Listen(Loopback(0), {}, this);
  ASSERT_TRUE(address.ok());
  for (int i = 0; i < 20; ++i) {
    loop_.reset();
    MakeLoop();
    const auto again = loop_->Listen(*address, {}, this);
    ASSERT_TRUE(again.ok()) << again.status();
  }
}

TEST_F(UringLoopTest, ListeningFailsWithTheAddressInTheError) {
  MakeLoop();
  SocketListener taken;
  const auto address = loop_->Listen(taken.address(), {}, this);
  ASSERT_FALSE(address.ok());
  const std::string message(address.status().message());
  EXPECT_NE(message.find(taken.address().ToString()), std::string::npos) << message;
  EXPECT_NE(message.find("Address already in use"), std::string::npos) << message;
}

TEST_F(UringLoopTest, TheLoopEndsWithWorkOfAllKindsUnderWay) {
  for (int i = 0; i < 20; ++i) {
    MakeLoop();
    const auto address = loop_->Listen(Loopback(0), {}, this);
    ASSERT_TRUE(address.ok());
    User& user = NewUser();
    user.stream = loop_->Connect(*address, {}, &user);
    if (i % 2 == 1) loop_->Post([] { FAIL(); });
    loop_->Resolve({"no-such-host.invalid", 1}, [](const auto&) {});
    // Tries once more, and is told.
    User& next = NewUser();
    user.on_closed = [&, loop = loop_.get()] { next.stream = loop->Connect(*address, {}, &next); };
    if (i % 2 == 0) loop_->Turn(0);
    loop_.reset();
    EXPECT_TRUE(user.closed());
    EXPECT_TRUE(next.closed());
    EXPECT_EQ(next.connected, 0);
  }
}

// Signals that interrupt system calls, every millisecond.
class Interruptions {
 public:
  Interruptions() {
    struct sigaction action = {};
    action.sa_handler = [](int) { ++count; };
    sigaction(SIGALRM, &action, &before_);
    const itimerval every = {{0, 1000}, {0, 1000}};
    setitimer(ITIMER_REAL, &every, nullptr);
  }
  ~Interruptions() {
    const itimerval never = {};
    setitimer(ITIMER_REAL, &never, nullptr);
    sigaction(SIGALRM, &before_, nullptr);
  }
  static inline std::atomic<int> count = 0;

 private:
  struct sigaction before_ = {};
};

TEST_F(UringLoopTest, SignalsDoNotDisturbIt) {
  MakeLoop();
  const auto address = loop_->Listen(Loopback(0), {}, this);
  ASSERT_TRUE(address.ok());
  Interruptions interruptions;
  User& user = NewUser();
  user.stream = loop_->Connect(*address, {}, &user);
  ASSERT_TRUE(TurnUntil([&] { return !accepted_.empty() && user.connected == 1; }));
  ASSERT_TRUE(TurnUntil([&] {
    if (user.unsent.empty()) user.Send(std::string(1'000'000, 'x'));
    return Interruptions::count.load() > 100;
  }));
  user.unsent.clear();
  ASSERT_TRUE(TurnUntil([&] { return user.stream->output().empty(); }));
  const uint64_t sent = user.stream->output().sent();
  ASSERT_TRUE(TurnUntil([&] { return accepted_[0]->received.size() == sent; }));
  EXPECT_EQ(accept_errors_.size(), 0u);
  EXPECT_FALSE(user.closed());
}

}  // namespace
}  // namespace salvo::io

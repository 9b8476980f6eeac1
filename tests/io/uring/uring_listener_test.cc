#include "io/uring/uring_listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <vector>

#include "tests/io/uring/stream_fixture.h"

namespace salvo::io {
namespace {

class UringListenerTest : public LoopTest, protected AcceptHandler {
 protected:
  void TearDown() override {
    LoopTest::TearDown();
    loop_.reset();
  }

  StreamHandler* OnAccepted(Stream* stream) override {
    User& user = *users_.emplace_back(std::make_unique<User>());
    user.stream = stream;
    return &user;
  }
  void OnAcceptFailed(int error_number) override { accept_errors_.push_back(error_number); }

  // Once before the descriptors run out: a sanitizer needs some when it first meets a class.
  void ConnectAndClose(const SocketAddress& address) {
    User& user = *users_.emplace_back(std::make_unique<User>());
    user.stream = loop_->Connect(address, {}, &user);
    ASSERT_TRUE(TurnUntil([&] { return user.connected == 1; }));
    user.stream->Abort();
    ASSERT_TRUE(TurnUntil([&] { return user.closed() && users_.back()->closed(); }));
    users_.clear();
    ASSERT_GT(loop_->now(), 0);
  }

  std::vector<int> accept_errors_;
};

// Takes all descriptors but so many.
class FewDescriptors {
 public:
  explicit FewDescriptors(size_t left) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit low = {200, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &low);
    for (int fd = open("/dev/null", O_RDONLY); fd >= 0; fd = open("/dev/null", O_RDONLY)) {
      taken_.push_back(fd);
    }
    for (size_t i = 0; i < left; ++i) GiveBack();
  }
  ~FewDescriptors() {
    while (!taken_.empty()) GiveBack();
    setrlimit(RLIMIT_NOFILE, &before_);
  }
  void GiveBack() {
    close(taken_.back());
    taken_.pop_back();
  }

 private:
  rlimit before_ = {};
  std::vector<int> taken_;
};

TEST_F(UringListenerTest, ItRecoversWhenDescriptorsRunOut) {
  MakeLoop();
  const auto address = loop_->Listen(Loopback(0), {}, this);
  ASSERT_TRUE(address.ok());
  ConnectAndClose(*address);
  FewDescriptors few(2);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(connect(fd, address->get(), address->size()), 0);
  SocketPeer first(fd, nullptr);
  ASSERT_TRUE(TurnUntil([&] { return users_.size() == 1; }));
  // The last one went to the connection: the next cannot be accepted.
  few.GiveBack();
  const int second_fd = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_GE(second_fd, 0);
  ASSERT_EQ(connect(second_fd, address->get(), address->size()), 0);
  SocketPeer second(second_fd, nullptr);
  ASSERT_TRUE(TurnUntil([&] { return !accept_errors_.empty(); }));
  EXPECT_EQ(accept_errors_[0], EMFILE);
  EXPECT_EQ(users_.size(), 1u);
  few.GiveBack();
  ASSERT_TRUE(TurnUntil([&] { return users_.size() == 2; }));
  second.Send("hello");
  ASSERT_TRUE(TurnUntil([&] { return users_[1]->received == "hello"; }));
  for (const int error : accept_errors_) EXPECT_EQ(error, EMFILE);
}

TEST_F(UringListenerTest, ConnectingFailsForLackOfDescriptorsAndWorksLater) {
  MakeLoop();
  SocketListener listener;
  ConnectAndClose(listener.address());
  User& user = *users_.emplace_back(std::make_unique<User>());
  {
    FewDescriptors few(0);
    user.stream = loop_->Connect(listener.address(), {}, &user);
    ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
    EXPECT_EQ(user.reason->cause, Cause::kConnectFailed);
    EXPECT_EQ(user.reason->error_number, EMFILE);
  }
  User& next = *users_.emplace_back(std::make_unique<User>());
  next.stream = loop_->Connect(listener.address(), {}, &next);
  ASSERT_TRUE(TurnUntil([&] { return next.connected == 1; }));
}

TEST_F(UringListenerTest, ClosedStreamsLeaveNoDescriptorBehind) {
  MakeLoop();
  const auto address = loop_->Listen(Loopback(0), {}, this);
  ASSERT_TRUE(address.ok());
  const auto next_free = [] {
    const int fd = open("/dev/null", O_RDONLY);
    close(fd);
    return fd;
  };
  const int before = next_free();
  for (int i = 0; i < 300; ++i) {
    User& user = *users_.emplace_back(std::make_unique<User>());
    user.stream = loop_->Connect(*address, {}, &user);
    ASSERT_TRUE(TurnUntil([&] { return user.connected == 1; }));
    user.stream->Abort();
    ASSERT_TRUE(TurnUntil([&] { return user.closed() && users_.back()->closed(); }));
  }
  EXPECT_EQ(next_free(), before);
}

}  // namespace
}  // namespace salvo::io

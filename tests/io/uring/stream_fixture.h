// What the tests of a real loop share: turning it until something is so, users of streams that
// remember what happened to them, and one way to make plain and TLS streams.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/tls/tls_stream.h"
#include "io/uring/uring_loop.h"
#include "tests/io/tls/tls_fixture.h"
#include "tests/io/uring/socket_peer.h"

namespace salvo::io {

using Cause = CloseReason::Cause;

// A user of a stream. Sends what it is given as the output buffer takes it.
class User : public StreamHandler {
 public:
  void OnConnected() override {
    ++connected;
    if (on_connected) on_connected();
  }
  void OnReceived(std::span<const uint8_t> octets) override {
    ++calls;
    EXPECT_FALSE(reason.has_value());
    received.append(reinterpret_cast<const char*>(octets.data()), octets.size());
    if (on_received) on_received(octets);
  }
  bool OnSent() override {
    if (on_sent) on_sent();
    Pump();
    return heeds_sent;
  }
  void OnClosed(const CloseReason& why) override {
    EXPECT_FALSE(reason.has_value());
    reason = why;
    sent = stream->output().sent();
    committed = stream->output().committed();
    stream = nullptr;
    if (on_closed) on_closed();
  }

  void Send(std::string_view text) {
    unsent.append(text);
    Pump();
  }

  // Commits what fits.
  void Pump() {
    if (stream == nullptr || unsent.empty()) return;
    size_t taken = 0;
    while (taken < unsent.size() && stream->output().room() > 0) {
      const size_t some = std::min(unsent.size() - taken, stream->output().room());
      std::memcpy(stream->output().Claim(some), unsent.data() + taken, some);
      stream->output().Commit(some);
      taken += some;
      stream->Flush();
    }
    unsent.erase(0, taken);
  }

  bool closed() const { return reason.has_value(); }

  Stream* stream = nullptr;
  std::string unsent;  // not yet committed
  std::function<void()> on_connected;
  std::function<void(std::span<const uint8_t>)> on_received;
  std::function<void()> on_sent;
  std::function<void()> on_closed;
  bool heeds_sent = true;  // what OnSent returns
  int connected = 0;
  int calls = 0;
  std::string received;
  std::optional<CloseReason> reason;
  uint64_t sent = 0;
  uint64_t committed = 0;
};

struct Mode {
  const char* name;
  bool tls;
  bool multishot;
  bool spin = false;
};

inline std::string NameOfMode(const testing::TestParamInfo<Mode>& info) { return info.param.name; }

inline auto AllModes() {
  return testing::Values(Mode{"Plain", false, true}, Mode{"Tls", true, true},
                         Mode{"PlainWithoutMultishot", false, false},
                         Mode{"PlainSpinning", false, true, true});
}

class LoopTest : public testing::Test {
 protected:
  // Turns the loop until `done` holds. The limit is a net for what would hang, not a measure.
  template <class Done>
  [[nodiscard]] bool TurnUntil(Done done) {
    const Nanos deadline = loop_->clock().Monotonic() + 60 * kNanosPerSecond;
    while (!done()) {
      if (loop_->clock().Monotonic() > deadline) return false;
      loop_->Turn(loop_->clock().Monotonic() + kNanosPerMilli);
    }
    return true;
  }

  void MakeLoop(const UringLoopOptions& options = {}) {
    auto loop = UringLoop::Create(options);
    ASSERT_TRUE(loop.ok()) << loop.status();
    loop_ = std::move(*loop);
  }

  void TearDown() override {
    if (loop_ != nullptr) {
      EXPECT_EQ(loop_->ring().overflows(), 0u);
    }
  }

  // Before the loop, which may still tell them in its destructor.
  std::vector<std::unique_ptr<User>> users_;
  std::unique_ptr<UringLoop> loop_;
};

// Each test with plain and with TLS streams.
class StreamTest : public LoopTest,
                   public testing::WithParamInterface<Mode>,
                   protected AcceptHandler {
 protected:
  static void SetUpTestSuite() { files_ = new TlsFiles; }
  static void TearDownTestSuite() {
    delete files_;
    files_ = nullptr;
  }
  void SetUp() override {
    UringLoopOptions options;
    options.multishot = GetParam().multishot;
    options.spin = GetParam().spin;
    MakeLoop(options);
  }
  void TearDown() override {
    LoopTest::TearDown();
    // While the accept handler is still there.
    loop_.reset();
  }

  bool tls() const { return GetParam().tls; }

  User& NewUser() { return *users_.emplace_back(std::make_unique<User>()); }

  void Connect(const SocketAddress& address, User& user) {
    user.stream = tls() ? ConnectTls(*loop_, address, options_, client_, kServerName, &user)
                        : loop_->Connect(address, options_, &user);
  }

  // A listener of the loop: connections come to `accepted_`.
  SocketAddress Listen() {
    auto address = loop_->Listen(Loopback(0), options_, this);
    EXPECT_TRUE(address.ok()) << address.status();
    return *address;
  }

  StreamHandler* OnAccepted(Stream* stream) override {
    User& user = NewUser();
    accepted_.push_back(&user);
    user.stream = stream;
    if (on_accepted) on_accepted(user);
    if (!tls()) return &user;
    return AcceptTls(*loop_, stream, options_, server_, &user, &user.stream);
  }
  void OnAcceptFailed(int error_number) override { accept_errors_.push_back(error_number); }

  // A stream of the loop with a stream of the loop at its other end.
  void ConnectPair(User** one, User** other) {
    *one = &NewUser();
    Connect(Listen(), **one);
    ASSERT_TRUE(TurnUntil([&] { return !accepted_.empty() && accepted_[0]->connected == 1; }));
    *other = accepted_[0];
    ASSERT_TRUE(TurnUntil([&] { return (*one)->connected == 1; }));
  }

  std::unique_ptr<SocketPeer> MakePeer(int fd) {
    return std::make_unique<SocketPeer>(fd, tls() ? MakeEngine(server_) : nullptr);
  }

  // A stream of the loop with a socket of the test at its other end.
  void ConnectToPeer(User& user, std::unique_ptr<SocketPeer>* peer) {
    SocketListener listener;
    Connect(listener.address(), user);
    ASSERT_TRUE(TurnUntil([&] {
      if (*peer == nullptr) {
        const int fd = listener.Accept();
        if (fd >= 0) *peer = MakePeer(fd);
        return false;
      }
      if (user.connected == 0 || !(*peer)->is_up()) (*peer)->Pump();
      return user.connected == 1 && (*peer)->is_up();
    }));
  }

  static TlsFiles* files_;
  const std::shared_ptr<const TlsContext> client_ = files_->TrustingClient();
  const std::shared_ptr<const TlsContext> server_ = files_->GoodServer();
  StreamOptions options_;
  std::vector<User*> accepted_;
  std::function<void(User&)> on_accepted;
  std::vector<int> accept_errors_;
};

inline TlsFiles* StreamTest::files_ = nullptr;

}  // namespace salvo::io

// The other end of a connection, as a plain socket that the test moves by hand, with TLS where the
// test wants it. It can do what a well-behaved peer does not: reset, stop reading, say half a
// thing.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/address.h"
#include "io/tls/tls_engine.h"

namespace salvo::io {

inline SocketAddress Loopback(uint16_t port) {
  return *SocketAddress::FromNumeric({"127.0.0.1", port});
}

// A listening socket; connections wait in its queue until Accept.
class SocketListener {
 public:
  explicit SocketListener(int backlog = 128) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    const SocketAddress any = Loopback(0);
    EXPECT_EQ(bind(fd_, any.get(), any.size()), 0);
    EXPECT_EQ(listen(fd_, backlog), 0);
    fcntl(fd_, F_SETFL, O_NONBLOCK);
    sockaddr_in bound{};
    socklen_t size = sizeof bound;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &size);
    port_ = ntohs(bound.sin_port);
  }
  ~SocketListener() { Close(); }
  SocketListener(const SocketListener&) = delete;
  SocketListener& operator=(const SocketListener&) = delete;

  void Close() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }
  int fd() const { return fd_; }
  SocketAddress address() const { return Loopback(port_); }
  // -1 when no connection waits.
  int Accept() const { return accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK); }

 private:
  int fd_;
  uint16_t port_ = 0;
};

class SocketPeer {
 public:
  // Takes over the descriptor. `engine` may be nullptr: no TLS.
  SocketPeer(int fd, std::unique_ptr<TlsEngine> engine) : fd_(fd), engine_(std::move(engine)) {
    fcntl(fd_, F_SETFL, O_NONBLOCK);
    const int one = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  ~SocketPeer() { Close(); }
  SocketPeer(const SocketPeer&) = delete;
  SocketPeer& operator=(const SocketPeer&) = delete;

  // Reads at most so many octets of what has come, and sends what waits to be sent.
  void Pump(size_t most = SIZE_MAX) {
    while (most > 0) {
      const ssize_t octets = recv(fd_, come_.data(), std::min(come_.size(), most), 0);
      if (octets == 0) ended_ = true;
      if (octets < 0 && errno != EAGAIN) broken_ = true;
      if (octets <= 0) break;
      most -= static_cast<size_t>(octets);
      Take({come_.data(), static_cast<size_t>(octets)});
    }
    Push();
  }

  void Send(std::string_view text) {
    if (engine_ == nullptr) {
      to_send_.append(text);
    } else {
      std::span<const uint8_t> rest = {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
      while (!rest.empty()) rest = rest.subspan(engine_->PutPlain(rest));
    }
    Push();
  }

  // The end as TCP and TLS want it.
  void EndInOrder() {
    if (engine_ != nullptr) engine_->CloseNotify();
    Push();
    shutdown(fd_, SHUT_WR);
  }
  void Reset() {
    const linger none = {1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    Close();
  }
  void Close() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }

  const std::string& received() const { return received_; }
  bool ended() const { return ended_; }    // FIN came
  bool broken() const { return broken_; }  // an error came
  bool is_up() const { return engine_ == nullptr || engine_->state() == TlsEngine::State::kOpen; }
  bool sent_all() const { return to_send_.empty(); }
  int fd() const { return fd_; }

 private:
  void Take(std::span<const uint8_t> octets) {
    if (engine_ == nullptr) {
      received_.append(reinterpret_cast<const char*>(octets.data()), octets.size());
      return;
    }
    engine_->PutRecords(octets);
    while (const size_t taken = engine_->TakePlain(plain_)) {
      received_.append(reinterpret_cast<const char*>(plain_.data()), taken);
    }
  }

  void Push() {
    if (engine_ != nullptr && engine_->RecordsWaiting() > 0) {
      std::vector<uint8_t> records(engine_->RecordsWaiting());
      engine_->TakeRecords(records);
      to_send_.append(reinterpret_cast<const char*>(records.data()), records.size());
    }
    while (!to_send_.empty()) {
      const ssize_t octets = send(fd_, to_send_.data(), to_send_.size(), MSG_NOSIGNAL);
      if (octets <= 0) break;
      to_send_.erase(0, static_cast<size_t>(octets));
    }
  }

  int fd_;
  std::unique_ptr<TlsEngine> engine_;
  std::vector<uint8_t> come_ = std::vector<uint8_t>(64 * 1024);
  std::vector<uint8_t> plain_ = std::vector<uint8_t>(64 * 1024);
  std::string to_send_;
  std::string received_;
  bool ended_ = false;
  bool broken_ = false;
};

}  // namespace salvo::io

// A connection as somebody watches it who looks for a fault: TCP first, then TLS where it is
// wanted, each for itself, with what came over the wire before TLS made anything of it.
// Lives on the loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "io/loop.h"
#include "io/tls/tls_stream.h"

namespace salvo::doctor {

class Transport {
 public:
  enum class State : uint8_t {
    kIdle,
    kConnecting,  // TCP
    kConnected,   // nothing is read yet
    kShaking,     // TLS
    kOpen,
    kClosed,
  };
  // The most that is kept of what came first.
  static constexpr size_t kMostFirst = 512;

  explicit Transport(io::Loop& loop);
  // Drops the connection and turns the loop until it is gone.
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // Once. What comes of it is seen by state() after turns of the loop.
  void Connect(const io::SocketAddress& address, io::Nanos timeout);
  // REQUIRES: kConnected. `on_octets` gets what the peer says, in order.
  using OnOctets = std::function<void(std::span<const uint8_t>)>;
  void StartPlain(OnOctets on_octets);
  void StartTls(std::shared_ptr<const io::TlsContext> context, const std::string& server_name,
                io::Nanos timeout, OnOctets on_octets);

  // False when the connection is not open, or the peer does not read.
  bool Send(std::span<const uint8_t> octets);
  void Close();
  void Abort();

  State state() const { return state_; }
  bool is_open() const { return state_ == State::kOpen; }
  bool is_closed() const { return state_ == State::kClosed; }
  const io::CloseReason& reason() const { return reason_; }  // once closed
  const io::TlsFacts& tls() const { return facts_; }
  // The first octets from the wire, before TLS.
  std::span<const uint8_t> first_octets() const { return first_; }
  const std::string& local_name() const { return local_name_; }  // once connected

 private:
  // On the wire.
  class Outside;
  // Behind TLS.
  class Inside;

  void OnWire(std::span<const uint8_t> octets);
  void OnPlainConnected();
  void Deliver(std::span<const uint8_t> octets);
  void OnClosed(const io::CloseReason& reason);

  io::Loop& loop_;
  std::unique_ptr<Outside> outside_;
  std::unique_ptr<Inside> inside_;
  io::Stream* wire_ = nullptr;             // the loop's; nullptr once it is gone
  io::Stream* stream_ = nullptr;           // what is written to: the wire, or TLS over it
  io::StreamHandler* wrapping_ = nullptr;  // TLS's; owns itself
  State state_ = State::kIdle;
  io::CloseReason reason_;
  io::TlsFacts facts_;
  std::vector<uint8_t> first_;
  std::string local_name_;
  OnOctets on_octets_;
};

}  // namespace salvo::doctor

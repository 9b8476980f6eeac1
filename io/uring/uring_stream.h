// A TCP connection on the ring. See io/stream.h for what its user sees.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/address.h"
#include "io/stream.h"
#include "io/timer.h"
#include "io/uring/ring.h"

namespace salvo::io {

class UringLoop;

class UringStream final : public Stream {
 public:
  // Takes over `fd`; -1 when there is none, for a stream that starts dead.
  UringStream(UringLoop* loop, int fd, const StreamOptions& options, std::string peer_name);
  ~UringStream();

  void StartConnecting(const SocketAddress& address, Nanos timeout, StreamHandler* handler);
  // For an accepted connection, which is up already.
  void StartOpen(StreamHandler* handler);
  // For a connection that failed before it began.
  void StartDead(CloseReason reason, StreamHandler* handler);

  OutputBuffer& output() override { return output_; }
  void Flush() override;
  void SetReceiving(bool receiving) override;
  void Close() override;
  void Abort() override;
  void Reset() override;
  std::string PeerName() const override { return peer_name_; }
  std::string LocalName() const override;

  // Ends the stream for a reason of the loop's.
  void Die(CloseReason reason);
  bool dead() const { return state_ == State::kDead; }
  // True when the kernel holds nothing of the stream any more.
  bool Finished() const { return dead() && operations_ == 0; }
  // True once: for the loop's list of finished streams.
  bool ClaimEnd() { return !std::exchange(end_claimed_, true); }
  // The last call to the handler.
  void TellClosed() { handler_->OnClosed(reason_); }

  // For the loop's list: hands over what came while not receiving, and (re)starts the receive
  // operation. True when it called the handler.
  bool ResumeReceiving();
  // Tells the kernel to acknowledge at once when this turn's octets are not answered by octets of
  // ours: a peer that waits for it (Nagle) would stall for 40 ms.
  void AcknowledgeUnlessAnswered();

 private:
  enum class State : uint8_t { kConnecting, kOpen, kFlushing, kDead };

  void OnConnectDone(int result, uint32_t flags);
  void OnReceiveDone(int result, uint32_t flags);
  void OnSendDone(int result, uint32_t flags);
  void TakeReceived(int result, uint32_t flags);
  void OnReceiveEnded(int result);
  void OnSendFailed(int error_number);
  void Deliver(std::span<const uint8_t> octets);
  bool DeliverHeld();
  void StartSend();
  void ArmReceive();
  void RearmLater();

  UringLoop* loop_;
  int fd_;
  StreamHandler* handler_ = nullptr;  // unowned
  std::string peer_name_;
  SocketAddress address_;  // while connecting: the kernel reads it
  State state_ = State::kConnecting;
  CloseReason reason_;
  OutputBuffer output_;
  Timer connect_timer_;

  BoundOperation<UringStream, &UringStream::OnConnectDone> connect_operation_{this};
  BoundOperation<UringStream, &UringStream::OnReceiveDone> receive_operation_{this};
  BoundOperation<UringStream, &UringStream::OnSendDone> send_operation_{this};
  int operations_ = 0;  // that the kernel holds
  bool connecting_ = false;
  bool receive_armed_ = false;
  bool receive_is_multishot_ = false;
  bool receive_cancelled_ = false;  // it will end, and needs no other cancel
  bool rearm_listed_ = false;       // in the loop's list
  bool end_claimed_ = false;
  bool sending_ = false;
  bool resets_ = false;  // its end is to be an RST
  bool receiving_ = true;
  bool unanswered_ = false;  // octets came since the last send
  // Came while not receiving. Copied: the receive buffers are everybody's.
  std::vector<uint8_t> held_;
  // The peer is gone, a send found out: told when all that it said before is received.
  std::optional<CloseReason> send_failure_;
  // The receives have ended: told when held_ is delivered.
  std::optional<CloseReason> end_;
};

}  // namespace salvo::io

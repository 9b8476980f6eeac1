// One peer of the simulated SMSC: its octets. Cuts them into PDUs for the session, sends what the
// session says, and does to the connection what it is told to do wrong.
#pragma once

#include <memory>
#include <span>

#include "io/stream.h"
#include "pdu/framer.h"
#include "tools/sim/options/fault.h"
#include "tools/sim/output.h"
#include "tools/sim/session.h"

namespace salvo::sim {

class Server;

// One thread, the simulator's. Owned by the server.
class Connection final : public io::StreamHandler {
 public:
  // Below this much room in the output the peer is not read from: what one receive brings could
  // not be answered. Whoever writes unasked leaves it alone.
  static constexpr size_t kLeastRoom = 4 * io::kMaxReceiveOctets;

  // `at_start`: what is wrong with it from the beginning.
  Connection(Server& server, uint64_t number, Fault at_start);

  void SetStream(io::Stream* stream);

  void OnConnected() override;
  void OnReceived(std::span<const uint8_t> octets) override;
  bool OnSent() override;
  void OnClosed(const io::CloseReason& reason) override;

  // The options are others than before.
  void Change();
  // Lets the output go, once the ledger is written; ends the connection if it is to end.
  void Conclude();
  // Once all that was said has left, unless the peer takes nothing of it for a while.
  void Close();
  // Whatever the peer may still be told.
  void Abort() { stream_->Abort(); }
  // Makes the session suffer, at no request of its own. Conclude is to follow.
  void Strike(Fault fault);

  // For the session.
  void WriteNack(uint32_t sequence, pdu::CommandStatus status);
  Output& output() { return output_; }
  // Gives a response, which is a whole PDU, or what the fault makes of it; false when there is no
  // room, and then nothing is done.
  bool Give(std::span<uint8_t> response, Fault fault);
  // No PDU more is taken, and the connection ends when the output has left.
  void EndInOrder() { end_ = End::kClose; }
  bool ending() const { return end_ != End::kNone; }
  std::string PeerName() const { return stream_->PeerName(); }

  uint64_t number() const { return number_; }
  Session& session() { return session_; }

 private:
  enum class End : uint8_t { kNone, kClose, kReset };

  void Flush();
  void Break();
  void Suffer(Fault fault);
  void Write(std::span<const uint8_t> octets);
  void WriteGarbage();
  void StopReading();
  void OnIdle();
  void WaitForPeer();

  Server& server_;
  const uint64_t number_;
  const Fault at_start_;
  io::Stream* stream_ = nullptr;  // the loop's
  Output output_;
  std::unique_ptr<uint8_t[]> carry_;
  pdu::Framer framer_;
  Session session_;
  End end_ = End::kNone;
  bool mute_ = false;    // what the peer says is ignored
  bool deaf_ = false;    // nothing is read
  bool reading_ = true;  // what the stream was told
  io::Nanos heard_at_;
  io::Timer idle_;
  io::Timer give_up_;  // closing
  io::Timer read_again_;
};

}  // namespace salvo::sim

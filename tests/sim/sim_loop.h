// A loop, its streams and its files in the simulated world.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_world.h"

namespace salvo::test {

class SimStream;

class SimLoop final : public io::Loop {
 public:
  SimLoop(SimWorld& world, std::string name);
  ~SimLoop() override;

  io::Clock& clock() override { return world_.clock(); }
  io::TimerQueue& timers() override { return timers_; }
  void Turn(Nanos wait_until) override;
  void Doze(Nanos wait_until) override;
  void Submit() override {}
  void Wake() override { runnable_ = true; }
  void Post(std::function<void()> task) override;
  io::Stream* Connect(const io::SocketAddress& address, const io::StreamOptions& options,
                      io::StreamHandler* handler) override;
  absl::StatusOr<io::SocketAddress> Listen(const io::SocketAddress& address,
                                           const io::StreamOptions& options,
                                           io::AcceptHandler* handler) override;
  absl::StatusOr<std::unique_ptr<io::File>> OpenForAppend(const std::string& path) override;
  void Resolve(const io::Endpoint& endpoint, io::ResolveCallback done) override;

  // Files are made on that disk, which is not owned; without one, on a disk of the loop's own that
  // never fails.
  void UseDisk(SimDisk& disk) { disk_ = &disk; }
  SimFileContents contents(const std::string& path) { return disk_->contents(path); }
  SimWorld& world() { return world_; }
  // Its process has died in the middle of a turn: nothing that it still does has an effect.
  void Die() { dead_ = true; }
  bool dead() const { return dead_; }

  // For the world: whether the loop wants a turn now, and when it will.
  bool WantsTurn() const;
  Nanos NextTime() const;

 private:
  friend class SimWorld;
  friend class SimStream;

  // The connection reaches the other side, or nobody.
  void Establish(SimStream* stream, const io::SocketAddress& address);

  SimWorld& world_;
  const std::string name_;
  io::TimerQueue timers_;
  std::deque<std::function<void()>> ready_;  // handed over in the next turn
  std::vector<std::unique_ptr<SimStream>> streams_;
  SimDisk own_disk_;
  SimDisk* disk_ = &own_disk_;
  std::function<void()> turn_;
  Nanos wake_at_ = 0;
  bool runnable_ = true;
  bool dozes_ = false;     // what is ready waits for the time, too
  bool unheeded_ = false;  // the task that runs was of no concern to anybody
  bool stalled_ = false;
  bool dead_ = false;
};

// One direction of a connection.
struct SimDirection {
  std::deque<uint8_t> octets;     // on their way or not read yet
  Nanos arrived_until = 0;        // keeps arrivals in order
  Nanos stalled_until = 0;        // nothing arrives before
  uint64_t carried = 0;           // octets that it was given since the beginning
  uint64_t consumed = 0;          // of which the receiver has read so many before it closed
  Nanos consumed_at = 0;          // the last time
  uint64_t legible = UINT64_MAX;  // what comes behind them cannot be read as PDUs
  size_t arrived = 0;             // of `octets`
  bool fin_sent = false;
  bool fin_arrived = false;
};

// A connection: two directions and the streams at its ends, which may be gone. End 0 connected.
class SimPipe : public std::enable_shared_from_this<SimPipe> {
 public:
  // Brings octets of that end on their way.
  void Carry(SimWorld& world, int side, std::span<const uint8_t> octets);
  // Both ends are told that it is reset.
  void Reset();

  uint64_t number = 0;
  SimDirection direction[2];  // [i]: what end i sends
  SimStream* end[2] = {nullptr, nullptr};
  bool broken = false;
  bool silent = false;  // what is sent vanishes, and so does its end
};

// Sees what passes through all connections, and may change it.
class SimTap {
 public:
  virtual ~SimTap() = default;
  // Octets that `side` sends, at `offset` of all that it sent. What goes on instead is left in
  // `out`, which is empty.
  virtual void OnOctets(SimPipe& pipe, int side, std::span<const uint8_t> octets, uint64_t offset,
                        std::vector<uint8_t>* out) = 0;
};

class SimStream final : public io::Stream {
 public:
  SimStream(SimLoop& loop, const io::StreamOptions& options, io::StreamHandler* handler,
            std::string peer);
  ~SimStream();

  io::OutputBuffer& output() override { return output_; }
  void Flush() override;
  void SetReceiving(bool receiving) override;
  void Close() override;
  void Abort() override;
  void Reset() override { Abort(); }
  std::string PeerName() const override { return peer_; }
  std::string LocalName() const override { return "sim:0"; }

  void Attach(std::shared_ptr<SimPipe> pipe, int side);
  void SetHandler(io::StreamHandler* handler) { handler_ = handler; }
  void Connected();
  // Octets or a FIN may have arrived.
  bool loop_is_dead() const { return loop_.dead(); }
  void Receive();
  // The peer made room.
  void ContinueSending();
  // Ends the stream: the handler is told in a later turn.
  void Die(io::CloseReason reason);
  bool dead() const { return dead_; }
  // When the octet at that offset was released to the network, as the stream's user sees it.
  Nanos ReleasedAt(uint64_t offset) const;
  // False once the stream is gone: for events that may come after it.
  std::shared_ptr<const bool> alive() const { return alive_; }

 private:
  void Release();
  void StartSend();
  void FinishSend(size_t octets);
  void SendFin();
  SimDirection& out() { return pipe_->direction[side_]; }
  SimDirection& in() { return pipe_->direction[1 - side_]; }
  SimStream* peer() { return pipe_->end[1 - side_]; }

  SimLoop& loop_;
  io::OutputBuffer output_;
  io::StreamHandler* handler_;
  const std::string peer_;
  std::shared_ptr<SimPipe> pipe_;
  int side_ = 0;
  std::deque<std::pair<uint64_t, Nanos>> releases_;  // up to which offset, and when
  bool connected_ = false;
  bool receiving_ = true;
  bool receive_queued_ = false;
  bool sending_ = false;
  bool waits_for_room_ = false;
  bool closing_ = false;
  bool dead_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace salvo::test

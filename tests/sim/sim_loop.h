// A loop, its streams and its files in the simulated world.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/sim_world.h"

namespace salvo::test {

class SimStream;

// What a SimFile was given, kept by the test when the file is gone.
using SimFileContents = std::shared_ptr<std::string>;

// How much of a file would survive the power's end.
struct SimDurability {
  std::string real_path;
  uint64_t synced = 0;
};

class SimLoop final : public io::Loop {
 public:
  SimLoop(SimWorld& world, std::string name) : world_(world), name_(std::move(name)) {}
  ~SimLoop() override;

  Nanos now() const override { return world_.now(); }
  io::Clock& clock() override { return world_.clock(); }
  io::TimerQueue& timers() override { return timers_; }
  void Turn(Nanos wait_until) override;
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

  SimFileContents contents(const std::string& path) { return files_[path]; }
  SimWorld& world() { return world_; }
  // The power fails: of what is in real files and was not synced, some is lost. The loop gets no
  // further turn.
  void LosePower();

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
  std::map<std::string, SimFileContents> files_;
  std::vector<std::shared_ptr<SimDurability>> durabilities_;  // of the real files
  std::function<void()> turn_;
  Nanos wake_at_ = 0;
  bool runnable_ = true;
  bool stalled_ = false;
};

// One direction of a connection.
struct SimDirection {
  std::deque<uint8_t> octets;  // on their way or not read yet
  Nanos arrived_until = 0;     // keeps arrivals in order
  size_t arrived = 0;          // of `octets`
  bool fin_sent = false;
  bool fin_arrived = false;
};

// A connection: two directions and the streams at its ends, which may be gone.
class SimPipe {
 public:
  SimDirection direction[2];  // [i]: what end i sends
  SimStream* end[2] = {nullptr, nullptr};
  bool broken = false;
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
  std::string PeerName() const override { return peer_; }

  void Attach(std::shared_ptr<SimPipe> pipe, int side);
  void SetHandler(io::StreamHandler* handler) { handler_ = handler; }
  void Connected();
  // Octets or a FIN may have arrived.
  void Receive();
  // The peer made room.
  void ContinueSending();
  // Ends the stream: the handler is told in a later turn.
  void Die(io::CloseReason reason);
  bool dead() const { return dead_; }
  // False once the stream is gone: for events that may come after it.
  std::shared_ptr<const bool> alive() const { return alive_; }

 private:
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

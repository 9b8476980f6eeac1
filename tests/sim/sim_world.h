// A world in one thread: virtual time, several loops, and a network between them that cuts, delays
// and breaks as a seed says. What runs on it is the product's own code, shards and simulator alike.
//
// Nothing waits here. A loop's Turn hands over what is ready and returns; the world gives turns to
// whoever has something to do, and when nobody has, lets the time jump to the next event.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "io/loop.h"

namespace salvo::test {

using io::Nanos;

class SimLoop;
class SimPipe;
class SimWorld;

class SimClock final : public io::Clock {
 public:
  explicit SimClock(SimWorld& world) : world_(world) {}
  Nanos Monotonic() override;
  Nanos Wall() override;

 private:
  SimWorld& world_;
};

// How the network behaves.
struct NetworkOptions {
  Nanos least_latency = 20'000;
  Nanos most_latency = 200'000;
  double cut_chance = 0.2;            // that a read or a write moves only a part
  size_t socket_octets = 256 * 1024;  // that a direction holds before the writer has to wait
};

// How the disks behave.
struct DiskOptions {
  Nanos least_sync = 0;  // that a sync takes
  Nanos most_sync = 0;
};

class SimWorld {
 public:
  explicit SimWorld(uint64_t seed, NetworkOptions network = {});
  ~SimWorld();

  Nanos now() const { return now_; }
  SimClock& clock() { return clock_; }
  // Moves the wall clock, as an administrator or NTP does.
  void StepWallClock(Nanos by) { wall_offset_ += by; }

  std::mt19937_64& random() { return random_; }
  bool Chance(double probability);
  uint64_t Below(uint64_t bound);
  Nanos Latency();
  const NetworkOptions& network() const { return network_; }
  void SetDisk(const DiskOptions& disk) { disk_ = disk; }
  Nanos SyncTime();

  // A loop with somebody who takes its turns. `turn` must call the loop's Turn.
  SimLoop& AddLoop(std::string name);
  void SetTurn(SimLoop& loop, std::function<void()> turn);
  // Gives no turns to the loop until Resume: a stopped process or a starved thread.
  void Stall(SimLoop& loop, bool stalled);

  // Runs `event` at a time, on nobody's turn.
  void At(Nanos time, std::function<void()> event);
  // Gives turns until `done` says so or the time is up; whether it said so.
  bool RunUntil(const std::function<bool()>& done, Nanos deadline);

  // The listener at an address; nullptr when nobody listens there.
  struct Listener {
    SimLoop* loop = nullptr;
    io::StreamOptions options;
    io::AcceptHandler* handler = nullptr;
  };
  Listener* FindListener(const io::SocketAddress& address);
  void AddListener(const io::SocketAddress& address, Listener listener);
  // Nobody listens any more, as when the process died.
  void RemoveListener(const io::SocketAddress& address);
  // Resets every connection there is, or one chosen at random.
  void ResetAll();
  void ResetOne();

  std::vector<std::shared_ptr<SimPipe>>& pipes() { return pipes_; }

 private:
  struct Event {
    Nanos at;
    uint64_t order;
    std::function<void()> run;
    bool operator<(const Event& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  Nanos now_ = 1'000'000;  // not 0, which code may take for "never"
  Nanos wall_offset_ = 1'700'000'000'000'000'000;
  std::mt19937_64 random_;
  const NetworkOptions network_;
  DiskOptions disk_;
  SimClock clock_;
  std::priority_queue<Event> events_;
  uint64_t last_order_ = 0;
  std::vector<std::unique_ptr<SimLoop>> loops_;
  std::map<std::string, Listener> listeners_;
  std::vector<std::shared_ptr<SimPipe>> pipes_;

  friend class SimClock;
};

}  // namespace salvo::test

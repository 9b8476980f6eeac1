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
#include "tests/sim/faults.h"

namespace salvo::test {

using io::Nanos;

class SimLoop;
class SimPipe;
class SimTap;
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

class SimWorld {
 public:
  explicit SimWorld(uint64_t seed, NetworkOptions network = {});
  ~SimWorld();

  Nanos now() const { return now_; }
  const Nanos* time() const { return &now_; }  // where now() is read, for loops
  SimClock& clock() { return clock_; }
  // Moves the wall clock, as an administrator or NTP does.
  void StepWallClock(Nanos by) { wall_offset_ += by; }

  std::mt19937_64& random() { return random_; }
  bool Chance(double probability);
  uint64_t Below(uint64_t bound);
  Nanos Latency();
  const NetworkOptions& network() const { return network_; }

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
  // A name with the addresses that are found for it, in that order. No other name is known.
  void Name(const std::string& host, std::vector<std::string> addresses);
  absl::StatusOr<std::vector<io::SocketAddress>> AddressesOf(const io::Endpoint& endpoint) const;
  // Resets every connection there is, or one chosen at random; how many that were.
  size_t ResetAll();
  size_t ResetOne();
  // Lets one connection, or all, go silent: both ends live on and hear nothing any more.
  size_t SilenceOne();
  size_t SilenceAll();
  // Holds up what one side of every connection sends, until that time; how many there are.
  size_t StallNetwork(int side, Nanos until);
  // Until that time whoever connects gets no answer at all.
  void SwallowConnects(Nanos until) { swallows_connects_until_ = until; }
  bool ConnectIsAnswered();

  // A connection was made.
  void AddPipe(const std::shared_ptr<SimPipe>& pipe);
  // What a side sends passes the tap, if there is one. The tap is not owned.
  void UseTap(SimTap* tap) { tap_ = tap; }
  void Pass(SimPipe& pipe, int side, std::span<const uint8_t> octets, uint64_t offset);

  // Counts a fault that struck. The tally is not owned; nullptr: nobody counts.
  void UseTally(Tally* tally) { tally_ = tally; }
  void Hit(FaultKind kind, uint64_t times = 1) {
    if (tally_ != nullptr) tally_->Hit(kind, times);
  }

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
  SimClock clock_;
  std::priority_queue<Event> events_;
  uint64_t last_order_ = 0;
  std::vector<std::unique_ptr<SimLoop>> loops_;
  std::map<std::string, Listener> listeners_;
  std::map<std::string, std::vector<std::string>> names_;
  std::vector<std::shared_ptr<SimPipe>> pipes_;
  uint64_t last_pipe_ = 0;
  Nanos swallows_connects_until_ = 0;
  SimTap* tap_ = nullptr;
  Tally* tally_ = nullptr;
  std::vector<uint8_t> passed_;  // used again

  // Connections with an end left.
  std::vector<std::shared_ptr<SimPipe>>& LivePipes();

  friend class SimClock;
};

}  // namespace salvo::test

#include "tests/sim/sim_world.h"

#include <algorithm>

#include "tests/sim/sim_loop.h"

namespace salvo::test {

Nanos SimClock::Monotonic() { return world_.now_; }
Nanos SimClock::Wall() { return world_.now_ + world_.wall_offset_; }

SimWorld::SimWorld(uint64_t seed, NetworkOptions network)
    : random_(seed), network_(network), clock_(*this) {}

SimWorld::~SimWorld() = default;

bool SimWorld::Chance(double probability) {
  return std::uniform_real_distribution<double>(0, 1)(random_) < probability;
}

uint64_t SimWorld::Below(uint64_t bound) {
  return std::uniform_int_distribution<uint64_t>(0, bound - 1)(random_);
}

Nanos SimWorld::Latency() {
  return std::uniform_int_distribution<Nanos>(network_.least_latency,
                                              network_.most_latency)(random_);
}

SimLoop& SimWorld::AddLoop(std::string name) {
  loops_.push_back(std::make_unique<SimLoop>(*this, std::move(name)));
  return *loops_.back();
}

void SimWorld::SetTurn(SimLoop& loop, std::function<void()> turn) { loop.turn_ = std::move(turn); }

void SimWorld::Stall(SimLoop& loop, bool stalled) { loop.stalled_ = stalled; }

void SimWorld::At(Nanos time, std::function<void()> event) {
  events_.push({std::max(time, now_), ++last_order_, std::move(event)});
}

bool SimWorld::RunUntil(const std::function<bool()>& done, Nanos deadline) {
  while (!done()) {
    while (!events_.empty() && events_.top().at <= now_) {
      auto run = events_.top().run;
      events_.pop();
      run();
    }
    std::vector<SimLoop*> wanting;
    for (auto& loop : loops_) {
      if (loop->WantsTurn()) wanting.push_back(loop.get());
    }
    if (!wanting.empty()) {
      SimLoop* chosen = wanting[Below(wanting.size())];
      chosen->runnable_ = false;
      chosen->turn_();
      // A turn takes a little time, as everything does.
      now_ += 1'000;
      continue;
    }
    Nanos next = events_.empty() ? io::kNever : events_.top().at;
    for (auto& loop : loops_) next = std::min(next, loop->NextTime());
    if (next == io::kNever || next > deadline) {
      now_ = std::max(now_, deadline);
      return done();
    }
    now_ = std::max(now_, next);
  }
  return true;
}

SimWorld::Listener* SimWorld::FindListener(const io::SocketAddress& address) {
  const auto found = listeners_.find(address.ToString());
  return found == listeners_.end() ? nullptr : &found->second;
}

void SimWorld::AddListener(const io::SocketAddress& address, Listener listener) {
  listeners_[address.ToString()] = listener;
}

void SimWorld::RemoveListener(const io::SocketAddress& address) {
  listeners_.erase(address.ToString());
}

void SimWorld::Name(const std::string& host, std::vector<std::string> addresses) {
  names_[host] = std::move(addresses);
}

absl::StatusOr<std::vector<io::SocketAddress>> SimWorld::AddressesOf(
    const io::Endpoint& endpoint) const {
  const auto named = names_.find(endpoint.host);
  const auto hosts =
      named == names_.end() ? std::vector<std::string>{endpoint.host} : named->second;
  std::vector<io::SocketAddress> addresses;
  for (const std::string& host : hosts) {
    const auto address = io::SocketAddress::FromNumeric({host, endpoint.port});
    if (!address.ok()) return address.status();
    addresses.push_back(*address);
  }
  return addresses;
}

bool SimWorld::ConnectIsAnswered() {
  if (now_ >= swallows_connects_until_) return true;
  Hit(FaultKind::kConnectUnanswered);
  return false;
}

void SimWorld::AddPipe(const std::shared_ptr<SimPipe>& pipe) {
  pipe->number = ++last_pipe_;
  pipes_.push_back(pipe);
}

void SimWorld::Pass(SimPipe& pipe, int side, std::span<const uint8_t> octets, uint64_t offset) {
  if (tap_ == nullptr) return pipe.Carry(*this, side, octets);
  passed_.clear();
  tap_->OnOctets(pipe, side, octets, offset, &passed_);
  pipe.Carry(*this, side, passed_);
}

std::vector<std::shared_ptr<SimPipe>>& SimWorld::LivePipes() {
  std::erase_if(pipes_, [](const auto& p) { return p->end[0] == nullptr && p->end[1] == nullptr; });
  return pipes_;
}

size_t SimWorld::ResetAll() {
  const size_t count = LivePipes().size();
  for (const auto& pipe : pipes_) pipe->Reset();
  pipes_.clear();
  return count;
}

size_t SimWorld::ResetOne() {
  if (LivePipes().empty()) return 0;
  pipes_[Below(pipes_.size())]->Reset();
  return 1;
}

size_t SimWorld::SilenceOne() {
  if (LivePipes().empty()) return 0;
  pipes_[Below(pipes_.size())]->silent = true;
  return 1;
}

size_t SimWorld::SilenceAll() {
  for (const auto& pipe : LivePipes()) pipe->silent = true;
  return pipes_.size();
}

size_t SimWorld::StallNetwork(int side, Nanos until) {
  for (const auto& pipe : LivePipes()) pipe->direction[side].stalled_until = until;
  return pipes_.size();
}

}  // namespace salvo::test

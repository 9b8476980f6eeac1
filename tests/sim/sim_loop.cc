#include "tests/sim/sim_loop.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace salvo::test {

SimLoop::SimLoop(SimWorld& world, std::string name)
    : Loop(world.time()), world_(world), name_(std::move(name)), own_disk_(world, {}, nullptr) {}
SimLoop::~SimLoop() = default;

bool SimLoop::WantsTurn() const {
  if (stalled_ || !turn_) return false;
  return runnable_ || (!ready_.empty() && !dozes_) || NextTime() <= world_.now();
}

Nanos SimLoop::NextTime() const {
  if (stalled_ || !turn_) return io::kNever;
  return std::min(wake_at_, timers_.NextDeadline());
}

void SimLoop::Turn(Nanos wait_until) {
  dozes_ = false;
  wake_at_ = wait_until;
  std::deque<std::function<void()>> ready;
  ready.swap(ready_);
  // Whoever was called back has something to do afterwards, and so has who was woken in this turn.
  runnable_ = runnable_ || timers_.NextDeadline() <= now() || wait_until <= now();
  for (const auto& task : ready) {
    unheeded_ = false;
    task();
    runnable_ = runnable_ || !unheeded_;
  }
  timers_.RunDue(now());
  std::erase_if(streams_, [](const auto& stream) { return stream == nullptr; });
}

void SimLoop::Doze(Nanos wait_until) {
  Turn(wait_until);
  dozes_ = true;
}

void SimLoop::Post(std::function<void()> task) { ready_.push_back(std::move(task)); }

io::Stream* SimLoop::Connect(const io::SocketAddress& address, const io::StreamOptions& options,
                             io::StreamHandler* handler) {
  streams_.push_back(std::make_unique<SimStream>(*this, options, handler, address.ToString()));
  SimStream* stream = streams_.back().get();
  const bool answered = world_.ConnectIsAnswered();
  const Nanos at = now() + (answered ? world_.Latency() : options.connect_timeout);
  world_.At(at, [this, stream, alive = stream->alive(), address, answered] {
    if (!*alive || stream->dead()) return;
    if (answered) return Establish(stream, address);
    stream->Die({io::CloseReason::Cause::kConnectTimeout, ETIMEDOUT, "Connection timed out"});
  });
  return stream;
}

void SimLoop::Establish(SimStream* stream, const io::SocketAddress& address) {
  SimWorld::Listener* listener = world_.FindListener(address);
  if (listener == nullptr) {
    world_.Hit(FaultKind::kConnectRefused);
    return stream->Die(
        {io::CloseReason::Cause::kConnectFailed, ECONNREFUSED, "Connection refused"});
  }
  auto pipe = std::make_shared<SimPipe>();
  SimLoop& there = *listener->loop;
  there.streams_.push_back(std::make_unique<SimStream>(there, listener->options, nullptr, name_));
  SimStream* accepted = there.streams_.back().get();
  stream->Attach(pipe, 0);
  accepted->Attach(pipe, 1);
  world_.AddPipe(pipe);
  there.Post([accepted, alive = accepted->alive(), handler = listener->handler] {
    if (!*alive || accepted->dead()) return;
    accepted->SetHandler(handler->OnAccepted(accepted));
    accepted->Connected();
  });
  Post([stream, alive = stream->alive()] {
    if (*alive) stream->Connected();
  });
}

absl::StatusOr<io::SocketAddress> SimLoop::Listen(const io::SocketAddress& address,
                                                  const io::StreamOptions& options,
                                                  io::AcceptHandler* handler) {
  world_.AddListener(address, {this, options, handler});
  return address;
}

absl::StatusOr<std::unique_ptr<io::File>> SimLoop::OpenForAppend(const std::string& path) {
  return disk_->Open(*this, path);
}

void SimLoop::Resolve(const io::Endpoint& endpoint, io::ResolveCallback done) {
  Post([addresses = world_.AddressesOf(endpoint), done = std::move(done)] { done(addresses); });
}

void SimPipe::Carry(SimWorld& world, int side, std::span<const uint8_t> octets) {
  SimDirection& to = direction[side];
  to.carried += octets.size();
  if (silent || octets.empty()) return;
  to.octets.insert(to.octets.end(), octets.begin(), octets.end());
  to.arrived_until = std::max({to.arrived_until, to.stalled_until, world.now() + world.Latency()});
  world.At(to.arrived_until, [pipe = shared_from_this(), side, count = octets.size()] {
    SimStream* const there = pipe->end[1 - side];
    // What comes for the dead nobody learns.
    if (pipe->silent || (there != nullptr && there->loop_is_dead())) return;
    pipe->direction[side].arrived += count;
    if (there != nullptr) there->Receive();
  });
}

void SimPipe::Reset() {
  broken = true;
  for (SimStream* stream : end) {
    if (stream == nullptr) continue;
    stream->Die({io::CloseReason::Cause::kBroken, ECONNRESET, "Connection reset by peer"});
  }
}

SimStream::SimStream(SimLoop& loop, const io::StreamOptions& options, io::StreamHandler* handler,
                     std::string peer)
    : loop_(loop), output_(options.output_octets), handler_(handler), peer_(std::move(peer)) {}

SimStream::~SimStream() {
  *alive_ = false;
  if (pipe_ != nullptr) pipe_->end[side_] = nullptr;
}

void SimStream::Attach(std::shared_ptr<SimPipe> pipe, int side) {
  pipe_ = std::move(pipe);
  side_ = side;
  pipe_->end[side_] = this;
}

void SimStream::Connected() {
  if (dead_) return;
  connected_ = true;
  handler_->OnConnected();
  Receive();
}

void SimStream::Release() {
  output_.Release();
  const bool is_new = releases_.empty() || releases_.back().first < output_.committed();
  if (is_new) releases_.emplace_back(output_.committed(), loop_.now());
  while (releases_.size() > 1 && releases_.front().first <= output_.sent()) releases_.pop_front();
}

Nanos SimStream::ReleasedAt(uint64_t offset) const {
  for (const auto& [until, at] : releases_) {
    if (offset < until) return at;
  }
  return loop_.now();
}

void SimStream::Flush() {
  Release();
  if (connected_ && !dead_ && !sending_) StartSend();
}

void SimStream::StartSend() {
  if (loop_.dead()) return;
  const std::span<const uint8_t> octets = output_.ToSend();
  if (octets.empty()) {
    if (closing_) SendFin();
    return;
  }
  SimWorld& world = loop_.world();
  const size_t held = out().octets.size();
  const size_t room = world.network().socket_octets - std::min(held, world.network().socket_octets);
  sending_ = true;
  waits_for_room_ = room == 0;
  if (waits_for_room_) return world.Hit(FaultKind::kFullSocket);  // goes on when the peer has read
  size_t taken = std::min(room, octets.size());
  if (world.Chance(world.network().cut_chance)) taken = 1 + world.Below(taken);
  if (taken < octets.size()) world.Hit(FaultKind::kPartialWrite);
  world.Pass(*pipe_, side_, octets.first(taken), output_.sent());
  loop_.Post([this, alive = alive_, taken] {
    if (*alive) FinishSend(taken);
  });
}

void SimStream::FinishSend(size_t octets) {
  sending_ = false;
  output_.Sent(octets);
  if (dead_) return;
  StartSend();
  if (!dead_) loop_.unheeded_ = !handler_->OnSent();
}

void SimStream::ContinueSending() {
  if (dead_ || !waits_for_room_) return;
  sending_ = false;
  StartSend();
}

void SimStream::Receive() {
  if (dead_ || !connected_ || !receiving_ || receive_queued_) return;
  if (in().arrived == 0 && !in().fin_arrived) return;
  receive_queued_ = true;
  loop_.Post([this, alive = alive_] {
    if (!*alive) return;
    receive_queued_ = false;
    if (dead_ || !receiving_) return;
    SimDirection& from = in();
    if (from.arrived == 0) {
      if (from.fin_arrived) {
        Die({io::CloseReason::Cause::kPeerClosed, 0, "the peer closed the connection"});
      }
      return;
    }
    SimWorld& world = loop_.world();
    size_t taken = std::min(from.arrived, io::kMaxReceiveOctets);
    if (world.Chance(world.network().cut_chance)) taken = 1 + world.Below(taken);
    if (taken < from.arrived) world.Hit(FaultKind::kPartialRead);
    const auto end = from.octets.begin() + static_cast<std::ptrdiff_t>(taken);
    const std::vector<uint8_t> octets(from.octets.begin(), end);
    from.octets.erase(from.octets.begin(), end);
    from.arrived -= taken;
    if (!closing_) {
      from.consumed += taken;
      from.consumed_at = loop_.now();
    }
    if (peer() != nullptr) peer()->ContinueSending();
    handler_->OnReceived(octets);
    Receive();
  });
}

void SimStream::SetReceiving(bool receiving) {
  receiving_ = receiving;
  if (receiving && pipe_ != nullptr) Receive();
}

void SimStream::SendFin() {
  if (out().fin_sent || loop_.dead()) return;
  out().fin_sent = true;
  out().arrived_until = std::max(out().arrived_until, loop_.now() + loop_.world().Latency());
  loop_.world().At(out().arrived_until, [pipe = pipe_, side = side_] {
    if (pipe->silent) return;
    pipe->direction[side].fin_arrived = true;
    if (pipe->end[1 - side] != nullptr) pipe->end[1 - side]->Receive();
  });
  Die({});
}

void SimStream::Close() {
  if (dead_ || closing_) return;
  closing_ = true;
  Release();
  if (!connected_) return Die({});
  if (!sending_) StartSend();
}

void SimStream::Abort() {
  if (dead_) return;
  if (pipe_ != nullptr && !pipe_->broken && !pipe_->silent && !loop_.dead()) {
    pipe_->broken = true;
    loop_.world().At(loop_.now() + loop_.world().Latency(), [pipe = pipe_, side = side_] {
      if (SimStream* other = pipe->end[1 - side]) {
        other->Die({io::CloseReason::Cause::kBroken, ECONNRESET, "Connection reset by peer"});
      }
    });
  }
  Die({});
}

void SimStream::Die(io::CloseReason reason) {
  if (dead_) return;
  dead_ = true;
  // Behind the completion of a send that is under way, which says how much has left.
  loop_.Post([this, alive = alive_, reason = std::move(reason)] {
    if (!*alive) return;
    if (handler_ != nullptr) handler_->OnClosed(reason);
    const auto owned = std::find_if(loop_.streams_.begin(), loop_.streams_.end(),
                                    [this](const auto& s) { return s.get() == this; });
    owned->reset();
  });
}

}  // namespace salvo::test

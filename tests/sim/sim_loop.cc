#include "tests/sim/sim_loop.h"

#include <filesystem>
#include <fstream>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace salvo::test {
namespace {

class SimFile final : public io::File {
 public:
  // With a `real_path` the octets go there as well, for whoever reads them as a file.
  SimFile(SimLoop& loop, SimFileContents contents, std::shared_ptr<SimDurability> durability)
      : loop_(loop), contents_(std::move(contents)), durability_(std::move(durability)) {
    const std::string& real_path = durability_->real_path;
    if (!real_path.empty()) real_.open(real_path, std::ios::binary | std::ios::app);
  }

  absl::Status Append(std::span<const uint8_t> octets) override {
    if (real_.is_open()) {
      real_.write(reinterpret_cast<const char*>(octets.data()),
                  static_cast<std::streamsize>(octets.size()));
      real_.flush();
    }
    contents_->append(reinterpret_cast<const char*>(octets.data()), octets.size());
    appended_ += octets.size();
    return absl::OkStatus();
  }
  absl::Status Reserve(uint64_t /*octets*/) override { return absl::OkStatus(); }
  void Sync(std::function<void(absl::Status)> done) override {
    auto finish = [done = std::move(done), durability = durability_, octets = appended_] {
      durability->synced = octets;
      done(absl::OkStatus());
    };
    SimWorld& world = loop_.world();
    const Nanos takes = world.SyncTime();
    if (takes == 0) return loop_.Post(std::move(finish));
    world.At(loop_.now() + takes,
             [&loop = loop_, finish = std::move(finish)] { loop.Post(finish); });
  }
  uint64_t appended() const override { return appended_; }

 private:
  SimLoop& loop_;
  SimFileContents contents_;
  std::shared_ptr<SimDurability> durability_;
  std::ofstream real_;
  uint64_t appended_ = 0;
};

}  // namespace

SimLoop::~SimLoop() = default;

bool SimLoop::WantsTurn() const {
  if (stalled_ || !turn_) return false;
  return runnable_ || !ready_.empty() || NextTime() <= world_.now();
}

Nanos SimLoop::NextTime() const {
  if (stalled_ || !turn_) return io::kNever;
  return std::min(wake_at_, timers_.NextDeadline());
}

void SimLoop::Turn(Nanos wait_until) {
  wake_at_ = wait_until;
  std::deque<std::function<void()>> ready;
  ready.swap(ready_);
  // Whoever was called back has something to do afterwards.
  runnable_ = !ready.empty() || timers_.NextDeadline() <= now() || wait_until <= now();
  for (const auto& task : ready) task();
  timers_.RunDue(now());
  std::erase_if(streams_, [](const auto& stream) { return stream == nullptr; });
}

void SimLoop::Post(std::function<void()> task) { ready_.push_back(std::move(task)); }

io::Stream* SimLoop::Connect(const io::SocketAddress& address, const io::StreamOptions& options,
                             io::StreamHandler* handler) {
  streams_.push_back(std::make_unique<SimStream>(*this, options, handler, address.ToString()));
  SimStream* stream = streams_.back().get();
  world_.At(now() + world_.Latency(), [this, stream, alive = stream->alive(), address] {
    if (*alive && !stream->dead()) Establish(stream, address);
  });
  return stream;
}

void SimLoop::Establish(SimStream* stream, const io::SocketAddress& address) {
  SimWorld::Listener* listener = world_.FindListener(address);
  if (listener == nullptr) {
    return stream->Die(
        {io::CloseReason::Cause::kConnectFailed, ECONNREFUSED, "Connection refused"});
  }
  auto pipe = std::make_shared<SimPipe>();
  SimLoop& there = *listener->loop;
  there.streams_.push_back(std::make_unique<SimStream>(there, listener->options, nullptr, name_));
  SimStream* accepted = there.streams_.back().get();
  stream->Attach(pipe, 0);
  accepted->Attach(pipe, 1);
  world_.pipes().push_back(pipe);
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
  SimFileContents& contents = files_[path];
  if (contents == nullptr) contents = std::make_shared<std::string>();
  const bool is_real = path.starts_with('/');
  auto durability = std::make_shared<SimDurability>();
  if (is_real) {
    durability->real_path = path;
    durabilities_.push_back(durability);
  }
  return std::make_unique<SimFile>(*this, contents, std::move(durability));
}

// All that is not synced, or what lies behind some place, or some octets in its midst.
void SimLoop::LosePower() {
  for (const auto& file : durabilities_) {
    const uint64_t size = std::filesystem::file_size(file->real_path);
    const uint64_t at_risk = size - file->synced;
    if (at_risk == 0) continue;
    const uint64_t kept = file->synced + (world_.Chance(0.4) ? 0 : world_.Below(at_risk + 1));
    if (world_.Chance(0.7)) {
      std::filesystem::resize_file(file->real_path, kept);
      continue;
    }
    std::fstream real(file->real_path, std::ios::binary | std::ios::in | std::ios::out);
    real.seekp(static_cast<std::streamoff>(kept));
    const std::string nothing(std::min<size_t>(size - kept, 1 + world_.Below(512)), 0);
    real.write(nothing.data(), static_cast<std::streamsize>(nothing.size()));
  }
}

void SimLoop::Resolve(const io::Endpoint& endpoint, io::ResolveCallback done) {
  auto address = io::SocketAddress::FromNumeric(endpoint);
  Post([address = std::move(address), done = std::move(done)] {
    if (address.ok()) {
      done(std::vector<io::SocketAddress>{*address});
    } else {
      done(address.status());
    }
  });
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

void SimStream::Flush() {
  output_.Release();
  if (connected_ && !dead_ && !sending_) StartSend();
}

void SimStream::StartSend() {
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
  if (waits_for_room_) return;  // goes on when the peer has read
  size_t taken = std::min(room, octets.size());
  if (world.Chance(world.network().cut_chance)) taken = 1 + world.Below(taken);
  out().octets.insert(out().octets.end(), octets.begin(),
                      octets.begin() + static_cast<std::ptrdiff_t>(taken));
  out().arrived_until = std::max(out().arrived_until, loop_.now() + world.Latency());
  world.At(out().arrived_until, [pipe = pipe_, side = side_, taken] {
    pipe->direction[side].arrived += taken;
    if (pipe->end[1 - side] != nullptr) pipe->end[1 - side]->Receive();
  });
  loop_.Post([this, alive = alive_, taken] {
    if (*alive) FinishSend(taken);
  });
}

void SimStream::FinishSend(size_t octets) {
  sending_ = false;
  output_.Sent(octets);
  if (dead_) return;
  StartSend();
  if (!dead_) handler_->OnSent();
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
    const auto end = from.octets.begin() + static_cast<std::ptrdiff_t>(taken);
    const std::vector<uint8_t> octets(from.octets.begin(), end);
    from.octets.erase(from.octets.begin(), end);
    from.arrived -= taken;
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
  if (out().fin_sent) return;
  out().fin_sent = true;
  out().arrived_until = std::max(out().arrived_until, loop_.now() + loop_.world().Latency());
  loop_.world().At(out().arrived_until, [pipe = pipe_, side = side_] {
    pipe->direction[side].fin_arrived = true;
    if (pipe->end[1 - side] != nullptr) pipe->end[1 - side]->Receive();
  });
  Die({});
}

void SimStream::Close() {
  if (dead_ || closing_) return;
  closing_ = true;
  output_.Release();
  if (!connected_) return Die({});
  if (!sending_) StartSend();
}

void SimStream::Abort() {
  if (dead_) return;
  if (pipe_ != nullptr && !pipe_->broken) {
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

#include "tools/sim/message_queue.h"

namespace salvo::sim {
namespace {

// Where only destinations have a limit.
constexpr size_t kMostWaiting = 1'000'000;

}  // namespace

void MessageQueue::SetLimits(uint32_t in_all, uint32_t to_one, io::Nanos time) {
  in_all_ = in_all;
  to_one_ = to_one;
  time_ = time;
}

bool MessageQueue::Take(std::string_view destination, io::Nanos now) {
  if (in_all_ == 0 && to_one_ == 0) return true;
  Deliver(now);
  const size_t most = in_all_ > 0 ? in_all_ : kMostWaiting;
  if (waiting_.size() >= most) return false;
  uint32_t& to_it = to_[std::string(destination)];
  if (to_one_ > 0 && to_it >= to_one_) return false;
  ++to_it;
  waiting_.push_back({now, std::string(destination)});
  return true;
}

void MessageQueue::Deliver(io::Nanos now) {
  while (!waiting_.empty() && io::Later(waiting_.front().since, time_) <= now) {
    const auto to = to_.find(waiting_.front().destination);
    if (--to->second == 0) to_.erase(to);
    waiting_.pop_front();
  }
}

}  // namespace salvo::sim

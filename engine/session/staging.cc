#include "engine/session/staging.h"

#include <cstring>

namespace salvo::engine {

Staging::Staging(size_t octets)
    : capacity_(octets), octets_(std::make_unique_for_overwrite<uint8_t[]>(octets)) {
  groups_.reserve(4);
}

uint8_t* Staging::Claim(size_t octets) {
  if (empty()) Clear();
  // Moving less than that half would cost more than it gives.
  const bool is_worn = begin_ >= capacity_ / 2;
  if (octets > capacity_ - end_ && is_worn) {
    std::memmove(octets_.get(), octets_.get() + begin_, end_ - begin_);
    for (Group& group : groups_) group.end -= begin_;
    ready_end_ -= begin_;
    grouped_end_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  return octets <= capacity_ - end_ ? octets_.get() + end_ : nullptr;
}

void Staging::WaitFor(uint64_t sync) {
  if (grouped_end_ == end_) return;
  grouped_end_ = end_;
  if (!groups_.empty() && groups_.back().sync == sync) {
    groups_.back().end = end_;
  } else {
    groups_.push_back({sync, end_});
  }
}

std::span<const uint8_t> Staging::Ready(uint64_t synced) {
  while (!groups_.empty() && groups_.front().sync <= synced) {
    ready_end_ = groups_.front().end;
    groups_.erase(groups_.begin());
  }
  return {octets_.get() + begin_, ready_end_ - begin_};
}

void Staging::Clear() {
  begin_ = ready_end_ = grouped_end_ = end_ = 0;
  groups_.clear();
}

}  // namespace salvo::engine

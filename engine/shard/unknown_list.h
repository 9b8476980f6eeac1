// Messages whose fate is unknown, in the order in which that was found out. A late answer or a
// receipt takes any of them out again. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "absl/container/flat_hash_map.h"

namespace salvo::engine {

class UnknownList {
 public:
  size_t size() const { return places_.size(); }

  // `index`: of the message in its table. REQUIRES: it is not in the list.
  void Add(uint32_t index) {
    places_[index] = first_place_ + indexes_.size();
    indexes_.push_back(index);
  }

  // Of no effect when it is not in the list.
  void Remove(uint32_t index) {
    const auto place = places_.find(index);
    if (place == places_.end()) return;
    indexes_[place->second - first_place_] = kGone;
    places_.erase(place);
    DropGone();
  }

  // REQUIRES: size() > 0.
  uint32_t TakeOldest() {
    const uint32_t oldest = indexes_.front();
    Remove(oldest);
    return oldest;
  }

 private:
  static constexpr uint32_t kGone = UINT32_MAX;

  // The front is never one that was taken out.
  void DropGone() {
    for (; !indexes_.empty() && indexes_.front() == kGone; ++first_place_) indexes_.pop_front();
  }

  std::deque<uint32_t> indexes_;  // by place; kGone where it was taken out
  uint64_t first_place_ = 0;      // of the front
  absl::flat_hash_map<uint32_t, uint64_t> places_;
};

}  // namespace salvo::engine

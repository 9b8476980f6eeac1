// What a shard lets other threads see: written by the shard, read by anybody, without order.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "salvo/engine.h"

namespace salvo::engine {

// A count with one writer.
class Counter {
 public:
  void Add(uint64_t n) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  // Of what was added before.
  void TakeBack(uint64_t n) { Set(Get() - n); }
  void Set(uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  uint64_t Get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_ = 0;
};

// Durations with one writer.
class DurationCounters {
 public:
  void Add(int64_t nanos, uint64_t times) {
    counts_[Durations::PlaceOf(nanos)].Add(times);
    if (nanos > longest_) {
      longest_ = nanos;
      longest_told_.Set(static_cast<uint64_t>(nanos));
    }
  }
  Durations Read() const;

 private:
  std::array<Counter, Durations::kPlaces> counts_;
  int64_t longest_ = 0;  // the writer's
  Counter longest_told_;
};

struct LinkCounters {
  std::string account;
  uint32_t bind = 0;
  std::string role;
  uint32_t window = 0;
  std::atomic<BindState> state = BindState::kWaiting;
  Counter in_flight;
  Counter submitted;
  Counter round_trip_us;
  Counter connects;
};

struct ShardCounters {
  Counter messages;
  Counter accepted;
  Counter rejected;
  Counter unknown;
  Counter unsent;
  Counter invalid;
  Counter segments;
  Counter segments_answered;
  Counter in_flight;
  Counter throttled;
  Counter retries;
  Counter retries_waiting;
  Counter timeouts;
  Counter late_answers;
  Counter receipts;
  Counter inbound;
  Counter protocol_errors;
  DurationCounters lateness;
  Counter journal_batches;
  Counter journal_octets;
  Counter journal_syncs;
  Counter journal_sync_us;
  Counter journal_longest_sync_us;
  // One a link, made before the shard is seen by anybody else.
  std::vector<std::unique_ptr<LinkCounters>> links;

  Counter& Of(Result result);
  Stats Read() const;
};

}  // namespace salvo::engine

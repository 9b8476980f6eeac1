// Receipts of messages that are not known, or not yet: a receipt can overtake submit_sm_resp, and
// come to another bind than it. Each waits for a time of its owner's choice; there is room for a
// bounded number. One thread.
#pragma once

#include <cstdint>
#include <list>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/receipts/segment.h"
#include "io/clock.h"

namespace salvo::engine {

struct ParkedReceipt {
  InboundReceipt values;  // but for its views
  std::string id;
  std::string error;
  std::vector<uint64_t> hashes;  // that its message may be known by
  io::Nanos since = 0;
  io::Nanos deadline = 0;
  uint64_t number = 0;   // of this one, from 1
  bool claimed = false;  // an unknown segment is being settled by it

  // Valid as long as this is where it is.
  InboundReceipt receipt() const {
    InboundReceipt receipt = values;
    receipt.id = id;
    receipt.error = error;
    return receipt;
  }
};

class Park {
 public:
  static constexpr size_t kMostReceipts = 100'000;

  using List = std::list<ParkedReceipt>;
  using Place = List::iterator;

  bool full() const { return receipts_.size() >= kMostReceipts; }
  size_t size() const { return receipts_.size(); }

  // Copies what its views refer to. REQUIRES: !full().
  Place Add(const InboundReceipt& receipt, std::vector<uint64_t> hashes, io::Nanos now,
            io::Nanos deadline);
  // Those that have the hash, in the order of their coming. Valid until one is taken out.
  std::vector<Place> Find(uint64_t hash);
  // The one of that number; end() when it is gone.
  Place FindNumber(uint64_t number);
  Place end() { return receipts_.end(); }
  // All, in the order of their coming.
  List& receipts() { return receipts_; }

  // Takes it out of the park.
  ParkedReceipt Take(Place place);

  // The earliest; io::kNever when there is none.
  io::Nanos FirstDeadline() const {
    return by_deadline_.empty() ? io::kNever : by_deadline_.begin()->first;
  }
  // Takes out one whose deadline has come; false when there is none.
  bool TakeExpired(io::Nanos now, ParkedReceipt* receipt);
  // Takes out the one whose deadline comes first. REQUIRES: there is one.
  ParkedReceipt TakeFirst() { return Take(by_number_.at(by_deadline_.begin()->second)); }
  // Its deadline is another one now.
  void Postpone(ParkedReceipt& receipt, io::Nanos deadline);

 private:
  List receipts_;
  std::set<std::pair<uint64_t, uint64_t>> by_hash_;  // and number
  std::unordered_map<uint64_t, Place> by_number_;
  uint64_t last_number_ = 0;
  std::set<std::pair<io::Nanos, uint64_t>> by_deadline_;
};

}  // namespace salvo::engine

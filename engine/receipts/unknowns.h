// The segments whose fate is unknown, and which of them a receipt can be about: the one that has
// the account, both addresses and the reference of the receipt, when there is just one and it is
// not younger than the receipt. Anything less is a guess. One thread.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "absl/container/flat_hash_map.h"
#include "engine/receipts/segment.h"

namespace salvo::engine {

// One that account, addresses and reference have in common. REQUIRES: it has a reference.
uint64_t ReferenceKey(uint32_t account, const Correlation& correlation);

class UnknownSegments {
 public:
  // Beyond them, further ones stay unknown whatever receipts say.
  static constexpr size_t kMostSegments = 100'000;

  void Add(const UnknownSegment& segment);
  bool empty() const { return addresses_.empty(); }
  // Those that a receipt could settle.
  size_t settleable() const { return by_reference_.size(); }

  // Takes out the one that the receipt settles; false when there is none.
  bool Settle(const InboundReceipt& receipt, UnknownSegment* segment);
  // Whether it may be about one of them, as far as addresses tell.
  bool MayBeAboutOne(const InboundReceipt& receipt) const;

 private:
  std::unordered_multimap<uint64_t, UnknownSegment> by_reference_;
  absl::flat_hash_map<uint64_t, uint32_t> addresses_;  // how many have them
};

}  // namespace salvo::engine

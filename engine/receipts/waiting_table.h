// The segments whose receipts are waited for, found by a hash of their account and id; and of
// messages of several segments, how far they have come.
//
// Memory is all that matters here: an entry takes 22 octets, and 23 to 53 in the table as it grows.
// Up to 10,000,000 entries never take more than 400 MB together, growing included, because it grows
// in 256 parts, one at a time. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "absl/container/flat_hash_set.h"

namespace salvo::engine {

class WaitingTable {
 public:
  // Times are counted in ticks of the owner's choice, and known modulo this many.
  static constexpr uint32_t kTicks = 4096;
  static constexpr uint8_t kNoState = 15;

  // What is known of an entry. `number` and `spelling` mean what the owner wants them to.
  struct Entry {
    uint64_t key = 0;
    uint8_t part = 0;
    uint8_t parts = 1;
    uint8_t state = kNoState;  // below 16
    uint8_t spelling = 0;
    uint16_t number = 0;
    uint32_t tick = 0;
  };

  // Adds it, or takes the place of the one that has this hash. True when there was none.
  bool Put(uint64_t hash, const Entry& entry);
  // False when there is none.
  bool Find(uint64_t hash, Entry* entry) const;
  // False when there was none.
  bool Remove(uint64_t hash);

  size_t size() const { return size_; }
  // Octets, about.
  size_t MemoryUsed() const;

  // Gives `next` each entry of one of the kParts parts; it may change all but what is found by, and
  // returns whether the entry stays. Looking at the parts in turn spreads the work.
  static constexpr size_t kParts = 256;
  void Sweep(size_t part, const std::function<bool(Entry&)>& next);

 private:
  // The hash's first octet chooses the part; the others are kept, and the spelling in its place.
  static constexpr int kPartShift = 56;
  static constexpr uint64_t kHashMask = (uint64_t{1} << kPartShift) - 1;

  struct [[gnu::packed]] Packed {
    uint32_t hash_low = 0;
    uint32_t hash_high = 0;  // 24 bits of the hash, 8 of the spelling
    uint32_t key_low = 0;
    uint32_t key_high = 0;
    uint32_t rest = 0;  // 8 bits part, 8 bits parts, 4 bits state, 12 bits tick
    uint16_t number = 0;

    uint64_t hash() const { return (uint64_t{hash_high} << 32 | hash_low) & kHashMask; }
  };
  static_assert(sizeof(Packed) == 22);
  struct Hash {
    using is_transparent = void;
    size_t operator()(const Packed& packed) const { return packed.hash(); }
    size_t operator()(uint64_t hash) const { return hash; }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Packed& a, const Packed& b) const { return a.hash() == b.hash(); }
    bool operator()(const Packed& a, uint64_t b) const { return a.hash() == b; }
  };
  using Part = absl::flat_hash_set<Packed, Hash, Equal>;

  static Packed Pack(uint64_t hash, const Entry& entry);
  static Entry Unpack(const Packed& packed);

  std::array<Part, kParts> parts_;
  size_t size_ = 0;
};

}  // namespace salvo::engine

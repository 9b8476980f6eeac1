// A mark for each of many keys: half an octet where keys stand close to one another, as rows of a
// campaign do, and some sixty where they are far apart, as hashes are.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace salvo::engine {

// Const methods may be called by several threads at once while nobody calls the others.
class MarkTable {
 public:
  static constexpr uint8_t kMostMark = 15;

  // 0 where none was set.
  uint8_t Get(uint64_t key) const;
  // REQUIRES: mark <= kMostMark.
  void Set(uint64_t key, uint8_t mark);
  // All marks `from` become `to`.
  void Replace(uint8_t from, uint8_t to);

  // Calls visit(key, mark) for each mark but 0, in no order.
  template <class Visit>
  void ForEach(Visit visit) const {
    for (const auto& [number, page] : pages_) {
      const uint64_t first = number * kPageKeys;
      for (const Few& one : page.few) visit(first + one.place, one.mark);
      if (page.all == nullptr) continue;
      for (uint64_t place = 0; place < kPageKeys; ++place) {
        const uint8_t mark = MarkIn(*page.all, place);
        if (mark != 0) visit(first + place, mark);
      }
    }
  }

 private:
  static constexpr uint64_t kPageKeys = 1 << 14;
  // Beyond that the page costs no more.
  static constexpr size_t kMostFew = 128;
  static constexpr int kMarkBits = 4;

  using All = std::array<uint8_t, kPageKeys / 2>;  // two marks an octet
  struct Few {
    uint16_t place;
    uint8_t mark;
  };
  struct Page {
    std::vector<Few> few;
    std::unique_ptr<All> all;  // nullptr: as long as there are few
  };

  static uint8_t MarkIn(const All& all, uint64_t place) {
    return all[place / 2] >> (place % 2 * kMarkBits) & kMostMark;
  }
  static void SetIn(All& all, uint64_t place, uint8_t mark);

  absl::flat_hash_map<uint64_t, Page> pages_;
};

}  // namespace salvo::engine

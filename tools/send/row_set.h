// A set of rows: a bit each, in pages of those that have any. What a damaged file says may be any
// row.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

#include "absl/container/node_hash_map.h"

namespace salvo::tools {

class RowSet {
 public:
  void Add(uint64_t row) { pages_[row / kPageRows].set(row % kPageRows); }
  bool Has(uint64_t row) const {
    const auto page = pages_.find(row / kPageRows);
    return page != pages_.end() && page->second.test(row % kPageRows);
  }

 private:
  static constexpr size_t kPageRows = 1 << 16;

  absl::node_hash_map<uint64_t, std::bitset<kPageRows>> pages_;
};

}  // namespace salvo::tools

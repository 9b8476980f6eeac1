// A set of rows: a bit each, up to the highest.
#pragma once

#include <cstdint>
#include <vector>

namespace salvo::tools {

class RowSet {
 public:
  void Add(uint64_t row) {
    if (row >= bits_.size()) bits_.resize(row + row / 2 + 1024);
    bits_[row] = true;
  }
  bool Has(uint64_t row) const { return row < bits_.size() && bits_[row]; }

 private:
  std::vector<bool> bits_;
};

}  // namespace salvo::tools

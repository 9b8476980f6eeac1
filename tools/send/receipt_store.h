// What receipts said of the rows, until it is written into the results: 16 octets a row, taken in
// pages as receipts come, so ten million rows take 160 MB. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "salvo/receipt.h"

namespace salvo::tools {

// Of a message: the first of its segments that failed counts, else the one heard of last.
struct RowReceipt {
  DeliveryState state = DeliveryState::kEnroute;
  std::string_view error;  // valid as long as the store
  int64_t at_ns = 0;       // since 1970
};

class ReceiptStore {
 public:
  // Keys are rows. That only some segments of a message were delivered is nothing that could be
  // said of it.
  void Add(const Receipt& receipt);
  bool empty() const { return pages_.empty(); }
  // False when nothing is to be said of that row.
  bool Find(uint64_t row, RowReceipt* receipt) const;

 private:
  enum class Phase : uint8_t { kNothing, kUnderWay, kFailed, kSettled };
  struct Entry {
    int64_t at_ns = 0;
    uint16_t error = 0;  // index in errors_
    DeliveryState state = DeliveryState::kEnroute;
    Phase phase = Phase::kNothing;
  };
  static_assert(sizeof(Entry) == 16);

  static constexpr uint64_t kPageRows = 4096;
  using Page = std::array<Entry, kPageRows>;

  Entry& At(uint64_t row);
  uint16_t IndexOf(std::string_view error);

  std::vector<std::unique_ptr<Page>> pages_;  // nullptr: no receipt of these rows
  std::vector<std::string> errors_ = {""};
  std::map<std::string, uint16_t, std::less<>> error_indices_ = {{"", 0}};
};

}  // namespace salvo::tools

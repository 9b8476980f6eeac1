// Message ids as SMSCs write them, and the ways in which the one in a receipt differs from the one
// in submit_sm_resp. Pure functions, any thread, no allocation.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "salvo/receipt.h"

namespace salvo::engine {

// 3.4 section 5.2.23 without its NUL. What is longer is cut.
inline constexpr size_t kMostIdOctets = 64;

// From the id in a receipt to that in the answer.
enum class IdChange : uint8_t {
  kNone,          // the same, but for what folding takes away
  kDecimalToHex,  // the receipt has a decimal number, the answer a hexadecimal one
  kHexToDecimal,
};
inline constexpr size_t kIdChanges = 3;

// An id in the one form that all its spellings have in common: lower case, without leading zeros,
// without blanks around it and, in a UUID, without dashes.
class FoldedId {
 public:
  explicit FoldedId(std::string_view id);

  std::string_view text() const { return {octets_.data(), size_}; }
  bool empty() const { return size_ == 0; }
  // As the answer would have it; empty when the id is no such number, or too large a one.
  FoldedId Changed(IdChange change) const;

  bool operator==(const FoldedId& other) const { return text() == other.text(); }

 private:
  FoldedId() = default;

  // A number of up to 64 octets in hexadecimal has 78 in decimal.
  std::array<char, 80> octets_;
  uint8_t size_ = 0;
};

// Which changes are to be tried, where the forms are configured or left to be learned.
bool MayChange(IdForm in_response, IdForm in_receipt, IdChange change);

// Whether it is more than a hexadecimal number or a UUID: then case may tell ids apart, as where
// they are numbers to the base of 62.
bool IsOpaqueId(std::string_view id);

// Of an account's id; the same in every process.
uint64_t HashOfId(uint32_t account, const FoldedId& id);
// The same for the id as it is, but for blanks around it.
uint64_t HashOfSpelling(uint32_t account, std::string_view id);
// An octet of that, for ids that are the same but for what folding takes away. Never 0.
uint8_t SpellingMarkOf(std::string_view id);

}  // namespace salvo::engine

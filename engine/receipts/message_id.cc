#include "engine/receipts/message_id.h"

#include <algorithm>
#include <optional>

#include "engine/receipts/hash.h"

namespace salvo::engine {
namespace {

constexpr uint64_t kSpellingSeed = 0x7370656C6C;
constexpr int kHexBase = 16;
constexpr int kDecimalBase = 10;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The value of a digit; at least `base` when it is none.
int ValueOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + kDecimalBase;
  return kHexBase;
}

char DigitOf(unsigned value) { return "0123456789abcdef"[value]; }

bool AreDigits(std::string_view text, int base) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return ValueOf(c) < base; });
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// 8-4-4-4-12 hexadecimal digits; of the first group some zeros may be lost. Dashes elsewhere tell
// ids apart: 1-11 is not 11-1.
bool IsUuid(std::string_view lower) {
  constexpr size_t kGroups[] = {12, 4, 4, 4};
  for (const size_t octets : kGroups) {
    if (lower.size() < octets + 2) return false;
    const std::string_view group = lower.substr(lower.size() - octets);
    lower.remove_suffix(octets);
    if (!AreDigits(group, kHexBase) || lower.back() != '-') return false;
    lower.remove_suffix(1);
  }
  constexpr size_t kFirstGroup = 8;
  return lower.size() <= kFirstGroup && AreDigits(lower, kHexBase);
}

// A number too large for a register, one digit of either base at a time.
class LongNumber {
 public:
  void MultiplyAndAdd(unsigned factor, unsigned digit) {
    unsigned carry = digit;
    for (size_t i = 0; i < used_ || carry != 0; ++i) {
      const unsigned value = (i < used_ ? octets_[i] : 0) * factor + carry;
      octets_[i] = static_cast<uint8_t>(value);
      used_ = std::max(used_, i + 1);
      carry = value >> 8;
    }
  }

  // Divides by `divisor` and returns what is left over.
  unsigned Divide(unsigned divisor) {
    unsigned rest = 0;
    for (size_t i = used_; i-- > 0;) {
      const unsigned value = rest << 8 | octets_[i];
      octets_[i] = static_cast<uint8_t>(value / divisor);
      rest = value % divisor;
    }
    while (used_ > 0 && octets_[used_ - 1] == 0) --used_;
    return rest;
  }

  bool zero() const { return used_ == 0; }

 private:
  std::array<uint8_t, kMostIdOctets> octets_{};  // lowest first; 64 digits need 32 at most
  size_t used_ = 0;
};

}  // namespace

FoldedId::FoldedId(std::string_view id) {
  id = Trimmed(id).substr(0, kMostIdOctets);
  std::transform(id.begin(), id.end(), octets_.begin(), Lower);
  char* end = octets_.data() + id.size();
  if (IsUuid({octets_.data(), id.size()})) end = std::remove(octets_.data(), end, '-');
  char* begin = octets_.data();
  while (end - begin > 1 && *begin == '0') ++begin;
  std::copy(begin, end, octets_.data());
  size_ = static_cast<uint8_t>(end - begin);
}

FoldedId FoldedId::Changed(IdChange change) const {
  if (change == IdChange::kNone) return *this;
  const bool to_hex = change == IdChange::kDecimalToHex;
  const int from = to_hex ? kDecimalBase : kHexBase;
  const int to = to_hex ? kHexBase : kDecimalBase;
  FoldedId changed;
  if (empty() || !AreDigits(text(), from)) return changed;
  LongNumber number;
  for (char c : text()) {
    number.MultiplyAndAdd(static_cast<unsigned>(from), static_cast<unsigned>(ValueOf(c)));
  }
  do {
    changed.octets_[changed.size_++] = DigitOf(number.Divide(static_cast<unsigned>(to)));
  } while (!number.zero());
  std::reverse(changed.octets_.begin(), changed.octets_.begin() + changed.size_);
  return changed;
}

bool MayChange(IdForm in_response, IdForm in_receipt, IdChange change) {
  const auto is = [](IdForm form, IdForm wanted) {
    return form == wanted || form == IdForm::kAuto;
  };
  switch (change) {
    case IdChange::kNone:
      return in_response == in_receipt || in_response == IdForm::kAuto ||
             in_receipt == IdForm::kAuto || in_response == IdForm::kRaw ||
             in_receipt == IdForm::kRaw;
    case IdChange::kDecimalToHex:
      return is(in_receipt, IdForm::kDecimal) && is(in_response, IdForm::kHex);
    case IdChange::kHexToDecimal:
      return is(in_receipt, IdForm::kHex) && is(in_response, IdForm::kDecimal);
  }
  return false;
}

bool IsOpaqueId(std::string_view id) {
  const FoldedId folded(id);
  return !AreDigits(folded.text(), kHexBase);
}

uint64_t HashOfSpelling(uint32_t account, std::string_view id) {
  return HashOf((uint64_t{account} + 1) ^ kSpellingSeed, Trimmed(id).substr(0, kMostIdOctets));
}

uint8_t SpellingMarkOf(std::string_view id) {
  return static_cast<uint8_t>(HashOfSpelling(0, id) % UINT8_MAX + 1);
}

uint64_t HashOfId(uint32_t account, const FoldedId& id) {
  return HashOf(uint64_t{account} + 1, id.text());
}

}  // namespace salvo::engine

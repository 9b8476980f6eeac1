// Lines on their way to a file: room is made once a line, and then each field is a copy. For files
// that get a line a message. One thread.
#pragma once

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "pdu/copy_text.h"
#include "tools/common/eight_digits.h"

namespace salvo::tools {

// Writes a line where there is room for it. A value that a register holds: what is written cannot
// be where it is kept, and so it is never read again.
class LineWriter {
 public:
  // Digits of the largest number.
  static constexpr size_t kMostDigits = 20;

  explicit LineWriter(char* at) : at_(at) {}

  void Append(std::string_view text) { at_ = pdu::CopyText(text, at_); }
  void Append(char c) { *at_++ = c; }
  // REQUIRES: room for kMostDigits, however few the number has.
  void AppendNumber(uint64_t number) {
    if (number < 10) return Append(static_cast<char>('0' + number));
    if (std::endian::native == std::endian::little && number < 100'000'000) {
      return AppendEightDigits(EightDigits(number));
    }
    at_ = std::to_chars(at_, at_ + kMostDigits, number).ptr;
  }

  // Behind what was written.
  const char* at() const { return at_; }

 private:
  // But for the zeros that lead.
  void AppendEightDigits(uint64_t digits) {
    const int zeros = std::countr_zero(digits) / 8;
    const uint64_t text = (digits | 0x3030'3030'3030'3030) >> 8 * zeros;
    std::memcpy(at_, &text, sizeof text);
    at_ += 8 - zeros;
  }

  char* at_;
};

class LineBuffer {
 public:
  // Writes behind what there is, where it has room for so many octets; until End or the next Begin.
  LineWriter Begin(size_t octets) {
    if (octets > capacity_ - size_) Grow(octets);
    return LineWriter(octets_.get() + size_);
  }
  // Takes what was written.
  void End(const LineWriter& line) { size_ = static_cast<size_t>(line.at() - octets_.get()); }

  std::string_view text() const { return {octets_.get(), size_}; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Drops the first of them.
  void Drop(size_t octets) {
    std::copy(octets_.get() + octets, octets_.get() + size_, octets_.get());
    size_ -= octets;
  }

 private:
  void Grow(size_t octets) {
    const size_t capacity = std::max(2 * capacity_, size_ + octets);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    std::copy_n(octets_.get(), size_, larger.get());
    octets_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> octets_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace salvo::tools

// Lines on their way to a file: room is made once a line, and then each field is a copy. For files
// that get a line a message. One thread.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace salvo::tools {

class LineBuffer {
 public:
  // Makes room for so many octets behind what there is.
  void Reserve(size_t octets) {
    if (octets <= capacity_ - size_) return;
    const size_t capacity = std::max(2 * capacity_, size_ + octets);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    std::copy_n(octets_.get(), size_, larger.get());
    octets_ = std::move(larger);
    capacity_ = capacity;
  }

  // REQUIRES: room, and so the next ones.
  void Append(std::string_view text) {
    std::memcpy(octets_.get() + size_, text.data(), text.size());
    size_ += text.size();
  }
  void Append(char c) { octets_[size_++] = c; }
  void AppendNumber(uint64_t number) {
    if (number < 10) return Append(static_cast<char>('0' + number));
    char* const at = octets_.get() + size_;
    size_ += static_cast<size_t>(std::to_chars(at, at + kMostDigits, number).ptr - at);
  }

  // Digits of the largest number.
  static constexpr size_t kMostDigits = 20;

  std::string_view text() const { return {octets_.get(), size_}; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void Clear() { size_ = 0; }

 private:
  std::unique_ptr<char[]> octets_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace salvo::tools

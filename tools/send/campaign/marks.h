// Where a delimited text has its delimiters, quotes and newlines, found 64 octets at a time. Found
// once: who counts the records and who reads their fields go from one mark to the next, and never
// look at what is between them.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

namespace salvo::tools {

// Those of an empty text, until others are found. One thread at a time.
class Marks {
 public:
  // Forgets those of an earlier text. The text is not kept.
  void Find(std::string_view text, char delimiter);

 private:
  friend class MarkCursor;

  // A bit an octet, the lowest first, and one behind the last octet: nobody has to look for the end
  // of the bits.
  std::vector<uint64_t> words_ = {1};
};

// Goes through a text's marks, once. Valid until others are found.
class MarkCursor {
 public:
  explicit MarkCursor(const Marks& marks) : word_(marks.words_.data()), bits_(*word_) {}

  // The offset of the next mark; behind the last one, the size of the text.
  // REQUIRES: that has not been returned yet.
  size_t Next() {
    while (bits_ == 0) {
      bits_ = *++word_;
      base_ += 64;
    }
    const size_t offset = base_ + static_cast<size_t>(std::countr_zero(bits_));
    bits_ &= bits_ - 1;
    return offset;
  }

 private:
  const uint64_t* word_;
  uint64_t bits_;  // of the word, those not returned yet
  size_t base_ = 0;
};

}  // namespace salvo::tools

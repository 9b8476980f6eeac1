// Where a text has its delimiters, quotes and newlines, found 64 octets at a time: who reads it
// goes from one of these marks to the next, and never looks at what is between them.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstdint>
#include <string_view>

namespace salvo::tools {

// The marks of 64 octets, a bit each, that of the first octet the lowest.
class BlockMarks {
 public:
  static constexpr size_t kOctets = 64;

#ifdef __SSE2__
  explicit BlockMarks(char delimiter) : delimiter_(_mm_set1_epi8(delimiter)) {}

  uint64_t Of(const char* block) const {
    return Of16(block) | Of16(block + 16) << 16 | Of16(block + 32) << 32 | Of16(block + 48) << 48;
  }

 private:
  uint64_t Of16(const char* at) const {
    const __m128i octets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i ends =
        _mm_or_si128(_mm_cmpeq_epi8(octets, delimiter_), _mm_cmpeq_epi8(octets, newline_));
    const __m128i marks = _mm_or_si128(ends, _mm_cmpeq_epi8(octets, quote_));
    return static_cast<uint32_t>(_mm_movemask_epi8(marks));
  }

  const __m128i delimiter_;
  const __m128i newline_ = _mm_set1_epi8('\n');
  const __m128i quote_ = _mm_set1_epi8('"');
#else
  explicit BlockMarks(char delimiter) : delimiter_(delimiter) {}

  uint64_t Of(const char* block) const {
    uint64_t marks = 0;
    for (size_t i = 0; i < kOctets; ++i) {
      const char c = block[i];
      const bool is_mark = c == delimiter_ || c == '\n' || c == '"';
      marks |= uint64_t{is_mark} << i;
    }
    return marks;
  }

 private:
  const char delimiter_;
#endif
};

// Goes through a text's marks, once. One thread; the text is not owned.
class MarkCursor {
 public:
  MarkCursor(std::string_view text, char delimiter) : text_(text), marks_(delimiter) {
    bits_ = MarksAt(0);
  }

  // The offset of the next mark; behind the last one, the size of the text.
  // REQUIRES: that has not been returned yet.
  size_t Next() {
    while (bits_ == 0) {
      block_ += BlockMarks::kOctets;
      bits_ = MarksAt(block_);
    }
    const size_t offset = block_ + static_cast<size_t>(std::countr_zero(bits_));
    bits_ &= bits_ - 1;
    return offset;
  }

 private:
  uint64_t MarksAt(size_t block) const {
    if (text_.size() - block >= BlockMarks::kOctets) return marks_.Of(text_.data() + block);
    return MarksOfTheRest(block);
  }
  // With one behind the last octet.
  uint64_t MarksOfTheRest(size_t block) const {
    char rest[BlockMarks::kOctets] = {};
    const size_t octets = text_.copy(rest, BlockMarks::kOctets, block);
    return marks_.Of(rest) | uint64_t{1} << octets;
  }

  std::string_view text_;
  BlockMarks marks_;
  size_t block_ = 0;   // offset of the block that is looked at
  uint64_t bits_ = 0;  // of it, those not returned yet
};

}  // namespace salvo::tools

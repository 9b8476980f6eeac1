// Where a text has its delimiters, quotes and newlines, found 64 octets at a time: who reads it
// goes from one of these marks to the next, and never looks at what is between them.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <cstdint>
#include <string_view>

namespace salvo::tools {

// Immutable; any thread.
class BlockMarks {
 public:
  static constexpr size_t kOctets = 64;

  explicit BlockMarks(char delimiter) : delimiter_(Pattern(delimiter)) {}

  // Of the first octets of `text`, a bit each, that of the first octet the lowest.
  uint64_t Of(std::string_view text) const {
    if (text.size() >= kOctets) return OfBlock(text.data());
    char block[kOctets] = {};
    text.copy(block, kOctets);
    return OfBlock(block);
  }

 private:
#ifdef __SSE2__
  static __m128i Pattern(char c) { return _mm_set1_epi8(c); }

  uint64_t OfBlock(const char* block) const {
    return Of16(block) | Of16(block + 16) << 16 | Of16(block + 32) << 32 | Of16(block + 48) << 48;
  }

  uint64_t Of16(const char* at) const {
    const __m128i octets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i ends =
        _mm_or_si128(_mm_cmpeq_epi8(octets, delimiter_), _mm_cmpeq_epi8(octets, newline_));
    const __m128i marks = _mm_or_si128(ends, _mm_cmpeq_epi8(octets, quote_));
    return static_cast<uint32_t>(_mm_movemask_epi8(marks));
  }

  const __m128i delimiter_;
  const __m128i newline_ = Pattern('\n');
  const __m128i quote_ = Pattern('"');
#else
  static char Pattern(char c) { return c; }

  uint64_t OfBlock(const char* block) const {
    uint64_t marks = 0;
    for (size_t i = 0; i < kOctets; ++i) {
      const char c = block[i];
      const bool is_mark = c == delimiter_ || c == '\n' || c == '"';
      marks |= uint64_t{is_mark} << i;
    }
    return marks;
  }

  const char delimiter_;
#endif
};

}  // namespace salvo::tools

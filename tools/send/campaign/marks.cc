#include "tools/send/campaign/marks.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <cstring>

namespace salvo::tools {
namespace {

constexpr size_t kBlock = 64;  // octets whose marks fill a word

#ifdef __SSE2__

class BlockReader {
 public:
  explicit BlockReader(char delimiter) : delimiter_(_mm_set1_epi8(delimiter)) {}

  uint64_t Marks(const char* block) const {
    return Marks16(block) | Marks16(block + 16) << 16 | Marks16(block + 32) << 32 |
           Marks16(block + 48) << 48;
  }

 private:
  uint64_t Marks16(const char* at) const {
    const __m128i octets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i ends =
        _mm_or_si128(_mm_cmpeq_epi8(octets, delimiter_), _mm_cmpeq_epi8(octets, newline_));
    const __m128i marks = _mm_or_si128(ends, _mm_cmpeq_epi8(octets, quote_));
    return static_cast<uint32_t>(_mm_movemask_epi8(marks));
  }

  const __m128i delimiter_;
  const __m128i newline_ = _mm_set1_epi8('\n');
  const __m128i quote_ = _mm_set1_epi8('"');
};

#else

class BlockReader {
 public:
  explicit BlockReader(char delimiter) : delimiter_(delimiter) {}

  uint64_t Marks(const char* block) const {
    uint64_t marks = 0;
    for (size_t i = 0; i < kBlock; ++i) {
      const char c = block[i];
      const bool is_mark = c == delimiter_ || c == '\n' || c == '"';
      marks |= uint64_t{is_mark} << i;
    }
    return marks;
  }

 private:
  const char delimiter_;
};

#endif

}  // namespace

void Marks::Find(std::string_view text, char delimiter) {
  const BlockReader reader(delimiter);
  const size_t whole_blocks = text.size() / kBlock;
  const size_t rest = text.size() % kBlock;
  words_.resize(whole_blocks + 1);
  for (size_t i = 0; i < whole_blocks; ++i) words_[i] = reader.Marks(text.data() + i * kBlock);
  char last[kBlock] = {};
  text.copy(last, rest, whole_blocks * kBlock);
  words_[whole_blocks] = reader.Marks(last) | uint64_t{1} << rest;
}

}  // namespace salvo::tools

#include "pdu/text/plain_run.h"

#include <array>
#include <cstdint>
#include <cstring>
#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace salvo::pdu {
namespace {

constexpr size_t kBlock = kPlainBlock;

bool AreBlockPlain(const char* text) {
  using Vector [[gnu::vector_size(kBlock)]] = uint8_t;
  Vector octets;
  std::memcpy(&octets, text, kBlock);
  const Vector from_space = octets - uint8_t{' '};
  const Vector from_bracket = octets - uint8_t{'['};
  const Vector others =
      Vector((from_space >= uint8_t{'z' - ' ' + 1}) | (from_bracket <= uint8_t{'`' - '['}) |
             (octets == uint8_t{'$'}) | (octets == uint8_t{'@'}));
  std::array<uint64_t, kBlock / sizeof(uint64_t)> words;
  std::memcpy(words.data(), &others, kBlock);
  return (words[0] | words[1]) == 0;
}

// Goes on where the first `run` characters are known to be plain.
size_t PlainRunFrom(size_t run, std::string_view utf8) {
  while (utf8.size() - run >= kBlock && AreBlockPlain(utf8.data() + run)) run += kBlock;
  // What is left is looked at together with what comes before it.
  const bool has_rest = run > 0 && utf8.size() - run < kBlock;
  return has_rest && AreBlockPlain(utf8.data() + utf8.size() - kBlock) ? utf8.size() : run;
}

#ifdef __x86_64__
constexpr bool IsPlain(int c) {
  return c >= ' ' && c <= 'z' && c != '$' && c != '@' && (c < '[' || c > '`');
}

// A character is plain when the bit of its upper four bits is set for its lower four: there are
// bits for the upper four of ASCII only. Both tables twice, as a shuffle takes them.
using ShuffleTable = std::array<uint8_t, sizeof(__m256i)>;

constexpr ShuffleTable MakeBitsOfLower() {
  ShuffleTable table{};
  for (size_t i = 0; i < table.size(); ++i) {
    int bits = 0;
    for (int upper = 0; upper < 8; ++upper) {
      if (IsPlain(upper << 4 | static_cast<int>(i % 16))) bits |= 1 << upper;
    }
    table[i] = static_cast<uint8_t>(bits);
  }
  return table;
}

constexpr ShuffleTable MakeBitOfUpper() {
  ShuffleTable table{};
  for (size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<uint8_t>(i % 16 < 8 ? 1 << i % 16 : 0);
  }
  return table;
}

alignas(sizeof(__m256i)) constexpr ShuffleTable kBitsOfLower = MakeBitsOfLower();
alignas(sizeof(__m256i)) constexpr ShuffleTable kBitOfUpper = MakeBitOfUpper();

[[gnu::target("avx2")]] inline __m256i Load(const void* at) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(at));
}

// Octets that are not 0 where the characters are plain.
[[gnu::target("avx2")]] inline __m256i PlainOf(const char* text) {
  const __m256i octets = Load(text);
  const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(octets, 4), _mm256_set1_epi8(0x0F));
  // An octet above ASCII has its highest bit set, for which a shuffle gives 0.
  return _mm256_and_si256(_mm256_shuffle_epi8(Load(kBitsOfLower.data()), octets),
                          _mm256_shuffle_epi8(Load(kBitOfUpper.data()), upper));
}

constexpr size_t kLargeBlock = 2 * sizeof(__m256i);

[[gnu::target("avx2")]] bool AreLargeBlockPlain(const char* text) {
  const __m256i least = _mm256_min_epu8(PlainOf(text), PlainOf(text + sizeof(__m256i)));
  return _mm256_movemask_epi8(_mm256_cmpeq_epi8(least, _mm256_setzero_si256())) == 0;
}

[[gnu::target("avx2")]] size_t PlainRunByAvx2(std::string_view utf8) {
  size_t run = 0;
  while (utf8.size() - run >= kLargeBlock && AreLargeBlockPlain(utf8.data() + run)) {
    run += kLargeBlock;
  }
  const bool has_rest = run > 0 && utf8.size() - run < kLargeBlock;
  if (has_rest && AreLargeBlockPlain(utf8.data() + utf8.size() - kLargeBlock)) return utf8.size();
  return PlainRunFrom(run, utf8);
}

bool HasAvx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}
#endif

}  // namespace

bool IsPlainBlock(const char* text) { return AreBlockPlain(text); }

size_t PlainRunAnywhere(std::string_view utf8) { return PlainRunFrom(0, utf8); }

size_t PlainRun(std::string_view utf8) {
#ifdef __x86_64__
  if (HasAvx2()) return PlainRunByAvx2(utf8);
#endif
  return PlainRunAnywhere(utf8);
}

}  // namespace salvo::pdu

#include "pdu/text/plain_run.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace salvo::pdu {
namespace {

constexpr size_t kBlock = kPlainBlock;
constexpr size_t kLargeBlock = 4 * kBlock;

// Whether so many characters are plain, looked at in vectors of that width.
template <size_t kOctets, size_t kWidth>
[[gnu::always_inline]] inline bool ArePlain(const char* text) {
  using Vector [[gnu::vector_size(kWidth)]] = uint8_t;
  Vector others{};
  for (size_t at = 0; at < kOctets; at += kWidth) {
    Vector octets;
    std::memcpy(&octets, text + at, kWidth);
    const Vector from_space = octets - uint8_t{' '};
    const Vector from_bracket = octets - uint8_t{'['};
    others |= Vector((from_space >= uint8_t{'z' - ' ' + 1}) | (from_bracket <= uint8_t{'`' - '['}) |
                     (octets == uint8_t{'$'}) | (octets == uint8_t{'@'}));
  }
  std::array<uint64_t, kWidth / sizeof(uint64_t)> words;
  std::memcpy(words.data(), &others, kWidth);
  uint64_t any = 0;
  for (const uint64_t word : words) any |= word;
  return any == 0;
}

template <size_t kWidth>
[[gnu::always_inline]] inline size_t PlainRunBy(std::string_view utf8) {
  size_t run = 0;
  while (utf8.size() - run >= kLargeBlock && ArePlain<kLargeBlock, kWidth>(utf8.data() + run)) {
    run += kLargeBlock;
  }
  // What is left is looked at together with what comes before it.
  const bool has_tail = run > 0 && utf8.size() - run < kLargeBlock;
  if (has_tail && ArePlain<kLargeBlock, kWidth>(utf8.data() + utf8.size() - kLargeBlock)) {
    return utf8.size();
  }
  while (utf8.size() - run >= kBlock && ArePlain<kBlock, kBlock>(utf8.data() + run)) run += kBlock;
  const bool has_rest = run > 0 && utf8.size() - run < kBlock;
  return has_rest && ArePlain<kBlock, kBlock>(utf8.data() + utf8.size() - kBlock) ? utf8.size()
                                                                                  : run;
}

#ifdef __x86_64__
[[gnu::target("avx2")]] size_t PlainRunByAvx2(std::string_view utf8) {
  return PlainRunBy<2 * kBlock>(utf8);
}

bool HasAvx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}
#endif

}  // namespace

bool IsPlainBlock(const char* text) { return ArePlain<kBlock, kBlock>(text); }

size_t PlainRunAnywhere(std::string_view utf8) { return PlainRunBy<kBlock>(utf8); }

size_t PlainRun(std::string_view utf8) {
#ifdef __x86_64__
  if (HasAvx2()) return PlainRunByAvx2(utf8);
#endif
  return PlainRunAnywhere(utf8);
}

}  // namespace salvo::pdu

#include "tools/sim/message_id.h"

#include "tools/sim/random.h"

namespace salvo::sim {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// Writes the number with at least `width` digits, backwards from `end`; returns where it begins.
char* WriteBackwards(uint64_t number, unsigned base, size_t width, char* end) {
  char* at = end;
  while (number > 0 || static_cast<size_t>(end - at) < width) {
    *--at = kHexDigits[number % base];
    number /= base;
  }
  return at;
}

}  // namespace

std::string_view MessageIds::Format(uint64_t number) {
  switch (format_) {
    case IdFormat::kDecimal:
      return FormatDecimal(number);
    case IdFormat::kHex:
      return FormatHex(number);
    case IdFormat::kUuid:
      return FormatUuid(number);
  }
  return {};
}

std::string_view MessageIds::FormatDecimal(uint64_t number) {
  constexpr size_t kDigits = 10;
  char* end = text_.data() + text_.size();
  const char* begin = WriteBackwards(number, 10, kDigits, end);
  return {begin, end};
}

std::string_view MessageIds::FormatHex(uint64_t number) {
  constexpr size_t kDigits = 8;
  char* end = text_.data() + text_.size();
  const char* begin = WriteBackwards(number, 16, kDigits, end);
  return {begin, end};
}

// Version 4 in form; the same number always has the same id.
std::string_view MessageIds::FormatUuid(uint64_t number) {
  Random random(seed_ ^ (number << 20));
  const uint64_t high = (random.Next() & ~uint64_t{0xF000}) | 0x4000;
  const uint64_t low = (random.Next() & ~(uint64_t{0xC} << 60)) | (uint64_t{0x8} << 60);
  const struct {
    uint64_t value;
    size_t digits;
  } groups[] = {{high >> 32, 8},
                {high >> 16 & 0xFFFF, 4},
                {high & 0xFFFF, 4},
                {low >> 48, 4},
                {low & 0xFFFFFFFFFFFF, 12}};
  char* at = text_.data();
  for (const auto& group : groups) {
    if (at != text_.data()) *at++ = '-';
    WriteBackwards(group.value, 16, group.digits, at + group.digits);
    at += group.digits;
  }
  return {text_.data(), at};
}

}  // namespace salvo::sim

#include "pdu/time.h"

#include <algorithm>

namespace salvo::pdu {
namespace {

constexpr int64_t kMinute = 60;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kMonth = 30 * kDay;
constexpr int64_t kYear = 365 * kDay;

int TwoDigits(std::string_view text, size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

}  // namespace

RelativeTime::RelativeTime(int64_t seconds) {
  char* at = text_.data();
  for (const int64_t unit : {kYear, kMonth, kDay, kHour, kMinute, int64_t{1}}) {
    const int64_t count = seconds / unit;
    seconds %= unit;
    *at++ = static_cast<char>('0' + count / 10);
    *at++ = static_cast<char>('0' + count % 10);
  }
  std::copy_n("000R", 4, at);
}

bool IsSmppTime(std::string_view text) {
  constexpr size_t kSize = 16;
  if (text.empty()) return true;
  if (text.size() != kSize) return false;
  const std::string_view digits = text.substr(0, kSize - 1);
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return false;
  }
  const char sign = text.back();
  if (sign == 'R') return text.substr(12, 3) == "000";
  if (sign != '+' && sign != '-') return false;
  const int month = TwoDigits(text, 2);
  const int day = TwoDigits(text, 4);
  constexpr int kMostQuarterHours = 48;
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && TwoDigits(text, 6) <= 23 &&
         TwoDigits(text, 8) <= 59 && TwoDigits(text, 10) <= 59 &&
         TwoDigits(text, 13) <= kMostQuarterHours;
}

}  // namespace salvo::pdu

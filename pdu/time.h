// The relative time format of validity_period and schedule_delivery_time: 3.4 section 7.1.1.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace salvo::pdu {

// "YYMMDDhhmmss000R" and its view. A year counts 365 days and a month 30.
class RelativeTime {
 public:
  // REQUIRES: 0 <= seconds < 100 years of 365 days.
  explicit RelativeTime(int64_t seconds);

  std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 16> text_;
};

// True when `text` is empty or has the form of 3.4 section 7.1.1: 16 characters, twelve digits of
// which the date and time are possible, one digit of tenths, two of quarter hours, then +, - or R.
bool IsSmppTime(std::string_view text);

}  // namespace salvo::pdu

#include "engine/log/log_time.h"

#include <ctime>

namespace salvo::engine {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr size_t kDigits = 6;  // microseconds

}  // namespace

void LogTime::Append(int64_t wall_ns, std::string* out) {
  if (wall_ns < 0) wall_ns = 0;
  const std::time_t second = wall_ns / kNanosPerSecond;
  if (second != second_) {
    second_ = second;
    std::tm parts{};
    gmtime_r(&second, &parts);
    std::strftime(text_.data(), text_.size(), "%Y-%m-%d %H:%M:%S.", &parts);
  }
  out->append(text_.data(), kOctetsToSecond);
  auto micros = static_cast<uint32_t>(wall_ns % kNanosPerSecond / 1000);
  char digits[kDigits];
  for (size_t i = kDigits; i-- > 0; micros /= 10) digits[i] = static_cast<char>('0' + micros % 10);
  out->append(digits, kDigits);
}

}  // namespace salvo::engine

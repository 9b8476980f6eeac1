#include "tools/sim/options/portion.h"

#include <charconv>

#include "absl/strings/str_format.h"
#include "tools/common/parse.h"

namespace salvo::sim {

absl::StatusOr<Portion> Portion::Parse(std::string_view text) {
  Kind kind = Kind::kShare;
  switch (text.empty() ? '\0' : text.front()) {
    case 'x':
      kind = Kind::kFirst;
      break;
    case '@':
      kind = Kind::kNth;
      break;
    case '/':
      kind = Kind::kEvery;
      break;
    default: {
      const auto share = tools::ParseShare(text);
      if (!share.ok()) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "'%s' is not how often: 5%%, 0.05, x3 (the first three), @9 (the ninth), /9 (every "
            "ninth)",
            text));
      }
      return Portion(*share);
    }
  }
  uint64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 1, end, count);
  if (error != std::errc() || stop != end || count == 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' needs a whole number from 1 on, as in %c3", text, text.front()));
  }
  return Portion(kind, count);
}

bool Portion::TakeCounted(uint64_t nth) {
  switch (kind_) {
    case Kind::kShare:
      return false;
    case Kind::kFirst:
      if (count_ == 0) return false;
      --count_;
      return true;
    case Kind::kNth:
      return nth == count_;
    case Kind::kEvery:
      return nth % count_ == 0;
  }
  return false;
}

}  // namespace salvo::sim

#include "tools/sim/options/delay.h"

#include "absl/strings/str_format.h"
#include "tools/common/parse.h"
#include "tools/sim/options/parts.h"

namespace salvo::sim {
namespace {

bool TakePrefix(std::string_view prefix, std::string_view* text) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

}  // namespace

absl::StatusOr<DelayDistribution> DelayDistribution::Parse(std::string_view text) {
  if (TakePrefix("uniform:", &text)) return ParseUniform(text);
  if (TakePrefix("mix:", &text)) return ParseMix(text);
  const auto time = tools::ParseTime(text);
  if (!time.ok()) return time.status();
  return DelayDistribution(*time);
}

absl::StatusOr<DelayDistribution> DelayDistribution::ParseUniform(std::string_view text) {
  const size_t comma = text.find(',');
  if (comma == std::string_view::npos) {
    return absl::InvalidArgumentError("uniform needs two times, as in uniform:1ms,20ms");
  }
  const auto from = tools::ParseTime(text.substr(0, comma));
  if (!from.ok()) return from.status();
  const auto to = tools::ParseTime(text.substr(comma + 1));
  if (!to.ok()) return to.status();
  if (*to < *from) return absl::InvalidArgumentError("the range of uniform is upside down");
  DelayDistribution delay;
  delay.parts_.push_back({1, *from, *to});
  return delay;
}

absl::StatusOr<DelayDistribution> DelayDistribution::ParseMix(std::string_view text) {
  DelayDistribution delay;
  double sum = 0;
  absl::Status status = ForEachPart(text, [&](std::string_view part) -> absl::Status {
    const size_t percent = part.find('%');
    if (percent == std::string_view::npos) {
      return absl::InvalidArgumentError("a part of mix needs a share, as in 80%10ms");
    }
    const auto share = tools::ParseShare(part.substr(0, percent + 1));
    if (!share.ok()) return share.status();
    const auto time = tools::ParseTime(part.substr(percent + 1));
    if (!time.ok()) return time.status();
    sum += *share;
    delay.parts_.push_back({sum, *time, *time});
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (sum < 1 - kShareRounding || sum > 1 + kShareRounding) {
    return absl::InvalidArgumentError("the shares of mix do not add up to 100%");
  }
  return delay;
}

io::Nanos DelayDistribution::Draw(Random& random) const {
  if (parts_.empty()) return 0;
  const double drawn = random.Unit();
  for (const Part& part : parts_) {
    if (drawn >= part.up_to && &part != &parts_.back()) continue;
    if (part.from == part.to) return part.from;
    return part.from +
           static_cast<io::Nanos>(random.Unit() * static_cast<double>(part.to - part.from));
  }
  return 0;
}

}  // namespace salvo::sim

#include "tools/sim/options.h"

#include "absl/strings/str_format.h"
#include "pdu/receipt.h"
#include "tools/common/parse.h"

namespace salvo::sim {
namespace {

// Calls `take` with each part of a list; stops at the first error.
absl::Status ForEachPart(std::string_view text, auto take) {
  for (;;) {
    const size_t comma = text.find(',');
    absl::Status status = take(text.substr(0, comma));
    if (!status.ok() || comma == std::string_view::npos) return status;
    text.remove_prefix(comma + 1);
  }
}

bool TakePrefix(std::string_view prefix, std::string_view* text) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

}  // namespace

absl::StatusOr<DelayDistribution> DelayDistribution::Parse(std::string_view text) {
  DelayDistribution delay;
  if (TakePrefix("uniform:", &text)) {
    const size_t comma = text.find(',');
    if (comma == std::string_view::npos) {
      return absl::InvalidArgumentError("uniform needs two times, as in uniform:1ms,20ms");
    }
    const auto from = tools::ParseTime(text.substr(0, comma));
    if (!from.ok()) return from.status();
    const auto to = tools::ParseTime(text.substr(comma + 1));
    if (!to.ok()) return to.status();
    if (*to < *from) return absl::InvalidArgumentError("the range of uniform is upside down");
    delay.parts_.push_back({1, *from, *to});
    return delay;
  }
  if (TakePrefix("mix:", &text)) {
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
    constexpr double kRounding = 1e-9;
    if (sum < 1 - kRounding || sum > 1 + kRounding) {
      return absl::InvalidArgumentError("the shares of mix do not add up to 100%");
    }
    return delay;
  }
  const auto time = tools::ParseTime(text);
  if (!time.ok()) return time.status();
  if (*time > 0) delay.parts_.push_back({1, *time, *time});
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

absl::StatusOr<ErrorShare> ParseErrorShare(std::string_view text) {
  const size_t equals = text.find('=');
  const auto status = pdu::ParseStatus(text.substr(0, equals));
  if (!status || equals == std::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is not a status and a share, such as ESME_RTHROTTLED=5%%", text));
  }
  const auto share = tools::ParseShare(text.substr(equals + 1));
  if (!share.ok()) return share.status();
  return ErrorShare{*status, *share};
}

absl::StatusOr<std::vector<ReceiptShare>> ParseReceiptMix(std::string_view text) {
  std::vector<ReceiptShare> mix;
  absl::Status status = ForEachPart(text, [&](std::string_view part) -> absl::Status {
    const size_t equals = part.find('=');
    const auto state = pdu::ParseReceiptState(part.substr(0, equals));
    if (!state || equals == std::string_view::npos) {
      return absl::InvalidArgumentError(
          absl::StrFormat("'%s' is not a state and a share, such as DELIVRD=95%%", part));
    }
    const auto share = tools::ParseShare(part.substr(equals + 1));
    if (!share.ok()) return share.status();
    mix.push_back({*state, *share});
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return mix;
}

absl::StatusOr<Login> ParseLogin(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is not a login such as system_id:password", text));
  }
  return Login{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

}  // namespace salvo::sim

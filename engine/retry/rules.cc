// The public functions of salvo/retry.h.
#include <algorithm>

#include "engine/retry/classes.h"
#include "salvo/retry.h"

namespace salvo {
namespace {

using engine::StatusDefault;
using pdu::CommandStatus;
using std::chrono::milliseconds;

// Far beyond any max_age, far within the range of milliseconds.
constexpr double kLongestDelayMs = 1e15;

bool IsLimit(StatusClass status_class) {
  return status_class == StatusClass::kThrottling || status_class == StatusClass::kQueueFull;
}

StatusDefault NowSmsClassOf(CommandStatus status) {
  switch (status) {
    case CommandStatus::ESME_RINVSRCADR:
    case CommandStatus::ESME_RINVDSTADR:
    case CommandStatus::ESME_RX_R_APPN:
      return {status, StatusClass::kPermanent};
    case CommandStatus::ESME_RTHROTTLED:
      return {status, StatusClass::kThrottling};
    case CommandStatus::ESME_RMSGQFUL:
      return {status, StatusClass::kQueueFull};
    default:
      return {status, StatusClass::kTemporary};
  }
}

bool IsRejected(const RetryOptions& options, uint32_t command_status, StatusClass status_class) {
  if (std::find(options.reject.begin(), options.reject.end(), command_status) !=
      options.reject.end()) {
    return true;
  }
  return options.reject_all && IsRetried(status_class) && !IsLimit(status_class);
}

template <class Value>
void Take(const std::optional<Value>& own, Value* value) {
  if (own) *value = *own;
}

}  // namespace

std::string_view NameOf(StatusClass status_class) {
  switch (status_class) {
    case StatusClass::kPermanent:
      return "permanent";
    case StatusClass::kTemporary:
      return "temporary";
    case StatusClass::kThrottling:
      return "throttling";
    case StatusClass::kQueueFull:
      return "queue-full";
    case StatusClass::kStopsAccount:
      return "stops-account";
  }
  return "";
}

bool IsRetried(StatusClass status_class) {
  return status_class != StatusClass::kPermanent && status_class != StatusClass::kStopsAccount;
}

RetryRule RuleFor(const RetryOptions& options, uint32_t command_status) {
  const auto status = static_cast<CommandStatus>(command_status);
  const StatusDefault found = options.profile == RetryProfile::kNowSms
                                  ? NowSmsClassOf(status)
                                  : engine::DefaultClassOf(status);
  RetryRule rule{found.status_class, options.schedule};
  if (IsRejected(options, command_status, rule.status_class)) {
    rule.status_class = StatusClass::kPermanent;
  }
  const auto own = std::find_if(options.statuses.begin(), options.statuses.end(),
                                [&](const auto& s) { return s.command_status == command_status; });
  const bool has_own = own != options.statuses.end();
  if (has_own) Take(own->status_class, &rule.status_class);
  RetrySchedule& schedule = rule.schedule;
  if (IsLimit(rule.status_class)) {
    schedule.max_attempts = 0;
  } else if (found.most_attempts > 0) {
    schedule.max_attempts = std::min(schedule.max_attempts, found.most_attempts);
  }
  if (!has_own) return rule;
  Take(own->delay, &schedule.delay);
  Take(own->multiplier, &schedule.multiplier);
  Take(own->delay_after_attempts, &schedule.delay_after_attempts);
  Take(own->delay_max, &schedule.delay_max);
  Take(own->max_attempts, &schedule.max_attempts);
  Take(own->max_age, &schedule.max_age);
  return rule;
}

milliseconds RetryDelay(const RetrySchedule& schedule, uint32_t errors) {
  if (errors < schedule.delay_after_attempts) return milliseconds(0);
  const double step = static_cast<double>(errors) - schedule.delay_after_attempts + 1;
  const double factor = schedule.multiplier == 0 ? 1 : schedule.multiplier * step;
  const double delay = static_cast<double>(schedule.delay.count()) * factor;
  const milliseconds wait(static_cast<int64_t>(std::min(delay, kLongestDelayMs)));
  return schedule.delay_max.count() > 0 ? std::min(wait, schedule.delay_max) : wait;
}

}  // namespace salvo

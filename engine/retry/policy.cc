#include "engine/retry/policy.h"

#include <algorithm>
#include <utility>

#include "engine/retry/classes.h"

namespace salvo::engine {
namespace {

// A status that no table and, by its value, no vendor knows.
constexpr uint32_t kUnknownStatus = 0xFFFFFFFF;
// What is due waits so long for its turn at most without being late.
constexpr io::Nanos kLongestTurn = 60 * io::kNanosPerSecond;

bool MayRetry(const RetryRule& rule) {
  return IsRetried(rule.status_class) && rule.schedule.max_attempts != 1 &&
         rule.schedule.max_age.count() > 0;
}

}  // namespace

RetryPolicy::RetryPolicy(RetryOptions options)
    : options_(std::move(options)), enabled_(AnyIsRetried()) {}

bool RetryPolicy::AnyIsRetried() const {
  const auto may_retry = [&](uint32_t status) { return MayRetry(RuleFor(options_, status)); };
  const auto known = DefaultClasses();
  return may_retry(kUnknownStatus) ||
         std::any_of(known.begin(), known.end(),
                     [&](const auto& d) { return may_retry(static_cast<uint32_t>(d.status)); }) ||
         std::any_of(options_.statuses.begin(), options_.statuses.end(),
                     [&](const auto& s) { return may_retry(s.command_status); });
}

RetryDecision RetryPolicy::Decide(pdu::CommandStatus status, uint32_t attempts,
                                  io::Nanos age) const {
  const RetryRule rule = RuleFor(options_, static_cast<uint32_t>(status));
  RetryDecision decision;
  decision.status_class = rule.status_class;
  if (!MayRetry(rule)) return decision;
  const RetrySchedule& schedule = rule.schedule;
  decision.delay = io::ToNanos(RetryDelay(schedule, attempts));
  const io::Nanos max_age = io::ToNanos(schedule.max_age);
  decision.retry = (schedule.max_attempts == 0 || attempts < schedule.max_attempts) &&
                   age + decision.delay <= max_age;
  return decision;
}

bool RetryPolicy::IsInTime(pdu::CommandStatus status, io::Nanos age) const {
  const RetryRule rule = RuleFor(options_, static_cast<uint32_t>(status));
  return age <= io::ToNanos(rule.schedule.max_age) + kLongestTurn;
}

}  // namespace salvo::engine

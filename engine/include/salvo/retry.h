// What becomes of a submit_sm that the SMSC refused: whether it is submitted again, when, and for
// how long. Pure functions of the options; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace salvo {

// What a command_status says about the next attempt.
enum class StatusClass : uint8_t {
  kPermanent,     // it would be refused again: the message is rejected
  kTemporary,     // retried, up to max_attempts and max_age
  kThrottling,    // too fast: the account slows down; retried up to max_age, however often
  kQueueFull,     // the same, but the account slows down only when many answers say so
  kStopsAccount,  // whatever the account submits would be refused: it stops
};

// "permanent", "temporary", "throttling", "queue-full", "stops-account"
std::string_view NameOf(StatusClass status_class);

// The table of classes to begin with.
enum class RetryProfile : uint8_t {
  kSalvo,   // by what each status means: `salvo help retries` prints it
  kNowSms,  // everything is temporary but 0x0A, 0x0B and 0x66
};

struct RetrySchedule {
  std::chrono::milliseconds delay{30'000};
  double multiplier = 1;                   // 0: every wait is `delay`
  uint32_t delay_after_attempts = 2;       // the first error that is followed by a wait
  std::chrono::milliseconds delay_max{0};  // 0: none
  // Submissions of one segment, the first included. As part of a rule, 0: as many as max_age
  // allows.
  uint32_t max_attempts = 20;
  // From the message's first submission to the last retry of one of its segments. 0: no retry.
  std::chrono::milliseconds max_age = std::chrono::hours(24);
};

// Settings of one status, which go before everything else.
struct StatusRetry {
  uint32_t command_status = 0;
  std::optional<StatusClass> status_class;
  std::optional<std::chrono::milliseconds> delay;
  std::optional<double> multiplier;
  std::optional<uint32_t> delay_after_attempts;
  std::optional<std::chrono::milliseconds> delay_max;
  std::optional<uint32_t> max_attempts;
  std::optional<std::chrono::milliseconds> max_age;
};

struct RetryOptions {
  RetryProfile profile = RetryProfile::kSalvo;
  RetrySchedule schedule;
  // Every status is permanent but ESME_RTHROTTLED and ESME_RMSGQFUL, unless these are in `reject`.
  bool reject_all = false;
  std::vector<uint32_t> reject;       // permanent
  std::vector<StatusRetry> statuses;  // one a status
  // When so many segments of the account wait in one shard's memory, the shard begins no further
  // message for it until there are fewer. What is submitted by then may still come on top. With a
  // journal, messages of one part wait on the disk from half of it on, as many as there are.
  uint32_t max_waiting = 100'000;
};

struct RetryRule {
  StatusClass status_class = StatusClass::kPermanent;
  RetrySchedule schedule;  // of no meaning where nothing is retried
};

// Whether a refusal of that class can be followed by a retry.
bool IsRetried(StatusClass status_class);

// The class and the schedule of a status: the table's, then `reject`, then its own settings.
RetryRule RuleFor(const RetryOptions& options, uint32_t command_status);

// How long to wait after the n-th error, from 1. With a = delay_after_attempts: 0 if n < a, else
// delay x (1 if multiplier is 0, else multiplier x (n - a + 1)), at most delay_max.
std::chrono::milliseconds RetryDelay(const RetrySchedule& schedule, uint32_t errors);

}  // namespace salvo

#include "tools/retry_help.h"

#include "absl/strings/str_format.h"
#include "pdu/status.h"
#include "salvo/retry.h"
#include "tools/common/human.h"

namespace salvo::tools {
namespace {

constexpr const char* kIntroduction =
    R"(A submit_sm that the SMSC refuses is submitted again when its status says that this can help, over
any bind of the account, until it is accepted or there is no further retry: then the row is rejected
with the last status. Of a message of several segments only those refused are sent again.

)";

constexpr const char* kKeys = R"(
In the account file, with the defaults:

  [retry]
  delay = "30s"              # after the n-th error, with a = delay_after_attempts: no wait if n < a,
  multiplier = 1             # else delay x multiplier x (n - a + 1); multiplier 0: always delay
  delay_after_attempts = 2
  delay_max = "none"         # no wait is longer
  max_attempts = 20          # submissions of a segment, the first included
  max_age = "24h"            # since the first submission of the message; "0": no retries
  reject = []                # statuses to be permanent: [0xFE, "ESME_RSYSERR"]; ["all"]: every one
                             # but ESME_RTHROTTLED and ESME_RMSGQFUL, unless they are named too
  profile = "salvo"          # "nowsms": everything is temporary but 0x0A, 0x0B and 0x66
  max_waiting = 100000       # segments that wait in each thread before it begins no more messages;
                             # with a journal, messages of one segment wait on the disk instead

  [retry.status.0x14]        # or by name: for one status, before everything else
  class = "queue-full"       # or "permanent", "temporary", "throttling", "stops-account"
  max_attempts = 3           # and delay, multiplier, delay_after_attempts, delay_max, max_age

throttling and queue-full are retried up to max_age, however often, unless the status has a
max_attempts of its own. Throttling slows the account down; full queues do when more than a tenth of
the answers say so. stops-account: nothing more is submitted over the account.
SIGHUP makes a running salvo send read [retry] and rate anew.

)";

std::string Schedule() {
  std::string text = "Waits after each error, with the defaults: ";
  for (uint32_t errors = 1; errors <= 5; ++errors) {
    const auto delay = RetryDelay({}, errors);
    const double seconds = static_cast<double>(delay.count()) / 1000;
    text += seconds == 0 ? "none (other work first), " : HumanTime(seconds) + ", ";
  }
  return text + "and so on.\n";
}

std::string Line(uint32_t status, std::string_view name) {
  const RetryRule salvo = RuleFor({}, status);
  RetryOptions options;
  options.profile = RetryProfile::kNowSms;
  const RetryRule nowsms = RuleFor(options, status);
  std::string salvo_class(NameOf(salvo.status_class));
  const uint32_t attempts = salvo.schedule.max_attempts;
  if (IsRetried(salvo.status_class) && attempts > 0) {
    salvo_class += absl::StrFormat(", %d attempts", attempts);
  }
  return absl::StrFormat("  0x%03X  %-26s %-24s %s\n", status, name, salvo_class,
                         NameOf(nowsms.status_class));
}

}  // namespace

std::string RetryHelp() {
  std::string text = kIntroduction + Schedule() + kKeys;
  text +=
      absl::StrFormat("  %-5s  %-26s %-24s %s\n", "", "status", "profile \"salvo\"", "\"nowsms\"");
  for (const pdu::StatusName& entry : pdu::AllStatuses()) {
    if (entry.status == pdu::CommandStatus::ESME_ROK) continue;
    text += Line(static_cast<uint32_t>(entry.status), entry.name);
  }
  constexpr uint32_t kVendorStatus = 0x400;
  text += Line(kVendorStatus, "and those of vendors, ...");
  return text + "\nsalvo explain 0x14 tells what one of them means and what to do.\n";
}

}  // namespace salvo::tools

#include "tools/send/event_text.h"

#include "absl/strings/str_format.h"
#include "pdu/status.h"
#include "salvo/explain.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"

namespace salvo::tools {
namespace {

// Others are of the account, or of the whole run.
bool IsOfBind(Event::Kind kind) {
  return kind != Event::Kind::kThrottled && kind != Event::Kind::kThrottleEnded &&
         kind != Event::Kind::kBraked && kind != Event::Kind::kJournalFailed &&
         kind != Event::Kind::kReceiptIdsLearned && kind != Event::Kind::kLogFailed;
}

bool IsAlreadyBound(const Event& event) {
  return event.kind == Event::Kind::kBindRefused &&
         event.command_status == static_cast<uint32_t>(pdu::CommandStatus::ESME_RALYBND);
}

// A kind without a name does not compile.
std::string_view NameOf(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::kConnectFailed:
      return "connect_failed";
    case Event::Kind::kTlsFailed:
      return "tls_failed";
    case Event::Kind::kBound:
      return "bound";
    case Event::Kind::kBindRefused:
      return "bind_refused";
    case Event::Kind::kDisconnected:
      return "disconnected";
    case Event::Kind::kAccountStopped:
      return "account_stopped";
    case Event::Kind::kThrottled:
      return "throttled";
    case Event::Kind::kThrottleEnded:
      return "throttle_ended";
    case Event::Kind::kBraked:
      return "braked";
    case Event::Kind::kJournalFailed:
      return "journal_failed";
    case Event::Kind::kReceiptIdsLearned:
      return "receipt_ids_learned";
    case Event::Kind::kLogFailed:
      return "log_failed";
  }
  return "";
}

// Shorter silences are between two messages.
constexpr std::chrono::seconds kIdle{1};

// What salvo explain takes to tell more; "" where there is nothing more to tell.
std::string Subject(const Event& event) {
  if (event.idle >= kIdle) return std::string(ExplainSymptom(Symptom::kIdleDrops).name);
  const bool failed =
      event.kind == Event::Kind::kConnectFailed || event.kind == Event::Kind::kDisconnected;
  if (event.kind == Event::Kind::kBindRefused) return NumberOf(ExplainStatus(event.command_status));
  if (!failed || event.error_number <= 0) return "";
  const auto found = FindExplanations(absl::StrFormat("errno %d", event.error_number));
  return found.empty() ? "" : std::string(found.front()->name);
}

}  // namespace

bool IsGood(const Event& event) {
  return event.kind == Event::Kind::kBound || event.kind == Event::Kind::kThrottleEnded ||
         event.kind == Event::Kind::kReceiptIdsLearned;
}

std::string EventLine(const Event& event) {
  std::string line(event.text);
  if (IsOfBind(event.kind)) {
    line = absl::StrFormat("%s/%d: %s", event.account, event.bind, event.text);
  } else if (!event.account.empty()) {
    line = absl::StrFormat("%s: %s", event.account, event.text);
  }
  if (event.kind == Event::Kind::kBindRefused) {
    line += absl::StrFormat(", %s", ExplainStatus(event.command_status).title);
  }
  if (event.idle >= kIdle) {
    line += absl::StrFormat(", after %s of silence",
                            HumanTime(static_cast<double>(event.idle.count()) / 1000));
  }
  if (const std::string subject = Subject(event); !subject.empty()) {
    line += absl::StrFormat(" (salvo explain %s)", subject);
  }
  if (event.retry_in.count() > 0) {
    line += absl::StrFormat("; next attempt in %s",
                            HumanTime(static_cast<double>(event.retry_in.count()) / 1000));
    // A whole run may be spent on it.
    if (IsAlreadyBound(event)) line += ", and so on until the SMSC lets it in";
  }
  return line;
}

std::string EventJson(const Event& event) {
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "event");
  line.Add("schema", 1);
  line.Add("event", NameOf(event.kind));
  line.Add("account", event.account);
  line.Add("bind", event.bind);
  line.Add("command_status", event.command_status);
  line.Add("errno", event.error_number);
  line.Add("text", event.text);
  line.Add("idle_ms", event.idle.count());
  line.Add("retry_in_ms", event.retry_in.count());
  line.End();
  return text;
}

}  // namespace salvo::tools

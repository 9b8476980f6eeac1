#include "salvo/explain.h"

#include <chrono>

#include "absl/strings/str_format.h"
#include "engine/explain/tables.h"
#include "engine/retry/classes.h"
#include "salvo/receipt.h"
#include "salvo/retry.h"

namespace salvo {
namespace {

constexpr uint32_t kFirstLateStatus = 0x100;

constexpr std::string_view kTriedAgain =
    "a connection that fails is tried again, the next host first, with growing pauses; an account "
    "that never came up is given up after three rounds";

std::vector<Explanation> Joined() {
  std::vector<Explanation> all;
  for (const auto part :
       {engine::StatusExplanations(), engine::LateStatusExplanations(), engine::ErrnoExplanations(),
        engine::AlertExplanations(), engine::CertificateExplanations(),
        engine::ReceiptStateExplanations(), engine::NetworkErrorExplanations(),
        engine::SymptomExplanations(), engine::SetupSymptomExplanations()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

// What is done when a bind is answered with it, for those that SMSCs answer binds with.
std::string_view TreatmentOfBind(pdu::CommandStatus status) {
  using pdu::CommandStatus;
  switch (status) {
    case CommandStatus::ESME_RALYBND:
      return "; as the answer to a bind: tried again with growing pauses, without a limit, until "
             "the SMSC lets it in or you stop it";
    case CommandStatus::ESME_RBINDFAIL:
    case CommandStatus::ESME_RSYSERR:
      return "; as the answer to a bind: tried again with growing pauses; an account that never "
             "came up is given up after three rounds over its hosts";
    case CommandStatus::ESME_RINVPASWD:
    case CommandStatus::ESME_RINVSYSID:
    case CommandStatus::ESME_RINVSYSTYP:
      return "; as the answer to a bind at once if none of the account ever came up, else when a "
             "bind is answered so three times in a row while none of the account is up";
    default:
      return "";
  }
}

std::string TreatmentOfSubmit(const Explanation& e) {
  if (e.first == 0) return "counts the segment as accepted";
  const auto defaults = engine::DefaultClassOf(static_cast<pdu::CommandStatus>(e.first));
  const RetrySchedule schedule;
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(schedule.max_age).count();
  switch (defaults.status_class) {
    case StatusClass::kPermanent:
      return "permanent: the message is rejected and not sent again";
    case StatusClass::kTemporary:
      return absl::StrFormat(
          "temporary: retried, up to %d attempts within %d hours",
          defaults.most_attempts == 0 ? schedule.max_attempts : defaults.most_attempts, hours);
    case StatusClass::kThrottling:
      return absl::StrFormat(
          "throttling: the account slows down and climbs back; retried for %d hours", hours);
    case StatusClass::kQueueFull:
      return absl::StrFormat(
          "queue-full: retried for %d hours; the account slows down when a tenth of the answers "
          "say "
          "so",
          hours);
    case StatusClass::kStopsAccount:
      return "stops the account";
  }
  return "";
}

std::string TreatmentOfStatus(const Explanation& e) {
  return TreatmentOfSubmit(e).append(TreatmentOfBind(static_cast<pdu::CommandStatus>(e.first)));
}

}  // namespace

std::string_view NameOf(Topic topic) {
  switch (topic) {
    case Topic::kStatus:
      return "status";
    case Topic::kErrno:
      return "errno";
    case Topic::kAlert:
      return "alert";
    case Topic::kCertificate:
      return "certificate";
    case Topic::kReceiptState:
      return "state";
    case Topic::kNetworkError:
      return "err";
    case Topic::kSymptom:
      return "symptom";
  }
  return "";
}

std::span<const Explanation> AllExplanations() {
  static const std::vector<Explanation> all = Joined();
  return all;
}

const Explanation& ExplainStatus(uint32_t command_status) {
  const auto table = command_status < kFirstLateStatus ? engine::StatusExplanations()
                                                       : engine::LateStatusExplanations();
  const Explanation* found = &table.front();
  for (const Explanation& e : table) {
    if (e.first <= command_status) found = &e;
  }
  return *found;
}

const Explanation& ExplainSymptom(Symptom symptom) {
  return *FindExplanation(Topic::kSymptom, static_cast<uint32_t>(symptom));
}

const Explanation* FindExplanation(Topic topic, uint32_t number) {
  if (topic == Topic::kStatus) return &ExplainStatus(number);
  for (const Explanation& e : AllExplanations()) {
    if (e.topic == topic && e.first <= number && number <= e.last) return &e;
  }
  return nullptr;
}

std::string NumberOf(const Explanation& e) {
  const bool is_range = e.first != e.last;
  switch (e.topic) {
    case Topic::kStatus:
      return is_range ? absl::StrFormat("0x%02X-0x%02X", e.first, e.last)
                      : absl::StrFormat("0x%02X", e.first);
    case Topic::kNetworkError:
      return is_range ? absl::StrFormat("err %03d-%03d", e.first, e.last)
                      : absl::StrFormat("err %03d", e.first);
    case Topic::kErrno:
    case Topic::kAlert:
    case Topic::kCertificate:
    case Topic::kReceiptState:
      return is_range ? absl::StrFormat("%d-%d", e.first, e.last) : absl::StrFormat("%d", e.first);
    case Topic::kSymptom:
      return "";
  }
  return "";
}

std::string_view SourceOf(const Explanation& e) {
  switch (e.topic) {
    case Topic::kStatus:
      return e.first < kFirstLateStatus ? "SMPP 3.4 section 5.1.3" : "SMPP 5.0 section 4.7.6";
    case Topic::kErrno:
      return "connect(2), errno(3)";
    case Topic::kAlert:
      return "RFC 8446 section 6, RFC 5246 section 7.2";
    case Topic::kCertificate:
      return "OpenSSL, X509_STORE_CTX_get_error(3)";
    case Topic::kReceiptState:
      return "SMPP 3.4 section 5.2.28 and appendix B";
    case Topic::kNetworkError:
      return "3GPP TS 29.002 section 17.6; SMPP 3.4 section 5.3.2.31";
    case Topic::kSymptom:
      return "";
  }
  return "";
}

std::string TreatmentOf(const Explanation& e) {
  switch (e.topic) {
    case Topic::kStatus:
      return TreatmentOfStatus(e);
    case Topic::kErrno:
      return std::string(kTriedAgain);
    case Topic::kAlert:
      if (engine::MayPass(e)) return std::string(kTriedAgain);
      [[fallthrough]];
    case Topic::kCertificate:
      return "the connection is not used; it is tried again with growing pauses, and an account "
             "that never came up is given up after one attempt at each host";
    case Topic::kReceiptState:
      return IsFinal(static_cast<DeliveryState>(e.first))
                 ? "final: no later receipt changes the segment's state"
                 : "not final: a later receipt may still change it";
    case Topic::kNetworkError:
      return "written to receipt_error of the results; changes nothing";
    case Topic::kSymptom:
      return std::string(e.treatment);
  }
  return "";
}

}  // namespace salvo

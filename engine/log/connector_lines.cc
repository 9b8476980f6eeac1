// The lines of the connector log.
#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "engine/log/lines.h"
#include "engine/session/session.h"
#include "pdu/framer.h"
#include "pdu/print.h"
#include "pdu/status.h"
#include "salvo/explain.h"

namespace salvo::engine {
namespace {

// In quotes, without any of its own.
void AppendInfo(std::string_view text, std::string* out) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '"', '\'');
  out->append(" (info=\"");
  pdu::AppendEscaped(plain, out);
  out->append("\")");
}

void AppendPointer(std::string_view subject, std::string* out) {
  out->append("; salvo explain ").append(subject);
}

// What shows where a session ended so.
const Explanation* ExplainEnd(std::string_view reason) {
  constexpr std::pair<SessionEnd, Symptom> kEnds[] = {
      {SessionEnd::kBindTimeout, Symptom::kBindUnanswered},
      {SessionEnd::kPeerSilent, Symptom::kSilentPeer},
      {SessionEnd::kNoAnswers, Symptom::kStuckWindow},
      {SessionEnd::kBrokenStream, Symptom::kNotSmpp}};
  for (const auto& [end, symptom] : kEnds) {
    if (reason == Describe(end)) return &ExplainSymptom(symptom);
  }
  using pdu::FrameError;
  if (reason == pdu::Describe(FrameError::kTls)) return &ExplainSymptom(Symptom::kTlsPort);
  for (const FrameError error : {FrameError::kLengthTooSmall, FrameError::kLengthTooLarge,
                                 FrameError::kHttp, FrameError::kAmqp, FrameError::kSsh}) {
    if (reason == pdu::Describe(error)) return &ExplainSymptom(Symptom::kNotSmpp);
  }
  return nullptr;
}

// An alert or a fault of a certificate, if it says that and nothing else.
const Explanation* ExplainTls(std::string_view reason) {
  const auto found = FindExplanations(reason);
  const bool is_certain = found.size() == 1 && (found[0]->topic == Topic::kAlert ||
                                                found[0]->topic == Topic::kCertificate);
  return is_certain ? found[0] : nullptr;
}

// Where more is to be read of that error, or else of that reason.
void AppendPointerTo(uint32_t error_number, std::string_view reason, std::string* out) {
  const Explanation* found = FindExplanation(Topic::kErrno, error_number);
  if (error_number == 0) found = ExplainEnd(reason);
  if (error_number == 0 && found == nullptr) found = ExplainTls(reason);
  if (found != nullptr) AppendPointer(found->name, out);
}

// An error's number, or the reason where there is none; then whose and why.
void AppendFailure(uint32_t error_number, std::string_view reason, std::string_view whose,
                   std::string* out) {
  AppendInfo(error_number != 0 ? std::to_string(error_number) : reason, out);
  out->append(" ").append(whose);
  if (error_number != 0) {
    out->append(": ");
    pdu::AppendEscaped(reason, out);
  }
  AppendPointerTo(error_number, reason, out);
}

void AppendLoginFailure(uint32_t command_status, std::string_view reason, std::string_view whose,
                        std::string* out) {
  if (command_status == 0) return AppendFailure(0, reason, whose, out);
  const Explanation& explanation = ExplainStatus(command_status);
  AppendInfo(std::to_string(command_status), out);
  const std::string_view name = pdu::NameOf(static_cast<pdu::CommandStatus>(command_status));
  out->append(" ").append(whose).append(": ").append(name.empty() ? "unknown status" : name);
  out->append(", ").append(explanation.title);
  AppendPointer(absl::StrFormat("0x%02X", command_status), out);
}

}  // namespace

void ConnectorLines::Begin(int64_t wall_ns, const LoggedBind& bind, std::string* out) {
  time_.Append(wall_ns, out);
  out->append(" (").append(bind.instance).append(") ");
}

void ConnectorLines::AddRecord(const LogRecord& record, std::span<const uint8_t> octets,
                               LoggedBind& bind, std::string* out) {
  Begin(record.wall_ns, bind, out);
  const std::string_view text = pdu::AsText(octets);
  const std::string& account = bind.account;
  switch (record.kind) {
    case LogKind::kConnected:
      out->append("CONNECT OK ").append(account).append(" ").append(text);
      break;
    case LogKind::kConnectFailed: {
      const size_t end = std::min(text.find('\0'), text.size());
      const std::string whose = account + " " + std::string(text.substr(0, end));
      out->append("CONNECT ERR");
      AppendFailure(record.number, text.substr(std::min(end + 1, text.size())), whose, out);
      break;
    }
    case LogKind::kLoggedIn:
      out->append("LOGIN OK");
      AppendInfo("0 " + std::string(text), out);
      out->append(" ").append(account);
      break;
    case LogKind::kLoginFailed:
      out->append("LOGIN ERR");
      AppendLoginFailure(record.number, text, account, out);
      break;
    case LogKind::kUnbindWritten:
    case LogKind::kUnbindRead:
      out->append("UNBIND");
      AppendInfo(record.kind == LogKind::kUnbindRead ? "received" : "sent", out);
      out->append(" ").append(account);
      break;
    case LogKind::kDisconnected:
      out->append("DISCONNECT");
      AppendFailure(record.number, text, account, out);
      break;
    case LogKind::kWrittenPdu:
    case LogKind::kReadPdu:
      break;
  }
  *out += '\n';
}

void ConnectorLines::AddDropped(int64_t wall_ns, uint64_t count, const LoggedBind& bind,
                                std::string* out) {
  Begin(wall_ns, bind, out);
  out->append(
      absl::StrFormat("DROPPED %d %s %s\n", count, count == 1 ? "line" : "lines", bind.account));
}

}  // namespace salvo::engine

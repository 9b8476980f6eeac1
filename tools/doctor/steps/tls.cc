#include "tools/doctor/steps/tls.h"

#include <ctime>
#include <utility>

#include "absl/strings/str_format.h"
#include "pdu/framer.h"
#include "tools/doctor/steps/probe.h"
#include "tools/doctor/talk/turning.h"

namespace salvo::doctor {
namespace {

// By RFC 8446 section 6.
constexpr int kAlertHandshakeFailure = 40;
constexpr int kAlertFirstOfCertificates = 42;
constexpr int kAlertLastOfCertificates = 49;
constexpr int kAlertIllegalParameter = 47;
constexpr int kAlertCertificateRequired = 116;
// X509_V_ERR_CERT_HAS_EXPIRED, for a certificate that will soon.
constexpr uint32_t kExpired = 10;
constexpr int64_t kSoonSeconds = int64_t{14} * 24 * 3600;

const std::string& ServerName(const Context& context, const Host& host) {
  const std::string& name = context.account.tls.server_name;
  return name.empty() ? host.name : name;
}

bool Shake(const Context& context, const Host& host, const Connected& connected,
           Transport::OnOctets reader) {
  Transport& transport = *connected.transport;
  const io::Nanos timeout = context.Allowed(context.account.connect_timeout);
  transport.StartTls(context.tls, ServerName(context, host), timeout, std::move(reader));
  TurnUntil(context.loop, io::Later(context.Now(), 2 * timeout),
            [&] { return transport.is_open() || transport.is_closed(); });
  context.transcript.AddNote(
      connected.number, transport.is_open() ? absl::StrFormat("%s, %s", transport.tls().version,
                                                              transport.tls().cipher)
                                            : "no TLS: " + transport.reason().detail);
  return transport.is_open();
}

void DescribePeer(const io::TlsFacts& facts, StepResult* step) {
  if (!facts.version.empty()) step->raw.push_back(facts.version + ", " + facts.cipher);
  for (const io::CertificateFacts& certificate : facts.chain) {
    step->raw.push_back(DescribeCertificate(certificate));
  }
}

void DescribeAlert(const char* whose, int number, StepResult* step) {
  const Explanation* alert = FindExplanation(Topic::kAlert, static_cast<uint32_t>(number));
  step->raw.push_back(absl::StrFormat("%s alert: %d (%s)", whose, number,
                                      alert != nullptr ? alert->name : "unknown"));
}

bool IsAboutCertificates(int alert) {
  return (alert >= kAlertFirstOfCertificates && alert <= kAlertLastOfCertificates &&
          alert != kAlertIllegalParameter) ||
         alert == kAlertCertificateRequired;
}

void FailForAlert(int number, StepResult* step) {
  const Explanation* alert = FindExplanation(Topic::kAlert, static_cast<uint32_t>(number));
  step->Fail(alert != nullptr ? *alert : ExplainSymptom(Symptom::kClosedInHandshake));
}

// What the peer said in place of TLS.
bool IsSomethingElse(const Transport& transport, StepResult* step) {
  const std::span<const uint8_t> first = transport.first_octets();
  if (first.empty() || LooksLikeTls(first)) return false;
  step->Fail(LooksLikePdus(first) ? Symptom::kPlainPort : Symptom::kNotSmpp);
  return true;
}

void Diagnose(const Context& context, const Connected& connected, StepResult* step) {
  const Transport& transport = *connected.transport;
  const io::TlsFacts& facts = transport.tls();
  DescribePeer(facts, step);
  step->raw.push_back(transport.reason().detail);
  if (facts.alert_received >= 0) DescribeAlert("its", facts.alert_received, step);
  if (facts.verify_error != 0) {
    const auto number = static_cast<uint32_t>(facts.verify_error);
    const Explanation* fault = FindExplanation(Topic::kCertificate, number);
    return step->Fail(fault != nullptr ? *fault : *FindExplanation(Topic::kCertificate, 1));
  }
  if (IsCertificateRefusal(context, transport, step)) return;
  if (facts.alert_received >= 0) return FailForAlert(facts.alert_received, step);
  step->AddRaw(context.transcript.Shown(transport.first_octets()));
  if (IsSomethingElse(transport, step)) return;
  if (facts.alert_sent >= 0) {
    DescribeAlert("our", facts.alert_sent, step);
    return FailForAlert(facts.alert_sent, step);
  }
  if (Interrupted()) return step->Fail(Symptom::kClosedInHandshake);
  const bool is_plain = SpeaksPlainSmpp(context, connected.address);
  if (is_plain) step->found.push_back("asked without TLS, the port answers in SMPP");
  step->Fail(is_plain ? Symptom::kPlainPort : Symptom::kClosedInHandshake);
}

void LookAtDates(const io::TlsFacts& facts, StepResult* step) {
  if (facts.chain.empty()) return;
  const int64_t left = facts.chain.front().not_after - std::time(nullptr);
  if (left > kSoonSeconds) return;
  step->found.push_back(absl::StrFormat("the SMSC's certificate ends in %d hours",
                                        std::max<int64_t>(left, 0) / 3600));
  step->Warn(*FindExplanation(Topic::kCertificate, kExpired));
}

}  // namespace

bool IsCertificateRefusal(const Context& context, const Transport& transport, StepResult* step) {
  const io::TlsFacts& facts = transport.tls();
  const bool has_one = !context.account.tls.cert_file.empty();
  const bool lacks_one = facts.client_certificate_asked && !has_one;
  const bool is_refusal = IsAboutCertificates(facts.alert_received) ||
                          (lacks_one && facts.alert_received == kAlertHandshakeFailure);
  if (!is_refusal || !(lacks_one || has_one)) return false;
  step->found.push_back(lacks_one ? "the SMSC asked for a client certificate, and none is set"
                                  : "the SMSC does not take our client certificate");
  step->Fail(ExplainSymptom(Symptom::kClientCertificate), ExitCodeOf(StepId::kTls));
  const auto number = static_cast<uint32_t>(facts.alert_received);
  if (const Explanation* alert = FindExplanation(Topic::kAlert, number)) {
    step->explanations.push_back(alert);
  }
  return true;
}

StepResult ShakeHands(const Context& context, const Host& host, const Connected& connected,
                      Transport::OnOctets reader) {
  StepResult step;
  step.id = StepId::kTls;
  step.host = io::Endpoint{host.name, host.port}.ToString();
  step.title = "TLS";
  if (context.tls == nullptr) {
    connected.transport->StartPlain(std::move(reader));
    step.verdict = Verdict::kSkipped;
    step.found.push_back("tls.enabled is false");
    return step;
  }
  step.tried = absl::StrFormat(
      "a handshake from TLS %s on, expecting '%s'%s",
      context.account.tls.min_version == TlsOptions::Version::k13 ? "1.3" : "1.2",
      ServerName(context, host), context.account.tls.verify ? "" : " and checking nothing");
  const io::Nanos start = context.Now();
  const bool is_up = Shake(context, host, connected, std::move(reader));
  step.took = context.Now() - start;
  if (!is_up) {
    Diagnose(context, connected, &step);
  } else {
    DescribePeer(connected.transport->tls(), &step);
    LookAtDates(connected.transport->tls(), &step);
    if (!context.account.tls.verify)
      step.found.push_back("nothing was verified: tls.verify is false");
  }
  return step;
}

bool ShakeHandsAgain(const Context& context, const Host& host, const Connected& connected,
                     Transport::OnOctets reader) {
  if (context.tls != nullptr) return Shake(context, host, connected, std::move(reader));
  connected.transport->StartPlain(std::move(reader));
  return connected.transport->is_open();
}

}  // namespace salvo::doctor

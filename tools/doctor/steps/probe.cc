#include "tools/doctor/steps/probe.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "absl/strings/str_format.h"
#include "pdu/framer.h"
#include "tools/doctor/steps/network.h"
#include "tools/doctor/talk/dialogue.h"
#include "tools/doctor/talk/turning.h"
#include "tools/inspect/pdu_stream.h"

namespace salvo::doctor {
namespace {

// A peer that speaks what it is asked in answers at once.
constexpr io::Nanos kPatience = 3 * io::kNanosPerSecond;

}  // namespace

bool LooksLikePdus(std::span<const uint8_t> octets) {
  return octets.size() >= pdu::kHeaderOctets && tools::LooksLikePdu(octets);
}

bool LooksLikeTls(std::span<const uint8_t> octets) {
  constexpr uint8_t kFirstType = 20;  // change_cipher_spec, alert, handshake, application_data
  constexpr uint8_t kLastType = 23;
  constexpr uint8_t kMajor = 3;
  return octets.size() >= 2 && octets[0] >= kFirstType && octets[0] <= kLastType &&
         octets[1] == kMajor;
}

bool SpeaksPlainSmpp(const Context& context, const io::SocketAddress& address) {
  const Connected connected = ConnectAgain(context, address);
  if (connected.transport == nullptr) return false;
  context.transcript.AddNote(connected.number, "asked without TLS: does this port speak SMPP?");
  Dialogue dialogue(&context.loop, connected.transport.get(), &context.transcript,
                    connected.number);
  connected.transport->StartPlain(dialogue.Reader());
  const uint32_t asked = dialogue.Ask(pdu::CommandId::kEnquireLink);
  const io::Nanos patience = std::min(context.Allowed(context.account.bind_timeout), kPatience);
  dialogue.Await(asked, io::Later(context.Now(), patience));
  return LooksLikePdus(connected.transport->first_octets());
}

bool SpeaksTls(const Context& context, const io::SocketAddress& address, io::TlsFacts* facts) {
  io::TlsClientOptions anybody;
  anybody.verify = false;
  const auto tls = io::TlsContext::ForClient(anybody);
  const Connected connected = ConnectAgain(context, address);
  if (connected.transport == nullptr || !tls.ok()) return false;
  context.transcript.AddNote(connected.number, "asked with TLS: does this port speak it?");
  Transport& transport = *connected.transport;
  const io::Nanos patience = std::min(context.Allowed(context.account.bind_timeout), kPatience);
  transport.StartTls(*tls, "salvo.invalid", patience, nullptr);
  TurnUntil(context.loop, io::Later(context.Now(), 2 * patience),
            [&] { return transport.is_open() || transport.is_closed(); });
  *facts = transport.tls();
  return transport.is_open() || LooksLikeTls(transport.first_octets());
}

std::string DescribeCertificate(const io::CertificateFacts& certificate) {
  const auto date = [](int64_t seconds) {
    const std::time_t time = seconds;
    tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 16> text;
    return std::string(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts));
  };
  std::string names;
  for (const std::string& name : certificate.names) names += (names.empty() ? "" : ", ") + name;
  return absl::StrFormat("%s, for %s, signed by %s, valid from %s to %s", certificate.subject,
                         names.empty() ? "no host" : names, certificate.issuer,
                         date(certificate.not_before), date(certificate.not_after));
}

}  // namespace salvo::doctor

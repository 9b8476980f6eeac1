#include "tools/doctor/steps/network.h"

#include <cerrno>
#include <utility>

#include "absl/strings/str_format.h"
#include "tools/doctor/talk/turning.h"

namespace salvo::doctor {
namespace {

using Addresses = std::vector<io::SocketAddress>;

std::string NameOf(const Host& host) { return io::Endpoint{host.name, host.port}.ToString(); }

// "Connection refused (ECONNREFUSED, errno 111)"
std::string Describe(const io::CloseReason& reason) {
  const auto number = static_cast<uint32_t>(reason.error_number);
  const Explanation* known = FindExplanation(Topic::kErrno, number);
  if (known == nullptr) return reason.detail;
  return absl::StrFormat("%s (%s, errno %d)", known->title, known->name, number);
}

// A reset, where a refusal would be ECONNREFUSED, is of a connection that the peer had taken: it
// was ended before anybody looked.
bool WasMade(const Transport& transport) {
  if (transport.state() == Transport::State::kConnected) return true;
  return transport.is_closed() && transport.reason().error_number == ECONNRESET;
}

Connected ConnectTo(const Context& context, const io::SocketAddress& address) {
  Connected connected;
  connected.transport = std::make_unique<Transport>(context.loop);
  connected.address = address;
  connected.number = context.transcript.NextConnection();
  Transport& transport = *connected.transport;
  const io::Nanos timeout = context.Allowed(context.account.connect_timeout);
  transport.Connect(address, timeout);
  TurnUntil(context.loop, io::Later(context.Now(), 2 * timeout),
            [&] { return transport.state() != Transport::State::kConnecting; });
  const char* const what = WasMade(transport) ? "connected to" : "no connection to";
  context.transcript.AddNote(
      connected.number,
      transport.state() == Transport::State::kConnected
          ? absl::StrFormat("connected from %s to %s", transport.local_name(), address.ToString())
          : absl::StrFormat("%s %s: %s", what, address.ToString(), transport.reason().detail));
  return connected;
}

}  // namespace

StepResult Resolve(const Context& context, const Host& host, Addresses* addresses) {
  StepResult step;
  step.id = StepId::kResolve;
  step.host = NameOf(host);
  step.title = "resolve " + host.name;
  step.tried = "asked the system's resolver for '" + host.name + "'";
  // The answer may come when nobody waits for it any more.
  const auto answer = std::make_shared<std::optional<absl::StatusOr<Addresses>>>();
  const io::Nanos start = context.Now();
  context.loop.Resolve({host.name, host.port},
                       [answer](absl::StatusOr<Addresses> found) { *answer = std::move(found); });
  TurnUntil(context.loop, context.Deadline(context.account.connect_timeout),
            [&] { return answer->has_value(); });
  step.took = context.Now() - start;
  if (!answer->has_value()) {
    step.raw.push_back("no answer from the resolver");
    step.Fail(Symptom::kUnresolved);
  } else if (!(*answer)->ok()) {
    step.raw.push_back(std::string((*answer)->status().message()));
    step.Fail(Symptom::kUnresolved);
  } else {
    *addresses = ***answer;
    for (const io::SocketAddress& address : *addresses) step.raw.push_back(address.ToString());
  }
  return step;
}

StepResult Connect(const Context& context, const Host& host, const Addresses& addresses,
                   Connected* connected) {
  StepResult step;
  step.id = StepId::kConnect;
  step.host = NameOf(host);
  step.title = "connect to " + step.host;
  step.tried = "a TCP connection";
  const Explanation* refusal = nullptr;
  const io::Nanos start = context.Now();
  for (const io::SocketAddress& address : addresses) {
    *connected = ConnectTo(context, address);
    const Transport& transport = *connected->transport;
    if (WasMade(transport)) {
      step.raw.push_back(
          transport.is_closed()
              ? absl::StrFormat("%s: connected, and reset at once", address.ToString())
              : absl::StrFormat("%s: connected from %s", address.ToString(),
                                transport.local_name()));
      break;
    }
    const io::CloseReason& reason = transport.reason();
    step.raw.push_back(absl::StrFormat("%s: %s", address.ToString(), Describe(reason)));
    refusal = FindExplanation(Topic::kErrno, static_cast<uint32_t>(reason.error_number));
    if (refusal == nullptr) refusal = &ExplainSymptom(Symptom::kUnreachable);
    connected->transport.reset();
    if (Interrupted()) break;
  }
  step.took = context.Now() - start;
  if (connected->transport == nullptr) {
    step.Fail(refusal != nullptr ? *refusal : ExplainSymptom(Symptom::kUnreachable));
  } else if (refusal != nullptr) {
    step.found.push_back("not every address of the name can be reached");
    step.Warn(*refusal);
  }
  return step;
}

Connected ConnectAgain(const Context& context, const io::SocketAddress& address) {
  Connected connected = ConnectTo(context, address);
  if (!WasMade(*connected.transport)) connected.transport.reset();
  return connected;
}

}  // namespace salvo::doctor

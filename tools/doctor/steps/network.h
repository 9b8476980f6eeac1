// Name resolution and TCP.
#pragma once

#include <memory>
#include <vector>

#include "io/address.h"
#include "tools/doctor/context.h"
#include "tools/doctor/step.h"
#include "tools/doctor/talk/transport.h"

namespace salvo::doctor {

// Fills `addresses` unless the step fails.
StepResult Resolve(const Context& context, const Host& host,
                   std::vector<io::SocketAddress>* addresses);

struct Connected {
  std::unique_ptr<Transport> transport;  // nullptr: none came about
  io::SocketAddress address;
  int number = 0;  // in the transcript
};

// Tries one address after the other, as the sender does.
StepResult Connect(const Context& context, const Host& host,
                   const std::vector<io::SocketAddress>& addresses, Connected* connected);

// A further connection to an address that worked before, without a report.
Connected ConnectAgain(const Context& context, const io::SocketAddress& address);

}  // namespace salvo::doctor

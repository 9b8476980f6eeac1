// The TLS handshake, and what its failure means.
#pragma once

#include "tools/doctor/context.h"
#include "tools/doctor/step.h"
#include "tools/doctor/steps/network.h"
#include "tools/doctor/talk/dialogue.h"

namespace salvo::doctor {

// Shakes hands on a connection that is up; what the peer says then goes to `reader`. Skipped where
// the account has no TLS.
StepResult ShakeHands(const Context& context, const Host& host, const Connected& connected,
                      Transport::OnOctets reader);

// The same without a report: whether the connection is ready for a bind.
bool ShakeHandsAgain(const Context& context, const Host& host, const Connected& connected,
                     Transport::OnOctets reader);

// Whether the peer took our certificate, or the lack of one, amiss: under TLS 1.3 seen after the
// handshake. Adds to `step` what it says and means.
bool IsCertificateRefusal(const Context& context, const Transport& transport, StepResult* step);

}  // namespace salvo::doctor

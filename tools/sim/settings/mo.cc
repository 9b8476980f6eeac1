// Settings of messages from mobile subscribers.

#include "tools/sim/settings/make.h"
#include "tools/sim/settings/parse.h"

namespace salvo::sim {

std::vector<Setting> MoSettings() {
  const auto field = [](auto MoOptions::*member) { return Field(&Options::mo, member); };
  return {
      One({"mo", "RATE", "MO messages a second to each account"}, ParseRate,
          field(&MoOptions::rate)),
      One({"mo-text", "TEXT", "Their text; {n} is their number; default 'MO message {n}'"},
          ParseText, field(&MoOptions::text)),
      One({"mo-from", "ADDRESS", "From whom; default 491700000000"}, ParseText,
          field(&MoOptions::from)),
      One({"mo-to", "ADDRESS", "To whom; default 12345"}, ParseText, field(&MoOptions::to)),
  };
}

}  // namespace salvo::sim

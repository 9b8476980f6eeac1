// The one table of what each command_status means to a sender, when submit_sm is answered with it.
// Constant data.
#pragma once

#include <cstdint>
#include <span>

#include "pdu/status.h"
#include "salvo/retry.h"

namespace salvo::engine {

struct StatusDefault {
  pdu::CommandStatus status;
  StatusClass status_class;
  // Attempts that are worth it; 0: as many as are configured. A status that may stand for anything
  // gets a few.
  uint32_t most_attempts = 0;
};

// Every status of the specifications but ESME_ROK, ascending.
std::span<const StatusDefault> DefaultClasses();

// Of any status: those of vendors (0x400-0x4FF) and unknown ones are temporary, with a few
// attempts.
StatusDefault DefaultClassOf(pdu::CommandStatus status);

}  // namespace salvo::engine

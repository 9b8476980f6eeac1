// What the simulator counted, shown at its end.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "pdu/protocol.h"
#include "salvo/durations.h"

namespace salvo::sim {

struct Counters {
  uint64_t connections = 0;
  uint64_t binds = 0;
  uint64_t binds_refused = 0;
  uint64_t submits = 0;
  uint64_t accepted = 0;
  uint64_t refused = 0;
  uint64_t throttled = 0;   // of which for a limit of messages a second or of the window
  uint64_t unanswered = 0;  // accepted and kept silent on purpose
  uint64_t receipts = 0;    // sent
  uint64_t receipts_acknowledged = 0;
  uint64_t receipts_refused = 0;  // or MO messages, with a status, and sent again
  Durations receipt_answers;      // of both
  uint64_t mo = 0;                // messages of subscribers, sent
  uint64_t mo_acknowledged = 0;
  uint64_t deliveries_stopped = 0;  // on binds that acknowledged none for too long
  uint64_t enquire_links = 0;
  uint64_t unbinds = 0;
  uint64_t malformed = 0;
  uint64_t accept_failures = 0;
  uint64_t faults = 0;  // made on purpose
  uint64_t idle_closed = 0;

  // One line for people: "12 connections, 10 binds, ...".
  std::string Describe() const;
  // One JSON object and a newline, with `message_type` counters.
  std::string ToJson() const;
};

}  // namespace salvo::sim

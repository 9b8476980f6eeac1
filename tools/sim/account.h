// An account as the simulated SMSC keeps it.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tools/sim/options.h"
#include "tools/sim/tps_limit.h"

namespace salvo::sim {

class Connection;

// A delivery receipt on its way to the account.
struct PendingReceipt {
  uint64_t message_number = 0;
  uint64_t bind = 0;        // that submitted: the number of its connection
  std::string source;       // of the original message
  std::string destination;  // of the original message
  std::string text;         // its first octets
  int64_t submitted_at_ns = 0;
  pdu::MessageState state = pdu::MessageState::kDelivered;
  std::optional<uint16_t> reference = std::nullopt;  // user_message_reference of the submission
  bool intermediate = false;
};

// One thread, the simulator's.
struct Account {
  Account(Login l, const Options& options)
      : login(std::move(l)), tps(options.tps, options.tps_kind) {}

  Login login;
  TpsLimit tps;
  std::vector<Connection*> binds;       // bound now
  size_t next_receiver = 0;             // receipts go round about
  std::deque<PendingReceipt> receipts;  // due, and no bind to take them
  bool early_receipts = false;          // are written and not flushed
};

}  // namespace salvo::sim

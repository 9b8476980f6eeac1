// An account as the simulated SMSC keeps it.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/sim/message_queue.h"
#include "tools/sim/options/options.h"
#include "tools/sim/tps_limit.h"

namespace salvo::sim {

class Session;

// What is to be delivered to the account: a receipt, or a message of a subscriber.
struct PendingDelivery {
  enum class Kind : uint8_t { kReceipt, kIntermediate, kMo };

  Kind kind = Kind::kReceipt;
  uint64_t message_number = 0;
  uint64_t bind = 0;        // that submitted: the number of its connection
  std::string source;       // of the original message
  std::string destination;  // of the original message
  std::string text;         // its first octets; all of a subscriber's
  int64_t submitted_at_ns = 0;
  pdu::MessageState state = pdu::MessageState::kDelivered;
  std::optional<uint16_t> reference = std::nullopt;  // user_message_reference of the submission
};

// One thread, the simulator's.
struct Account {
  explicit Account(Login l) : login(std::move(l)) {}

  Login login;
  bool exists = true;  // false once a scenario took it from the accounts
  TpsLimit tps;
  MessageQueue queue;
  std::vector<Session*> binds;       // bound now
  std::vector<io::Nanos> lingering;  // until when sessions that died count as bound
  uint32_t wrong_passwords = 0;      // in a row
  size_t next_receiver = 0;          // deliveries go round about
  // Due, and no bind to take them: queues, each of which waits for binds of its own.
  std::map<uint64_t, std::deque<PendingDelivery>> deliveries;
  size_t waiting = 0;           // there, in all
  bool early_receipts = false;  // are written and not flushed
};

}  // namespace salvo::sim

// How the simulated SMSC behaves. Every field is a setting: see tools/sim/settings/setting.h and
// `salvo help sim`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/clock.h"
#include "pdu/protocol.h"
#include "tools/sim/options/address_range.h"
#include "tools/sim/options/delay.h"
#include "tools/sim/options/fault.h"
#include "tools/sim/options/per_account.h"
#include "tools/sim/options/receipt_options.h"
#include "tools/sim/options/refusal.h"
#include "tools/sim/options/rules.h"
#include "tools/sim/options/tls_options.h"

namespace salvo::sim {

struct Login {
  std::string system_id;
  std::string password;
};

// How an account's messages a second are counted.
enum class TpsKind : uint8_t {
  kSecond,   // in calendar seconds: a fresh allowance at each
  kSliding,  // in any second
  kBucket,   // a leaky bucket of a tenth of a second
};

enum class IdFormat : uint8_t { kDecimal, kHex, kUuid };

// The sc_interface_version that bind responses carry.
enum class ToldVersion : uint8_t {
  kAsked,  // what the bind asked for
  kNone,   // they carry none
  k33 = pdu::kVersion33,
  k34 = pdu::kVersion34,
  k50 = pdu::kVersion50,
};

// Messages of mobile subscribers (MO), sent to every account that has a bind to receive them.
struct MoOptions {
  double rate = 0;  // a second and account
  // {n} is the message's number.
  std::string text = "MO message {n}";
  std::string from = "491700000000";
  std::string to = "12345";
};

struct Options {
  // Connections.
  TlsOptions tls;
  Rules<Fault> connect;
  io::Nanos idle = 0;                       // 0: a connection may be silent for ever
  std::optional<io::Nanos> one_octet;       // all output goes octet by octet, with that pause
  io::Nanos stop_reading_for = io::kNever;  // how long Fault::kStopReading lasts

  // Binds.
  std::vector<Login> accounts = {{"demo", "demo"}};
  PerAccount<uint32_t> max_binds;     // 0: no limit
  io::Nanos linger = 0;               // a session that died without unbind counts so long as bound
  std::vector<AllowedAddress> allow;  // none for an account: from anywhere
  uint32_t lock_after = 0;            // wrong passwords in a row; 0: never
  std::optional<std::string> system_type;
  std::vector<uint8_t> accept_versions;  // none: any interface_version
  ToldVersion sc_version = ToldVersion::kAsked;
  Rules<pdu::CommandStatus> bind_errors;
  DelayDistribution bind_delay;
  Rules<Fault> bind_faults;
  Rules<Fault> enquire_link_faults;
  Rules<Fault> unbind_faults;
  RefusalStatuses refuse_with;

  // Submissions.
  PerAccount<uint32_t> tps;  // 0: no limit
  TpsKind tps_kind = TpsKind::kSecond;
  uint32_t window = 0;  // unanswered submissions of a bind; 0: no limit
  // Messages of the last queue_time, of an account and to one destination; 0: no limit.
  uint32_t queue = 0;
  uint32_t destination_queue = 0;
  io::Nanos queue_time = io::kNanosPerSecond;
  std::vector<std::string> approved_senders;  // none: any
  bool check_sender_type = false;
  DelayDistribution delay;  // of answers
  Rules<pdu::CommandStatus> errors;
  Rules<Fault> faults;
  bool magic = false;  // destinations with a meaning, see Behaviour
  IdFormat id_format = IdFormat::kDecimal;
  uint64_t ids_before = 0;            // ids that an SMSC before this one gave; no flag
  std::optional<uint8_t> congestion;  // congestion_state of answers to binds of version 5.0

  // Deliveries.
  ReceiptOptions receipts;
  Rules<pdu::MessageState> receipt_mix;  // what is left to 1 is delivered
  MoOptions mo;

  uint64_t seed = 1;  // no setting: of the whole run
};

}  // namespace salvo::sim

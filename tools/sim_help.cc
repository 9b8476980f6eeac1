#include "tools/sim_help.h"

#include "absl/strings/str_format.h"
#include "pdu/status.h"
#include "tools/sim/options/fault.h"
#include "tools/sim/options/refusal.h"

namespace salvo::tools {
namespace {

constexpr const char* kNotations =
    R"(WHEN: nothing (always), 5% or 0.05, x3 (the first three), @9 (the ninth), /9 (every ninth).
@9 and /9 count submissions by bind, enquire_links by session, all else from the start; x3 counts
all of them from the start.
TIMES: 5ms, uniform:1ms,20ms or mix:80%10ms,15%100ms,5%1s.)";

constexpr const char* kTls =
    R"(Certificates that the simulator makes (--tls-make), for a client that trusts --tls-make-ca:
  good           signed by that authority, for localhost, 127.0.0.1, ::1 and --tls-make-host
  self-signed    signed by nobody else      unknown-ca     signed by another authority
  wrong-host     for another host           expired        since yesterday
  not-yet-valid  from tomorrow on)";

constexpr const char* kLinger =
    R"(A session that lingers (--linger) counts against --max-binds; without --max-binds nobody else of its
account may bind until it is gone.)";

constexpr const char* kReceipts =
    R"(Receipts (--receipts TIMES), to submissions that ask for one; those that nobody is bound for wait:
  --receipt-style  canonical  text as in 3.4 appendix B, receipted_message_id and message_state
                   text       the text alone          tlv       the parameters alone
                   payload    text in message_payload data_sm   parameters and payload in data_sm
                   unmarked   text, esm_class 0       ucs2      the text in UCS-2
                   loose      the field's spellings in turn: submitdate:, Text:, no sub, no err ...
  --receipt-bind   any: round about; other: never the bind that submitted, where there is another;
                   same: that one
  --receipt-id     as against the id in the response: same, hex (8 digits), decimal (10 digits),
                   padded (zeros, to 20), stripped (no leading zeros), upper)";

constexpr const char* kMagic =
    R"(Destinations with a meaning, by their last four digits (--magic). --delay and --error do not touch
them; 8NNN and 70NN are answered as they say, the others at once:
  9NNN  command_status NNN in decimal: 9088 is ESME_RTHROTTLED, 9011 ESME_RINVDSTADR
  8NNN  answered after NNN x 10 ms
  70NN  the fault of that number in the table above: 7000 is never answered
  6NNN  accepted, the receipt says state NNN: 2 delivered, 3 expired, 5 undeliverable, 8 rejected
  6995  an ENROUTE before the receipt      6996  the receipt before the answer
  6997  the receipt twice                  6999  no receipt
  5NNN  the receipt NNN x 10 ms later than others
  4000  the destination answers with an MO message)";

constexpr const char* kScenario =
    R"(A scenario (--scenario FILE) is TOML; its keys are flags, with - or _:
  tps = 100                      # from the start; the command line has the last word
  [[at]]
  time = "10s"                   # after the start; or after_bind = "10s": after the first bind
  every = "5s"                   # and again every so often; may be left out
  tps = 50
  error = ["ESME_RSYSERR=5%"]    # in place of what it was; false: as if never given
  do = ["unbind=50%", "mo"]      # to bound sessions: close, reset, unbind, garbage, stop-reading;
                                 # mo: a message to each account)";

constexpr const char* kEnd =
    R"(The ledger has one JSON object a line for each submission, written before its answer leaves:
  t_ns, system_id, bind, seq, source, dest, data_coding, esm_class, message_hex, message_id, status

It holds 4,096 connections at a time, as far as ulimit -n lets it, and counts those that it had to
turn away (accept_failures).
Ctrl-C stops it: it prints what it counted.

Exit codes: 0 it was stopped, 2 usage, a certificate or a scenario, 4 cannot listen, 12 the platform
lacks something, 14 the ledger cannot be written.)";

std::string FaultTable() {
  std::string table = "FAULT, with its magic destination:\n";
  for (const sim::FaultWord& fault : sim::AllFaults()) {
    absl::StrAppendFormat(&table, "  70%02d  %-14s  %s\n", static_cast<int>(fault.fault),
                          fault.word, fault.meaning);
  }
  return table;
}

std::string RefusalTable() {
  std::string table = "REASON of a refusal (--refuse-with), and its status:\n";
  for (const sim::RefusalReason& reason : sim::AllRefusals()) {
    absl::StrAppendFormat(&table, "  %-12s %-15s  %s\n", reason.word, pdu::NameOf(reason.status),
                          reason.meaning);
  }
  return table;
}

}  // namespace

std::string SimHelp() {
  return absl::StrFormat("%s\n\n%s\n%s\n%s\n\n%s\n\n%s\n\n%s\n\n%s\n\n%s", kNotations, FaultTable(),
                         RefusalTable(), kLinger, kTls, kReceipts, kMagic, kScenario, kEnd);
}

}  // namespace salvo::tools

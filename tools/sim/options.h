// How the simulated SMSC behaves. See `salvo help sim`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "io/clock.h"
#include "pdu/protocol.h"
#include "tools/sim/random.h"
#include "tools/sim/receipt_options.h"

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

// How long an answer takes: parts of a whole, each a time or a range.
class DelayDistribution {
 public:
  // "5ms", "uniform:1ms,20ms", "mix:80%10ms,15%100ms,5%1s"
  static absl::StatusOr<DelayDistribution> Parse(std::string_view text);

  bool always_zero() const { return parts_.empty(); }
  io::Nanos Draw(Random& random) const;

 private:
  struct Part {
    double up_to = 1;  // cumulative share
    io::Nanos from = 0;
    io::Nanos to = 0;
  };
  std::vector<Part> parts_;
};

struct ErrorShare {
  pdu::CommandStatus status = pdu::CommandStatus::ESME_ROK;
  double share = 0;  // of all submissions
};

struct ReceiptShare {
  pdu::MessageState state = pdu::MessageState::kDelivered;
  double share = 0;  // of all receipts
};

struct Options {
  std::vector<Login> accounts = {{"demo", "demo"}};
  uint32_t tps = 0;  // of each account; 0: no limit
  TpsKind tps_kind = TpsKind::kSecond;
  uint32_t max_binds = 0;  // of each account; 0: no limit
  uint32_t window = 0;     // unanswered submissions of a bind; 0: no limit
  DelayDistribution delay;
  std::vector<ErrorShare> errors;
  bool magic = false;  // destinations with a meaning, see Behaviour
  ReceiptOptions receipts;
  std::vector<ReceiptShare> receipt_mix;  // what is left to 1 is delivered
  IdFormat id_format = IdFormat::kDecimal;
  uint64_t seed = 1;
};

// "ESME_RTHROTTLED=5%", "0x58=0.05"
absl::StatusOr<ErrorShare> ParseErrorShare(std::string_view text);
// That all errors together are no more than all submissions.
absl::Status CheckErrorShares(const std::vector<ErrorShare>& errors);
// "DELIVRD=95%,UNDELIV=5%"; what is left to 100% is delivered.
absl::StatusOr<std::vector<ReceiptShare>> ParseReceiptMix(std::string_view text);
// "user:secret"; the password may hold colons.
absl::StatusOr<Login> ParseLogin(std::string_view text);

}  // namespace salvo::sim

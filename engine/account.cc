#include "salvo/account.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/core/account.h"
#include "engine/core/message_fault.h"
#include "pdu/protocol.h"
#include "pdu/tlv.h"

namespace salvo {
namespace {

constexpr uint32_t kMostBinds = 10'000;
constexpr uint32_t kLargestWindow = 65'536;
constexpr size_t kLongestPassword = 64;
constexpr auto kLongestTime = std::chrono::hours(24 * 365);
constexpr double kHighestMultiplier = 1000;
constexpr uint32_t kMostWaiting = 10'000'000;

// Collects the first thing that is wrong, by the name of its key.
class Checker {
 public:
  explicit Checker(const AccountOptions& account) : account_(account) {}

  void Require(bool condition, std::string_view key, std::string_view rule) {
    if (condition || !status_.ok()) return;
    status_ =
        Status(StatusCode::kInvalidArgument,
               "account '" + account_.name + "': " + std::string(key) + " " + std::string(rule));
  }

  const Status& status() const { return status_; }

 private:
  const AccountOptions& account_;
  Status status_;
};

// Whether it is an enumerator of an enumeration that counts from 0 to `last`.
template <class Enum>
bool IsUpTo(Enum value, Enum last) {
  return value <= last;
}

bool HasNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

void CheckLogin(const AccountOptions& a, Checker& check) {
  check.Require(!a.hosts.empty(), "host", "is missing");
  for (const Host& host : a.hosts) {
    check.Require(!host.name.empty(), "host", "is missing");
    check.Require(!HasNul(host.name), "host", "has a NUL, which is in no name");
    check.Require(host.port != 0, "port", "must be from 1 to 65535");
  }
  check.Require(!a.system_id.empty(), "system_id", "is missing");
  check.Require(a.system_id.size() < pdu::kMaxSystemId, "system_id",
                "is longer than 15 characters");
  check.Require(a.password.size() <= kLongestPassword, "password", "is longer than 64 characters");
  check.Require(a.system_type.size() < pdu::kMaxSystemType, "system_type",
                "is longer than 12 characters");
  constexpr std::string_view kNoNul = "has a NUL, which ends a text in SMPP";
  check.Require(!HasNul(a.system_id), "system_id", kNoNul);
  check.Require(!HasNul(a.password), "password", kNoNul);
  check.Require(!HasNul(a.system_type), "system_type", kNoNul);
  check.Require(!HasNul(a.service_type), "service_type", kNoNul);
}

void CheckLimits(const AccountOptions& a, Checker& check) {
  check.Require(a.binds >= 1 && a.binds <= kMostBinds, "binds", "must be from 1 to 10000");
  check.Require(a.window >= 1 && a.window <= kLargestWindow, "window", "must be from 1 to 65536");
  const auto is_rate = [](double r) {
    return std::isfinite(r) && r >= 0 && r <= engine::kHighestRate;
  };
  check.Require(is_rate(a.rate), "rate", "must be from 0 to 100000000 segments a second");
  check.Require(is_rate(a.bind_rate), "bind_rate", "must be from 0 to 100000000");
  check.Require(a.burst == 0 || (is_rate(a.burst) && a.burst >= 1), "burst", "must be at least 1");
}

void CheckMessageFields(const AccountOptions& a, Checker& check) {
  const char* fault = engine::FaultOfSource(a.source_addr);
  check.Require(fault == nullptr, "source_addr:", fault == nullptr ? "" : fault);
  check.Require(a.dest_min_digits >= 1 && a.dest_min_digits < pdu::kMaxAddress, "dest_min_digits",
                "must be from 1 to 20");
  check.Require(a.service_type.size() < pdu::kMaxServiceType, "service_type",
                "is longer than 5 characters");
  check.Require(a.validity.count() >= 0 && a.validity <= kLongestTime, "validity",
                "must be at most 8760h");
  check.Require(a.esm_mode <= pdu::kEsmModeMask, "esm_mode", "must be from 0 to 3");
  check.Require(!a.encodings.empty() && a.encodings.size() <= 3, "encodings",
                "needs one to three of \"gsm7\", \"ucs2\", \"latin1\"");
}

// 3.4 section 5.3.2. What such parameters mean, and how often they may stand, is the vendor's.
bool IsOfVendor(uint16_t tag) { return tag >= 0x1400 && tag <= 0x3FFF; }

void CheckTlvs(const AccountOptions& a, Checker& check) {
  size_t octets = 0;
  std::set<uint16_t> seen;
  for (const OwnedTlv& tlv : a.tlvs) {
    const auto tag = static_cast<pdu::Tag>(tlv.tag);
    check.Require(!pdu::CarriesText(tag), "tlv",
                  "cannot have message_payload or a sar parameter: concatenation sets them");
    const bool may_repeat = pdu::MayRepeat(tag) || IsOfVendor(tlv.tag);
    check.Require(seen.insert(tlv.tag).second || may_repeat, "tlv", "has a parameter twice");
    octets += pdu::kTlvHeaderOctets + tlv.value.size();
  }
  check.Require(octets <= engine::kMostTlvOctets, "tlv", "takes more than 4096 octets");
}

// What a file spells out a program casts from a number.
void CheckChoices(const AccountOptions& a, Checker& check) {
  check.Require(IsUpTo(a.bind_type, BindType::kReceiver), "bind_type",
                "must be \"transceiver\", \"transmitter+receiver\", \"transmitter\" or "
                "\"receiver\"");
  const InterfaceVersion version = a.interface_version;
  check.Require(version == InterfaceVersion::k33 || version == InterfaceVersion::k34 ||
                    version == InterfaceVersion::k50,
                "interface_version", "must be \"3.3\", \"3.4\" or \"5.0\"");
  check.Require(IsUpTo(a.long_messages, LongMessages::kPayload), "concatenation",
                "must be \"udh8\", \"udh16\", \"sar\" or \"payload\"");
  for (const Encoding encoding : a.encodings) {
    check.Require(IsUpTo(encoding, Encoding::kUcs2), "encodings",
                  "must be of \"gsm7\", \"ucs2\", \"latin1\"");
  }
  const bool are_forms = IsUpTo(a.receipts.id_response, IdForm::kDecimal) &&
                         IsUpTo(a.receipts.id_receipt, IdForm::kDecimal);
  check.Require(are_forms, "receipts",
                "must write ids as \"auto\", \"raw\", \"hex\" or \"decimal\"");
  check.Require(IsUpTo(a.retry.profile, RetryProfile::kNowSms), "retry.profile",
                "must be \"salvo\" or \"nowsms\"");
  for (const StatusRetry& own : a.retry.statuses) {
    check.Require(
        IsUpTo(own.status_class.value_or(StatusClass::kPermanent), StatusClass::kStopsAccount),
        "retry.status.class",
        "must be \"permanent\", \"temporary\", \"throttling\", \"queue-full\" or "
        "\"stops-account\"");
  }
}

void CheckTls(const AccountOptions& a, Checker& check) {
  check.Require(IsUpTo(a.tls.min_version, TlsOptions::Version::k13), "tls.min_version",
                "must be \"1.2\" or \"1.3\"");
  check.Require(!HasNul(a.tls.server_name), "tls.server_name", "has a NUL, which is in no name");
  const bool are_paths =
      !HasNul(a.tls.ca_file) && !HasNul(a.tls.cert_file) && !HasNul(a.tls.key_file);
  check.Require(are_paths, "tls", "names a file with a NUL, which is in no name");
}

void CheckVersion(const AccountOptions& a, Checker& check) {
  if (a.interface_version != InterfaceVersion::k33) return;
  check.Require(a.bind_type != BindType::kTransceiver, "bind_type",
                "\"transceiver\" does not exist in interface_version \"3.3\": take "
                "\"transmitter+receiver\"");
  const bool has_header =
      a.long_messages == LongMessages::kUdh8 || a.long_messages == LongMessages::kUdh16;
  check.Require(has_header, "concatenation",
                "must be \"udh8\" or \"udh16\": interface_version \"3.3\" has no optional "
                "parameters");
  check.Require(a.tlvs.empty(), "tlv",
                "must be empty: interface_version \"3.3\" has no optional parameters");
  check.Require(!a.receipts.reference, "receipts.reference",
                "must be false: interface_version \"3.3\" has no optional parameters");
}

void CheckTimes(const AccountOptions& a, Checker& check) {
  const auto require = [&](std::chrono::milliseconds time, int least, std::string_view key) {
    check.Require(time.count() >= least && time <= kLongestTime, key,
                  least > 0 ? "must be above 0 and at most 8760h" : "must be from 0 to 8760h");
  };
  require(a.response_timeout, 1, "response_timeout");
  require(a.bind_timeout, 1, "bind_timeout");
  require(a.connect_timeout, 1, "connect_timeout");
  require(a.enquire_link, 0, "enquire_link");
  require(a.enquire_link_timeout, 1, "enquire_link_timeout");
  require(a.drain_timeout, 0, "drain_timeout");
  require(a.reconnect.initial, 1, "reconnect.initial");
  require(a.reconnect.max, 1, "reconnect.max");
  require(a.reconnect.bind_interval, 0, "reconnect.bind_interval");
  require(a.receipts.park, 0, "receipts.park");
  require(a.receipts.late, 0, "receipts.late");
  check.Require(a.reconnect.max >= a.reconnect.initial, "reconnect.max",
                "must not be below reconnect.initial");
  check.Require(a.reconnect.jitter >= 0 && a.reconnect.jitter <= 1, "reconnect.jitter",
                "must be from 0 to 1");
}

bool IsSchedule(const RetrySchedule& s) {
  return s.delay.count() >= 0 && s.delay <= kLongestTime && std::isfinite(s.multiplier) &&
         s.multiplier >= 0 && s.multiplier <= kHighestMultiplier && s.delay_max.count() >= 0 &&
         s.max_age.count() >= 0 && s.max_age <= kLongestTime;
}

void CheckRetry(const AccountOptions& a, Checker& check) {
  check.Require(a.retry.max_waiting >= 1 && a.retry.max_waiting <= kMostWaiting,
                "retry.max_waiting", "must be from 1 to 10000000");
  check.Require(a.retry.schedule.max_attempts >= 1, "retry.max_attempts", "must be at least 1");
  check.Require(IsSchedule(a.retry.schedule), "retry",
                "must have times from 0 to 8760h and a multiplier from 0 to 1000");
  for (const StatusRetry& own : a.retry.statuses) {
    RetrySchedule schedule = RuleFor(a.retry, own.command_status).schedule;
    check.Require(IsSchedule(schedule), "retry.status",
                  "must have times from 0 to 8760h and a multiplier from 0 to 1000");
    check.Require(own.max_attempts.value_or(1) >= 1, "retry.status.max_attempts",
                  "must be at least 1");
    check.Require(own.command_status != 0, "retry.status", "is about refusals, and 0 is none");
  }
}

void Warn(const AccountOptions& a, std::vector<std::string>& warnings) {
  const std::string prefix = "account '" + a.name + "': ";
  if (a.password.size() >= pdu::kMaxPassword) {
    warnings.push_back(prefix +
                       "password has more than the 8 characters that the specification allows; it "
                       "is sent as it is");
  }
  if (a.bind_type == BindType::kTransmitter && a.registered_delivery != 0) {
    warnings.push_back(prefix + "bind_type \"transmitter\" gets no receipts");
  }
  if (a.bind_type == BindType::kReceiver) {
    warnings.push_back(prefix + "bind_type \"receiver\" cannot send");
  }
  if (a.tls.enabled && !a.tls.verify) {
    warnings.push_back(prefix + "tls.verify is off: anybody can pose as the SMSC");
  }
}

}  // namespace

AddressType InferAddressType(std::string_view address) {
  const pdu::Address inferred = engine::InferAddress(address);
  return {inferred.ton, inferred.npi};
}

Status Validate(const AccountOptions& account, std::vector<std::string>* warnings) {
  Checker check(account);
  CheckLogin(account, check);
  CheckChoices(account, check);
  CheckTls(account, check);
  CheckLimits(account, check);
  CheckMessageFields(account, check);
  CheckTlvs(account, check);
  CheckVersion(account, check);
  CheckTimes(account, check);
  CheckRetry(account, check);
  if (check.status().ok() && warnings != nullptr) Warn(account, *warnings);
  return check.status();
}

}  // namespace salvo

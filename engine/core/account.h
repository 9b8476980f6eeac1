// An account as all shards share it: its options in the form that the hot path needs, its budget,
// and what its binds have to agree on. Immutable after creation, but for what Update changes and
// the atomics.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/addressing.h"
#include "engine/retry/policy.h"
#include "io/clock.h"
#include "io/tls/tls_context.h"
#include "pdu/submit_skeleton.h"
#include "pdu/text/split.h"
#include "ratelimit/throttle.h"
#include "ratelimit/token_bucket.h"
#include "salvo/account.h"
#include "salvo/message.h"

namespace salvo::engine {

// Segments a second, of an account or an engine.
inline constexpr double kHighestRate = 1e8;

class Account {
 public:
  // `holders`: the shards that have binds of it. Fails as Validate does, or when TLS files cannot
  // be used.
  static Status Create(AccountOptions options, uint32_t index, uint32_t holders, io::Nanos now,
                       std::unique_ptr<Account>* account);

  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  const AccountOptions& options() const { return options_; }
  uint32_t index() const { return index_; }  // in the engine

  const pdu::SubmitSkeleton& skeleton() const { return skeleton_; }
  const pdu::TextOptions& text_options() const { return text_options_; }
  uint8_t data_coding(pdu::Alphabet alphabet) const {
    return data_coding_[static_cast<size_t>(alphabet)];
  }
  const pdu::AddressBlock& default_source() const { return default_source_; }
  // The account's constant parameters as octets.
  pdu::Octets constant_tlvs() const { return constant_tlvs_; }
  // The user_message_reference that the message is given: none when it brings its own, or none is
  // asked for. The same in every run.
  std::optional<uint16_t> ReferenceFor(const Message& message) const {
    if (!adds_reference_ || HasReference(message)) return std::nullopt;
    return static_cast<uint16_t>(message.key);
  }
  // nullptr: plain TCP.
  const std::shared_ptr<const io::TlsContext>& tls() const { return tls_; }
  // nullptr: no limit. Comes and goes while the account is throttled or updated.
  ratelimit::TokenBucket* budget() { return throttle_.limits() ? &bucket_ : nullptr; }
  ratelimit::Throttle& throttle() { return throttle_; }
  const ratelimit::Throttle& throttle() const { return throttle_; }
  // Valid for as long as the account is.
  const RetryPolicy& retry_policy() const { return *retry_policy_.load(); }

  // Takes over `retry` and `rate` of options that Validate accepts. Thread-safe.
  void Update(const AccountOptions& options, io::Nanos now);

  // How an address of this account is typed, when the options leave it to be told from the digits.
  // A leading '+' is dropped.
  pdu::Address SourceAddress(std::string_view text) const;
  pdu::Address DestinationAddress(std::string_view text) const;
  // The same of what InferAddress told already.
  pdu::Address DestinationAddress(const pdu::Address& told) const {
    return Typed(told, options_.dest_ton, options_.dest_npi);
  }

  // The next free time for a bind, not before `now`: binds of an account keep a distance.
  io::Nanos ReserveBindTime(io::Nanos now);

  bool can_send() const { return options_.bind_type != BindType::kReceiver; }
  // A bind has come up, and one that was up is not any more.
  void AddBound() {
    ever_bound_.store(true);
    bound_.fetch_add(1);
  }
  void RemoveBound() { bound_.fetch_sub(1); }
  // Whether any bind ever came up, whether one is up now, and whether the account has given up.
  bool ever_bound() const { return ever_bound_.load(); }
  bool any_bound() const { return bound_.load() > 0; }
  bool stopped() const { return stopped_.load(); }
  // True for the one who stops it.
  bool Stop() { return !stopped_.exchange(true); }

 private:
  Account(AccountOptions options, uint32_t index, uint32_t holders, io::Nanos now);
  void BuildSkeleton();
  Status BuildTls();
  static bool HasReference(const Message& message);
  static pdu::Address Typed(const pdu::Address& address, std::optional<uint8_t> ton,
                            std::optional<uint8_t> npi) {
    return {ton.value_or(address.ton), npi.value_or(address.npi), address.digits};
  }

  const AccountOptions options_;  // as they were at first
  const uint32_t index_;
  pdu::SubmitSkeleton skeleton_;
  pdu::TextOptions text_options_;
  std::array<uint8_t, 3> data_coding_;
  pdu::AddressBlock default_source_;
  std::vector<uint8_t> constant_tlvs_;
  bool adds_reference_ = false;
  std::shared_ptr<const io::TlsContext> tls_;
  ratelimit::TokenBucket bucket_;
  ratelimit::Throttle throttle_;
  std::mutex update_mutex_;
  // All that ever were, for who still holds an older one: an update is a rare thing.
  std::vector<std::unique_ptr<const RetryPolicy>> retry_policies_;
  std::atomic<const RetryPolicy*> retry_policy_ = nullptr;
  std::atomic<io::Nanos> next_bind_time_ = 0;
  std::atomic<bool> ever_bound_ = false;
  std::atomic<uint32_t> bound_ = 0;  // binds that are up
  std::atomic<bool> stopped_ = false;
};

// The account's way with texts.
pdu::TextOptions ToTextOptions(const AccountOptions& options);

}  // namespace salvo::engine

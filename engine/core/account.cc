#include "engine/core/account.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "pdu/time.h"
#include "pdu/tlv.h"

namespace salvo::engine {
namespace {

pdu::Alphabet ToAlphabet(Encoding encoding) {
  switch (encoding) {
    case Encoding::kGsm7:
      return pdu::Alphabet::kGsm7;
    case Encoding::kLatin1:
      return pdu::Alphabet::kLatin1;
    case Encoding::kUcs2:
      return pdu::Alphabet::kUcs2;
  }
  return pdu::Alphabet::kGsm7;
}

pdu::Concatenation ToConcatenation(LongMessages long_messages) {
  switch (long_messages) {
    case LongMessages::kUdh8:
      return pdu::Concatenation::kUdh8;
    case LongMessages::kUdh16:
      return pdu::Concatenation::kUdh16;
    case LongMessages::kSar:
      return pdu::Concatenation::kSar;
    case LongMessages::kPayload:
      return pdu::Concatenation::kPayload;
  }
  return pdu::Concatenation::kUdh8;
}

}  // namespace

Status Account::Create(AccountOptions options, uint32_t index, uint32_t holders, io::Nanos now,
                       std::unique_ptr<Account>* account) {
  Status status = Validate(options);
  if (!status.ok()) return status;
  std::unique_ptr<Account> made(new Account(std::move(options), index, holders, now));
  made->BuildSkeleton();
  status = made->BuildTls();
  if (!status.ok()) return status;
  *account = std::move(made);
  return {};
}

pdu::TextOptions ToTextOptions(const AccountOptions& options) {
  pdu::TextOptions text;
  text.alphabet_count = 0;
  for (Encoding encoding : options.encodings) {
    // Validate takes no more; a preview is of any options.
    if (text.alphabet_count == text.alphabets.size()) break;
    text.alphabets[text.alphabet_count++] = ToAlphabet(encoding);
  }
  text.concatenation = ToConcatenation(options.long_messages);
  return text;
}

Account::Account(AccountOptions options, uint32_t index, uint32_t holders, io::Nanos now)
    : options_(std::move(options)),
      index_(index),
      text_options_(ToTextOptions(options_)),
      bucket_({options_.rate, options_.burst, holders}, now),
      throttle_(&bucket_, options_.rate) {
  data_coding_ = {options_.data_coding_gsm7, options_.data_coding_latin1,
                  options_.data_coding_ucs2};
  default_source_ = pdu::AddressBlock(SourceAddress(options_.source_addr));
  Update(options_, now);
}

void Account::Update(const AccountOptions& options, io::Nanos now) {
  const std::lock_guard lock(update_mutex_);
  retry_policies_.push_back(std::make_unique<const RetryPolicy>(options.retry));
  retry_policy_.store(retry_policies_.back().get());
  if (options.rate != throttle_.ceiling()) throttle_.SetCeiling(options.rate, now);
}

void Account::BuildSkeleton() {
  pdu::SubmitSm constant;
  const pdu::RelativeTime validity(options_.validity.count());
  constant.service_type = options_.service_type;
  constant.esm_class = options_.esm_mode;
  constant.protocol_id = options_.protocol_id;
  constant.priority_flag = options_.priority;
  if (options_.validity.count() > 0) constant.validity_period = validity.text();
  constant.registered_delivery = options_.registered_delivery;
  [[maybe_unused]] const pdu::EncodeResult result =
      pdu::SubmitSkeleton::Build(constant, &skeleton_);
  assert(result.ok());  // Validate refuses what cannot be encoded
  adds_reference_ = options_.receipts.reference;
  for (const OwnedTlv& tlv : options_.tlvs) {
    if (tlv.tag == static_cast<uint16_t>(pdu::Tag::kUserMessageReference)) adds_reference_ = false;
    const size_t start = constant_tlvs_.size();
    constant_tlvs_.resize(start + pdu::kTlvHeaderOctets + tlv.value.size());
    pdu::TlvWriter writer(std::span<uint8_t>(constant_tlvs_).subspan(start));
    writer.Add(static_cast<pdu::Tag>(tlv.tag), pdu::AsOctets(tlv.value));
  }
}

bool Account::HasReference(const Message& message) {
  constexpr auto kTag = static_cast<uint16_t>(pdu::Tag::kUserMessageReference);
  return std::any_of(message.tlvs.begin(), message.tlvs.end(),
                     [](const Tlv& tlv) { return tlv.tag == kTag; });
}

Status Account::BuildTls() {
  const TlsOptions& tls = options_.tls;
  if (!tls.enabled) return {};
  io::TlsClientOptions client;
  client.ca_file = tls.ca_file;
  client.verify = tls.verify;
  client.min_version =
      tls.min_version == TlsOptions::Version::k13 ? io::TlsVersion::k13 : io::TlsVersion::k12;
  client.cert_file = tls.cert_file;
  client.key_file = tls.key_file;
  auto context = io::TlsContext::ForClient(client);
  if (!context.ok()) {
    return {StatusCode::kInvalidArgument,
            "account '" + options_.name + "', [tls]: " + std::string(context.status().message())};
  }
  tls_ = std::move(*context);
  return {};
}

pdu::Address Account::SourceAddress(std::string_view text) const {
  return Typed(InferAddress(text), options_.source_ton, options_.source_npi);
}

pdu::Address Account::DestinationAddress(std::string_view text) const {
  return DestinationAddress(InferAddress(text));
}

io::Nanos Account::ReserveBindTime(io::Nanos now) {
  const io::Nanos interval = io::ToNanos(options_.reconnect.bind_interval);
  io::Nanos next = next_bind_time_.load();
  for (;;) {
    const io::Nanos mine = std::max(next, now);
    if (next_bind_time_.compare_exchange_weak(next, mine + interval)) return mine;
  }
}

}  // namespace salvo::engine

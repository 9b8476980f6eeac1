#include "pdu/submit_skeleton.h"

#include <cstring>

namespace salvo::pdu {

EncodeResult SubmitSkeleton::Build(const SubmitSm& constant, SubmitSkeleton* out) {
  SubmitSm body = constant;
  body.source = {};
  body.destination = {};
  body.short_message = {};
  body.tlvs = {};
  std::array<uint8_t, 128> scratch;
  const EncodeResult result =
      Encode(CommandId::kSubmitSm, CommandStatus::ESME_ROK, 0, body, scratch);
  if (!result.ok()) return result;

  constexpr size_t kEmptyAddress = 3;  // ton, npi, NUL
  out->head_size_ = kHeaderOctets + body.service_type.size() + 1;
  const size_t tail_at = out->head_size_ + 2 * kEmptyAddress;
  out->tail_size_ = result.octets - tail_at;
  std::memcpy(out->head_.data(), scratch.data(), out->head_size_);
  std::memcpy(out->tail_.data(), scratch.data() + tail_at, out->tail_size_);
  out->data_coding_at_ = out->tail_size_ - 3;  // before sm_default_msg_id and sm_length
  return result;
}

size_t SubmitSkeleton::Begin(const Patch& patch, uint8_t* out) const {
  static_assert(kHeadOctets + 2 * AddressBlock::kCopiedOctets + kTailOctets <= kMaxPrefixOctets);
  static_assert(kHeadOctets >= kHeaderOctets + kMaxServiceType);
  static_assert(kTailOctets >= 3 + 2 * kMaxTime + 5);
  uint8_t* at = out;
  std::memcpy(at, head_.data(), kHeadOctets);
  Store32(at + 12, patch.sequence);
  at += head_size_;
  std::memcpy(at, patch.source->data(), AddressBlock::kCopiedOctets);
  at += patch.source->size();
  std::memcpy(at, patch.destination->data(), AddressBlock::kCopiedOctets);
  at += patch.destination->size();
  std::memcpy(at, tail_.data(), kTailOctets);
  if (patch.has_udh) at[0] |= kEsmUdhIndicator;
  at[data_coding_at_] = patch.data_coding;
  at += tail_size_;
  return static_cast<size_t>(at - out);
}

void SubmitSkeleton::Finish(uint8_t* pdu, uint8_t* text, size_t text_octets, const uint8_t* end) {
  text[-1] = static_cast<uint8_t>(text_octets);
  Store32(pdu, static_cast<uint32_t>(end - pdu));
}

}  // namespace salvo::pdu

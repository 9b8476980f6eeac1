// The constant part of a campaign's submit_sm, encoded once and patched for each message.
//
// A submit_sm of one campaign differs from the next in sequence_number, addresses, esm_class,
// data_coding, text and parameters; the rest is copied as octets. Copies are of fixed size (they
// may write beyond what counts, never beyond the claim), which spares a call of memcpy a field.
// Immutable after Build: any thread may encode from one skeleton.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <span>

#include "pdu/body.h"
#include "pdu/copy_text.h"
#include "pdu/encode.h"

namespace salvo::pdu {

// An address as it stands on the wire: ton, npi, digits, NUL.
class AddressBlock {
 public:
  AddressBlock() = default;
  // REQUIRES: address.digits.size() < kMaxAddress, without a NUL.
  explicit AddressBlock(const Address& address) { Assign(address); }

  // In place: a copy of a block that was only just written waits for its octets.
  void Assign(const Address& address) {
    assert(address.digits.size() < kMaxAddress);
    octets_ = {address.ton, address.npi};
    CopyText(address.digits, reinterpret_cast<char*>(&octets_[2]));
    size_ = static_cast<uint8_t>(2 + address.digits.size() + 1);  // a NUL is there
  }

  static constexpr size_t kCopiedOctets = 24;

  const uint8_t* data() const { return octets_.data(); }
  size_t size() const { return size_; }

 private:
  std::array<uint8_t, kCopiedOctets> octets_{};
  uint8_t size_ = 3;
};

class SubmitSkeleton {
 public:
  // What differs between two submit_sm of a campaign, apart from text and parameters.
  struct Patch {
    uint32_t sequence = 0;
    const AddressBlock* source = nullptr;
    const AddressBlock* destination = nullptr;
    bool has_udh = false;
    uint8_t data_coding = 0;
  };

  // Octets that Begin may touch: a claim needs this many and then those of text and parameters.
  static constexpr size_t kMaxPrefixOctets = 160;

  // Addresses, data_coding, short_message and tlvs of `constant` are ignored.
  static EncodeResult Build(const SubmitSm& constant, SubmitSkeleton* out);

  // Writes header and body up to and including sm_length, and returns how many octets that is: the
  // text goes right behind. REQUIRES: out has room for kMaxPrefixOctets.
  size_t Begin(const Patch& patch, uint8_t* out) const;

  // Writes sm_length and command_length. `text` is where Begin's octets ended, `end` where the
  // text and the parameters do. REQUIRES: text_octets <= 255.
  static void Finish(uint8_t* pdu, uint8_t* text, size_t text_octets, const uint8_t* end);

 private:
  static constexpr size_t kHeadOctets = 24;  // header, service_type
  static constexpr size_t kTailOctets = 48;  // esm_class to sm_length

  std::array<uint8_t, kHeadOctets> head_{};
  std::array<uint8_t, kTailOctets> tail_{};
  size_t head_size_ = 0;
  size_t tail_size_ = 0;
  size_t data_coding_at_ = 0;  // in tail_
};

}  // namespace salvo::pdu

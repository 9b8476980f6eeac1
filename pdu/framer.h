// Turns a stream of octets, cut anywhere, into whole PDUs.
//
// A PDU that lies whole in what was fed is given out in place; only one that is cut is put together
// in the carry buffer, which the caller owns. command_length is never believed beyond the limit,
// and a stream that is not SMPP at all is recognised by its first octets.
// One stream, one framer, one thread. No allocation.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "pdu/wire.h"

namespace salvo::pdu {

enum class FrameResult : uint8_t {
  kPdu,
  kNeedMore,  // all octets fed are consumed
  kBroken,    // the stream cannot be read on; see FrameError
};

enum class FrameError : uint8_t {
  kNone,
  kLengthTooSmall,  // command_length below 16
  kLengthTooLarge,  // above the limit
  kHttp,            // the peer speaks HTTP
  kTls,             // the peer sent a TLS record to a plaintext session
  kAmqp,            // the peer speaks AMQP
  kSsh,             // the peer speaks SSH
};

// "the peer speaks HTTP, not SMPP: wrong port?"
std::string_view Describe(FrameError error);

class Framer {
 public:
  // `carry` holds the PDU that is cut between two reads; it is not owned and must outlive the
  // framer. Its size is the largest PDU that is taken. REQUIRES: carry.size() >= 16.
  explicit Framer(std::span<uint8_t> carry) : carry_(carry) {}

  // Hands over the next octets of the stream. They must stay valid until Next returned kNeedMore.
  // REQUIRES: Next returned kNeedMore since the last Feed.
  void Feed(Octets octets) { fed_ = octets; }

  // The next whole PDU, valid until the next call of Next or Feed. After kBroken every call says
  // kBroken.
  FrameResult Next(Octets* pdu);

  // Why the stream is broken.
  FrameError error() const { return error_; }

 private:
  FrameResult FinishCarried(Octets* pdu);
  void Carry(size_t octets);
  bool CheckLength(uint32_t command_length);

  std::span<uint8_t> carry_;
  Octets fed_;
  size_t carried_ = 0;
  bool carry_given_out_ = false;
  FrameError error_ = FrameError::kNone;
};

}  // namespace salvo::pdu

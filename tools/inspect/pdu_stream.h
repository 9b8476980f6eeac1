// Finds the PDUs in one direction of a connection, also when the stream begins in the middle of one
// or has gaps. Bounded memory: one PDU. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pdu/wire.h"

namespace salvo::tools {

class PduSink {
 public:
  virtual ~PduSink() = default;
  // Valid during the call. Whole by its command_length, unless it is the rest of a stream.
  virtual void OnPdu(pdu::Octets pdu) = 0;
  // What lies between two PDUs, in words: "a gap of 20 octets".
  virtual void OnNote(const std::string& note) = 0;
};

// Whether octets can be the beginning of a PDU: a known command and a sane length, status and
// sequence_number. REQUIRES: 16 octets.
bool LooksLikePdu(pdu::Octets octets);

// Whether what follows this PDU may be the rest of it, with a password in it: a bind or an outbind
// that does not end where its command_length says. REQUIRES: 16 octets.
bool MayLeavePassword(pdu::Octets pdu);

class PduStream {
 public:
  // `expected`: whether SMPP is known to be spoken here; else a stream that does not begin with a
  // PDU is left alone for good. `sink` is not owned.
  PduStream(bool expected, PduSink* sink) : expected_(expected), sink_(sink) {}

  void Feed(pdu::Octets octets);
  // So many octets of the stream are not there.
  void Gap(uint64_t octets);
  // The end of the stream: what is left is no whole PDU.
  void End();

  // False when something else is spoken here.
  bool is_smpp() const { return state_ != State::kForeign; }

 private:
  enum class State : uint8_t { kNew, kInStep, kSearching, kForeign };

  void Cut();
  bool Begin();
  bool Search();
  bool Step();
  void Drop(size_t octets);
  void DropRest();
  // Whether it is SMPP, as far as can be told.
  bool is_known() const { return state_ != State::kNew || expected_; }
  void NoteSkipped();

  bool expected_;
  PduSink* sink_;  // unowned
  State state_ = State::kNew;
  std::vector<uint8_t> buffer_;
  size_t at_ = 0;  // octets of the buffer that were dealt with
  bool follows_password_ = false;
  uint64_t skipped_ = 0;
};

}  // namespace salvo::tools

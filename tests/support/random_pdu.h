// Random PDUs that the specification allows: a visitor over pdu/fields.h that fills in what the
// encoder writes and the decoder reads.
// Texts are printable ASCII, times are well formed, parameters have the sizes of their tags, a
// short_message or a payload may hold any octet, behind a user data header if esm_class says so.
// One thread.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "pdu/body.h"
#include "tests/support/random.h"

namespace salvo::test {

struct RandomPduOptions {
  // Of one parameter's value; message_payload and broadcast_area_identifier may take 64 KiB.
  size_t largest_tlv = 1024;
  // Parameters and kinds of PDU that Next() does not make.
  std::vector<pdu::Tag> without_tags = {};
  std::vector<pdu::CommandId> without_kinds = {};
};

class RandomPdus {
 public:
  // `random` is not owned and must outlive this.
  explicit RandomPdus(Random* random, const RandomPduOptions& options = {});

  // Valid, of any kind that any version defines and the options do not leave out. Views in it are
  // valid until the next call.
  pdu::Pdu Next();
  // Of that kind.
  pdu::Pdu Next(pdu::CommandId id);

  // Octets that any PDU of this maker fits in.
  size_t LargestPdu() const;

 private:
  class Filler;

  std::string_view Keep(std::string text);

  Random* random_;
  size_t largest_tlv_;
  std::vector<pdu::TlvInfo> tlvs_;
  std::vector<pdu::CommandId> kinds_;
  std::deque<std::string> kept_;
};

}  // namespace salvo::test

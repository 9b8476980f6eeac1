// Random PDUs that the specification allows: a visitor over pdu/fields.h that fills in what the
// encoder writes and the decoder reads.
// Texts are printable ASCII, times are well formed, parameters have the sizes of their tags, a
// short_message or a payload may hold any octet. One thread.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "pdu/body.h"
#include "tests/support/random.h"

namespace salvo::test {

struct RandomPduOptions {
  // Of one parameter's value; message_payload and broadcast_area_identifier may take 64 KiB.
  size_t largest_tlv = 1024;
};

class RandomPdus {
 public:
  // `random` is not owned and must outlive this.
  explicit RandomPdus(Random* random, RandomPduOptions options = {})
      : random_(random), options_(options) {}

  // Valid, of any kind that any version defines. Views in it are valid until the next call.
  pdu::Pdu Next();
  // Of that kind.
  pdu::Pdu Next(pdu::CommandId id);

  // Octets that any PDU of this maker fits in.
  size_t LargestPdu() const;

 private:
  class Filler;

  std::string_view Keep(std::string text);

  Random* random_;
  RandomPduOptions options_;
  std::deque<std::string> kept_;
};

}  // namespace salvo::test

// One PDU of every kind, written by hand from the layouts of the specification: what an encoder has
// to produce and a decoder to read. No code of ours made these octets.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "pdu/body.h"

namespace salvo::test {

struct GoldenPdu {
  std::string name;             // "submit_sm"
  std::vector<uint8_t> octets;  // as they stand on the wire
  pdu::Pdu pdu;                 // command_length included
};

// Each command of the specification once. Lives for ever.
const std::vector<GoldenPdu>& GoldenPdus();

std::ostream& operator<<(std::ostream& out, const GoldenPdu& golden);

}  // namespace salvo::test

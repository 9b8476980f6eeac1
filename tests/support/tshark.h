// What tshark, the command of Wireshark, reads in a capture file: a decoder of SMPP that has no
// line and no author in common with ours. One thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace salvo::test {

// A leaf of the dissection.
struct TsharkField {
  std::string name;      // "smpp.source_addr"
  std::string showname;  // for people: "Originator address: SALVO"
  std::string show;      // "SALVO"
  std::string hex;       // the octets it was read from: "53414c564f00"
  size_t offset = 0;     // of those octets, from the start of the PDU
  size_t octets = 0;     // how many those are, also where tshark shows none of them
};

struct TsharkPdu {
  size_t octets = 0;
  bool malformed = false;           // by tshark's judgement
  std::vector<TsharkField> fields;  // in order; trees are left out, their leaves are not
};

// Calls `take` with each PDU of the capture in order. Returns why that could not be done, as when
// tshark is not there; "" when all went well.
std::string Dissect(const std::string& capture_path,
                    const std::function<void(const TsharkPdu&)>& take);

// How many random PDUs to show it: SALVO_TSHARK_PDUS, or so many.
size_t TsharkDose(size_t short_dose);

}  // namespace salvo::test

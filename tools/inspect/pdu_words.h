// Builds a PDU of words: "submit_sm", "destination_addr=491700000001", "tlv:0x1400=17", ...
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace salvo::tools {

struct EncodedPdu {
  std::vector<uint8_t> octets;
  std::string fault;  // why there are none; "" when there are
};

// The first word is a command. The others are NAME=VALUE, with the specification's names:
//   a number                    decimal or 0x...
//   a C-octet string            as it is
//   short_message               a text in UTF-8, written as data_coding says; or "hex:0A0B"
//   tlv:NAME, tlv:0x1400        as in campaigns; message_payload like short_message; repeatable
//   dest_address                "ton/npi/digits", "digits" (1/1) or "list:NAME"; repeatable
//   unsuccess_sme               "ton/npi/digits:STATUS"; repeatable
//   body                        "hex:..." of a command that has no known layout
//   command_status, sequence_number
// What is not given is empty or zero; interface_version is 3.4, sequence_number 1.
EncodedPdu EncodePdu(std::span<const std::string> words);

}  // namespace salvo::tools

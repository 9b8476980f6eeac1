// From hexadecimal digits as people have them to octets: a stream of digits, and the dumps of xxd,
// hexdump -C, od -tx1 and tshark -x. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace salvo::tools {

struct HexText {
  // One after the other; a dump begins a new one where its offsets begin anew.
  std::vector<std::vector<uint8_t>> blocks;
  bool is_dump = false;  // had offsets
  std::string fault;     // why the text is neither, with its line; "" when all went well
};

// Takes "00000010 80..." with blanks, line breaks, ':', ',', '-', "0x" and "\x" between the octets,
// or a dump. Of tshark -x the frames are taken and what it put together from several is left out.
// The stars of all blocks may stand for 16 MiB together.
HexText ReadHexText(std::string_view text);

}  // namespace salvo::tools

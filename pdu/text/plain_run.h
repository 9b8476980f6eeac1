// Most of a text is plain: printable ASCII that every alphabet writes as it stands, one unit each
// (3GPP TS 23.038 section 6.2.1, without what GSM 7 bit has elsewhere: '$', '@', and '[' to '`').
// Whole blocks of it are counted and copied without a look at each character. Pure functions, any
// thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace salvo::pdu {

inline constexpr size_t kPlainBlock = 16;

// Whether the kPlainBlock octets there are plain.
bool IsPlainBlock(const char* text);

// The plain characters that the text begins with, as far as whole blocks find them: all, or those
// of the blocks before the first that has another. By what the processor can, told when it runs.
size_t PlainRun(std::string_view utf8);
// The same on any processor.
size_t PlainRunAnywhere(std::string_view utf8);

}  // namespace salvo::pdu

// Copying short texts. Pure functions, any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace salvo::pdu {

// Copies the text to where there is room for it and where it does not lie itself, and returns its
// end there. Numbers, message ids and times have 8 to 32 octets: two copies of a fixed size, which
// may overlap, take less than a call.
inline char* CopyText(std::string_view text, char* to) {
  const auto copy_ends = [&]<size_t kOctets>() {
    const size_t last = text.size() - kOctets;
    std::memcpy(to, text.data(), kOctets);
    std::memcpy(to + last, text.data() + last, kOctets);
    return to + text.size();
  };
  if (text.size() >= 8 && text.size() <= 16) return copy_ends.template operator()<8>();
  if (text.size() > 16 && text.size() <= 32) return copy_ends.template operator()<16>();
  return std::copy(text.begin(), text.end(), to);
}

}  // namespace salvo::pdu

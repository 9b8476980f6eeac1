// Numbers as people write them. Pure, no allocation, any thread.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace salvo::pdu {

// "88" or "0x58", in digits alone; nullopt for anything else and for what is above `most`.
inline std::optional<uint64_t> ParseNumber(std::string_view text, uint64_t most = UINT64_MAX) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (is_hex) text.remove_prefix(2);
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, is_hex ? 16 : 10);
  if (error != std::errc() || stop != end || value > most) return std::nullopt;
  return value;
}

}  // namespace salvo::pdu

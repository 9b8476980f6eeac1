// The ids that the simulator gives to messages.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tools/sim/options/options.h"

namespace salvo::sim {

// One thread.
class MessageIds {
 public:
  MessageIds(IdFormat format, uint64_t seed) : format_(format), seed_(seed) {}

  void SetFormat(IdFormat format) { format_ = format; }

  // Ten decimal digits, eight hexadecimal ones, or a UUID. Valid until the next call.
  std::string_view Format(uint64_t number);
  std::string_view FormatDecimal(uint64_t number);
  std::string_view FormatHex(uint64_t number);

 private:
  std::string_view FormatUuid(uint64_t number);

  IdFormat format_;
  uint64_t seed_;
  std::array<char, 40> text_{};
};

}  // namespace salvo::sim

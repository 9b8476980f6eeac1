// What sending a message would take, without sending it: for dry runs, cost estimates, editors.
#pragma once

#include <optional>

#include "salvo/account.h"
#include "salvo/message.h"

namespace salvo {

struct MessagePreview {
  std::optional<MessageFault> fault;  // why it cannot be sent; the rest means nothing then
  Encoding encoding = Encoding::kGsm7;
  uint16_t segments = 1;  // as billed
  // The one character, wherever it stands in the text, that keeps the message out of GSM 7-bit; 0
  // when there is none, or more than one such character.
  char32_t costly_character = 0;
  // Segments without that character (one of GSM 7-bit in its place).
  uint16_t segments_without = 1;
};

// Any thread. `account` should be one that Validate accepts.
MessagePreview Preview(const AccountOptions& account, const Message& message);

// "gsm7", "latin1", "ucs2"
std::string_view NameOf(Encoding encoding);

}  // namespace salvo

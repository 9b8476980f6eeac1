// The text of a delivery receipt: its keys and the words for states.
// The specification gives the text only as an example (3.4 appendix B); what is read here are the
// spellings that SMSCs made of it. Pure functions, no allocation, any thread; views are of the
// text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "pdu/protocol.h"

namespace salvo::pdu {

// Which parts of the receipt's text are there: an empty view means the key is missing or bare.
struct ReceiptText {
  std::string_view id;
  std::string_view sub;
  std::string_view dlvrd;
  std::string_view submit_date;
  std::string_view done_date;
  std::string_view stat;
  std::string_view err;
  std::string_view text;
};

// Looks for keys in any case and order, left of "text:" only: what stands behind it is the
// subscriber's and may look like anything. The first of a repeated key counts.
ReceiptText ParseReceiptText(std::string_view text);

// True when the text begins as a receipt's does, with "id:".
bool LooksLikeReceipt(std::string_view text);

// "DELIVRD" and the other words of 3.4 appendix B, the spellings met in the field included, in
// either case; nullopt for any other word.
std::optional<MessageState> ParseReceiptState(std::string_view stat);

// The seven letters of appendix B: "DELIVRD"; "UNKNOWN" for states without a word.
std::string_view ReceiptWord(MessageState state);

// True when no further receipt changes the state. ACCEPTED counts as final by no default.
bool IsFinal(MessageState state);

// Writes the text of appendix B in its canonical form; only the first 20 octets of fields.text are
// taken. Returns the octets written, 0 when `out` is too small.
size_t FormatReceiptText(const ReceiptText& fields, std::span<char> out);

}  // namespace salvo::pdu

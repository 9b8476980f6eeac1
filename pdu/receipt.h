// Delivery receipts: what a deliver_sm or data_sm says of a message sent earlier.
//
// The specification gives the text only as an example (3.4 appendix B), so every SMSC writes its
// own: keys missing, in any case, with or without spaces, identifiers only in parameters. The
// parser takes all of them and believes the parameters over the text. Keys are looked for left of
// "text:" only: what stands behind it is the subscriber's and may look like anything.
// No allocation. A parser serves one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "pdu/body.h"

namespace salvo::pdu {

enum class ReceiptKind : uint8_t {
  kNone,          // an ordinary message
  kReceipt,       // esm_class 0x04, or a receipted_message_id parameter
  kIntermediate,  // esm_class 0x20: the message is still on its way
};

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

// network_error_code: 3.4 section 5.3.2.31.
struct NetworkErrorCode {
  uint8_t network_type = 0;  // 1 ANSI-136, 2 IS-95, 3 GSM; 5.0: up to 8
  uint16_t code = 0;
};

struct Receipt {
  std::string_view id;                // receipted_message_id, else the text's; "" when neither is
  std::optional<MessageState> state;  // message_state, else the text's stat
  ReceiptText fields;
  std::optional<NetworkErrorCode> network_error;
  std::optional<uint16_t> user_message_reference;
};

struct ReceiptOptions {
  // Takes a text that begins with "id:" for a receipt although esm_class says it is none.
  bool accept_unmarked = false;
};

class ReceiptParser {
 public:
  explicit ReceiptParser(ReceiptOptions options = {}) : options_(options) {}

  // Fills `out` unless the result is kNone. Views in `out` are of the PDU's octets or, when its
  // text is UCS-2, of the parser: valid until the next call.
  ReceiptKind Parse(const DeliverSm& pdu, Receipt* out);
  ReceiptKind Parse(const DataSm& pdu, Receipt* out);

 private:
  ReceiptKind ParseParts(uint8_t esm_class, uint8_t data_coding, Octets short_message,
                         const TlvList& tlvs, Receipt* out);
  std::string_view PlainText(Octets user_data, uint8_t esm_class, uint8_t data_coding);

  ReceiptOptions options_;
  std::array<char, 512> scratch_{};
};

// The keys of a receipt's text.
ReceiptText ParseReceiptText(std::string_view text);

// "DELIVRD" and the other words of 3.4 appendix B, the spellings met in the field included, in
// either case; nullopt for any other word.
std::optional<MessageState> ParseReceiptState(std::string_view stat);

// The seven letters of appendix B: "DELIVRD"; "UNKNOWN" for states without a word.
std::string_view ReceiptWord(MessageState state);

// True when no further receipt changes the state. ACCEPTED counts as final by no default.
bool IsFinal(MessageState state);

// A date of a receipt: 10 digits YYMMDDhhmm, 12 with seconds, or with the year in full. The time
// zone is the SMSC's own and unknown. nullopt for anything else, zeros included.
struct ReceiptTime {
  uint16_t year = 0;
  uint8_t month = 0;
  uint8_t day = 0;
  uint8_t hour = 0;
  uint8_t minute = 0;
  uint8_t second = 0;
  bool operator==(const ReceiptTime&) const = default;
};
std::optional<ReceiptTime> ParseReceiptTime(std::string_view digits);

// Writes the text of appendix B in its canonical form; only the first 20 octets of fields.text are
// taken. Returns the octets written, 0 when `out` is too small.
size_t FormatReceiptText(const ReceiptText& fields, std::span<char> out);

}  // namespace salvo::pdu

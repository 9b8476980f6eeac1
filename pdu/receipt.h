// Delivery receipts: what a deliver_sm or data_sm says of a message sent earlier.
//
// The specification gives the text only as an example (3.4 appendix B), so every SMSC writes its
// own, and some only write parameters. The parser takes all of them and believes the parameters
// over the text, which pdu/receipt_text.h reads; but a message_state of 0, which some leave there,
// only where the text has no word. No allocation. A parser serves one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "pdu/body.h"
#include "pdu/receipt_text.h"

namespace salvo::pdu {

enum class ReceiptKind : uint8_t {
  kNone,          // an ordinary message
  kReceipt,       // esm_class 0x04, or a receipted_message_id parameter
  kIntermediate,  // esm_class 0x20: the message is still on its way
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

}  // namespace salvo::pdu

// What the SMSC says later about messages that it accepted: delivery receipts, matched to the
// messages they are about (3.4 section 5.2.12 and appendix B).
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace salvo {

// message_state of the specification (3.4 section 5.2.28, 5.0 section 4.7.15).
enum class DeliveryState : uint8_t {
  kScheduled = 0,
  kEnroute = 1,
  kDelivered = 2,
  kExpired = 3,
  kDeleted = 4,
  kUndeliverable = 5,
  kAccepted = 6,
  kUnknown = 7,
  kRejected = 8,
  kSkipped = 9,
};

// "DELIVERED"; the specification's names.
std::string_view NameOf(DeliveryState state);

// Whether no later receipt changes it. ACCEPTED and UNKNOWN are not: networks differ there.
bool IsFinal(DeliveryState state);

// One receipt of one segment. Views are valid during the call that brings it. It comes after the
// outcome of its message, but for one of several segments, or one that an earlier run had accepted:
// that outcome is told when the message is submitted again. A final one is told once as new; a
// later run tells it again, as `earlier`.
struct Receipt {
  uint64_t key = 0;       // of the message
  uint16_t segment = 1;   // from 1
  uint16_t segments = 1;  // submit_sm that carried the message
  DeliveryState state = DeliveryState::kDelivered;
  // Every segment of the message has its final state: `message_state` is DELIVERED when all of them
  // were, else the state of the first that was not.
  bool settled = false;
  DeliveryState message_state = DeliveryState::kDelivered;
  std::string_view error;       // the text's err, else network_error_code in digits; "": none
  std::string_view message_id;  // as the receipt has it
  int64_t received_at_ns = 0;   // since 1970 UTC
  bool earlier = false;         // an earlier run received it, as the journal says
};

// How a message id is written. Some SMSCs answer submit_sm with it in one way and write receipts in
// another.
enum class IdForm : uint8_t {
  kAuto,     // learned from the receipts that come
  kRaw,      // as it is, but for case and leading zeros
  kHex,      // a number to the base of 16
  kDecimal,  // a number to the base of 10
};

struct ReceiptOptions {
  IdForm id_response = IdForm::kAuto;  // in submit_sm_resp
  IdForm id_receipt = IdForm::kAuto;
  // A receipt of a message that is not known waits so long: it may have overtaken submit_sm_resp.
  std::chrono::milliseconds park{60'000};
  // A receipt is waited for at least so long after its message was accepted, and no longer than
  // one and a half times that.
  std::chrono::milliseconds late = std::chrono::hours(72);
  // A text that begins with "id:" is a receipt although esm_class says that it is none.
  bool unmarked = false;
  // Every submit_sm carries user_message_reference (3.4 section 5.3.2.17), so that the receipt of a
  // message whose fate is unknown can settle it, where the SMSC echoes it.
  bool reference = false;
};

}  // namespace salvo

// In which of the many ways of the field the simulator sends receipts. See `salvo help sim`.
#pragma once

#include <cstdint>
#include <optional>

#include "io/clock.h"
#include "tools/sim/options/delay.h"

namespace salvo::sim {

enum class ReceiptStyle : uint8_t {
  kCanonical,  // deliver_sm with the text of 3.4 appendix B and the parameters
  kText,       // the text alone
  kTlv,        // receipted_message_id and message_state alone, the text is empty
  kPayload,    // the text alone, in message_payload
  kDataSm,     // data_sm: parameters, and the text in message_payload
  kUnmarked,   // the text alone, and esm_class says that it is an ordinary message
  kLoose,      // the text alone, in spellings that go round about
  kUcs2,       // the text alone, in UCS-2
};

// The bind that gets a receipt, as against the one that submitted.
enum class ReceiptBind : uint8_t {
  kAny,    // round about
  kOther,  // never that one, where there is another
  kSame,   // that one, while it is there
};

// The id in a receipt, as against the one in the response.
enum class ReceiptId : uint8_t {
  kSame,
  kHex,       // the number in eight hexadecimal digits
  kDecimal,   // the number in ten decimal digits
  kPadded,    // with zeros before it, to twenty characters
  kStripped,  // without its leading zeros
  kUpper,     // in capitals
};

struct ReceiptOptions {
  // They come so long after the submission, to those who ask for one; nullopt: none ever.
  std::optional<DelayDistribution> delay;
  // Of all receipts. An early one leaves at once and before the answer to its submission.
  double lost = 0;
  double early = 0;
  double twice = 0;
  double intermediate = 0;  // an ENROUTE comes before the final one, asked for or not
  ReceiptBind bind = ReceiptBind::kAny;
  ReceiptId id = ReceiptId::kSame;
  ReceiptStyle style = ReceiptStyle::kCanonical;
  // One that is not acknowledged is sent again after that; 0: when its bind is gone, no sooner.
  io::Nanos resend = 0;
  // A bind that acknowledges nothing for so long gets none any more; 0: it does.
  io::Nanos stop = 0;
  bool no_reference = false;  // the submission's user_message_reference does not come back
};

}  // namespace salvo::sim

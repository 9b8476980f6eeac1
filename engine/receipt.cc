#include "salvo/receipt.h"

#include "pdu/receipt_text.h"

namespace salvo {

std::string_view NameOf(DeliveryState state) {
  return pdu::NameOf(static_cast<pdu::MessageState>(state));
}

bool IsFinal(DeliveryState state) { return pdu::IsFinal(static_cast<pdu::MessageState>(state)); }

}  // namespace salvo

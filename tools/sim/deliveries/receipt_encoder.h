// Writes receipts as PDUs, in the style that the simulator was asked for. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "pdu/receipt_text.h"
#include "pdu/tlv.h"
#include "tools/sim/account.h"
#include "tools/sim/message_id.h"
#include "tools/sim/options/receipt_options.h"

namespace salvo::sim {

class ReceiptEncoder {
 public:
  // Above all that a receipt of any style takes.
  static constexpr size_t kMostOctets = 1024;

  // `options` is not owned. `ids` gives the form that responses have.
  ReceiptEncoder(const ReceiptOptions& options, MessageIds ids) : options_(options), ids_(ids) {}

  void SetIdFormat(IdFormat format) { ids_.SetFormat(format); }

  // Returns the octets written to `out`, which must have room for kMostOctets; 0 for an address
  // that no deliver_sm can carry. `now_ns` is since 1970.
  size_t Encode(const PendingDelivery& receipt, uint32_t sequence, int64_t now_ns,
                std::span<uint8_t> out);

 private:
  std::string_view FormatId(uint64_t number);
  std::string Text(const PendingDelivery& receipt, std::string_view id, int64_t now_ns) const;
  size_t EncodeDataSm(const PendingDelivery& receipt, uint32_t sequence, const pdu::TlvList& tlvs,
                      std::span<uint8_t> out) const;
  uint8_t EsmClass(const PendingDelivery& receipt) const;

  const ReceiptOptions& options_;
  MessageIds ids_;
  std::array<char, 64> id_{};
};

}  // namespace salvo::sim

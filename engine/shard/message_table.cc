#include "engine/shard/message_table.h"

#include <algorithm>

namespace salvo::engine {

uint32_t MessageTable::Add(const Message& message, std::string_view to, uint16_t billed,
                           uint16_t parts) {
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(records_.size()));
    records_.emplace_back();
  }
  const uint32_t index = free_.back();
  free_.pop_back();
  MessageRecord& record = records_[index];
  record.key = message.key;
  record.tag = message.tag;
  record.billed = billed;
  record.parts = parts;
  record.open = 0;
  record.unsubmitted = parts;
  record.unknown = 0;
  record.unsent = 0;
  record.attempts = 0;
  record.refusal = pdu::CommandStatus::ESME_ROK;
  record.refused = false;
  record.submitted_at_ns = 0;
  record.answered_at_ns = 0;
  record.to_size = static_cast<uint8_t>(to.size());
  std::copy(to.begin(), to.end(), record.to_octets.begin());
  if (parts > 1) {
    record.part_ids.resize(parts);
    for (std::string& id : record.part_ids) id.clear();
  }
  return index;
}

}  // namespace salvo::engine

#include "engine/shard/message_table.h"

#include <algorithm>

#include "pdu/copy_text.h"

namespace salvo::engine {

void MessageRecord::ForgetParts() {
  std::string().swap(first_part.pdu);
  std::vector<PartRecord>().swap(more_parts);
}

void MessageRecord::TakeBackAttempt(uint16_t number) {
  --part(number).attempts;
  attempts = 0;
  for (uint16_t i = 0; i < parts; ++i) attempts = std::max(attempts, part(i).attempts);
  if (attempts == 0) submitted_at_ns = 0;
}

void MessageTable::Grow() {
  const auto first = static_cast<uint32_t>(blocks_.size() * kBlockRecords);
  blocks_.push_back(std::make_unique<MessageRecord[]>(kBlockRecords));
  for (uint32_t i = kBlockRecords; i > 0; --i) free_.push_back(first + i - 1);
}

uint32_t MessageTable::Add(const Message& message, std::string_view to, uint16_t billed,
                           uint16_t parts, io::Nanos now) {
  if (free_.empty()) Grow();
  const uint32_t index = free_.back();
  free_.pop_back();
  if (!free_.empty()) Prefetch(free_.back());
  MessageRecord& record = (*this)[index];
  record.key = message.key;
  record.tag = message.tag;
  record.billed = billed;
  record.parts = parts;
  record.open = 0;
  record.unsubmitted = parts;
  record.waiting = 0;
  record.unknown = 0;
  record.unsent = 0;
  record.reference = 0;
  record.attempts = 0;
  record.refusal = pdu::CommandStatus::ESME_ROK;
  record.refused = false;
  record.earlier = false;
  record.again = false;
  record.begun_at = now;
  record.first_part.Clear();
  record.submitted_at_ns = 0;
  record.answered_at_ns = 0;
  record.to_size = static_cast<uint8_t>(to.size());
  pdu::CopyText(to, record.to_octets.data());
  if (parts > 1) {
    record.part_ids.resize(parts);
    for (std::string& id : record.part_ids) id.clear();
    if (record.more_parts.size() + 1 < parts) record.more_parts.resize(parts - 1u);
    for (PartRecord& part : record.more_parts) part.Clear();
  }
  return index;
}

}  // namespace salvo::engine

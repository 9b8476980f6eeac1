// Kept messages of any octets: never a crash, never more than is there, and what is read is what is
// written again.
#include <cstdlib>
#include <vector>

#include "engine/journal/message_spool.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace salvo::engine;
  std::span<const uint8_t> rest(data, size);
  salvo::Message message;
  std::vector<salvo::Tlv> tlvs;
  std::vector<uint8_t> again;
  while (DecodeMessage(&rest, &message, &tlvs)) {
    again.clear();
    EncodeMessage(message, &again);
    std::span<const uint8_t> second(again);
    salvo::Message same;
    std::vector<salvo::Tlv> same_tlvs;
    if (!DecodeMessage(&second, &same, &same_tlvs) || !second.empty()) std::abort();
    if (same.key != message.key || same.to != message.to || same.text != message.text ||
        same.tlvs.size() != message.tlvs.size()) {
      std::abort();
    }
    if (rest.empty()) break;
  }
  std::vector<uint8_t> batch(kBatchHeaderOctets);
  batch.insert(batch.end(), data, data + size);
  KeptBatch kept(std::move(batch), {});
  size_t messages = 0;
  while (kept.Next(&message)) ++messages;
  if (messages > size) std::abort();
  return 0;
}

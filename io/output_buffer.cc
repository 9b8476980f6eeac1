#include "io/output_buffer.h"

#include <algorithm>

#include "io/check.h"

namespace salvo::io {

OutputBuffer::OutputBuffer(size_t octets_per_half) : capacity_(octets_per_half) {
  for (Half& half : halves_) half.octets = std::make_unique_for_overwrite<uint8_t[]>(capacity_);
}

std::span<const uint8_t> OutputBuffer::ToSend() {
  if (sent_ == released_) return {};
  const Half* sending = &halves_[1 - filling_];
  if (sent_ == sending->start + sending->size) {
    filling_ = 1 - filling_;
    halves_[filling_].size = 0;
    halves_[filling_].start = committed_;
    sending = &halves_[1 - filling_];
  }
  const uint64_t end = std::min(sending->start + sending->size, released_);
  return {sending->octets.get() + (sent_ - sending->start), end - sent_};
}

std::span<const uint8_t> OutputBuffer::Held(uint64_t offset, size_t octets) const {
  const auto has_them = [&](const Half& half) {
    return offset >= half.start && offset + octets <= half.start + half.size;
  };
  const Half& half = has_them(halves_[0]) ? halves_[0] : halves_[1];
  SALVO_CHECK(has_them(half));
  return {half.octets.get() + (offset - half.start), octets};
}

}  // namespace salvo::io

#include "engine/journal/batch_reader.h"

#include <algorithm>

namespace salvo::engine {

absl::StatusOr<std::span<const uint8_t>> BatchReader::Window::At(uint64_t offset, size_t octets) {
  const bool held = offset >= start_ && offset + octets <= start_ + size_;
  if (!held && !(offset >= start_ && at_end_)) {
    auto read = source_.ReadAt(offset, buffer_);
    if (!read.ok()) return read.status();
    start_ = offset;
    size_ = *read;
    at_end_ = size_ < buffer_.size();
  }
  const uint64_t from = std::min<uint64_t>(offset - start_, size_);
  const uint64_t count = std::min<uint64_t>(octets, size_ - from);
  return std::span<const uint8_t>(buffer_.data() + from, count);
}

BatchReader::BatchReader(JournalSource& source, const ContentName& name)
    : window_(source), name_(name) {}

absl::StatusOr<std::span<const uint8_t>> BatchReader::Next() {
  if (!begun_) {
    begun_ = true;
    absl::Status status = ReadFileHeader();
    if (!status.ok()) return status;
  }
  if (done_) return std::span<const uint8_t>();
  auto batch = WholeBatch(end_);
  if (batch.ok() && batch->empty()) batch = JudgeTail();
  if (!batch.ok() || batch->empty()) return batch;
  last_size_ = batch->size();
  end_ += last_size_;
  const BatchHeader header = *DecodeBatchHeader(*batch);
  durable_ = std::max(durable_, header.durable);
  if (header.epoch == header_.epoch) return *batch;
  // Whole, and yet of another run: nobody tears it like that.
  Refuse();
  return std::span<const uint8_t>();
}

void BatchReader::Refuse() {
  end_ -= last_size_;
  Finish(JournalEnd::kDamaged);
}

absl::Status BatchReader::ReadFileHeader() {
  auto taken = TakeFileHeader();
  if (!taken.ok() || *taken) return taken.status();
  const auto durable = DurableBeyond(kJournalFileHeaderOctets, 0);
  if (!durable.ok()) return durable.status();
  if (!*durable) return absl::OkStatus();
  // Or it came after it was looked for.
  window_.Forget();
  taken = TakeFileHeader();
  if (taken.ok() && !*taken) verdict_ = JournalEnd::kDamaged;
  return taken.status();
}

// False when there is none that is whole: the verdict is then as if nothing had relied on it.
absl::StatusOr<bool> BatchReader::TakeFileHeader() {
  const auto octets = window_.At(0, kJournalFileHeaderOctets);
  if (!octets.ok()) return octets.status();
  if (octets->size() < kJournalFileHeaderOctets) {
    Finish(octets->empty() ? JournalEnd::kClean : JournalEnd::kTorn);
    return true;
  }
  const bool known = std::equal(name_.begin(), name_.end(), octets->begin());
  const auto header = DecodeFileHeader(*octets);
  if (header && known && header->version == kJournalVersion) {
    header_ = *header;
    end_ = kJournalFileHeaderOctets;
    done_ = false;
    return true;
  }
  // As the power's end leaves a header on its way to the disk: some octets are there, the others
  // zero.
  const auto may_be = [](char expected, uint8_t octet) {
    return octet == 0 || octet == static_cast<uint8_t>(expected);
  };
  const bool unfinished = std::equal(name_.begin(), name_.end(), octets->begin(), may_be);
  Finish(!header && unfinished ? JournalEnd::kTorn : JournalEnd::kForeign);
  return header.has_value();
}

// The batch at `offset` when it is whole; empty when it is not.
absl::StatusOr<std::span<const uint8_t>> BatchReader::WholeBatch(uint64_t offset) {
  const auto head = window_.At(offset, kBatchHeaderOctets);
  if (!head.ok()) return head.status();
  const auto header = DecodeBatchHeader(*head);
  if (!header || header->offset != offset) return std::span<const uint8_t>();
  const size_t size = kBatchHeaderOctets + header->octets;
  const auto batch = window_.At(offset, size);
  if (!batch.ok()) return batch.status();
  if (batch->size() < size || !IsWhole(*batch)) return std::span<const uint8_t>();
  return *batch;
}

// The batch at `end_` after all: what a later one relies on may have been written since this was
// looked at. Empty: it is judged.
absl::StatusOr<std::span<const uint8_t>> BatchReader::JudgeTail() {
  const auto more = window_.At(end_, 1);
  if (!more.ok()) return more.status();
  if (more->empty()) {
    Finish(JournalEnd::kClean);
    return *more;
  }
  const auto durable = DurableBeyond(end_ + 1, end_);
  if (!durable.ok()) return durable.status();
  window_.Forget();
  const auto batch = *durable ? WholeBatch(end_) : std::span<const uint8_t>();
  if (batch.ok() && batch->empty()) Finish(*durable ? JournalEnd::kDamaged : JournalEnd::kTorn);
  return batch;
}

// Where from `offset` on the first octet of a batch stands, or the end. Room that was reserved and
// not used is long, and zero.
absl::StatusOr<uint64_t> BatchReader::NextMayBeBatch(uint64_t offset) {
  constexpr size_t kLook = 1 << 16;
  for (;;) {
    const auto octets = window_.At(offset, kLook);
    if (!octets.ok()) return octets.status();
    const auto found = std::find(octets->begin(), octets->end(), kBatchFirstOctet);
    offset += static_cast<uint64_t>(found - octets->begin());
    if (found != octets->end() || octets->empty()) return offset;
  }
}

// Whether a whole batch from `offset` on says that the file was durable beyond `limit`.
absl::StatusOr<bool> BatchReader::DurableBeyond(uint64_t offset, uint64_t limit) {
  for (;;) {
    const auto head = window_.At(offset, kBatchHeaderOctets);
    if (!head.ok()) return head.status();
    if (head->size() < kBatchHeaderOctets) return false;
    const auto header = DecodeBatchHeader(*head);
    if (!header || header->offset != offset) {
      const auto next = NextMayBeBatch(offset + 1);
      if (!next.ok()) return next.status();
      offset = *next;
      continue;
    }
    const auto batch = WholeBatch(offset);
    if (!batch.ok()) return batch.status();
    if (!batch->empty() && header->durable > limit) return true;
    offset += batch->empty() ? 1 : batch->size();
  }
}

void BatchReader::Finish(JournalEnd verdict) {
  verdict_ = verdict;
  done_ = true;
}

}  // namespace salvo::engine

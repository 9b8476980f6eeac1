#include "engine/journal/retry_spill.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/str_format.h"
#include "engine/journal/octets.h"
#include "io/write_all.h"

namespace salvo::engine {
namespace {

absl::Status SystemError(const char* what) {
  return absl::UnavailableError(
      absl::StrFormat("cannot %s the messages that wait: %s", what, std::strerror(errno)));
}

void Encode(const SpilledMessage& message, std::vector<uint8_t>* out) {
  out->clear();
  PutVarint(message.key, out);
  PutVarint(message.tag, out);
  PutVarint(message.billed, out);
  PutVarint(message.attempts, out);
  PutVarint(message.refusal, out);
  for (const int64_t time : {static_cast<int64_t>(message.begun_at), message.submitted_at_ns,
                             message.answered_at_ns, static_cast<int64_t>(message.due)}) {
    PutVarint(static_cast<uint64_t>(time), out);
  }
  PutText(message.to, out);
  PutText(message.pdu, out);
}

SpilledMessage DecodeOne(OctetReader& reader) {
  SpilledMessage message;
  message.key = reader.Varint();
  message.tag = reader.Varint();
  message.billed = static_cast<uint16_t>(reader.Varint());
  message.attempts = static_cast<uint32_t>(reader.Varint());
  message.refusal = static_cast<uint32_t>(reader.Varint());
  message.begun_at = static_cast<io::Nanos>(reader.Varint());
  message.submitted_at_ns = static_cast<int64_t>(reader.Varint());
  message.answered_at_ns = static_cast<int64_t>(reader.Varint());
  message.due = static_cast<io::Nanos>(reader.Varint());
  message.to = reader.Text();
  message.pdu = reader.Text();
  return message;
}

// False when the octets are no messages.
bool DecodeAll(std::span<const uint8_t> octets, std::vector<SpilledMessage>* messages) {
  messages->clear();
  OctetReader reader(octets);
  while (!reader.rest().empty()) messages->push_back(DecodeOne(reader));
  return reader.ok();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ScratchFile>> ScratchFile::Make(const std::string& directory) {
  std::string name = directory + "/waiting-XXXXXX";
  const int fd = mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) return SystemError("make a file for");
  unlink(name.c_str());
  return std::unique_ptr<ScratchFile>(new ScratchFile(fd));
}

ScratchFile::~ScratchFile() { close(fd_); }

absl::Status ScratchFile::WriteAt(uint64_t offset, std::span<const uint8_t> octets) {
  return io::WriteAllAt(fd_, offset, octets) ? absl::OkStatus() : SystemError("write");
}

absl::Status ScratchFile::ReadAt(uint64_t offset, std::span<uint8_t> octets) {
  while (!octets.empty()) {
    const ssize_t read = pread(fd_, octets.data(), octets.size(), static_cast<off_t>(offset));
    if (read < 0 && errno == EINTR) continue;
    if (read == 0) errno = EIO;
    if (read <= 0) return SystemError("read");
    offset += static_cast<uint64_t>(read);
    octets = octets.subspan(static_cast<size_t>(read));
  }
  return absl::OkStatus();
}

bool RetrySpill::Add(const SpilledMessage& message, io::Nanos delay) {
  Encode(message, &message_);
  if (message_.size() > kBlockOctets) return false;
  const auto seconds = static_cast<uint64_t>(std::max<io::Nanos>(delay, 0) / io::kNanosPerSecond);
  Block& block = blocks_[std::min<size_t>(std::bit_width(seconds), kDelays - 1)];
  if (block.octets.size() + message_.size() > kBlockOctets && !Write(block)) return false;
  block.octets.insert(block.octets.end(), message_.begin(), message_.end());
  AddName(message, &block.names);
  block.first_due = std::min(block.first_due, message.due);
  ++block.messages;
  ++size_;
  return true;
}

void RetrySpill::AddName(const SpilledMessage& message, Names* names) {
  PutVarint(ZigZag(static_cast<int64_t>(message.key - names->last_key)), &names->octets);
  PutVarint(ZigZag(static_cast<int64_t>(message.tag - names->last_tag)), &names->octets);
  names->last_key = message.key;
  names->last_tag = message.tag;
}

// Its storage is used again.
void RetrySpill::Clear(Block* block) {
  block->octets.clear();
  block->names.octets.clear();
  block->names.last_key = 0;
  block->names.last_tag = 0;
  block->messages = 0;
  block->first_due = io::kNever;
}

bool RetrySpill::Write(Block& block) {
  const uint64_t slot = free_slots_.empty() ? slots_ : free_slots_.back();
  if (!file_->WriteAt(slot * kBlockOctets, block.octets).ok()) return false;
  if (free_slots_.empty()) {
    ++slots_;
  } else {
    free_slots_.pop_back();
  }
  written_.push_back({slot, static_cast<uint32_t>(block.octets.size()), Checksum(block.octets),
                      block.messages, block.first_due, block.names.octets});
  std::push_heap(written_.begin(), written_.end(), IsLater);
  Clear(&block);
  return true;
}

// nullptr: nothing is collected.
RetrySpill::Block* RetrySpill::FirstBlock() {
  Block* const first =
      &*std::min_element(blocks_.begin(), blocks_.end(),
                         [](const Block& a, const Block& b) { return a.first_due < b.first_due; });
  return first->messages == 0 ? nullptr : first;
}

io::Nanos RetrySpill::first_due() const {
  io::Nanos first = written_.empty() ? io::kNever : written_.front().first_due;
  for (const Block& block : blocks_) first = std::min(first, block.first_due);
  return first;
}

absl::Status RetrySpill::Take(const Taker& take, const Loser& lose) {
  Block* const collected = FirstBlock();
  const bool from_file = collected == nullptr ||
                         (!written_.empty() && written_.front().first_due <= collected->first_due);
  if (from_file) return TakeWritten(take, lose);
  size_ -= collected->messages;
  reading_.swap(collected->octets);
  Clear(collected);
  DecodeAll(reading_, &taken_);
  for (const SpilledMessage& message : taken_) take(message);
  return absl::OkStatus();
}

absl::Status RetrySpill::TakeWritten(const Taker& take, const Loser& lose) {
  std::pop_heap(written_.begin(), written_.end(), IsLater);
  const Written block = std::move(written_.back());
  written_.pop_back();
  size_ -= block.messages;
  absl::Status status = Read(block);
  if (status.ok()) {
    free_slots_.push_back(block.slot);
    for (const SpilledMessage& message : taken_) take(message);
    return status;
  }
  OctetReader names(block.names);
  uint64_t key = 0;
  uint64_t tag = 0;
  while (!names.rest().empty()) {
    key += static_cast<uint64_t>(UnZigZag(names.Varint()));
    tag += static_cast<uint64_t>(UnZigZag(names.Varint()));
    lose(key, tag);
  }
  return status;
}

// To `taken_`.
absl::Status RetrySpill::Read(const Written& block) {
  reading_.resize(block.octets);
  absl::Status status = file_->ReadAt(block.slot * kBlockOctets, reading_);
  if (!status.ok()) return status;
  const bool is_good = Checksum(reading_) == block.checksum && DecodeAll(reading_, &taken_) &&
                       taken_.size() == block.messages;
  return is_good ? status
                 : absl::DataLossError(
                       "the messages that wait did not come back from the disk as they were");
}

}  // namespace salvo::engine

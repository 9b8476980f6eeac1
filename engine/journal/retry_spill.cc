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

SpilledMessage Decode(OctetReader& reader) {
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
  while (!octets.empty()) {
    const ssize_t written = pwrite(fd_, octets.data(), octets.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError("write");
    offset += static_cast<uint64_t>(written);
    octets = octets.subspan(static_cast<size_t>(written));
  }
  return absl::OkStatus();
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
  block.first_due = std::min(block.first_due, message.due);
  ++block.messages;
  ++size_;
  return true;
}

bool RetrySpill::Write(Block& block) {
  const uint64_t slot = free_slots_.empty() ? slots_ : free_slots_.back();
  if (!file_->WriteAt(slot * kBlockOctets, block.octets).ok()) return false;
  if (free_slots_.empty()) {
    ++slots_;
  } else {
    free_slots_.pop_back();
  }
  written_.push_back(
      {slot, static_cast<uint32_t>(block.octets.size()), block.messages, block.first_due});
  std::push_heap(written_.begin(), written_.end(), IsLater);
  block.octets.clear();
  block.messages = 0;
  block.first_due = io::kNever;
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

absl::Status RetrySpill::Take(const std::function<void(const SpilledMessage&)>& take) {
  absl::Status status;
  Block* const collected = FirstBlock();
  const bool from_file = collected == nullptr ||
                         (!written_.empty() && written_.front().first_due <= collected->first_due);
  if (from_file) {
    std::pop_heap(written_.begin(), written_.end(), IsLater);
    const Written block = written_.back();
    written_.pop_back();
    size_ -= block.messages;
    reading_.resize(block.octets);
    status = file_->ReadAt(block.slot * kBlockOctets, reading_);
    free_slots_.push_back(block.slot);
  } else {
    size_ -= collected->messages;
    reading_.swap(collected->octets);
    *collected = {std::move(collected->octets), 0, io::kNever};
    collected->octets.clear();
  }
  if (!status.ok()) return status;
  OctetReader reader(reading_);
  while (reader.ok() && !reader.rest().empty()) take(Decode(reader));
  return absl::OkStatus();
}

}  // namespace salvo::engine

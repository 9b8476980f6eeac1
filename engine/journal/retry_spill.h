// The messages that wait for their retry and for which memory is too dear: in a file without a
// name, which is gone with the process. The journal knows of them, and so the next run sends them
// anyway.
//
// Messages are written in blocks, those of like delays together, so that a block holds what becomes
// due about the same time; the block that is due first is read first. Memory: a block for each
// power of two of seconds, and a few octets for each message in the file: who it is, should the
// file not give it back.
//
// One thread, the shard's, which waits for the file: at most a block at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "io/clock.h"

namespace salvo::engine {

// A file without a name, in a directory.
class ScratchFile {
 public:
  static absl::StatusOr<std::unique_ptr<ScratchFile>> Make(const std::string& directory);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  absl::Status WriteAt(uint64_t offset, std::span<const uint8_t> octets);
  // All of them, or an error.
  absl::Status ReadAt(uint64_t offset, std::span<uint8_t> octets);

 private:
  explicit ScratchFile(int fd) : fd_(fd) {}

  const int fd_;
};

// A message of one part that was refused, with all that its next attempt and its outcome need.
struct SpilledMessage {
  uint64_t key = 0;
  uint64_t tag = 0;
  uint16_t billed = 1;
  uint32_t attempts = 0;
  uint32_t refusal = 0;  // command_status
  io::Nanos begun_at = 0;
  int64_t submitted_at_ns = 0;
  int64_t answered_at_ns = 0;
  io::Nanos due = 0;
  std::string_view to;
  std::string_view pdu;
};

class RetrySpill {
 public:
  explicit RetrySpill(std::unique_ptr<ScratchFile> file) : file_(std::move(file)) {}

  // False when it could not be written: the message is not here then.
  bool Add(const SpilledMessage& message, io::Nanos delay);

  using Taker = std::function<void(const SpilledMessage&)>;
  using Loser = std::function<void(uint64_t key, uint64_t tag)>;
  // Takes out the block that is due first, and calls `take` for each of its messages, whose views
  // are valid during the call. When the file does not give it back as it was, calls `lose` for each
  // of them instead, and says why: the next run knows of them. REQUIRES: !empty().
  absl::Status Take(const Taker& take, const Loser& lose);

  // When the first message is due; io::kNever when there is none.
  io::Nanos first_due() const;
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  static constexpr size_t kBlockOctets = 128 << 10;
  static constexpr size_t kDelays = 24;  // powers of two of seconds

  // Keys and tags, in order: each the difference to the one before it.
  struct Names {
    std::vector<uint8_t> octets;
    uint64_t last_key = 0;
    uint64_t last_tag = 0;
  };
  // What is collected, and goes to the file when it is full.
  struct Block {
    std::vector<uint8_t> octets;
    Names names;
    uint32_t messages = 0;
    io::Nanos first_due = io::kNever;
  };
  struct Written {
    uint64_t slot = 0;
    uint32_t octets = 0;
    uint32_t checksum = 0;
    uint32_t messages = 0;
    io::Nanos first_due = 0;
    std::vector<uint8_t> names;
  };

  bool Write(Block& block);
  absl::Status Read(const Written& block);
  absl::Status TakeWritten(const Taker& take, const Loser& lose);
  static void AddName(const SpilledMessage& message, Names* names);
  static void Clear(Block* block);
  Block* FirstBlock();
  static bool IsLater(const Written& a, const Written& b) { return a.first_due > b.first_due; }

  std::unique_ptr<ScratchFile> file_;
  std::array<Block, kDelays> blocks_;
  std::vector<Written> written_;  // a heap, by IsLater
  std::vector<uint64_t> free_slots_;
  uint64_t slots_ = 0;
  size_t size_ = 0;
  std::vector<uint8_t> message_;  // that is being added
  std::vector<uint8_t> reading_;
  std::vector<SpilledMessage> taken_;  // of `reading_`
};

}  // namespace salvo::engine

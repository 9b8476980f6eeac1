// Goes through the batches of a journal's file, whatever they hold, and says where its truth ends.
//
// A batch that is not whole is either a torn tail - it was being written when the process or the
// machine stopped, and nothing behind it was ever relied upon - or damage: a later batch says that
// these octets had reached the disk. A tail is cut, damage is reported; they are never confused.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/journal/batch.h"

namespace salvo::engine {

// Octets by offset. One thread.
class JournalSource {
 public:
  virtual ~JournalSource() = default;
  // Fills `out` from `offset` on; fewer octets only at the end. The error names the file.
  virtual absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<uint8_t> out) = 0;
};

enum class JournalEnd : uint8_t {
  kClean,    // whole to the last octet
  kTorn,     // something was being written: cut at `end`
  kDamaged,  // octets before the last known durable offset are not what was written
  kForeign,  // not such a file, or of a version that this program does not read
};

// One thread. The file may grow meanwhile: what was written when Next came to it is read.
class BatchReader {
 public:
  // `source` is not owned. `name`: of what the file is to hold.
  BatchReader(JournalSource& source, const ContentName& name);

  // The next batch, its header in front, valid until the next call; empty when there is no further
  // one: verdict() tells why. The error is one of reading, not of what was read.
  absl::StatusOr<std::span<const uint8_t>> Next();
  // The batch that Next gave last is whole, and yet holds what nobody wrote there: damage.
  void Refuse();

  // REQUIRES: Next gave nothing, or Refuse was called.
  JournalEnd verdict() const { return verdict_; }
  // The file's, once Next was called: when end() > 0.
  const JournalFileHeader& header() const { return header_; }
  // Octets that are good so far.
  uint64_t end() const { return end_; }
  // Of which a sync had brought so many to the disk, as the batches so far tell.
  uint64_t durable() const { return durable_; }

 private:
  // A stretch of the file, at least one batch of the largest size.
  class Window {
   public:
    explicit Window(JournalSource& source) : source_(source) {}
    // `octets` from `offset` on, fewer only at the end of the file.
    absl::StatusOr<std::span<const uint8_t>> At(uint64_t offset, size_t octets);
    // What At gives next is read anew.
    void Forget() { size_ = 0, at_end_ = false; }

   private:
    static constexpr size_t kOctets = 4 * (kBatchHeaderOctets + kMostBatchOctets);

    JournalSource& source_;
    std::vector<uint8_t> buffer_ = std::vector<uint8_t>(kOctets);
    uint64_t start_ = 0;
    size_t size_ = 0;
    bool at_end_ = false;
  };

  absl::Status ReadFileHeader();
  absl::StatusOr<bool> TakeFileHeader();
  absl::StatusOr<std::span<const uint8_t>> WholeBatch(uint64_t offset);
  absl::StatusOr<std::span<const uint8_t>> JudgeTail();
  absl::StatusOr<uint64_t> NextMayBeBatch(uint64_t offset);
  absl::StatusOr<bool> DurableBeyond(uint64_t offset, uint64_t limit);
  void Finish(JournalEnd verdict);

  Window window_;
  const ContentName name_;
  JournalFileHeader header_;
  JournalEnd verdict_ = JournalEnd::kClean;
  uint64_t end_ = 0;
  uint64_t durable_ = 0;
  size_t last_size_ = 0;  // of the batch that Next gave last
  bool begun_ = false;
  bool done_ = false;
};

}  // namespace salvo::engine

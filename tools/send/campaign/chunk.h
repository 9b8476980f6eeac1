// A piece of a campaign that holds whole records, on its way from the reader to a shard.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace salvo::tools {

struct Chunk {
  // The longest record, and so the size of a chunk.
  static constexpr size_t kOctets = 256 * 1024;
  // Behind the last octet, for parsers that read ahead.
  static constexpr size_t kPadding = 64;

  std::unique_ptr<char[]> octets = std::make_unique_for_overwrite<char[]>(kOctets + kPadding);
  size_t size = 0;
  uint64_t first_row = 1;   // of the campaign, from 1; headers and blank lines do not count
  uint64_t first_line = 1;  // of the file, from 1
  uint64_t rows = 0;
};

// Chunks that were used and can be used again. Thread-safe.
class ChunkPool {
 public:
  std::unique_ptr<Chunk> Get() {
    const std::lock_guard lock(mutex_);
    if (spare_.empty()) return std::make_unique<Chunk>();
    std::unique_ptr<Chunk> chunk = std::move(spare_.back());
    spare_.pop_back();
    return chunk;
  }

  void Put(std::unique_ptr<Chunk> chunk) {
    const std::lock_guard lock(mutex_);
    spare_.push_back(std::move(chunk));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Chunk>> spare_;
};

}  // namespace salvo::tools

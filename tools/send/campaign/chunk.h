// A piece of a campaign that holds whole records, on its way from the reader to a shard.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "tools/send/campaign/record_index.h"

namespace salvo::tools {

struct Chunk {
  // A chunk is with one shard at a time: it is small, so that those that send all the time have
  // some each, to the last rows.
  static constexpr size_t kUsualOctets = 16 * 1024;
  // The longest record: a chunk grows to hold it.
  static constexpr size_t kMostOctets = 256 * 1024;
  // Behind the last octet, for parsers that read ahead.
  static constexpr size_t kPadding = 64;

  Chunk() { Grow(kUsualOctets); }

  // Makes room for so many octets; those that are there stay.
  void Grow(size_t octets_wanted) {
    auto larger = std::make_unique_for_overwrite<char[]>(octets_wanted + kPadding);
    std::copy_n(octets.get(), capacity, larger.get());
    octets = std::move(larger);
    capacity = octets_wanted;
  }

  std::unique_ptr<char[]> octets;
  size_t capacity = 0;
  size_t size = 0;
  RecordIndex index;        // of delimited text
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

  // One that has grown is not kept.
  void Put(std::unique_ptr<Chunk> chunk) {
    if (chunk->capacity > Chunk::kUsualOctets) return;
    const std::lock_guard lock(mutex_);
    spare_.push_back(std::move(chunk));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Chunk>> spare_;
};

}  // namespace salvo::tools

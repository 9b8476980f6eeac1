// A bind in one log: how it is called there, and what of it is missing.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "pdu/print.h"

namespace salvo::engine {

struct LoggedBind {
  LoggedBind(std::string_view account_name, std::string_view instance_name)
      : instance(instance_name) {
    // It stands between other words of a line.
    pdu::AppendEscaped(account_name, &account);
  }

  std::string account;
  const std::string instance;  // "0"; "0t" and "0r" where an instance is two sessions

  // Counted by the bind's shard, read by any thread.
  std::atomic<uint64_t> dropped = 0;      // the ring had no room
  std::atomic<uint64_t> sampled_out = 0;  // PDUs
  // Counted by the log's thread, read by any.
  std::atomic<uint64_t> lost = 0;     // taken from the ring, and the file could not be written
  std::atomic<uint64_t> written = 0;  // records

  // The log's thread only.
  uint64_t unwritten = 0;        // records that are lines already, but not in the file
  uint64_t missing_told = 0;     // of `dropped` and `lost`, said in the log
  uint64_t missing_in_text = 0;  // the same, with the lines that are not in the file yet
  uint16_t sample = 1;           // every which submit_sm is written, as the log says
};

// Of a counter that has one thread which counts.
inline void CountOne(std::atomic<uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace salvo::engine

// What a campaign takes of the disk and of memory. The sizes are those of this version's files and
// tables, measured; tests/system/plan_test.py holds the files against a real run. How many records
// of the journal share a header is up to the SMSC's answers: few are assumed to, so that the
// journal is rather smaller.
#pragma once

#include <cstdint>

#include "tools/plan/demand.h"
#include "tools/plan/forecast.h"

namespace salvo::plan {

// Octets.
struct Disk {
  uint64_t journal = 0;
  uint64_t ahead = 0;  // reserved by the journal beyond its end while it runs
  uint64_t results = 0;
  uint64_t results_copy = 0;  // for a moment at the end, when receipts are filled in

  uint64_t most() const { return journal + ahead + results + results_copy; }
};

// Octets, anonymous: pages of files that the kernel keeps are not among them.
struct Memory {
  uint64_t sender = 0;           // itself, its binds and windows
  uint64_t rows = 0;             // what fills the receipt columns of the results
  uint64_t receipts = 0;         // what waits for its receipts, and the latest that came
  uint64_t submits_waiting = 0;  // of which that many are the former, at most
  bool overflows = false;        // more would wait than memory is allowed: the journal has the rest

  uint64_t most() const { return sender + rows + receipts; }
};

Disk DiskFor(const Demand& demand, const Forecast& forecast);
Memory MemoryFor(const Demand& demand, const Forecast& forecast);

}  // namespace salvo::plan

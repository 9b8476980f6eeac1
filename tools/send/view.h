// What the progress of a campaign looks like: as a live view, as a plain line, as JSON.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "salvo/engine.h"
#include "tools/send/console.h"
#include "tools/send/tally.h"

namespace salvo::tools {

struct Progress {
  std::string campaign;
  Counts counts;
  Stats stats;
  uint64_t rows_read = 0;
  uint64_t bad_rows = 0;
  double share_read = -1;  // of the file; negative: not known
  bool all_read = false;
  bool only_receipts = false;  // nothing more is sent: receipts are waited for
  double elapsed_s = 0;
  double target = 0;         // segments a second; 0: no limit
  double retry_delay_s = 0;  // the shortest of the accounts

  // Rows that are dealt with: sent or bad, not those that a stop left over.
  uint64_t rows_done() const { return counts.done() - counts.unsent + bad_rows; }
  // Of the whole campaign, told from what was read so far; 0 when that cannot be told.
  uint64_t rows_expected() const;
};

// Turns progress into rates: what happened in the last seconds. One thread.
class View {
 public:
  // Looks at the progress as it is now.
  void Update(Progress progress);

  // For the live view, none wider than the terminal as far as that can be.
  std::vector<std::string> Lines(const Console& console) const;
  std::string Line() const;
  std::string Json() const;

  double segments_per_s() const { return segments_per_s_; }

 private:
  struct Sample {
    double at_s;
    uint64_t segments;
    uint64_t rows;
  };

  // Figures that stand together, in a line where it has room for them.
  struct Group {
    std::string indent;
    std::vector<std::string> items;
  };

  // Seconds to the end at the present rate; negative when that cannot be told, as long as some of
  // what is left waits for longer.
  double SecondsLeft() const;
  std::string TotalRows() const;
  // "12 (3 waiting)"
  std::string Retries() const;
  // "receipts 90 delivered, 2 undelivered, 8 waiting"; "" while none is asked for.
  std::string Receipts() const;
  std::vector<Group> Groups(const Console& console) const;
  void AddBinds(std::vector<Group>* groups) const;

  Progress progress_;
  std::deque<Sample> samples_;
  double segments_per_s_ = 0;
  double rows_per_s_ = 0;
};

}  // namespace salvo::tools

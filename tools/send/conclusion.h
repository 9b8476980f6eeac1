// What a run came to: its exit code, and its summary for programs and for people.
#pragma once

#include <string>
#include <vector>

#include "tools/send/tally.h"
#include "tools/send/view.h"

namespace salvo::tools {

struct Conclusion {
  Progress progress;  // as it was at the end
  Failure failure;
  bool stopped = false;                // before the end, by whomever
  bool cut_short = false;              // no account was left before a pipe had ended
  bool disk_failed = false;            // journal, results or rejects could not be written
  bool campaign_failed = false;        // it could not be read on, or had too many bad rows
  bool has_too_many_bad_rows = false;  // which ended it
  uint64_t max_bad_rows = 0;           // as many may be
  bool goes_on = false;                // with what an earlier run left
  bool waited_for_receipts = false;
  bool pipe_is_open = false;  // the campaign is a pipe that was not read to its end
  bool broke_off = false;     // the campaign is what a pipe brought before it broke off
  std::string journal;        // directory; "": none was kept
  std::string account_file;
  std::string rejects_path;
  bool has_older_rejects = false;  // there: those of an earlier run
  std::string first_bad_row;

  // Of tools/common/exit_code.h: the first that applies, a machine's trouble before the campaign's.
  int ExitCode() const;
  // One line, `message_type` summary.
  std::string Json() const;
  std::vector<std::string> Lines() const;

 private:
  void AddSendingLines(std::vector<std::string>* lines) const;
  void AddRefusalLines(std::vector<std::string>* lines) const;
  // Of rows that are not settled: bad ones, unknown ones, those that are left.
  void AddOpenLines(std::vector<std::string>* lines) const;
  void AddReceiptLines(std::vector<std::string>* lines) const;
  // How to go on with what is left; "" when there is nothing, or no journal knows of it.
  std::string GoOnLine() const;
  double SegmentsPerSecond() const;
};

}  // namespace salvo::tools

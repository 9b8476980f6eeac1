// What runs a journal has, and what accounts they had: the file `runs` of its directory. By it a
// file that is missing is told from one that never was, and one that was cut after its run had
// ended from one that a crash cut. Lines are only ever added.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace salvo::engine {

class RunList {
 public:
  struct Run {
    uint32_t number = 0;
    uint32_t shards = 0;  // each has a file
    bool ended = false;   // in order: each of its files has its end
  };

  // Reads the list of a journal; one that has none has an empty one. A line that is not whole was
  // on its way when the machine stopped, and says nothing.
  static absl::StatusOr<RunList> Read(const std::string& directory);

  const std::vector<Run>& runs() const { return runs_; }
  // Whether a run of that number has such a shard.
  bool Has(uint32_t run, uint32_t shard) const;
  // Whether one ended in order.
  bool HasEnded(uint32_t run) const;
  // Names, by index, in the last run.
  const std::vector<std::string>& accounts() const { return accounts_; }

  // Says that a run begins whose files are there; durable when it returns.
  static absl::Status AddRun(const std::string& directory, const Run& run,
                             const std::vector<std::string>& accounts);
  // Says that it ended in order, which all its files have durably.
  static absl::Status AddEnd(const std::string& directory, uint32_t run);

 private:
  void TakeLine(std::string_view line);

  std::vector<Run> runs_;
  std::vector<std::string> accounts_;
  std::vector<std::string> next_;  // of the run whose line follows
};

}  // namespace salvo::engine

#include "engine/journal/run_list.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "io/descriptor.h"
#include "io/file_size_signal.h"
#include "io/write_all.h"

namespace salvo::engine {
namespace {

// Behind every line: one without it was torn.
constexpr std::string_view kWhole = " .";
constexpr std::string_view kAccount = "account ";

std::string PathIn(const std::string& directory) { return directory + "/runs"; }

// Behind what was torn a new line begins.
absl::Status Append(const std::string& directory, const std::string& lines) {
  const std::string path = PathIn(directory);
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return io::CannotDo("open", path);
  struct stat info {};
  char last = '\n';
  const bool has_any = fstat(fd, &info) == 0 && info.st_size > 0;
  if (has_any && pread(fd, &last, 1, info.st_size - 1) != 1) last = 0;
  const std::string text = last == '\n' ? lines : "\n" + lines;
  const io::NoFileSizeSignal no_signal;
  absl::Status status;
  if (!io::WriteAll(fd, text)) status = io::CannotDo("write to", path);
  if (status.ok() && fdatasync(fd) != 0) status = io::CannotDo("sync", path);
  close(fd);
  return status;
}

}  // namespace

absl::StatusOr<RunList> RunList::Read(const std::string& directory) {
  RunList list;
  const std::string path = PathIn(directory);
  std::ifstream file(path);
  if (!file.is_open()) {
    if (errno == ENOENT) return list;
    return io::CannotDo("open", path);
  }
  for (std::string line; std::getline(file, line);) list.TakeLine(line);
  if (file.bad()) return io::CannotDo("read", path);
  return list;
}

void RunList::TakeLine(std::string_view line) {
  if (!line.ends_with(kWhole)) return;
  const std::string text(line.substr(0, line.size() - kWhole.size()));
  if (text.starts_with(kAccount)) {
    std::string name;
    if (absl::CUnescape(text.substr(kAccount.size()), &name)) next_.push_back(std::move(name));
    return;
  }
  Run run;
  size_t accounts = 0;
  uint32_t ended = 0;
  if (std::sscanf(text.c_str(), "run %u shards %u accounts %zu", &run.number, &run.shards,
                  &accounts) == 3) {
    runs_.push_back(run);
    // In front of them those may stand of a run whose own line was torn.
    const size_t others = next_.size() - std::min(accounts, next_.size());
    next_.erase(next_.begin(), next_.begin() + static_cast<std::ptrdiff_t>(others));
    accounts_ = std::exchange(next_, {});
  } else if (std::sscanf(text.c_str(), "end %u", &ended) == 1) {
    for (Run& known : runs_) known.ended = known.ended || known.number == ended;
  }
}

bool RunList::Has(uint32_t run, uint32_t shard) const {
  return std::any_of(runs_.begin(), runs_.end(),
                     [&](const Run& known) { return known.number == run && shard < known.shards; });
}

bool RunList::HasEnded(uint32_t run) const {
  return std::any_of(runs_.begin(), runs_.end(),
                     [&](const Run& known) { return known.number == run && known.ended; });
}

absl::Status RunList::AddRun(const std::string& directory, const Run& run,
                             const std::vector<std::string>& accounts) {
  // The run's own line comes last: it makes the others count.
  std::string lines;
  for (const std::string& name : accounts) {
    lines += absl::StrFormat("%s%s%s\n", kAccount, absl::CEscape(name), kWhole);
  }
  lines += absl::StrFormat("run %d shards %d accounts %d%s\n", run.number, run.shards,
                           accounts.size(), kWhole);
  return Append(directory, lines);
}

absl::Status RunList::AddEnd(const std::string& directory, uint32_t run) {
  return Append(directory, absl::StrFormat("end %d%s\n", run, kWhole));
}

}  // namespace salvo::engine

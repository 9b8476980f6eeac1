#include "tools/send/files.h"

#include <span>
#include <vector>

#include "absl/strings/str_format.h"
#include "tools/common/one_file.h"

namespace salvo::tools {
namespace {

struct Output {
  const char* flag;
  const std::string& name;
};

// What the files that a log is renamed to would take the place of.
std::string FaultOfRotation(const Output& log, const LogOptions& options,
                            std::span<const ReadFile> read, std::span<const Output> written) {
  const uint32_t keep = options.rotate_octets > 0 ? options.keep : 0;
  const auto fault = [&](std::string_view name, std::string_view what) {
    return absl::StrFormat("%s '%s' is rotated to '%s', which is %s: give another file", log.flag,
                           log.name, name, what);
  };
  for (const ReadFile& file : read) {
    if (IsRotated(log.name, keep, file.name)) return fault(file.name, file.what);
  }
  for (const Output& other : written) {
    if (IsRotated(log.name, keep, other.name)) return fault(other.name, other.flag);
  }
  return "";
}

}  // namespace

std::string FaultOfFiles(const SendOptions& options) {
  std::vector<ReadFile> read = options.account_files;
  // That of an earlier run's pipe is in its journal, and --to has none.
  const bool has_campaign = options.to.empty() && !(options.goes_on && options.record.spooled);
  if (has_campaign) read.push_back({"the campaign", options.campaign});
  const Output written[] = {{"--results", options.results},
                            {"--rejects", options.rejects},
                            {"--connector-log", options.log.connector_path},
                            {"--pdu-log", options.log.pdu_path}};
  for (const Output& one : written) {
    if (std::string fault = FaultOfWriting(one.flag, one.name, read); !fault.empty()) return fault;
    for (const Output* other = written; other != &one; ++other) {
      if (!AreOneFile(other->name, one.name)) continue;
      return absl::StrFormat("%s and %s are the same file '%s': give two", other->flag, one.flag,
                             one.name);
    }
  }
  const auto logs = std::span(written).last<2>();
  for (const Output& log : logs) {
    std::string fault = FaultOfRotation(log, options.log, read, written);
    if (!fault.empty()) return fault;
  }
  return "";
}

}  // namespace salvo::tools

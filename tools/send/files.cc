#include "tools/send/files.h"

#include <vector>

#include "absl/strings/str_format.h"
#include "tools/common/one_file.h"

namespace salvo::tools {
std::string FaultOfFiles(const SendOptions& options) {
  std::vector<ReadFile> read = options.account_files;
  // That of an earlier run's pipe is in its journal, and --to has none.
  const bool has_campaign = options.to.empty() && !(options.goes_on && options.record.spooled);
  if (has_campaign) read.push_back({"the campaign", options.campaign});
  struct Output {
    const char* flag;
    const std::string& name;
  };
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
  return "";
}

}  // namespace salvo::tools

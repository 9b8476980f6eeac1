#include "tools/send/files.h"

#include "absl/strings/str_format.h"
#include "tools/common/one_file.h"

namespace salvo::tools {
std::string FaultOfFiles(const SendOptions& options) {
  struct File {
    const char* what;
    const std::string& name;
  };
  // That of an earlier run's pipe is in its journal, and --to has none.
  const bool has_campaign = options.to.empty() && !(options.goes_on && options.record.spooled);
  const std::string campaign = has_campaign ? options.campaign : "";
  const File read[] = {{"the campaign", campaign}, {"the account file", options.account_file}};
  const File written[] = {{"--results", options.results}, {"--rejects", options.rejects}};
  for (const File& out : written) {
    for (const File& in : read) {
      if (!AreOneFile(out.name, in.name)) continue;
      return absl::StrFormat("%s '%s' is %s: writing it would destroy that; give another file",
                             out.what, out.name, in.what);
    }
  }
  if (!AreOneFile(options.results, options.rejects)) return "";
  return absl::StrFormat("--results and --rejects are the same file '%s': give two",
                         options.results);
}

}  // namespace salvo::tools

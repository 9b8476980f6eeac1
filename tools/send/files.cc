#include "tools/send/files.h"

#include <filesystem>

#include "absl/strings/str_format.h"

namespace salvo::tools {
namespace {

// "-" is whatever the standard input is.
std::filesystem::path PathOf(const std::string& name) { return name == "-" ? "/dev/stdin" : name; }

bool AreOneFile(const std::string& one, const std::string& other) {
  if (one.empty() || other.empty()) return false;
  std::error_code error;
  const std::filesystem::path a = PathOf(one);
  const std::filesystem::path b = PathOf(other);
  if (std::filesystem::exists(a, error) && std::filesystem::exists(b, error)) {
    return std::filesystem::is_regular_file(a, error) && std::filesystem::equivalent(a, b, error);
  }
  // Of files that are still to be made, the names tell.
  const auto whole_a = std::filesystem::weakly_canonical(a, error);
  return !error && whole_a == std::filesystem::weakly_canonical(b, error) && !error;
}

}  // namespace

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

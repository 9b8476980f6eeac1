#include "tools/common/one_file.h"

#include <charconv>
#include <filesystem>

#include "absl/strings/str_format.h"

namespace salvo::tools {
namespace {

// "-" is whatever the standard input is.
std::filesystem::path PathOf(const std::string& name) { return name == "-" ? "/dev/stdin" : name; }

// Without links, as far as it is there; "" where that cannot be told: then it cannot be opened,
// either.
std::filesystem::path WholePath(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(path, error);
  if (error) return {};
  const std::filesystem::path real = std::filesystem::weakly_canonical(whole, error);
  return error ? std::filesystem::path() : real;
}

}  // namespace

bool AreOneFile(const std::string& one, const std::string& other) {
  if (one.empty() || other.empty()) return false;
  std::error_code error;
  const std::filesystem::path a = PathOf(one);
  const std::filesystem::path b = PathOf(other);
  if (std::filesystem::exists(a, error) && std::filesystem::exists(b, error)) {
    return std::filesystem::is_regular_file(a, error) && std::filesystem::equivalent(a, b, error);
  }
  // Of files that are still to be made, the names tell.
  const std::filesystem::path whole = WholePath(a);
  return !whole.empty() && whole == WholePath(b);
}

bool IsRotated(const std::string& log, uint32_t keep, const std::string& other) {
  if (log.empty() || other.empty() || other == "-") return false;
  const std::string name = WholePath(other).string();
  const std::string start = WholePath(log).string() + ".";
  if (!name.starts_with(start)) return false;
  uint32_t number = 0;
  const char* const end = name.data() + name.size();
  const auto [behind, fault] = std::from_chars(name.data() + start.size(), end, number);
  return fault == std::errc() && behind == end && number >= 1 && number <= keep;
}

std::string FaultOfWriting(std::string_view flag, const std::string& name,
                           std::span<const ReadFile> read) {
  for (const ReadFile& file : read) {
    if (!AreOneFile(name, file.name)) continue;
    return absl::StrFormat("%s '%s' is %s: writing it would destroy that; give another file", flag,
                           name, file.what);
  }
  return "";
}

}  // namespace salvo::tools

#include "tools/common/one_file.h"

#include <filesystem>

namespace salvo::tools {
namespace {

// "-" is whatever the standard input is.
std::filesystem::path PathOf(const std::string& name) { return name == "-" ? "/dev/stdin" : name; }

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
  const auto whole_a = std::filesystem::weakly_canonical(a, error);
  return !error && whole_a == std::filesystem::weakly_canonical(b, error) && !error;
}

}  // namespace salvo::tools

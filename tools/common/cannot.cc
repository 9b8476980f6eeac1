#include "tools/common/cannot.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_format.h"

namespace salvo::tools {

std::string Cannot(std::string_view what, const std::string& path) {
  return Cannot(what, path, errno);
}

std::string Cannot(std::string_view what, const std::string& path, int error) {
  return absl::StrFormat("cannot %s '%s': %s", what, path, std::strerror(error));
}

}  // namespace salvo::tools

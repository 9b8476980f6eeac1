#include "tools/common/descriptor_name.h"

#include <filesystem>

namespace salvo::tools {

bool NamesADescriptor(const std::string& path) {
  const std::string name = std::filesystem::path(path).lexically_normal().string();
  return name.starts_with("/dev/std") || name.starts_with("/dev/fd/") ||
         (name.starts_with("/proc/") && name.find("/fd/") != std::string::npos);
}

}  // namespace salvo::tools

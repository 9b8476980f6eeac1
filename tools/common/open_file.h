// A file of the C library that is closed when it goes.
#pragma once

#include <cstdio>
#include <memory>

namespace salvo::tools {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

}  // namespace salvo::tools

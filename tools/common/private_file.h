// Files with numbers and texts of people in them: only their owner may read them.
#pragma once

#include <cstdio>
#include <string>

namespace salvo::tools {

// Opens for writing, empties what was there, mode 0600. /dev/stdout, /dev/stderr and /dev/fd/N are
// what they stand for, as it is. nullptr or -1 on failure: errno tells.
std::FILE* CreatePrivateFile(const std::string& path);
int OpenPrivateFile(const std::string& path);

}  // namespace salvo::tools

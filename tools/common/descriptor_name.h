// Names of what a process has open already, as <(...) of a shell passes them.
#pragma once

#include <string>

namespace salvo::tools {

// True for /dev/stdin, /dev/stdout, /dev/stderr, /dev/fd/N and /proc/N/fd/N. To another process
// such a name says something else; no file can be put beside it, and none in its place. Opens
// nothing.
bool NamesADescriptor(const std::string& path);

}  // namespace salvo::tools

// Commands that a person is told to type.
#pragma once

#include <string>
#include <string_view>

namespace salvo::tools {

// A file's name as a shell takes it: quoted where it has to be, and never like a flag.
std::string ShellWord(std::string_view file);

}  // namespace salvo::tools

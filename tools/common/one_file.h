// Whether two names mean one file: what is written must not be what is read.
#pragma once

#include <string>

namespace salvo::tools {

// Looks at names and files, opens none. "-" is the standard input; "" is no file. What is there and
// is no regular file, as a terminal or a pipe, may serve for both, and is none either.
bool AreOneFile(const std::string& one, const std::string& other);

}  // namespace salvo::tools

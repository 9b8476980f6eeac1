// How it is said that the system refuses something to do with a file.
#pragma once

#include <string>
#include <string_view>

namespace salvo::tools {

// "cannot write the results file 'r.csv': No space left on device"; `what` is "write the results
// file". By errno as it is, or by an error number.
std::string Cannot(std::string_view what, const std::string& path);
std::string Cannot(std::string_view what, const std::string& path, int error);

}  // namespace salvo::tools

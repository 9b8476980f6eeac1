// Whether two names mean one file: what is written must not be what is read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace salvo::tools {

// Looks at names and files, opens none. "-" is the standard input; "" is no file. What is there and
// is no regular file, as a terminal or a pipe, may serve for both, and is none either.
bool AreOneFile(const std::string& one, const std::string& other);

// Whether a log of that name has another file renamed to, once it is rotated: NAME.1 to
// NAME.`keep`.
bool IsRotated(const std::string& log, uint32_t keep, const std::string& other);

// A file that is read, and what it is: "the account file", "a key".
struct ReadFile {
  const char* what;
  std::string name;  // "": there is none
};

// Which of them writing the file that `flag` names would destroy, as a sentence; "" when none.
std::string FaultOfWriting(std::string_view flag, const std::string& name,
                           std::span<const ReadFile> read);

}  // namespace salvo::tools

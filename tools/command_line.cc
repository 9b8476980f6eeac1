#include "tools/command_line.h"

#include <cstdio>

#include "tools/common/parse.h"

namespace salvo::tools {

int Fail(const char* command, int code, const std::string& sentence) {
  std::fprintf(stderr, "salvo %s: %s\n", command, sentence.c_str());
  return code;
}

int Fail(const char* command, int code, const absl::Status& status) {
  return Fail(command, code, TextOf(status));
}

void Warn(const char* command, const std::string& sentence) {
  std::fprintf(stderr, "salvo %s: warning: %s\n", command, sentence.c_str());
}

std::string TextOf(const absl::Status& status) { return std::string(status.message()); }

absl::Status OfFlag(const char* flag, const absl::Status& status) {
  return {status.code(), std::string(flag) + ": " + TextOf(status)};
}

CLI::Validator Whole(uint64_t least, uint64_t most) {
  return {[=](const std::string& text) { return FaultOfWhole(text, least, most); }, ""};
}

CLI::Validator Number(double most) {
  return {[=](const std::string& text) { return FaultOfNumber(text, most); }, ""};
}

CLI::Validator NotEmpty() {
  return {[](const std::string& text) { return std::string(text.empty() ? "it is empty" : ""); },
          ""};
}

}  // namespace salvo::tools

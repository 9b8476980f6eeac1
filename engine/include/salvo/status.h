// What a call of the library that can fail returns. No exception crosses the library's border.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace salvo {

enum class StatusCode : uint8_t {
  kOk,
  kInvalidArgument,     // an option or an account that cannot work: the message names the key
  kPlatform,            // the machine or the kernel lacks something: the message says what to do
  kFailedPrecondition,  // not now: the engine is draining or done, a journal was used already
  kQueueFull,           // not yet: TrySubmit has no room
  kInUse,               // another process has the journal
  kDataLoss,            // a journal is damaged, or it or a log cannot be read or written
};

// A code and, unless it is kOk, a sentence that names the thing, the place and the fix.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

}  // namespace salvo

// What all steps on one account share.
#pragma once

#include <chrono>
#include <memory>

#include "io/loop.h"
#include "io/tls/tls_context.h"
#include "salvo/account.h"
#include "tools/doctor/options.h"
#include "tools/doctor/talk/transcript.h"

namespace salvo::doctor {

// Plain references: whoever runs the examination owns all of it.
struct Context {
  const Options& options;
  const AccountOptions& account;
  std::shared_ptr<const io::TlsContext> tls;  // nullptr: plain
  io::Loop& loop;
  Transcript& transcript;

  io::Nanos Now() const { return loop.clock().Monotonic(); }
  // When an answer that the account allows `time` has to be there.
  io::Nanos Deadline(std::chrono::milliseconds time) const {
    return io::Later(Now(), Allowed(time));
  }
  io::Nanos Allowed(std::chrono::milliseconds time) const {
    return options.timeout > 0 ? options.timeout : io::ToNanos(time);
  }
};

}  // namespace salvo::doctor

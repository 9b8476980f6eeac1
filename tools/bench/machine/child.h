// Work in a process of its own, so that its processor time and its memory are its own, too. None
// outlives this process, however it ends.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/statusor.h"

namespace salvo::bench {

// Forks. In the child, which the kernel kills when this process dies: calls `work`, whose return is
// the exit code. Returns the child's id in the parent. REQUIRES: the process has one thread.
absl::StatusOr<pid_t> Fork(const std::function<int()>& work);

// The octets that `work` gave in a child that stays on `cores`. kCancelled as soon as a stop signal
// has come (tools/common/signals.h): the child is killed then. REQUIRES: as for Fork.
absl::StatusOr<std::string> OctetsFromChild(const std::vector<int>& cores,
                                            const std::function<std::string()>& work);

// The same for a plain value.
template <class Value>
absl::StatusOr<Value> FromChild(const std::vector<int>& cores, const std::function<Value()>& work) {
  static_assert(std::is_trivially_copyable_v<Value>);
  const auto octets = OctetsFromChild(cores, [&] {
    const Value value = work();
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
  });
  if (!octets.ok()) return octets.status();
  if (octets->size() != sizeof(Value)) return absl::InternalError("a run ended without a word");
  Value value;
  std::copy(octets->begin(), octets->end(), reinterpret_cast<char*>(&value));
  return value;
}

// Waits until it is gone; its status as waitpid gives it.
int WaitFor(pid_t child);

}  // namespace salvo::bench

// An account's limit of messages a second, counted in the ways that providers count.
#pragma once

#include <cstdint>
#include <vector>

#include "io/clock.h"
#include "tools/sim/options/options.h"

namespace salvo::sim {

// One account's; the simulator's thread.
class TpsLimit {
 public:
  TpsLimit() = default;
  TpsLimit(uint32_t tps, TpsKind kind) { Set(tps, kind); }

  // `tps` 0: no limit. Another limit than before starts with nothing taken.
  void Set(uint32_t tps, TpsKind kind);

  // Counts one message; false when it is one too many, and then it is not counted.
  bool Take(io::Nanos now);

 private:
  bool TakeOfSecond(io::Nanos now);
  bool TakeOfSliding(io::Nanos now);
  bool TakeOfBucket(io::Nanos now);

  uint32_t tps_ = 0;
  TpsKind kind_ = TpsKind::kSecond;
  int64_t second_ = -1;
  uint32_t count_ = 0;
  std::vector<io::Nanos> taken_at_;  // the last `tps`, a ring
  size_t next_ = 0;
  double level_ = 0;  // of the bucket
  io::Nanos level_at_ = 0;
};

}  // namespace salvo::sim

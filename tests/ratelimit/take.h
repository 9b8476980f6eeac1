// For who submits in the same breath: Reserve or ReserveWhole, and HandedOn, in one.
#pragma once

#include "ratelimit/token_bucket.h"

namespace salvo::ratelimit {

inline uint32_t Take(TokenBucket& bucket, Nanos now, uint32_t want) {
  const uint32_t taken = bucket.Reserve(now, want);
  if (taken > 0) bucket.HandedOn(now, taken);
  return taken;
}

inline bool TakeWhole(TokenBucket& bucket, Nanos now, uint32_t n) {
  if (!bucket.ReserveWhole(now, n)) return false;
  bucket.HandedOn(now, n);
  return true;
}

}  // namespace salvo::ratelimit

// A shard's pre-paid slice of a shared budget: what it may submit now without asking again.
//
// A lease is at most a slice (1 ms of the rate), counting the tokens whose segments are not yet
// handed to the kernel, and what is not used within 1 ms expires: expired tokens are gone. It is
// taken only for segments that are ready, so in the ordinary case nothing expires.
// One shard, one thread. The bucket is not owned and must outlive the lease.
#pragma once

#include <cstdint>

#include "ratelimit/token_bucket.h"

namespace salvo::ratelimit {

class Lease {
 public:
  // `bucket` may be nullptr: no limit.
  explicit Lease(TokenBucket* bucket) : bucket_(bucket) {}

  // How many of `want` segments may be submitted now; takes from the bucket what the lease lacks.
  // Nothing is used yet: tokens stay in the lease until Use, ReturnBeyond or their end. Gives at
  // most a slice between two calls of HandedOn.
  uint32_t Hold(Nanos now, uint32_t want);

  // For one submission that bills n segments: all its tokens at once, or none.
  bool HoldWhole(Nanos now, uint32_t n);

  // Uses n tokens. REQUIRES: the last Hold or HoldWhole allowed them.
  void Use(uint32_t n);

  // Puts the tokens beyond `keep` back into the bucket, because another limit allows only `keep`.
  void ReturnBeyond(uint32_t keep);

  // The segments whose tokens were used are with the kernel since `now`.
  void HandedOn(Nanos now);

  // When the next token can be had; `now` when the lease holds one.
  Nanos WhenAvailable(Nanos now, uint32_t n = 1) const;

 private:
  void DropExpired(Nanos now);
  void Add(Nanos now, uint32_t taken);

  TokenBucket* bucket_;
  uint32_t tokens_ = 0;  // taken and not used
  uint32_t used_ = 0;    // used and not handed on
  Nanos taken_at_ = 0;   // the oldest of both
};

}  // namespace salvo::ratelimit

// A shard's pre-paid slice of a shared budget: what it may send now without asking again.
//
// A lease is at most a slice (1 ms of the rate) and expires after 1 ms; expired tokens are gone.
// It is taken only for segments that are ready, so in the ordinary case nothing expires.
// One shard, one thread. The bucket is not owned and must outlive the lease.
#pragma once

#include <cstdint>

#include "ratelimit/token_bucket.h"

namespace salvo::ratelimit {

class Lease {
 public:
  // `bucket` may be nullptr: no limit.
  explicit Lease(TokenBucket* bucket) : bucket_(bucket) {}

  // How many of `want` segments may be sent now; takes from the bucket what the lease lacks.
  // Nothing is used yet: tokens stay in the lease until Use, Return or their end.
  uint32_t Hold(Nanos now, uint32_t want);

  // Uses n tokens of the lease. REQUIRES: n is at most what the last Hold returned, less what was
  // used since.
  void Use(uint32_t n);

  // For one submission that bills n segments: all its tokens at once, or none.
  bool HoldWhole(Nanos now, uint32_t n);

  // Puts the tokens beyond `keep` back into the bucket, because another limit allows only `keep`.
  void ReturnBeyond(uint32_t keep);

  // Tells when the segments of the tokens used since the last call were really handed on. When that
  // is much later than they were taken, the bucket has filled up behind them: that much is given
  // up, so that a stopped and continued process does not send twice its burst.
  void Settle(Nanos handed_on);

  // When the next token can be had; `now` when the lease holds one.
  Nanos WhenAvailable(Nanos now, uint32_t n = 1) const;

 private:
  bool expired(Nanos now) const { return now >= expires_; }

  TokenBucket* bucket_;
  uint32_t tokens_ = 0;
  uint32_t used_ = 0;     // since the last Settle
  Nanos taken_at_ = 0;    // of the oldest token used since
  Nanos held_since_ = 0;  // of the tokens in the lease
  Nanos expires_ = 0;
};

}  // namespace salvo::ratelimit

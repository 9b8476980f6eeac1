// A shard's reservations in a shared budget: what it may submit now without asking again.
//
// A lease has at most a slice of tokens reserved, those counted whose segments are not yet handed
// to the kernel; a submission that bills more than a slice gets all it needs. It reserves only for
// segments that are ready and gives back what another limit refuses. It needs no expiry: a token
// counts when its segment is handed on, however late that is, and until then nobody else has it.
// One shard, one thread. The bucket is not owned and must outlive the lease; what the lease holds
// at its end stays reserved, so give it back before.
#pragma once

#include <cstdint>

#include "ratelimit/token_bucket.h"

namespace salvo::ratelimit {

class Lease {
 public:
  // `bucket` may be nullptr: no limit.
  explicit Lease(TokenBucket* bucket) : bucket_(bucket) {}

  const TokenBucket* bucket() const { return bucket_; }

  // How many of `want` segments may be submitted now; reserves what the lease lacks. Nothing is
  // used yet: tokens stay in the lease until Use or ReturnBeyond. Gives at most a slice between two
  // calls of HandedOn.
  uint32_t Hold(Nanos now, uint32_t want);

  // For one submission that bills n segments: all its tokens at once, or none.
  bool HoldWhole(Nanos now, uint32_t n);

  // Uses n tokens. REQUIRES: the last Hold or HoldWhole allowed them.
  void Use(uint32_t n);

  // Puts the tokens beyond `keep` back into the bucket, because another limit allows only `keep`.
  void ReturnBeyond(uint32_t keep);

  // The segments whose tokens were used are with the kernel. REQUIRES: `now` was read after that.
  void HandedOn(Nanos now);

  // How many tokens were used and not handed on, and when the segment of the oldest of them was due
  // in an even schedule (TokenBucket::OldestDue).
  uint32_t used() const { return used_; }
  Nanos oldest_due() const { return oldest_due_; }

  // How many tokens to wait for before any is used (TokenBucket::group); UINT32_MAX: no limit.
  uint32_t group() const { return bucket_ == nullptr ? UINT32_MAX : bucket_->group(); }

  // When Hold (n = 1) or HoldWhole can succeed; `now` when the lease holds enough.
  Nanos WhenAvailable(Nanos now, uint32_t n = 1) const;

 private:
  void NoteOldest(Nanos now);

  TokenBucket* bucket_;
  uint32_t tokens_ = 0;  // reserved and not used
  uint32_t used_ = 0;    // used and not handed on
  Nanos oldest_due_ = 0;
};

}  // namespace salvo::ratelimit

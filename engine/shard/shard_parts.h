// What a shard keeps of each of its links and of each account. One thread, the shard's.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/intake.h"
#include "engine/core/message_fault.h"
#include "engine/journal/retry_spill.h"
#include "engine/retry/wheel.h"
#include "engine/shard/composer.h"
#include "engine/shard/link.h"
#include "engine/shard/unknown_list.h"
#include "pdu/receipt.h"
#include "ratelimit/lease.h"
#include "ratelimit/throttle.h"

namespace salvo::engine {

// A bind that a shard is to keep up.
struct BindAssignment {
  uint32_t account = 0;  // index
  uint32_t bind = 0;     // within the account
};

// Why a link can submit nothing more in this turn.
enum class Submitted : uint8_t { kYes, kNoMessage, kNoToken, kNoRoom };

// Messages that were tried one after the other, and what became of the last.
struct SubmittedRun {
  uint32_t messages = 0;
  Submitted end = Submitted::kYes;
};

// A message whose first part is submitted and whose last is not: it stays on its link. The text
// is copied, because its batch moves on.
struct StartedMessage {
  Composition message;
  std::string text;
  std::string tlvs;
};

// What a turn of a shard finds out, for the time it sets itself for the next one.
struct TurnState {
  uint32_t passed_over = 0;          // messages of which nothing had to be sent
  bool passes_over = false;          // more of them wait for the next turn
  bool rejects = false;              // and so what is not begun any more
  bool settles = false;              // and so what receipts say of unknown messages
  uint32_t submitted = 0;            // messages that something was done with
  io::Nanos shares_at = io::kNever;  // when batches that others ask for are to be looked at again
};

// That a shard has room and tokens for messages, and found no batch of a queue.
struct Wish {
  bool now = false;   // in this turn
  bool told = false;  // to the intake
  io::Nanos told_at = 0;
};

struct AccountState;

struct LinkState {
  void Want(uint32_t tokens, io::Nanos now) {
    wanted = tokens;
    wanted_at = now;
  }

  std::unique_ptr<Link> link;
  AccountState* account = nullptr;                 // the link's; the shard's
  std::unique_ptr<ratelimit::TokenBucket> budget;  // nullptr: no limit of its own
  ratelimit::Lease lease{nullptr};                 // of that budget
  StartedMessage started;                          // when has_started; its strings are used again
  bool has_started = false;
  bool blocked = false;     // nothing more can be submitted in this turn
  bool dirty = false;       // listed in dirty_
  uint32_t wanted = 0;      // tokens that it could not have; 0: it waits for none
  io::Nanos wanted_at = 0;  // when it could not
};

// A submit_sm that was encoded for a link that was lost before it left.
struct UnsentSegment {
  uint64_t cookie = 0;
  std::vector<uint8_t> pdu;
};

struct AccountState {
  AccountState(Account& a, io::Nanos now);

  bool has_spilled() const { return spill != nullptr && !spill->empty(); }

  Account* account;
  ratelimit::Lease lease;
  RetryWheel retries;                 // cookies of the parts that wait for theirs
  bool retry_is_next = false;         // retries take turns with new messages
  std::unique_ptr<RetrySpill> spill;  // what waits and has no place in `retries`
  bool cannot_spill = false;
  ratelimit::AnswerCounts answers;  // not yet told to the throttle
  io::Nanos answers_told_at = 0;
  std::deque<UnsentSegment> unsent;
  std::deque<StartedMessage> orphans;  // started on a link that was lost
  Cursor cursor;                       // messages for this account only
  Wish wish;                           // for a batch of those
  bool given_up = false;               // the account has stopped and its messages are settled
  bool wants_receipts = false;         // it asks for the final ones
  pdu::ReceiptParser receipts;
};

}  // namespace salvo::engine

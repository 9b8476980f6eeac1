#include "engine/core/intake.h"

#include <utility>

namespace salvo::engine {

Intake::Intake(uint32_t accounts, uint32_t queued_batches)
    : queued_batches_(queued_batches), asked_(new std::atomic<int>[accounts + 1u]()) {
  for (uint32_t i = 0; i < accounts + 1; ++i) {
    queues_.push_back(std::make_unique<Mailbox<Cursor>>(queued_batches));
  }
}

Intake::Answer Intake::TryPut(Cursor& cursor, uint32_t account, const Keep& keep) {
  std::lock_guard lock(put_mutex_);
  if (closed()) return Answer::kRefused;
  Mailbox<Cursor>& queue = Queue(account);
  if (queue.full()) return Answer::kFull;
  if (keep && !keep()) return Answer::kRefused;
  open_.fetch_add(1);
  // Puts come one at a time. Its room may be gone again, to a batch that was put back, and this one
  // has to be taken all the same once it is kept. A push that can fail would count as a batch while
  // it does, and who takes one then would not wake those that wait for room.
  queue.Push(std::move(cursor));
  return Answer::kTaken;
}

bool Intake::Put(Cursor& cursor, uint32_t account, const Keep& keep) {
  for (;;) {
    const uint32_t seen = taken_.load();
    const Answer answer = TryPut(cursor, account, keep);
    if (answer != Answer::kFull) return answer == Answer::kTaken;
    taken_.wait(seen);
  }
}

void Intake::PutBack(Cursor cursor, uint32_t account) { Queue(account).Push(std::move(cursor)); }

bool Intake::Take(Mailbox<Cursor>& queue, Cursor* cursor) {
  if (!queue.TryPop(cursor)) return false;
  taken_.fetch_add(1);
  // Who waits for room is woken to find room for several batches, not for each. The size is read
  // behind the count: a put that saw the old count is not in it any more.
  if (queue.size() <= queued_batches_ / 2) taken_.notify_all();
  return true;
}

void Intake::Close() {
  {
    std::lock_guard lock(put_mutex_);
    closed_.store(true);
  }
  taken_.fetch_add(1);
  taken_.notify_all();
}

}  // namespace salvo::engine

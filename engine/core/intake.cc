#include "engine/core/intake.h"

#include <utility>

namespace salvo::engine {

Intake::Intake(uint32_t accounts, uint32_t queued_batches) {
  for (uint32_t i = 0; i < accounts + 1; ++i) {
    queues_.push_back(std::make_unique<Mailbox<Cursor>>(queued_batches));
  }
}

bool Intake::TryPut(Cursor& cursor, uint32_t account) {
  std::lock_guard lock(put_mutex_);
  if (closed()) return false;
  open_.fetch_add(1);
  if (Queue(account).TryPush(cursor)) return true;
  open_.fetch_sub(1);
  return false;
}

bool Intake::Put(Cursor& cursor, uint32_t account) {
  for (;;) {
    const uint32_t seen = taken_.load();
    if (closed()) return false;
    if (TryPut(cursor, account)) return true;
    taken_.wait(seen);
  }
}

void Intake::PutBack(Cursor cursor, uint32_t account) { Queue(account).Push(std::move(cursor)); }

bool Intake::TryTake(Cursor* cursor, uint32_t account) {
  if (!Queue(account).TryPop(cursor)) return false;
  taken_.fetch_add(1);
  taken_.notify_one();
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

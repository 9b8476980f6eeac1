// The batches that wait to be begun, and how far a shard has come in the one it is at.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/core/mailbox.h"
#include "salvo/message.h"

namespace salvo::engine {

// A batch and its next message. Moved between threads, used by one at a time.
struct Cursor {
  std::unique_ptr<MessageBatch> batch;
  Message message;  // the next, when has_message; its views are the batch's
  bool has_message = false;

  // Makes `message` the next one; false at the batch's end.
  bool Fetch() {
    if (!has_message) has_message = batch != nullptr && batch->Next(&message);
    return has_message;
  }
};

// One queue for messages that any account may send, and one for each account. Thread-safe.
class Intake {
 public:
  static constexpr uint32_t kAnyAccount = UINT32_MAX;

  Intake(uint32_t accounts, uint32_t queued_batches);

  // What a put does when its batch is as good as taken; false: it is not taken after all.
  using Keep = std::function<bool()>;

  enum class Answer : uint8_t {
    kTaken,
    kFull,
    kRefused,  // it is closed, or `keep` says so
  };

  // `cursor` is untouched unless it is taken. `keep`, when it is given, is called where there is
  // room, by one put at a time, and holds up a Close.
  Answer TryPut(Cursor& cursor, uint32_t account, const Keep& keep = {});
  // Blocks while the queue is full; false when it is closed, or `keep` says so.
  bool Put(Cursor& cursor, uint32_t account, const Keep& keep = {});
  // Puts in a further batch, which a shard made of a part of one that is open; never blocks.
  void PutMore(Cursor cursor, uint32_t account) {
    open_.fetch_add(1);
    PutBack(std::move(cursor), account);
  }
  // Puts a batch back that a shard cannot send; never blocks.
  void PutBack(Cursor cursor, uint32_t account);
  bool TryTake(Cursor* cursor, uint32_t account) {
    Mailbox<Cursor>& queue = Queue(account);
    return !queue.empty() && Take(queue, cursor);
  }

  // Says of a queue that a shard could send messages and finds no batch in it, or no longer so.
  // Whoever holds one of its batches and has no use for it puts it back then.
  void SetAsked(uint32_t account, bool asks) { Asked(account).fetch_add(asks ? 1 : -1); }
  bool IsAsked(uint32_t account) { return Asked(account).load(std::memory_order_relaxed) > 0; }

  // Ends Put and TryPut for good: when it returns, no further batch will come.
  void Close();
  bool closed() const { return closed_.load(); }

  // Batches put in and not yet used up, those that shards hold included.
  uint64_t open() const { return open_.load(); }
  // A taken batch has come to its end.
  void Done() { open_.fetch_sub(1); }

 private:
  bool Take(Mailbox<Cursor>& queue, Cursor* cursor);

  Mailbox<Cursor>& Queue(uint32_t account) {
    return *queues_[account == kAnyAccount ? queues_.size() - 1 : account];
  }

  std::atomic<int>& Asked(uint32_t account) {
    return asked_[account == kAnyAccount ? queues_.size() - 1 : account];
  }

  const uint32_t queued_batches_;
  std::mutex put_mutex_;                                  // between a put and the close
  std::vector<std::unique_ptr<Mailbox<Cursor>>> queues_;  // the last: any account
  std::unique_ptr<std::atomic<int>[]> asked_;             // of each queue: shards that ask
  std::atomic<uint64_t> open_ = 0;
  std::atomic<bool> closed_ = false;
  std::atomic<uint32_t> taken_ = 0;  // changes when there may be room
};

}  // namespace salvo::engine

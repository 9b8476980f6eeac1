// A bounded queue between threads, around moodycamel::ConcurrentQueue, which has no bound of its
// own. Items of one producer keep their order; those of several have none between them.
// Thread-safe; never blocks. Meant for batches: a few thousand items a second, not millions.
#pragma once

#include <concurrentqueue/concurrentqueue.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <utility>

namespace salvo::engine {

template <class T>
class Mailbox {
 public:
  explicit Mailbox(size_t capacity)
      : capacity_(capacity), queue_(std::min(capacity, kRoomAtFirst)) {}

  // False when the mailbox is full: `item` is untouched then.
  bool TryPush(T& item) {
    if (size_.fetch_add(1) >= capacity_) {
      size_.fetch_sub(1);
      return false;
    }
    queue_.enqueue(std::move(item));
    return true;
  }

  // Takes it even when the mailbox is full: for what was in it before.
  void Push(T item) {
    size_.fetch_add(1);
    queue_.enqueue(std::move(item));
  }

  bool TryPop(T* item) {
    if (!queue_.try_dequeue(*item)) return false;
    size_.fetch_sub(1);
    return true;
  }

  size_t size() const { return size_.load(); }
  bool full() const { return size_.load() >= capacity_; }
  bool empty() const { return size_.load() == 0; }

 private:
  static constexpr size_t kRoomAtFirst = 256;  // items; the queue grows as it is used

  const size_t capacity_;
  std::atomic<size_t> size_ = 0;
  moodycamel::ConcurrentQueue<T> queue_;
};

}  // namespace salvo::engine

// Deadlines of one loop. Not thread-safe: all of it belongs to the loop's thread.
#pragma once

#include <functional>
#include <vector>

#include "io/clock.h"

namespace salvo::io {

class TimerQueue;

// Calls back once when its deadline has come. Owned by whoever needs it; cancels itself when it is
// destroyed. The queue must outlive it.
class Timer {
 public:
  Timer(TimerQueue& queue, std::function<void()> callback);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Moves the deadline, armed or not. kNever disarms.
  void Set(Nanos deadline);
  void Cancel() { Set(kNever); }

  // kNever when it is not armed.
  Nanos deadline() const { return deadline_; }

 private:
  friend class TimerQueue;

  TimerQueue& queue_;
  std::function<void()> callback_;
  Nanos deadline_ = kNever;
  size_t index_ = 0;  // in the heap, while armed
};

// A binary heap of armed timers.
class TimerQueue {
 public:
  // The earliest deadline; kNever when none is armed.
  Nanos NextDeadline() const { return heap_.empty() ? kNever : heap_.front()->deadline_; }

  // Disarms and calls every timer whose deadline is at most `now`, earliest first. A callback may
  // set, cancel or destroy any timer; one that it sets into the past runs at the next call.
  void RunDue(Nanos now);

 private:
  friend class Timer;

  void Insert(Timer* timer);
  void Remove(Timer* timer);
  void SiftUp(size_t index);
  void SiftDown(size_t index);
  void Place(Timer* timer, size_t index);

  std::vector<Timer*> heap_;
  std::vector<Timer*> due_;   // of the RunDue that is running; nullptr when cancelled meanwhile
  Timer* running_ = nullptr;  // whose callback runs; nullptr once it is destroyed
};

}  // namespace salvo::io

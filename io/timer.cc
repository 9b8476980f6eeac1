#include "io/timer.h"

#include <utility>

namespace salvo::io {

Timer::Timer(TimerQueue& queue, std::function<void()> callback)
    : queue_(queue), callback_(std::move(callback)) {}

Timer::~Timer() {
  Cancel();
  if (queue_.running_ == this) queue_.running_ = nullptr;
}

void Timer::Set(Nanos deadline) {
  if (deadline == deadline_) return;
  if (deadline_ != kNever) queue_.Remove(this);
  deadline_ = deadline;
  if (deadline_ != kNever) queue_.Insert(this);
}

void TimerQueue::RunDue(Nanos now) {
  due_.clear();
  while (!heap_.empty() && heap_.front()->deadline_ <= now) {
    Timer* timer = heap_.front();
    Remove(timer);
    timer->index_ = due_.size();
    due_.push_back(timer);
  }
  for (size_t i = 0; i < due_.size(); ++i) {
    Timer* timer = due_[i];
    if (timer == nullptr) continue;
    due_[i] = nullptr;
    timer->deadline_ = kNever;
    running_ = timer;
    // Not inside the timer while it runs, for it may destroy the timer.
    std::function<void()> callback = std::move(timer->callback_);
    callback();
    if (running_ == timer) timer->callback_ = std::move(callback);
  }
  running_ = nullptr;
}

void TimerQueue::Insert(Timer* timer) {
  heap_.push_back(timer);
  Place(timer, heap_.size() - 1);
  SiftUp(timer->index_);
}

void TimerQueue::Remove(Timer* timer) {
  const size_t index = timer->index_;
  const bool is_due = index < due_.size() && due_[index] == timer;
  if (is_due) {
    due_[index] = nullptr;
    return;
  }
  Timer* last = heap_.back();
  heap_.pop_back();
  if (last == timer) return;
  Place(last, index);
  SiftUp(index);
  SiftDown(last->index_);
}

void TimerQueue::SiftUp(size_t index) {
  while (index > 0) {
    const size_t parent = (index - 1) / 2;
    if (heap_[parent]->deadline_ <= heap_[index]->deadline_) return;
    Timer* timer = heap_[index];
    Place(heap_[parent], index);
    Place(timer, parent);
    index = parent;
  }
}

void TimerQueue::SiftDown(size_t index) {
  for (;;) {
    size_t least = index;
    for (const size_t child : {2 * index + 1, 2 * index + 2}) {
      if (child < heap_.size() && heap_[child]->deadline_ < heap_[least]->deadline_) least = child;
    }
    if (least == index) return;
    Timer* timer = heap_[index];
    Place(heap_[least], index);
    Place(timer, least);
    index = least;
  }
}

void TimerQueue::Place(Timer* timer, size_t index) {
  heap_[index] = timer;
  timer->index_ = index;
}

}  // namespace salvo::io

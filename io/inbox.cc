#include "io/inbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

namespace salvo::io {

Inbox::Inbox() : descriptor_(eventfd(0, EFD_CLOEXEC)) {}

Inbox::~Inbox() {
  if (descriptor_ >= 0) close(descriptor_);
}

void Inbox::Wake() {
  if (awake_.exchange(true)) return;
  const uint64_t one = 1;
  // Cannot fail but when the counter is full, and then the loop is awake already.
  [[maybe_unused]] const ssize_t written = write(descriptor_, &one, sizeof one);
}

void Inbox::Post(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    has_tasks_.store(true);
  }
  Wake();
}

void Inbox::RunPosted() {
  if (!has_tasks_.load()) return;
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
    has_tasks_.store(false);
  }
  for (const std::function<void()>& task : tasks) task();
}

}  // namespace salvo::io

// How other threads reach a loop: tasks for its thread, and a descriptor that ends its wait.
// Shared by the loop and whoever posts, so that a late poster never meets a loop that is gone.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

namespace salvo::io {

// Thread-safe, but for what says otherwise.
class Inbox {
 public:
  Inbox();
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // Makes `descriptor()` readable. Cheap when it is already.
  void Wake();
  // Dropped without being run when the loop is gone.
  void Post(std::function<void()> task);

  // An eventfd: 8 octets to read once somebody woke the loop. -1 when the system had none left.
  int descriptor() const { return descriptor_; }

  // The loop's thread only: after the descriptor was read, and before tasks are looked for.
  void Woken() { awake_.store(false); }
  // The loop's thread only: runs what was posted.
  void RunPosted();

 private:
  int descriptor_;
  std::atomic<bool> awake_ = false;
  std::atomic<bool> has_tasks_ = false;
  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;
};

}  // namespace salvo::io

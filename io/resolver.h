// Name resolution away from the loop: the system's resolver blocks, for half a minute at times.
#pragma once

#include <memory>

#include "io/inbox.h"
#include "io/loop.h"

namespace salvo::io {

// Asks for several names at a time, so that one that nobody answers for holds up no other: each by
// a thread that is started for it and ends when no question is left. Who asks for a name that is
// asked for already gets the same answer. Destroying the resolver waits for nobody: a question
// under way is forgotten, and its thread ends when the system has answered. Belongs to the loop's
// thread.
class Resolver {
 public:
  // Further questions wait.
  static constexpr size_t kMostThreads = 8;

  // Answers are posted to `inbox`.
  explicit Resolver(std::shared_ptr<Inbox> inbox);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // An address needs no question; it, too, is answered in a later turn.
  void Resolve(const Endpoint& endpoint, ResolveCallback done);

 private:
  struct Shared;

  void StartThread();
  void RefuseAll(int error_number);

  std::shared_ptr<Inbox> inbox_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace salvo::io

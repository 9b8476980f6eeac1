// Name resolution away from the loop: the system's resolver blocks, for half a minute at times.
#pragma once

#include <memory>

#include "io/inbox.h"
#include "io/loop.h"

namespace salvo::io {

// One thread that asks one name after the other, started when it is first needed. Destroying the
// resolver waits for nobody: a question under way is forgotten. Belongs to the loop's thread.
class Resolver {
 public:
  // Answers are posted to `inbox`.
  explicit Resolver(std::shared_ptr<Inbox> inbox);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // An address needs no question; it, too, is answered in a later turn.
  void Resolve(const Endpoint& endpoint, ResolveCallback done);

 private:
  struct Shared;

  void RefuseAll(int error_number);

  std::shared_ptr<Inbox> inbox_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace salvo::io

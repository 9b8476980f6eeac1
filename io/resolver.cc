#include "io/resolver.h"

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "io/thread_name.h"

namespace salvo::io {

struct Resolver::Shared {
  struct Question {
    Endpoint endpoint;
    ResolveCallback done;
  };

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Question> questions;
  bool stopping = false;
  bool started = false;

  void Run(const std::shared_ptr<Inbox>& inbox) {
    NameThread("salvo-resolver");
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [this] { return stopping || !questions.empty(); });
      if (stopping) return;
      Question question = std::move(questions.front());
      questions.pop_front();
      lock.unlock();
      auto answer = ResolveBlocking(question.endpoint);
      lock.lock();
      if (stopping) return;
      inbox->Post([done = std::move(question.done), answer = std::move(answer)] { done(answer); });
    }
  }
};

Resolver::Resolver(std::shared_ptr<Inbox> inbox)
    : inbox_(std::move(inbox)), shared_(std::make_shared<Shared>()) {}

Resolver::~Resolver() {
  std::lock_guard lock(shared_->mutex);
  shared_->stopping = true;
  shared_->changed.notify_all();
}

void Resolver::Resolve(const Endpoint& endpoint, ResolveCallback done) {
  const absl::StatusOr<SocketAddress> numeric = SocketAddress::FromNumeric(endpoint);
  if (numeric.ok()) {
    inbox_->Post([done = std::move(done), address = *numeric] { done({{address}}); });
    return;
  }
  std::lock_guard lock(shared_->mutex);
  shared_->questions.push_back({endpoint, std::move(done)});
  shared_->changed.notify_all();
  if (shared_->started) return;
  try {
    std::thread([shared = shared_, inbox = inbox_] { shared->Run(inbox); }).detach();
    shared_->started = true;
  } catch (const std::system_error& error) {
    RefuseAll(error.code().value());
  }
}

// No thread is to be had, such as at the limit of processes.
void Resolver::RefuseAll(int error_number) {
  for (Shared::Question& question : std::exchange(shared_->questions, {})) {
    inbox_->Post([question = std::move(question), error_number] {
      question.done(absl::UnavailableError(
          absl::StrFormat("cannot resolve the name '%s': cannot start a thread: %s",
                          question.endpoint.host, std::strerror(error_number))));
    });
  }
}

}  // namespace salvo::io

#include "io/resolver.h"

#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "io/thread_name.h"

namespace salvo::io {

struct Resolver::Shared {
  using Key = std::pair<std::string, uint16_t>;
  static Key KeyOf(const Endpoint& endpoint) { return {endpoint.host, endpoint.port}; }

  // Asks until no question is left.
  void Run(const std::shared_ptr<Inbox>& inbox) {
    NameThread("salvo-resolver");
    std::unique_lock lock(mutex);
    while (!questions.empty()) {
      const Endpoint endpoint = std::move(questions.front());
      questions.pop_front();
      lock.unlock();
      const auto answer = ResolveBlocking(endpoint);
      lock.lock();
      TellAll(endpoint, answer, *inbox);
    }
    --threads;
  }

  // Nobody is told when the resolver is gone.
  void TellAll(const Endpoint& endpoint, const absl::StatusOr<std::vector<SocketAddress>>& answer,
               Inbox& inbox) {
    auto asking = waiting.extract(KeyOf(endpoint));
    if (asking.empty()) return;
    for (ResolveCallback& done : asking.mapped()) {
      inbox.Post([done = std::move(done), answer] { done(answer); });
    }
  }

  std::mutex mutex;
  std::deque<Endpoint> questions;                       // that no thread has begun with
  std::map<Key, std::vector<ResolveCallback>> waiting;  // for a question, or one under way
  size_t threads = 0;
};

Resolver::Resolver(std::shared_ptr<Inbox> inbox)
    : inbox_(std::move(inbox)), shared_(std::make_shared<Shared>()) {}

Resolver::~Resolver() {
  const std::lock_guard lock(shared_->mutex);
  shared_->questions.clear();
  shared_->waiting.clear();
}

void Resolver::Resolve(const Endpoint& endpoint, ResolveCallback done) {
  const absl::StatusOr<SocketAddress> numeric = SocketAddress::FromNumeric(endpoint);
  if (numeric.ok()) {
    inbox_->Post([done = std::move(done), address = *numeric] { done({{address}}); });
    return;
  }
  const std::lock_guard lock(shared_->mutex);
  std::vector<ResolveCallback>& asking = shared_->waiting[Shared::KeyOf(endpoint)];
  asking.push_back(std::move(done));
  if (asking.size() > 1) return;
  shared_->questions.push_back(endpoint);
  if (shared_->threads < kMostThreads) StartThread();
}

// Where no further thread is to be had, such as at the limit of processes, those that are there go
// on with the question.
void Resolver::StartThread() {
  try {
    std::thread([shared = shared_, inbox = inbox_] { shared->Run(inbox); }).detach();
    ++shared_->threads;
  } catch (const std::system_error& error) {
    if (shared_->threads == 0) RefuseAll(error.code().value());
  }
}

void Resolver::RefuseAll(int error_number) {
  for (const Endpoint& endpoint : std::exchange(shared_->questions, {})) {
    const absl::Status error = absl::UnavailableError(
        absl::StrFormat("cannot resolve the name '%s': cannot start a thread: %s", endpoint.host,
                        std::strerror(error_number)));
    shared_->TellAll(endpoint, error, *inbox_);
  }
}

}  // namespace salvo::io

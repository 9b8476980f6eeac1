// What the tests of the engine with real threads and sockets share.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "salvo/engine.h"
#include "tests/support/live_smsc.h"

namespace salvo::test {

class Recorder : public Listener {
 public:
  void OnOutcomes(std::span<const Outcome> outcomes) override {
    for (const Outcome& outcome : outcomes) ++results[outcome.key][outcome.result];
  }
  void OnEvent(const Event& event) override { events.push_back(event.kind); }

  uint64_t Count(Result result) const {
    uint64_t count = 0;
    for (const auto& [key, of_key] : results) {
      const auto found = of_key.find(result);
      if (found != of_key.end()) count += found->second;
    }
    return count;
  }

  std::map<uint64_t, std::map<Result, uint64_t>> results;
  std::vector<Event::Kind> events;
};

inline AccountOptions AccountFor(const LiveSmsc& smsc) {
  AccountOptions account;
  account.hosts = {{"127.0.0.1", smsc.port()}};
  account.system_id = "demo";
  account.password = "demo";
  account.window = 50;
  return account;
}

inline std::unique_ptr<MessageBatch> Messages(uint64_t first, uint64_t count) {
  std::vector<OwnedMessage> messages;
  for (uint64_t key = first; key < first + count; ++key) {
    OwnedMessage message;
    message.key = key;
    message.to = std::to_string(490'000'000'000 + key);
    message.text = "Hello " + std::to_string(key);
    messages.push_back(std::move(message));
  }
  return MakeBatch(std::move(messages));
}

inline StatusCode CodeOfCreate(const EngineOptions& options, const AccountOptions& account,
                               Listener* listener) {
  std::unique_ptr<Engine> engine;
  return Engine::Create(options, {account}, listener, &engine).code();
}

}  // namespace salvo::test

// What is measured without a campaign: messages from memory, and one who only counts their
// outcomes.
#pragma once

#include <cstdint>
#include <string>

#include "salvo/engine.h"

namespace salvo::bench {

// All to one number, with one text.
class SameText final : public MessageBatch {
 public:
  explicit SameText(uint64_t messages) : messages_(messages) {}

  bool Next(Message* message) override {
    if (next_ == messages_) return false;
    message->key = ++next_;
    message->to = "491701234567";
    message->text = text_;
    return true;
  }

 private:
  const uint64_t messages_;
  const std::string text_ = std::string(100, 'x');
  uint64_t next_ = 0;
};

class AcceptedCounter final : public Listener {
 public:
  void OnOutcomes(std::span<const Outcome> outcomes) override {
    for (const Outcome& outcome : outcomes) accepted += outcome.result == Result::kAccepted;
  }
  void OnEvent(const Event& /*event*/) override {}
  uint64_t accepted = 0;
};

}  // namespace salvo::bench

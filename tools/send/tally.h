// The engine's listener of `salvo send`: counts outcomes, writes results, keeps receipts, passes
// events on.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "salvo/engine.h"
#include "tools/send/receipt_store.h"
#include "tools/send/results.h"

namespace salvo::tools {

struct Counts {
  uint64_t accepted = 0;  // messages, and so the next three
  uint64_t rejected = 0;
  uint64_t unknown = 0;
  uint64_t unsent = 0;
  uint64_t undelivered = 0;  // segments whose final receipt says anything but DELIVERED
  std::map<uint32_t, uint64_t> refusals;  // rejected, by command_status
  int64_t first_submitted_ns = 0;         // wall clock; 0: none
  int64_t last_answered_ns = 0;

  uint64_t done() const { return accepted + rejected + unknown + unsent; }
};

// How the accounts that gave up failed last, and what else ended the run before its end.
struct Failure {
  bool any_refused = false;
  bool any_unreachable = false;
  bool braked = false;  // the first answers were mostly refusals
  bool journal_failed = false;
};

class Tally final : public Listener {
 public:
  // `results` and `receipts` may be nullptr; not owned. `on_event` is called on the engine's
  // thread.
  Tally(Results* results, ReceiptStore* receipts, std::function<void(const Event&)> on_event)
      : results_(results), receipts_(receipts), on_event_(std::move(on_event)) {}

  void OnOutcomes(std::span<const Outcome> outcomes) override;
  void OnEvent(const Event& event) override;
  void OnReceipts(std::span<const Receipt> receipts) override;

  // Rows that never reached the engine. Thread-safe, and so the next two.
  void AddUnsent(std::span<const Outcome> outcomes) { OnOutcomes(outcomes); }
  Counts counts() const;
  Failure failure() const;

 private:
  void NoteFailure(const Event& event);

  Results* results_;
  ReceiptStore* receipts_;
  std::function<void(const Event&)> on_event_;
  mutable std::mutex mutex_;  // guards the rest
  Counts counts_;
  std::map<std::string, Event::Kind> last_failure_;  // by account
  Failure failure_;
};

}  // namespace salvo::tools

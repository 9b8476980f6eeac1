// What the shards of an engine have in common.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "engine/core/account.h"
#include "engine/core/brake.h"
#include "engine/core/intake.h"
#include "engine/core/report.h"
#include "ratelimit/token_bucket.h"

namespace salvo::engine {

class Logs;

// Not owned by the shards; outlives them.
struct SharedState {
  std::vector<std::unique_ptr<Account>> accounts;
  std::unique_ptr<ratelimit::TokenBucket> global_budget;  // nullptr: no limit
  std::unique_ptr<Intake> intake;
  std::unique_ptr<Reporter> reporter;
  std::unique_ptr<Brake> brake = std::make_unique<Brake>(0, 1);  // never falls
  Logs* logs = nullptr;  // not owned; nullptr: none is written
  // No further batch will come: finish what there is.
  std::atomic<bool> finishing = false;
  // Start nothing new.
  std::atomic<bool> draining = false;
  uint32_t shards = 1;
  // How long the binds stay up for receipts when everything is settled.
  io::Nanos wait_receipts = 0;
  // Shards whose messages all have their outcomes.
  std::atomic<uint32_t> settled_shards = 0;
  // Called, by any shard's thread, when something changed that all shards should look at.
  std::function<void()> wake_all;

  // Has the reporter's desk wait for the accounts' receipts, and for those that `earlier` runs left
  // (nullptr: none). Once, when accounts and reporter are there and no shard is.
  void ConfigureReceipts(uint64_t max_waiting, bool has_journal, std::unique_ptr<Matcher> earlier,
                         io::Clock& clock);

  // Whether any account is there to send.
  bool can_send() const {
    return std::any_of(accounts.begin(), accounts.end(),
                       [](const auto& a) { return a->can_send(); });
  }

  // Ends the intake and starts nothing new. Thread-safe.
  void Drain();
};

}  // namespace salvo::engine

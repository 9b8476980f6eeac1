#include "engine/core/shared_state.h"

#include <utility>

namespace salvo::engine {

void SharedState::ConfigureReceipts(uint64_t max_waiting, bool has_journal,
                                    std::unique_ptr<Matcher> earlier, io::Clock& clock) {
  ReceiptDesk::Options options;
  for (const auto& account : accounts) {
    options.accounts.push_back(account->options().name);
    options.matching.accounts.push_back(account->options().receipts);
  }
  options.matching.max_waiting = max_waiting;
  options.matching.has_journal = has_journal;
  options.shards = shards;
  reporter->desk().Configure(options, std::move(earlier), clock.Monotonic(), clock.Wall());
}

void SharedState::Drain() {
  intake->Close();
  draining.store(true);
  wake_all();
}

}  // namespace salvo::engine

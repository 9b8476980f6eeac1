// Where receipts and messages meet: the matcher, and its ways to the listener and back to the
// shards. On the reporter's thread, but for what is said to be thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/mailbox.h"
#include "engine/receipts/matcher.h"
#include "salvo/engine.h"

namespace salvo::engine {

// An unknown segment was accepted, as a receipt says: for its shard to settle.
struct Settlement {
  uint64_t cookie = 0;
  uint64_t key = 0;
  uint32_t account = 0;
  uint64_t receipt_claim = 0;
  std::string id;
};

class ReceiptDesk final : private MatcherSink {
 public:
  // `listener` is not owned.
  explicit ReceiptDesk(Listener* listener);
  ~ReceiptDesk() override;

  struct Options {
    std::vector<std::string> accounts;  // their names, by index
    Matcher::Options matching;
    uint32_t shards = 1;
  };
  // Before anything else. `earlier`: what an earlier run left; may be nullptr.
  void Configure(const Options& options, std::unique_ptr<Matcher> earlier, io::Nanos now,
                 int64_t wall_ns);

  void Advance(io::Nanos now, int64_t wall_ns);
  void Take(std::span<const UnknownSegment> unknowns, std::span<const Acceptance> acceptances,
            std::span<const InboundReceipt> receipts);
  // A receipt that was found out to be about a message by other means.
  void Tell(const Receipt& receipt);
  // Gives the listener what it was not given yet.
  void Flush();
  // All shards are done.
  void Finish();
  const Matcher& matcher() const { return *matcher_; }

  // Thread-safe, and so all below. True, and only once, when Advance is due.
  bool TakeDeadline(io::Nanos now);
  io::Nanos next_deadline() const { return next_deadline_.load(std::memory_order_relaxed); }
  // Whether no receipt is to come any more that was asked for.
  bool all_in() const { return all_in_.load(); }
  // True, and only once, when shards should look: there are settlements, or next_deadline is sooner
  // than it was.
  bool TakeNews() { return has_news_.exchange(false); }
  bool TakeSettlement(uint32_t shard, Settlement* settlement);
  void AddTo(Stats* stats) const;

 private:
  static constexpr size_t kMostReceipts = 512;
  static constexpr size_t kMostOctets = 64 * 1024;

  // MatcherSink
  void OnReceipt(const Receipt& receipt) override { Tell(receipt); }
  void OnIdsLearned(uint32_t account, IdChange change) override;
  void OnUnknownSettled(const SettledByReceipt& settled) override;

  std::string_view Keep(std::string_view text);
  void Publish();
  void PublishDeadline();

  Listener* listener_;
  std::unique_ptr<Matcher> matcher_;
  std::vector<std::string> accounts_;
  // One a shard.
  std::vector<std::unique_ptr<Mailbox<Settlement>>> settlements_;
  // Not given to the listener yet; their views are of octets_.
  std::vector<Receipt> receipts_;
  std::unique_ptr<char[]> octets_;
  size_t used_ = 0;

  int64_t wall_ns_ = 0;  // of Configure, then of the last Advance
  std::atomic<io::Nanos> next_deadline_ = io::kNever;
  std::atomic<bool> all_in_ = true;
  std::atomic<bool> has_news_ = false;
  std::atomic<uint64_t> delivered_ = 0;
  std::atomic<uint64_t> waiting_ = 0;
  std::atomic<uint64_t> parked_ = 0;
  std::atomic<uint64_t> repeated_ = 0;
  std::atomic<uint64_t> on_disk_ = 0;
  std::atomic<uint64_t> unmatched_ = 0;
  std::atomic<uint64_t> probable_ = 0;
  std::atomic<uint64_t> without_id_ = 0;
};

}  // namespace salvo::engine

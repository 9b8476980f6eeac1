#include "engine/core/receipt_desk.h"

#include <algorithm>
#include <utility>

namespace salvo::engine {

ReceiptDesk::ReceiptDesk(Listener* listener)
    : listener_(listener), matcher_(std::make_unique<Matcher>(static_cast<MatcherSink*>(this))) {}

ReceiptDesk::~ReceiptDesk() = default;

void ReceiptDesk::Configure(const Options& options, std::unique_ptr<Matcher> earlier, io::Nanos now,
                            int64_t wall_ns) {
  if (earlier != nullptr) matcher_ = std::move(earlier);
  matcher_->SetSink(this);
  wall_ns_ = wall_ns;
  matcher_->Configure(options.matching, now, wall_ns);
  accounts_ = options.accounts;
  settlements_.clear();
  for (uint32_t i = 0; i < options.shards; ++i) {
    settlements_.push_back(std::make_unique<Mailbox<Settlement>>(SIZE_MAX));
  }
  octets_ = std::make_unique_for_overwrite<char[]>(kMostOctets);
  receipts_.reserve(kMostReceipts);
  Publish();
}

void ReceiptDesk::Advance(io::Nanos now, int64_t wall_ns) {
  wall_ns_ = wall_ns;
  matcher_->Advance(now);
  Flush();
  Publish();
}

void ReceiptDesk::Take(std::span<const UnknownSegment> unknowns,
                       std::span<const Acceptance> acceptances,
                       std::span<const InboundReceipt> receipts) {
  if (unknowns.empty() && acceptances.empty() && receipts.empty()) return;
  for (const UnknownSegment& segment : unknowns) matcher_->OnUnknown(segment);
  for (const Acceptance& acceptance : acceptances) matcher_->OnAccepted(acceptance);
  for (const InboundReceipt& receipt : receipts) matcher_->OnReceipt(receipt);
  Flush();
  Publish();
}

void ReceiptDesk::Finish() {
  matcher_->Finish();
  Flush();
  Publish();
}

std::string_view ReceiptDesk::Keep(std::string_view text) {
  char* at = octets_.get() + used_;
  std::copy(text.begin(), text.end(), at);
  used_ += text.size();
  return {at, text.size()};
}

void ReceiptDesk::Tell(const Receipt& receipt) {
  if (receipts_.size() == kMostReceipts ||
      receipt.error.size() + receipt.message_id.size() > kMostOctets - used_) {
    Flush();
  }
  receipts_.push_back(receipt);
  receipts_.back().error = Keep(receipt.error);
  receipts_.back().message_id = Keep(receipt.message_id);
}

void ReceiptDesk::Flush() {
  if (receipts_.empty()) return;
  listener_->OnReceipts(receipts_);
  receipts_.clear();
  used_ = 0;
}

void ReceiptDesk::OnIdsLearned(uint32_t account, IdChange change) {
  // A receipt that an earlier run kept may be of an account that is not there any more.
  if (account >= accounts_.size()) return;
  Event event;
  event.kind = Event::Kind::kReceiptIdsLearned;
  event.account = accounts_[account];
  event.at_ns = wall_ns_;
  event.text = change == IdChange::kDecimalToHex
                   ? "receipts write message ids in decimal, answers in hexadecimal"
                   : "receipts write message ids in hexadecimal, answers in decimal";
  listener_->OnEvent(event);
}

void ReceiptDesk::OnUnknownSettled(const SettledByReceipt& settled) {
  const UnknownSegment& segment = settled.segment;
  settlements_[segment.shard]->Push({segment.cookie, segment.key, segment.account,
                                     settled.receipt_claim, std::string(settled.id)});
  has_news_.store(true);
}

void ReceiptDesk::Publish() {
  const MatcherCounts counts = matcher_->counts();
  delivered_.store(counts.delivered, std::memory_order_relaxed);
  waiting_.store(counts.waiting, std::memory_order_relaxed);
  parked_.store(counts.parked, std::memory_order_relaxed);
  repeated_.store(counts.repeated, std::memory_order_relaxed);
  on_disk_.store(counts.on_disk, std::memory_order_relaxed);
  unmatched_.store(counts.unmatched, std::memory_order_relaxed);
  probable_.store(counts.probable, std::memory_order_relaxed);
  without_id_.store(counts.without_id, std::memory_order_relaxed);
  all_in_.store(!matcher_->IsWaiting());
  PublishDeadline();
}

// What is told stays until it has come, though what waited for it may be gone: so shards are woken
// for a sooner one alone, and not for every receipt that is early.
void ReceiptDesk::PublishDeadline() {
  const io::Nanos deadline = matcher_->NextDeadline();
  io::Nanos told = next_deadline_.load();
  while (deadline < told) {
    if (next_deadline_.compare_exchange_weak(told, deadline)) return has_news_.store(true);
  }
}

bool ReceiptDesk::TakeDeadline(io::Nanos now) {
  io::Nanos deadline = next_deadline_.load(std::memory_order_relaxed);
  // Until the desk has looked at it.
  return deadline <= now && next_deadline_.compare_exchange_strong(deadline, io::kNever);
}

bool ReceiptDesk::TakeSettlement(uint32_t shard, Settlement* settlement) {
  return shard < settlements_.size() && settlements_[shard]->TryPop(settlement);
}

void ReceiptDesk::AddTo(Stats* stats) const {
  stats->delivered += delivered_.load(std::memory_order_relaxed);
  stats->receipts_waiting += waiting_.load(std::memory_order_relaxed);
  stats->receipts_parked += parked_.load(std::memory_order_relaxed);
  stats->receipts_repeated += repeated_.load(std::memory_order_relaxed);
  stats->receipts_on_disk += on_disk_.load(std::memory_order_relaxed);
  stats->receipts_unmatched += unmatched_.load(std::memory_order_relaxed);
  stats->receipts_probable += probable_.load(std::memory_order_relaxed);
  stats->accepted_without_id += without_id_.load(std::memory_order_relaxed);
}

}  // namespace salvo::engine

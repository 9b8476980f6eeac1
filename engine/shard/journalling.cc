// The part of a shard that keeps the journal.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/shard/shard.h"

namespace salvo::engine {

void Shard::UseJournal(std::unique_ptr<ShardJournal> journal, const JournalDirectory& directory) {
  journal_ = std::move(journal);
  for (LinkState& state : links_) {
    if (WaitsForDisk()) state.link->WaitForDisk();
  }
  directory_ = &directory;
  if (directory.earlier_runs() > 0) earlier_ = &directory;
}

void Shard::RecordIntent(uint64_t cookie, const MessageRecord& record, uint32_t account) {
  if (record.parts == 1 && record.part(0).attempts == 1) {
    return journal_->AddIntent(record.key, account, record.billed, WallNow());
  }
  JournalRecord intent;
  intent.kind = RecordKind::kIntent;
  intent.key = record.key;
  intent.part = MessageTable::PartOf(cookie);
  intent.parts = record.parts;
  intent.attempt = record.part(intent.part).attempts;
  intent.account = account;
  intent.reference = record.reference;
  intent.look = record.look;
  intent.billed = record.billed;
  journal_->Add(intent, WallNow());
}

void Shard::RecordResult(RecordKind kind, uint64_t cookie, pdu::CommandStatus status) {
  if (journal_ == nullptr) return;
  const MessageRecord& record = messages_[MessageTable::IndexOf(cookie)];
  JournalRecord result;
  result.kind = kind;
  result.key = record.key;
  result.part = MessageTable::PartOf(cookie);
  result.parts = record.parts;
  result.status = static_cast<uint32_t>(status);
  journal_->Add(result, WallNow());
}

void Shard::RecordRefusal(uint64_t cookie, pdu::CommandStatus status, io::Nanos delay) {
  if (journal_ == nullptr) return;
  MessageRecord& record = messages_[MessageTable::IndexOf(cookie)];
  JournalRecord refusal;
  refusal.kind = RecordKind::kRefused;
  refusal.key = record.key;
  refusal.part = MessageTable::PartOf(cookie);
  refusal.parts = record.parts;
  refusal.attempt = record.part(refusal.part).attempts;
  refusal.status = static_cast<uint32_t>(status);
  refusal.next_ns = WallNow() + delay;
  journal_->Add(refusal, WallNow());
}

bool Shard::CommitJournal() {
  if (journal_ == nullptr) return true;
  const absl::Status status = journal_->Commit(WallNow(), loop_.now());
  if (!status.ok()) {
    StopForJournal(status);
    return false;
  }
  if (!journal_->has_room()) StopForJournal(journal_->room_status());
  return true;
}

// Without room, what is under way is still settled. Without a journal nothing may leave any more,
// and no result of this shard that it does not hold may be shown: the next run will not know it.
void Shard::StopForJournal(const absl::Status& status) {
  if (!std::exchange(journal_stopped_, true)) {
    Event event;
    event.kind = Event::Kind::kJournalFailed;
    event.at_ns = WallNow();
    const std::string text = absl::StrCat("the journal: ", status.message());
    event.text = text;
    shared_.reporter->Deliver(event);
    shared_.Drain();
  }
  if (journal_->status().ok() || std::exchange(journal_failed_, true)) return;
  outbox_.CallUnknown([this](Result was) {
    counters_.Of(was).TakeBack(1);
    counters_.unknown.Add(1);
  });
  for (LinkState& state : links_) state.link->Stop();
}

// What a journal that failed does not hold says so, and need not wait.
void Shard::FlushOutbox(bool all) {
  const bool waits = WaitsForDisk() && !journal_failed_;
  const uint64_t covering = waits ? journal_->covering_sync() : 0;
  outbox_.Flush(loop_.now(), WallNow(), covering, waits ? journal_->synced() : UINT64_MAX, all);
}

void Shard::PublishJournal() {
  if (journal_ == nullptr) return;
  const ShardJournal::Counts counts = journal_->counts();
  counters_.journal_batches.Set(counts.batches);
  counters_.journal_octets.Set(counts.octets);
  counters_.journal_syncs.Set(counts.syncs);
  counters_.journal_sync_us.Set(static_cast<uint64_t>(counts.sync_time / 1000));
  counters_.journal_longest_sync_us.Set(static_cast<uint64_t>(counts.longest_sync / 1000));
}

bool Shard::EndJournal() {
  if (journal_ == nullptr) return true;
  if (!journal_->status().ok()) return false;
  bool synced = false;
  journal_->End(WallNow(), [&](const absl::Status&) { synced = true; });
  while (!synced) loop_.Turn(io::kNever);
  PublishJournal();
  return journal_->status().ok();
}

}  // namespace salvo::engine

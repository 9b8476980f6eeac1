// The part of a shard that lets refused messages wait on the disk when too many wait in memory.
#include "engine/shard/shard.h"

namespace salvo::engine {
namespace {

// So long before they are due they are read again.
constexpr io::Nanos kLead = io::kNanosPerSecond;

}  // namespace

// A message of one part gives its place away when more than half of those that may wait do; the
// other half is for what is read again, and for messages of several parts, which stay. True when
// the message waits on the disk: its record is gone.
bool Shard::Spill(AccountState& account, uint32_t index) {
  const MessageRecord& record = messages_[index];
  const PartRecord& part = record.first_part;
  if (journal_ == nullptr || record.parts > 1 || part.retry == RetryWheel::kNone) return false;
  const uint32_t most = account.account->retry_policy().max_waiting();
  if (account.retries.size() <= most / 2 || !HasSpill(account)) return false;
  SpilledMessage spilled;
  spilled.key = record.key;
  spilled.tag = record.tag;
  spilled.billed = record.billed;
  spilled.attempts = part.attempts;
  spilled.refusal = static_cast<uint32_t>(part.refusal);
  spilled.begun_at = record.begun_at;
  spilled.submitted_at_ns = record.submitted_at_ns;
  spilled.answered_at_ns = record.answered_at_ns;
  spilled.due = account.retries.due(part.retry);
  spilled.to = record.to();
  spilled.pdu = part.pdu;
  if (!account.spill->Add(spilled, spilled.due - loop_.now())) return false;
  account.retries.Remove(part.retry);
  messages_.Remove(index);
  return true;
}

// Where there is no file the intake pauses instead.
bool Shard::HasSpill(AccountState& account) {
  if (account.spill != nullptr || account.cannot_spill) return !account.cannot_spill;
  auto file = ScratchFile::Make(directory_->directory());
  account.cannot_spill = !file.ok();
  if (file.ok()) account.spill = std::make_unique<RetrySpill>(*std::move(file));
  return !account.cannot_spill;
}

bool Shard::WantsSpilled(const AccountState& account) const {
  if (!account.has_spilled()) return false;
  const bool gives_up = phase_ != Phase::kRunning || account.account->stopped();
  if (gives_up) return !shared_.reporter->congested() && !outbox_.congested();
  return account.retries.size() < account.account->retry_policy().max_waiting() &&
         account.spill->first_due() <= loop_.now() + kLead;
}

// A block a turn: the links want their turns meanwhile.
void Shard::MindSpills() {
  for (AccountState& account : accounts_) {
    if (WantsSpilled(account)) TakeSpilled(account);
  }
}

// What the disk does not give back is the next run's to send.
void Shard::TakeSpilled(AccountState& account) {
  const auto lose = [this](uint64_t key, uint64_t tag) {
    Message message;
    message.key = key;
    message.tag = tag;
    ReportUnsubmitted(message, Result::kUnsent, {});
  };
  const absl::Status status =
      account.spill->Take([&](const SpilledMessage& spilled) { Restore(account, spilled); }, lose);
  if (!status.ok()) StopForJournal(status);
  counters_are_stale_ = true;
}

// Waits on, or is given up where nothing is retried any more.
void Shard::Restore(AccountState& account, const SpilledMessage& spilled) {
  Message message;
  message.key = spilled.key;
  message.tag = spilled.tag;
  const uint32_t index =
      messages_.Add(message, spilled.to, spilled.billed, /*parts=*/1, spilled.begun_at);
  MessageRecord& record = messages_[index];
  record.unsubmitted = 0;
  record.again = earlier_ != nullptr && earlier_->IsUnknown(spilled.key);
  record.attempts = spilled.attempts;
  record.submitted_at_ns = spilled.submitted_at_ns;
  record.answered_at_ns = spilled.answered_at_ns;
  PartRecord& part = record.first_part;
  part.pdu = spilled.pdu;
  part.attempts = spilled.attempts;
  part.refusal = static_cast<pdu::CommandStatus>(spilled.refusal);
  if (phase_ == Phase::kRunning && !account.account->stopped()) {
    part.retry = account.retries.Add(MessageTable::Cookie(index, 0), spilled.due);
    ++record.waiting;
    return;
  }
  EndPart(record, 0);
  SettleIfComplete(index);
}

io::Nanos Shard::NextSpillTime(const AccountState& account) const {
  if (WantsSpilled(account)) return loop_.now();
  if (!account.has_spilled()) return io::kNever;
  // Else when there is room: that comes with an event.
  const io::Nanos lead_begins = account.spill->first_due() - kLead;
  return lead_begins > loop_.now() ? lead_begins : io::kNever;
}

}  // namespace salvo::engine

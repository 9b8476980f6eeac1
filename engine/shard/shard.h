// A shard: one thread, one loop, a pool of binds, and the messages that go over them. It owns what
// it touches; other threads reach it only through the intake, the budget and the loop's Post.
//
// A turn of a shard: submit what windows, budget and output allow; hand the output on; wait for the
// kernel; settle the answers.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/core/shared_state.h"
#include "engine/journal/directory.h"
#include "engine/journal/shard_journal.h"
#include "engine/shard/counters.h"
#include "engine/shard/message_table.h"
#include "engine/shard/outbox.h"
#include "engine/shard/shard_parts.h"
#include "io/loop.h"

namespace salvo::engine {

class Shard final : private LinkOwner {
 public:
  // `seed`: of jitter and references. `index`: among the shards. All belongs to the thread that
  // runs Turn.
  Shard(SharedState& shared, const std::vector<BindAssignment>& binds, io::Loop& loop,
        uint32_t seed, uint32_t index = 0);
  ~Shard() override;

  // Keeps a journal, and goes on where the earlier runs of its directory ended. Before Start;
  // `directory` is not owned.
  void UseJournal(std::unique_ptr<ShardJournal> journal, const JournalDirectory& directory);
  // Begins to connect.
  void Start();
  // One turn: works, then waits in the loop until there is something to do, at most until
  // `wait_until`.
  void Turn(io::Nanos wait_until = io::kNever);
  // Drops every connection at once and waits until they are gone: nothing is settled any more.
  void Abandon();
  // True when every message has its outcome and every bind is down.
  bool done() const { return phase_ == Phase::kDone; }

  // Brings the journal to its end and to the disk; false when that failed. REQUIRES: done().
  bool EndJournal();

  // Thread-safe.
  const ShardCounters& counters() const { return counters_; }

 private:
  enum class Phase : uint8_t {
    kRunning,
    kDraining,   // nothing new; begun messages are finished, their answers collected
    kUnbinding,  // the links are on their way down, what waits on the disk is told
    kSettling,   // the last outcomes wait for the disk
    kDone,
  };

  // LinkOwner
  void OnAnswers(Link& link, std::span<const Answer> answers) override;
  void OnCongestion(Link& link, uint8_t state) override;
  void OnLost(Link& link, uint64_t cookie, Fate fate, pdu::Octets pdu) override;
  Departure DepartureOf(Link& link, uint64_t cookie) override;
  pdu::CommandStatus OnInbound(Link& link, const pdu::Pdu& pdu) override;
  void OnLinkDown(Link& link) override;
  void OnLinkEvent(Link& link, const Event& event) override;
  void OnAccountHopeless(Link& link) override;
  void OnLinkDirty(Link& link) override;

  // Submitting (submit.cc).
  void SubmitMessages();
  void BlockLikes(const LinkState& state);
  LinkState* LeastLoaded();
  SubmittedRun SubmitSome(LinkState& state, uint32_t most);
  SubmittedRun SubmitNew(LinkState& state, Cursor& cursor, uint32_t most);
  Submitted SubmitStarted(LinkState& state);
  Submitted SubmitUnsent(LinkState& state);
  Submitted SubmitRetry(LinkState& state);
  Submitted SubmitEncoded(LinkState& state, uint64_t cookie, pdu::Octets pdu);
  Submitted SubmitNext(LinkState& state, Cursor& cursor, Composition& composition);
  Submitted SubmitPart(LinkState& state, Composition& message);
  void Commit(LinkState& state, MessageRecord& record, uint32_t sequence, size_t octets,
              uint64_t cookie);
  void Leaves(LinkState& state, MessageRecord& record, uint64_t cookie);
  void KeepForLater(LinkState& state, const Composition& message);
  bool Compose(Account& account, Cursor& cursor, Composition* out);
  Cursor* CursorFor(LinkState& state);
  void ShareBatches();
  bool FetchFrom(Cursor& cursor, uint32_t queue, const Account& asking);
  void HandOn();
  void HandOnEarly();
  void ReleaseDurable();

  // The budget (budget.cc).
  bool HasBudget(LinkState& state, uint32_t segments);
  bool MayStage(LinkState& state, uint32_t segments);
  bool HoldTokens(LinkState& state, uint32_t segments, uint32_t want);
  void UseTokens(LinkState& state, uint32_t segments);
  void ReturnTokens();
  void TellHandedOn();
  void CountLateness(io::Nanos now);
  double MostStaged(const LinkState& state) const;
  io::Nanos TokenTime(const LinkState& state, uint32_t segments) const;
  uint32_t TokensTogether(const LinkState& state) const;
  io::Nanos NextTokenTime() const;
  bool OnlyTokensHoldBack() const;
  void RenewLeases();

  // Retrying (retries.cc).
  void OnRefused(Link& link, uint64_t cookie, pdu::CommandStatus status);
  void KeepForRetry(const Account& account, PartRecord& part, pdu::Octets pdu);
  void EndRetries(AccountState& account);
  void RejectPart(AccountState& account, uint64_t cookie, pdu::CommandStatus status);
  void CancelRetries(AccountState& account, MessageRecord& record);
  void CountRefusal(AccountState& account, uint32_t segments, pdu::CommandStatus status,
                    StatusClass status_class);
  void MindThrottles();
  void TellThrottle(AccountState& account);
  io::Nanos RoundTripOf(const AccountState& account) const;
  void ReportThrottle(const AccountState& account, ratelimit::Throttle::Change change);
  void StopAccount(Link& link, pdu::CommandStatus status, std::string_view text);

  // Waiting on the disk (spilling.cc).
  bool Spill(AccountState& account, uint32_t index);
  bool HasSpill(AccountState& account);
  bool WantsSpilled(const AccountState& account) const;
  void MindSpills();
  void TakeSpilled(AccountState& account);
  void Restore(AccountState& account, const SpilledMessage& spilled);
  io::Nanos NextSpillTime(const AccountState& account) const;

  // Journalling (journalling.cc).
  void RecordIntent(uint64_t cookie, const MessageRecord& record, uint32_t account);
  void RecordResult(RecordKind kind, uint64_t cookie,
                    pdu::CommandStatus status = pdu::CommandStatus::ESME_ROK);
  void RecordRefusal(uint64_t cookie, pdu::CommandStatus status, io::Nanos delay);
  bool CommitJournal();
  void StopForJournal(const absl::Status& status);
  bool WaitsForDisk() const { return journal_ != nullptr && journal_->waits_for_disk(); }
  void FlushOutbox(bool all);
  void PublishJournal();

  // Going on where earlier runs ended (earlier.cc).
  bool PassOver(Cursor& cursor, uint32_t account);
  bool HandOver(Cursor& cursor, uint32_t queue, const Account& asking);
  void ReportUnsent(const Message& message, std::string_view detail);
  bool MayPassOverMore();
  void GoOn(AccountState& account, Composition& message);
  void LetWait(AccountState& account, Composition& message, const PartProgress& earlier,
               io::Nanos wait);

  // Receipts (receipts.cc).
  bool MayTakeReceipt() const;
  void RecordAccepted(const AccountState& account, const MessageRecord& record, uint16_t part,
                      std::string_view message_id);
  void TellAccepted(const AccountState& account, const MessageRecord& record, uint16_t part,
                    std::string_view message_id, uint64_t receipt_claim = 0) {
    if (!account.wants_receipts) [[likely]]
      return;
    AwaitReceipt(account, record, part, message_id, receipt_claim);
  }
  void AwaitReceipt(const AccountState& account, const MessageRecord& record, uint16_t part,
                    std::string_view message_id, uint64_t receipt_claim);
  void TellUnknown(uint32_t account, uint64_t cookie);
  bool HoldUnknown(const Message& message, const Outcome& outcome, uint32_t account);
  void TakeSettlements();
  void Settle(const Settlement& settlement);
  bool AwaitsReceipts();

  // Settling (settle.cc).
  bool RecordAccepted(const AccountState& account, std::span<const Answer> answers);
  void OnAnswer(LinkState& state, const Answer& answer, bool is_recorded);
  void EndPart(MessageRecord& record, uint16_t part);
  void MindBrake(const MessageRecord& record, Result result) {
    const bool is_final = result == Result::kAccepted || result == Result::kRejected;
    if (is_final && shared_.brake->Add(record.refusal)) [[unlikely]]
      PullBrake();
  }
  void PullBrake();
  void SettleIfComplete(uint32_t index);
  void Conclude(uint32_t index, Result result, std::string_view message_ids);
  std::string_view JoinIds(const MessageRecord& record);
  void ReportUnsubmitted(const Message& message, Result result, std::string_view detail);
  void GiveUp(const Composition& message);
  void GiveUpAccount(AccountState& account);
  void MindRejects();
  void RejectFrom(Cursor& cursor, uint32_t queue, uint32_t* left);
  void EndBatch(Cursor& cursor);
  void ReportUnknowns();

  // The phases of a shard's life (shard.cc).
  void AdvancePhase();
  void AdvanceOnePhase();
  void BeginDraining();
  void BeginUnbinding();
  void Finish();
  bool NothingToSubmit() const;
  bool CanSubmitFor(const AccountState& account) const;
  bool NoneInFlight() const;
  bool AllLinksDown() const;
  void StopHopelessAccounts();
  void PutBackCursors();
  void PublishCounters();
  void MarkDirty(LinkState& state);
  io::Nanos NextDeadline();
  void Wait(io::Nanos deadline);
  int64_t WallNow() const { return loop_.now() + wall_offset_; }

  SharedState& shared_;
  io::Loop& loop_;
  const uint32_t index_;
  std::vector<LinkState> links_;
  std::deque<AccountState> accounts_;  // by account index; without links where it has none here
  ratelimit::Lease global_lease_;
  Cursor any_cursor_;
  Wish any_wish_;  // for a batch that any account may send
  MessageTable messages_;
  UnknownList unknowns_;  // messages to be reported as unknown at the end
  ConcatenationReferences references_;
  Outbox outbox_;
  std::unique_ptr<ShardJournal> journal_;        // nullptr: none is kept
  const JournalDirectory* directory_ = nullptr;  // where it is, with a journal
  const JournalDirectory* earlier_ = nullptr;    // what earlier runs did; nullptr: there were none
  bool journal_stopped_ = false;                 // it failed or has no room
  bool journal_failed_ = false;
  TurnState turn_;
  bool is_settled_ = false;                // every message here has its outcome
  bool settles_with_outbox_ = false;       // it will be so as soon as the outbox is empty
  io::Nanos receipts_until_ = io::kNever;  // when receipts are waited for no more
  std::vector<LinkState*> dirty_;
  bool counters_are_stale_ = true;
  io::Nanos published_at_ = 0;
  std::string tlv_scratch_;  // of the message that is being composed
  std::string id_scratch_;   // message ids joined
  bool limited_ = false;     // some budget applies
  bool bind_limited_ = false;
  io::Nanos waited_since_ = io::kNever;  // for tokens, a link in the last turn; kNever: none did
  bool answers_are_near_ = false;        // all that some link waits for: those of a quick peer
  Phase phase_ = Phase::kRunning;
  io::Nanos drain_deadline_ = io::kNever;
  int64_t wall_offset_ = 0;  // from the loop's clock to the wall's, read once a turn
  ShardCounters counters_;
};

}  // namespace salvo::engine

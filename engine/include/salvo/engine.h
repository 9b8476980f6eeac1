// Salvo's sender. Start here.
//
//   salvo::EngineOptions options;
//   std::unique_ptr<salvo::Engine> engine;
//   salvo::Status status = salvo::Engine::Create(options, {account}, &listener, &engine);
//   status = engine->Submit(salvo::MakeBatch(std::move(messages)));   // as often as you like
//   engine->Finish();
//   engine->WaitUntilDone();
//
// Threads: one a shard, pinned to a core of the process's own affinity mask; one that calls the
// listener; one for each log; and while names are looked up, up to eight a shard that wait for the
// system's resolver, which may outlast the engine for as long as that hangs. The library never
// prints, never aborts its host for what a peer, a file or a caller does, and installs no signal
// handler; a limit of file sizes is an error like a full disk, without SIGXFSZ. Only whoever
// shortens a journal's file while it is written ends the process (salvo/journal.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "salvo/account.h"
#include "salvo/durations.h"
#include "salvo/journal.h"
#include "salvo/log.h"
#include "salvo/message.h"
#include "salvo/receipt.h"
#include "salvo/status.h"

namespace salvo {

// Something happened to a bind or an account. Views are valid during the call.
struct Event {
  enum class Kind : uint8_t {
    kConnectFailed,  // resolve, TCP or TLS; error_number where the system gave one
    kTlsFailed,      // handshake or verification
    kBound,
    kBindRefused,   // command_status tells
    kDisconnected,  // a bind that was up is gone
    // It gave up: it never came up, credentials were refused (ReconnectOptions), or a status says
    // so.
    kAccountStopped,
    kThrottled,          // the SMSC refuses what is too fast: the account's rate falls and climbs
    kThrottleEnded,      // it is at its configured rate again, and has been for a while
    kBraked,             // the first answers were mostly refusals: as after Drain
    kJournalFailed,      // it cannot be written: as after Drain
    kReceiptIdsLearned,  // receipts write the account's message ids otherwise than answers do
    kLogFailed,          // a log cannot be written for now; nothing else changes
  };
  Kind kind = Kind::kBound;
  std::string_view account;
  uint32_t bind = 0;  // from 0, within the account
  int64_t at_ns = 0;  // since 1970 UTC
  uint32_t command_status = 0;
  int error_number = 0;
  // One sentence for people. What a peer said in it is printable: the rest is written \xNN.
  std::string_view text;
  std::chrono::milliseconds retry_in{0};  // 0: no further attempt
  // Of kDisconnected: so long the SMSC had said nothing, and there was nothing for it to answer.
  std::chrono::milliseconds idle{0};
};

// Called by one thread of the engine, one call at a time, the first maybe before Create returns. A
// slow listener slows sending down, but never an answer to the SMSC. A call may use TrySubmit,
// Finish, Drain, Update and Snapshot; it must not throw, wait for the engine (Submit,
// WaitUntilDone) or destroy it: what it waits for would wait for it. An outcome that comes alone is
// told at once, those of a stream together, at most 30 ms later; at Sync::kPower none before its
// record is synced.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void OnOutcomes(std::span<const Outcome> outcomes) = 0;
  virtual void OnEvent(const Event& event) = 0;
  // Receipts of segments that were accepted, by this run or an earlier one of the journal. The
  // outcome of a message of one segment comes first; one of several may still wait for its other
  // segments. A repetition is not told again.
  virtual void OnReceipts(std::span<const Receipt> /*receipts*/) {}
};

struct EngineOptions {
  // Keeps a journal and goes on where its earlier runs ended. Not owned; must outlive the engine.
  // For one Create, also when that fails: the next one needs it opened anew (kFailedPrecondition).
  // nullptr: what was sent is forgotten with the process.
  Journal* journal = nullptr;
  uint32_t shards = 0;  // 0: one a core, at most one a bind
  double rate = 0;      // segments a second over all accounts; 0: no limit
  double burst = 0;     // segments; 0: max(1, rate x 10 ms)
  bool pin_threads = true;
  // The threads of the shards ask for answers again and again instead of sleeping until one comes:
  // faster where round trips are short, at the price of a busy core a shard, also when idle.
  bool spin = false;
  uint32_t queued_batches = 16;  // accepted by Submit and not yet begun
  // The engine drains by itself when at least that share of the first `brake_count` final answers
  // are refusals. A refusal that is retried is not final. 0: never.
  uint32_t brake_count = 0;
  double brake_share = 0.9;
  // When all messages are settled the binds stay up until every receipt that was asked for has
  // come, at most for so long. Drain ends that, too.
  std::chrono::milliseconds wait_receipts{0};
  // Segments whose receipts are waited for, at up to 53 octets each; 400 MB for the default. Those
  // of further ones are acknowledged and wait in the journal, where the next Journal::Open finds
  // them (JournalOptions::on_receipt); without a journal nobody is told.
  uint64_t max_waiting_receipts = 10'000'000;
  LogOptions log;  // nothing is logged unless a path is named
};

enum class BindState : uint8_t { kWaiting, kConnecting, kBinding, kBound, kUnbinding, kStopped };

// "waiting", "connecting", ...
std::string_view NameOf(BindState state);

struct BindStats {
  std::string account;
  uint32_t bind = 0;
  std::string role;  // "transceiver", "transmitter", "receiver"
  BindState state = BindState::kWaiting;
  uint32_t window = 0;
  uint32_t in_flight = 0;
  uint64_t submitted = 0;      // segments
  uint64_t round_trip_us = 0;  // smoothed
  uint64_t connects = 0;       // sessions that were bound
};

struct AccountStats {
  std::string account;
  double rate = 0;          // as configured; 0: no limit
  double throttled_to = 0;  // what the SMSC's refusals left of it for now; 0: it does not throttle
};

// What the journal cost.
struct JournalStats {
  uint64_t batches = 0;  // written
  uint64_t octets = 0;
  uint64_t syncs = 0;    // done
  uint64_t sync_us = 0;  // that they took together
  uint64_t longest_sync_us = 0;
};

// Counted since the start. Read while the engine runs, the figures are of slightly different
// moments. A segment is a submit_sm, but where it says "as billed": of one with message_payload all
// that its text is billed for are counted there.
struct Stats {
  uint64_t messages = 0;  // begun
  uint64_t accepted = 0;  // messages, and so the next four
  uint64_t rejected = 0;
  uint64_t unknown = 0;
  uint64_t unsent = 0;
  uint64_t invalid = 0;
  // As billed, submitted. What turns out never to have left is taken back, and so of `retries`.
  uint64_t segments = 0;
  uint64_t segments_answered = 0;  // as billed
  uint64_t in_flight = 0;          // segments
  uint64_t throttled = 0;          // answers ESME_RTHROTTLED and ESME_RMSGQFUL
  uint64_t retries = 0;            // as billed, submitted again because they were refused
  uint64_t retries_waiting = 0;    // segments that were refused and wait for it
  uint64_t timeouts = 0;           // segments not answered within response_timeout
  uint64_t late_answers = 0;       // of which answered after all
  uint64_t receipts = 0;           // delivery receipts that came
  uint64_t delivered = 0;          // segments of which they say DELIVERED
  uint64_t receipts_waiting = 0;   // segments accepted whose final receipt has not come
  uint64_t receipts_parked = 0;    // receipts that wait for their message to be accepted
  uint64_t receipts_repeated = 0;  // receipts that had come before
  // Receipts that came while max_waiting_receipts was reached, and may be of segments beyond it.
  uint64_t receipts_on_disk = 0;
  uint64_t receipts_unmatched = 0;  // receipts of no message that is known
  uint64_t receipts_probable = 0;   // that may be about a message whose fate is unknown
  // Segments accepted without a message id, those of earlier runs included, whose receipts cannot
  // be told: they have no user_message_reference, either.
  uint64_t accepted_without_id = 0;
  // Messages that came and are no receipts: acknowledged, counted, not kept.
  uint64_t inbound = 0;
  uint64_t protocol_errors = 0;  // what a peer sent against the specification
  // Of segments that had to wait for a rate: from their places in an even schedule of it to when
  // they were handed to the kernel, in nanoseconds; 0 for those that left before. Of a few that
  // leave together half do so, and all count as late as the first of them (docs/budget.md). Where
  // the window, the messages or the disk come later than the rate allows, that is no lateness and
  // does not count.
  Durations lateness;
  JournalStats journal;          // all 0 where none is kept
  LogStats log;                  // of the PDU log; all 0 where there is none
  std::vector<BindStats> binds;  // by account and number
  std::vector<AccountStats> accounts;

  // Adds the counts of `other`, and its binds and accounts behind these.
  void Add(const Stats& other);
};

class Engine {
 public:
  // Starts the threads and the binds. `listener` is not owned and must outlive the engine.
  // kInvalidArgument: an option that cannot work, or accounts that the journal knows otherwise.
  static Status Create(const EngineOptions& options, std::vector<AccountOptions> accounts,
                       Listener* listener, std::unique_ptr<Engine>* engine);
  // Leaves at once: whatever is not settled gets no outcome. Call Finish or Drain and
  // WaitUntilDone before for an orderly end.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Any account sends it. Blocks while `queued_batches` are waiting. Fails with
  // kFailedPrecondition after Finish or Drain. `batch` is moved from only when it was taken; where
  // the journal keeps messages, another that gives the same messages may be in its place then.
  // kDataLoss: they cannot be kept, and are not sent; kInvalidArgument: `batch` is nullptr, one of
  // its messages has more than 1 MiB, and it is used up, or no account can send: all of them, or
  // the one named, are of bind_type kReceiver. Thread-safe, and so the next two.
  Status Submit(std::unique_ptr<MessageBatch>&& batch);
  // The same for the account of that name only.
  Status Submit(std::unique_ptr<MessageBatch>&& batch, std::string_view account);
  // As the first, but kQueueFull instead of blocking.
  Status TrySubmit(std::unique_ptr<MessageBatch>&& batch);

  // Takes over `retry` and `rate` of the accounts of these names, for the refusals and submissions
  // from now on; everything else stays as it was. Changes nothing when it fails: for a name that no
  // account has, or options that are not valid. Thread-safe.
  Status Update(const std::vector<AccountOptions>& accounts);

  // Opens the logs anew under their names, after another program has renamed the files.
  // Thread-safe.
  void ReopenLogs();

  // No more batches will come: what was submitted is carried to its end, retries included, then all
  // binds unbind. Thread-safe.
  void Finish();
  // Starts no further message: those begun are finished and their answers collected up to
  // drain_timeout, the rest comes back unsent, then all binds unbind. What was refused and waits
  // for its retry, or is refused for now meanwhile, is not retried: with a journal it comes back
  // unsent, and the next run sends it, else it is rejected, with its last status. The same becomes
  // of it when its account stops. Thread-safe; safe to repeat.
  void Drain();

  // True once every message has its outcome, all binds are down and the last outcome was given to
  // the listener. Never true before Finish or Drain was called, or all accounts were stopped. The
  // logs are whole then; a log whose file hangs is waited for a few seconds more, and then left.
  // Thread-safe.
  bool WaitUntilDone(std::chrono::milliseconds at_most = std::chrono::milliseconds::max());

  // Thread-safe.
  Stats Snapshot() const;

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace salvo

// A campaign's memory: what was about to be sent and what became of it, in a directory, so that a
// sender that was killed goes on where it was. engine/journal/README.md has the format.
//
//   salvo::JournalOptions journal_options;
//   journal_options.directory = "spring.journal";
//   std::unique_ptr<salvo::Journal> journal;
//   salvo::Status status = salvo::Journal::Open(journal_options, &journal);
//   options.journal = journal.get();   // of the engine that sends the same messages again
//
// Messages are known by their keys: the same key must mean the same message in every run. One that
// was settled before is not sent again; its outcome comes with `earlier` set. Accounts are known by
// their places: as long as something is begun, unknown or waited for, or receipts have come, an
// engine must be given the same ones in the same order, and may have more behind them.
//
// The file that is being written is mapped where the file system allows it: whoever shortens it
// meanwhile ends the process by SIGBUS, as a crash does. Leave the directory alone until the engine
// is gone.
//
// With `keep_messages` the messages themselves are kept, too, and the next run needs nothing else:
//
//   for (std::unique_ptr<salvo::MessageBatch> batch;;) {
//     status = journal->NextUnsettled(&batch);
//     if (!status.ok() || batch == nullptr) break;
//     status = engine->Submit(std::move(batch));
//   }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "salvo/message.h"
#include "salvo/receipt.h"
#include "salvo/status.h"

namespace salvo {

namespace engine {
class JournalDirectory;
}

// Of all messages that earlier runs began.
struct JournalCounts {
  uint64_t accepted = 0;
  uint64_t rejected = 0;
  uint64_t unknown = 0;
  uint64_t begun = 0;             // some of their segments are settled, others are still to be sent
  uint64_t receipts_waiting = 0;  // segments accepted whose final receipt has not come
  uint64_t delivered = 0;         // segments whose receipt says DELIVERED
  uint64_t undelivered = 0;       // segments whose final receipt says anything else
  uint64_t without_id = 0;        // segments accepted whose receipts cannot be told
  // Of a journal that is only read while its sender runs: messages that left in that run and were
  // not settled yet. What was unknown before counts as that until it is.
  uint64_t under_way = 0;
};

enum class OnUnknown : uint8_t {
  kHold,    // messages whose fate is unknown stay so: none is sent twice
  kResend,  // they are sent again: some recipients may get them twice
};

// What a promise of the journal outlasts.
enum class Sync : uint8_t {
  kProcess,  // the process: about once a second the disk follows
  kPower,    // the machine: every segment and every outcome waits for the disk
};

struct JournalOptions {
  std::string directory;
  Sync sync = Sync::kProcess;
  OnUnknown on_unknown = OnUnknown::kHold;
  // Whether the details of a message that an earlier run settled are wanted with its outcome; they
  // take memory. Empty: of none.
  std::function<bool(uint64_t key)> wants_details;
  // Called for the receipts that earlier runs received, while Open reads; `earlier` is set. May be
  // empty.
  std::function<void(const Receipt&)> on_receipt;
  // How the engine's accounts have their receipts, in their order, where that is known: those that
  // earlier runs received are matched by it. Accounts beyond have the defaults.
  std::vector<ReceiptOptions> receipts;
  // The engine is given no message, only receipts are waited for: also those that may be about
  // messages whose fate is unknown, where `receipts` says that submit_sm carry a reference. The
  // next run that is given these messages settles them.
  bool only_receipts = false;
  // Segments whose receipts Open looks for at a time, at up to 53 octets each: for more of them it
  // reads the files again.
  uint64_t max_waiting_receipts = 10'000'000;
  // Called when the directory is this process's, before anything of it is read. May be empty.
  std::function<void()> once_taken;
  // Engine::Submit writes the messages down, on its caller's thread, before it says that all is
  // well: they are not lost with the process then, and NextUnsettled of the next run gives them
  // back. It calls all of a batch's Next for that: a batch is in memory at once, and its OnInvalid
  // is never called.
  bool keep_messages = false;
  // Only reads: nothing is made, and a journal that another process has is read all the same. No
  // engine may be given such a one.
  bool read_only = false;
};

class Journal {
 public:
  // Takes the directory, made when it is not there, for this process, and reads what earlier runs
  // wrote. kInUse when another process has it; kDataLoss when it is damaged, or a file is missing:
  // nothing is changed then.
  static Status Open(const JournalOptions& options, std::unique_ptr<Journal>* journal);
  // REQUIRES: no engine uses it any more.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Whether another process has it. Only of one that is read only.
  bool in_use() const;
  uint32_t earlier_runs() const;
  // Whether the last of them ended in order: its messages are all settled or were never begun.
  bool ended_in_order() const;
  // What the earlier runs left, this one not included. Thread-safe, and so the next ones.
  JournalCounts counts() const;
  // Whether it is to be sent in this run, as far as the earlier ones know.
  bool IsOpen(uint64_t key) const;
  // Keys of the messages whose fate is unknown, ascending.
  std::vector<uint64_t> Unknown() const;
  // The outcome of a message that is not open: `to` is left out, and where the details were not
  // wanted all but the result and the command_status of what was rejected. Views are valid as long
  // as the journal is.
  Outcome OutcomeOf(uint64_t key) const;

  // The messages that earlier runs kept and that are to be sent in this one, a batch at a time;
  // nullptr when there are no more. Each comes once: give it to Engine::Submit, and do not submit
  // those messages in any other way. Settled ones are left out, and unknown ones unless they are to
  // be sent again; one that was invalid comes again. `account`: of the Submit that kept it; "":
  // any. kDataLoss: what was kept is damaged or cannot be read. Batches must be gone before the
  // journal is. One thread at a time.
  Status NextUnsettled(std::unique_ptr<MessageBatch>* batch, std::string* account = nullptr);

  engine::JournalDirectory& implementation() { return *implementation_; }

 private:
  explicit Journal(std::unique_ptr<engine::JournalDirectory> implementation);
  std::unique_ptr<engine::JournalDirectory> implementation_;
};

}  // namespace salvo

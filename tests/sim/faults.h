// Every kind of fault that the simulated world knows, and how often each has struck.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace salvo::test {

enum class FaultKind : uint8_t {
  // What becomes of octets and connections.
  kPartialRead,
  kPartialWrite,
  kFullSocket,      // the peer does not read
  kReset,           // one connection
  kResetOfAll,      // every connection
  kResetInBind,     // after a bind_* was seen
  kResetInPdu,      // half an answer arrives, then the reset
  kResetInUnbind,   // after an unbind was seen
  kHalfOpen,        // both ends live on and hear nothing
  kNetworkStall,    // one direction of every connection for a while
  kConnectRefused,  // nobody listens
  kConnectUnanswered,
  // What the SMSC says.
  kAnswerLost,
  kAnswerTwice,
  kAnswersReordered,
  kAnswerToNobody,        // a sequence number that was never sent
  kAnswerOfOtherCommand,  // the right number, another response
  kNackForAnswer,         // generic_nack; the SMSC never saw the submit_sm
  kGarbage,               // octets that are no PDU
  kNonsense,              // requests that an ESME does not expect
  kUnbindInWindow,        // the SMSC unbinds while answers are outstanding
  kBindAnswerLost,
  kBindRefused,
  kReceiptAnswerLost,  // the SMSC delivers it once more
  kUnbindAnswerLost,
  kThrottled,
  kRefusedForGood,
  // How its receipts come.
  kReceiptEarly,  // before the answer that tells the message's id
  kReceiptLate,
  kReceiptTwice,
  kReceiptOnOtherBind,
  // What becomes of processes and machines.
  kSmscKilled,
  kSmscStalled,
  kShardStalled,
  kSenderKilled,
  kKilledInRecovery,  // again, soon after it started
  kPowerLost,         // the sender's machine: what was not synced may be gone
  kCrashInFileOperation,
  // The sender's disk.
  kAppendNoSpace,
  kAppendFailsOnce,
  kAppendFailsForEver,
  kAppendShort,  // some octets are written, then it fails
  kReserveRefused,
  kSyncFailsOnce,  // what comes after it claims to succeed
  kSlowSync,
  kBitFlipped,    // in what had reached the disk
  kStaleBatch,    // of another run, where one of this run was
  kOtherVersion,  // of the file's header
  // The wall clock.
  kClockForward,
  kClockBackward,
  kCount,
};

inline constexpr size_t kFaultKinds = static_cast<size_t>(FaultKind::kCount);

// "the answer is lost"
std::string_view NameOf(FaultKind kind);

// The rows of the recovery table (engine/journal/README.md): first those of files, then those of
// messages.
enum class RecoveryRow : uint8_t {
  kFileClean,
  kFileTorn,
  kFileDamaged,
  kFileOfAnotherRun,
  kFileForeign,
  kNoRecord,
  kTakenBack,    // intent, unsent
  kIntentOnly,   // in its run
  kSaidUnknown,  // intent, unknown
  kAccepted,
  kRejected,
  kSomeAccepted,  // others open or refused
  kRefused,
  kPartUnknown,     // of several, none rejected
  kUnknownSettled,  // unknown, and later accepted or rejected after all
  kCount,
};

inline constexpr size_t kRecoveryRows = static_cast<size_t>(RecoveryRow::kCount);

std::string_view NameOf(RecoveryRow row);

// Plain numbers, so that several processes can add them up.
struct Tally {
  std::array<uint64_t, kFaultKinds> faults{};
  std::array<uint64_t, kRecoveryRows> rows{};
  uint64_t seeds = 0;
  uint64_t messages = 0;
  uint64_t accepted = 0;
  uint64_t unknown = 0;
  uint64_t restarts = 0;

  void Hit(FaultKind kind, uint64_t times = 1) { faults[static_cast<size_t>(kind)] += times; }
  void Hit(RecoveryRow row) { ++rows[static_cast<size_t>(row)]; }
  void Add(const Tally& other);
  // Two tables of names and figures, for people.
  void Print() const;
};

}  // namespace salvo::test

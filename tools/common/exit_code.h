// The codes that the salvo command exits with. Scripts rely on them: none is ever renumbered.
#pragma once

namespace salvo::tools {

enum ExitCode : int {
  kExitOk = 0,
  kExitOther = 1,
  kExitUsage = 2,          // a flag, an account file
  kExitCampaign = 3,       // the campaign file cannot be read, or has too many bad rows
  kExitCannotConnect = 4,  // resolve, TCP, TLS
  kExitBindRefused = 5,
  kExitSomeRejected = 6,     // finished; bad rows count as rejected
  kExitStoppedWithRest = 7,  // not all was sent
  kExitMissed = 8,           // a threshold: salvo plan's deadline
  kExitNothingToDo = 9,
  kExitNoJournal = 10,
  kExitJournalInUse = 11,
  kExitPlatform = 12,     // the machine lacks something
  kExitUnknownHeld = 13,  // messages whose fate is unknown
  kExitDisk = 14,         // a journal, results, rejects or ledger file cannot be written
  // Of salvo doctor, beyond those that it shares with the others: which step failed.
  kExitEnquireLink = 20,   // not answered
  kExitIdle = 21,          // the session did not outlast the silence
  kExitSubmit = 22,        // the test message was refused or not answered
  kExitReceipt = 23,       // none came, or not as it should
  kExitInbound = 24,       // no message from a phone came
  kExitThrottled = 25,     // below the account's rate
  kExitInterrupted = 130,  // stopped twice or at once
};

}  // namespace salvo::tools

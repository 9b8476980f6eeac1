// What must hold in every campaign, whatever happened to it (P1 to P6 and P8 of
// tests/sim/README.md), told from three ledgers that know nothing of each other: the outcomes that
// were shown, what passed through the network, and what the SMSC wrote down.
//
// It finds; it does not fail a test. So a test can also ask whether it finds what is wrong.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/include/salvo/engine.h"
#include "tests/sim/sim_loop.h"

namespace salvo::test {

// One submission as the simulated SMSC recorded it.
struct LedgerLine {
  int64_t t_ns = 0;
  std::string dest;
  std::string message_hex;
  uint32_t status = 0;
  uint64_t bind = 0;
  std::string message_id;
};

// What a campaign was promised to keep to.
struct Promised {
  uint32_t messages = 0;
  uint32_t binds = 1;
  uint32_t window = 1;
  std::vector<double> rates;  // segments a second, each over everything; the burst is the default
  Nanos response_timeout = 0;
  RetryOptions retry;
  bool resends = false;  // what is unknown is sent again
};

class Model {
 public:
  explicit Model(Promised promised);

  // What happens, as it happens. A process that sends begins; `sent_again`: messages that the
  // journal calls unknown, where those are sent again.
  void OnSenderStarts(Nanos now, const std::set<uint64_t>& sent_again);
  // It died: what was under way in its windows is unknown. `unsynced_lost`: and so is what its
  // journal had not brought to the disk, which at the level `process` is no promise.
  void OnSenderDies(bool unsynced_lost);
  void OnJournalFails() { ++journal_failures_; }
  void OnOutcome(const Outcome& outcome);
  // A submit_sm was handed to the network; it was released for that at `released`.
  void OnSubmit(SimPipe& pipe, uint32_t sequence, uint64_t key, Nanos released);
  // The answer to it is on its way, ending at that octet of all that the SMSC sends.
  void OnAnswer(SimPipe& pipe, uint32_t sequence, uint64_t end);

  // What does not hold, one sentence each; empty when all does. `finished`: the campaign has come
  // to its end.
  std::vector<std::string> Judge(const std::vector<LedgerLine>& ledger, bool finished);

 private:
  struct Submission {
    uint64_t key = 0;
    Nanos released = 0;
  };
  // A connection, as the network saw it.
  struct Session {
    std::shared_ptr<SimPipe> pipe;
    std::map<uint32_t, Submission> outstanding;
    std::deque<std::pair<uint64_t, uint32_t>> answers;  // end and sequence of those on their way
  };
  struct Submissions {
    std::map<std::string, std::vector<const LedgerLine*>> by_segment;
    std::multiset<std::string> ids;  // of those that were accepted
    size_t attempts = 0;             // of the segment that has most
  };

  void Settle(Session& session);
  void Find(const std::string& what);
  void JudgeRates();
  void JudgeOutcome(uint64_t key, const Outcome& outcome, const Submissions& submissions);
  void JudgeSubmissions(uint64_t key, const Submissions& submissions);
  void JudgeUnknown();

  const Promised promised_;
  std::vector<std::string> findings_;
  std::map<std::string, uint32_t> found_;  // by promise
  std::map<uint64_t, Session> sessions_;   // by the pipe's number
  std::vector<Nanos> released_;            // of every submit_sm
  std::vector<Nanos> starts_;
  std::map<uint64_t, Outcome> outcomes_;
  std::map<uint64_t, std::string> ids_;  // that the outcomes refer to
  std::set<uint64_t> told_in_this_run_;
  std::set<uint64_t> unanswered_;  // messages with a segment whose answer was not read in time
  std::set<uint64_t> sent_again_;
  uint64_t deaths_ = 0;
  uint64_t journal_failures_ = 0;
  bool forgot_ = false;  // what was not synced was lost once
};

}  // namespace salvo::test

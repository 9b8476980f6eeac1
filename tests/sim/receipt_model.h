// What must hold of delivery receipts, whatever happened (P1 and P2 of tests/sim/README.md), told
// from what passed through the network and from what the listener was told. It counts how often a
// receipt came early, late, twice or on another bind.
//
// It finds; it does not fail a test.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/include/salvo/engine.h"
#include "io/clock.h"
#include "tests/sim/faults.h"

namespace salvo::test {

using io::Nanos;

class ReceiptModel {
 public:
  // Counts into `tally`, which is not owned.
  explicit ReceiptModel(Tally& tally) : tally_(tally) {}

  // A process that sends is gone, in order or not.
  void OnSenderEnds();
  // Another one has read the journal: it knows that these messages were accepted.
  void OnSenderStarts(std::set<uint64_t> accepted) { accepted_before_ = std::move(accepted); }
  // What was not synced was lost, which at the level `process` is no promise.
  void OnForgotten() { forgot_ = true; }

  // What passes on a connection, which has that number: a submission; the answer that names its id;
  // a receipt; the answer to that, accepted or not.
  void OnSubmit(uint64_t connection, uint32_t sequence, uint64_t key);
  void OnAnswer(uint64_t connection, uint32_t sequence, std::string_view id, Nanos now);
  void OnReceipt(uint64_t connection, uint32_t sequence, uint64_t key, std::string_view id,
                 DeliveryState state, Nanos now);
  void OnReceiptAnswer(uint64_t connection, uint32_t sequence, bool accepted);

  // What the listener is told.
  void OnOutcome(uint64_t key) { told_in_this_run_.insert(key); }
  void OnTold(const Receipt& receipt);

  // What does not hold, one sentence each. `accepted`: the ids of the accepted messages, as their
  // outcomes have them, by key.
  std::vector<std::string> Judge(const std::map<uint64_t, std::string>& accepted);

 private:
  // A segment: its message's key and its id as it was written. An SMSC that was started again gives
  // the same ids once more.
  using Segment = std::pair<uint64_t, std::string>;
  // A request on a connection: the connection's number and the request's.
  using Request = std::pair<uint64_t, uint32_t>;
  struct Answer {
    uint64_t connection = 0;
    Nanos at = 0;
  };
  // What is known of a segment's receipts.
  struct Receipts {
    std::set<DeliveryState> came;
    bool acknowledged = false;  // a final one was
    uint32_t finals = 0;
    uint32_t finals_again = 0;  // from the journal
    uint32_t finals_in_this_run = 0;
  };

  void Find(std::string what);
  void CountKinds(uint64_t connection, const Segment& segment, DeliveryState state, Nanos now);

  Tally& tally_;
  bool forgot_ = false;
  std::map<Request, uint64_t> submits_;  // their keys
  std::map<Segment, Answer> answers_;
  std::map<Segment, Receipts> receipts_;
  std::map<Request, std::pair<Segment, DeliveryState>> unanswered_;  // receipts
  std::set<uint64_t> accepted_before_;                               // this run
  std::set<uint64_t> told_in_this_run_;                              // outcomes
  std::vector<std::string> findings_;
};

}  // namespace salvo::test

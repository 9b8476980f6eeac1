// Finds the message that a receipt is about: on whatever bind it came, before or after the answer
// that told the message's id, once or twice, days later, with the id written in another way.
//
// Without a socket and without a clock. One thread: the reporter's, where the outcomes of all
// shards come together anyway, so that what one shard submitted and another heard of meets without
// a further hand-over. (No shard could own an id: how it will be written in the receipt is not
// known before the first receipt was matched.)
//
// An id that is the same as it was written is taken for the message's, if need be without its
// number. One that is the same only when it is read otherwise - to another base, in another case,
// with other zeros - may be another message's, of another campaign: it needs the number as a
// witness, and a number that says no is always heeded. How an account writes ids is learned from
// what numbers agree to, weighed against what they do not and against the ids that are the same as
// they stand. An account whose forms are both configured needs no witness.
//
// Memory: WaitingTable's, and about 50 MB for parked and settled receipts.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "engine/receipts/message_id.h"
#include "engine/receipts/park.h"
#include "engine/receipts/segment.h"
#include "engine/receipts/unknowns.h"
#include "engine/receipts/waiting_table.h"

namespace salvo::engine {

// Called by a matcher while one of its methods runs; must not call it.
class MatcherSink {
 public:
  virtual ~MatcherSink() = default;
  // Views are valid during the call.
  virtual void OnReceipt(const Receipt& receipt) = 0;
  // Never for IdChange::kNone.
  virtual void OnIdsLearned(uint32_t account, IdChange change) = 0;
  // The shard is asked to settle it and to hand its Acceptance on.
  virtual void OnUnknownSettled(const SettledByReceipt& settled) = 0;
};

struct MatcherCounts {
  uint64_t delivered = 0;    // segments, and so the next two
  uint64_t undelivered = 0;  // whose final receipt says anything else
  uint64_t waiting = 0;
  uint64_t parked = 0;  // receipts, and so the next ones
  uint64_t repeated = 0;
  uint64_t unmatched = 0;
  uint64_t probable = 0;
  uint64_t not_kept = 0;    // segments, for want of room
  uint64_t without_id = 0;  // segments accepted without an id, and without what else tells them
  uint64_t on_disk = 0;     // receipts without a match while segments were not kept
};

class Matcher {
 public:
  // For recovery: accounts come as they are named, with the options' defaults beyond `accounts`,
  // and time stands still until Configure is called.
  explicit Matcher(MatcherSink* sink, const std::vector<ReceiptOptions>& accounts = {});

  struct Options {
    std::vector<ReceiptOptions> accounts;  // by index
    uint64_t max_waiting = 10'000'000;
    bool has_journal = false;  // that has what finds no match
  };
  // Time begins, and counting. What was waited for so far goes on being waited for.
  void Configure(const Options& options, io::Nanos now, int64_t wall_ns);
  void SetSink(MatcherSink* sink) { sink_ = sink; }
  // For recovery: so many accepted segments more are waited for elsewhere, or were given no id.
  void AddElsewhere(uint64_t waiting, uint64_t without_id) {
    counts_.not_kept += waiting;
    counts_.without_id += without_id;
  }
  // The same: it is told of a share of the segments and of all receipts, and forgets those that it
  // finds no match for.
  void SetPartial() { is_partial_ = true; }
  // The same: all segments are known before the first receipt. So each receipt is first given to
  // Vote; DecideByVotes says how ids are written; each is given to OnReceipt; and then no other
  // segment is to come that one of them may rather be about.
  void Vote(const InboundReceipt& receipt);
  void DecideByVotes();
  void EndOfEarlier();
  // The receipts that found no segment, in the order of their coming. Views are valid in `look`.
  void ForEachParked(const std::function<void(const InboundReceipt&)>& look);
  // The same, of a run in which no message is given again: receipts with these references may be
  // about segments whose fate is unknown. They are waited for, and settle nothing.
  void ExpectReferences(absl::flat_hash_set<uint16_t> references);

  // `now` never goes back. What is waited for over days goes by it, too, from the wall's time at
  // Configure on: a wall's clock that is set meanwhile lets nothing expire.
  void Advance(io::Nanos now);
  // When Advance is next worth a call; io::kNever when nothing waits for a time.
  io::Nanos NextDeadline() const;

  void OnAccepted(const Acceptance& acceptance) { OnAccepted(acceptance, wall_ns_); }
  // `wall_ns`: when it was accepted.
  void OnAccepted(const Acceptance& acceptance, int64_t wall_ns);
  void OnReceipt(const InboundReceipt& receipt);
  void OnUnknown(const UnknownSegment& segment) { unknowns_.Add(segment); }

  // Nothing more will be accepted: what is parked waits no longer.
  void Finish();

  // Whether a receipt is still to come that was asked for, as far as is known.
  bool IsWaiting() const;
  MatcherCounts counts() const;

 private:
  static constexpr uint32_t kMatchesToLearn = 16;
  // An id that is found under one of the ways it may be written.
  struct Candidate {
    uint64_t hash = 0;
    IdChange change = IdChange::kNone;
    bool is_trusted = false;  // needs no witness
    bool is_alone = false;    // there is no other way to read it
    uint8_t spelling = 0;     // of the receipt's
  };
  struct Candidates {
    std::array<Candidate, kIdChanges + 2> all;
    size_t count = 0;

    void Add(const Candidate& candidate) { all[count++] = candidate; }
    auto begin() const { return all.begin(); }
    auto end() const { return all.begin() + count; }
  };
  // Ids that were found in a way that needs a witness, and in no other.
  struct Evidence {
    uint64_t agreed = 0;  // and the receipt had the segment's number
    uint64_t disagreed = 0;
  };
  struct AccountState {
    ReceiptOptions options;
    bool learned = false;
    IdChange change = IdChange::kNone;  // when learned
    std::array<Evidence, kIdChanges> ways{};
    uint64_t matched_as_written = 0;
    // Two segments had ids that are no numbers and, but for what folding takes away, the same:
    // since then segments with such ids are found by them as they were spelled.
    bool spells_exactly = false;
    // How often the number in a receipt was that of the message with its id.
    uint64_t agreed = 0;
    uint64_t disagreed = 0;

    Evidence& way(IdChange by) { return ways[static_cast<size_t>(by)]; }
    const Evidence& way(IdChange by) const { return ways[static_cast<size_t>(by)]; }
    bool has_learned(IdChange way) const { return learned && change == way; }
    // Whether more speaks for a conversion than chance can, `further` times more included.
    bool IsCredible(IdChange conversion, uint64_t further) const;
  };
  enum class Doubts : uint8_t { kHeed, kIgnore };
  // What the numbers in a receipt say of a segment.
  enum class Witness : uint8_t { kNone, kAgrees, kDisagrees };
  static Witness Ask(uint32_t number, const InboundReceipt& receipt);

  AccountState& StateOf(uint32_t account);
  // By which it is found; 0 when no receipt could tell that it is about this segment.
  uint64_t HashOfSegment(const Acceptance& acceptance);
  Candidates CandidatesFor(const InboundReceipt& receipt);
  bool IsAmbiguous(const InboundReceipt& receipt, const Candidates& candidates);
  bool MayBe(const AccountState& account, const Candidate& candidate,
             const WaitingTable::Entry& entry, Witness witness, Doubts doubts) const;
  bool TryMatch(const InboundReceipt& receipt, const Candidates& candidates, Doubts doubts);
  void WeighAgainst(const InboundReceipt& receipt, const Candidates& candidates);
  void Learn(uint32_t account, const Candidates& candidates, const Candidate& found);
  const uint16_t* FindSettled(uint64_t hash) const;
  bool IsSettled(const InboundReceipt& receipt, const Candidates& candidates, Doubts doubts);
  void Apply(uint64_t hash, WaitingTable::Entry entry, const InboundReceipt& receipt);
  void Report(const WaitingTable::Entry& entry, const InboundReceipt& receipt);
  void CountSegment(const WaitingTable::Entry& entry, Receipt* receipt);
  void RememberSettled(uint64_t hash, uint16_t number);
  void ParkIt(const InboundReceipt& receipt, const Candidates& candidates);
  void Release(const ParkedReceipt& parked);
  void MatchParked(uint64_t hash);
  void MatchParked(Park::Place place, Doubts doubts);
  void ReviewPark();
  void SettleUnknowns();
  bool MayBeAboutUnknown(const InboundReceipt& receipt) const;
  void Expire();
  uint32_t TickAt(int64_t wall_ns) const;

  MatcherSink* sink_;
  std::vector<AccountState> accounts_;
  uint64_t max_waiting_ = Options().max_waiting;
  bool configured_ = false;
  bool has_journal_ = false;
  bool is_partial_ = false;
  bool has_voted_ = false;    // so no match is evidence once more
  bool has_learned_ = false;  // and what is parked may be told by it

  WaitingTable waiting_;  // segments, and what is known of messages of several (parts 0)
  uint64_t waiting_segments_ = 0;
  Park park_;
  UnknownSegments unknowns_;
  absl::flat_hash_set<uint16_t> references_;          // of ExpectReferences
  absl::flat_hash_set<uint16_t> unheard_references_;  // for which no receipt came yet
  // Segments that have their final state, lately, and the marks of their numbers: two generations
  // that change places.
  absl::flat_hash_map<uint64_t, uint16_t> settled_;
  absl::flat_hash_map<uint64_t, uint16_t> settled_before_;

  io::Nanos now_ = 0;
  int64_t wall_ns_ = 0;
  int64_t wall_offset_ = 0;  // from `now_` to it: a wall's clock that is set does not matter
  int64_t tick_ns_ = 3600 * io::kNanosPerSecond;  // of the table's ticks
  uint32_t swept_tick_ = 0;
  size_t next_swept_part_ = WaitingTable::kParts;
  io::Nanos unknowns_tried_at_ = 0;
  MatcherCounts counts_;
};

}  // namespace salvo::engine

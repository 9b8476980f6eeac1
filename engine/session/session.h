// One SMPP session of an ESME, without a socket and without a clock: it takes octets, submissions
// and the time; it gives octets (into an io::OutputBuffer), events and its next deadline.
//
//   Start -> kBinding -> kBound -> kDraining -> kUnbinding -> kEnded
//
// An ended session wants its connection closed; whoever owns both does that and then calls
// OnTransportClosed, which settles what is left. One session serves one connection.
// Answers, enquire_link and unbind never wait for submissions: a part of the output is theirs.
//
// Where the disk is waited for, a submit_sm has its place in the window but is staged until its
// record is there, and so is the answer to a deliver_sm; Release moves them to the output. To the
// peer, and to the time an answer may take, a segment begins with its release.
//
// Else segments may be staged ahead of the window, where the peer answers so quickly that making
// them would keep it waiting: as answers come they take the places in the window, before those
// answers are dealt with. They are given back when the peer falls silent for a moment.
// One thread, the shard's.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/session/pdu_observer.h"
#include "engine/session/session_handler.h"
#include "engine/session/staging.h"
#include "engine/session/window.h"
#include "io/stream.h"
#include "pdu/decode.h"
#include "pdu/framer.h"

namespace salvo::engine {

enum class SessionState : uint8_t {
  kIdle,
  kBinding,  // bind_* sent
  kBound,
  kDraining,   // no more submissions; outstanding answers are collected
  kUnbinding,  // unbind sent
  kEnded,
};

enum class SessionEnd : uint8_t {
  kNone,
  kUnbound,         // in order, at our wish
  kPeerUnbound,     // in order, at the peer's
  kBindRefused,     // bind_status() tells
  kBindTimeout,     // no bind_resp in time
  kPeerSilent,      // enquire_link was not answered
  kNoAnswers,       // a whole window was overdue, and for that time again no answer came
  kPeerNotReading,  // the output does not drain
  kBrokenStream,    // frame_error() tells
};

// One clause for people: "no answer to enquire_link".
std::string_view Describe(SessionEnd end);

struct SessionOptions {
  pdu::CommandId bind = pdu::CommandId::kBindTransceiver;
  pdu::BindRequest credentials;  // views of what the account keeps alive
  uint32_t window = 10;
  uint32_t first_sequence = pdu::kFirstSequence;
  uint32_t max_pdu_octets = pdu::kDefaultMaxPduOctets;
  Nanos bind_timeout = 0;
  Nanos response_timeout = 0;
  Nanos enquire_link = 0;  // 0: never
  Nanos enquire_link_timeout = 0;
  Nanos drain_timeout = 0;
  bool waits_for_disk = false;      // what has a record in the journal is staged
  PduObserver* observer = nullptr;  // not owned; nullptr: nobody looks
};

struct SessionStats {
  uint64_t submitted = 0;
  uint64_t answered = 0;
  uint64_t timeouts = 0;
  uint64_t late_answers = 0;
  uint64_t unexpected_responses = 0;  // unknown sequence, twice, or of another command
  uint64_t nacks = 0;                 // generic_nack, matched or not
  uint64_t malformed = 0;             // PDUs whose body cannot be decoded
  uint64_t unknown_requests = 0;      // answered with generic_nack
  uint64_t notifications = 0;         // alert_notification and outbind
  Nanos round_trip = 0;               // smoothed, of submit_sm; not added up

  // Adds the counts of a later session and takes over its round trip.
  void Add(const SessionStats& later);
};

class Session {
 public:
  // Octets of the output that submissions leave to answers, enquire_link and unbind. No answer is
  // longer than what it answers, so what one receive brings can always be answered.
  static constexpr size_t kReservedOctets = io::kMaxReceiveOctets + 4096;

  // `output` and `handler` are not owned and must outlive the session.
  // REQUIRES: each half of the output holds more than twice kReservedOctets.
  Session(const SessionOptions& options, io::OutputBuffer* output, SessionHandler* handler);

  // The connection is up: binds.
  void Start(Nanos now);
  // Octets came. All are consumed.
  void OnReceived(pdu::Octets octets, Nanos now);
  // A deadline may have passed.
  void OnTick(Nanos now);
  // No further submission: collects what is outstanding, at most for drain_timeout, and unbinds. A
  // bind that is under way is waited for a moment, or the SMSC would keep a session that nobody
  // ended.
  void Drain(Nanos now);
  // The connection is gone and the output's `sent` is final. Settles every outstanding segment;
  // the last call.
  void OnTransportClosed();

  // Room for one submit_sm of at most `octets`, and its sequence number; nullptr when the session
  // is not bound, the window is full or the output is. A claim is followed by CommitSubmit or is
  // forgotten.
  uint8_t* ClaimSubmit(size_t octets, uint32_t* sequence);
  // Registers the segment, then hands its octets on, or stages them: true when they are staged.
  bool CommitSubmit(uint32_t sequence, size_t octets, uint64_t cookie, Nanos now);

  // Whether the peer's last answers took so little time that more are about to come.
  bool is_quick() const { return is_quick_; }
  // From now on: whether segments may be staged ahead of the window, as far as that is of use; not
  // at first. What was staged ahead is given back when they may not.
  void PrepareAhead(bool may);
  // Moves what was staged ahead to the output, as far as there are places and room. True when
  // anything was moved.
  bool ReleaseAhead(Nanos now);

  // What was staged since the last call has its records in that sync of the journal.
  void WaitFor(uint64_t sync);
  // Moves what waits for no sync after `synced` to the output, as far as there is room.
  void Release(uint64_t synced, Nanos now);
  // Segments that are staged.
  uint32_t staged() const { return window_.staged(); }
  bool has_staged() const { return staged() > 0 || (answers_ && !answers_->empty()); }

  // True when something waits for room in the output, or may do so: what is staged for the disk.
  bool WantsRoom() const { return lacked_room_ || (options_.waits_for_disk && has_staged()); }

  // True when the answers to another receive might not find room: the peer, who does not read,
  // should not be read from.
  bool Congested() const { return output_->room() < kReservedOctets; }

  SessionState state() const { return state_; }
  bool bound() const { return state_ == SessionState::kBound; }
  SessionEnd end() const { return end_; }
  pdu::CommandStatus bind_status() const { return bind_status_; }
  const pdu::Framer& framer() const { return framer_; }
  const Window& window() const { return window_; }
  const SessionStats& stats() const { return stats_; }
  // How long the peer has said nothing.
  Nanos silence(Nanos now) const { return now - last_received_; }

  // When OnTick is due; io::kNever when nothing is waited for.
  Nanos NextDeadline();

 private:
  // Hands a PDU that was written to the output on to whoever sends it.
  void CommitPdu(size_t octets);
  // Apart, and the last that their callers do: so that nobody who has no observer saves a register.
  [[gnu::noinline, gnu::cold]] void ShowWritten(size_t octets);
  [[gnu::noinline, gnu::cold]] void ShowReadThenHandle(pdu::Octets octets, Nanos now);
  void OnPdu(pdu::Octets octets, Nanos now);
  void HandlePdu(pdu::Octets octets, Nanos now);
  void OnRequest(const pdu::Header& header, pdu::Octets octets, Nanos now);
  void OnResponse(const pdu::Header& header, pdu::Octets octets, Nanos now);
  void OnSubmitResp(const pdu::Header& header, pdu::Octets octets, Nanos now);
  void OnRareSubmitResp(const pdu::Header& header, pdu::Octets octets, Nanos now);
  void OnBindResp(const pdu::Header& header, pdu::Octets octets, Nanos now);
  void OnNack(const pdu::Header& header, Nanos now);
  void OnDelivery(const pdu::Header& header, pdu::Octets octets);
  void OnPeerUnbind(const pdu::Header& header, Nanos now);

  void ReadCongestion(const pdu::TlvList& tlvs);
  // Settles the outstanding or timed-out segment of that sequence, or counts that there is none.
  // What became of it is told by TellAnswers.
  void Settle(uint32_t sequence, pdu::CommandStatus status, std::string_view message_id, Nanos now);
  // Of no outstanding segment.
  void SettleLate(uint32_t sequence, pdu::CommandStatus status, std::string_view message_id,
                  Nanos now);
  void TellAnswers();
  void TellAnswersApart();
  void ExpireAnswers(Nanos now);
  // A submit_sm was answered.
  void OnSignOfLife(Nanos now);
  void RememberTimedOut(uint32_t sequence, uint64_t cookie);
  void LoseOutstanding();
  void LoseStaged();
  void LoseStaged(Window::Slot& slot, pdu::Octets pdu);
  bool Stages() const {
    // What is staged leaves first.
    return options_.waits_for_disk || window_.staged() > 0 || !window_.has_place();
  }
  Staging& Submits();
  Nanos EndOfPatience() const;
  bool MayRelease() const;
  void ReleaseSubmits(pdu::Octets ready, Nanos now);
  void ReleaseAnswers(uint64_t synced);

  void Send(pdu::CommandId id, pdu::CommandStatus status, uint32_t sequence);
  void SendDeliveryResp(pdu::CommandId id, pdu::CommandStatus status, uint32_t sequence);
  template <class Body>
  void SendBody(pdu::CommandId id, pdu::CommandStatus status, uint32_t sequence, const Body& body);
  void UnbindWhenSettled(Nanos now);
  void End(SessionEnd end);

  const SessionOptions options_;
  io::OutputBuffer* output_;
  SessionHandler* handler_;
  Window window_;
  std::unique_ptr<uint8_t[]> carry_;
  pdu::Framer framer_;
  std::unique_ptr<Staging> submits_;  // nullptr: nothing was staged yet
  std::unique_ptr<Staging> answers_;  // nullptr: they are not staged
  std::vector<Answer> answered_;      // what is to be told
  bool is_quick_ = false;             // the peer is, as its last answers showed
  bool stages_ = false;               // what was claimed last, if it is committed
  bool lacked_room_ = false;          // the output was full for the last submission or release
  SessionState state_ = SessionState::kIdle;
  SessionEnd end_ = SessionEnd::kNone;
  pdu::CommandStatus bind_status_ = pdu::CommandStatus::ESME_ROK;
  SessionStats stats_;

  uint32_t bind_sequence_ = 0;
  uint32_t enquire_sequence_ = 0;
  uint32_t unbind_sequence_ = 0;
  uint32_t peer_unbind_sequence_ = 0;  // to be answered when settled
  bool peer_wants_unbind_ = false;
  bool drains_once_bound_ = false;
  bool enquiring_ = false;
  Nanos last_received_ = 0;
  Nanos last_answered_ = 0;  // a submit_sm
  Nanos staged_since_ = 0;   // while anything is staged
  Nanos enquire_deadline_ = io::kNever;
  Nanos phase_deadline_ = io::kNever;  // of binding, draining, unbinding
  // Of any answer, once those of the whole window are overdue.
  Nanos silence_deadline_ = io::kNever;

  // Timed out, but an answer may still come; the oldest is forgotten when there are too many.
  absl::flat_hash_map<uint32_t, uint64_t> timed_out_;
  std::deque<uint32_t> timed_out_order_;
};

}  // namespace salvo::engine

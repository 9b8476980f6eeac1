// One bind of an account, for as long as the engine runs: resolves, connects, binds, and after a
// loss waits and does it again. Between a stream and a session, it is neither.
// Lives on its shard; owned by it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/account.h"
#include "engine/session/session.h"
#include "engine/shard/backoff.h"
#include "io/loop.h"
#include "salvo/engine.h"

namespace salvo::engine {

class BindLog;
class Link;
class Logs;

// What a link tells its shard. Called from the loop's turn; the link may be asked anything then but
// must not be drained from here.
class LinkOwner {
 public:
  virtual ~LinkOwner() = default;
  virtual void OnAnswers(Link& link, std::span<const Answer> answers) = 0;
  virtual void OnCongestion(Link& link, uint8_t state) = 0;
  virtual void OnLost(Link& link, uint64_t cookie, Fate fate, pdu::Octets pdu) = 0;
  virtual Departure DepartureOf(Link& link, uint64_t cookie) = 0;
  virtual pdu::CommandStatus OnInbound(Link& link, const pdu::Pdu& pdu) = 0;
  // The link was bound and is not any more; everything outstanding on it is settled.
  virtual void OnLinkDown(Link& link) = 0;
  // event.account, .bind and .at_ns are filled in.
  virtual void OnLinkEvent(Link& link, const Event& event) = 0;
  // The account never came up, or its credentials hold no more: none of its binds is to be tried
  // again.
  virtual void OnAccountHopeless(Link& link) = 0;
  // The link has output that is to be flushed at the end of the turn.
  virtual void OnLinkDirty(Link& link) = 0;
};

enum class LinkRole : uint8_t { kTransceiver, kTransmitter, kReceiver };
std::string_view NameOf(LinkRole role);

class Link final : private io::StreamHandler, private SessionHandler {
 public:
  // `bind_index`: of the bind within the account. `place`: of the link among its owner's. `seed`:
  // of the jitter. Nothing is owned but the session; all must outlive the link.
  Link(Account& account, uint32_t bind_index, LinkRole role, io::Loop& loop, LinkOwner& owner,
       size_t place, uint32_t seed);
  ~Link() override;

  // What has a record in the journal waits for the disk. Before Start.
  void WaitForDisk() { waits_for_disk_ = true; }
  // Tells `logs`, which must outlive the link, what happens. `shard`: the link's. Before Start.
  void UseLogs(Logs& logs, uint32_t shard);
  // Begins to connect, at the account's next free time for a bind.
  void Start();
  // No further submission and no further attempt: collects, unbinds, closes, stops.
  void Drain();
  // Drops the connection at once and stops.
  void Stop();

  Account& account() { return account_; }
  uint32_t bind_index() const { return bind_index_; }
  LinkRole role() const { return role_; }
  size_t place() const { return place_; }
  BindState state() const { return state_; }
  bool stopped() const { return state_ == BindState::kStopped; }
  bool CanSubmit() const { return submits_ && state_ == BindState::kBound && session_->bound(); }

  // nullptr while there is no connection.
  Session* session() { return session_.get(); }
  uint32_t in_flight() const { return session_ ? session_->window().in_flight() : 0; }
  // In flight or staged.
  uint32_t outstanding() const { return session_ ? session_->window().outstanding() : 0; }
  uint64_t connects() const { return connects_; }
  // Of all sessions so far.
  SessionStats TotalStats() const;

  // Hands the output on, and sees to deadlines and back-pressure: once a turn for a dirty link.
  // `covering`: the sync of the journal with the records of all that was staged, and `synced` the
  // last that is done.
  void Flush(uint64_t covering, uint64_t synced);
  // Moves what was staged ahead of the window to the output; true when there was any. Before its
  // records are committed.
  bool ReleaseAhead();
  // Hands on what is in the output at once.
  void Send();
  // Hands on what was staged and waits for no sync after `synced`.
  void Release(uint64_t synced);
  bool has_staged() const { return session_ != nullptr && session_->has_staged(); }

 private:
  // How the connection attempt or the session failed, for the event and for what to do next.
  struct Failure {
    Event::Kind kind = Event::Kind::kDisconnected;
    std::string text;
    int error_number = 0;
    pdu::CommandStatus command_status = pdu::CommandStatus::ESME_ROK;
    bool hopeless = false;  // trying again cannot help
    io::Nanos idle = 0;     // see Event::idle
  };

  // io::StreamHandler
  void OnConnected() override;
  void OnReceived(std::span<const uint8_t> octets) override;
  bool OnSent() override;
  void OnClosed(const io::CloseReason& reason) override;
  // SessionHandler
  void OnBound(std::string_view smsc_system_id) override;
  void OnAnswers(std::span<const Answer> answers) override;
  void OnCongestion(uint8_t state) override;
  void OnLost(uint64_t cookie, Fate fate, pdu::Octets pdu) override;
  Departure DepartureOf(uint64_t cookie) override;
  pdu::CommandStatus OnInbound(const pdu::Pdu& pdu) override;

  void OnTimer();
  void WaitForBindTime();
  void Connect();
  void ConnectToNextAddress();
  void AfterSession();
  void CloseStream();
  std::string_view ReasonOf(const io::CloseReason& reason) const;
  Failure FailureOf(const io::CloseReason& reason) const;
  void LogClosed(const io::CloseReason& reason);
  bool EndsAccount(const Failure& failure);
  void Retry(Failure failure);
  void BecomeStopped();
  void UpdateTimer();
  SessionOptions MakeSessionOptions() const;
  const Host& host() const;
  void Tell(Event event);

  Account& account_;
  const uint32_t bind_index_;
  const LinkRole role_;
  const bool submits_;
  io::Loop& loop_;
  LinkOwner& owner_;
  const size_t place_;
  Backoff backoff_;
  io::Timer timer_;
  bool has_bind_time_ = false;  // while it waits: the timer is at its turn

  BindState state_ = BindState::kWaiting;
  bool draining_ = false;
  size_t host_index_;
  std::vector<io::SocketAddress> addresses_;  // of the host, still to be tried
  uint64_t attempt_ = 0;                      // tells a late answer of the resolver from ours
  uint32_t start_failures_ = 0;               // before the account was ever bound
  uint32_t credential_refusals_ = 0;          // since, without another bind that was up
  io::Stream* stream_ = nullptr;              // the loop's
  std::unique_ptr<Session> session_;
  bool receiving_ = true;
  bool waits_for_disk_ = false;
  BindLog* log_ = nullptr;  // nullptr: there are no logs
  bool closing_ = false;
  // What the session said last may only leave as all else does, at the end of a turn.
  bool closes_with_flush_ = false;
  io::Nanos bound_at_ = 0;
  bool counts_as_bound_ = false;  // with the account
  uint64_t connects_ = 0;
  SessionStats earlier_;
};

}  // namespace salvo::engine

// What one bind has to tell the logs, from its shard's side: leaves it in rings, as it happens, and
// does nothing else. Never waits; never allocates, but for logins and the connector log.
// One thread, the shard's.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "engine/log/log_ring.h"
#include "engine/log/logged_bind.h"
#include "engine/log/record.h"
#include "engine/log/sampler.h"
#include "engine/session/pdu_observer.h"
#include "io/loop.h"
#include "pdu/decode.h"

namespace salvo::engine {

class BindLog final : public PduObserver {
 public:
  // The bind's side of a log. A `ring` of nullptr: there is no such log. Nothing is owned.
  struct Channel {
    LogRing* ring = nullptr;
    LoggedBind* bind = nullptr;
    uint32_t number = 0;         // of the bind in the log
    Sampler* sampler = nullptr;  // the shard's; of the PDU log
  };

  // `window`: of the bind. All must outlive the bind log.
  BindLog(const Channel& connector, const Channel& pdus, uint32_t window, io::Loop& loop);

  void OnWritten(pdu::Octets pdu) override;
  void OnRead(pdu::Octets pdu) override;

  // `peer`: "127.0.0.1:2775". `reason`: one clause for people.
  void Connected(std::string_view peer);
  void ConnectFailed(std::string_view peer, int error_number, std::string_view reason);
  void LoggedIn(std::string_view smsc_system_id);
  // `status`: ESME_ROK when there was no answer.
  void LoginFailed(pdu::CommandStatus status, std::string_view reason);
  void Disconnected(int error_number, std::string_view reason);

 private:
  // Which answers are left out because their submit_sm were: a bit for each sequence_number that
  // may be outstanding, and for those before them that may be answered late.
  class LeftOut {
   public:
    explicit LeftOut(uint32_t window);
    void Set(uint32_t sequence, bool left_out);
    // Whether it was, and clears it: another answer to the same is a curiosity.
    bool Take(uint32_t sequence);

   private:
    std::vector<uint64_t> bits_;
    size_t mask_;
  };

  void OnSubmit(const pdu::Header& header, pdu::Octets pdu);
  void PutPdu(LogKind kind, const pdu::Header& header, pdu::Octets pdu, size_t leave = 0);
  void PutLogin(LogKind kind, pdu::Octets pdu);
  void PutEvent(LogKind kind, uint32_t number, std::string_view text);
  uint8_t* Claim(Channel& channel, LogRecord record, size_t octets, size_t leave = 0);

  Channel connector_;
  Channel pdus_;
  LeftOut left_out_;
  io::Loop& loop_;
};

}  // namespace salvo::engine

// An SMPP session held one question at a time, with every PDU kept. It answers what any ESME must
// answer by itself: enquire_link, unbind, requests that nobody knows. A deliver_sm or data_sm is
// kept for whoever looks for it while `holds_deliveries`; otherwise it is refused for now
// (ESME_RX_T_APPN): it is a receipt or a message for somebody else, and the SMSC has to send it
// again. Lives on the loop's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "pdu/body.h"
#include "pdu/framer.h"
#include "tools/doctor/talk/transcript.h"
#include "tools/doctor/talk/transport.h"

namespace salvo::doctor {

struct Received {
  pdu::Header header;
  std::vector<uint8_t> octets;  // the whole PDU
  io::Nanos at = 0;             // monotonic
};

class Dialogue {
 public:
  static constexpr size_t kMostHeld = 200;  // deliveries; further ones are refused for now

  // None is owned; all must outlive the dialogue.
  Dialogue(io::Loop* loop, Transport* transport, Transcript* transcript, int connection);

  // For Transport's Start...: takes what the peer says.
  Transport::OnOctets Reader();

  // Sends a request; its sequence number. What comes of it is found by Await; unsent() tells why it
  // did not leave.
  template <class Body>
  uint32_t Ask(pdu::CommandId command, const Body& body);
  uint32_t Ask(pdu::CommandId command) { return Ask(command, pdu::NoBody{}); }

  // Why the last request was not sent, in one clause; "" when it was.
  const std::string& unsent() const { return unsent_; }

  // The answer, whatever kind of response it is, once it is there; nullopt when it did not come in
  // time, when the connection ended first, when the user stopped us, or when nothing was asked.
  // `stops`: see TurnUntil.
  std::optional<Received> Await(uint32_t sequence, io::Nanos deadline, int stops = 0);
  // The same without waiting.
  std::optional<Received> TakeAnswer(uint32_t sequence);

  void HoldDeliveries(bool hold);
  // Those that came and were not answered yet.
  std::deque<Received>& deliveries() { return deliveries_; }
  void AnswerDelivery(const Received& delivery, pdu::CommandStatus status);
  uint64_t refused_deliveries() const { return refused_deliveries_; }

  // False when the connection is gone, the peer has unbound, or what it says is not what an SMSC
  // says.
  bool is_alive() const;
  bool is_no_smsc() const { return is_no_smsc_ || framer_.error() != pdu::FrameError::kNone; }
  const pdu::Framer& framer() const { return framer_; }
  // Responses that answer nothing that was asked, the first ones.
  const std::vector<Received>& strays() const { return strays_; }
  uint64_t peer_enquiries() const { return peer_enquiries_; }
  // Why it is not alive, in one clause.
  std::string Ending() const;

  Transport& transport() { return *transport_; }
  io::Loop& loop() { return *loop_; }

 private:
  void OnOctets(std::span<const uint8_t> octets);
  void OnPdu(pdu::Octets octets);
  void OnRequest(const pdu::Header& header, pdu::Octets octets);
  void OnDelivery(const pdu::Header& header, pdu::Octets octets);
  void Respond(pdu::CommandId command, pdu::CommandStatus status, uint32_t sequence);
  bool SendPdu(std::span<const uint8_t> octets);

  io::Loop* loop_;
  Transport* transport_;
  Transcript* transcript_;
  int connection_;
  std::unique_ptr<uint8_t[]> carry_;
  pdu::Framer framer_;
  uint32_t next_sequence_ = pdu::kFirstSequence;
  std::set<uint32_t> asked_;  // and not answered
  std::string unsent_;
  std::map<uint32_t, Received> answers_;
  std::vector<Received> strays_;
  bool holds_deliveries_ = false;
  std::deque<Received> deliveries_;
  uint64_t refused_deliveries_ = 0;
  uint64_t peer_enquiries_ = 0;
  bool peer_unbound_ = false;
  bool is_no_smsc_ = false;  // it binds, or sends our own bind back
};

}  // namespace salvo::doctor

// A session with a peer made of the test's own hands: octets in, octets out, time by the number.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/session/session.h"
#include "pdu/encode.h"

namespace salvo::engine {

inline constexpr Nanos kMilli = io::kNanosPerMilli;
inline constexpr Nanos kSecond = io::kNanosPerSecond;

// What the session told its handler.
struct Told {
  std::vector<std::string> bound;  // the SMSC's names
  struct Answer {
    pdu::CommandStatus status;
    std::string message_id;
  };
  std::map<uint64_t, Answer> answers;  // by cookie
  std::vector<uint8_t> congestion;
  std::map<uint64_t, Fate> lost;
  std::map<uint64_t, std::string> lost_pdus;
  std::vector<pdu::CommandId> inbound;
  // "released", and "told 3" of three answers at once.
  std::vector<std::string> order;
  uint64_t settled_twice = 0;
};

class SessionWorld : public SessionHandler {
 public:
  static SessionOptions Options() {
    SessionOptions options;
    options.credentials.system_id = "user";
    options.credentials.password = "secret";
    options.window = 10;
    options.bind_timeout = 10 * kSecond;
    options.response_timeout = 60 * kSecond;
    options.enquire_link = 30 * kSecond;
    options.enquire_link_timeout = 10 * kSecond;
    options.drain_timeout = 30 * kSecond;
    return options;
  }

  explicit SessionWorld(const SessionOptions& options = Options())
      : output_(256 * 1024), session_(options, &output_, this) {}

  Session& session() { return session_; }
  io::OutputBuffer& output() { return output_; }
  const Told& told() const { return told_; }
  Nanos now() const { return now_; }
  // What a deliver_sm is answered with.
  pdu::CommandStatus inbound_status = pdu::CommandStatus::ESME_ROK;

  // Whether staged segments may leave.
  bool may_leave = true;
  std::set<uint64_t> never_leave;  // cookies

  void Pass(Nanos time) {
    now_ += time;
    session_.OnTick(now_);
  }

  // The peer's octets.
  void Receive(pdu::Octets octets) { session_.OnReceived(octets, now_); }
  template <class Body>
  void Receive(pdu::CommandId id, pdu::CommandStatus status, uint32_t sequence, const Body& body) {
    std::vector<uint8_t> octets(70'000);
    const pdu::EncodeResult result = pdu::Encode(id, status, sequence, body, octets);
    Receive(pdu::Octets(octets.data(), result.octets));
  }
  void Receive(pdu::CommandId id, pdu::CommandStatus status, uint32_t sequence) {
    Receive(id, status, sequence, pdu::NoBody{});
  }

  // What the session sent since the last call, as headers; the kernel has taken all of it.
  std::vector<pdu::Header> Sent() {
    std::vector<pdu::Header> headers;
    output_.Release();
    for (;;) {
      const std::span<const uint8_t> octets = output_.ToSend();
      if (octets.empty()) return headers;
      for (size_t at = 0; at < octets.size();) {
        headers.push_back(pdu::DecodeHeader(octets.subspan(at)));
        at += headers.back().command_length;
      }
      output_.Sent(octets.size());
    }
  }

  // Bound and quiet.
  void Bind() {
    session_.Start(now_);
    const uint32_t sequence = Sent().at(0).sequence_number;
    Receive(pdu::CommandId::kBindTransceiverResp, pdu::CommandStatus::ESME_ROK, sequence,
            pdu::BindResponse{"SMSC", {}});
  }

  // Submits a segment; false when the session takes none. Its sequence is in `last_sequence`.
  bool Submit(uint64_t cookie) {
    pdu::SubmitSm submit;
    submit.destination.digits = "491701234567";
    const std::string text = "cookie " + std::to_string(cookie);
    submit.short_message = pdu::AsOctets(text);
    constexpr size_t kMost = 300;
    uint8_t* out = session_.ClaimSubmit(kMost, &last_sequence);
    if (out == nullptr) return false;
    const pdu::EncodeResult result =
        pdu::Encode(pdu::CommandId::kSubmitSm, pdu::CommandStatus::ESME_ROK, last_sequence, submit,
                    {out, kMost});
    session_.CommitSubmit(last_sequence, result.octets, cookie, now_);
    return true;
  }
  uint32_t last_sequence = 0;

  void Answer(uint32_t sequence, std::string_view message_id = "id") {
    Receive(pdu::CommandId::kSubmitSmResp, pdu::CommandStatus::ESME_ROK, sequence,
            pdu::MessageIdResponse{message_id, {}});
  }
  // The octets of such answers to several.
  static std::vector<uint8_t> AnswersTo(const std::vector<uint32_t>& sequences) {
    std::vector<uint8_t> all;
    for (const uint32_t sequence : sequences) {
      uint8_t octets[100];
      const std::string id = "id" + std::to_string(sequence);
      const pdu::EncodeResult result =
          pdu::Encode(pdu::CommandId::kSubmitSmResp, pdu::CommandStatus::ESME_ROK, sequence,
                      pdu::MessageIdResponse{id, {}}, octets);
      all.insert(all.end(), octets, octets + result.octets);
    }
    return all;
  }

 private:
  void OnBound(std::string_view name) override { told_.bound.emplace_back(name); }
  void OnAnswers(std::span<const engine::Answer> answers) override {
    if (session_.ReleaseAhead(now_)) told_.order.emplace_back("released");
    for (const engine::Answer& answer : answers) {
      Settle(answer.cookie);
      told_.answers[answer.cookie] = {answer.status, std::string(answer.message_id)};
    }
    told_.order.push_back("told " + std::to_string(answers.size()));
  }
  void OnCongestion(uint8_t state) override { told_.congestion.push_back(state); }
  void OnLost(uint64_t cookie, Fate fate, pdu::Octets pdu) override {
    Settle(cookie);
    told_.lost[cookie] = fate;
    told_.lost_pdus[cookie] = pdu::AsText(pdu);
  }
  Departure DepartureOf(uint64_t cookie) override {
    if (never_leave.contains(cookie)) return Departure::kNever;
    return may_leave ? Departure::kNow : Departure::kLater;
  }
  pdu::CommandStatus OnInbound(const pdu::Pdu& pdu) override {
    told_.inbound.push_back(pdu.header.command_id);
    return inbound_status;
  }
  void Settle(uint64_t cookie) {
    if (told_.answers.contains(cookie) || told_.lost.contains(cookie)) ++told_.settled_twice;
  }

  io::OutputBuffer output_;
  Session session_;
  Told told_;
  Nanos now_ = kSecond;
};

}  // namespace salvo::engine

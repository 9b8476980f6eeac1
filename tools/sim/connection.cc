#include "tools/sim/connection.h"

#include <algorithm>
#include <array>

#include "pdu/encode.h"
#include "tools/sim/server.h"

namespace salvo::sim {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

// In the header: 3.4 section 3.2.
constexpr size_t kCommandAt = 4;
constexpr size_t kSequenceAt = 12;
constexpr size_t kGarbageOctets = 32;
// Above all that a fault makes of one response.
constexpr size_t kMostFaultOctets = 512;
// How long a peer may take nothing of what is said to it before the connection closes.
constexpr io::Nanos kCloseTimeout = 5 * io::kNanosPerSecond;

// One that no peer has open which counts up from 1.
uint32_t AnotherSequence(uint32_t sequence) {
  constexpr uint32_t kFarAway = 0x40000000;
  const uint32_t another = sequence ^ kFarAway;
  return another == 0 ? pdu::kLastSequence : another;
}

}  // namespace

Connection::Connection(Server& server, uint64_t number, Fault at_start)
    : server_(server),
      number_(number),
      at_start_(at_start),
      output_(server.loop()),
      carry_(std::make_unique_for_overwrite<uint8_t[]>(pdu::kDefaultMaxPduOctets)),
      framer_({carry_.get(), pdu::kDefaultMaxPduOctets}),
      session_(server, *this),
      heard_at_(server.loop().now()),
      idle_(server.loop().timers(), [this] { OnIdle(); }),
      give_up_(server.loop().timers(), [this] { Abort(); }),
      read_again_(server.loop().timers(), [this] {
        deaf_ = false;
        Flush();
      }) {}

void Connection::SetStream(io::Stream* stream) {
  stream_ = stream;
  output_.SetStream(stream);
}

void Connection::OnConnected() {
  heard_at_ = server_.loop().now();
  Change();
  if (at_start_ == Fault::kNone) return;
  if (at_start_ == Fault::kSilent) {
    ++server_.counters().faults;
    mute_ = true;
  } else {
    Strike(at_start_);
    Conclude();
  }
}

void Connection::Change() {
  const Options& options = server_.options();
  idle_.Set(options.idle > 0 ? io::Later(heard_at_, options.idle) : io::kNever);
  if (options.one_octet) {
    output_.SendOctets(*options.one_octet);
  } else {
    output_.SendAtOnce();
  }
  session_.Change();
}

void Connection::OnReceived(std::span<const uint8_t> octets) {
  if (mute_ || ending()) return;
  heard_at_ = server_.loop().now();
  framer_.Feed(octets);
  pdu::Octets pdu;
  pdu::FrameResult result = framer_.Next(&pdu);
  while (result == pdu::FrameResult::kPdu && !ending()) {
    session_.OnPdu(pdu);
    result = framer_.Next(&pdu);
  }
  if (result == pdu::FrameResult::kBroken) Break();
  session_.FlushOthers();
  Conclude();
}

bool Connection::OnSent() {
  output_.OnSent();
  if (give_up_.deadline() != io::kNever) WaitForPeer();
  if (!ending()) Flush();
  session_.OnRoom();
  return true;
}

void Connection::Flush() {
  if (!server_.CommitLedger()) return;
  output_.Flush();
  const bool read = output_.room() >= kLeastRoom && !deaf_;
  if (read == reading_) return;
  reading_ = read;
  stream_->SetReceiving(read);
}

void Connection::Conclude() {
  switch (end_) {
    case End::kNone:
      return Flush();
    case End::kClose:
      return Close();
    case End::kReset:
      // What the ledger has is true, though nobody is told.
      server_.CommitLedger();
      return stream_->Reset();
  }
}

void Connection::Close() {
  end_ = End::kClose;
  if (!server_.CommitLedger()) return Abort();
  output_.Close();
  if (give_up_.deadline() == io::kNever) WaitForPeer();
}

void Connection::WaitForPeer() {
  const io::Nanos pause = server_.options().one_octet.value_or(0);
  give_up_.Set(io::Later(server_.loop().now(), io::Later(kCloseTimeout, pause)));
}

void Connection::OnClosed(const io::CloseReason& reason) {
  if (reason.cause == io::CloseReason::Cause::kLimit) ++server_.counters().accept_failures;
  session_.End();
  server_.Remove(this);
}

// The peer's stream cannot be read on: says so and ends the session.
void Connection::Break() {
  ++server_.counters().malformed;
  WriteNack(0, CommandStatus::ESME_RINVCMDLEN);
  EndInOrder();
}

void Connection::Strike(Fault fault) {
  if (ending()) return;
  ++server_.counters().faults;
  Suffer(fault);
}

void Connection::Suffer(Fault fault) {
  switch (fault) {
    case Fault::kGarbage:
      return WriteGarbage();
    case Fault::kClose:
      return EndInOrder();
    case Fault::kReset:
      end_ = End::kReset;
      return;
    case Fault::kUnbind:
      return session_.SendUnbind();
    case Fault::kStopReading:
      return StopReading();
    default:
      return;  // of responses alone
  }
}

bool Connection::Give(std::span<uint8_t> response, Fault fault) {
  if (output_.room() < kMostFaultOctets) return false;
  if (fault != Fault::kNone) ++server_.counters().faults;
  const uint32_t sequence = pdu::DecodeHeader(response).sequence_number;
  switch (fault) {
    case Fault::kSilent:
      break;
    case Fault::kNack:
      WriteNack(sequence, CommandStatus::ESME_RINVCMDID);
      break;
    case Fault::kNackOther:
      WriteNack(AnotherSequence(sequence), CommandStatus::ESME_RINVCMDID);
      break;
    case Fault::kNackZero:
      WriteNack(0, CommandStatus::ESME_RINVCMDLEN);
      break;
    case Fault::kClose:
    case Fault::kReset:
      Suffer(fault);
      break;
    case Fault::kGarbage:
      Suffer(fault);
      Write(response);
      break;
    case Fault::kUnbind:
    case Fault::kStopReading:
      Write(response);
      Suffer(fault);
      break;
    case Fault::kTwice:
      Write(response);
      Write(response);
      break;
    case Fault::kOneOctet:
      output_.SendOctetsOnce();
      Write(response);
      break;
    case Fault::kWrongSequence:
      pdu::Store32(response.data() + kSequenceAt, AnotherSequence(sequence));
      Write(response);
      break;
    case Fault::kWrongCommand:
      pdu::Store32(response.data() + kCommandAt, static_cast<uint32_t>(CommandId::kDataSmResp));
      Write(response);
      break;
    case Fault::kNone:
    case Fault::kEmptyId:  // it has it already
    case Fault::kSameId:
    case Fault::kOutOfOrder:  // it was held back
      Write(response);
      break;
  }
  return true;
}

void Connection::Write(std::span<const uint8_t> octets) {
  uint8_t* out = output_.Claim(octets.size());
  if (out == nullptr) return;
  std::copy(octets.begin(), octets.end(), out);
  output_.Commit(octets.size());
}

void Connection::WriteNack(uint32_t sequence, CommandStatus status) {
  std::array<uint8_t, pdu::kHeaderOctets> nack;
  pdu::EncodeHeaderOnly(CommandId::kGenericNack, status, sequence, nack);
  Write(nack);
}

// Its first word is no length that a PDU could have.
void Connection::WriteGarbage() {
  std::array<uint8_t, kGarbageOctets> garbage;
  for (uint8_t& octet : garbage) {
    octet = static_cast<uint8_t>(server_.behaviour().random().Next());
  }
  garbage.front() |= 0x80;
  Write(garbage);
}

void Connection::StopReading() {
  deaf_ = true;
  read_again_.Set(io::Later(server_.loop().now(), server_.options().stop_reading_for));
}

void Connection::OnIdle() {
  const io::Nanos idle = server_.options().idle;
  const io::Nanos due = io::Later(heard_at_, idle);
  if (due > server_.loop().now()) return idle_.Set(due);
  if (ending()) return;
  ++server_.counters().idle_closed;
  Close();
}

}  // namespace salvo::sim

#include "tools/sim/output.h"

namespace salvo::sim {

Output::Output(io::Loop& loop) : loop_(loop), next_(loop.timers(), [this] { SendNextOctet(); }) {}

void Output::SetStream(io::Stream* stream) {
  stream_ = stream;
  buffer_ = &stream->output();
}

void Output::Flush() {
  // What was said before an octet at a time goes first.
  stream_->Flush();
  if (octets_ == nullptr) return;
  octets_->Release();
  OnSent();
}

void Output::OnSent() {
  if (octets_ == nullptr) return;
  // The next is due when the one before has left.
  const bool waits = next_.deadline() != io::kNever || !stream_->output().empty();
  if (!waits) next_.Set(loop_.now() + pause_);
}

void Output::SendNextOctet() {
  const std::span<const uint8_t> octets = octets_->ToSend();
  if (!octets.empty()) {
    *stream_->output().Claim(1) = octets.front();
    stream_->output().Commit(1);
    octets_->Sent(1);
    return stream_->Flush();
  }
  if (once_ && octets_->empty()) {
    octets_.reset();
    buffer_ = &stream_->output();
  }
  if (closing_) stream_->Close();
}

void Output::Close() {
  if (octets_ == nullptr || octets_->empty()) return stream_->Close();
  closing_ = true;
  Flush();
}

void Output::SendOctets(io::Nanos pause) {
  pause_ = pause;
  once_ = false;
  if (octets_ != nullptr) return;
  octets_ = std::make_unique<io::OutputBuffer>(kOctets);
  buffer_ = octets_.get();
}

void Output::SendOctetsOnce() {
  if (octets_ != nullptr) return;
  SendOctets(0);
  once_ = true;
}

void Output::SendAtOnce() {
  once_ = true;
  OnSent();
}

}  // namespace salvo::sim

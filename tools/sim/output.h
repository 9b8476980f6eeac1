// What a connection sends: as fast as its stream takes it, or one octet at a time.
#pragma once

#include <cstdint>
#include <memory>

#include "io/loop.h"

namespace salvo::sim {

// One thread, the simulator's. Lives as long as the connection.
class Output {
 public:
  // Half of the stream's output; above the octets of one receive, because an answer may be a
  // little longer than the shortest submission.
  static constexpr size_t kOctets = 1024 * 1024;

  explicit Output(io::Loop& loop);

  // The stream whose output has halves of kOctets; not owned.
  void SetStream(io::Stream* stream);

  // As those of io::OutputBuffer.
  uint8_t* Claim(size_t octets) { return buffer_->Claim(octets); }
  void Commit(size_t octets) { buffer_->Commit(octets); }
  size_t room() const { return buffer_->room(); }

  // What is committed may leave.
  void Flush();
  // To be called from the stream's OnSent.
  void OnSent();
  // Closes the stream when all that is committed has left.
  void Close();

  // From now on each octet is sent by itself and `pause` after the one before.
  void SendOctets(io::Nanos pause);
  // The same, until all that is committed has left.
  void SendOctetsOnce();
  // Ends that, as soon as what is committed has left.
  void SendAtOnce();

 private:
  void SendNextOctet();

  io::Loop& loop_;
  io::Stream* stream_ = nullptr;
  io::OutputBuffer* buffer_ = nullptr;        // that is filled: the stream's, or octets_
  std::unique_ptr<io::OutputBuffer> octets_;  // what is to leave one by one; nullptr: nothing is
  io::Timer next_;
  io::Nanos pause_ = 0;
  bool once_ = false;
  bool closing_ = false;
};

}  // namespace salvo::sim

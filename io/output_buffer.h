// What is to be sent over one stream: two halves, one filled while the other is being sent.
//
// Writers claim room, write in place and commit (there is no copy on the way to the kernel). What
// is committed stays until it is released: whoever writes decides after which other deed, such as
// a journal's, it may leave. The stream takes all that a half holds of it, so that many writes
// leave in one send. Octets keep their place in a half until the stream says they were sent, and
// every octet has an offset counted from the first, so that after a lost connection it is known
// exactly which of them never left. One thread, the stream's. Allocates once.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace salvo::io {

class OutputBuffer {
 public:
  explicit OutputBuffer(size_t octets_per_half);

  // Room for `octets` in one piece, or nullptr when there is none before the next send is done.
  // What is written there counts only when committed. REQUIRES: octets <= octets_per_half.
  uint8_t* Claim(size_t octets) {
    Half& half = halves_[filling_];
    return octets <= capacity_ - half.size ? half.octets.get() + half.size : nullptr;
  }
  // Octets of each half.
  size_t half() const { return capacity_; }
  // Octets that Claim would give.
  size_t room() const { return capacity_ - halves_[filling_].size; }

  // REQUIRES: a claim of at least that many octets since the last commit.
  void Commit(size_t octets) {
    halves_[filling_].size += octets;
    committed_ += octets;
  }

  // What is committed may leave. For the stream's Flush and Close.
  void Release() { released_ = committed_; }

  // For the stream: what to send next, empty when nothing may leave. The halves change places when
  // the one being sent is through.
  std::span<const uint8_t> ToSend();
  // For the stream: the first octets of ToSend's span have left.
  void Sent(size_t octets) { sent_ += octets; }

  uint64_t committed() const { return committed_; }
  uint64_t sent() const { return sent_; }
  bool empty() const { return committed_ == sent_; }

  // Octets that were committed in one piece at `offset` and of which not all are sent. Valid until
  // the next Commit or ToSend.
  std::span<const uint8_t> Held(uint64_t offset, size_t octets) const;

 private:
  struct Half {
    std::unique_ptr<uint8_t[]> octets;
    size_t size = 0;     // committed
    uint64_t start = 0;  // offset of its first octet
  };

  size_t capacity_;
  std::array<Half, 2> halves_;
  size_t filling_ = 0;
  uint64_t committed_ = 0;
  uint64_t released_ = 0;
  uint64_t sent_ = 0;
};

}  // namespace salvo::io

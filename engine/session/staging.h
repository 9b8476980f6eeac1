// PDUs of a session that may not leave before the journal has their records on the disk.
//
// Written in place, as into an io::OutputBuffer, and kept in order. WaitFor says which sync of the
// journal covers what was committed so far; once that sync is done they are ready, and whoever owns
// both moves them to the output. One thread, the shard's. Allocates once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace salvo::engine {

class Staging {
 public:
  explicit Staging(size_t octets);

  // Room for `octets` in one piece; nullptr when there is none before more is taken. What is
  // written there counts only when committed. Views of what is held are not valid any more.
  uint8_t* Claim(size_t octets);
  // REQUIRES: a claim of at least that many octets since the last commit.
  void Commit(size_t octets) { end_ += octets; }

  // What was committed since the last call waits for the sync of that number. Numbers never fall.
  void WaitFor(uint64_t sync);
  // What waits for no sync after `synced`, less what was taken.
  std::span<const uint8_t> Ready(uint64_t synced);
  // The first octets of what is ready have moved on.
  void Take(size_t octets) { begin_ += octets; }

  // All that is held, in order.
  std::span<const uint8_t> Held() const { return {octets_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  void Clear();

 private:
  struct Group {
    uint64_t sync;
    size_t end;
  };

  const size_t capacity_;
  std::unique_ptr<uint8_t[]> octets_;
  // Places in `octets_`: begin_ <= ready_end_ <= grouped_end_ <= end_.
  size_t begin_ = 0;
  size_t ready_end_ = 0;
  size_t grouped_end_ = 0;
  size_t end_ = 0;
  std::vector<Group> groups_;  // not ready: of the sync under way and of the next
};

}  // namespace salvo::engine

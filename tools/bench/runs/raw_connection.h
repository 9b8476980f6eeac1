// A bound connection that does the least there is to do: it pushes submit_sm that were encoded
// before, with only their sequence numbers put in, in writes as large as the window allows, and of
// the answers it reads the headers. No message, no time-out, no receipt.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace salvo::bench {

class RawConnection {
 public:
  struct Options {
    uint16_t port = 0;  // of 127.0.0.1
    std::string system_id;
    std::string password;
    uint32_t window = 1;
    uint32_t text_octets = 1;  // at most 160
  };
  explicit RawConnection(const Options& options);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  // Connects and binds; blocks. The others may be called from then on, and do not block.
  absl::Status Open();
  int fd() const { return fd_; }

  // Fills the window as far as the kernel takes it.
  absl::Status Push();
  // Whether the kernel did not take all: Push again when it can be written to.
  bool is_stuck() const { return sent_ < prepared_; }
  // Counts the answers that are there.
  absl::Status Pull();

  uint64_t answered() const { return answered_; }
  uint32_t in_flight() const { return in_flight_; }

 private:
  absl::Status Bind();
  void Prepare();
  bool CountAnswers(size_t octets);

  const Options options_;
  int fd_ = -1;
  std::vector<uint8_t> out_;  // as many whole PDUs as go into one write
  size_t pdu_octets_ = 0;
  size_t prepared_ = 0;  // octets of out_ that are to be sent
  size_t sent_ = 0;      // of which are
  std::vector<uint8_t> in_;
  size_t begun_ = 0;  // octets in in_ of a PDU that has not come as a whole
  uint32_t sequence_ = 1;
  uint32_t in_flight_ = 0;
  uint64_t answered_ = 0;
};

}  // namespace salvo::bench

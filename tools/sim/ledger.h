// What the simulator swears to: one JSON object a line for each submission it answered, written
// before the answer leaves. What cannot be read of one is left empty, and so is the system_id of
// who is not bound.
//   t_ns (since 1970), system_id, bind, seq, source, dest, data_coding, esm_class, message_hex,
//   message_id, status; tlv_hex when there are parameters
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "io/file.h"
#include "pdu/body.h"

namespace salvo::sim {

struct LedgerEntry {
  int64_t t_ns = 0;
  std::string_view system_id;
  uint64_t bind = 0;
  uint32_t sequence = 0;
  const pdu::SubmitSm* submit = nullptr;
  std::string_view message_id;
  pdu::CommandStatus status = pdu::CommandStatus::ESME_ROK;
};

// One thread, the simulator's.
class Ledger {
 public:
  // `file` nullptr: keeps no ledger.
  explicit Ledger(std::unique_ptr<io::File> file) : file_(std::move(file)) {}

  bool enabled() const { return file_ != nullptr; }
  void Add(const LedgerEntry& entry);
  // Writes what was added. After an error nothing must be answered.
  absl::Status Write();
  // Forces all of it onto the disk; `done` is called in a later turn.
  void Sync(std::function<void(absl::Status)> done);

 private:
  std::unique_ptr<io::File> file_;
  std::string lines_;
};

// Cuts a last line that has no end: a simulator that was killed was writing it, and its answer
// never left. A file that does not exist is fine; so is what is no regular file.
absl::Status CutUnfinishedLine(const std::string& path);

// Whether a ledger there can be forced onto a disk: a pipe or a device has none.
bool IsOnDisk(const std::string& path);

}  // namespace salvo::sim

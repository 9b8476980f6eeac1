// The messages themselves, kept in a journal's directory, so that nobody has to have them a second
// time when the process that was to send them died: a file for each run, messages-NNNN.spool. Its
// batches have the headers of a journal's (engine/journal/README.md).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/journal/batch_reader.h"
#include "salvo/message.h"

namespace salvo::engine {

class JournalDirectory;

// Appends a message. A batch begins with the name of its account, and then has nothing but these.
void EncodeMessage(const Message& message, std::vector<uint8_t>* out);

// Reads the message at the front of `octets`, and moves on. False when there is none of this
// format. The message's views are of the octets and of `tlvs`.
bool DecodeMessage(std::span<const uint8_t>* octets, Message* message, std::vector<Tlv>* tlvs);

// Messages in memory, encoded as they are kept. One thread at a time.
class KeptBatch final : public MessageBatch {
 public:
  // A batch of a file: its octets behind its header.
  using Octets = std::vector<uint8_t>;

  // Takes all messages of `batch`, which is at its end then. `account`: the only one that may send
  // them; "": any. nullptr when one of them is too large to be kept.
  static std::unique_ptr<KeptBatch> Of(MessageBatch& batch, std::string_view account);
  // Messages that were read; `is_wanted` tells which are given out.
  KeptBatch(Octets batch, std::function<bool(uint64_t key)> is_wanted);

  bool Next(Message* message) override;

  // The account of the batch that was read.
  std::string_view account() const { return account_; }
  // With room for their headers. Sealing them changes nothing else.
  std::span<Octets> batches() { return batches_; }
  bool empty() const { return batches_.empty(); }
  // The journal in whose files they are; nullptr: in none yet.
  const JournalDirectory* kept_in() const { return kept_in_; }
  void set_kept_in(const JournalDirectory* journal) { kept_in_ = journal; }

 private:
  KeptBatch() = default;
  // Goes to the batch at `at_`, behind its account's name.
  void Enter();

  std::vector<Octets> batches_;
  std::string account_;
  std::function<bool(uint64_t key)> is_wanted_;  // empty: all are
  const JournalDirectory* kept_in_ = nullptr;
  size_t at_ = 0;
  std::span<const uint8_t> rest_;  // of the batch before `at_`
  std::vector<Tlv> tlvs_;
};

// Writes one run's file. One thread at a time.
class MessageSpool {
 public:
  // Makes the file. `durable`: what was appended is on the disk when Append returns; else it
  // survives the process, and about once a second Append waits for the disk.
  static absl::StatusOr<std::unique_ptr<MessageSpool>> Create(const std::string& path, uint32_t run,
                                                              bool durable);
  ~MessageSpool();
  MessageSpool(const MessageSpool&) = delete;
  MessageSpool& operator=(const MessageSpool&) = delete;

  // All or nothing. A full disk may have room again later; other errors are final.
  absl::Status Append(KeptBatch& messages);

 private:
  MessageSpool(std::string path, uint32_t run, bool durable, int fd)
      : path_(std::move(path)), run_(run), durable_only_(durable), fd_(fd) {}
  absl::Status Write(std::span<const uint8_t> octets);
  absl::Status Sync();
  bool CutBackTo(uint64_t size);

  const std::string path_;
  const uint32_t run_;
  const bool durable_only_;
  const int fd_;
  uint64_t size_ = 0;     // whole batches, and the header
  uint64_t durable_ = 0;  // of which are on the disk
  int64_t synced_at_ns_ = 0;
  absl::Status status_;  // the first error that is final
};

// Where the file of a run is.
std::string MessageSpoolPath(const std::string& directory, uint32_t run);

// Reads the files of the runs 1 to `runs`, one after the other. One thread.
class MessageSpoolReader {
 public:
  // `is_wanted`: which messages are given out; it must be callable from any thread. `durable`: what
  // an earlier run may have left in memory alone is brought to the disk before it is given out.
  MessageSpoolReader(std::string directory, uint32_t runs, bool durable,
                     std::function<bool(uint64_t key)> is_wanted);
  ~MessageSpoolReader();

  // The next batch with a message that is wanted; nullptr when there is none. A torn tail is passed
  // over; kDataLoss: damage, or a file of another version.
  absl::StatusOr<std::unique_ptr<KeptBatch>> Next();

 private:
  class File;
  absl::Status Open();
  absl::StatusOr<std::unique_ptr<KeptBatch>> NextOfFile();
  absl::Status MakeFileLast() const;

  const std::string directory_;
  const uint32_t runs_;
  const bool durable_only_;
  const std::function<bool(uint64_t key)> is_wanted_;
  uint32_t run_ = 0;
  std::unique_ptr<File> file_;  // of `run_`; nullptr: none, or it is at its end
};

}  // namespace salvo::engine

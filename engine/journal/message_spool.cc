#include "engine/journal/message_spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "absl/strings/str_format.h"
#include "engine/journal/file_source.h"
#include "engine/journal/make_last.h"
#include "engine/journal/octets.h"
#include "io/descriptor.h"
#include "io/file_size_signal.h"
#include "io/write_all.h"

namespace salvo::engine {
namespace {

// A batch is closed when it has so many octets.
constexpr size_t kUsualBatchOctets = 256 << 10;
constexpr int64_t kSyncIntervalNs = 1'000'000'000;

KeptBatch::Octets NewBatch(std::string_view account) {
  KeptBatch::Octets octets(kBatchHeaderOctets);
  PutText(account, &octets);
  return octets;
}

int64_t MonotonicNow() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

// Whether a batch holds messages and nothing else, and one of them is wanted.
enum class Look : uint8_t { kWanted, kUnwanted, kNonsense };
Look LookAt(std::span<const uint8_t> batch, const std::function<bool(uint64_t key)>& is_wanted) {
  OctetReader reader(batch.subspan(kBatchHeaderOctets));
  reader.Text();
  if (!reader.ok()) return Look::kNonsense;
  std::span<const uint8_t> rest = reader.rest();
  Look look = Look::kUnwanted;
  Message message;
  std::vector<Tlv> tlvs;
  while (!rest.empty()) {
    if (!DecodeMessage(&rest, &message, &tlvs)) return Look::kNonsense;
    if (is_wanted(message.key)) look = Look::kWanted;
  }
  return look;
}

}  // namespace

void EncodeMessage(const Message& message, std::vector<uint8_t>* out) {
  PutVarint(message.key, out);
  PutVarint(message.tag, out);
  PutText(message.to, out);
  PutText(message.from, out);
  PutText(message.text, out);
  PutVarint(message.tlvs.size(), out);
  for (const Tlv& tlv : message.tlvs) {
    PutVarint(tlv.tag, out);
    PutText(tlv.value, out);
  }
}

bool DecodeMessage(std::span<const uint8_t>* octets, Message* message, std::vector<Tlv>* tlvs) {
  OctetReader reader(*octets);
  *message = {};
  tlvs->clear();
  message->key = reader.Varint();
  message->tag = reader.Varint();
  message->to = reader.Text();
  message->from = reader.Text();
  message->text = reader.Text();
  for (uint64_t count = reader.Varint(); count > 0 && reader.ok(); --count) {
    const auto tag = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
    tlvs->push_back({tag, reader.Text()});
  }
  if (!reader.ok()) return false;
  message->tlvs = *tlvs;
  *octets = reader.rest();
  return true;
}

std::unique_ptr<KeptBatch> KeptBatch::Of(MessageBatch& batch, std::string_view account) {
  std::unique_ptr<KeptBatch> kept(new KeptBatch());
  kept->account_ = account;
  Octets one;
  Message message;
  while (batch.Next(&message)) {
    one.clear();
    EncodeMessage(message, &one);
    const bool is_full =
        kept->empty() || kept->batches_.back().size() + one.size() > kUsualBatchOctets;
    if (is_full) kept->batches_.push_back(NewBatch(account));
    Octets& last = kept->batches_.back();
    if (last.size() - kBatchHeaderOctets + one.size() > kMostBatchOctets) return nullptr;
    last.insert(last.end(), one.begin(), one.end());
  }
  return kept;
}

KeptBatch::KeptBatch(Octets batch, std::function<bool(uint64_t key)> is_wanted)
    : is_wanted_(std::move(is_wanted)) {
  batches_.push_back(std::move(batch));
  OctetReader reader(std::span(batches_.front()).subspan(kBatchHeaderOctets));
  account_ = reader.Text();
}

void KeptBatch::Enter() {
  OctetReader reader(std::span<const uint8_t>(batches_[at_]).subspan(kBatchHeaderOctets));
  reader.Text();
  rest_ = reader.rest();
  ++at_;
}

bool KeptBatch::Next(Message* message) {
  for (;;) {
    while (rest_.empty()) {
      if (at_ == batches_.size()) return false;
      Enter();
    }
    if (!DecodeMessage(&rest_, message, &tlvs_)) return false;
    if (!is_wanted_ || is_wanted_(message->key)) return true;
  }
}

std::string MessageSpoolPath(const std::string& directory, uint32_t run) {
  return absl::StrFormat("%s/messages-%04d.spool", directory, run);
}

absl::StatusOr<std::unique_ptr<MessageSpool>> MessageSpool::Create(const std::string& path,
                                                                   uint32_t run, bool durable) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return io::CannotDo("make", path);
  std::unique_ptr<MessageSpool> spool(new MessageSpool(path, run, durable, fd));
  JournalFileHeader header;
  header.name = kMessagesName;
  header.epoch = run;
  absl::Status status = spool->Write(EncodeFileHeader(header));
  if (status.ok()) spool->size_ = kJournalFileHeaderOctets;
  if (status.ok()) status = spool->Sync();
  if (!status.ok()) return status;
  return spool;
}

MessageSpool::~MessageSpool() { close(fd_); }

absl::Status MessageSpool::Write(std::span<const uint8_t> octets) {
  // The thread is the host's.
  const io::NoFileSizeSignal no_file_size_signal;
  return io::WriteAll(fd_, octets) ? absl::OkStatus() : io::CannotDo("write", path_);
}

// An error is final: what a later one says of the same octets is not true.
absl::Status MessageSpool::Sync() {
  if (fdatasync(fd_) != 0) return status_ = io::CannotDo("sync", path_);
  durable_ = size_;
  synced_at_ns_ = MonotonicNow();
  return absl::OkStatus();
}

absl::Status MessageSpool::Append(KeptBatch& messages) {
  if (!status_.ok()) return status_;
  const uint64_t before = size_;
  for (KeptBatch::Octets& batch : messages.batches()) {
    BatchHeader header;
    header.epoch = run_;
    header.offset = size_;
    header.durable = durable_;
    SealBatch(header, batch);
    const absl::Status status = Write(batch);
    if (status.ok()) {
      size_ += batch.size();
      continue;
    }
    // What was not whole may not stand before what will be.
    if (!CutBackTo(before)) status_ = status;
    return status;
  }
  if (!durable_only_ && MonotonicNow() - synced_at_ns_ < kSyncIntervalNs) return absl::OkStatus();
  absl::Status synced = Sync();
  // They are said to be not taken: the next run may not find them.
  if (!synced.ok()) CutBackTo(before);
  return synced;
}

bool MessageSpool::CutBackTo(uint64_t size) {
  size_ = size;
  return ftruncate(fd_, static_cast<off_t>(size)) == 0 &&
         lseek(fd_, static_cast<off_t>(size), SEEK_SET) >= 0;
}

// A file that is being read.
class MessageSpoolReader::File {
 public:
  File(int fd, const std::string& path)
      : path_(path), source_(fd, path), batches_(source_, kMessagesName) {}

  const std::string& path() const { return path_; }
  JournalSource& source() { return source_; }
  BatchReader& batches() { return batches_; }

 private:
  const std::string path_;
  FileSource source_;
  BatchReader batches_;
};

MessageSpoolReader::MessageSpoolReader(std::string directory, uint32_t runs, bool durable,
                                       std::function<bool(uint64_t key)> is_wanted)
    : directory_(std::move(directory)),
      runs_(runs),
      durable_only_(durable),
      is_wanted_(std::move(is_wanted)) {}
MessageSpoolReader::~MessageSpoolReader() = default;

absl::Status MessageSpoolReader::Open() {
  const std::string path = MessageSpoolPath(directory_, run_);
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    file_ = std::make_unique<File>(fd, path);
    return durable_only_ ? MakeFileLast() : absl::OkStatus();
  }
  // A run that kept none has none.
  if (errno == ENOENT) return absl::OkStatus();
  return io::CannotDo("open", path);
}

// Damage is for those to tell who come to it.
absl::Status MessageSpoolReader::MakeFileLast() const {
  BatchReader batches(file_->source(), kMessagesName);
  for (;;) {
    const auto batch = batches.Next();
    if (!batch.ok()) return batch.status();
    if (batch->empty()) break;
  }
  const bool is_good =
      batches.verdict() == JournalEnd::kClean || batches.verdict() == JournalEnd::kTorn;
  return is_good ? MakeLast(file_->path(), batches.durable(), batches.end()) : absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<KeptBatch>> MessageSpoolReader::NextOfFile() {
  BatchReader& batches = file_->batches();
  for (;;) {
    const auto batch = batches.Next();
    if (!batch.ok()) return batch.status();
    const uint32_t run = batches.header().epoch;
    if (batches.end() > 0 && run != run_) {
      return absl::DataLossError(absl::StrFormat(
          "'%s' holds the messages of run %d, by what it says itself: put back what belongs under "
          "that name",
          file_->path(), run));
    }
    if (batch->empty()) break;
    const Look look = LookAt(*batch, is_wanted_);
    if (look == Look::kWanted) {
      return std::make_unique<KeptBatch>(KeptBatch::Octets(batch->begin(), batch->end()),
                                         is_wanted_);
    }
    if (look == Look::kUnwanted) continue;
    batches.Refuse();
    break;
  }
  if (batches.verdict() == JournalEnd::kDamaged) {
    return absl::DataLossError(absl::StrFormat(
        "the kept messages '%s' are damaged at octet %d, which had reached the disk", file_->path(),
        batches.end()));
  }
  if (batches.verdict() == JournalEnd::kForeign) {
    return absl::DataLossError(absl::StrFormat(
        "'%s' does not hold messages of a version that this program reads", file_->path()));
  }
  return nullptr;
}

absl::StatusOr<std::unique_ptr<KeptBatch>> MessageSpoolReader::Next() {
  for (;;) {
    if (file_ != nullptr) {
      auto batch = NextOfFile();
      if (!batch.ok() || *batch != nullptr) return batch;
      file_.reset();
    }
    if (run_ >= runs_) return nullptr;
    ++run_;
    absl::Status status = Open();
    if (!status.ok()) return status;
  }
}

}  // namespace salvo::engine

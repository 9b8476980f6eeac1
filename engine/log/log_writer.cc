#include "engine/log/log_writer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace salvo::engine {
namespace {

// Written at a time.
constexpr size_t kTextOctets = 256 * 1024;
constexpr size_t kMostRecords = 4096;
constexpr io::Nanos kRetryInterval = io::kNanosPerSecond;

LogRecord RecordIn(std::span<const uint8_t> piece) {
  LogRecord record;
  std::memcpy(&record, piece.data(), sizeof record);
  return record;
}

}  // namespace

absl::StatusOr<std::shared_ptr<LogWriter>> LogWriter::Open(const Options& options,
                                                           std::unique_ptr<Lines> lines,
                                                           io::Clock& clock, OnFailure on_failure) {
  std::shared_ptr<LogWriter> writer(
      new LogWriter(options, std::move(lines), clock, std::move(on_failure)));
  auto file = LogFile::Open(options.file, &writer->gives_up_);
  if (!file.ok()) return file.status();
  writer->file_ = std::make_unique<LogFile>(*std::move(file));
  return writer;
}

LogWriter::LogWriter(const Options& options, std::unique_ptr<Lines> lines, io::Clock& clock,
                     OnFailure on_failure)
    : name_(options.name),
      file_options_(options.file),
      lines_(std::move(lines)),
      clock_(clock),
      on_failure_(std::move(on_failure)) {
  for (uint32_t i = 0; i < options.shards; ++i) {
    rings_.push_back(std::make_unique<LogRing>(options.ring_octets));
  }
  has_front_.reserve(options.shards);
}

LoggedBind* LogWriter::AddBind(std::string_view account, std::string_view instance,
                               uint32_t* number) {
  const std::lock_guard lock(binds_mutex_);
  *number = static_cast<uint32_t>(binds_.size());
  return &binds_.emplace_back(account, instance);
}

void LogWriter::GiveUp() {
  gives_up_.store(true);
  const std::lock_guard lock(failure_mutex_);
  on_failure_ = nullptr;
}

LogStats LogWriter::stats() const {
  const std::lock_guard lock(binds_mutex_);
  LogStats stats;
  for (const LoggedBind& bind : binds_) {
    stats.pdus_written += bind.written.load();
    stats.pdus_sampled_out += bind.sampled_out.load();
    stats.pdus_dropped += bind.dropped.load() + bind.lost.load();
  }
  return stats;
}

bool LogWriter::RunOnce() {
  MindReopening();
  bool any = false;
  {
    // Never held while the file is written: whoever adds a bind does not wait for the disk.
    const std::lock_guard lock(binds_mutex_);
    any = Take();
    AddDropped();
  }
  AppendText();
  return any;
}

// The oldest first, until there is enough text.
bool LogWriter::Take() {
  has_front_.clear();
  for (const auto& ring : rings_) {
    const std::span<const uint8_t> piece = ring->Front();
    if (!piece.empty()) has_front_.emplace_back(ring.get(), RecordIn(piece).wall_ns);
  }
  const bool any = !has_front_.empty();
  for (size_t i = 0; i < kMostRecords && text_.size() < kTextOctets && !has_front_.empty(); ++i) {
    const auto oldest =
        std::min_element(has_front_.begin(), has_front_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    LogRing& ring = *oldest->first;
    Add(ring.Front());
    ring.Pop();
    const std::span<const uint8_t> next = ring.Front();
    if (next.empty()) {
      has_front_.erase(oldest);
    } else {
      oldest->second = RecordIn(next).wall_ns;
    }
  }
  return any;
}

void LogWriter::Add(std::span<const uint8_t> piece) {
  const LogRecord record = RecordIn(piece);
  LoggedBind& bind = binds_[record.bind];
  if (failed_) return CountOne(bind.lost);
  lines_->AddRecord(record, piece.subspan(sizeof record), bind, &text_);
  ++bind.unwritten;
}

void LogWriter::AddDropped() {
  is_behind_ = false;
  if (failed_) return;
  for (LoggedBind& bind : binds_) {
    const uint64_t missing = bind.dropped.load(std::memory_order_relaxed) + bind.lost.load();
    if (missing == bind.missing_in_text) continue;
    lines_->AddDropped(clock_.Wall(), missing - bind.missing_in_text, bind, &text_);
    bind.missing_in_text = missing;
    is_behind_ = true;
  }
}

void LogWriter::AppendText() {
  if (text_.empty()) return;
  const absl::Status status = file_->Append(text_);
  text_.clear();
  if (status.ok()) {
    failure_told_ = false;
  } else {
    Fail(status);
  }
  Settle(status.ok());
}

// What was in the text is in the file now, or nowhere.
void LogWriter::Settle(bool appended) {
  const std::lock_guard lock(binds_mutex_);
  for (LoggedBind& bind : binds_) {
    std::atomic<uint64_t>& counter = appended ? bind.written : bind.lost;
    counter.store(counter.load() + std::exchange(bind.unwritten, 0));
    if (appended) {
      bind.missing_told = bind.missing_in_text;
    } else {
      bind.missing_in_text = bind.missing_told;
    }
  }
}

void LogWriter::MindReopening() {
  const bool is_asked_to = reopens_.exchange(false);
  // Whoever asks wants to hear of it.
  if (is_asked_to) failure_told_ = false;
  if (is_asked_to || (failed_ && clock_.Monotonic() >= retry_at_)) Reopen();
}

void LogWriter::Reopen() {
  const absl::Status status = file_->Reopen();
  failed_ = false;
  if (!status.ok()) Fail(status);
}

void LogWriter::Fail(const absl::Status& status) {
  failed_ = true;
  retry_at_ = clock_.Monotonic() + kRetryInterval;
  if (std::exchange(failure_told_, true)) return;
  const std::lock_guard lock(failure_mutex_);
  if (!on_failure_) return;
  on_failure_("the " + name_ +
              " is interrupted, the campaign goes on: " + std::string(status.message()));
}

void LogWriter::Finish() {
  while (RunOnce()) {
  }
  if (failed_) {
    Reopen();
    RunOnce();
  }
  if (failed_) return;
  {
    const std::lock_guard lock(binds_mutex_);
    for (const LoggedBind& bind : binds_) lines_->AddTotal(clock_.Wall(), bind, &text_);
  }
  AppendText();
}

}  // namespace salvo::engine

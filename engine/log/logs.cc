#include "engine/log/logs.h"

#include <utility>

#include "absl/strings/str_format.h"

namespace salvo::engine {
namespace {

// Hundreds of lines, where a handful is usual.
constexpr size_t kConnectorRingOctets = 256 * 1024;
constexpr uint64_t kLeastBuffer = 64 * 1024;
constexpr uint64_t kLargestBuffer = 1024 * 1024 * 1024;

absl::Status Check(const LogOptions& options) {
  if (options.connector_path == options.pdu_path) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the connector log and the PDU log cannot both be '%s'", options.pdu_path));
  }
  if (options.buffer_octets < kLeastBuffer || options.buffer_octets > kLargestBuffer) {
    return absl::InvalidArgumentError("log.buffer_octets must be from 64 KiB to 1 GiB");
  }
  if (options.sample > LogOptions::kRarestSample) {
    return absl::InvalidArgumentError(
        absl::StrFormat("log.sample must be from 0 to %d", LogOptions::kRarestSample));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<LogWriter>> OpenWriter(const LogOptions& options,
                                                      LogWriter::Options log,
                                                      std::unique_ptr<Lines> lines,
                                                      io::Clock& clock,
                                                      const LogWriter::OnFailure& on_failure) {
  if (log.file.path.empty()) return nullptr;
  log.file.rotate_octets = options.rotate_octets;
  log.file.keep = options.keep;
  auto writer = LogWriter::Open(log, std::move(lines), clock, on_failure);
  if (writer.ok()) return writer;
  return absl::Status(writer.status().code(),
                      absl::StrFormat("the %s: %s", log.name, writer.status().message()));
}

}  // namespace

Logs::Logs(const LogOptions& options, uint32_t shards, LogWriter::OnFailure on_failure)
    : on_failure_(std::move(on_failure)) {
  for (uint32_t i = 0; i < shards; ++i) {
    const double most = static_cast<double>(LogOptions::kAutoPairs) / shards;
    samplers_.emplace_back(Sampler::Options{options.sample, most, options.buffer_octets});
  }
}

absl::StatusOr<std::unique_ptr<Logs>> Logs::Open(const LogOptions& options, uint32_t shards,
                                                 io::Clock& clock,
                                                 LogWriter::OnFailure on_failure) {
  if (options.connector_path.empty() && options.pdu_path.empty()) return nullptr;
  if (const absl::Status status = Check(options); !status.ok()) return status;
  auto connector =
      OpenWriter(options, {"connector log", {options.connector_path}, shards, kConnectorRingOctets},
                 std::make_unique<ConnectorLines>(), clock, on_failure);
  if (!connector.ok()) return connector.status();
  auto pdus = OpenWriter(options, {"PDU log", {options.pdu_path}, shards, options.buffer_octets},
                         std::make_unique<PduLines>(options.mask), clock, on_failure);
  if (!pdus.ok()) return pdus.status();
  std::unique_ptr<Logs> logs(new Logs(options, shards, std::move(on_failure)));
  logs->connector_ = {options.connector_path, *std::move(connector), nullptr};
  logs->pdus_ = {options.pdu_path, *std::move(pdus), nullptr};
  return logs;
}

BindLog* Logs::AddBind(uint32_t shard, std::string_view account, std::string_view instance,
                       uint32_t window, io::Loop& loop) {
  const auto channel = [&](const Log& log) {
    BindLog::Channel made;
    if (log.writer == nullptr) return made;
    made.ring = &log.writer->ring(shard);
    made.bind = log.writer->AddBind(account, instance, &made.number);
    made.sampler = &samplers_[shard];
    return made;
  };
  const std::lock_guard lock(mutex_);
  return &binds_.emplace_back(channel(connector_), channel(pdus_), window, loop);
}

void Logs::Reopen() {
  for (Log* log : {&connector_, &pdus_}) {
    if (log->writer != nullptr) log->writer->AskToReopen();
  }
}

LogStats Logs::stats() const {
  return pdus_.writer == nullptr ? LogStats() : pdus_.writer->stats();
}

void Logs::Start() {
  for (Log* log : {&connector_, &pdus_}) {
    if (log->writer != nullptr) log->thread = std::make_unique<LogThread>(log->writer);
  }
}

void Logs::RunOnce() {
  for (Log* log : {&connector_, &pdus_}) {
    if (log->writer == nullptr) continue;
    while (log->writer->RunOnce()) {
    }
  }
}

void Logs::Stop(std::chrono::milliseconds at_most) {
  if (std::exchange(stopped_, true)) return;
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  for (Log* log : {&connector_, &pdus_}) {
    if (log->thread != nullptr) log->thread->AskToEnd();
  }
  for (Log* log : {&connector_, &pdus_}) {
    if (log->writer == nullptr) continue;
    if (log->thread == nullptr) {
      log->writer->Finish();
      continue;
    }
    if (!log->thread->Stop(deadline)) {
      on_failure_(
          absl::StrFormat("'%s' takes nothing more: the end of that log is lost", log->path));
    }
  }
}

}  // namespace salvo::engine

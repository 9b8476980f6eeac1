#include "tools/bench/runs/sending.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "absl/strings/str_format.h"
#include "tools/bench/machine/noise.h"
#include "tools/common/exit_code.h"

namespace salvo::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLookInterval = std::chrono::milliseconds(20);
// Connecting, binding, and the last answers.
constexpr auto kPatience = std::chrono::seconds(60);

}  // namespace

bool Sending::OpenJournal(EngineOptions* options) {
  if (load_.setting.journal == plan::JournalLevel::kOff) return true;
  JournalOptions journal;
  journal.directory = load_.journal_folder;
  journal.sync =
      load_.setting.journal == plan::JournalLevel::kPower ? Sync::kPower : Sync::kProcess;
  const Status status = Journal::Open(journal, &journal_);
  if (!status.ok()) sample_.Fail(tools::kExitDisk, status.message());
  options->journal = journal_.get();
  return status.ok();
}

bool Sending::Start() {
  EngineOptions options;
  options.shards = load_.setting.shards;
  options.spin = load_.spin;
  options.queued_batches = std::max(options.queued_batches, load_.setting.shards);
  if (!OpenJournal(&options)) return false;
  const Status status = Engine::Create(options, {load_.account}, &counter_, &engine_);
  if (!status.ok()) {
    const bool lacks = status.code() == StatusCode::kPlatform;
    sample_.Fail(lacks ? tools::kExitPlatform : tools::kExitUsage, status.message());
    return false;
  }
  const Clock::time_point give_up = Clock::now() + kPatience;
  while (!IsBound()) {
    if (HasFailed()) return false;
    if (Clock::now() > give_up) {
      sample_.Fail(tools::kExitCannotConnect, "not all binds came up");
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

bool Sending::IsBound() const {
  const Stats stats = engine_->Snapshot();
  return std::all_of(stats.binds.begin(), stats.binds.end(),
                     [](const BindStats& bind) { return bind.state == BindState::kBound; });
}

bool Sending::HasFailed() {
  const std::string fault = counter_.Fault();
  if (!fault.empty()) sample_.Fail(counter_.exit_code(), fault);
  // Every further one could cost money, and would tell nothing more.
  constexpr uint64_t kEnough = 10;
  if (counter_.rejected() >= kEnough) FailIfAllWereRefused();
  return sample_.exit_code != 0;
}

void Sending::FailIfAllWereRefused() {
  const uint64_t rejected = counter_.rejected();
  const uint32_t status = counter_.refusal();
  if (status == 0 || rejected < counter_.settled()) return;
  sample_.Fail(
      tools::kExitOther,
      absl::StrFormat("the SMSC refuses every message, with %s (0x%02X): salvo explain 0x%02X",
                      CommandStatusName(status), status, status));
}

bool Sending::MayGoOn() {
  const uint64_t most = load_.most_messages;
  return !HasFailed() && (most == 0 || counter_.settled() < most);
}

bool Sending::WaitUntil(Clock::time_point end) {
  for (;;) {
    if (!MayGoOn()) return false;
    const Clock::time_point now = Clock::now();
    if (now >= end) return true;
    LookAtMemory();
    std::this_thread::sleep_until(std::min(end, now + kLookInterval));
  }
}

void Sending::LookAtMemory() {
  const MemoryUse use = ReadMemoryUse();
  sample_.peak_rss_kib = std::max(sample_.peak_rss_kib, use.peak_kib);
  sample_.anonymous_kib = std::max(sample_.anonymous_kib, use.anonymous_kib);
}

void Sending::BeginMeasuring() {
  measured_from_ = Clock::now();
  cpu_from_ = ProcessorSeconds();
  segments_from_ = engine_->Snapshot().segments_answered;
  messages_from_ = counter_.settled();
}

void Sending::EndMeasuring() {
  const Stats stats = engine_->Snapshot();
  const std::chrono::duration<double> took = Clock::now() - measured_from_;
  const auto segments = static_cast<double>(stats.segments_answered - segments_from_);
  LookAtMemory();
  if (segments == 0 && load_.most_messages > 0 && counter_.settled() >= load_.most_messages) {
    sample_.Fail(tools::kExitUsage,
                 "all messages were answered in the warm-up: give more --messages, or a shorter "
                 "--warm-up");
  }
  sample_.ran_out = load_.most_messages > 0 && counter_.settled() >= load_.most_messages;
  sample_.seconds = took.count();
  sample_.segments_per_s = segments / took.count();
  sample_.messages_per_s = static_cast<double>(counter_.settled() - messages_from_) / took.count();
  if (segments > 0) sample_.cpu_ns = (ProcessorSeconds() - cpu_from_) * 1e9 / segments;
  const JournalStats& journal = stats.journal;
  if (journal.syncs > 0) {
    sample_.sync_us = static_cast<double>(journal.sync_us) / static_cast<double>(journal.syncs);
  }
}

void Sending::Finish() {
  engine_->Finish();
  if (!engine_->WaitUntilDone(kPatience)) {
    sample_.Fail(tools::kExitOther, "not all messages were answered within a minute");
  }
  FailIfAllWereRefused();
  sample_.rejected = counter_.rejected();
  sample_.refusal = counter_.refusal();
}

}  // namespace salvo::bench

#include "salvo/journal.h"

#include <utility>

#include "engine/journal/directory.h"

namespace salvo {
namespace {

StatusCode CodeOf(const absl::Status& status) {
  if (absl::IsAlreadyExists(status)) return StatusCode::kInUse;
  return StatusCode::kDataLoss;
}

}  // namespace

Status Journal::Open(const JournalOptions& options, std::unique_ptr<Journal>* journal) {
  auto directory = engine::JournalDirectory::Open(options);
  if (!directory.ok()) {
    return {CodeOf(directory.status()), std::string(directory.status().message())};
  }
  journal->reset(new Journal(*std::move(directory)));
  return {};
}

Journal::Journal(std::unique_ptr<engine::JournalDirectory> implementation)
    : implementation_(std::move(implementation)) {}
Journal::~Journal() = default;

bool Journal::in_use() const { return implementation_->in_use(); }
std::vector<uint64_t> Journal::Unknown() const { return implementation_->rows().Unknown(); }
uint32_t Journal::earlier_runs() const { return implementation_->earlier_runs(); }
bool Journal::ended_in_order() const { return implementation_->ended_in_order(); }
bool Journal::IsOpen(uint64_t key) const { return implementation_->IsOpen(key); }
Outcome Journal::OutcomeOf(uint64_t key) const { return implementation_->OutcomeOf(key); }

Status Journal::NextUnsettled(std::unique_ptr<MessageBatch>* batch, std::string* account) {
  auto next = implementation_->NextUnsettled();
  batch->reset();
  if (!next.ok()) return {StatusCode::kDataLoss, std::string(next.status().message())};
  if (account != nullptr) *account = *next == nullptr ? "" : std::string((*next)->account());
  *batch = *std::move(next);
  return {};
}

JournalCounts Journal::counts() const {
  const engine::JournalRows::Counts counts = implementation_->rows().Count();
  const engine::MatcherCounts& receipts = implementation_->receipt_counts();
  return {counts.accepted,      counts.rejected,     counts.unknown,
          counts.begun,         receipts.waiting,    receipts.delivered,
          receipts.undelivered, receipts.without_id, counts.under_way};
}

}  // namespace salvo

#include "tools/send/receipt_store.h"

namespace salvo::tools {
namespace {

// Texts beyond are not kept: an SMSC may put anything where the error stands.
constexpr size_t kMostErrors = 4096;
constexpr size_t kLongestError = 64;

}  // namespace

void ReceiptStore::Add(const Receipt& receipt) {
  const bool is_delivered = receipt.state == DeliveryState::kDelivered;
  // Of one segment of several: that is no word of the others.
  if (is_delivered && !receipt.settled) return;
  Entry& entry = At(receipt.key);
  DeliveryState state = receipt.state;
  Phase phase = Phase::kUnderWay;
  if (receipt.settled) {
    phase = Phase::kSettled;
    state = receipt.message_state;
  } else if (IsFinal(state)) {
    phase = Phase::kFailed;
  }
  // The journal tells once more what was told already, and in another order maybe.
  const bool is_news = phase > entry.phase || (phase == entry.phase && phase == Phase::kUnderWay);
  if (!is_news) return;
  // The segment that failed has the error of the message, whichever segment settled it.
  const bool keeps_error = phase == Phase::kSettled && entry.phase == Phase::kFailed;
  entry.phase = phase;
  entry.state = state;
  entry.at_ns = receipt.received_at_ns;
  if (!keeps_error) entry.error = IndexOf(receipt.error);
}

bool ReceiptStore::Find(uint64_t row, RowReceipt* receipt) const {
  const uint64_t page = row / kPageRows;
  if (page >= pages_.size() || pages_[page] == nullptr) return false;
  const Entry& entry = (*pages_[page])[row % kPageRows];
  if (entry.phase == Phase::kNothing) return false;
  *receipt = {entry.state, errors_[entry.error], entry.at_ns};
  return true;
}

ReceiptStore::Entry& ReceiptStore::At(uint64_t row) {
  const uint64_t page = row / kPageRows;
  if (page >= pages_.size()) pages_.resize(page + 1);
  if (pages_[page] == nullptr) pages_[page] = std::make_unique<Page>();
  return (*pages_[page])[row % kPageRows];
}

uint16_t ReceiptStore::IndexOf(std::string_view error) {
  error = error.substr(0, kLongestError);
  const auto known = error_indices_.find(error);
  if (known != error_indices_.end()) return known->second;
  if (errors_.size() >= kMostErrors) return 0;
  const auto index = static_cast<uint16_t>(errors_.size());
  errors_.emplace_back(error);
  error_indices_.emplace(error, index);
  return index;
}

}  // namespace salvo::tools

#include "tests/sim/receipt_model.h"

#include "tests/sim/findings.h"

namespace salvo::test {
namespace {

// So long after its answer a receipt is late.
constexpr Nanos kLate = 10 * io::kNanosPerSecond;

}  // namespace

void ReceiptModel::Find(std::string what) {
  if (findings_.size() < kMostFindings) findings_.push_back(std::move(what));
}

void ReceiptModel::OnSenderEnds() {
  told_in_this_run_.clear();
  for (auto& [segment, receipts] : receipts_) receipts.finals_in_this_run = 0;
}

void ReceiptModel::OnSubmit(uint64_t connection, uint32_t sequence, uint64_t key) {
  submits_[{connection, sequence}] = key;
}

void ReceiptModel::OnAnswer(uint64_t connection, uint32_t sequence, std::string_view id,
                            Nanos now) {
  const auto submit = submits_.find({connection, sequence});
  if (submit == submits_.end() || id.empty()) return;
  answers_.try_emplace({submit->second, std::string(id)}, Answer{connection, now});
}

void ReceiptModel::CountKinds(uint64_t connection, const Segment& segment, DeliveryState state,
                              Nanos now) {
  const auto answer = answers_.find(segment);
  if (answer == answers_.end()) {
    tally_.Hit(FaultKind::kReceiptEarly);
  } else {
    if (answer->second.connection != connection) tally_.Hit(FaultKind::kReceiptOnOtherBind);
    if (now - answer->second.at >= kLate) tally_.Hit(FaultKind::kReceiptLate);
  }
  const auto known = receipts_.find(segment);
  if (known != receipts_.end() && known->second.came.contains(state)) {
    tally_.Hit(FaultKind::kReceiptTwice);
  }
}

void ReceiptModel::OnReceipt(uint64_t connection, uint32_t sequence, uint64_t key,
                             std::string_view id, DeliveryState state, Nanos now) {
  const Segment segment(key, id);
  CountKinds(connection, segment, state, now);
  receipts_[segment].came.insert(state);
  unanswered_[{connection, sequence}] = {segment, state};
}

void ReceiptModel::OnReceiptAnswer(uint64_t connection, uint32_t sequence, bool accepted) {
  const auto receipt = unanswered_.find({connection, sequence});
  if (receipt == unanswered_.end()) return;
  const auto& [segment, state] = receipt->second;
  if (accepted && IsFinal(state)) receipts_[segment].acknowledged = true;
  unanswered_.erase(receipt);
}

void ReceiptModel::OnTold(const Receipt& receipt) {
  const uint64_t key = receipt.key;
  const auto known = receipts_.find({key, std::string(receipt.message_id)});
  if (known == receipts_.end() || !known->second.came.contains(receipt.state)) {
    return Find("P2: a receipt that never came" + Of(key));
  }
  const bool has_outcome = told_in_this_run_.contains(key) || accepted_before_.contains(key);
  // Of several segments the first may have theirs before the last is answered.
  if (!has_outcome && !receipt.earlier && receipt.segments == 1) {
    Find("P2: a receipt before its outcome" + Of(key));
  }
  if (!IsFinal(receipt.state)) return;
  Receipts& receipts = known->second;
  ++(receipt.earlier ? receipts.finals_again : receipts.finals);
  if (++receipts.finals_in_this_run > 1) {
    Find("P2: a final receipt told twice in a run" + Of(key));
  }
  if (receipts.finals > 1 && !forgot_) {
    Find("P2: a final receipt told as a new one again" + Of(key));
  }
}

std::vector<std::string> ReceiptModel::Judge(const std::map<uint64_t, std::string>& accepted) {
  for (const auto& [key, ids] : accepted) {
    for (const std::string& id : SplitIds(ids)) {
      const auto known = receipts_.find({key, id});
      if (known == receipts_.end() || !known->second.acknowledged || forgot_) continue;
      if (known->second.finals + known->second.finals_again > 0) continue;
      Find("P1: a receipt was acknowledged and never told" + Of(key));
    }
  }
  return findings_;
}

}  // namespace salvo::test

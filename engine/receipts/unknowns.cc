#include "engine/receipts/unknowns.h"

#include <iterator>

#include "engine/receipts/hash.h"

namespace salvo::engine {
namespace {

uint64_t AddressKey(uint32_t account, const Correlation& correlation) {
  return Mix(correlation.addresses + account);
}

}  // namespace

uint64_t ReferenceKey(uint32_t account, const Correlation& correlation) {
  return Mix(AddressKey(account, correlation) ^ *correlation.reference);
}

void UnknownSegments::Add(const UnknownSegment& segment) {
  const Correlation& correlation = segment.correlation;
  if (correlation.addresses == 0 || by_reference_.size() >= kMostSegments) return;
  if (addresses_.size() < kMostSegments) ++addresses_[AddressKey(segment.account, correlation)];
  if (!correlation.reference) return;
  by_reference_.emplace(ReferenceKey(segment.account, correlation), segment);
}

bool UnknownSegments::Settle(const InboundReceipt& receipt, UnknownSegment* segment) {
  const Correlation& correlation = receipt.correlation;
  if (correlation.addresses == 0 || !correlation.reference) return false;
  const auto [begin, end] = by_reference_.equal_range(ReferenceKey(receipt.account, correlation));
  if (begin == end || std::next(begin) != end) return false;
  if (receipt.received_at_ns < begin->second.intended_at_ns) return false;
  *segment = begin->second;
  by_reference_.erase(begin);
  const auto found = addresses_.find(AddressKey(receipt.account, correlation));
  if (found != addresses_.end() && --found->second == 0) addresses_.erase(found);
  return true;
}

bool UnknownSegments::MayBeAboutOne(const InboundReceipt& receipt) const {
  const Correlation& correlation = receipt.correlation;
  return correlation.addresses != 0 &&
         addresses_.contains(AddressKey(receipt.account, correlation));
}

}  // namespace salvo::engine

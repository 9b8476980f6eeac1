#include "engine/journal/rows.h"

#include <algorithm>

namespace salvo::engine {
namespace {

PartState StateAfter(RecordKind kind, PartState before) {
  switch (kind) {
    case RecordKind::kIntent:
      return before == PartState::kUnknown ? PartState::kIntentAgain : PartState::kIntent;
    case RecordKind::kAccepted:
      return PartState::kAccepted;
    case RecordKind::kRejected:
      return PartState::kRejected;
    case RecordKind::kRefused:
      // What left before may have arrived all the same.
      return before == PartState::kIntentAgain ? PartState::kUnknown : PartState::kRefused;
    case RecordKind::kUnknown:
      return PartState::kUnknown;
    case RecordKind::kUnsent:
      return before == PartState::kIntentAgain ? PartState::kUnknown : PartState::kOpen;
    case RecordKind::kEnd:
    case RecordKind::kReceipt:
      break;
  }
  return before;
}

}  // namespace

JournalRows::Mark JournalRows::MarkAfter(RecordKind kind, Mark before) {
  switch (kind) {
    case RecordKind::kIntent:
      return before == Mark::kUnknown ? Mark::kIntentAgain : Mark::kIntent;
    case RecordKind::kAccepted:
      return Mark::kAccepted;
    case RecordKind::kRejected:
      return Mark::kRejected;
    case RecordKind::kUnknown:
      return Mark::kUnknown;
    case RecordKind::kUnsent:
      return before == Mark::kIntentAgain ? Mark::kUnknown : Mark::kOpen;
    case RecordKind::kRefused:
    case RecordKind::kEnd:
    case RecordKind::kReceipt:
      break;
  }
  return before;
}

void JournalRows::Apply(const JournalRecord& record, int64_t wall_ns) {
  if (record.kind == RecordKind::kEnd || record.kind == RecordKind::kReceipt) return;
  const Mark mark = MarkOf(record.key);
  const bool settled = mark == Mark::kAccepted || mark == Mark::kRejected;
  if (settled) return;
  const bool simple =
      record.parts == 1 && record.kind != RecordKind::kRefused && mark != Mark::kDetailed;
  if (simple) return SetMark(record.key, MarkAfter(record.kind, mark));
  ApplyDetailed(record, mark, wall_ns);
}

void JournalRows::ApplyDetailed(const JournalRecord& record, Mark mark, int64_t wall_ns) {
  RowProgress& progress = details_[record.key];
  const bool is_first = progress.of_parts.empty();
  // Another account may split it otherwise, as long as nobody has any of it.
  const bool is_split_anew = record.kind == RecordKind::kIntent && record.parts != progress.parts &&
                             !MayBeWithSmsc(progress);
  if (is_first || is_split_anew) {
    progress = {};
    progress.began_ns = wall_ns;
    progress.parts = record.parts;
    progress.of_parts.resize(record.parts);
  }
  if (is_first) {
    PartState& first = progress.of_parts[0].state;
    if (mark == Mark::kIntent) first = PartState::kIntent;
    if (mark == Mark::kIntentAgain) first = PartState::kIntentAgain;
    if (mark == Mark::kUnknown) first = PartState::kUnknown;
  }
  // A part that the message did not have when it began is not one of it.
  if (record.part >= progress.parts) return;
  PartProgress& part = progress.of_parts[record.part];
  if (part.state == PartState::kAccepted) return;
  part.state = StateAfter(record.kind, part.state);
  part.attempts = std::max(part.attempts, record.attempt);
  // It was none after all.
  if (record.kind == RecordKind::kUnsent && part.attempts > 0) --part.attempts;
  part.next_ns = record.kind == RecordKind::kRefused ? record.next_ns : 0;
  if (record.kind == RecordKind::kRefused) part.refusal = record.status;
  if (record.kind == RecordKind::kIntent) {
    progress.billed = record.billed;
    progress.reference = record.reference;
    progress.look = record.look;
    progress.account = record.account;
  }
  if (record.kind == RecordKind::kAccepted) part.id = record.message_id;
  const RowState summary = Summary(progress);
  const bool settled = summary == RowState::kAccepted || summary == RowState::kRejected;
  if (!settled) return SetMark(record.key, Mark::kDetailed);
  details_.erase(record.key);
  SetMark(record.key, summary == RowState::kAccepted ? Mark::kAccepted : Mark::kRejected);
}

bool MayBeWithSmsc(const RowProgress& progress) {
  const auto may_be = [](const PartProgress& part) {
    return part.state == PartState::kAccepted || part.state == PartState::kIntent ||
           part.state == PartState::kIntentAgain || part.state == PartState::kUnknown;
  };
  return std::any_of(progress.of_parts.begin(), progress.of_parts.end(), may_be);
}

RowState JournalRows::Summary(const RowProgress& progress) {
  const auto count = [&](PartState state) {
    return std::count_if(progress.of_parts.begin(), progress.of_parts.end(),
                         [&](const PartProgress& part) { return part.state == state; });
  };
  if (count(PartState::kRejected) > 0) return RowState::kRejected;
  if (count(PartState::kUnknown) + count(PartState::kIntentAgain) > 0) return RowState::kUnknown;
  if (count(PartState::kIntent) > 0) return RowState::kUnderWay;
  if (count(PartState::kAccepted) == progress.parts) return RowState::kAccepted;
  return count(PartState::kOpen) == progress.parts ? RowState::kOpen : RowState::kBegun;
}

void JournalRows::EndRun() {
  marks_.Replace(static_cast<uint8_t>(Mark::kIntent), static_cast<uint8_t>(Mark::kUnknown));
  marks_.Replace(static_cast<uint8_t>(Mark::kIntentAgain), static_cast<uint8_t>(Mark::kUnknown));
  for (auto& [key, progress] : details_) {
    for (PartProgress& part : progress.of_parts) {
      const bool is_under_way =
          part.state == PartState::kIntent || part.state == PartState::kIntentAgain;
      if (is_under_way) part.state = PartState::kUnknown;
    }
  }
}

RowState JournalRows::StateOf(uint64_t key) const {
  switch (MarkOf(key)) {
    case Mark::kOpen:
      return RowState::kOpen;
    case Mark::kAccepted:
      return RowState::kAccepted;
    case Mark::kRejected:
      return RowState::kRejected;
    case Mark::kIntent:
      return RowState::kUnderWay;
    case Mark::kIntentAgain:
    case Mark::kUnknown:
      return RowState::kUnknown;
    case Mark::kDetailed:
      break;
  }
  return Summary(details_.at(key));
}

const RowProgress* JournalRows::ProgressOf(uint64_t key) const {
  if (MarkOf(key) != Mark::kDetailed) return nullptr;
  return &details_.at(key);
}

JournalRows::Counts JournalRows::Count() const {
  Counts counts;
  marks_.ForEach([&](uint64_t key, uint8_t /*mark*/) {
    switch (StateOf(key)) {
      case RowState::kOpen:
        return;
      case RowState::kAccepted:
        ++counts.accepted;
        return;
      case RowState::kRejected:
        ++counts.rejected;
        return;
      case RowState::kUnknown:
        ++counts.unknown;
        return;
      case RowState::kBegun:
        ++counts.begun;
        return;
      case RowState::kUnderWay:
        ++counts.under_way;
        return;
    }
  });
  return counts;
}

std::vector<uint64_t> JournalRows::Unknown() const {
  std::vector<uint64_t> keys;
  marks_.ForEach([&](uint64_t key, uint8_t /*mark*/) {
    if (StateOf(key) == RowState::kUnknown) keys.push_back(key);
  });
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace salvo::engine

#include "engine/journal/rows.h"

#include <algorithm>

namespace salvo::engine {
namespace {

// Two marks an octet.
constexpr uint8_t kMarkBits = 4;
constexpr uint8_t kMarkMask = 0x0F;

PartState StateAfter(RecordKind kind) {
  switch (kind) {
    case RecordKind::kIntent:
      return PartState::kIntent;
    case RecordKind::kAccepted:
      return PartState::kAccepted;
    case RecordKind::kRejected:
      return PartState::kRejected;
    case RecordKind::kRefused:
      return PartState::kRefused;
    case RecordKind::kUnknown:
      return PartState::kUnknown;
    case RecordKind::kUnsent:
    case RecordKind::kEnd:
    case RecordKind::kReceipt:
      break;
  }
  return PartState::kOpen;
}

}  // namespace

JournalRows::JournalRows() = default;
JournalRows::~JournalRows() = default;

JournalRows::Page* JournalRows::FindPage(uint64_t key) const {
  const auto found = pages_.find(key / kPageRows);
  return found == pages_.end() ? nullptr : found->second.get();
}

JournalRows::Mark JournalRows::MarkOf(uint64_t key) const {
  const Page* page = FindPage(key);
  if (page == nullptr) return Mark::kOpen;
  const uint64_t place = key % kPageRows;
  return static_cast<Mark>((*page)[place / 2] >> (place % 2 * kMarkBits) & kMarkMask);
}

void JournalRows::SetMark(uint64_t key, Mark mark) {
  Page* page = FindPage(key);
  if (page == nullptr) {
    pages_[key / kPageRows] = std::make_unique<Page>();
    page = FindPage(key);
  }
  const uint64_t place = key % kPageRows;
  const auto shift = static_cast<uint8_t>(place % 2 * kMarkBits);
  uint8_t& octet = (*page)[place / 2];
  octet =
      static_cast<uint8_t>((octet & ~(kMarkMask << shift)) | (static_cast<uint8_t>(mark) << shift));
}

void JournalRows::Apply(const JournalRecord& record) {
  if (record.kind == RecordKind::kEnd || record.kind == RecordKind::kReceipt) return;
  const Mark mark = MarkOf(record.key);
  const bool settled = mark == Mark::kAccepted || mark == Mark::kRejected;
  if (settled) return;
  const bool simple =
      record.parts == 1 && record.kind != RecordKind::kRefused && mark != Mark::kDetailed;
  if (simple) return ApplySimple(record);
  ApplyDetailed(record, mark);
}

void JournalRows::ApplySimple(const JournalRecord& record) {
  constexpr Mark kMarks[] = {Mark::kOpen,     Mark::kIntent,  Mark::kAccepted, Mark::kRejected,
                             Mark::kDetailed, Mark::kUnknown, Mark::kOpen};
  SetMark(record.key, kMarks[static_cast<size_t>(record.kind)]);
}

void JournalRows::ApplyDetailed(const JournalRecord& record, Mark mark) {
  RowProgress& progress = details_[record.key];
  const bool is_first = progress.part_states.empty();
  // Another account may split it otherwise, as long as nobody has any of it.
  const bool is_split_anew = record.kind == RecordKind::kIntent && record.parts != progress.parts &&
                             !MayBeWithSmsc(progress);
  if (is_first || is_split_anew) {
    progress = {};
    progress.parts = record.parts;
    progress.part_states.resize(record.parts);
    progress.attempts.resize(record.parts);
    progress.ids.resize(record.parts);
  }
  if (is_first) {
    if (mark == Mark::kIntent) progress.part_states[0] = PartState::kIntent;
    if (mark == Mark::kUnknown) progress.part_states[0] = PartState::kUnknown;
  }
  // A part that the message did not have when it began is not one of it.
  if (record.part >= progress.parts) return;
  PartState& state = progress.part_states[record.part];
  if (state == PartState::kAccepted) return;
  state = StateAfter(record.kind);
  uint32_t& attempts = progress.attempts[record.part];
  attempts = std::max(attempts, record.attempt);
  // It was none after all.
  if (record.kind == RecordKind::kUnsent && attempts > 0) --attempts;
  if (record.kind == RecordKind::kIntent) {
    progress.billed = record.billed;
    if (record.parts > 1) progress.reference = record.reference;
  }
  if (record.kind == RecordKind::kAccepted) progress.ids[record.part] = record.message_id;
  if (record.kind == RecordKind::kRefused) progress.next_ns = record.next_ns;
  const RowState summary = Summary(progress);
  const bool settled = summary == RowState::kAccepted || summary == RowState::kRejected;
  if (!settled) return SetMark(record.key, Mark::kDetailed);
  details_.erase(record.key);
  SetMark(record.key, summary == RowState::kAccepted ? Mark::kAccepted : Mark::kRejected);
}

bool MayBeWithSmsc(const RowProgress& progress) {
  return std::any_of(progress.part_states.begin(), progress.part_states.end(), [](PartState state) {
    return state == PartState::kAccepted || state == PartState::kIntent ||
           state == PartState::kUnknown;
  });
}

RowState JournalRows::Summary(const RowProgress& progress) {
  const auto count = [&](PartState state) {
    return std::count(progress.part_states.begin(), progress.part_states.end(), state);
  };
  if (count(PartState::kRejected) > 0) return RowState::kRejected;
  if (count(PartState::kUnknown) + count(PartState::kIntent) > 0) return RowState::kUnknown;
  if (count(PartState::kAccepted) == progress.parts) return RowState::kAccepted;
  return count(PartState::kOpen) == progress.parts ? RowState::kOpen : RowState::kBegun;
}

void JournalRows::EndRun() {
  for (auto& [number, page] : pages_) {
    for (uint64_t place = 0; place < kPageRows; ++place) {
      const uint64_t key = number * kPageRows + place;
      if (MarkOf(key) == Mark::kIntent) SetMark(key, Mark::kUnknown);
    }
  }
  for (auto& [key, progress] : details_) {
    std::replace(progress.part_states.begin(), progress.part_states.end(), PartState::kIntent,
                 PartState::kUnknown);
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
  ForEachMarked([&](uint64_t key) {
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
    }
  });
  return counts;
}

std::vector<uint64_t> JournalRows::Unknown() const {
  std::vector<uint64_t> keys;
  ForEachMarked([&](uint64_t key) {
    if (StateOf(key) == RowState::kUnknown) keys.push_back(key);
  });
  std::sort(keys.begin(), keys.end());
  return keys;
}

template <class Visit>
void JournalRows::ForEachMarked(Visit visit) const {
  for (const auto& [number, page] : pages_) {
    for (uint64_t place = 0; place < kPageRows; ++place) {
      const uint64_t key = number * kPageRows + place;
      if (MarkOf(key) != Mark::kOpen) visit(key);
    }
  }
}

}  // namespace salvo::engine

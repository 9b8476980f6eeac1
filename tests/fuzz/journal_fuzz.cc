// A journal of any octets: never a crash, never more than is there, and what was good stays good
// when octets follow.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "engine/journal/receipts.h"
#include "engine/journal/rows.h"
#include "engine/journal/scan.h"
#include "engine/receipts/matcher.h"

namespace salvo::engine {
namespace {

class MemorySource final : public JournalSource {
 public:
  explicit MemorySource(std::span<const uint8_t> octets) : octets_(octets) {}
  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<uint8_t> out) override {
    if (offset >= octets_.size()) return size_t{0};
    const std::span<const uint8_t> rest = octets_.subspan(offset);
    const size_t count = std::min(out.size(), rest.size());
    std::copy_n(rest.begin(), count, out.begin());
    return count;
  }

 private:
  std::span<const uint8_t> octets_;
};

void Require(bool condition) {
  if (!condition) std::abort();
}

class Nobody final : public MatcherSink {
 public:
  void OnReceipt(const Receipt& receipt) override { Require(receipt.segment >= 1); }
  void OnIdsLearned(uint32_t /*account*/, IdChange /*change*/) override {}
  void OnUnknownSettled(const SettledByReceipt& /*settled*/) override {}
};

void Match(Matcher& matcher, const JournalRecord& record, int64_t wall_ns) {
  // The matcher keeps something for each account there is.
  if (record.account > UINT8_MAX) return;
  if (record.wants_receipt) matcher.OnAccepted(AcceptanceOf(record), wall_ns);
  if (record.kind == RecordKind::kReceipt) matcher.OnReceipt(ReceiptOf(record, wall_ns));
}

JournalScan Scan(std::span<const uint8_t> octets, JournalRows* rows) {
  MemorySource source(octets);
  Nobody nobody;
  Matcher matcher(&nobody);
  const auto scan = ScanJournal(source, [&](const JournalRecord& record, int64_t wall_ns) {
    if (rows != nullptr) rows->Apply(record, wall_ns);
    Match(matcher, record, wall_ns);
  });
  Require(scan.ok());
  return *scan;
}

}  // namespace
}  // namespace salvo::engine

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace salvo::engine;
  std::vector<uint8_t> octets(data, data + size);
  JournalRows rows;
  const JournalScan scan = Scan(octets, &rows);
  rows.EndRun();
  rows.Count();
  rows.Unknown();
  Require(scan.end <= size);
  octets.push_back(0);
  const JournalScan longer = Scan(octets, nullptr);
  Require(longer.end >= scan.end);
  return 0;
}

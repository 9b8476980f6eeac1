// A journal of any octets: never a crash, never more than is there, and what was good stays good
// when octets follow.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "engine/journal/rows.h"
#include "engine/journal/scan.h"

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

JournalScan Scan(std::span<const uint8_t> octets, JournalRows* rows) {
  MemorySource source(octets);
  const auto scan = ScanJournal(source, [&](const JournalRecord& record, int64_t) {
    if (rows != nullptr) rows->Apply(record);
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
  Require(longer.records >= scan.records && longer.end >= scan.end);
  return 0;
}

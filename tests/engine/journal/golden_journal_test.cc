// Goal: a journal that an earlier release left is read by this one, octet by octet as its format
// says. Method: a file made by hand from engine/journal/README.md, version 1, with every kind of
// record, is read, and written again. It is never changed: another format has another version, and
// is read beside this one.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "engine/journal/rows.h"
#include "engine/journal/scan.h"
#include "tests/support/octets.h"

namespace salvo::engine {
namespace {

constexpr std::string_view kVersion1 =
    // Version 1, run 3, shard 1.
    "'SALVOJNL' 01 00 00 00 03 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 59 fe 17 33"
    // A batch at 32, before the first sync.
    "'SVJB' f6 46 4d f4 34 00 00 00 03 00 00 00 20 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00 00 00 2a 36 fe 9c 97 17"
    "01 02 00 01"                                 // intent of 1 over account 0
    "01 d6 04 01 02"                              // intent of 300 over account 1, billed twice
    "31 c9 04 01 03 02 00 03 b4 24 ef fd 02"      // intent of part 1 of 3 of 7, its second attempt
    "02 0b 03 'abc'"                              // 1 is accepted
    "42 d6 04 01 5a 02 'd7'"                      // 300 is, and waits for a receipt
    "c2 c7 04 01 5b 00 08 07 06 05 04 03 02 01 "  // so does 8, which has no id but a reference
    "81 04"
    // A batch at 124, all before it on the disk.
    "'SVJB' ca 7c 25 13 3b 00 00 00 03 00 00 00 7c 00 00 00 00 00 00 00"
    "7c 00 00 00 00 00 00 00 00 ca c4 71 fe 9c 97 17"
    "03 12 0b"                                      // 9 is rejected with 0x0B
    "34 03 01 03 02 58 80 b0 ed a4 a6 c1 ce 97 2f"  // that part of 7 is refused with 0x58
    "05 06"                                         // 10 is unknown
    "06 02"                                         // 11 never left
    "88 01 02 11 5a 02 'D7' 03 '000' 08 07 06 05 "  // the receipt of 300: delivered
    "04 03 02 01 81 04"
    "08 00 05 00 00 00 00 08 07 06 05 04 03 02 01"  // another one: undeliverable
    // A batch at 223: the run ended in order.
    "'SVJB' 7b ac 30 58 02 00 00 00 03 00 00 00 df 00 00 00 00 00 00 00"
    "7c 00 00 00 00 00 00 00 00 94 5f ad fe 9c 97 17"
    "07 00";

constexpr int64_t kFirstBatchNs = 1'700'000'000'000'000'000;
constexpr int64_t kOneSecondNs = 1'000'000'000;

JournalRecord GoldenRecord(RecordKind kind, uint64_t key) {
  JournalRecord record;
  record.kind = kind;
  record.key = key;
  return record;
}

// Batch by batch.
std::vector<std::vector<JournalRecord>> GoldenRecords() {
  const Correlation correlation{0x0102030405060708, 0x0201};
  JournalRecord intent = GoldenRecord(RecordKind::kIntent, 300);
  intent.account = 1;
  intent.billed = 2;
  JournalRecord part = GoldenRecord(RecordKind::kIntent, 7);
  part.part = 1;
  part.parts = 3;
  part.attempt = 2;
  part.billed = 3;
  part.reference = 0x1234;
  part.look = 0xBEEF;
  JournalRecord accepted = GoldenRecord(RecordKind::kAccepted, 1);
  accepted.message_id = "abc";
  JournalRecord waits = GoldenRecord(RecordKind::kAccepted, 300);
  waits.message_id = "d7";
  waits.wants_receipt = true;
  waits.account = 1;
  waits.number = 0x5A;
  JournalRecord without_id = GoldenRecord(RecordKind::kAccepted, 8);
  without_id.wants_receipt = true;
  without_id.account = 1;
  without_id.number = 0x5B;
  without_id.correlation = correlation;
  JournalRecord rejected = GoldenRecord(RecordKind::kRejected, 9);
  rejected.status = 0x0B;
  JournalRecord refused = GoldenRecord(RecordKind::kRefused, 7);
  refused.part = 1;
  refused.parts = 3;
  refused.attempt = 2;
  refused.status = 0x58;
  refused.next_ns = kFirstBatchNs + 30 * kOneSecondNs;
  JournalRecord receipt = GoldenRecord(RecordKind::kReceipt, 0);
  receipt.account = 1;
  receipt.state = DeliveryState::kDelivered;
  receipt.source_number = 0x11;
  receipt.destination_number = 0x5A;
  receipt.message_id = "D7";
  receipt.error = "000";
  receipt.correlation = correlation;
  JournalRecord bare = GoldenRecord(RecordKind::kReceipt, 0);
  bare.state = DeliveryState::kUndeliverable;
  bare.correlation.addresses = correlation.addresses;
  return {{GoldenRecord(RecordKind::kIntent, 1), intent, part, accepted, waits, without_id},
          {rejected, refused, GoldenRecord(RecordKind::kUnknown, 10),
           GoldenRecord(RecordKind::kUnsent, 11), receipt, bare},
          {GoldenRecord(RecordKind::kEnd, 0)}};
}

void ExpectEqual(const JournalRecord& read, const JournalRecord& written) {
  EXPECT_EQ(read.kind, written.kind);
  EXPECT_EQ(read.key, written.key);
  EXPECT_EQ(read.part, written.part);
  EXPECT_EQ(read.parts, written.parts);
  EXPECT_EQ(read.attempt, written.attempt);
  EXPECT_EQ(read.account, written.account);
  EXPECT_EQ(read.reference, written.reference);
  EXPECT_EQ(read.look, written.look);
  EXPECT_EQ(read.billed, written.billed);
  EXPECT_EQ(read.status, written.status);
  EXPECT_EQ(read.next_ns, written.next_ns);
  EXPECT_EQ(read.message_id, written.message_id);
  EXPECT_EQ(read.wants_receipt, written.wants_receipt);
  EXPECT_EQ(read.number, written.number);
  EXPECT_EQ(read.correlation, written.correlation);
  EXPECT_EQ(read.state, written.state);
  EXPECT_EQ(read.source_number, written.source_number);
  EXPECT_EQ(read.destination_number, written.destination_number);
  EXPECT_EQ(read.error, written.error);
}

class GoldenSource final : public JournalSource {
 public:
  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<uint8_t> out) override {
    const size_t start = std::min<size_t>(offset, octets_.size());
    const size_t count = std::min(out.size(), octets_.size() - start);
    std::copy_n(octets_.begin() + static_cast<std::ptrdiff_t>(start), count, out.begin());
    return count;
  }

 private:
  const std::vector<uint8_t> octets_ = test::Hex(kVersion1);
};

TEST(GoldenJournal, OfVersion1IsReadAsItsFormatSays) {
  GoldenSource source;
  std::vector<std::pair<JournalRecord, int64_t>> expected;
  for (const auto& batch : GoldenRecords()) {
    const int64_t before = expected.empty() ? 0 : expected.back().second;
    for (const JournalRecord& record : batch) {
      expected.emplace_back(record, before == 0 ? kFirstBatchNs : before + kOneSecondNs);
    }
  }
  JournalRows rows;
  size_t read = 0;
  const auto scan = ScanJournal(source, [&](const JournalRecord& record, int64_t wall_ns) {
    SCOPED_TRACE(testing::Message() << "record " << read);
    ASSERT_LT(read, expected.size());
    ExpectEqual(record, expected[read].first);
    EXPECT_EQ(wall_ns, expected[read].second);
    rows.Apply(record, wall_ns);
    ++read;
  });
  ASSERT_TRUE(scan.ok()) << scan.status();
  EXPECT_EQ(read, expected.size());
  EXPECT_EQ(scan->verdict, JournalEnd::kClean);
  EXPECT_EQ(scan->header.version, 1u);
  EXPECT_EQ(scan->header.epoch, 3u);
  EXPECT_EQ(scan->header.shard, 1u);
  EXPECT_TRUE(scan->ended_in_order);
  rows.EndRun();
  EXPECT_EQ(rows.StateOf(1), RowState::kAccepted);
  EXPECT_EQ(rows.StateOf(7), RowState::kBegun);
  EXPECT_EQ(rows.StateOf(9), RowState::kRejected);
  EXPECT_EQ(rows.StateOf(10), RowState::kUnknown);
  EXPECT_EQ(rows.StateOf(11), RowState::kOpen);
}

TEST(GoldenJournal, OfVersion1IsWhatIsWrittenToday) {
  ASSERT_EQ(kJournalVersion, 1u) << "a new version has a golden journal of its own";
  std::vector<uint8_t> octets = EncodeFileHeader({kJournalVersion, 3, 1});
  BatchWriter writer;
  uint64_t durable = 0;
  int64_t wall_ns = kFirstBatchNs;
  for (const auto& batch : GoldenRecords()) {
    for (const JournalRecord& record : batch) writer.Add(record);
    const auto written = writer.Finish({0, 3, octets.size(), durable, wall_ns});
    octets.insert(octets.end(), written.begin(), written.end());
    writer.Clear();
    if (durable == 0) durable = octets.size();
    wall_ns += kOneSecondNs;
  }
  EXPECT_EQ(test::ToHex(octets), test::ToHex(test::Hex(kVersion1)));
}

}  // namespace
}  // namespace salvo::engine

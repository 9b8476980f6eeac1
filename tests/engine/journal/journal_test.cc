// Goal: what a journal says is what was written, and where its truth ends is never mistaken.
// Method: journals are made in memory, cut at every octet, flipped at every bit, and compared with
// what went in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "engine/journal/rows.h"
#include "engine/journal/scan.h"
#include "tests/support/random.h"

namespace salvo::engine {
namespace {

using ::testing::ElementsAre;

using Octets = std::vector<uint8_t>;

class MemorySource final : public JournalSource {
 public:
  explicit MemorySource(const Octets& octets) : octets_(octets) {}
  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<uint8_t> out) override {
    if (offset >= octets_.size()) return size_t{0};
    const size_t count = std::min<size_t>(out.size(), octets_.size() - offset);
    std::copy_n(octets_.begin() + static_cast<ptrdiff_t>(offset), count, out.begin());
    return count;
  }

 private:
  const Octets& octets_;
};

// A record that owns its message id, and its batch's time.
struct Kept {
  JournalRecord record;
  std::string id;
  std::string error;
  int64_t wall_ns = 0;
};

bool operator==(const Kept& a, const Kept& b) {
  const JournalRecord& x = a.record;
  const JournalRecord& y = b.record;
  return x.kind == y.kind && x.key == y.key && x.part == y.part && x.parts == y.parts &&
         x.attempt == y.attempt && x.account == y.account && x.reference == y.reference &&
         x.look == y.look && x.billed == y.billed && x.status == y.status &&
         x.next_ns == y.next_ns && a.id == b.id && x.wants_receipt == y.wants_receipt &&
         x.number == y.number && x.correlation == y.correlation && x.state == y.state &&
         x.source_number == y.source_number && x.destination_number == y.destination_number &&
         a.error == b.error && a.wall_ns == b.wall_ns;
}

struct Journal {
  Octets octets;
  std::vector<Kept> records;
  std::vector<size_t> ends;    // of the batches, in octets
  std::vector<size_t> counts;  // of the records up to there
  size_t durable = 0;          // octets that the last batch knows to be on the disk
};

Correlation RandomCorrelation(test::Random& random) {
  Correlation correlation;
  correlation.addresses = random.Next();
  if (random.OneIn(2)) correlation.reference = static_cast<uint16_t>(random.Next());
  return correlation;
}

JournalRecord RandomReceipt(test::Random& random, Kept* kept) {
  JournalRecord record;
  record.kind = RecordKind::kReceipt;
  record.account = static_cast<uint32_t>(random.Below(300));
  record.state = static_cast<DeliveryState>(random.Below(10));
  record.source_number = static_cast<uint8_t>(random.Next());
  record.destination_number = static_cast<uint8_t>(random.Next());
  record.correlation = RandomCorrelation(random);
  kept->id = random.Octets(random.SizeBetween(0, 65));
  kept->error = random.Octets(random.SizeBetween(0, 16));
  return record;
}

JournalRecord RandomRecord(test::Random& random, uint64_t key, Kept* kept) {
  if (random.OneIn(5)) return RandomReceipt(random, kept);
  JournalRecord record;
  record.kind = static_cast<RecordKind>(1 + random.Below(6));
  record.key = random.OneIn(20) ? random.Next() : key;
  if (random.OneIn(4)) {
    record.parts = static_cast<uint16_t>(random.SizeBetween(2, 255));
    record.part = static_cast<uint16_t>(random.Below(record.parts));
  }
  if (random.OneIn(5)) record.attempt = static_cast<uint32_t>(random.SizeBetween(2, 1 << 20));
  if (record.kind == RecordKind::kIntent) {
    record.account = static_cast<uint32_t>(random.Below(3));
    record.billed = static_cast<uint16_t>(random.SizeBetween(1, 300));
    if (record.parts > 1) record.reference = static_cast<uint16_t>(random.Next());
    if (record.parts > 1) record.look = static_cast<uint16_t>(random.Next());
  }
  if (record.kind == RecordKind::kAccepted) {
    kept->id = random.OneIn(4) ? "" : random.Octets(random.SizeBetween(0, 65));
    record.wants_receipt = random.OneIn(2);
    if (record.wants_receipt) {
      record.account = static_cast<uint32_t>(random.Below(300));
      record.number = static_cast<uint8_t>(random.Next());
      if (kept->id.empty()) record.correlation = RandomCorrelation(random);
    }
  }
  if (record.kind == RecordKind::kRejected || record.kind == RecordKind::kRefused) {
    record.status = static_cast<uint32_t>(random.Next());
  }
  if (record.kind == RecordKind::kRefused) record.next_ns = static_cast<int64_t>(random.Next());
  return record;
}

// Batches of one to nine records; each knows that the one before the last was durable.
Journal RandomJournal(uint64_t seed, size_t records) {
  test::Random random(seed);
  Journal journal;
  journal.octets = EncodeFileHeader({kJournalVersion, 3, 1});
  BatchWriter writer;
  uint64_t key = 0;
  size_t end_before_last = 0;
  size_t end_before = 0;
  while (journal.records.size() < records) {
    const auto wall_ns = static_cast<int64_t>(1'700'000'000'000'000'000 + random.Below(1 << 30));
    const size_t count = std::min(records - journal.records.size(), random.SizeBetween(1, 9));
    for (size_t i = 0; i < count; ++i) {
      Kept kept;
      kept.record = RandomRecord(random, ++key, &kept);
      kept.record.message_id = kept.id;
      kept.record.error = kept.error;
      kept.wall_ns = wall_ns;
      writer.Add(kept.record);
      journal.records.push_back(kept);
    }
    const auto batch = writer.Finish({0, 3, journal.octets.size(), end_before_last, wall_ns});
    journal.durable = end_before_last;
    journal.octets.insert(journal.octets.end(), batch.begin(), batch.end());
    writer.Clear();
    end_before_last = end_before;
    end_before = journal.octets.size();
    journal.ends.push_back(journal.octets.size());
    journal.counts.push_back(journal.records.size());
  }
  return journal;
}

struct Scanned {
  JournalScan scan;
  std::vector<Kept> records;
};

Scanned Scan(JournalSource& source) {
  Scanned scanned;
  auto scan = ScanJournal(source, [&](const JournalRecord& record, int64_t wall_ns) {
    scanned.records.push_back(
        {record, std::string(record.message_id), std::string(record.error), wall_ns});
    scanned.records.back().record.message_id = {};
    scanned.records.back().record.error = {};
  });
  EXPECT_TRUE(scan.ok());
  scanned.scan = *scan;
  return scanned;
}

Scanned Scan(const Octets& octets) {
  MemorySource source(octets);
  return Scan(source);
}

// A file of a process that goes on: an octet of it was not there yet when it was read first.
class LiveSource final : public JournalSource {
 public:
  LiveSource(Octets octets, size_t missing)
      : octets_(std::move(octets)), missing_(missing), octet_(octets_[missing]) {
    octets_[missing] = 0;
  }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<uint8_t> out) override {
    const auto read = MemorySource(octets_).ReadAt(offset, out);
    octets_[missing_] = octet_;
    return read;
  }

 private:
  Octets octets_;
  const size_t missing_;
  const uint8_t octet_;
};

bool IsPrefix(const std::vector<Kept>& prefix, const std::vector<Kept>& whole) {
  return prefix.size() <= whole.size() && std::equal(prefix.begin(), prefix.end(), whole.begin());
}

TEST(Journal, SaysWhatWasWritten) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    const Journal journal = RandomJournal(seed, 200);
    const Scanned scanned = Scan(journal.octets);
    EXPECT_EQ(scanned.scan.verdict, JournalEnd::kClean);
    EXPECT_EQ(scanned.scan.end, journal.octets.size());
    EXPECT_EQ(scanned.scan.header.epoch, 3u);
    EXPECT_EQ(scanned.scan.header.shard, 1u);
    EXPECT_TRUE(scanned.records == journal.records);
  }
}

TEST(Journal, CutAnywhereItGivesTheLongestPrefixOfWholeBatches) {
  const Journal journal = RandomJournal(7, 200);
  for (size_t cut = 0; cut < journal.octets.size(); ++cut) {
    const Octets octets(journal.octets.begin(),
                        journal.octets.begin() + static_cast<ptrdiff_t>(cut));
    const Scanned scanned = Scan(octets);
    const auto next = std::upper_bound(journal.ends.begin(), journal.ends.end(), cut);
    const auto whole = static_cast<size_t>(next - journal.ends.begin());
    const size_t records = whole == 0 ? 0 : journal.counts[whole - 1];
    ASSERT_EQ(scanned.records.size(), records) << "cut at " << cut;
    ASSERT_TRUE(IsPrefix(scanned.records, journal.records)) << "cut at " << cut;
    const bool at_edge = cut == 0 || cut == kJournalFileHeaderOctets ||
                         (whole > 0 && journal.ends[whole - 1] == cut);
    ASSERT_EQ(scanned.scan.verdict, at_edge ? JournalEnd::kClean : JournalEnd::kTorn)
        << "cut at " << cut;
  }
}

TEST(Journal, AFlippedBitIsReportedWhereItWasDurableAndCutBehind) {
  Journal journal = RandomJournal(8, 200);
  uint64_t damaged = 0;
  uint64_t torn = 0;
  for (size_t bit = 0; bit < 8 * journal.octets.size(); ++bit) {
    const size_t at = bit / 8;
    journal.octets[at] ^= static_cast<uint8_t>(1 << bit % 8);
    const Scanned scanned = Scan(journal.octets);
    journal.octets[at] ^= static_cast<uint8_t>(1 << bit % 8);
    ASSERT_TRUE(IsPrefix(scanned.records, journal.records)) << "bit " << bit;
    ASSERT_LE(scanned.scan.end, at) << "bit " << bit;
    // The batch with the flip, and with it what it knew, is not whole any more.
    const auto holder = std::upper_bound(journal.ends.begin(), journal.ends.end(), at);
    const size_t start = holder == journal.ends.begin() ? 0 : *(holder - 1);
    if (start < journal.durable) {
      const JournalEnd verdict = scanned.scan.verdict;
      ASSERT_EQ(verdict, JournalEnd::kDamaged) << "bit " << bit;
      ++damaged;
    } else {
      ASSERT_EQ(scanned.scan.verdict, JournalEnd::kTorn) << "bit " << bit;
      ++torn;
    }
    const size_t whole = static_cast<size_t>(holder - journal.ends.begin());
    ASSERT_EQ(scanned.records.size(), whole == 0 ? 0 : journal.counts[whole - 1]) << "bit " << bit;
  }
  EXPECT_GT(damaged, 1000u);
  EXPECT_GT(torn, 100u);
}

TEST(Journal, WhatIsBeingWrittenWhileItIsReadIsNotTakenForDamage) {
  const Journal journal = RandomJournal(11, 200);
  for (size_t missing = 0; missing < journal.durable; ++missing) {
    if (journal.octets[missing] == 0) continue;
    LiveSource source(journal.octets, missing);
    const Scanned scanned = Scan(source);
    ASSERT_EQ(scanned.scan.verdict, JournalEnd::kClean) << "octet " << missing;
    ASSERT_TRUE(scanned.records == journal.records) << "octet " << missing;
  }
}

TEST(Journal, ABatchOfAnotherPlaceOrRunIsNotBelieved) {
  Journal journal = RandomJournal(9, 50);
  // The first batch once more at the end: as a block that was written before.
  const Octets stale(journal.octets.begin() + kJournalFileHeaderOctets,
                     journal.octets.begin() + static_cast<ptrdiff_t>(journal.ends[0]));
  const size_t end = journal.octets.size();
  journal.octets.insert(journal.octets.end(), stale.begin(), stale.end());
  Scanned scanned = Scan(journal.octets);
  EXPECT_EQ(scanned.scan.verdict, JournalEnd::kTorn);
  EXPECT_EQ(scanned.scan.end, end);

  journal.octets.resize(end);
  BatchWriter writer;
  writer.Add({});
  const auto other = writer.Finish({0, 4, end, 0, 0});
  journal.octets.insert(journal.octets.end(), other.begin(), other.end());
  scanned = Scan(journal.octets);
  EXPECT_EQ(scanned.scan.verdict, JournalEnd::kDamaged);
  EXPECT_TRUE(scanned.records == journal.records);
}

TEST(Journal, TheUsualRecordsAreWrittenAsAnyOthers) {
  const uint64_t seed = test::TestSeed();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  test::Random random(seed);
  BatchWriter shortly;
  BatchWriter fully;
  for (int i = 0; i < 1000; ++i) {
    JournalRecord record;
    record.key = random.Next() >> random.Below(64);
    const std::string id = random.Octets(random.SizeBetween(0, kLongestJournalledId));
    if (random.OneIn(2)) {
      record.account = static_cast<uint32_t>(random.Below(kMostAccounts));
      record.billed = static_cast<uint16_t>(random.Next());
      shortly.AddIntent(record.key, record.account, record.billed);
    } else {
      record.kind = RecordKind::kAccepted;
      record.message_id = id;
      shortly.AddAccepted(record.key, id);
    }
    fully.Add(record);
  }
  const auto short_batch = shortly.Finish({});
  const auto full_batch = fully.Finish({});
  EXPECT_TRUE(
      std::equal(short_batch.begin(), short_batch.end(), full_batch.begin(), full_batch.end()));
}

TEST(Journal, ZeroesBehindTheEndAreATornTail) {
  Journal journal = RandomJournal(10, 50);
  journal.octets.resize(journal.octets.size() + 5000);
  const Scanned scanned = Scan(journal.octets);
  EXPECT_EQ(scanned.scan.verdict, JournalEnd::kTorn);
  EXPECT_TRUE(scanned.records == journal.records);
}

TEST(Journal, ALongHoleBeforeWhatKnowsItAsDurableIsDamage) {
  constexpr uint64_t kRecords = 100'000;
  Octets octets = EncodeFileHeader({kJournalVersion, 1, 0});
  BatchWriter writer;
  for (const bool is_last : {false, true}) {
    for (uint64_t key = 0; key < (is_last ? 1 : kRecords); ++key) writer.AddIntent(key, 0, 1);
    BatchHeader header;
    header.epoch = 1;
    header.offset = octets.size();
    header.durable = is_last ? octets.size() : 0;
    const auto batch = writer.Finish(header);
    octets.insert(octets.end(), batch.begin(), batch.end());
    writer.Clear();
    if (!is_last) std::fill(octets.begin() + kJournalFileHeaderOctets, octets.end(), 0);
  }
  ASSERT_GT(octets.size(), 300'000u);
  const auto scanned = Scan(octets);
  EXPECT_EQ(scanned.scan.verdict, JournalEnd::kDamaged);
  EXPECT_EQ(scanned.scan.end, kJournalFileHeaderOctets);
}

TEST(Journal, AHeaderThatNeverReachedTheDiskIsATornTail) {
  const Octets whole = EncodeFileHeader({kJournalVersion, 1, 0});
  for (size_t kept = 0; kept < whole.size(); ++kept) {
    Octets octets(4096, 0);
    std::copy_n(whole.begin(), kept, octets.begin());
    EXPECT_EQ(Scan(octets).scan.verdict, JournalEnd::kTorn) << kept;
    std::copy(whole.begin(), whole.end(), octets.begin());
    octets[kept] = 0;
    EXPECT_EQ(Scan(octets).scan.verdict, JournalEnd::kTorn) << "all but octet " << kept;
  }
}

TEST(Journal, AnotherVersionOrFileIsForeign) {
  EXPECT_EQ(Scan(EncodeFileHeader({kJournalVersion + 1, 1, 0})).scan.verdict, JournalEnd::kForeign);
  const std::string text = "to,text\n+491700000001,A campaign and not a journal\n";
  EXPECT_EQ(Scan(Octets(text.begin(), text.end())).scan.verdict, JournalEnd::kForeign);
}

TEST(Journal, AHeaderThatOnlyPartlyReachedTheDiskIsATornTail) {
  const Octets header = EncodeFileHeader({kJournalVersion, 1, 0});
  for (size_t written = 0; written < header.size(); ++written) {
    Octets octets(header.begin(), header.begin() + static_cast<ptrdiff_t>(written));
    octets.resize(5000);
    EXPECT_EQ(Scan(octets).scan.verdict, JournalEnd::kTorn) << written << " octets of it";
  }
}

TEST(Journal, NoOctetsAreAnEmptyJournal) { EXPECT_EQ(Scan({}).scan.verdict, JournalEnd::kClean); }

TEST(Journal, OneWholeBatchOfTheLargestSizeIsRead) {
  Octets octets = EncodeFileHeader({kJournalVersion, 1, 0});
  BatchWriter writer;
  uint64_t added = 0;
  const std::string id(65, 'x');
  JournalRecord record;
  record.kind = RecordKind::kAccepted;
  record.message_id = id;
  for (; !writer.full(); ++added) {
    record.key = added;
    writer.Add(record);
  }
  const auto batch = writer.Finish({0, 1, octets.size(), 0, 0});
  EXPECT_LE(batch.size(), kBatchHeaderOctets + kMostBatchOctets);
  octets.insert(octets.end(), batch.begin(), batch.end());
  EXPECT_EQ(Scan(octets).records.size(), added);
}

constexpr int64_t kWall = 1'700'000'000'000'000'000;

// Records by hand, for the rows.
JournalRecord Of(RecordKind kind, uint64_t key, uint16_t part = 0, uint16_t parts = 1) {
  JournalRecord record;
  record.kind = kind;
  record.key = key;
  record.part = part;
  record.parts = parts;
  return record;
}

TEST(JournalRows, AnIntentWithoutAnAnswerIsUnknown) {
  JournalRows rows;
  rows.Apply(Of(RecordKind::kIntent, 5), kWall);
  rows.EndRun();
  EXPECT_EQ(rows.StateOf(5), RowState::kUnknown);
  EXPECT_EQ(rows.StateOf(6), RowState::kOpen);
  EXPECT_THAT(rows.Unknown(), ElementsAre(5u));
}

TEST(JournalRows, AnIntentThatWasTakenBackIsOpen) {
  JournalRows rows;
  rows.Apply(Of(RecordKind::kIntent, 5), kWall);
  rows.Apply(Of(RecordKind::kUnsent, 5), kWall);
  rows.EndRun();
  EXPECT_EQ(rows.StateOf(5), RowState::kOpen);
}

TEST(JournalRows, WhatWasUnknownStaysSoWhenItsNextIntentIsTakenBack) {
  for (const uint16_t parts : {uint16_t{1}, uint16_t{2}}) {
    JournalRows rows;
    rows.Apply(Of(RecordKind::kIntent, 5, 0, parts), kWall);
    rows.EndRun();
    rows.Apply(Of(RecordKind::kIntent, 5, 0, parts), kWall);
    rows.Apply(Of(RecordKind::kUnsent, 5, 0, parts), kWall);
    EXPECT_EQ(rows.StateOf(5), RowState::kUnknown) << parts;
    rows.Apply(Of(RecordKind::kIntent, 5, 0, parts), kWall);
    EXPECT_EQ(rows.StateOf(5), RowState::kUnknown) << parts;
    rows.EndRun();
    EXPECT_EQ(rows.StateOf(5), RowState::kUnknown) << parts;
    rows.Apply(Of(RecordKind::kIntent, 5, 0, parts), kWall);
    rows.Apply(Of(RecordKind::kRefused, 5, 0, parts), kWall);
    EXPECT_EQ(rows.StateOf(5), RowState::kUnknown) << parts;
    rows.Apply(Of(RecordKind::kIntent, 5, 0, parts), kWall);
    rows.Apply(Of(RecordKind::kRejected, 5, 0, parts), kWall);
    EXPECT_EQ(rows.StateOf(5), RowState::kRejected) << parts;
  }
}

TEST(JournalRows, AnIntentThatWasTakenBackWasNoAttempt) {
  JournalRows rows;
  rows.Apply(Of(RecordKind::kIntent, 5, 0, 2), kWall);
  rows.Apply(Of(RecordKind::kUnsent, 5, 0, 2), kWall);
  rows.Apply(Of(RecordKind::kIntent, 5, 1, 2), kWall);
  rows.Apply(Of(RecordKind::kRefused, 5, 1, 2), kWall);
  rows.EndRun();
  ASSERT_NE(rows.ProgressOf(5), nullptr);
  EXPECT_EQ(rows.ProgressOf(5)->of_parts[0].attempts, 0u);
  EXPECT_EQ(rows.ProgressOf(5)->of_parts[1].attempts, 1u);
}

TEST(JournalRows, AnswersSettle) {
  JournalRows rows;
  for (const uint64_t key : {uint64_t{1}, uint64_t{2}})
    rows.Apply(Of(RecordKind::kIntent, key), kWall);
  rows.Apply(Of(RecordKind::kAccepted, 1), kWall);
  rows.Apply(Of(RecordKind::kRejected, 2), kWall);
  rows.EndRun();
  EXPECT_EQ(rows.StateOf(1), RowState::kAccepted);
  EXPECT_EQ(rows.StateOf(2), RowState::kRejected);
  const JournalRows::Counts counts = rows.Count();
  EXPECT_EQ(counts.accepted, 1u);
  EXPECT_EQ(counts.rejected, 1u);
}

TEST(JournalRows, ALateAnswerSettlesWhatWasUnknown) {
  JournalRows rows;
  rows.Apply(Of(RecordKind::kIntent, 1), kWall);
  rows.Apply(Of(RecordKind::kUnknown, 1), kWall);
  EXPECT_EQ(rows.StateOf(1), RowState::kUnknown);
  rows.Apply(Of(RecordKind::kAccepted, 1), kWall);
  EXPECT_EQ(rows.StateOf(1), RowState::kAccepted);
}

TEST(JournalRows, NothingChangesWhatIsSettled) {
  JournalRows rows;
  rows.Apply(Of(RecordKind::kIntent, 1), kWall);
  rows.Apply(Of(RecordKind::kAccepted, 1), kWall);
  for (const auto kind : {RecordKind::kUnknown, RecordKind::kRejected, RecordKind::kUnsent}) {
    rows.Apply(Of(kind, 1), kWall);
    EXPECT_EQ(rows.StateOf(1), RowState::kAccepted);
  }
}

TEST(JournalRows, AMessageOfSeveralPartsKeepsHowFarItIs) {
  JournalRows rows;
  JournalRecord intent = Of(RecordKind::kIntent, 9, 0, 3);
  intent.reference = 77;
  intent.billed = 3;
  rows.Apply(intent, kWall);
  JournalRecord accepted = Of(RecordKind::kAccepted, 9, 0, 3);
  accepted.message_id = "id-0";
  rows.Apply(accepted, kWall);
  rows.EndRun();
  EXPECT_EQ(rows.StateOf(9), RowState::kBegun);
  const RowProgress* progress = rows.ProgressOf(9);
  ASSERT_NE(progress, nullptr);
  EXPECT_EQ(progress->reference, 77);
  ASSERT_EQ(progress->of_parts.size(), 3u);
  EXPECT_EQ(progress->of_parts[0].state, PartState::kAccepted);
  EXPECT_EQ(progress->of_parts[0].id, "id-0");
  EXPECT_EQ(progress->of_parts[1].state, PartState::kOpen);
  EXPECT_EQ(progress->of_parts[2].state, PartState::kOpen);
  for (const auto part : {uint16_t{1}, uint16_t{2}}) {
    rows.Apply(Of(RecordKind::kIntent, 9, part, 3), kWall);
    rows.Apply(Of(RecordKind::kAccepted, 9, part, 3), kWall);
  }
  EXPECT_EQ(rows.StateOf(9), RowState::kAccepted);
  EXPECT_EQ(rows.ProgressOf(9), nullptr);
}

TEST(JournalRows, AMessageIsSplitAnewAsLongAsTheSmscHasNoneOfIt) {
  JournalRows rows;
  for (const uint16_t part : {uint16_t{0}, uint16_t{1}}) {
    rows.Apply(Of(RecordKind::kIntent, 9, part, 2), kWall);
    rows.Apply(Of(RecordKind::kRefused, 9, part, 2), kWall);
  }
  rows.EndRun();
  EXPECT_FALSE(MayBeWithSmsc(*rows.ProgressOf(9)));
  for (const uint16_t part : {uint16_t{0}, uint16_t{1}, uint16_t{2}}) {
    rows.Apply(Of(RecordKind::kIntent, 9, part, 3), kWall);
    EXPECT_EQ(rows.ProgressOf(9)->parts, 3);
    EXPECT_TRUE(MayBeWithSmsc(*rows.ProgressOf(9)));
    if (part < 2) rows.Apply(Of(RecordKind::kAccepted, 9, part, 3), kWall);
  }
  rows.Apply(Of(RecordKind::kIntent, 9, 0, 1), kWall);
  EXPECT_EQ(rows.ProgressOf(9)->parts, 3) << "it has some";
  rows.Apply(Of(RecordKind::kAccepted, 9, 2, 3), kWall);
  EXPECT_EQ(rows.StateOf(9), RowState::kAccepted);
}

TEST(JournalRows, OneUnknownPartMakesTheMessageUnknownAndARejectedOneRejected) {
  JournalRows rows;
  rows.Apply(Of(RecordKind::kIntent, 9, 0, 2), kWall);
  rows.Apply(Of(RecordKind::kAccepted, 9, 0, 2), kWall);
  rows.Apply(Of(RecordKind::kIntent, 9, 1, 2), kWall);
  rows.EndRun();
  EXPECT_EQ(rows.StateOf(9), RowState::kUnknown);
  rows.Apply(Of(RecordKind::kRejected, 9, 1, 2), kWall);
  EXPECT_EQ(rows.StateOf(9), RowState::kRejected);
}

TEST(JournalRows, ARefusalWaitsForItsNextAttemptAcrossRuns) {
  JournalRows rows;
  rows.Apply(Of(RecordKind::kIntent, 4), kWall - 1);
  JournalRecord refused = Of(RecordKind::kRefused, 4);
  refused.attempt = 3;
  refused.status = 0x14;
  refused.next_ns = kWall + 30;
  rows.Apply(refused, kWall);
  rows.EndRun();
  EXPECT_EQ(rows.StateOf(4), RowState::kBegun);
  ASSERT_NE(rows.ProgressOf(4), nullptr);
  EXPECT_EQ(rows.ProgressOf(4)->began_ns, kWall);
  const PartProgress& part = rows.ProgressOf(4)->of_parts[0];
  EXPECT_EQ(part.attempts, 3u);
  EXPECT_EQ(part.refusal, 0x14u);
  EXPECT_EQ(part.next_ns, kWall + 30);
  JournalRecord again = Of(RecordKind::kIntent, 4);
  again.attempt = 4;
  rows.Apply(again, kWall);
  EXPECT_EQ(part.next_ns, 0) << "it waits no more";
  rows.EndRun();
  EXPECT_EQ(rows.StateOf(4), RowState::kUnknown);
  rows.Apply(Of(RecordKind::kAccepted, 4), kWall);
  EXPECT_EQ(rows.StateOf(4), RowState::kAccepted);
}

TEST(JournalRows, KeysOfAnySizeAreKeptApart) {
  JournalRows rows;
  const std::vector<uint64_t> keys = {0, 1, (1 << 14) - 1, 1 << 14, UINT64_MAX, UINT64_MAX / 2};
  for (const uint64_t key : keys) rows.Apply(Of(RecordKind::kAccepted, key), kWall);
  for (const uint64_t key : keys) EXPECT_EQ(rows.StateOf(key), RowState::kAccepted) << key;
  EXPECT_EQ(rows.Count().accepted, keys.size());
}

}  // namespace
}  // namespace salvo::engine

#include "tests/sim/recovery.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "engine/journal/batch.h"

namespace salvo::test {
namespace {

using engine::BatchHeader;
using engine::JournalRecord;
using engine::RecordKind;
using engine::RowState;

std::span<const uint8_t> OctetsOf(const std::string& contents) {
  return {reinterpret_cast<const uint8_t*>(contents.data()), contents.size()};
}

// A batch that is whole, and where.
struct PlacedBatch {
  BatchHeader header;
  std::span<const uint8_t> octets;
};

std::optional<PlacedBatch> BatchAt(std::span<const uint8_t> file, uint64_t at) {
  if (at + engine::kBatchHeaderOctets > file.size()) return std::nullopt;
  const auto header = engine::DecodeBatchHeader(file.subspan(at));
  if (!header || header->offset != at) return std::nullopt;
  const uint64_t size = engine::kBatchHeaderOctets + header->octets;
  if (at + size > file.size() || !engine::IsWhole(file.subspan(at, size))) return std::nullopt;
  return PlacedBatch{*header, file.subspan(at, size)};
}

// The whole batches from the front on.
std::vector<PlacedBatch> Batches(std::span<const uint8_t> file) {
  std::vector<PlacedBatch> batches;
  uint64_t at = engine::kJournalFileHeaderOctets;
  while (const auto batch = BatchAt(file, at)) {
    batches.push_back(*batch);
    at += batch->octets.size();
  }
  return batches;
}

// All that the records say of one message, in the plainest form: the last word on each part.
struct Said {
  uint16_t parts = 1;
  std::map<uint16_t, RecordKind> last;
  std::map<uint16_t, uint64_t> run;  // of the last word
  std::set<uint16_t> again;          // parts that were sent once more while their fate was unknown
  bool was_unknown = false;
};

// Files are named run-RUN-shard-SHARD.journal, and their order is that of the names.
uint64_t RunOf(const std::string& path) {
  const size_t name = path.rfind("run-");
  return name == std::string::npos ? 0 : std::stoull(path.substr(name + 4));
}

class Reader {
 public:
  void Read(const JournalRecord& record, uint64_t run) {
    if (record.kind == RecordKind::kEnd || record.kind == RecordKind::kReceipt) return;
    Said& said = said_[record.key];
    if (said.last.empty()) said.parts = record.parts;
    if (Settled(said) || record.part >= said.parts) return;
    const auto known = said.last.find(record.part);
    if (known != said.last.end() && known->second == RecordKind::kAccepted) return;
    said.was_unknown = said.was_unknown || record.kind == RecordKind::kUnknown;
    if (record.kind == RecordKind::kIntent && IsUnknown(said, record.part, run)) {
      said.again.insert(record.part);
    }
    // What left the first time may have arrived all the same.
    const bool is_in_doubt =
        said.again.contains(record.part) &&
        (record.kind == RecordKind::kRefused || record.kind == RecordKind::kUnsent);
    said.last[record.part] = is_in_doubt ? RecordKind::kUnknown : record.kind;
    said.run[record.part] = run;
  }

  Recovery Tell(uint64_t files, Tally* tally) const {
    Recovery recovery;
    if (files > 0) tally->Hit(RecoveryRow::kNoRecord);
    for (const auto& [key, said] : said_) {
      recovery.states[key] = StateOf(said);
      tally->Hit(RowOf(said));
      if (said.was_unknown && Settled(said)) tally->Hit(RecoveryRow::kUnknownSettled);
      if (recovery.states[key] == RowState::kUnknown) recovery.unknown.insert(key);
    }
    return recovery;
  }

 private:
  // An intent alone says so once its run is over.
  static bool IsUnknown(const Said& said, uint16_t part, uint64_t run) {
    const auto known = said.last.find(part);
    if (known == said.last.end()) return false;
    const bool is_left_alone = known->second == RecordKind::kIntent && said.run.at(part) < run;
    return known->second == RecordKind::kUnknown || is_left_alone;
  }

  static size_t Count(const Said& said, RecordKind kind) {
    return static_cast<size_t>(
        std::count_if(said.last.begin(), said.last.end(),
                      [&](const auto& entry) { return entry.second == kind; }));
  }
  static bool Settled(const Said& said) {
    return Count(said, RecordKind::kRejected) > 0 ||
           Count(said, RecordKind::kAccepted) == said.parts;
  }

  static RowState StateOf(const Said& said) {
    if (Count(said, RecordKind::kRejected) > 0) return RowState::kRejected;
    if (Count(said, RecordKind::kUnknown) + Count(said, RecordKind::kIntent) > 0) {
      return RowState::kUnknown;
    }
    if (Count(said, RecordKind::kAccepted) == said.parts) return RowState::kAccepted;
    const bool begun = Count(said, RecordKind::kAccepted) + Count(said, RecordKind::kRefused) > 0;
    return begun ? RowState::kBegun : RowState::kOpen;
  }

  static RecoveryRow RowOf(const Said& said) {
    switch (StateOf(said)) {
      case RowState::kOpen:
        return RecoveryRow::kTakenBack;
      case RowState::kAccepted:
        return RecoveryRow::kAccepted;
      case RowState::kRejected:
        return RecoveryRow::kRejected;
      case RowState::kUnknown:
        if (said.parts > 1) return RecoveryRow::kPartUnknown;
        return Count(said, RecordKind::kIntent) > 0 ? RecoveryRow::kIntentOnly
                                                    : RecoveryRow::kSaidUnknown;
      case RowState::kBegun:
      case RowState::kUnderWay:
        break;
    }
    return Count(said, RecordKind::kAccepted) > 0 ? RecoveryRow::kSomeAccepted
                                                  : RecoveryRow::kRefused;
  }

  std::map<uint64_t, Said> said_;
};

// A file with at least so many whole batches, chosen at random; end() when there is none.
std::map<std::string, SimDisk::State>::iterator ChooseFile(SimDisk& disk, SimWorld& world,
                                                           size_t batches) {
  std::vector<std::map<std::string, SimDisk::State>::iterator> fit;
  for (auto file = disk.files().begin(); file != disk.files().end(); ++file) {
    if (Batches(OctetsOf(*file->second.contents)).size() >= batches) fit.push_back(file);
  }
  return fit.empty() ? disk.files().end() : fit[world.Below(fit.size())];
}

void Put(SimDisk::State& file, uint64_t at, std::span<const uint8_t> octets) {
  std::copy(octets.begin(), octets.end(), file.contents->begin() + static_cast<std::ptrdiff_t>(at));
  file.real_is_stale = true;
}

}  // namespace

Recovery Recover(SimDisk& disk, Tally* tally) {
  Reader reader;
  std::map<std::string, uint64_t> good;
  for (const auto& [path, file] : disk.files()) {
    const std::span<const uint8_t> octets = OctetsOf(*file.contents);
    uint64_t end = std::min<uint64_t>(octets.size(), engine::kJournalFileHeaderOctets);
    if (octets.size() >= engine::kJournalFileHeaderOctets &&
        engine::DecodeFileHeader(octets.first(engine::kJournalFileHeaderOctets))) {
      const uint64_t run = RunOf(path);
      for (const PlacedBatch& batch : Batches(octets)) {
        end += batch.octets.size();
        std::span<const uint8_t> rest = batch.octets.subspan(engine::kBatchHeaderOctets);
        uint64_t previous_key = 0;
        JournalRecord record;
        while (engine::DecodeRecord(&rest, &previous_key, &record)) reader.Read(record, run);
      }
    }
    good[path] = end;
    tally->Hit(end == octets.size() ? RecoveryRow::kFileClean : RecoveryRow::kFileTorn);
  }
  Recovery recovery = reader.Tell(disk.files().size(), tally);
  recovery.good = std::move(good);
  return recovery;
}

std::string FlipDurableBit(SimDisk& disk, SimWorld& world) {
  for (auto& [path, file] : disk.files()) {
    const auto batches = Batches(OctetsOf(*file.contents));
    // The last word on what is durable is of octets before the batch that says it.
    const uint64_t durable = batches.empty() ? 0 : batches.back().header.durable;
    if (durable <= engine::kJournalFileHeaderOctets) continue;
    const uint64_t at =
        engine::kJournalFileHeaderOctets + world.Below(durable - engine::kJournalFileHeaderOctets);
    char& octet = (*file.contents)[at];
    octet = static_cast<char>(octet ^ (1 << world.Below(8)));
    file.real_is_stale = true;
    return path;
  }
  return {};
}

std::string PutStaleBatch(SimDisk& disk, SimWorld& world) {
  const auto file = ChooseFile(disk, world, 1);
  if (file == disk.files().end()) return {};
  const auto batches = Batches(OctetsOf(*file->second.contents));
  const PlacedBatch& old = batches[world.Below(batches.size())];
  engine::BatchWriter writer;
  std::span<const uint8_t> rest = old.octets.subspan(engine::kBatchHeaderOctets);
  uint64_t previous_key = 0;
  JournalRecord record;
  while (engine::DecodeRecord(&rest, &previous_key, &record)) writer.Add(record);
  BatchHeader header = old.header;
  ++header.epoch;
  const std::span<const uint8_t> stale = writer.Finish(header);
  Put(file->second, old.header.offset, stale);
  return file->first;
}

std::string PutOtherVersion(SimDisk& disk, SimWorld& world) {
  const auto file = ChooseFile(disk, world, 0);
  if (file == disk.files().end()) return {};
  if (file->second.contents->size() < engine::kJournalFileHeaderOctets) return {};
  Put(file->second, 0, engine::EncodeFileHeader({engine::kJournalVersion + 1, 1, 0}));
  return file->first;
}

}  // namespace salvo::test

// What all journals of a campaign say together about each of its messages.
// The recovery table in engine/journal/README.md is this class in words.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/journal/record.h"

namespace salvo::engine {

enum class RowState : uint8_t {
  kOpen,      // nothing of it left: to be sent
  kAccepted,  // every part was
  kRejected,  // a part was, for good
  kUnknown,   // a part left and was not answered, and none was rejected
  kBegun,     // some parts are settled, others are still to be sent or to be tried again
};

enum class PartState : uint8_t { kOpen, kIntent, kAccepted, kRejected, kRefused, kUnknown };

// How far a message of several parts, or one that was refused for the time being, has come.
struct RowProgress {
  uint16_t parts = 1;
  uint16_t billed = 1;
  uint16_t reference = 0;
  uint32_t status = 0;  // the first refusal
  int64_t next_ns = 0;  // not before this
  std::vector<PartState> part_states;
  std::vector<uint32_t> attempts;
  std::vector<std::string> ids;
};

// Whether the SMSC has a part of it, or may have.
bool MayBeWithSmsc(const RowProgress& progress);

// Memory: half an octet a message, and about 200 for each that is begun. Const methods may be
// called by several threads at once while nobody calls the others.
class JournalRows {
 public:
  JournalRows();
  ~JournalRows();

  // Records of one message come in the order in which they were made.
  void Apply(const JournalRecord& record);
  // No more records will come from this run: what was under way is unknown from here on.
  void EndRun();

  RowState StateOf(uint64_t key) const;
  // nullptr unless the message has several parts or was refused, and is not settled.
  const RowProgress* ProgressOf(uint64_t key) const;

  struct Counts {
    uint64_t accepted = 0;
    uint64_t rejected = 0;
    uint64_t unknown = 0;
    uint64_t begun = 0;
  };
  Counts Count() const;
  // Keys of the unknown messages, ascending.
  std::vector<uint64_t> Unknown() const;

 private:
  // What half an octet says of a message; kDetailed: details_ has more.
  enum class Mark : uint8_t { kOpen, kIntent, kAccepted, kRejected, kUnknown, kDetailed };
  static constexpr uint64_t kPageRows = 1 << 14;
  using Page = std::array<uint8_t, kPageRows / 2>;

  Page* FindPage(uint64_t key) const;
  Mark MarkOf(uint64_t key) const;
  void SetMark(uint64_t key, Mark mark);
  void ApplySimple(const JournalRecord& record);
  void ApplyDetailed(const JournalRecord& record, Mark mark);
  template <class Visit>
  void ForEachMarked(Visit visit) const;
  static RowState Summary(const RowProgress& progress);

  absl::flat_hash_map<uint64_t, std::unique_ptr<Page>> pages_;
  std::unordered_map<uint64_t, RowProgress> details_;
};

}  // namespace salvo::engine

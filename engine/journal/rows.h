// What all journals of a campaign say together about each of its messages.
// The recovery table in engine/journal/README.md is this class in words.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/journal/mark_table.h"
#include "engine/journal/record.h"

namespace salvo::engine {

enum class RowState : uint8_t {
  kOpen,      // nothing of it left: to be sent
  kAccepted,  // every part was
  kRejected,  // a part was, for good
  kUnknown,   // a part left and was not answered, and none was rejected
  kBegun,     // some parts are settled, others are still to be sent or to be tried again
  kUnderWay,  // a part left in a run that has not ended
};

enum class PartState : uint8_t {
  kOpen,
  kIntent,
  kIntentAgain,  // of one that was unknown
  kAccepted,
  kRejected,
  kRefused,
  kUnknown,
};

struct PartProgress {
  PartState state = PartState::kOpen;
  uint32_t attempts = 0;
  uint32_t refusal = 0;  // command_status of the last one
  int64_t next_ns = 0;   // wall clock: it was refused, and not to be sent again before; else 0
  std::string id;
};

// How far a message of several parts, or one that was refused for the time being, has come.
struct RowProgress {
  uint16_t parts = 1;
  uint16_t billed = 1;
  uint16_t reference = 0;  // of several parts, and so the next two
  uint16_t look = 0;
  uint32_t account = 0;  // index
  int64_t began_ns = 0;  // wall clock
  std::vector<PartProgress> of_parts;
};

// Whether the SMSC has a part of it, or may have.
bool MayBeWithSmsc(const RowProgress& progress);

// Memory: half an octet a message where their keys are dense (MarkTable), and about 200 for each
// that is begun. Const methods may be called by several threads at once while nobody calls the
// others.
class JournalRows {
 public:
  // Records of one message come in the order in which they were made. `wall_ns`: when.
  void Apply(const JournalRecord& record, int64_t wall_ns);
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
    uint64_t under_way = 0;
  };
  Counts Count() const;
  // Keys of the unknown messages, ascending.
  std::vector<uint64_t> Unknown() const;

 private:
  // What is known of a message; kDetailed: details_ has more.
  enum class Mark : uint8_t {
    kOpen,
    kIntent,
    kIntentAgain,  // of one that was unknown
    kAccepted,
    kRejected,
    kUnknown,
    kDetailed,
  };

  Mark MarkOf(uint64_t key) const { return static_cast<Mark>(marks_.Get(key)); }
  void SetMark(uint64_t key, Mark mark) { marks_.Set(key, static_cast<uint8_t>(mark)); }
  static Mark MarkAfter(RecordKind kind, Mark before);
  void ApplyDetailed(const JournalRecord& record, Mark mark, int64_t wall_ns);
  static RowState Summary(const RowProgress& progress);

  MarkTable marks_;
  std::unordered_map<uint64_t, RowProgress> details_;
};

}  // namespace salvo::engine

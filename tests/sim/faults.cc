#include "tests/sim/faults.h"

#include <cstdio>

namespace salvo::test {

std::string_view NameOf(FaultKind kind) {
  static constexpr std::array<std::string_view, kFaultKinds> kNames = {
      "a read brings a part",
      "a write takes a part",
      "the peer does not read",
      "a connection is reset",
      "all connections are reset",
      "reset in the bind",
      "reset in the middle of an answer",
      "reset in the unbind",
      "half-open: nothing arrives any more",
      "a direction of the network stalls",
      "a connection is refused",
      "a connection is not answered",
      "an answer is lost",
      "an answer comes twice",
      "answers change places",
      "an answer of an unknown number",
      "an answer of another command",
      "generic_nack for an answer",
      "octets that are no PDU",
      "requests that make no sense",
      "the SMSC unbinds in mid-window",
      "the answer to a bind is lost",
      "a bind is refused",
      "the answer to a receipt is lost",
      "the answer to an unbind is lost",
      "refused for now",
      "refused for good",
      "a receipt before its answer",
      "a receipt long after its answer",
      "a receipt comes twice",
      "a receipt on another bind",
      "the SMSC is killed",
      "the SMSC stalls",
      "a shard stalls",
      "the sender is killed",
      "the sender is killed in recovery",
      "the sender's machine loses power",
      "crash within a file operation",
      "ENOSPC on append",
      "EIO on append, once",
      "EIO on append, for ever",
      "a short append",
      "no room to reserve",
      "a sync fails, later ones do not",
      "a sync takes seconds",
      "a bit flips in durable octets",
      "a batch of another run",
      "a file of another version",
      "the wall clock jumps ahead",
      "the wall clock jumps back",
  };
  return kNames[static_cast<size_t>(kind)];
}

std::string_view NameOf(RecoveryRow row) {
  static constexpr std::array<std::string_view, kRecoveryRows> kNames = {
      "file: clean",
      "file: torn tail, cut",
      "file: damage, refused",
      "file: a batch of another run, refused",
      "file: foreign, refused",
      "message: no record",
      "message: intent, unsent",
      "message: intent alone",
      "message: intent, unknown",
      "message: accepted",
      "message: rejected",
      "message: some parts accepted",
      "message: refused",
      "message: a part of several unknown",
      "message: unknown, settled later",
  };
  return kNames[static_cast<size_t>(row)];
}

void Tally::Add(const Tally& other) {
  for (size_t i = 0; i < kFaultKinds; ++i) faults[i] += other.faults[i];
  for (size_t i = 0; i < kRecoveryRows; ++i) rows[i] += other.rows[i];
  seeds += other.seeds;
  messages += other.messages;
  accepted += other.accepted;
  unknown += other.unknown;
  restarts += other.restarts;
}

namespace {

void PrintLine(std::string_view name, uint64_t times) {
  std::printf("  %-40.*s %12llu\n", static_cast<int>(name.size()), name.data(),
              static_cast<unsigned long long>(times));
}

}  // namespace

void Tally::Print() const {
  std::printf("faults\n");
  for (size_t i = 0; i < kFaultKinds; ++i) PrintLine(NameOf(static_cast<FaultKind>(i)), faults[i]);
  std::printf("rows of the recovery table\n");
  for (size_t i = 0; i < kRecoveryRows; ++i)
    PrintLine(NameOf(static_cast<RecoveryRow>(i)), rows[i]);
  std::printf("in all\n");
  PrintLine("seeds", seeds);
  PrintLine("messages", messages);
  PrintLine("of which accepted", accepted);
  PrintLine("of which unknown in the end", unknown);
  PrintLine("runs that went on from a journal", restarts);
}

}  // namespace salvo::test

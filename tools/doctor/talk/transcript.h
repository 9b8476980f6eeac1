// What was said on the connections of an examination, for the report: without any secret.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/clock.h"
#include "tools/doctor/talk/secrets.h"

namespace salvo::doctor {

struct Entry {
  enum class Kind : uint8_t { kSent, kReceived, kNote };
  io::Nanos at = 0;  // since the examination began
  int connection = 0;
  Kind kind = Kind::kNote;
  std::vector<uint8_t> octets;  // a PDU, or what came in place of one; masked
  std::string note;             // "connected from 10.0.0.5:43210", of kNote alone
};

// One thread. Keeps the first kMost entries and counts what comes after them.
class Transcript {
 public:
  static constexpr size_t kMost = 1000;
  static constexpr size_t kMostOctets = 4096;  // of an entry; the rest of it is left out

  Transcript(const Secrets* secrets, io::Clock* clock)
      : secrets_(secrets), clock_(clock), start_(clock->Monotonic()) {}

  // A number for a connection, from 1.
  int NextConnection() { return ++connections_; }

  void AddSent(int connection, std::span<const uint8_t> octets);
  void AddReceived(int connection, std::span<const uint8_t> octets);
  void AddNote(int connection, const std::string& note);

  const std::vector<Entry>& entries() const { return entries_; }
  uint64_t left_out() const { return left_out_; }
  // Octets that came, as a report shows them: a PDU as a line and in hexadecimal, what is none as
  // text or in hexadecimal; masked.
  std::vector<std::string> Shown(std::span<const uint8_t> octets) const;

 private:
  void Add(Entry::Kind kind, int connection, std::span<const uint8_t> octets);
  Entry* NewEntry(Entry::Kind kind, int connection);

  const Secrets* secrets_;  // unowned
  io::Clock* clock_;        // unowned
  io::Nanos start_;
  int connections_ = 0;
  std::vector<Entry> entries_;
  uint64_t left_out_ = 0;
};

// Hexadecimal digits, four octets a group, at most so many octets.
std::string HexOf(std::span<const uint8_t> octets, size_t most = 96);

}  // namespace salvo::doctor

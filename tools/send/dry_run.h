// What a campaign would take, told without opening a socket.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "salvo/preview.h"

namespace salvo::tools {

// The campaign as one account would send it.
class DryRun {
 public:
  // `run_rate`: segments a second of the whole run beside the account's own limits, 0 for none.
  DryRun(const AccountOptions& account, double run_rate);

  // Looks at every message of the batch. When `tell_batch`, it is told of those that cannot be
  // sent, as an engine does.
  void Add(const Message& message, MessageBatch* tell_batch);

  uint64_t segments() const;
  uint64_t rows() const { return rows_; }
  // Segments a second that all limits of the account together allow; 0: none is set.
  double rate() const { return rate_; }
  // Seconds at the rate; negative without one.
  double Seconds() const;

  std::vector<std::string> Lines() const;
  std::string Json() const;

 private:
  struct OfEncoding {
    uint64_t rows = 0;
    uint64_t segments = 0;
  };
  struct OfCharacter {
    uint64_t rows = 0;
    uint64_t segments = 0;
    uint64_t segments_without = 0;
  };

  // "212 rows need UCS-2 because of ..."
  static std::string CostLine(char32_t character, Encoding encoding, const OfCharacter& of);

  const AccountOptions& account_;  // unowned
  double rate_ = 0;
  uint64_t rows_ = 0;
  std::map<Encoding, OfEncoding> encodings_;
  std::map<std::pair<char32_t, Encoding>, OfCharacter> costly_;
};

// What the accounts take together: each as much of the campaign as its rate lets it.
struct DryTotal {
  uint64_t accounts = 0;
  uint64_t messages = 0;
  uint64_t segments = 0;
  double seconds = -1;  // negative: not all of it has a rate

  std::string Line() const;
};

// `run_rate` as for the runs. REQUIRES: there is one.
DryTotal TotalOf(const std::vector<DryRun>& runs, double run_rate);

}  // namespace salvo::tools

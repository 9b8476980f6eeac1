// What a campaign would take, told without opening a socket.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "salvo/preview.h"

namespace salvo::tools {

// The campaign as one account would send it.
class DryRun {
 public:
  // `rate`: segments a second, 0 for no limit.
  DryRun(const AccountOptions& account, double rate) : account_(account), rate_(rate) {}

  // Looks at every message of the batch. When `tell_batch`, it is told of those that cannot be
  // sent, as an engine does.
  void Add(const Message& message, MessageBatch* tell_batch);

  uint64_t segments() const;
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

  const AccountOptions& account_;  // unowned
  const double rate_;
  uint64_t rows_ = 0;
  std::map<Encoding, OfEncoding> encodings_;
  std::map<char32_t, OfCharacter> costly_;
};

}  // namespace salvo::tools

// The International Components for Unicode as a second opinion on alphabets: their tables and ours
// have no common author.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pdu/text/alphabet.h"
#include "pdu/wire.h"

struct UConverter;

namespace salvo::test {

class IcuAlphabet {
 public:
  explicit IcuAlphabet(pdu::Alphabet alphabet);
  ~IcuAlphabet();

  // nullopt when an octet of the input means nothing in the alphabet.
  std::optional<std::string> ToUtf8(pdu::Octets octets);
  // nullopt when a character is not in the alphabet. Nothing is replaced by something similar.
  std::optional<std::string> FromUtf8(std::string_view utf8);

 private:
  UConverter* converter_;
  UConverter* utf8_;
};

}  // namespace salvo::test

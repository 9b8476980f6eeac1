#include "tests/support/random.h"

#include <cstdlib>

namespace salvo::test {

uint64_t TestSeed() {
  constexpr uint64_t kSeed = 20'030;
  const char* text = std::getenv("SALVO_TEST_SEED");
  return text == nullptr ? kSeed : std::strtoull(text, nullptr, 10);
}

size_t Random::Edgy(size_t least, size_t most) {
  switch (Below(8)) {
    case 0:
      return least;
    case 1:
      return most;
    case 2:
      return least == most ? least : most - 1;
    default:
      return Between(least, most);
  }
}

std::string Random::Octets(size_t count) {
  std::string octets(count, '\0');
  for (char& c : octets) c = static_cast<char>(Octet());
  return octets;
}

}  // namespace salvo::test

#include "tools/common/line_buffer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

namespace salvo::tools {
namespace {

std::string Written(uint64_t number) {
  LineBuffer lines;
  LineWriter line = lines.Begin(LineWriter::kMostDigits);
  line.AppendNumber(number);
  lines.End(line);
  return std::string(lines.text());
}

TEST(LineBuffer, WritesNumbersOfAnyLength) {
  uint64_t power = 1;
  for (size_t digits = 1; digits <= LineWriter::kMostDigits; ++digits, power *= 10) {
    for (const uint64_t number : {power - 1, power, power + 1, 9 * power, UINT64_MAX / power}) {
      ASSERT_EQ(Written(number), std::to_string(number));
    }
  }
}

TEST(LineBuffer, WritesNumbersAsTheStandardLibraryDoes) {
  const char* given = std::getenv("SALVO_TEST_SEED");
  const uint64_t seed = given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t number = random() >> random() % 64;
    ASSERT_EQ(Written(number), std::to_string(number)) << "replay with SALVO_TEST_SEED=" << seed;
  }
}

TEST(LineBuffer, KeepsFieldsOfAnyLengthAndWhatWasThereBefore) {
  LineBuffer lines;
  std::string expected;
  for (size_t size = 0; size < 100; ++size) {
    std::string field;
    for (size_t i = 0; i < size; ++i) field += static_cast<char>('!' + (size + i) % 90);
    LineWriter line = lines.Begin(field.size() + 1);
    line.Append(field);
    line.Append('\n');
    lines.End(line);
    expected += field + '\n';
  }
  EXPECT_EQ(lines.text(), expected);
}

}  // namespace
}  // namespace salvo::tools

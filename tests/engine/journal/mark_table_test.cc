#include "engine/journal/mark_table.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/random.h"

namespace salvo::engine {
namespace {

std::map<uint64_t, uint8_t> All(const MarkTable& table) {
  std::map<uint64_t, uint8_t> all;
  table.ForEach([&](uint64_t key, uint8_t mark) {
    EXPECT_TRUE(mark == 0 || all.emplace(key, mark).second) << "told twice: " << key;
  });
  std::erase_if(all, [](const auto& entry) { return entry.second == 0; });
  return all;
}

// Keys of rows, of hashes, and of both.
uint64_t NextKey(test::Random& random, int kind) {
  const bool is_row = kind == 0 || (kind == 2 && random.OneIn(2));
  return is_row ? random.SizeBetween(0, 100'000) : random.Next() >> random.SizeBetween(0, 20);
}

TEST(MarkTable, KnowsTheLastMarkOfEachKey) {
  for (int kind = 0; kind < 3; ++kind) {
    test::Random random(test::TestSeed());
    MarkTable table;
    std::map<uint64_t, uint8_t> expected;
    for (int i = 0; i < 20'000; ++i) {
      const uint64_t key = NextKey(random, kind);
      const auto mark = static_cast<uint8_t>(random.SizeBetween(0, MarkTable::kMostMark));
      table.Set(key, mark);
      expected[key] = mark;
    }
    for (const auto& [key, mark] : expected) ASSERT_EQ(table.Get(key), mark) << key;
    for (int i = 0; i < 1000; ++i) {
      const uint64_t key = NextKey(random, kind);
      ASSERT_EQ(table.Get(key), expected.contains(key) ? expected[key] : 0) << key;
    }
    table.Replace(3, 7);
    for (auto& [key, mark] : expected) mark = mark == 3 ? 7 : mark;
    std::erase_if(expected, [](const auto& entry) { return entry.second == 0; });
    EXPECT_EQ(All(table), expected);
  }
}

}  // namespace
}  // namespace salvo::engine

#include "tools/send/row_set.h"

#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

TEST(RowSet, TakesAnyRow) {
  RowSet rows;
  rows.Add(UINT64_MAX);
  EXPECT_TRUE(rows.Has(UINT64_MAX));
  EXPECT_FALSE(rows.Has(UINT64_MAX - 1));
  EXPECT_FALSE(rows.Has(0));
}

TEST(RowSet, HasWhatWasAddedAndNothingElse) {
  RowSet rows;
  EXPECT_FALSE(rows.Has(0));
  EXPECT_FALSE(rows.Has(UINT64_MAX));
  for (const uint64_t row : {5'000'000u, 1u, 1u, 0u, 1024u}) rows.Add(row);
  for (const uint64_t row : {0u, 1u, 1024u, 5'000'000u}) EXPECT_TRUE(rows.Has(row)) << row;
  for (const uint64_t row : {2u, 1023u, 1025u, 4'999'999u, 5'000'001u}) {
    EXPECT_FALSE(rows.Has(row)) << row;
  }
}

}  // namespace
}  // namespace salvo::tools

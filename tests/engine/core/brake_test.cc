#include "engine/core/brake.h"

#include <gtest/gtest.h>

namespace salvo::engine {
namespace {

TEST(Brake, FallsOnceWhenTheShareIsReached) {
  Brake brake(10, 0.5);
  int fallen = 0;
  for (int i = 0; i < 30; ++i) fallen += brake.Add(i % 2 == 0) ? 1 : 0;
  EXPECT_EQ(fallen, 1);
  EXPECT_EQ(brake.rejected(), 5u);
}

TEST(Brake, StaysUpBelowTheShareWhateverComesAfterwards) {
  Brake brake(10, 0.6);
  bool fallen = false;
  for (int i = 0; i < 10; ++i) fallen = fallen || brake.Add(i % 2 == 0);
  for (int i = 0; i < 100; ++i) fallen = fallen || brake.Add(true);
  EXPECT_FALSE(fallen);
}

TEST(Brake, NeverFallsWithoutACount) {
  Brake brake(0, 0.1);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(brake.Add(true));
}

}  // namespace
}  // namespace salvo::engine

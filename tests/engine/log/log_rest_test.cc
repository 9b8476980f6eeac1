#include "engine/log/log_rest.h"

#include <gtest/gtest.h>

namespace salvo::engine {
namespace {

constexpr io::Nanos kMilli = io::kNanosPerMilli;

TEST(LogRest, ALogThatKeepsUpDoesNotRest) {
  EXPECT_EQ(RestAfterWork(10 * kMilli, 2 * kMilli, false), 0);
}

TEST(LogRest, OneThatHasAProcessorToItselfDoesNotRest) {
  EXPECT_EQ(RestAfterWork(kMilli, kMilli, true), 0);
  EXPECT_EQ(RestAfterWork(100 * kMilli, 95 * kMilli, true), 0);
}

TEST(LogRest, OneThatDropsAmongOthersHasAFifthOfAProcessor) {
  EXPECT_EQ(RestAfterWork(2 * kMilli, kMilli, true), 3 * kMilli);
  EXPECT_EQ(RestAfterWork(5 * kMilli, kMilli, true), 0);
  EXPECT_EQ(RestAfterWork(50 * kMilli, kMilli, true), 0);
}

}  // namespace
}  // namespace salvo::engine

#include "engine/core/brake.h"

#include <gtest/gtest.h>

namespace salvo::engine {
namespace {

using pdu::CommandStatus;

constexpr CommandStatus kAccepted = CommandStatus::ESME_ROK;
constexpr CommandStatus kRefused = CommandStatus::ESME_RINVSRCADR;

TEST(Brake, FallsOnceWhenTheShareIsReached) {
  Brake brake(10, 0.5);
  int fallen = 0;
  for (int i = 0; i < 30; ++i) fallen += brake.Add(i % 2 == 0 ? kRefused : kAccepted) ? 1 : 0;
  EXPECT_EQ(fallen, 1);
  EXPECT_EQ(brake.rejected(), 5u);
}

TEST(Brake, StaysUpBelowTheShareWhateverComesAfterwards) {
  Brake brake(10, 0.6);
  bool fallen = false;
  for (int i = 0; i < 10; ++i) fallen = fallen || brake.Add(i % 2 == 0 ? kRefused : kAccepted);
  for (int i = 0; i < 100; ++i) fallen = fallen || brake.Add(kRefused);
  EXPECT_FALSE(fallen);
}

TEST(Brake, KnowsTheLastRefusalWhateverCameBehindIt) {
  Brake brake(4, 0.5);
  EXPECT_FALSE(brake.Add(CommandStatus::ESME_RINVSRCADR));
  EXPECT_FALSE(brake.Add(CommandStatus::ESME_RINVDSTADR));
  EXPECT_FALSE(brake.Add(kAccepted));
  EXPECT_TRUE(brake.Add(kAccepted));
  EXPECT_EQ(brake.last_refusal(), CommandStatus::ESME_RINVDSTADR);
}

TEST(Brake, NeverFallsWithoutACount) {
  Brake brake(0, 0.1);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(brake.Add(kRefused));
}

}  // namespace
}  // namespace salvo::engine

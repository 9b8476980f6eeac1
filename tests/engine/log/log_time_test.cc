#include "engine/log/log_time.h"

#include <gtest/gtest.h>

namespace salvo::engine {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kSome = 1'430'256'342;  // 2015-04-28 21:25:42 UTC

std::string At(LogTime& time, int64_t wall_ns) {
  std::string text;
  time.Append(wall_ns, &text);
  return text;
}

TEST(LogTime, IsUtcToTheMicrosecond) {
  LogTime time;
  EXPECT_EQ(At(time, kSome * kSecond + 104'666'999), "2015-04-28 21:25:42.104666");
  EXPECT_EQ(At(time, kSome * kSecond + 7'000), "2015-04-28 21:25:42.000007");
}

TEST(LogTime, FollowsAClockThatGoesOnAndOneThatIsSetBack) {
  LogTime time;
  EXPECT_EQ(At(time, kSome * kSecond), "2015-04-28 21:25:42.000000");
  EXPECT_EQ(At(time, (kSome + 18) * kSecond), "2015-04-28 21:26:00.000000");
  EXPECT_EQ(At(time, (kSome + 17) * kSecond + kSecond - 1), "2015-04-28 21:25:59.999999");
  EXPECT_EQ(At(time, 0), "1970-01-01 00:00:00.000000");
  EXPECT_EQ(At(time, -1), "1970-01-01 00:00:00.000000");
}

TEST(LogTime, AppendsToWhatIsThere) {
  LogTime time;
  std::string text = "> ";
  time.Append(0, &text);
  EXPECT_EQ(text, "> 1970-01-01 00:00:00.000000");
}

}  // namespace
}  // namespace salvo::engine

#include "tools/sim/options.h"

#include <gtest/gtest.h>

#include <map>

namespace salvo::sim {
namespace {

constexpr io::Nanos kMilli = io::kNanosPerMilli;

std::string ErrorOf(const auto& result) {
  EXPECT_FALSE(result.ok());
  return std::string(result.status().message());
}

TEST(DelayDistribution, ZeroIsNoDelayAtAll) {
  Random random(1);
  EXPECT_TRUE(DelayDistribution().always_zero());
  const auto delay = DelayDistribution::Parse("0");
  ASSERT_TRUE(delay.ok());
  EXPECT_TRUE(delay->always_zero());
  EXPECT_EQ(delay->Draw(random), 0);
}

TEST(DelayDistribution, ATimeIsAlwaysThatTime) {
  Random random(1);
  const auto delay = DelayDistribution::Parse("5ms");
  ASSERT_TRUE(delay.ok());
  EXPECT_FALSE(delay->always_zero());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(delay->Draw(random), 5 * kMilli);
}

TEST(DelayDistribution, UniformFillsItsRangeAndStaysInIt) {
  Random random(1);
  const auto delay = DelayDistribution::Parse("uniform:1ms,20ms");
  ASSERT_TRUE(delay.ok());
  io::Nanos least = io::kNever;
  io::Nanos most = 0;
  for (int i = 0; i < 10'000; ++i) {
    const io::Nanos drawn = delay->Draw(random);
    least = std::min(least, drawn);
    most = std::max(most, drawn);
  }
  EXPECT_GE(least, kMilli);
  EXPECT_LT(least, 2 * kMilli);
  EXPECT_GT(most, 19 * kMilli);
  EXPECT_LE(most, 20 * kMilli);
}

TEST(DelayDistribution, MixKeepsItsShares) {
  Random random(1);
  const auto delay = DelayDistribution::Parse("mix:80%10ms,15%100ms,5%1s");
  ASSERT_TRUE(delay.ok());
  std::map<io::Nanos, int> counts;
  for (int i = 0; i < 100'000; ++i) ++counts[delay->Draw(random)];
  ASSERT_EQ(counts.size(), 3u);
  EXPECT_NEAR(counts[10 * kMilli], 80'000, 1'000);
  EXPECT_NEAR(counts[100 * kMilli], 15'000, 1'000);
  EXPECT_NEAR(counts[1000 * kMilli], 5'000, 1'000);
}

TEST(DelayDistribution, TheSameSeedDrawsTheSame) {
  const auto delay = DelayDistribution::Parse("uniform:1ms,20ms");
  ASSERT_TRUE(delay.ok());
  Random one(7);
  Random other(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(delay->Draw(one), delay->Draw(other));
}

TEST(DelayDistribution, SaysWhatIsWrong) {
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("soon")),
            "'soon' is not a time such as 30s, 500ms or 24h");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("uniform:1ms")),
            "uniform needs two times, as in uniform:1ms,20ms");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("uniform:x,2ms")),
            "'x' is not a time such as 30s, 500ms or 24h");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("uniform:1ms,x")),
            "'x' is not a time such as 30s, 500ms or 24h");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("uniform:20ms,1ms")),
            "the range of uniform is upside down");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("mix:10ms")),
            "a part of mix needs a share, as in 80%10ms");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("mix:x%10ms")),
            "'x%' is not a share such as 5% or 0.05");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("mix:100%x")),
            "'x' is not a time such as 30s, 500ms or 24h");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("mix:80%1ms,10%2ms")),
            "the shares of mix do not add up to 100%");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("mix:80%1ms,30%2ms")),
            "the shares of mix do not add up to 100%");
}

TEST(DelayDistribution, SharesAddUpThoughBinaryFractionsDoNot) {
  EXPECT_TRUE(DelayDistribution::Parse("mix:10%1ms,20%2ms,70%3ms").ok());
}

TEST(ErrorShares, TakeNamesAndNumbers) {
  for (const char* text : {"ESME_RTHROTTLED=5%", "RTHROTTLED=5%", "0x58=0.05", "88=5%"}) {
    const auto share = ParseErrorShare(text);
    ASSERT_TRUE(share.ok()) << text;
    EXPECT_EQ(share->status, pdu::CommandStatus::ESME_RTHROTTLED) << text;
    EXPECT_DOUBLE_EQ(share->share, 0.05) << text;
  }
}

TEST(ErrorShares, SayWhatIsWrong) {
  for (const char* text : {"", "ESME_RTHROTTLED", "NONSENSE=5%", "=5%"}) {
    EXPECT_EQ(
        ErrorOf(ParseErrorShare(text)),
        "'" + std::string(text) + "' is not a status and a share, such as ESME_RTHROTTLED=5%");
  }
  EXPECT_EQ(ErrorOf(ParseErrorShare("0x58=")), "'' is not a share such as 5% or 0.05");
}

TEST(ErrorShares, AreNotMoreThanAllSubmissions) {
  const auto share = [](double of_all) {
    return ErrorShare{pdu::CommandStatus::ESME_RSYSERR, of_all};
  };
  EXPECT_TRUE(CheckErrorShares(std::vector{share(0.6), share(0.4)}).ok());
  EXPECT_EQ(CheckErrorShares(std::vector{share(0.6), share(0.5)}).message(),
            "the shares of all errors add up to more than 100%");
}

TEST(ReceiptMix, TakesStatesAndShares) {
  const auto mix = ParseReceiptMix("DELIVRD=95%,UNDELIV=0.05");
  ASSERT_TRUE(mix.ok());
  ASSERT_EQ(mix->size(), 2u);
  EXPECT_EQ((*mix)[0].state, pdu::MessageState::kDelivered);
  EXPECT_DOUBLE_EQ((*mix)[0].share, 0.95);
  EXPECT_EQ((*mix)[1].state, pdu::MessageState::kUndeliverable);
  EXPECT_DOUBLE_EQ((*mix)[1].share, 0.05);
}

TEST(ReceiptMix, SaysWhatIsWrong) {
  for (const char* text : {"", "DELIVRD", "NONSENSE=5%"}) {
    EXPECT_EQ(ErrorOf(ParseReceiptMix(text)),
              "'" + std::string(text) + "' is not a state and a share, such as DELIVRD=95%");
  }
  EXPECT_EQ(ErrorOf(ParseReceiptMix("DELIVRD=x")), "'x' is not a share such as 5% or 0.05");
  EXPECT_EQ(ErrorOf(ParseReceiptMix("DELIVRD=95%,UNDELIV=6%")),
            "the shares of the receipts add up to more than 100%");
}

TEST(Login, IsAPairWhosePasswordMayHoldColons) {
  const auto login = ParseLogin("demo:a:b");
  ASSERT_TRUE(login.ok());
  EXPECT_EQ(login->system_id, "demo");
  EXPECT_EQ(login->password, "a:b");
  EXPECT_EQ(ParseLogin("demo:")->password, "");
}

TEST(Login, NeedsAColonAndAName) {
  EXPECT_EQ(ErrorOf(ParseLogin("demo")), "'demo' is not a login such as system_id:password");
  EXPECT_EQ(ErrorOf(ParseLogin(":x")), "':x' is not a login such as system_id:password");
}

}  // namespace
}  // namespace salvo::sim

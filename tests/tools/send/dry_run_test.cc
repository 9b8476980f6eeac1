#include "tools/send/dry_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class DryRunTest : public testing::Test {
 protected:
  DryRunTest() { account_.name = "one"; }

  void Add(DryRun& run, const std::string& text, int rows = 1, const std::string& to = "+491") {
    Message message;
    message.to = to;
    message.text = text;
    for (int i = 0; i < rows; ++i) run.Add(message, nullptr);
  }

  AccountOptions account_;
};

// Remembers what it was told.
class TellingBatch final : public MessageBatch {
 public:
  bool Next(Message*) override { return false; }
  void OnInvalid(const MessageFault& fault) override { reasons.emplace_back(fault.reason); }

  std::vector<std::string> reasons;
};

TEST_F(DryRunTest, CountsRowsAndSegmentsByAlphabet) {
  DryRun run(account_, 0);
  Add(run, "Hello", 1000);
  Add(run, std::string(161, 'x'), 10);
  Add(run, "Привет мир", 3);
  EXPECT_EQ(run.segments(), 1023u);
  EXPECT_THAT(run.Lines(),
              ElementsAre("account 'one': 1,013 rows, 1,023 segments",
                          "  GSM 7-bit         1,010 rows        1,020 segments",
                          "  UCS-2                 3 rows            3 segments",
                          "  no rate is set: as fast as the window and the round trip allow"));
}

TEST_F(DryRunTest, TellsWhatOneCharacterCosts) {
  DryRun run(account_, 0);
  const std::string text = "Don’t miss it: " + std::string(100, 'x');
  Add(run, text, 212);
  Add(run, "plain", 5);
  EXPECT_THAT(run.Lines(), Contains("  212 rows need UCS-2 because of U+2019 (’) alone: 424 "
                                    "segments, without it 212"));
}

TEST_F(DryRunTest, OneIsSingular) {
  DryRun run(account_, 1);
  Add(run, "Don’t");
  EXPECT_THAT(
      run.Lines(),
      ElementsAre("account 'one': 1 row, 1 segment",
                  "  UCS-2                 1 row             1 segment",
                  "  1 row needs UCS-2 because of U+2019 (’) alone: 1 segment, without it 1",
                  "  at 1 segment a second: 1.0 s"));
}

TEST_F(DryRunTest, NoSingleCharacterIsBlamedForATextWithSeveral) {
  DryRun run(account_, 0);
  Add(run, "“Don’t”");
  EXPECT_THAT(run.Lines(), Each(Not(HasSubstr("because of"))));
}

TEST_F(DryRunTest, TheMostCostlyCharactersAreNamedFirst) {
  DryRun run(account_, 0);
  const char* characters[] = {"’", "“", "„", "…", "–", "—"};
  int rows = 10;
  for (const char* character : characters) Add(run, character, rows++);
  std::vector<std::string> costly;
  for (const std::string& line : run.Lines()) {
    if (line.find("because of") != std::string::npos) costly.push_back(line);
  }
  ASSERT_EQ(costly.size(), 5u);
  EXPECT_THAT(costly.front(), HasSubstr("15 rows need UCS-2 because of U+2014 (—)"));
  EXPECT_THAT(costly.back(), HasSubstr("11 rows need UCS-2 because of U+201C (“)"));
}

TEST_F(DryRunTest, CharactersBeyondTheFirstPlaneHaveTheirNumber) {
  DryRun run(account_, 0);
  Add(run, "😀");
  EXPECT_THAT(run.Lines(), Contains(HasSubstr("because of U+1F600 (😀) alone")));
}

TEST_F(DryRunTest, TheAlphabetThatIsTakenInsteadIsNamed) {
  account_.encodings = {Encoding::kGsm7, Encoding::kLatin1, Encoding::kUcs2};
  DryRun run(account_, 0);
  Add(run, "â ville");
  EXPECT_THAT(run.Lines(), Contains(HasSubstr("1 row needs Latin-1 because of U+00E2 (â) alone")));
}

TEST_F(DryRunTest, TellsTheTimeAtTheRate) {
  DryRun run(account_, 50);
  EXPECT_EQ(run.Seconds(), 0);
  Add(run, "Hello", 15'000);
  EXPECT_EQ(run.Seconds(), 300);
  EXPECT_THAT(run.Lines(), Contains("  at 50 segments a second: 5 min 00 s"));
  EXPECT_LT(DryRun(account_, 0).Seconds(), 0);
}

TEST_F(DryRunTest, TheLowestOfAllLimitsCounts) {
  account_.rate = 500;
  account_.binds = 2;
  account_.bind_rate = 5;
  DryRun run(account_, 0);
  Add(run, "Hello", 3000);
  EXPECT_EQ(run.Seconds(), 300);
  EXPECT_THAT(run.Lines(), Contains("  at 10 segments a second (2 binds of 5): 5 min 00 s"));
  EXPECT_EQ(DryRun(account_, 4).rate(), 4);
}

TEST_F(DryRunTest, SeveralAccountsShareTheCampaignByTheirRates) {
  AccountOptions other = account_;
  account_.rate = 10;
  other.rate = 5;
  other.encodings = {Encoding::kUcs2};
  std::vector<DryRun> runs;
  runs.emplace_back(account_, 0);
  runs.emplace_back(other, 0);
  for (DryRun& run : runs) Add(run, std::string(100, 'x'), 100);  // one segment, and two
  const DryTotal total = TotalOf(runs, 0);
  EXPECT_EQ(total.messages, 100u);
  EXPECT_EQ(total.segments, 120u);  // 80 messages of one, 20 of two
  EXPECT_DOUBLE_EQ(total.seconds, 8);
  EXPECT_EQ(total.Line(),
            "all 2 accounts together: 100 rows, 120 segments, at 15 segments a second: 8.0 s");
  EXPECT_DOUBLE_EQ(TotalOf(runs, 12).seconds, 10);
}

TEST_F(DryRunTest, WithoutAllRatesNobodyKnowsTheTimeOfAllAccounts) {
  AccountOptions other = account_;
  other.rate = 5;
  std::vector<DryRun> runs;
  runs.emplace_back(account_, 0);
  runs.emplace_back(other, 0);
  for (DryRun& run : runs) Add(run, "Hello", 10);
  EXPECT_LT(TotalOf(runs, 0).seconds, 0);
  EXPECT_EQ(TotalOf(runs, 0).segments, 10u);
}

TEST_F(DryRunTest, AHighRateIsWrittenOut) {
  EXPECT_THAT(DryRun(account_, 2'500'000).Lines(),
              Contains(HasSubstr("at 2,500,000 segments a second")));
  EXPECT_THAT(DryRun(account_, 0.5).Lines(), Contains(HasSubstr("at 0.5 segments a second")));
  EXPECT_THAT(DryRun(account_, 12.5).Lines(), Contains(HasSubstr("at 12.5 segments a second")));
}

TEST_F(DryRunTest, RowsThatCannotBeSentAreToldToTheBatchAndNotCounted) {
  DryRun run(account_, 0);
  TellingBatch batch;
  Message message;
  message.to = "nobody";
  message.text = "Hello";
  run.Add(message, &batch);
  run.Add(message, nullptr);
  EXPECT_THAT(batch.reasons, ElementsAre("the number has a character that is not a digit"));
  EXPECT_EQ(run.segments(), 0u);
}

TEST_F(DryRunTest, JsonHasTheSameFigures) {
  DryRun run(account_, 10);
  Add(run, "Hello", 20);
  Add(run, "Don’t", 10);
  EXPECT_EQ(run.Json(),
            R"({"message_type":"dry_run","schema":1,"account":"one","rows":30,"segments":30,)"
            R"("rows_gsm7":20,"segments_gsm7":20,"rows_ucs2":10,"segments_ucs2":10,)"
            R"("seconds":3.000})"
            "\n");
}

}  // namespace
}  // namespace salvo::tools

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/bench/report/json.h"
#include "tools/bench/report/table.h"
#include "tools/plan/measurements.h"

namespace salvo::bench {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Setting WithWindow(uint32_t window) {
  Setting setting;
  setting.window = window;
  return setting;
}

Figures SomeFigures(uint32_t window) {
  Figures figures;
  figures.setting = WithWindow(window);
  figures.rounds = 3;
  figures.segments_per_s = 123'456.4;
  figures.floor_per_s = 200'000;
  figures.of_floor = 0.617;
  figures.spread_percent = 4.2;
  figures.cpu_ns = 1540;
  figures.anonymous_kib = 2560;
  figures.offered_per_s = 61'728;
  figures.latency = {85'000, 120'000, 12'345'000, 50'000'000, 1'234'000'000, 5000};
  return figures;
}

class BenchReportTest : public testing::Test {
 protected:
  BenchReportTest() {
    machine_.processor = "Abacus 9000";
    machine_.kernel = "6.18";
    machine_.sender_cores = {0, 1, 2};
    machine_.peer_cores = {3};
    machine_.load_average = 0.1;
    method_.repeats = 3;
    method_.time_s = 2;
    method_.load_share = 0.5;
  }

  Table TableOf(const std::vector<Setting>& settings) const {
    return {settings, method_, machine_};
  }

  MachineFacts machine_;
  Method method_;
};

TEST_F(BenchReportTest, WhatIsTheSameForAllStandsAboveAndTheRestInColumns) {
  const Table table = TableOf({WithWindow(10), WithWindow(100)});
  EXPECT_THAT(table.Preface(), Contains("1 bind, 1 shard, texts of 100 octets, no TLS, journal "
                                        "process, answers at once"));
  EXPECT_THAT(table.Preface(), Contains("sender on cores 0,1,2, salvo sim on core 3"));
  EXPECT_THAT(table.Heading().front(), HasSubstr("window"));
  EXPECT_THAT(table.Heading().front(), Not(HasSubstr("binds")));
}

TEST_F(BenchReportTest, ARowHasTheFiguresBelowTheirNames) {
  const Table table = TableOf({WithWindow(10), WithWindow(100)});
  const std::string row = table.Row(SomeFigures(100));
  EXPECT_EQ(row.size(), table.Heading().front().size());
  for (const char* part : {"100", "200,000", "123,456", "4%", "0.62", "1.54", "2.5", "61,728",
                           "0.085", "0.120", "12.3", "50.0", "1,234"}) {
    EXPECT_THAT(row, HasSubstr(part));
  }
}

TEST_F(BenchReportTest, ANoisyRowIsMarkedAndExplained) {
  const Table table = TableOf({WithWindow(10), WithWindow(100)});
  Figures noisy = SomeFigures(10);
  noisy.noise = {"the runs differ by 40 %", "the moon was full"};
  EXPECT_THAT(table.Row(noisy), testing::EndsWith("  !"));
  EXPECT_THAT(table.Epilogue({noisy, SomeFigures(100)}),
              testing::ElementsAre("! too noisy to say:",
                                   "  window 10: the runs differ by 40 %; the moon was full"));
  EXPECT_THAT(table.Epilogue({SomeFigures(100)}), IsEmpty());
}

TEST_F(BenchReportTest, AMachineThatIsBusyOrHasOneCoreIsWarnedOf) {
  EXPECT_THAT(TableOf({{}}).Preface(), Each(Not(HasSubstr("WARNING"))));
  machine_.load_average = 3;
  EXPECT_THAT(TableOf({{}}).Preface(), Contains(HasSubstr("busy (load average 3.0)")));
  machine_.sender_cores = machine_.peer_cores = {0};
  EXPECT_THAT(TableOf({{}}).Preface(), Contains(HasSubstr("share the only core")));
}

TEST_F(BenchReportTest, MessagesThatWereNotAcceptedAreSaid) {
  Figures figures = SomeFigures(10);
  figures.rejected = 1200;
  EXPECT_THAT(TableOf({{}}).Epilogue({figures}), Contains("1,200 messages were not accepted"));
  figures.rejected = 1;
  figures.refusal = 0x08;
  EXPECT_THAT(TableOf({{}}).Epilogue({figures}),
              Contains("1 message was not accepted; the SMSC refused with ESME_RSYSERR (0x08)"));
}

TEST_F(BenchReportTest, ALatencyOfNoMessageIsNone) {
  Figures figures = SomeFigures(10);
  figures.offered_per_s = 0.5;
  figures.latency = {};
  EXPECT_THAT(TableOf({{}}).Row(figures), testing::MatchesRegex(".* 0\\.5 +- +- +- +- +-"));
  EXPECT_THAT(CaseJson(figures), HasSubstr(R"("latency_us":{"messages":0,"p50":null,)"));
}

TEST_F(BenchReportTest, ALowRateKeepsItsFraction) {
  method_.rate = 0.5;
  EXPECT_THAT(TableOf({{}}).Preface(), Contains(HasSubstr("at 0.5 messages a second")));
  method_.rate = 1;
  EXPECT_THAT(TableOf({{}}).Preface(), Contains(HasSubstr("at 1 message a second")));
}

TEST_F(BenchReportTest, ARealHostIsNamed) {
  method_.host = "smsc.example.com";
  method_.rate = 100;
  EXPECT_THAT(TableOf({{}}).Preface(), Contains(HasSubstr("messages go to smsc.example.com")));
  EXPECT_THAT(TableOf({{}}).Preface(), Contains(HasSubstr("at 100 messages a second")));
}

TEST_F(BenchReportTest, JsonHasAllFigures) {
  const std::string json = CaseJson(SomeFigures(100));
  for (const char* part :
       {R"("message_type":"case","schema":1,"window":100)", R"("segments_per_s":123456.400)",
        R"("share_of_floor":0.617)", R"("p99_9":50000.000,"max":1234000.000)",
        R"("noisy":false,"noise":[])"}) {
    EXPECT_THAT(json, HasSubstr(part));
  }
}

TEST_F(BenchReportTest, APlanReadsTheSummary) {
  Figures with_tls = SomeFigures(1000);
  with_tls.setting.tls = true;
  with_tls.setting.journal = plan::JournalLevel::kPower;
  with_tls.sync_us = 250;
  with_tls.noise = {"noise"};
  const std::string json = SummaryJson({SomeFigures(100), with_tls}, method_, machine_);
  const auto cases = plan::ParseMeasurements(json, "bench.json");
  ASSERT_TRUE(cases.ok()) << cases.status();
  ASSERT_EQ(cases->size(), 2u);
  EXPECT_DOUBLE_EQ(cases->front().segments_per_s, 123'456.4);
  EXPECT_DOUBLE_EQ(cases->front().cpu_ns, 1540);
  const auto fastest = plan::FastestCase(*cases, plan::JournalLevel::kPower, true);
  ASSERT_TRUE(fastest);
  EXPECT_EQ(fastest->window, 1000u);
  EXPECT_DOUBLE_EQ(fastest->sync_s, 0.00025);
  EXPECT_TRUE(fastest->noisy);
}

}  // namespace
}  // namespace salvo::bench

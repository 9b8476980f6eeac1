#include "tools/plan/measurements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::plan {
namespace {

using testing::HasSubstr;

std::string Case(int window, const std::string& rate, const std::string& journal,
                 const std::string& tls = "false", const std::string& delay_ms = "0.000") {
  return "{\"window\":" + std::to_string(window) +
         ",\"binds\":2,\"text_octets\":100,\"tls\":" + tls + ",\"journal\":\"" + journal +
         "\",\"delay_ms\":" + delay_ms + ",\"segments_per_s\":" + rate +
         ",\"cpu_ns\":900.5,\"sync_us\":250.0,\"noisy\":false}";
}

std::string File(const std::string& cases) {
  return R"({"message_type":"summary","schema":1,"cases":[)" + cases + "]}\n";
}

std::string FaultOf(const std::string& text) {
  return std::string(ParseMeasurements(text, "b.json").status().message());
}

TEST(Measurements, EveryCaseIsRead) {
  const auto cases = ParseMeasurements(
      File(Case(10, "1000.5", "off") + "," + Case(100, "2000.0", "power", "true")), "b.json");
  ASSERT_TRUE(cases.ok()) << cases.status();
  ASSERT_EQ(cases->size(), 2u);
  const MeasuredCase& second = cases->back();
  EXPECT_EQ(second.window, 100u);
  EXPECT_EQ(second.binds, 2u);
  EXPECT_TRUE(second.tls);
  EXPECT_EQ(second.journal, JournalLevel::kPower);
  EXPECT_DOUBLE_EQ(second.segments_per_s, 2000);
  EXPECT_DOUBLE_EQ(second.cpu_ns, 900.5);
  EXPECT_DOUBLE_EQ(second.sync_s, 0.00025);
  EXPECT_EQ(Describe(second), "window 100, 2 binds, 100 octets, journal power, TLS");
}

TEST(Measurements, TheFastestOfThoseThatSentAlikeCounts) {
  const auto cases =
      ParseMeasurements(File(Case(10, "1000.0", "off") + "," + Case(100, "3000.0", "off") + "," +
                             Case(50, "2000.0", "off") + "," + Case(1000, "9000.0", "process")),
                        "b.json");
  EXPECT_EQ(FastestCase(*cases, JournalLevel::kOff, false)->window, 100u);
  EXPECT_EQ(FastestCase(*cases, JournalLevel::kProcess, false)->window, 1000u);
  EXPECT_FALSE(FastestCase(*cases, JournalLevel::kOff, true));
}

TEST(Measurements, RunsThatWaitedForAnswersAreNoLimitOfTheMachine) {
  const std::string late = Case(100, "9000.0", "off", "false", "80.000");
  const auto cases = ParseMeasurements(File(Case(10, "1000.0", "off") + "," + late), "b.json");
  ASSERT_TRUE(cases.ok()) << cases.status();
  EXPECT_EQ(FastestCase(*cases, JournalLevel::kOff, false)->window, 10u);
  EXPECT_FALSE(FastestCase(*ParseMeasurements(File(late), "b.json"), JournalLevel::kOff, false));
}

TEST(Measurements, WhatWasSentWithALimitOrToAnSmscIsRefused) {
  const std::string cases =
      R"("message_type":"summary","schema":1,"cases":[)" + Case(10, "100.0", "off") + "]}";
  EXPECT_EQ(FaultOf(R"({"host":"smsc.example","rate":100.0,)" + cases),
            "'b.json' does not say what this machine can do: it was measured against smsc.example");
  EXPECT_EQ(FaultOf(R"({"host":"","rate":100.0,)" + cases),
            "'b.json' does not say what this machine can do: it was measured with --rate");
  EXPECT_EQ(FaultOf(R"({"host":"","rate":0.000,)" + cases), "");
}

TEST(Measurements, WhatIsNoneIsSaidWithTheFile) {
  EXPECT_THAT(FaultOf(""), HasSubstr("'b.json' is not what salvo bench --out writes"));
  EXPECT_THAT(FaultOf("window = 1"), HasSubstr("no JSON"));
  EXPECT_THAT(FaultOf("[1]"), HasSubstr("it is no object"));
  EXPECT_THAT(FaultOf(R"({"message_type":"summary","schema":1,"cases":7})"),
              HasSubstr("no list 'cases'"));
  EXPECT_THAT(FaultOf(File("")), HasSubstr("it has no case"));
  EXPECT_THAT(FaultOf(File("3")), HasSubstr("a case is no object"));
  EXPECT_THAT(FaultOf(File(Case(1, "5.0", "off") + "," + Case(1, "-5.0", "off"))),
              HasSubstr("case 2 has no good 'segments_per_s'"));
  EXPECT_THAT(FaultOf(File(Case(1, "5.0", "maybe"))), HasSubstr("'journal'"));
}

TEST(Measurements, OnlyASummaryOfAKnownSchemaIsTaken) {
  const std::string cases = R"("cases":[)" + Case(10, "100.0", "off") + "]}";
  EXPECT_THAT(FaultOf("{" + cases), HasSubstr("it has no message_type"));
  EXPECT_THAT(FaultOf(R"({"message_type":"plan","schema":1,)" + cases),
              HasSubstr("it is a 'plan'"));
  EXPECT_THAT(FaultOf(R"({"message_type":"summary","schema":2,)" + cases),
              HasSubstr("its schema is 2, and this version knows 1"));
  EXPECT_THAT(FaultOf(R"({"message_type":"summary",)" + cases), HasSubstr("it has no schema"));
}

TEST(Measurements, OfJsonLinesTheLastIsTheSummary) {
  const std::string first = R"({"message_type":"case","schema":1})"
                            "\n";
  const auto cases = ParseMeasurements(first + first + File(Case(10, "100.0", "off")), "b.json");
  ASSERT_TRUE(cases.ok()) << cases.status();
  EXPECT_EQ(cases->size(), 1u);
  EXPECT_THAT(FaultOf(first + first), HasSubstr("it is a 'case'"));
}

TEST(Measurements, AFileThatIsNotThereIsNamed) {
  EXPECT_THAT(std::string(ReadMeasurements(".").status().message()),
              HasSubstr("cannot read '.': Is a directory"));
  EXPECT_THAT(std::string(ReadMeasurements("no/such.json").status().message()),
              HasSubstr("cannot read 'no/such.json': No such file"));
}

}  // namespace
}  // namespace salvo::plan

#include "tools/send/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/send/text_layout.h"

namespace salvo::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// A campaign after so many seconds at 100 rows and 200 segments a second.
Progress At(double seconds) {
  Progress p;
  p.campaign = "offer.csv";
  p.elapsed_s = seconds;
  p.rows_read = static_cast<uint64_t>(seconds * 100) + 50;
  p.share_read = static_cast<double>(p.rows_read) / 10'000;
  p.counts.accepted = static_cast<uint64_t>(seconds * 100);
  p.stats.segments = static_cast<uint64_t>(seconds * 200);
  p.stats.in_flight = 7;
  return p;
}

BindStats Bind(uint32_t number) {
  BindStats bind;
  bind.account = "one";
  bind.bind = number;
  bind.role = "transceiver";
  bind.state = BindState::kBound;
  bind.window = 100;
  bind.in_flight = 12;
  bind.submitted = 12'345;
  bind.round_trip_us = 1'500;
  return bind;
}

TEST(Progress, TellsTheWholeFromTheShare) {
  Progress p;
  EXPECT_EQ(p.rows_expected(), 0u) << "not known";
  p.rows_read = 500;
  p.share_read = 0.25;
  EXPECT_EQ(p.rows_expected(), 2'000u);
  p.all_read = true;
  EXPECT_EQ(p.rows_expected(), 500u);
}

TEST(Progress, BadRowsAreDoneAndUnsentOnesAreNot) {
  Progress p;
  p.counts.accepted = 3;
  p.counts.unsent = 1;
  p.bad_rows = 2;
  EXPECT_EQ(p.rows_done(), 5u);
}

TEST(ViewLine, SaysHowFarItIs) {
  View view;
  for (double at = 0; at <= 10; at += 0.1) view.Update(At(at));
  EXPECT_EQ(view.Line(),
            "offer.csv: 999/~10,000 rows, 200 segments/s, in flight 7, accepted 999, rejected 0, "
            "retries 0, bad rows 0, binds 0/0, ETA 1 min 30 s");
}

TEST(ViewLine, HasNoEtaWhereTheEndIsNotKnown) {
  View view;
  Progress p = At(0);
  p.share_read = -1;
  view.Update(p);
  p = At(1);
  p.share_read = -1;
  view.Update(p);
  EXPECT_THAT(view.Line(), HasSubstr("100/? rows"));
  EXPECT_THAT(view.Line(), Not(HasSubstr("ETA")));
}

TEST(ViewLine, SpeaksOfOneRowInTheSingular) {
  View view;
  Progress p = At(0);
  p.rows_read = 1;
  p.all_read = true;
  view.Update(p);
  EXPECT_THAT(view.Line(), HasSubstr(": 0/1 row, "));
  EXPECT_THAT(view.Lines(Console(Style::kNoColor)).at(0), testing::EndsWith(" 0 / 1 row"));
}

TEST(ViewLine, HasNoEtaWhenEveryRowIsDone) {
  View view;
  for (const double at : {99, 100}) {
    Progress p = At(at);
    p.rows_read = p.rows_done();
    p.all_read = true;
    view.Update(p);
  }
  EXPECT_THAT(view.Line(), Not(HasSubstr("ETA")));
}

TEST(ViewLine, HasNoEtaThatIsShorterThanWhatRetriesWaitFor) {
  const auto line = [](uint64_t rows, uint64_t waiting) {
    View view;
    for (const double at : {99, 100}) {
      Progress p = At(at);
      p.rows_read = rows;
      p.all_read = true;
      p.stats.in_flight = 2;
      p.stats.retries_waiting = waiting;
      p.retry_delay_s = 30;
      view.Update(p);
    }
    return view.Line();
  };
  EXPECT_THAT(line(10'008, 0), HasSubstr(", ETA 80 ms"));
  EXPECT_THAT(line(10'008, 6), Not(HasSubstr("ETA"))) << "they and what is in flight are left";
  EXPECT_THAT(line(12'000, 6), Not(HasSubstr("ETA"))) << "20 s";
  EXPECT_THAT(line(14'000, 6), HasSubstr(", ETA 40.0 s"));
}

TEST(ViewLine, TheRateIsThatOfTheLastSeconds) {
  View view;
  for (double at = 0; at <= 10; at += 0.1) view.Update(At(at));
  Progress stalled = At(10);
  for (double at = 10; at <= 13; at += 0.1) {
    stalled.elapsed_s = at;
    view.Update(stalled);
  }
  EXPECT_EQ(view.segments_per_s(), 0);
}

TEST(ViewLine, ShowsTheTargetAndTheBindsThatAreUp) {
  View view;
  Progress p = At(0);
  p.target = 500;
  p.stats.binds = {Bind(0), Bind(1)};
  p.stats.binds[1].state = BindState::kWaiting;
  view.Update(p);
  EXPECT_THAT(view.Line(), HasSubstr("0 segments/s of 500,"));
  EXPECT_THAT(view.Line(), HasSubstr("binds 1/2"));
}

TEST(ViewLine, ShowsRetriesAndTheRateThatThrottlingLeft) {
  View view;
  Progress p = At(0);
  p.target = 500;
  p.stats.retries = 1200;
  p.stats.retries_waiting = 3;
  p.stats.accounts = {{"one", 300, 95}, {"two", 200, 0}};
  view.Update(p);
  EXPECT_THAT(view.Line(), HasSubstr("0 segments/s of 500, throttled to 95,"));
  EXPECT_THAT(view.Line(), HasSubstr("retries 1,200 (3 waiting),"));
}

TEST(ViewLines, AThrottledAccountHasALine) {
  View view;
  Progress p = At(1);
  p.stats.accounts = {{"one", 300, 95}, {"two", 200, 0}, {"three", 0, 7.5}};
  view.Update(p);
  const auto lines = view.Lines(Console(Style::kNoColor));
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[3], "  one            throttled to 95 segments/s of 300");
  EXPECT_EQ(lines[4], "  three          throttled to 7.5 segments/s");
}

TEST(ViewLines, AreTheBarTheCountsAndALineABind) {
  View view;
  for (double at = 0; at <= 50; at += 0.5) {
    Progress p = At(at);
    p.target = 250;
    p.stats.binds = {Bind(0)};
    view.Update(p);
  }
  EXPECT_THAT(view.Lines(Console(Style::kNoColor)),
              ElementsAre("offer.csv   ████████████░░░░░░░░░░░░ 5,000 / ~10,000 rows   ETA 50.0 s",
                          "  200 segments/s (target 250)   in flight 7   retries 0",
                          "  accepted 5,000   rejected 0   bad rows 0",
                          "  one/0        bound        window 12/100      rtt   1.5 ms   "
                          "sent 12,345"));
}

// What is no terminal is taken for 80 columns.
TEST(ViewLines, EveryNumberIsWholeInEightyColumns) {
  View view;
  Progress p = At(1);
  p.campaign = "campaigns/2026/december/the/offer-of-the-week.csv";
  p.target = 123'456;
  p.rows_read = 123'456'789;
  p.counts.accepted = 123'456'789;
  p.counts.rejected = 1'234'567;
  p.bad_rows = 12'345;
  p.stats.in_flight = 123'456;
  p.stats.retries = 12'345'678;
  p.stats.retries_waiting = 100'000;
  p.stats.receipts = p.stats.delivered = 123'456'789;
  p.stats.binds = {Bind(0), Bind(1)};
  p.stats.binds[0].account = "a-provider";
  p.stats.binds[0].role = "transmitter";
  p.stats.binds[0].state = BindState::kConnecting;
  p.stats.binds[0].in_flight = p.stats.binds[0].window = 1'000;
  p.stats.binds[1].submitted = 123'456'789;
  view.Update(p);
  std::string all;
  for (const std::string& line : view.Lines(Console(Style::kFull))) {
    EXPECT_LT(WidthOf(line), 80u) << line;
    all += line + "\n";
  }
  for (const char* whole : {"124,703,701 / ~", "(target 123,456)   in flight 123,456",
                            "retries 12,345,678 (100,000 waiting)", "accepted 123,456,789",
                            "rejected \x1B[31m1,234,567\x1B[0m", "bad rows \x1B[31m12,345\x1B[0m",
                            "receipts 123,456,789 delivered", "window 1000/1000", "sent 12,345\n",
                            "sent 123,456,789\n"}) {
    EXPECT_THAT(all, HasSubstr(whole));
  }
}

TEST(ViewLines, TroubleStandsOutWhereColoursAreWanted) {
  View view;
  Progress p = At(1);
  p.counts.rejected = 3;
  p.bad_rows = 2;
  view.Update(p);
  const std::string counts = view.Lines(Console(Style::kFull)).at(2);
  EXPECT_THAT(counts, HasSubstr("rejected \x1B[31m3\x1B[0m"));
  EXPECT_THAT(counts, HasSubstr("bad rows \x1B[31m2\x1B[0m"));
  EXPECT_THAT(view.Lines(Console(Style::kNoColor)).at(2), Not(HasSubstr("\x1B")));
}

TEST(ViewLines, ARoleThatIsNotTheUsualOneIsNamed) {
  View view;
  Progress p = At(1);
  p.stats.binds = {Bind(0)};
  p.stats.binds[0].role = "receiver";
  view.Update(p);
  EXPECT_THAT(view.Lines(Console(Style::kNoColor)).at(3), HasSubstr("one/0 receiver bound"));
}

TEST(ViewLines, ManyBindsAreAddedUp) {
  for (const auto& [binds, last] : {std::pair(16u, "  one/15"), std::pair(17u, "  and 1 more bind"),
                                    std::pair(40u, "  and 24 more binds")}) {
    View view;
    Progress p = At(1);
    for (uint32_t i = 0; i < binds; ++i) p.stats.binds.push_back(Bind(i));
    view.Update(p);
    EXPECT_THAT(view.Lines(Console(Style::kNoColor)).back(), testing::StartsWith(last));
  }
}

TEST(ViewLines, MoreDoneThanExpectedFillsTheBarAndNoMore) {
  View view;
  Progress p = At(1);
  p.rows_read = 10;
  p.all_read = true;
  view.Update(p);
  EXPECT_THAT(view.Lines(Console(Style::kNoColor)).at(0),
              HasSubstr("   ████████████████████████ 100 / 10 rows"));
}

TEST(ViewLine, ShowsReceiptsOnceThereAreAny) {
  View view;
  Progress p = At(1);
  view.Update(p);
  EXPECT_THAT(view.Line(), Not(HasSubstr("receipts")));
  p.stats.receipts = 60;
  p.stats.delivered = 50;
  p.counts.undelivered = 4;
  p.stats.receipts_waiting = 1'046;
  view.Update(p);
  EXPECT_THAT(view.Line(),
              HasSubstr(", receipts 50 delivered, 4 undelivered, 1,046 waiting, binds"));
  EXPECT_THAT(view.Lines(Console(Style::kNoColor)),
              testing::Contains("  receipts 50 delivered, 4 undelivered, 1,046 waiting"));
  EXPECT_THAT(view.Json(), HasSubstr("\"receipts\":60,\"delivered\":50,\"undelivered\":4,"
                                     "\"receipts_waiting\":1046,"));
}

TEST(ViewLine, WhoOnlyWaitsForReceiptsSeesThemAndTheBinds) {
  View view;
  Progress p = At(1);
  p.only_receipts = true;
  p.stats.delivered = 50;
  p.stats.receipts_waiting = 3;
  p.stats.binds = {Bind(0)};
  view.Update(p);
  EXPECT_EQ(view.Line(), "offer.csv: receipts 50 delivered, 0 undelivered, 3 waiting, binds 1/1");
  const std::vector<std::string> lines = view.Lines(Console(Style::kNoColor));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "offer.csv   receipts 50 delivered, 0 undelivered, 3 waiting");
}

TEST(ViewJson, HasTheKeysOfAStatus) {
  View view;
  Progress p = At(10);
  p.bad_rows = 1;
  p.counts.rejected = 2;
  p.counts.unknown = 3;
  p.counts.unsent = 4;
  p.stats.retries = 5;
  p.stats.retries_waiting = 6;
  p.stats.throttled = 8;
  p.stats.accounts = {{"one", 300, 95}};
  view.Update(p);
  EXPECT_EQ(view.Json(),
            R"({"message_type":"status","schema":1,"rows_done":1006,"rows_expected":10000,)"
            R"("bad_rows":1,"accepted":1000,"rejected":2,"unknown":3,"unsent":4,"in_flight":7,)"
            R"("retries":5,"retries_waiting":6,"throttled":8,"throttled_to":95.000,)"
            R"("receipts":0,"delivered":0,"undelivered":0,"receipts_waiting":0,)"
            R"("segments":2000,"segments_per_s":0.000,"elapsed_s":10.000})"
            "\n");
}

}  // namespace
}  // namespace salvo::tools

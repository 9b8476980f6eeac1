#include "tools/send/conclusion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/common/exit_code.h"

namespace salvo::tools {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// A run of ten rows, all accepted.
Conclusion AllAccepted() {
  Conclusion c;
  c.progress.rows_read = 10;
  c.progress.counts.accepted = 10;
  c.progress.all_read = true;
  return c;
}

TEST(ExitCode, IsZeroWhenAllWereAccepted) { EXPECT_EQ(AllAccepted().ExitCode(), kExitOk); }

TEST(ExitCode, SaysThatThereWasNothingToDo) {
  EXPECT_EQ(Conclusion().ExitCode(), kExitNothingToDo);
}

TEST(ExitCode, BadRowsCountAsRejected) {
  Conclusion c = AllAccepted();
  c.progress.bad_rows = 1;
  EXPECT_EQ(c.ExitCode(), kExitSomeRejected);
  c.progress.bad_rows = 0;
  c.progress.counts.rejected = 1;
  EXPECT_EQ(c.ExitCode(), kExitSomeRejected);
}

TEST(ExitCode, OfSeveralReasonsTheFirstApplies) {
  Conclusion c = AllAccepted();
  c.progress.counts.rejected = 1;
  EXPECT_EQ(c.ExitCode(), kExitSomeRejected);
  c.progress.counts.unknown = 1;
  EXPECT_EQ(c.ExitCode(), kExitUnknownHeld);
  c.progress.counts.unsent = 1;
  EXPECT_EQ(c.ExitCode(), kExitStoppedWithRest);
  c.failure.any_unreachable = true;
  EXPECT_EQ(c.ExitCode(), kExitCannotConnect);
  c.failure.any_refused = true;
  EXPECT_EQ(c.ExitCode(), kExitBindRefused);
  c.campaign_failed = true;
  EXPECT_EQ(c.ExitCode(), kExitCampaign);
  c.disk_failed = true;
  EXPECT_EQ(c.ExitCode(), kExitDisk);
}

TEST(ExitCode, ABrakeIsAStop) {
  Conclusion c = AllAccepted();
  c.progress.counts.rejected = 9;
  c.progress.counts.unsent = 1;
  c.failure.braked = true;
  EXPECT_EQ(c.ExitCode(), kExitStoppedWithRest);
}

TEST(Conclusion, TellsTheRetries) {
  Conclusion c = AllAccepted();
  EXPECT_THAT(c.Lines(), Not(Contains(HasSubstr("retries"))));
  EXPECT_THAT(c.Json(), HasSubstr("\"retries\":0,"));
  c.progress.stats.retries = 1234;
  EXPECT_THAT(c.Lines(), Contains("1,234 retries of segments that were refused before"));
  EXPECT_THAT(c.Json(), HasSubstr("\"retries\":1234,"));
}

TEST(ExitCode, AStopIsAStopThoughNothingIsLeft) {
  Conclusion c = AllAccepted();
  c.stopped = true;
  EXPECT_EQ(c.ExitCode(), kExitStoppedWithRest);
}

TEST(ExitCode, AnAccountThatFailedIsNoFailureWhenAnotherSentEverything) {
  Conclusion c = AllAccepted();
  c.failure.any_refused = true;
  c.failure.any_unreachable = true;
  EXPECT_EQ(c.ExitCode(), kExitOk);
}

TEST(ExitCode, WhoStopsIsNotToldOfRefusals) {
  Conclusion c = AllAccepted();
  c.progress.counts.unsent = 1;
  c.failure.any_refused = true;
  c.stopped = true;
  EXPECT_EQ(c.ExitCode(), kExitStoppedWithRest);
}

TEST(SummaryJson, HasTheKeysOfTheContract) {
  Conclusion c;
  c.progress.rows_read = 21;
  c.progress.bad_rows = 1;
  c.progress.elapsed_s = 5.5;
  c.progress.counts.accepted = 14;
  c.progress.counts.rejected = 3;
  c.progress.counts.unknown = 2;
  c.progress.counts.unsent = 1;
  c.progress.counts.first_submitted_ns = 1'000'000'000;
  c.progress.counts.last_answered_ns = 5'000'000'000;
  c.progress.stats.segments = 40;
  c.progress.stats.throttled = 3;
  c.progress.stats.timeouts = 2;
  c.progress.stats.receipts = 9;
  c.progress.stats.delivered = 8;
  c.progress.counts.undelivered = 1;
  c.progress.stats.receipts_waiting = 4;
  c.progress.stats.receipts_repeated = 5;
  c.progress.stats.receipts_unmatched = 6;
  c.progress.stats.receipts_probable = 7;
  c.progress.stats.accepted_without_id = 8;
  c.progress.stats.inbound = 9;
  EXPECT_EQ(c.Json(),
            R"({"message_type":"summary","schema":1,"rows":21,"bad_rows":1,"messages":20,)"
            R"("segments":40,"accepted":14,"rejected":3,"unknown":2,"unsent":1,"retries":0,)"
            R"("throttled":3,"timeouts":2,"receipts":9,"delivered":8,"undelivered":1,)"
            R"("receipts_waiting":4,"receipts_repeated":5,"receipts_unmatched":6,)"
            R"("receipts_probable":7,"accepted_without_id":8,"inbound":9,)"
            R"("elapsed_s":5.500,"segments_per_s":10.000,"exit_code":7})"
            "\n");
}

TEST(SummaryJson, NothingSentIsNoSpeed) {
  EXPECT_THAT(Conclusion().Json(), HasSubstr("\"segments_per_s\":0.000"));
}

TEST(Summary, TellsWhatAJournalCost) {
  Conclusion c = AllAccepted();
  EXPECT_THAT(c.Json(), Not(HasSubstr("journal")));
  c.journal = "spring.journal";
  c.progress.stats.journal = {200, 10'000, 4, 12'000, 7'500};
  EXPECT_THAT(c.Json(), HasSubstr(R"("journal_batches":200,"journal_octets":10000,)"
                                  R"("journal_syncs":4,"journal_sync_us":12000,)"
                                  R"("journal_longest_sync_us":7500,)"));
  EXPECT_THAT(c.Lines(), Contains("journal: 10,000 octets, in batches of 50 on average; 4 syncs "
                                  "of 3.0 ms on average, 7.5 ms at most"));
}

TEST(SummaryLines, TellWhatBecameOfTheRows) {
  Conclusion c = AllAccepted();
  c.progress.rows_read = 1'234;
  c.progress.counts.accepted = 1'230;
  c.progress.counts.rejected = 4;
  c.progress.counts.refusals = {{0x0B, 1}, {0x58, 3}};
  c.progress.elapsed_s = 2;
  c.progress.stats.segments = 2'000;
  c.progress.counts.first_submitted_ns = 1;
  c.progress.counts.last_answered_ns = 1'000'000'001;
  EXPECT_THAT(c.Lines(),
              ElementsAre("1,234 rows in 2.0 s: 1,230 accepted, 4 rejected, 0 unknown, "
                          "0 unsent, 0 bad",
                          "2,000 segments, 2,000 a second",
                          "rejected with 0x0B ESME_RINVDSTADR, invalid destination address: 1",
                          "rejected with 0x58 ESME_RTHROTTLED, sent too fast: 3",
                          "what to do about it: salvo explain 0x58"));
}

TEST(SummaryLines, ASmallSpeedHasDecimals) {
  Conclusion c = AllAccepted();
  c.progress.stats.segments = 5;
  c.progress.counts.first_submitted_ns = 1;
  c.progress.counts.last_answered_ns = 10'000'000'001;
  EXPECT_THAT(c.Lines(), Contains("5 segments, 0.5 a second"));
}

TEST(SummaryLines, SayHowToGoOnAsAShellTakesIt) {
  Conclusion c = AllAccepted();
  c.journal = "spring offer.csv.journal";
  c.progress.counts.unknown = 1;
  EXPECT_THAT(c.Lines(), Contains("go on with: salvo resume 'spring offer.csv.journal' "
                                  "--on-unknown resend  # some may get it twice"));
  c.progress.counts.unsent = 1;
  EXPECT_THAT(c.Lines(), Contains("go on with: salvo resume 'spring offer.csv.journal'"));
  c.has_too_many_bad_rows = true;
  c.max_bad_rows = 1'000;
  EXPECT_THAT(c.Lines(), Contains("go on with: salvo resume 'spring offer.csv.journal' "
                                  "--max-bad-rows 2000"));
  c.progress.stats.receipts_waiting = 1;
  EXPECT_THAT(c.Lines(),
              Contains("collect the rest with: salvo receipts 'spring offer.csv.journal'"));
}

TEST(SummaryLines, TellOfReceiptsAndHowToCollectTheRest) {
  Conclusion c = AllAccepted();
  EXPECT_THAT(c.Lines(), Not(Contains(HasSubstr("receipt"))));
  c.progress.stats.receipts = 1'002;
  c.progress.stats.delivered = 1'000;
  c.progress.counts.undelivered = 2;
  EXPECT_THAT(c.Lines(),
              Contains("receipts of segments: 1,000 delivered, 2 undelivered, 0 waiting"));
  EXPECT_THAT(c.Lines(), Not(Contains(HasSubstr("collect"))));
  c.progress.stats.receipts_waiting = 5;
  c.progress.stats.receipts_unmatched = 1;
  c.journal = "offer.csv.journal";
  EXPECT_THAT(c.Lines(), Contains("1 receipt is of no message that is known: of another campaign "
                                  "maybe"));
  EXPECT_THAT(c.Lines(), Contains("collect the rest with: salvo receipts offer.csv.journal"));
  EXPECT_EQ(c.ExitCode(), kExitOk) << "receipts that are missing are no failure of sending";
}

TEST(SummaryLines, TellWhatCameThatBelongsToNoRow) {
  Conclusion c = AllAccepted();
  c.progress.stats.inbound = 20;
  EXPECT_THAT(c.Lines(),
              Contains("20 messages came that are no receipts: acknowledged and counted, "
                       "not kept"));
  c.progress.stats.receipts_probable = 2;
  EXPECT_THAT(c.Lines(), Contains("2 receipts may be about rows whose fate is unknown"));
}

TEST(SummaryLines, TellOfSegmentsWhoseReceiptsCannotBeMatchedInsteadOfLookingForTheirCause) {
  Conclusion c = AllAccepted();
  c.progress.counts.accepted = 3;
  c.waited_for_receipts = true;
  EXPECT_THAT(c.Lines(), Contains(HasSubstr("no receipt came")));
  c.progress.stats.accepted_without_id = 3;
  EXPECT_THAT(c.Lines(), Not(Contains(HasSubstr("no receipt came"))));
  EXPECT_THAT(c.Lines(), Contains("3 segments were accepted without a message id: their receipts "
                                  "cannot be matched, unless with receipts.reference = true where "
                                  "the SMSC echoes it"));
}

TEST(SummaryLines, NameTheDoctorWhenNoBindEverCameUp) {
  Conclusion conclusion;
  conclusion.account_file = "provider.toml";
  conclusion.progress.counts.unsent = 1;
  conclusion.failure.any_unreachable = true;
  const std::string advice = "find out why with: salvo doctor --account provider.toml";
  EXPECT_THAT(conclusion.Lines(), testing::Contains(advice));
  conclusion.stopped = true;
  EXPECT_THAT(conclusion.Lines(), testing::Not(testing::Contains(advice)));
}

TEST(SummaryLines, SayWhereHelpIsWhenNoReceiptCame) {
  constexpr const char* kLine = "no receipt came: salvo explain no receipts arrive";
  Conclusion c = AllAccepted();
  EXPECT_THAT(c.Lines(), Not(Contains(kLine)));
  c.waited_for_receipts = true;
  EXPECT_THAT(c.Lines(), Contains(kLine));
  c.progress.stats.receipts = 1;
  EXPECT_THAT(c.Lines(), Not(Contains(kLine)));
}

TEST(SummaryLines, OneIsSingular) {
  Conclusion c;
  c.progress.rows_read = 1;
  c.progress.stats.segments = 1;
  c.progress.counts.unknown = 1;
  c.progress.counts.unsent = 1;
  EXPECT_THAT(c.Lines(),
              ElementsAre("1 row in 0 ms: 0 accepted, 0 rejected, 1 unknown, 1 unsent, 0 bad",
                          "1 segment, 0 a second",
                          "1 row is unknown: it left and no answer came, so it may or may not have "
                          "been taken",
                          "1 row is left"));
}

TEST(SummaryLines, SeveralArePlural) {
  Conclusion c;
  c.progress.counts.unknown = 2;
  c.progress.counts.unsent = 3'000;
  EXPECT_THAT(c.Lines(), Contains("2 rows are unknown: they left and no answer came, so they may "
                                  "or may not have been taken"));
  EXPECT_THAT(c.Lines(), Contains("3,000 rows are left"));
}

TEST(SummaryLines, SayWhereTheBadRowsAre) {
  Conclusion c = AllAccepted();
  c.rejects_path = "offer.csv.rejects.csv";
  c.first_bad_row = "line 5, column to: the number is empty";
  EXPECT_THAT(c.Lines(), Not(Contains(HasSubstr("bad rows are in"))));
  c.progress.bad_rows = 2;
  EXPECT_THAT(c.Lines(), Contains("bad rows are in 'offer.csv.rejects.csv'; the first: line 5, "
                                  "column to: the number is empty"));
}

TEST(SummaryLines, AStatusWithoutANameIsANumber) {
  Conclusion c = AllAccepted();
  c.progress.counts.refusals = {{0x9999, 1}};
  EXPECT_THAT(c.Lines(), Contains("rejected with 0x9999, a status that no version defines: 1"));
}

}  // namespace
}  // namespace salvo::tools

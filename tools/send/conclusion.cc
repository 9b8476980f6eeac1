#include "tools/send/conclusion.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "salvo/explain.h"
#include "tools/common/exit_code.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"
#include "tools/common/shell_word.h"
#include "tools/send/stray_lines.h"

namespace salvo::tools {

namespace {

std::string JournalLine(const JournalStats& journal) {
  std::string line = absl::StrFormat(
      "journal: %s octets, in batches of %s on average; %s", WithCommas(journal.octets),
      WithCommas(journal.octets / journal.batches), Counted(journal.syncs, "sync"));
  if (journal.syncs == 0) return line;
  const double mean = static_cast<double>(journal.sync_us) / static_cast<double>(journal.syncs);
  return line + absl::StrFormat(" of %.1f ms on average, %.1f ms at most", mean / 1e3,
                                static_cast<double>(journal.longest_sync_us) / 1e3);
}

double ToMicros(int64_t nanos) { return static_cast<double>(nanos) / 1e3; }

std::string LatenessLine(const Durations& lateness) {
  const auto millis = [](int64_t nanos) {
    return absl::StrFormat("%.2f ms", ToMicros(nanos) / 1e3);
  };
  return absl::StrFormat(
      "pacing: segments left %s behind an even schedule, 99 %% within %s, all within %s",
      millis(lateness.Quantile(0.5)), millis(lateness.Quantile(0.99)), millis(lateness.longest()));
}

bool HasPduLog(const LogStats& log) {
  return log.pdus_written + log.pdus_sampled_out + log.pdus_dropped > 0;
}

std::string PduLogLine(const LogStats& log) {
  std::string line = absl::StrFormat("PDU log: %s written", Counted(log.pdus_written, "PDU"));
  if (log.pdus_sampled_out > 0) {
    line += absl::StrFormat(", %s sampled out", WithCommas(log.pdus_sampled_out));
  }
  if (log.pdus_dropped > 0) {
    line += absl::StrFormat(", %s dropped because its file was too slow or failed",
                            WithCommas(log.pdus_dropped));
  }
  return line;
}

}  // namespace

int Conclusion::ExitCode() const {
  const Counts& counts = progress.counts;
  if (disk_failed) return kExitDisk;
  if (campaign_failed) return kExitCampaign;
  const bool has_rest = counts.unsent > 0 || cut_short;
  const bool stuck = has_rest && !stopped && !failure.braked;
  if (stuck && failure.any_refused) return kExitBindRefused;
  if (stuck && failure.any_unreachable) return kExitCannotConnect;
  if (has_rest || stopped || failure.braked) return kExitStoppedWithRest;
  if (counts.unknown > 0) return kExitUnknownHeld;
  if (counts.rejected > 0 || progress.bad_rows > 0) return kExitSomeRejected;
  return progress.rows_read == 0 ? kExitNothingToDo : kExitOk;
}

// From the first submission to the last answer: connecting and draining are no sending.
double Conclusion::SegmentsPerSecond() const {
  const Counts& counts = progress.counts;
  const double seconds =
      static_cast<double>(counts.last_answered_ns - counts.first_submitted_ns) / 1e9;
  return seconds > 0 ? static_cast<double>(progress.stats.segments) / seconds : 0;
}

std::string Conclusion::Json() const {
  const Counts& counts = progress.counts;
  const Stats& stats = progress.stats;
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "summary");
  line.Add("schema", 1);
  line.Add("rows", progress.rows_read);
  line.Add("bad_rows", progress.bad_rows);
  line.Add("messages", counts.done());
  line.Add("segments", stats.segments);
  line.Add("accepted", counts.accepted);
  line.Add("rejected", counts.rejected);
  line.Add("unknown", counts.unknown);
  line.Add("unsent", counts.unsent);
  line.Add("retries", stats.retries);
  line.Add("throttled", stats.throttled);
  line.Add("timeouts", stats.timeouts);
  line.Add("receipts", stats.receipts);
  line.Add("delivered", stats.delivered);
  line.Add("undelivered", counts.undelivered);
  line.Add("receipts_waiting", stats.receipts_waiting);
  line.Add("receipts_repeated", stats.receipts_repeated);
  line.Add("receipts_unmatched", stats.receipts_unmatched);
  line.Add("receipts_probable", stats.receipts_probable);
  line.Add("accepted_without_id", stats.accepted_without_id);
  line.Add("inbound", stats.inbound);
  if (stats.lateness.count() > 0) {
    line.Add("paced", stats.lateness.count());
    line.Add("late_us_p50", ToMicros(stats.lateness.Quantile(0.5)));
    line.Add("late_us_p99", ToMicros(stats.lateness.Quantile(0.99)));
    line.Add("late_us_max", ToMicros(stats.lateness.longest()));
  }
  if (!journal.empty()) {
    line.Add("journal_batches", stats.journal.batches);
    line.Add("journal_octets", stats.journal.octets);
    line.Add("journal_syncs", stats.journal.syncs);
    line.Add("journal_sync_us", stats.journal.sync_us);
    line.Add("journal_longest_sync_us", stats.journal.longest_sync_us);
  }
  if (HasPduLog(stats.log)) {
    line.Add("pdus_logged", stats.log.pdus_written);
    line.Add("pdus_sampled_out", stats.log.pdus_sampled_out);
    line.Add("pdus_dropped", stats.log.pdus_dropped);
  }
  line.Add("elapsed_s", progress.elapsed_s);
  line.Add("segments_per_s", SegmentsPerSecond());
  line.Add("exit_code", ExitCode());
  line.End();
  return text;
}

void Conclusion::AddReceiptLines(std::vector<std::string>* lines) const {
  const Stats& stats = progress.stats;
  const uint64_t told = stats.delivered + progress.counts.undelivered;
  if (stats.receipts + stats.receipts_waiting + told > 0) {
    lines->push_back(
        absl::StrFormat("receipts of segments: %s delivered, %s undelivered, %s waiting",
                        WithCommas(stats.delivered), WithCommas(progress.counts.undelivered),
                        WithCommas(stats.receipts_waiting)));
  }
  const bool none_can_be_told = stats.accepted_without_id > 0 && stats.receipts_waiting == 0;
  const bool lacks_receipts =
      waited_for_receipts && progress.counts.accepted > 0 && stats.receipts + told == 0;
  if (lacks_receipts && !none_can_be_told) {
    lines->push_back(absl::StrFormat("no receipt came: salvo explain %s",
                                     ExplainSymptom(Symptom::kNoReceipts).name));
  }
  AddStrayLines(stats, lines);
  if (stats.receipts_waiting > 0 && !journal.empty()) {
    lines->push_back(
        absl::StrFormat("collect the rest with: salvo receipts %s", ShellWord(journal)));
  }
}

std::string Conclusion::GoOnLine() const {
  const Counts& counts = progress.counts;
  const bool has_rest = counts.unsent > 0 || has_too_many_bad_rows || pipe_is_open;
  if (journal.empty() || (!has_rest && counts.unknown == 0)) return "";
  std::string line = "go on with: salvo resume " + ShellWord(journal);
  if (!has_rest) return line + " --on-unknown resend  # some may get it twice";
  if (!has_too_many_bad_rows) return line;
  return line +
         absl::StrFormat(" --max-bad-rows %d", 2 * std::max(progress.bad_rows, max_bad_rows));
}

void Conclusion::AddSendingLines(std::vector<std::string>* lines) const {
  const Counts& counts = progress.counts;
  const Stats& stats = progress.stats;
  lines->push_back(absl::StrFormat(
      "%s in %s: %s accepted, %s rejected, %s unknown, %s unsent, %s bad",
      Counted(progress.rows_read, "row"), HumanTime(progress.elapsed_s),
      WithCommas(counts.accepted), WithCommas(counts.rejected), WithCommas(counts.unknown),
      WithCommas(counts.unsent), WithCommas(progress.bad_rows)));
  lines->push_back(absl::StrFormat("%s, %s a second", Counted(stats.segments, "segment"),
                                   HumanRate(SegmentsPerSecond())));
  if (stats.retries > 0) {
    lines->push_back(absl::StrFormat("%s %s of segments that were refused before",
                                     WithCommas(stats.retries),
                                     stats.retries == 1 ? "retry" : "retries"));
  }
  if (stats.lateness.count() > 0) lines->push_back(LatenessLine(stats.lateness));
  if (!journal.empty() && stats.journal.batches > 0) lines->push_back(JournalLine(stats.journal));
  if (HasPduLog(stats.log)) lines->push_back(PduLogLine(stats.log));
}

void Conclusion::AddRefusalLines(std::vector<std::string>* lines) const {
  const auto& refusals = progress.counts.refusals;
  if (refusals.empty()) return;
  for (const auto& [status, count] : refusals) {
    const std::string_view name = CommandStatusName(status);
    lines->push_back(absl::StrFormat("rejected with 0x%02X%s%s, %s: %s", status,
                                     name.empty() ? "" : " ", name, ExplainStatus(status).title,
                                     WithCommas(count)));
  }
  const auto most =
      std::max_element(refusals.begin(), refusals.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  lines->push_back(absl::StrFormat("what to do about it: salvo explain 0x%02X", most->first));
}

void Conclusion::AddOpenLines(std::vector<std::string>* lines) const {
  const Counts& counts = progress.counts;
  if (progress.bad_rows > 0) {
    lines->push_back(
        absl::StrFormat("bad rows are in '%s'; the first: %s", rejects_path, first_bad_row));
  }
  if (has_older_rejects) {
    lines->push_back(absl::StrFormat("the bad rows in '%s' are of an earlier run", rejects_path));
  }
  if (counts.unknown == 1) {
    lines->push_back(
        "1 row is unknown: it left and no answer came, so it may or may not have been taken");
  } else if (counts.unknown > 1) {
    lines->push_back(absl::StrFormat(
        "%s rows are unknown: they left and no answer came, so they may or may not have been taken",
        WithCommas(counts.unknown)));
  }
  if (counts.unsent > 0) {
    lines->push_back(absl::StrFormat("%s %s left", Counted(counts.unsent, "row"),
                                     counts.unsent == 1 ? "is" : "are"));
  }
}

std::vector<std::string> Conclusion::Lines() const {
  std::vector<std::string> lines;
  AddSendingLines(&lines);
  AddRefusalLines(&lines);
  AddOpenLines(&lines);
  AddReceiptLines(&lines);
  if (pipe_is_open) {
    lines.push_back("the pipe had not ended: what it still had to bring was not read");
  }
  if (broke_off) {
    lines.push_back(
        "the pipe had not ended when it was read: these are the rows that it had brought");
  }
  if (goes_on && progress.stats.messages == 0 && progress.counts.unsent == 0) {
    lines.push_back("nothing is left to send");
  }
  if (const int code = ExitCode(); code == kExitCannotConnect || code == kExitBindRefused) {
    lines.push_back("find out why with: salvo doctor --account " + ShellWord(account_file));
  }
  if (std::string line = GoOnLine(); !line.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace salvo::tools

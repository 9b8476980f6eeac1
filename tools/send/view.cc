#include "tools/send/view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"
#include "tools/send/text_layout.h"

namespace salvo::tools {
namespace {

// Rates are those of so many seconds.
constexpr double kRateSeconds = 2;
// Binds that the live view shows; the rest is added up.
constexpr size_t kMostBindLines = 16;
constexpr size_t kBarCells = 24;

std::string Bar(double share) {
  const auto filled = static_cast<size_t>(std::clamp(share, 0.0, 1.0) * kBarCells);
  std::string bar;
  for (size_t i = 0; i < kBarCells; ++i) bar += i < filled ? "█" : "░";
  return bar;
}

// For a terminal of 80 columns, up to a thousand million segments.
std::vector<std::string> BindItems(const BindStats& bind) {
  const std::string name = absl::StrFormat("%s/%d", bind.account, bind.bind);
  const std::string role = bind.role == "transceiver" ? "" : " " + bind.role;
  const std::string window = absl::StrFormat("%d/%d", bind.in_flight, bind.window);
  const std::string round_trip = HumanTime(static_cast<double>(bind.round_trip_us) / 1e6);
  return {absl::StrFormat("%-12s %-10s", name + role, NameOf(bind.state)),
          absl::StrFormat("window %-9s", window), absl::StrFormat("rtt %8s", round_trip),
          "sent " + WithCommas(bind.submitted)};
}

std::string ThrottleLine(const AccountStats& account) {
  const std::string of =
      account.rate > 0 ? absl::StrFormat(" of %s", HumanRate(account.rate)) : std::string();
  return absl::StrFormat("  %-14s throttled to %s segments/s%s", account.account,
                         HumanRate(account.throttled_to), of);
}

// What the throttled accounts may send together; 0 when none is.
double ThrottledTo(const Stats& stats) {
  double sum = 0;
  for (const AccountStats& account : stats.accounts) sum += account.throttled_to;
  return sum;
}

}  // namespace

uint64_t Progress::rows_expected() const {
  if (all_read) return rows_read;
  if (share_read <= 0) return 0;
  return static_cast<uint64_t>(std::llround(static_cast<double>(rows_read) / share_read));
}

void View::Update(Progress progress) {
  progress_ = std::move(progress);
  samples_.push_back({progress_.elapsed_s, progress_.stats.segments, progress_.rows_done()});
  while (samples_.size() > 2 && samples_[1].at_s <= progress_.elapsed_s - kRateSeconds) {
    samples_.pop_front();
  }
  const Sample& first = samples_.front();
  const Sample& last = samples_.back();
  const double seconds = last.at_s - first.at_s;
  if (seconds <= 0) return;
  // What never left is taken back.
  const uint64_t segments = last.segments - std::min(first.segments, last.segments);
  segments_per_s_ = static_cast<double>(segments) / seconds;
  rows_per_s_ = static_cast<double>(last.rows - first.rows) / seconds;
}

double View::SecondsLeft() const {
  const uint64_t expected = progress_.rows_expected();
  if (expected == 0 || rows_per_s_ <= 0) return -1;
  const uint64_t done = std::min(progress_.rows_done(), expected);
  if (done == expected) return -1;
  const uint64_t rows = expected - done;
  const double seconds = static_cast<double>(rows) / rows_per_s_;
  const Stats& stats = progress_.stats;
  if (stats.retries_waiting == 0) return seconds;
  // Rates tell nothing of how long those will wait.
  const bool only_they_are_left = rows <= stats.retries_waiting + stats.in_flight;
  return only_they_are_left || seconds < progress_.retry_delay_s ? -1 : seconds;
}

std::string View::TotalRows() const {
  const uint64_t expected = progress_.rows_expected();
  if (expected == 0) return "? rows";
  return absl::StrCat(progress_.all_read ? "" : "~", Counted(expected, "row"));
}

std::string View::Retries() const {
  const Stats& stats = progress_.stats;
  std::string text = WithCommas(stats.retries);
  if (stats.retries_waiting > 0) text += " (" + WithCommas(stats.retries_waiting) + " waiting)";
  return text;
}

std::string View::Receipts() const {
  const Stats& stats = progress_.stats;
  if (stats.receipts == 0 && stats.receipts_waiting == 0) return "";
  return absl::StrFormat("receipts %s delivered, %s undelivered, %s waiting",
                         WithCommas(stats.delivered), WithCommas(progress_.counts.undelivered),
                         WithCommas(stats.receipts_waiting));
}

// How far it is, how fast, and what became of it.
std::vector<View::Group> View::Groups(const Console& console) const {
  const Progress& p = progress_;
  const std::string name = console.Strong(p.campaign);
  if (p.only_receipts) return {{"", {name, Receipts()}}};
  const auto bad = [&](uint64_t count) {
    return count > 0 ? console.Bad(WithCommas(count)) : std::string("0");
  };
  const uint64_t expected = p.rows_expected();
  const double share =
      expected == 0 ? 0 : static_cast<double>(p.rows_done()) / static_cast<double>(expected);
  Group far = {
      "",
      {name, absl::StrFormat("%s %s / %s", Bar(share), WithCommas(p.rows_done()), TotalRows())}};
  const double left = SecondsLeft();
  if (left >= 0) far.items.push_back("ETA " + HumanTime(left));
  const std::string target =
      p.target > 0 ? "target " + HumanRate(p.target) : std::string("no limit");
  Group fast = {
      "  ",
      {absl::StrFormat("%s segments/s (%s)", console.Strong(HumanRate(segments_per_s_)), target),
       "in flight " + WithCommas(p.stats.in_flight), "retries " + Retries()}};
  Group became = {"  ",
                  {"accepted " + WithCommas(p.counts.accepted),
                   "rejected " + bad(p.counts.rejected), "bad rows " + bad(p.bad_rows)}};
  std::vector<Group> groups = {std::move(far), std::move(fast), std::move(became)};
  if (std::string receipts = Receipts(); !receipts.empty()) {
    groups.push_back({"  ", {std::move(receipts)}});
  }
  for (const AccountStats& account : p.stats.accounts) {
    if (account.throttled_to > 0) groups.push_back({"", {console.Bad(ThrottleLine(account))}});
  }
  return groups;
}

void View::AddBinds(std::vector<Group>* groups) const {
  const std::vector<BindStats>& binds = progress_.stats.binds;
  for (size_t i = 0; i < std::min(binds.size(), kMostBindLines); ++i) {
    groups->push_back({"  ", BindItems(binds[i])});
  }
  if (binds.size() > kMostBindLines) {
    groups->push_back({"  ", {"and " + Counted(binds.size() - kMostBindLines, "more bind")}});
  }
}

std::vector<std::string> View::Lines(const Console& console) const {
  std::vector<Group> groups = Groups(console);
  AddBinds(&groups);
  std::vector<std::string> lines;
  for (const Group& group : groups) {
    for (std::string& line : Pack(group.indent, group.items, console.columns())) {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

std::string View::Line() const {
  const Progress& p = progress_;
  const double left = SecondsLeft();
  const double throttled_to = ThrottledTo(p.stats);
  const auto bound = static_cast<size_t>(
      std::count_if(p.stats.binds.begin(), p.stats.binds.end(),
                    [](const BindStats& b) { return b.state == BindState::kBound; }));
  const std::string receipts = Receipts().empty() ? "" : Receipts() + ", ";
  if (p.only_receipts) {
    return absl::StrFormat("%s: %sbinds %d/%d", p.campaign, receipts, bound, p.stats.binds.size());
  }
  return absl::StrFormat(
      "%s: %s/%s, %s segments/s%s%s, in flight %s, accepted %s, rejected %s, retries %s, "
      "bad rows %s, %sbinds %d/%d%s",
      p.campaign, WithCommas(p.rows_done()), TotalRows(), HumanRate(segments_per_s_),
      p.target > 0 ? " of " + HumanRate(p.target) : std::string(),
      throttled_to > 0 ? ", throttled to " + HumanRate(throttled_to) : std::string(),
      WithCommas(p.stats.in_flight), WithCommas(p.counts.accepted), WithCommas(p.counts.rejected),
      Retries(), WithCommas(p.bad_rows), receipts, bound, p.stats.binds.size(),
      left < 0 ? std::string() : ", ETA " + HumanTime(left));
}

std::string View::Json() const {
  const Progress& p = progress_;
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "status");
  line.Add("schema", 1);
  line.Add("rows_done", p.rows_done());
  line.Add("rows_expected", p.rows_expected());
  line.Add("bad_rows", p.bad_rows);
  line.Add("accepted", p.counts.accepted);
  line.Add("rejected", p.counts.rejected);
  line.Add("unknown", p.counts.unknown);
  line.Add("unsent", p.counts.unsent);
  line.Add("in_flight", p.stats.in_flight);
  line.Add("retries", p.stats.retries);
  line.Add("retries_waiting", p.stats.retries_waiting);
  line.Add("throttled", p.stats.throttled);
  line.Add("throttled_to", ThrottledTo(p.stats));
  line.Add("receipts", p.stats.receipts);
  line.Add("delivered", p.stats.delivered);
  line.Add("undelivered", p.counts.undelivered);
  line.Add("receipts_waiting", p.stats.receipts_waiting);
  line.Add("segments", p.stats.segments);
  line.Add("segments_per_s", segments_per_s_);
  line.Add("elapsed_s", p.elapsed_s);
  line.End();
  return text;
}

}  // namespace salvo::tools

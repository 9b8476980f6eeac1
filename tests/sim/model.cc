#include "tests/sim/model.h"

#include <algorithm>

#include "tests/sim/findings.h"

#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

std::string Words(std::initializer_list<std::string> words) {
  std::string text;
  for (const std::string& word : words) text += word;
  return text;
}

bool IsSettled(Result result) { return result == Result::kAccepted || result == Result::kRejected; }

}  // namespace

Model::Model(Promised promised) : promised_(std::move(promised)) {}

void Model::Find(const std::string& what) {
  uint32_t& found = found_[what.substr(0, what.find(':'))];
  if (++found <= kMostFindings) findings_.push_back(what);
}

void Model::OnSenderStarts(Nanos now, const std::set<uint64_t>& sent_again) {
  starts_.push_back(now);
  told_in_this_run_.clear();
  sent_again_.insert(sent_again.begin(), sent_again.end());
}

void Model::OnSenderDies(bool unsynced_lost) {
  ++deaths_;
  forgot_ = forgot_ || unsynced_lost;
}

void Model::OnOutcome(const Outcome& outcome) {
  Outcome kept = outcome;
  kept.to = {};
  kept.detail = {};
  if (!told_in_this_run_.insert(outcome.key).second) {
    Find("P2: a second outcome in one run" + Of(outcome.key));
  }
  const auto [known, is_new] = outcomes_.emplace(outcome.key, kept);
  const bool contradicts =
      IsSettled(known->second.result) &&
      (kept.result != known->second.result || kept.message_ids != ids_[outcome.key]);
  if (!is_new && contradicts && !forgot_) {
    Find(Words({"P2: shown as ", std::string(NameOf(known->second.result)), " and later as ",
                std::string(NameOf(kept.result)), Of(outcome.key)}));
  }
  // Of a message of several segments those that were unknown may have been taken since, while
  // others are still to be sent.
  const bool went_on = kept.segments > 1 && kept.message_ids.size() > ids_[outcome.key].size();
  if (!is_new && !IsSettled(kept.result) && known->second.result == Result::kUnknown &&
      kept.result != Result::kUnknown && !went_on && !forgot_) {
    Find("P2: unknown, and later unsent" + Of(outcome.key));
  }
  ids_[outcome.key] = outcome.message_ids;
  kept.message_ids = ids_[outcome.key];
  known->second = kept;
}

// Takes out what was answered and what nobody waits for any more.
void Model::Settle(Session& session) {
  bool answered = false;
  const SimDirection& from_smsc = session.pipe->direction[1];
  const uint64_t read = std::min(from_smsc.consumed, from_smsc.legible);
  while (!session.answers.empty() && session.answers.front().first <= read) {
    session.outstanding.erase(session.answers.front().second);
    session.answers.pop_front();
    answered = true;
  }
  if (!answered) return;
  // The peer is alive: what was overdue when the answers were read does not count any more.
  std::erase_if(session.outstanding, [&](const auto& entry) {
    const Nanos due = entry.second.released + promised_.response_timeout;
    const bool overdue = due <= from_smsc.consumed_at;
    if (overdue) unanswered_.insert(entry.second.key);
    return overdue;
  });
}

void Model::OnSubmit(SimPipe& pipe, uint32_t sequence, uint64_t key, Nanos released) {
  Session& session = sessions_[pipe.number];
  session.pipe = pipe.shared_from_this();
  Settle(session);
  released_.push_back(released);
  session.outstanding[sequence] = {key, released};
  if (session.outstanding.size() > promised_.window) {
    Find(Words({"P6: ", std::to_string(session.outstanding.size()), " outstanding in a window of ",
                std::to_string(promised_.window)}));
  }
}

void Model::OnAnswer(SimPipe& pipe, uint32_t sequence, uint64_t end) {
  sessions_[pipe.number].pipe = pipe.shared_from_this();
  sessions_[pipe.number].answers.emplace_back(end, sequence);
}

// A bucket for each rate; a new process begins with a token more than the old one had left.
void Model::JudgeRates() {
  std::sort(released_.begin(), released_.end());
  for (const double rate : promised_.rates) {
    const double burst = std::max(1.0, rate * 0.01);
    double level = 0;
    Nanos last = 0;
    size_t start = 0;
    for (const Nanos at : released_) {
      for (; start < starts_.size() && starts_[start] <= at; ++start)
        level = std::min(burst, level + 1);
      level = std::min(burst, level + rate * static_cast<double>(at - last) / 1e9) - 1;
      last = at;
      if (level >= -1e-3) continue;
      Find(Words({"P5: more than ", std::to_string(rate), " a second and a burst of ",
                  std::to_string(burst)}));
      return;
    }
  }
}

void Model::JudgeSubmissions(uint64_t key, const Submissions& submissions) {
  // Forgotten, or sent again because that was asked for.
  if (forgot_ || sent_again_.contains(key)) return;
  for (const auto& [segment, lines] : submissions.by_segment) {
    for (size_t i = 0; i + 1 < lines.size(); ++i) {
      const uint32_t status = lines[i]->status;
      if (status == 0) Find("P3: submitted again although it was taken" + Of(key));
      if (status != 0 && !IsRetried(RuleFor(promised_.retry, status).status_class)) {
        Find("P3: submitted again after a final refusal" + Of(key));
      }
    }
  }
}

void Model::JudgeOutcome(uint64_t key, const Outcome& outcome, const Submissions& submissions) {
  const bool accepted = outcome.result == Result::kAccepted;
  const size_t taken = submissions.ids.size();
  if (accepted && (forgot_ || sent_again_.contains(key) ? taken < outcome.segments
                                                        : taken != outcome.segments)) {
    Find(Words({"P1: accepted, and ", std::to_string(taken), " of its ",
                std::to_string(outcome.segments), " segments were taken", Of(key)}));
  }
  const std::multiset<std::string> ids = SplitIds(outcome.message_ids);
  if (!std::includes(submissions.ids.begin(), submissions.ids.end(), ids.begin(), ids.end())) {
    Find("P2: a message id that the SMSC never gave" + Of(key));
  }
  if ((outcome.command_status != 0) != (outcome.result == Result::kRejected)) {
    Find("P2: a status without a rejection, or none with one" + Of(key));
  }
  if (outcome.result == Result::kRejected) {
    bool refused = false;
    for (const auto& [segment, lines] : submissions.by_segment) {
      for (const LedgerLine* line : lines)
        refused = refused || line->status == outcome.command_status;
    }
    if (!refused) Find("P2: rejected with a status that the SMSC never gave" + Of(key));
  }
  if (outcome.result == Result::kUnsent && outcome.message_ids.empty() && taken > 0 && !forgot_) {
    Find("P2: unsent, and taken" + Of(key));
  }
  // Of the others something may have been lost on its way there.
  const bool is_exact = accepted || outcome.result == Result::kUnsent;
  const bool counted = outcome.attempts == submissions.attempts ||
                       (!is_exact && outcome.attempts > submissions.attempts);
  if (!counted && !forgot_ && !sent_again_.contains(key)) {
    Find(Words({"P3: ", std::to_string(outcome.attempts), " attempts, of which the SMSC saw ",
                std::to_string(submissions.attempts), Of(key)}));
  }
}

// Whoever is unknown has a segment that left and was not answered; more of them only as many as a
// window holds, where a process died or its journal failed with them.
void Model::JudgeUnknown() {
  for (auto& [number, session] : sessions_) {
    Settle(session);
    for (const auto& [sequence, submission] : session.outstanding) {
      unanswered_.insert(submission.key);
    }
  }
  uint64_t unexplained = 0;
  for (const auto& [key, outcome] : outcomes_) {
    if (outcome.result == Result::kUnknown && !unanswered_.contains(key)) ++unexplained;
  }
  const uint64_t windows = uint64_t{promised_.binds} * promised_.window;
  if (unexplained > (deaths_ + journal_failures_) * windows && !forgot_) {
    Find(Words({"P4: ", std::to_string(unexplained), " unknown that were answered or never left"}));
  }
}

std::vector<std::string> Model::Judge(const std::vector<LedgerLine>& ledger, bool finished) {
  std::map<uint64_t, Submissions> by_key;
  for (const LedgerLine& line : ledger) {
    Submissions& submissions = by_key[std::stoull(line.dest) - kFirstNumber];
    auto& lines = submissions.by_segment[line.message_hex];
    lines.push_back(&line);
    submissions.attempts = std::max(submissions.attempts, lines.size());
    if (line.status == 0) submissions.ids.insert(line.message_id);
  }
  JudgeRates();
  JudgeUnknown();
  for (const auto& [key, submissions] : by_key) JudgeSubmissions(key, submissions);
  for (const auto& [key, outcome] : outcomes_) JudgeOutcome(key, outcome, by_key[key]);
  if (!finished) {
    Find("P8: the campaign never ended");
  } else if (outcomes_.size() != promised_.messages) {
    Find(Words({"P1: ", std::to_string(outcomes_.size()), " outcomes of ",
                std::to_string(promised_.messages), " messages"}));
  }
  return std::move(findings_);
}

}  // namespace salvo::test

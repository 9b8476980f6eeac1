#include "tools/bench/runs/load.h"

#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "tools/bench/runs/messages.h"
#include "tools/bench/runs/sending.h"
#include "tools/common/exit_code.h"

namespace salvo::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

Clock::duration Seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

int64_t WallNow() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<nanoseconds>(since).count();
}

Source SourceFor(const Load& load) {
  return {load.to, std::string(load.setting.text_octets, 'x'), load.most_messages};
}

Latency Summarize(const Durations& durations) {
  Latency latency;
  latency.p50 = durations.Quantile(0.5);
  latency.p90 = durations.Quantile(0.9);
  latency.p99 = durations.Quantile(0.99);
  latency.p999 = durations.Quantile(0.999);
  latency.longest = durations.longest();
  latency.messages = durations.count();
  return latency;
}

uint64_t DueBefore(const Load& load, const Schedule& schedule, double seconds) {
  const uint64_t due = schedule.DueBefore(nanoseconds(Seconds(seconds)).count());
  return load.most_messages == 0 ? due : std::min(due, load.most_messages);
}

bool AllGoInTheWarmUp(const Load& load, const Schedule& schedule) {
  return load.most_messages > 0 && DueBefore(load, schedule, load.warm_up_s) == load.most_messages;
}

// Of what was due while it was measured. One message may always be under way.
double ShareCarried(const Load& load, const Schedule& schedule, const Sample& sample) {
  const uint64_t due = DueBefore(load, schedule, load.warm_up_s + load.time_s) -
                       DueBefore(load, schedule, load.warm_up_s);
  // A sender that is behind gets more time.
  const double wanted = static_cast<double>(due) * std::max(1.0, sample.seconds / load.time_s);
  const double settled = sample.messages_per_s * sample.seconds;
  return settled + 1 >= wanted ? 1 : settled / wanted;
}

// Hands messages on when they are due.
class Pacer {
 public:
  // All are unowned. The schedule begins at `start`.
  Pacer(const Load& load, const Schedule& schedule, Clock::time_point start, Source* source,
        Sending* sending)
      : schedule_(schedule),
        start_(start),
        most_(load.most_messages == 0 ? UINT64_MAX : load.most_messages),
        source_(*source),
        sending_(*sending) {
    // The kernel wakes sleepers up to 50 us late otherwise, to save power.
    prctl(PR_SET_TIMERSLACK, 1);
  }

  // Those that are due before `end`, a time after the start, as far as they are not so late that
  // all takes twice as long. False when it should not go on.
  bool Until(Clock::duration end) {
    for (; Clock::now() < start_ + 2 * end; ++next_group_) {
      const nanoseconds due(schedule_.GroupDue(next_group_));
      const uint64_t first = next_group_ * schedule_.group();
      if (first >= most_ || !sending_.MayGoOn()) return false;
      if (due >= end) return true;
      std::this_thread::sleep_until(start_ + due);
      lags_.Add((Clock::now() - start_ - due).count());
      if (!HandOn(source_.Some(first, std::min(schedule_.group(), most_ - first)))) return false;
    }
    return true;
  }

  const Durations& lags() const { return lags_; }

 private:
  bool HandOn(std::unique_ptr<MessageBatch> batch) {
    // A sender that is behind has no processor time to give away.
    constexpr auto kPause = std::chrono::microseconds(200);
    while (!sending_.engine().TrySubmit(std::move(batch)).ok()) {
      if (!sending_.MayGoOn()) return false;
      std::this_thread::sleep_for(kPause);
    }
    return true;
  }

  const Schedule& schedule_;
  const Clock::time_point start_;
  const uint64_t most_;
  Source& source_;
  Sending& sending_;
  uint64_t next_group_ = 0;
  Durations lags_;
};

}  // namespace

Sample RunFull(const Load& load) {
  Sample sample;
  Source source = SourceFor(load);
  Counter counter;
  Sending sending(load, &counter, &sample);
  if (!sending.Start()) return sample;
  const uint32_t shards = load.setting.shards;
  for (uint32_t i = 0; i < shards; ++i) {
    const Status status = sending.engine().Submit(source.Endless(i, shards));
    if (!status.ok()) sample.Fail(tools::kExitOther, status.message());
  }
  sending.WaitUntil(Clock::now() + Seconds(load.warm_up_s));
  sending.BeginMeasuring();
  sending.WaitUntil(Clock::now() + Seconds(load.time_s));
  sending.EndMeasuring();
  source.Stop();
  sending.Finish();
  return sample;
}

Sample RunPaced(const Load& load, double per_second) {
  Sample sample;
  sample.offered_per_s = per_second;
  Source source = SourceFor(load);
  const Clock::duration warm_up = Seconds(load.warm_up_s);
  const Clock::duration end = warm_up + Seconds(load.time_s);
  if (AllGoInTheWarmUp(load, Schedule(per_second, 0))) {
    sample.Fail(
        tools::kExitUsage,
        "all messages are due in the warm-up: give more --messages, or a shorter --warm-up");
    return sample;
  }
  LatencyCounter counter;
  Sending sending(load, &counter, &sample);
  if (!sending.Start()) return sample;
  const Schedule schedule(per_second, WallNow());
  const Clock::time_point start = Clock::now();
  counter.Begin(schedule, schedule.DueAt(0) + nanoseconds(warm_up).count());
  Pacer pacer(load, schedule, start, &source, &sending);
  pacer.Until(warm_up);
  sending.BeginMeasuring();
  pacer.Until(end);
  sending.WaitUntil(start + end);
  sending.EndMeasuring();
  sending.Finish();
  sample.carried = ShareCarried(load, schedule, sample);
  sample.latency = Summarize(counter.latencies());
  sample.lag_p99 = pacer.lags().Quantile(0.99);
  return sample;
}

}  // namespace salvo::bench

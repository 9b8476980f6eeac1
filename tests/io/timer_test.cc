#include "io/timer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/random.h"

namespace salvo::io {
namespace {

using test::Random;

TEST(Timer, FiresOnceWhenItsDeadlineHasCome) {
  TimerQueue queue;
  int fired = 0;
  Timer timer(queue, [&] { ++fired; });
  timer.Set(100);
  EXPECT_EQ(queue.NextDeadline(), 100);
  queue.RunDue(99);
  EXPECT_EQ(fired, 0);
  queue.RunDue(100);
  EXPECT_EQ(fired, 1);
  EXPECT_EQ(timer.deadline(), kNever);
  EXPECT_EQ(queue.NextDeadline(), kNever);
  queue.RunDue(1000);
  EXPECT_EQ(fired, 1);
}

TEST(Timer, IsNotArmedAtFirst) {
  TimerQueue queue;
  Timer timer(queue, [] { FAIL(); });
  EXPECT_EQ(timer.deadline(), kNever);
  EXPECT_EQ(queue.NextDeadline(), kNever);
  queue.RunDue(kNever - 1);
}

TEST(Timer, TheEarliestFiresFirst) {
  TimerQueue queue;
  std::vector<int> order;
  std::vector<std::unique_ptr<Timer>> timers;
  for (const int deadline : {30, 10, 50, 20, 40}) {
    timers.push_back(std::make_unique<Timer>(queue, [&, deadline] { order.push_back(deadline); }));
    timers.back()->Set(deadline);
  }
  queue.RunDue(45);
  EXPECT_EQ(order, (std::vector<int>{10, 20, 30, 40}));
  EXPECT_EQ(queue.NextDeadline(), 50);
}

TEST(Timer, CancelDisarms) {
  TimerQueue queue;
  Timer timer(queue, [] { FAIL(); });
  timer.Set(10);
  timer.Cancel();
  EXPECT_EQ(queue.NextDeadline(), kNever);
  queue.RunDue(100);
  timer.Cancel();
}

TEST(Timer, SetMovesTheDeadlineBothWays) {
  TimerQueue queue;
  int fired = 0;
  Timer timer(queue, [&] { ++fired; });
  timer.Set(10);
  timer.Set(50);
  queue.RunDue(49);
  EXPECT_EQ(fired, 0);
  timer.Set(20);
  queue.RunDue(20);
  EXPECT_EQ(fired, 1);
}

TEST(Timer, SetFromItsOwnCallbackFiresAgain) {
  TimerQueue queue;
  int fired = 0;
  Timer* self = nullptr;
  Timer timer(queue, [&] {
    ++fired;
    self->Set(fired * 10);
  });
  self = &timer;
  timer.Set(1);
  queue.RunDue(5);
  EXPECT_EQ(fired, 1);
  EXPECT_EQ(queue.NextDeadline(), 10);
  queue.RunDue(10);
  EXPECT_EQ(fired, 2);
}

TEST(Timer, SetIntoThePastByACallbackRunsAtTheNextCall) {
  TimerQueue queue;
  int fired = 0;
  Timer* self = nullptr;
  Timer timer(queue, [&] {
    ++fired;
    self->Set(0);
  });
  self = &timer;
  timer.Set(1);
  queue.RunDue(5);
  EXPECT_EQ(fired, 1);
  queue.RunDue(5);
  EXPECT_EQ(fired, 2);
}

TEST(Timer, ACallbackCancelsAnotherThatIsDue) {
  TimerQueue queue;
  Timer second(queue, [] { FAIL(); });
  Timer first(queue, [&] { second.Cancel(); });
  first.Set(1);
  second.Set(2);
  queue.RunDue(10);
  EXPECT_EQ(queue.NextDeadline(), kNever);
}

TEST(Timer, ACallbackMovesAnotherThatIsDue) {
  TimerQueue queue;
  int fired = 0;
  Timer second(queue, [&] { ++fired; });
  Timer first(queue, [&] { second.Set(20); });
  first.Set(1);
  second.Set(2);
  queue.RunDue(10);
  EXPECT_EQ(fired, 0);
  queue.RunDue(20);
  EXPECT_EQ(fired, 1);
}

TEST(Timer, ACallbackDestroysAnotherThatIsDue) {
  TimerQueue queue;
  std::optional<Timer> second;
  second.emplace(queue, [] { FAIL(); });
  Timer first(queue, [&] { second.reset(); });
  first.Set(1);
  second->Set(2);
  queue.RunDue(10);
  EXPECT_FALSE(second.has_value());
}

TEST(Timer, ACallbackMayDestroyItsOwnTimerAndStillUseWhatItCaptured) {
  TimerQueue queue;
  std::string said;
  auto timer = std::make_unique<std::optional<Timer>>();
  // Too big for a std::function to keep inside itself.
  const std::string captured =
      "a text that is longer than a small string may be, and kept by value";
  timer->emplace(queue, [&said, &timer, captured] {
    timer.reset();
    said = captured;
  });
  (*timer)->Set(1);
  queue.RunDue(1);
  EXPECT_EQ(said, captured);
  EXPECT_EQ(queue.NextDeadline(), kNever);
}

TEST(Timer, DestroyingAnArmedTimerLeavesTheOthers) {
  TimerQueue queue;
  int fired = 0;
  std::vector<std::unique_ptr<Timer>> timers;
  for (int i = 0; i < 10; ++i) {
    timers.push_back(std::make_unique<Timer>(queue, [&] { ++fired; }));
    timers.back()->Set(100 - i);
  }
  timers.erase(timers.begin() + 3, timers.begin() + 7);
  queue.RunDue(1000);
  EXPECT_EQ(fired, 6);
}

// The queue against a plain map, under random use also from within callbacks.
class RandomTimers {
 public:
  explicit RandomTimers(uint64_t seed) : random_(seed) {
    for (size_t i = 0; i < kTimers; ++i) Make(i);
  }

  void Run() {
    Nanos now = 0;
    for (int step = 0; step < 2000; ++step) {
      DoSomething(now);
      if (random_.Chance(0.3)) {
        now += random_.Between(0, 30);
        RunDue(now);
      }
      ASSERT_EQ(queue_.NextDeadline(), Earliest());
    }
  }

 private:
  static constexpr size_t kTimers = 24;

  void Make(size_t i) {
    timers_[i] = std::make_unique<Timer>(queue_, [this, i] { OnFired(i); });
  }

  Nanos Earliest() const {
    Nanos earliest = kNever;
    for (const auto& [i, deadline] : armed_) earliest = std::min(earliest, deadline);
    return earliest;
  }

  void DoSomething(Nanos now) {
    const size_t i = random_.Below(kTimers);
    const bool destroyed = timers_[i] == nullptr;
    switch (destroyed ? 3 : random_.Below(4)) {
      case 0:
      case 1: {
        const Nanos deadline = now + random_.Between(-5, 100);
        timers_[i]->Set(deadline);
        armed_[i] = deadline;
        break;
      }
      case 2:
        timers_[i]->Cancel();
        armed_.erase(i);
        break;
      default:
        timers_[i] = nullptr;
        armed_.erase(i);
        Make(i);
    }
  }

  void RunDue(Nanos now) {
    now_ = now;
    last_ = INT64_MIN;
    queue_.RunDue(now);
    // Whatever was due and still is was set during the call.
    for (const auto& [i, deadline] : armed_) {
      EXPECT_TRUE(deadline > now || set_while_running_.contains(i)) << i;
    }
    set_while_running_.clear();
  }

  void OnFired(size_t i) {
    ASSERT_TRUE(armed_.contains(i));
    const Nanos deadline = armed_[i];
    armed_.erase(i);
    EXPECT_LE(deadline, now_);
    EXPECT_GE(deadline, last_);
    EXPECT_EQ(timers_[i]->deadline(), kNever);
    last_ = deadline;
    const auto before = armed_;
    if (random_.Chance(0.5)) DoSomething(now_);
    for (const auto& [j, set] : armed_) {
      const auto old = before.find(j);
      if (old == before.end() || old->second != set) set_while_running_[j] = set;
    }
  }

  Random random_;
  TimerQueue queue_;
  std::array<std::unique_ptr<Timer>, kTimers> timers_;
  std::map<size_t, Nanos> armed_;
  std::map<size_t, Nanos> set_while_running_;
  Nanos now_ = 0;
  Nanos last_ = 0;
};

TEST(Timer, BehavesAsAPlainMapUnderRandomUse) {
  for (uint64_t i = 0; i < 100; ++i) {
    const uint64_t seed = test::TestSeed() * 100 + i;
    SCOPED_TRACE(seed);
    RandomTimers(seed).Run();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace salvo::io

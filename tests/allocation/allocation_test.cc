// Goal: no allocation per message once the engine is warm.
// Method: a program of its own whose operator new counts by thread. A batch is asked for its
// messages on the shard's thread, so it can read that thread's count.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <new>

#include "salvo/engine.h"
#include "tests/support/live_smsc.h"
#include "tests/support/temp_dir.h"

namespace {

thread_local uint64_t allocations = 0;

void* Count(std::size_t size) {
  ++allocations;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return Count(size); }
void* operator new[](std::size_t size) { return Count(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace salvo {
namespace {

constexpr uint64_t kWarmUp = 50'000;
constexpr uint64_t kMeasured = 200'000;

// Messages without end, made without allocating.
class EndlessBatch : public MessageBatch {
 public:
  EndlessBatch(std::string_view text, uint64_t* before, uint64_t* after)
      : text_(text), before_(before), after_(after) {}

  bool Next(Message* message) override {
    if (next_ == kWarmUp) *before_ = allocations;
    if (next_ == kWarmUp + kMeasured) {
      *after_ = allocations;
      return false;
    }
    message->key = ++next_;
    message->to = "491701234567";
    message->text = text_;
    return true;
  }

 private:
  std::string_view text_;
  uint64_t* before_;
  uint64_t* after_;
  uint64_t next_ = 0;
};

class Nobody : public Listener {
 public:
  void OnOutcomes(std::span<const Outcome> outcomes) override { count += outcomes.size(); }
  void OnEvent(const Event& /*event*/) override {}
  uint64_t count = 0;
};

uint64_t AllocationsWith(std::string_view text, LongMessages long_messages,
                         const sim::Options& options = {}, Journal* journal = nullptr) {
  test::LiveSmsc smsc(options);
  AccountOptions account;
  account.hosts = {{"127.0.0.1", smsc.port()}};
  account.system_id = "demo";
  account.password = "demo";
  account.window = 100;
  account.long_messages = long_messages;
  account.retry.schedule.delay = std::chrono::milliseconds(0);
  Nobody nobody;
  std::unique_ptr<Engine> engine;
  EngineOptions engine_options;
  engine_options.journal = journal;
  EXPECT_TRUE(Engine::Create(engine_options, {account}, &nobody, &engine).ok());
  uint64_t before = 0;
  uint64_t after = 0;
  EXPECT_TRUE(engine->Submit(std::make_unique<EndlessBatch>(text, &before, &after)).ok());
  engine->Finish();
  EXPECT_TRUE(engine->WaitUntilDone());
  EXPECT_EQ(nobody.count, kWarmUp + kMeasured);
  return after - before;
}

// Queues and spare batches, each of several lists, may still grow by a few when threads fall behind
// one another for the first time, and a window that was staged is copied when the simulator's
// thread has no turn for 100 ms: that depends on the machine's mood and not on the number of
// messages. One a message would be 200,000.
constexpr uint64_t kStragglers = 5'000;

TEST(Allocation, NonePerMessage) {
  EXPECT_LE(AllocationsWith("Hello, this is a text of ordinary length.", LongMessages::kUdh8),
            kStragglers);
}

TEST(Allocation, NonePerMessageOfSeveralSegments) {
  const std::string text(400, 'a');
  EXPECT_LE(AllocationsWith(text, LongMessages::kUdh8), kStragglers);
}

TEST(Allocation, NonePerMessageThatIsJournalled) {
  const test::TempDir directory;
  JournalOptions options;
  options.directory = directory.Path("journal");
  std::unique_ptr<Journal> journal;
  ASSERT_TRUE(Journal::Open(options, &journal).ok());
  EXPECT_LE(AllocationsWith("Hello, this is a text of ordinary length.", LongMessages::kUdh8, {},
                            journal.get()),
            kStragglers);
}

// A tenth of the segments is refused. Records and their strings grow with the most that ever wait
// at once, which may be later than the warm-up; an allocation a retry would be 60,000.
TEST(Allocation, NonePerRetry) {
  sim::Options options;
  options.errors = {{pdu::CommandStatus::ESME_RSYSERR, 0.1}};
  EXPECT_LE(AllocationsWith(std::string(400, 'a'), LongMessages::kUdh8, options), kMeasured / 8);
}

}  // namespace
}  // namespace salvo

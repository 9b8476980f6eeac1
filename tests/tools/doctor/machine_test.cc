#include "tools/doctor/steps/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::doctor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

MachineFacts Good() {
  MachineFacts facts;
  facts.kernel = "Linux 6.1.0 x86_64";
  facts.open_files = 1024;
  facts.locked_octets = UINT64_MAX;
  facts.cores = 2;
  facts.clock_is_kept = true;
  facts.wall_seconds = 1'800'000'000;
  return facts;
}

StepResult Judge(const MachineFacts& facts, const AccountOptions& account = {}) {
  return JudgeMachine(facts, absl::OkStatus(), account);
}

auto Shows(Symptom symptom) { return ElementsAre(&ExplainSymptom(symptom)); }

TEST(JudgeMachine, AGoodOneIsDescribedAndNotComplainedOf) {
  const StepResult step = Judge(Good());
  EXPECT_EQ(step.verdict, Verdict::kOk);
  EXPECT_THAT(step.explanations, IsEmpty());
  EXPECT_THAT(step.raw, Contains("Linux 6.1.0 x86_64, 2 cores for this process"));
  EXPECT_THAT(step.raw, Contains("open files: 1024, locked memory: unlimited"));
  EXPECT_THAT(step.raw, Contains("clock: 2027-01-15 08:00:00 UTC, kept in step"));
}

TEST(JudgeMachine, AClockThatNobodyKeepsIsAWarning) {
  MachineFacts facts = Good();
  facts.clock_is_kept = false;
  EXPECT_EQ(Judge(facts).verdict, Verdict::kWarning);
  EXPECT_THAT(Judge(facts).explanations, Shows(Symptom::kClock));
}

TEST(JudgeMachine, AClockThatWasNeverSetIsAWarning) {
  MachineFacts facts = Good();
  facts.wall_seconds = 86'400;
  EXPECT_THAT(Judge(facts).explanations, Shows(Symptom::kClock));
}

TEST(JudgeMachine, EveryBindWantsAFile) {
  AccountOptions account;
  account.binds = 1000;
  EXPECT_THAT(Judge(Good(), account).explanations, Shows(Symptom::kLowLimits));
  account.binds = 500;
  EXPECT_THAT(Judge(Good(), account).explanations, IsEmpty());
  account.bind_type = BindType::kTransmitterAndReceiver;
  EXPECT_THAT(Judge(Good(), account).found, Contains("500 binds want 1064 open files"));
}

TEST(JudgeMachine, LittleLockedMemoryIsAWarning) {
  MachineFacts facts = Good();
  facts.locked_octets = 4096;
  EXPECT_THAT(Judge(facts).explanations, Shows(Symptom::kLowLimits));
  EXPECT_THAT(Judge(facts).raw, Contains(HasSubstr("locked memory: 4096")));
}

TEST(JudgeMachine, WithoutARingNothingWorks) {
  const StepResult step = JudgeMachine(Good(), absl::UnavailableError("forbidden"), {});
  EXPECT_EQ(step.verdict, Verdict::kFailed);
  EXPECT_EQ(step.exit_code, tools::kExitPlatform);
  EXPECT_THAT(step.explanations, Shows(Symptom::kNoRing));
  EXPECT_THAT(step.raw, Contains("forbidden"));
}

}  // namespace
}  // namespace salvo::doctor

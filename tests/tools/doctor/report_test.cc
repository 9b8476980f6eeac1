#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string_view>

#include "tools/doctor/report/json.h"
#include "tools/doctor/report/text.h"

namespace salvo::doctor {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

StepResult Refused() {
  StepResult step;
  step.id = StepId::kBind;
  step.title = "bind as transceiver";
  step.host = "a:2775";
  step.tried = "bind_transceiver";
  step.took = 1'500'000;
  step.raw = {"bind_transceiver_resp", "00000010"};
  step.found = {"from 192.0.2.1"};
  step.Fail(ExplainStatus(0x05));
  step.Fail(Symptom::kSecondClient);
  return step;
}

TEST(StepText, HasEverythingInItsOrder) {
  const std::string text = StepText(5, Refused(), {});
  EXPECT_THAT(text,
              StartsWith(" 5  bind as transceiver                            failed   1.5 ms\n"
                         "    tried      bind_transceiver\n"
                         "    came back  bind_transceiver_resp\n"
                         "               00000010\n"
                         "    found      from 192.0.2.1\n"
                         "    means      ESME_RALYBND (0x05): already bound\n"));
  for (const std::string_view action : ExplainStatus(0x05).actions) {
    EXPECT_THAT(text, HasSubstr(std::string(action)));
  }
  EXPECT_THAT(text, HasSubstr("    also       another process holds the binds; see salvo explain "
                              "another process holds the binds\n"));
}

TEST(StepText, FitsTheTerminal) {
  const std::string text = StepText(5, Refused(), {.columns = 60});
  std::istringstream lines(text.substr(text.find('\n') + 1));  // behind the title
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 60u) << line;
}

TEST(StepText, OfOneThatWasNotTriedIsALine) {
  StepResult step;
  step.title = "TLS";
  step.verdict = Verdict::kSkipped;
  EXPECT_EQ(StepText(4, step, {}), " 4  TLS                                            skipped\n");
}

TEST(ConclusionText, NamesTheCause) {
  const StepResult step = Refused();
  EXPECT_EQ(ConclusionText({&step, 3}, {}),
            "The cause: ESME_RALYBND (0x05): already bound. (bind as transceiver, exit code 5)\n");
  EXPECT_EQ(ConclusionText({}, {}), "All is well.\n");
  EXPECT_EQ(ConclusionText({nullptr, 1}, {}), "It works, with 1 warning.\n");
}

TEST(ConclusionText, SaysThatAllIsWellOnlyOfWhatWasTried) {
  EXPECT_EQ(ConclusionText({nullptr, 0, true}, {}), "Interrupted: the rest was not tried.\n");
}

TEST(CauseOf, IsWhatWasFoundWhereNothingExplainsIt) {
  StepResult step;
  step.title = "configuration";
  EXPECT_EQ(CauseOf(step), "configuration");
  step.found = {"host is missing"};
  EXPECT_EQ(CauseOf(step), "host is missing");
}

TEST(StepJson, HasTheExitCodeOfFailuresAlone) {
  EXPECT_THAT(StepJson(5, Refused()), HasSubstr("\"exit_code\":5"));
  StepResult step = Refused();
  step.verdict = Verdict::kWarning;
  EXPECT_THAT(StepJson(5, step), HasSubstr("\"exit_code\":null"));
}

TEST(StepResult, AFailureIsNotMadeAWarningAgain) {
  StepResult step = Refused();
  step.Warn(Symptom::kClock);
  EXPECT_EQ(step.verdict, Verdict::kFailed);
  EXPECT_EQ(step.explanations.size(), 3u);
}

TEST(NameOf, EveryStepHasItsOwn) {
  std::set<std::string_view> names;
  for (uint8_t id = 0; id <= static_cast<uint8_t>(StepId::kMachine); ++id) {
    const std::string_view name = NameOf(static_cast<StepId>(id));
    EXPECT_THAT(std::string(name), Not(HasSubstr(" ")));
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

}  // namespace
}  // namespace salvo::doctor

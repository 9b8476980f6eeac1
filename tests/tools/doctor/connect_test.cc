#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/tools/doctor/ending_loop.h"
#include "tools/doctor/steps/network.h"

namespace salvo::doctor {
namespace {

using testing::ElementsAre;

class ConnectStep : public testing::Test {
 protected:
  // What comes of connections that end in this way.
  StepResult Try(int error_number) {
    EndingLoop loop(error_number);
    Secrets secrets;
    Transcript transcript(&secrets, &loop.clock());
    const Options options;
    const AccountOptions account;
    const Context context{options, account, nullptr, loop, transcript};
    connected_ = {};
    const auto address = io::SocketAddress::FromNumeric({"127.0.0.1", 2775});
    StepResult step = Connect(context, {"127.0.0.1", 2775}, {*address}, &connected_);
    is_made_ = connected_.transport != nullptr;
    connected_ = {};
    return step;
  }

  Connected connected_;
  bool is_made_ = false;
};

TEST_F(ConnectStep, AConnectionThatIsResetBeforeAnybodyLookedWasMade) {
  const StepResult step = Try(ECONNRESET);
  EXPECT_EQ(step.verdict, Verdict::kOk);
  EXPECT_TRUE(is_made_);
  EXPECT_THAT(step.raw, ElementsAre("127.0.0.1:2775: connected, and reset at once"));
}

TEST_F(ConnectStep, OneThatIsRefusedWasNot) {
  const StepResult step = Try(ECONNREFUSED);
  EXPECT_EQ(step.verdict, Verdict::kFailed);
  EXPECT_FALSE(is_made_);
}

}  // namespace
}  // namespace salvo::doctor

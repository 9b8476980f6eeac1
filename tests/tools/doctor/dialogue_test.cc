#include "tools/doctor/talk/dialogue.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "tests/tools/doctor/ending_loop.h"

namespace salvo::doctor {
namespace {

// A session on a connection that never opened.
class DialogueTest : public testing::Test {
 protected:
  EndingLoop loop_{ECONNREFUSED};
  Secrets secrets_;
  Transcript transcript_{&secrets_, &loop_.clock()};
  Transport transport_{loop_};
  Dialogue dialogue_{&loop_, &transport_, &transcript_, 1};
};

TEST_F(DialogueTest, TellsThatARequestDidNotLeave) {
  const uint32_t asked = dialogue_.Ask(pdu::CommandId::kEnquireLink);
  EXPECT_EQ(dialogue_.unsent(), "the connection is gone");
  // There is nothing to wait for, however long it may take.
  EXPECT_FALSE(dialogue_.Await(asked, io::kNever));
  EXPECT_TRUE(transcript_.entries().empty());
}

TEST_F(DialogueTest, TellsThatARequestFitsIntoNoPdu) {
  pdu::BindRequest request;
  const std::string long_name(100, 'x');
  request.system_id = long_name;
  const uint32_t asked = dialogue_.Ask(pdu::CommandId::kBindTransceiver, request);
  EXPECT_EQ(dialogue_.unsent(), "its system_id does not fit into a PDU");
  EXPECT_FALSE(dialogue_.Await(asked, io::kNever));
}

}  // namespace
}  // namespace salvo::doctor

#include "pdu/protocol.h"

#include <gtest/gtest.h>

#include <set>

namespace salvo::pdu {
namespace {

struct KnownCommand {
  uint32_t id;
  std::string_view name;
};

// The commands of all versions as their documents number them; those of responses have the top bit.
constexpr KnownCommand kKnownCommands[] = {
    {0x80000000, "generic_nack"},
    {0x00000001, "bind_receiver"},
    {0x80000001, "bind_receiver_resp"},
    {0x00000002, "bind_transmitter"},
    {0x80000002, "bind_transmitter_resp"},
    {0x00000003, "query_sm"},
    {0x80000003, "query_sm_resp"},
    {0x00000004, "submit_sm"},
    {0x80000004, "submit_sm_resp"},
    {0x00000005, "deliver_sm"},
    {0x80000005, "deliver_sm_resp"},
    {0x00000006, "unbind"},
    {0x80000006, "unbind_resp"},
    {0x00000007, "replace_sm"},
    {0x80000007, "replace_sm_resp"},
    {0x00000008, "cancel_sm"},
    {0x80000008, "cancel_sm_resp"},
    {0x00000009, "bind_transceiver"},
    {0x80000009, "bind_transceiver_resp"},
    {0x0000000B, "outbind"},
    {0x00000015, "enquire_link"},
    {0x80000015, "enquire_link_resp"},
    {0x00000021, "submit_multi"},
    {0x80000021, "submit_multi_resp"},
    {0x00000022, "param_retrieve"},
    {0x80000022, "param_retrieve_resp"},
    {0x00000023, "query_last_msgs"},
    {0x80000023, "query_last_msgs_resp"},
    {0x00000024, "query_msg_details"},
    {0x80000024, "query_msg_details_resp"},
    {0x00000102, "alert_notification"},
    {0x00000103, "data_sm"},
    {0x80000103, "data_sm_resp"},
    {0x00000111, "broadcast_sm"},
    {0x80000111, "broadcast_sm_resp"},
    {0x00000112, "query_broadcast_sm"},
    {0x80000112, "query_broadcast_sm_resp"},
    {0x00000113, "cancel_broadcast_sm"},
    {0x80000113, "cancel_broadcast_sm_resp"},
};

TEST(Protocol, KnowsEveryCommandOfEveryVersionByName) {
  for (const KnownCommand& known : kKnownCommands) {
    EXPECT_EQ(NameOf(static_cast<CommandId>(known.id)), known.name);
  }
  EXPECT_EQ(AllCommands().size(), std::size(kKnownCommands));
}

TEST(Protocol, ListsEachCommandOnce) {
  std::set<CommandId> ids;
  for (const CommandName& command : AllCommands()) {
    EXPECT_TRUE(ids.insert(command.id).second) << command.name;
  }
}

TEST(Protocol, ListsCommandsInTheOrderOfTheRequest) {
  uint64_t last = 0;
  for (const CommandName& command : AllCommands()) {
    const auto id = static_cast<uint32_t>(command.id);
    const uint64_t rank = 2ull * (id & ~kResponseBit) + (id >= kResponseBit ? 1 : 0);
    EXPECT_GT(rank, last) << command.name;
    last = rank;
  }
}

TEST(Protocol, HasNoNameForAnUnknownCommand) {
  EXPECT_EQ(NameOf(static_cast<CommandId>(0)), "");
  EXPECT_EQ(NameOf(static_cast<CommandId>(0x0000000A)), "");
  EXPECT_EQ(NameOf(static_cast<CommandId>(0x8000000B)), "");
  EXPECT_EQ(NameOf(static_cast<CommandId>(0x7777)), "");
}

TEST(Protocol, TellsResponsesByTheTopBit) {
  for (const KnownCommand& known : kKnownCommands) {
    const bool named_response = known.name.ends_with("_resp") || known.name == "generic_nack";
    EXPECT_EQ(IsResponse(static_cast<CommandId>(known.id)), named_response) << known.name;
  }
  EXPECT_TRUE(IsResponse(static_cast<CommandId>(0x80007777)));
  EXPECT_FALSE(IsResponse(static_cast<CommandId>(0x7FFFFFFF)));
}

TEST(Protocol, PairsEachRequestWithItsResponse) {
  EXPECT_EQ(ResponseTo(CommandId::kSubmitSm), CommandId::kSubmitSmResp);
  EXPECT_EQ(ResponseTo(CommandId::kBindTransceiver), CommandId::kBindTransceiverResp);
  EXPECT_EQ(ResponseTo(CommandId::kCancelBroadcastSm), CommandId::kCancelBroadcastSmResp);
}

TEST(Protocol, KnowsBindsFromOtherCommands) {
  int binds = 0;
  int responses = 0;
  for (const CommandName& command : AllCommands()) {
    const bool is_bind = command.name.starts_with("bind_");
    EXPECT_EQ(IsBind(command.id), is_bind && !IsResponse(command.id)) << command.name;
    EXPECT_EQ(IsBindResp(command.id), is_bind && IsResponse(command.id)) << command.name;
    binds += IsBind(command.id);
    responses += IsBindResp(command.id);
  }
  EXPECT_EQ(binds, 3);
  EXPECT_EQ(responses, 3);
}

TEST(Protocol, SequenceNumbersWrapToOne) {
  static_assert(NextSequence(1) == 2);
  static_assert(NextSequence(0x7FFFFFFD) == 0x7FFFFFFE);
  static_assert(NextSequence(0x7FFFFFFE) == 0x7FFFFFFF);
  static_assert(NextSequence(0x7FFFFFFF) == 1);
  EXPECT_EQ(NextSequence(kLastSequence), kFirstSequence);
}

TEST(Protocol, SequenceNumbersNeverBecomeZero) {
  EXPECT_EQ(NextSequence(0), 1u);
  EXPECT_EQ(NextSequence(0x80000000), 1u);
  EXPECT_EQ(NextSequence(0xFFFFFFFF), 1u);
}

TEST(Protocol, NamesTheMessageStatesOfAllVersions) {
  constexpr std::string_view kNames[] = {"SCHEDULED", "ENROUTE",       "DELIVERED", "EXPIRED",
                                         "DELETED",   "UNDELIVERABLE", "ACCEPTED",  "UNKNOWN",
                                         "REJECTED",  "SKIPPED"};
  for (uint8_t state = 0; state < std::size(kNames); ++state) {
    EXPECT_EQ(NameOf(static_cast<MessageState>(state)), kNames[state]);
  }
  EXPECT_EQ(NameOf(static_cast<MessageState>(10)), "");
  EXPECT_EQ(NameOf(static_cast<MessageState>(255)), "");
}

// 3.4 section 5.2, the terminating NUL included.
TEST(Protocol, HasTheFieldMaximaOfTheSpecification) {
  EXPECT_EQ(kMaxSystemId, 16u);
  EXPECT_EQ(kMaxPassword, 9u);
  EXPECT_EQ(kMaxSystemType, 13u);
  EXPECT_EQ(kMaxAddressRange, 41u);
  EXPECT_EQ(kMaxServiceType, 6u);
  EXPECT_EQ(kMaxAddress, 21u);
  EXPECT_EQ(kMaxLongAddress, 65u);
  EXPECT_EQ(kMaxTime, 17u);
  EXPECT_EQ(kMaxMessageId, 65u);
  EXPECT_EQ(kMaxDistributionList, 21u);
}

}  // namespace
}  // namespace salvo::pdu

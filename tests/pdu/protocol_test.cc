#include "pdu/protocol.h"

#include <gtest/gtest.h>

#include <set>

namespace salvo::pdu {
namespace {

TEST(Protocol, EveryCommandHasOneName) {
  std::set<std::string_view> names;
  for (const CommandName& command : AllCommands()) {
    EXPECT_EQ(NameOf(command.id), command.name);
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
  }
  EXPECT_EQ(NameOf(static_cast<CommandId>(0x7777)), "");
}

TEST(Protocol, StatusIsFoundByNameShortNameAndNumber) {
  for (const StatusName& entry : AllStatuses()) {
    EXPECT_EQ(ParseStatus(entry.name), entry.status);
    EXPECT_EQ(ParseStatus(entry.name.substr(5)), entry.status);
  }
  EXPECT_EQ(ParseStatus("rthrottled"), CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(ParseStatus("0x58"), CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(ParseStatus("88"), CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(ParseStatus("0x"), std::nullopt);
  EXPECT_EQ(ParseStatus(""), std::nullopt);
  EXPECT_EQ(ParseStatus("5x"), std::nullopt);
}

TEST(Protocol, VendorStatusesHaveTheNameOfTheirRange) {
  EXPECT_EQ(NameOf(static_cast<CommandStatus>(0x400)), "ESME_RVENDOR");
  EXPECT_EQ(NameOf(static_cast<CommandStatus>(0x4FF)), "ESME_RVENDOR");
  EXPECT_EQ(NameOf(static_cast<CommandStatus>(0x500)), "");
}

TEST(Protocol, SequenceNumbersWrapToOne) {
  EXPECT_EQ(NextSequence(1), 2u);
  EXPECT_EQ(NextSequence(kLastSequence), kFirstSequence);
}

}  // namespace
}  // namespace salvo::pdu

#include "pdu/body.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/octets.h"

namespace salvo::pdu {
namespace {

using test::Hex;
using test::ToHex;

TEST(Destination, IsReadAsAnAddress) {
  const std::vector<uint8_t> octets = Hex("01 01 09 '4470' 00 FF");
  Reader reader(octets);
  Destination destination;
  ASSERT_TRUE(ReadDestination(reader, &destination));
  EXPECT_EQ(destination.dest_flag, 1);
  EXPECT_EQ(destination.address.ton, 1);
  EXPECT_EQ(destination.address.npi, 9);
  EXPECT_EQ(destination.address.digits, "4470");
  EXPECT_EQ(reader.left(), 1u);
}

TEST(Destination, IsReadAsADistributionList) {
  const std::vector<uint8_t> octets = Hex("02 'staff' 00");
  Reader reader(octets);
  Destination destination;
  ASSERT_TRUE(ReadDestination(reader, &destination));
  EXPECT_EQ(destination.dest_flag, 2);
  EXPECT_EQ(destination.dl_name, "staff");
  EXPECT_EQ(destination.address.digits, "");
}

TEST(Destination, KeepsNothingOfTheOneBefore) {
  const std::vector<uint8_t> octets = Hex("02 'staff' 00 01 01 01 '4470' 00");
  Reader reader(octets);
  Destination destination;
  ASSERT_TRUE(ReadDestination(reader, &destination));
  ASSERT_TRUE(ReadDestination(reader, &destination));
  EXPECT_EQ(destination.dl_name, "");
}

TEST(Destination, IsRefusedWithAnotherFlag) {
  for (std::string_view hex : {"00 01 01 '4470' 00", "03 01 01 '4470' 00", "FF 'staff' 00"}) {
    const std::vector<uint8_t> octets = Hex(hex);
    Reader reader(octets);
    Destination destination;
    EXPECT_FALSE(ReadDestination(reader, &destination)) << hex;
  }
}

TEST(Destination, IsRefusedWhenItIsCut) {
  for (std::string_view hex : {"", "01", "01 01", "01 01 01", "01 01 01 '4470'", "02", "02 'x'"}) {
    const std::vector<uint8_t> octets = Hex(hex);
    Reader reader(octets);
    Destination destination;
    EXPECT_FALSE(ReadDestination(reader, &destination)) << hex;
  }
}

TEST(Destination, IsWrittenInItsLayout) {
  std::vector<uint8_t> out(32);
  Writer writer(out);
  WriteDestination(writer, {1, {1, 9, "4470"}, ""});
  WriteDestination(writer, {2, {}, "staff"});
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(ToHex(Octets(out).first(writer.size())),
            ToHex(Hex("01 01 09 '4470' 00 02 'staff' 00")));
}

TEST(Unsuccess, IsReadWithItsStatus) {
  const std::vector<uint8_t> octets = Hex("05 00 'X' 00 0000000B 99");
  Reader reader(octets);
  Unsuccess unsuccess;
  ASSERT_TRUE(ReadUnsuccess(reader, &unsuccess));
  EXPECT_EQ(unsuccess.address.ton, 5);
  EXPECT_EQ(unsuccess.address.digits, "X");
  EXPECT_EQ(unsuccess.error_status_code, CommandStatus::ESME_RINVDSTADR);
  EXPECT_EQ(reader.left(), 1u);
}

TEST(Unsuccess, IsRefusedWhenItIsCut) {
  for (std::string_view hex : {"", "01 01", "01 01 'X'", "01 01 'X' 00", "01 01 'X' 00 000000"}) {
    const std::vector<uint8_t> octets = Hex(hex);
    Reader reader(octets);
    Unsuccess unsuccess;
    EXPECT_FALSE(ReadUnsuccess(reader, &unsuccess)) << hex;
  }
}

TEST(Unsuccess, IsWrittenInItsLayout) {
  std::vector<uint8_t> out(32);
  Writer writer(out);
  WriteUnsuccess(writer, {{1, 1, "4470"}, CommandStatus::ESME_RTHROTTLED});
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(ToHex(Octets(out).first(writer.size())), ToHex(Hex("01 01 '4470' 00 00000058")));
}

TEST(Body, OfAnUnknownCommandIsOpaque) {
  for (uint32_t id : {0u, 0x0Au, 0x10u, 0x104u, 0x8000000Bu, 0x80000102u, 0xFFFFFFFFu}) {
    EXPECT_TRUE(std::holds_alternative<OpaqueBody>(EmptyBodyFor(static_cast<CommandId>(id)))) << id;
  }
}

TEST(Body, OfABindResponseIsTheSameForEachKindOfBind) {
  for (const CommandName& command : AllCommands()) {
    const Body body = EmptyBodyFor(command.id);
    EXPECT_EQ(std::holds_alternative<BindRequest>(body), IsBind(command.id)) << command.name;
    EXPECT_EQ(std::holds_alternative<BindResponse>(body), IsBindResp(command.id)) << command.name;
  }
}

}  // namespace
}  // namespace salvo::pdu

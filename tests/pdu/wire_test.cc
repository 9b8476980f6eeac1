#include "pdu/wire.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/octets.h"

namespace salvo::pdu {
namespace {

using test::ExactCopy;
using test::Hex;
using test::ToHex;

TEST(Wire, NumbersAreBigEndian) {
  const std::vector<uint8_t> octets = Hex("01 02 03 F4");
  EXPECT_EQ(Load16(octets.data()), 0x0102);
  EXPECT_EQ(Load16(octets.data() + 2), 0x03F4);
  EXPECT_EQ(Load32(octets.data()), 0x010203F4u);
  std::vector<uint8_t> out(6);
  Store32(out.data(), 0x010203F4);
  Store16(out.data() + 4, 0xA0B1);
  EXPECT_EQ(ToHex(out), "01 02 03 f4 a0 b1");
}

TEST(Writer, AppendsNumbersOctetsAndStrings) {
  std::vector<uint8_t> out(18);
  Writer writer(out);
  writer.U8(0x01);
  writer.U16(0x0203);
  writer.U32(0x04050607);
  writer.Bytes(Hex("08 09"));
  writer.Bytes(std::string_view("ab"));
  writer.CString("cd");
  writer.CString("");
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(writer.size(), 15u);
  EXPECT_EQ(ToHex(Octets(out).first(15)), "01 02 03 04 05 06 07 08 09 61 62 63 64 00 00");
}

TEST(Writer, FillsItsRoomToTheLastOctet) {
  std::vector<uint8_t> out(3);
  Writer writer(out);
  writer.CString("ab");
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(writer.size(), 3u);
}

TEST(Writer, DoesNotWriteWhatDoesNotFit) {
  std::vector<uint8_t> out(3, 0xEE);
  const auto is_refused = [&](auto write) {
    Writer writer({out.data(), 1});
    write(writer);
    return !writer.ok() && out[1] == 0xEE && out[2] == 0xEE;
  };
  EXPECT_TRUE(is_refused([](Writer& w) { w.U16(1); }));
  EXPECT_TRUE(is_refused([](Writer& w) { w.U32(1); }));
  EXPECT_TRUE(is_refused([](Writer& w) { w.Bytes(std::string_view("ab")); }));
  EXPECT_TRUE(is_refused([](Writer& w) { w.CString("a"); }));
}

TEST(Writer, StaysPoisonedAfterItsFirstFailure) {
  std::vector<uint8_t> out(1);
  Writer writer(out);
  writer.U16(1);
  writer.U8(1);
  EXPECT_FALSE(writer.ok());
  EXPECT_EQ(writer.size(), 0u);
}

TEST(Writer, TakesNothingIntoNoRoom) {
  Writer writer({});
  writer.Bytes(Octets());
  EXPECT_TRUE(writer.ok());
  writer.U8(0);
  EXPECT_FALSE(writer.ok());
}

TEST(Reader, ConsumesNumbersOctetsAndStrings) {
  const std::vector<uint8_t> in = Hex("01 0203 04050607 0809 'ab' 00 00 'rest'");
  Reader reader(in);
  EXPECT_EQ(reader.U8(), 0x01);
  EXPECT_EQ(reader.U16(), 0x0203);
  EXPECT_EQ(reader.U32(), 0x04050607u);
  EXPECT_EQ(ToHex(reader.Bytes(2)), "08 09");
  EXPECT_EQ(reader.CString(), "ab");
  EXPECT_EQ(reader.CString(), "");
  EXPECT_EQ(reader.position(), 13u);
  EXPECT_EQ(reader.left(), 4u);
  EXPECT_EQ(AsText(reader.Rest()), "rest");
  EXPECT_EQ(reader.left(), 0u);
  EXPECT_TRUE(reader.ok());
}

TEST(Reader, ReturnsViewsOfItsInput) {
  const std::vector<uint8_t> in = Hex("'ab' 00 'cd'");
  Reader reader(in);
  EXPECT_EQ(static_cast<const void*>(reader.CString().data()), in.data());
  EXPECT_EQ(reader.Bytes(2).data(), in.data() + 3);
}

TEST(Reader, FailsRatherThanReadBeyondTheEnd) {
  const std::vector<uint8_t> in = Hex("01");
  EXPECT_FALSE([&] {
    Reader r(in);
    r.U16();
    return r.ok();
  }());
  EXPECT_FALSE([&] {
    Reader r(in);
    r.U32();
    return r.ok();
  }());
  EXPECT_FALSE([&] {
    Reader r(in);
    r.Bytes(2);
    return r.ok();
  }());
  EXPECT_FALSE([&] {
    Reader r(in);
    r.Bytes(SIZE_MAX);
    return r.ok();
  }());
  EXPECT_FALSE([&] {
    Reader r({});
    r.U8();
    return r.ok();
  }());
}

TEST(Reader, FailsOnAStringWithoutItsNul) {
  const std::vector<uint8_t> in = Hex("'abc'");
  Reader reader(in);
  EXPECT_EQ(reader.CString(), "");
  EXPECT_FALSE(reader.ok());
  Reader empty({});
  empty.CString();
  EXPECT_FALSE(empty.ok());
}

TEST(Reader, StaysPoisonedAfterItsFirstFailure) {
  const std::vector<uint8_t> in = Hex("'a' 00 'b' 00");
  Reader reader(in);
  reader.Bytes(5);
  EXPECT_EQ(reader.U8(), 0);
  EXPECT_EQ(reader.CString(), "");
  EXPECT_TRUE(reader.Bytes(1).empty());
  EXPECT_FALSE(reader.ok());
}

TEST(Reader, TakesTheRestOfNothing) {
  Reader reader({});
  EXPECT_TRUE(reader.Rest().empty());
  EXPECT_TRUE(reader.ok());
}

}  // namespace
}  // namespace salvo::pdu

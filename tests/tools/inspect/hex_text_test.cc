#include "tools/inspect/hex_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "tests/support/octets.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

using test::Hex;
using testing::ElementsAre;
using testing::HasSubstr;

using Blocks = std::vector<std::vector<uint8_t>>;

Blocks Read(std::string_view text) {
  const HexText hex = ReadHexText(text);
  EXPECT_EQ(hex.fault, "") << text;
  return hex.blocks;
}

std::string FaultOf(std::string_view text) { return ReadHexText(text).fault; }

TEST(HexText, TakesStreamsInEveryDress) {
  const std::vector<uint8_t> octets = Hex("00 00 00 10 80 AB");
  for (const std::string text : {"0000001080ab", "00 00 00 10 80 AB", "0000 0010 80ab\n",
                                 "00:00:00:10:80:ab", "0x00, 0x00, 0x00, 0x10, 0x80, 0xAB",
                                 "\"\\x00\\x00\\x00\\x10\\x80\\xab\"", "00-00-00-10\r\n80-ab"}) {
    EXPECT_THAT(Read(text), ElementsAre(octets)) << text;
  }
}

TEST(HexText, TakesTheDumpsOfOtherPrograms) {
  const Blocks want = {Hex("00 00 00 18 80 00 00 04 00 00 00 00 00 00 00 07 'bead' 00 'abc'")};
  EXPECT_EQ(Read("00000000: 0000 0018 8000 0004 0000 0000 0000 0007  ................\n"
                 "00000010: 6265 6164 0061 6263                      bead.abc\n"),
            want);
  EXPECT_EQ(Read("00000000  00 00 00 18 80 00 00 04  00 00 00 00 00 00 00 07  |..ff............|\n"
                 "00000010  62 65 61 64 00 61 62 63                           |bead.abc|\n"
                 "00000018\n"),
            want);
  EXPECT_EQ(Read("0000  00 00 00 18 80 00 00 04 00 00 00 00 00 00 00 07   ................\n"
                 "0010  62 65 61 64 00 61 62 63                           bead.abc\n"),
            want);
  EXPECT_EQ(Read("0000000 00 00 00 18 80 00 00 04 00 00 00 00 00 00 00 07\n"
                 "0000020 62 65 61 64 00 61 62 63\n0000030\n"),
            want);
}

TEST(HexText, TakesABarForOneOfTheCharacters) {
  const Blocks want = {Hex("'a  |b'")};
  EXPECT_EQ(Read("00000000: 6120 207c 62                             a  |b\n"), want);
  EXPECT_EQ(Read("0000  61 20 20 7c 62                                     a  |b\n"), want);
  EXPECT_EQ(Read("00000000  61 20 20 7c 62                                    |a  |b|\n"), want);
  EXPECT_EQ(Read("0000  61 62 20 20 7c 2e 7c   ab  |.|\n"), Blocks({Hex("'ab  |.|'")}));
}

TEST(HexText, PartsBlocksWhereOffsetsBeginAnew) {
  EXPECT_THAT(Read("0000  01 02   ..\n\n0000  03   .\n"), ElementsAre(Hex("0102"), Hex("03")));
  EXPECT_THAT(Read("00000000: 0102  ..\n00000000: 03  .\n"), ElementsAre(Hex("0102"), Hex("03")));
}

TEST(HexText, LeavesOutWhatTsharkPutTogether) {
  EXPECT_THAT(Read("Frame (2 bytes):\n0000  01 02   ..\n\nReassembled TCP (3 bytes):\n"
                   "0000  01 02 03   ...\n"),
              ElementsAre(Hex("0102")));
}

TEST(HexText, RepeatsTheLineBeforeAStar) {
  EXPECT_THAT(
      Read("00000000  00 01 00 01 00 01 00 01  00 01 00 01 00 01 00 01  |................|\n"
           "*\n00000030  FF                                       |.|\n"),
      ElementsAre([] {
        std::vector<uint8_t> octets;
        for (int i = 0; i < 24; ++i) octets.insert(octets.end(), {0, 1});
        octets.push_back(0xFF);
        return octets;
      }()));
}

TEST(HexText, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(FaultOf(""), "there are no octets in it");
  EXPECT_EQ(FaultOf("000"), "an odd count of hexadecimal digits");
  EXPECT_EQ(FaultOf("00 0G"), "character 5 is no hexadecimal digit");
  EXPECT_EQ(FaultOf("00000000: 0102  ..\n00000010: 03  .\n"),
            "line 2: octets are missing before this line");
  EXPECT_EQ(FaultOf("00000000: 0102  ..\nnonsense\n"), "line 2: no line of a dump");
  EXPECT_THAT(FaultOf("0000000 0000 1000 0080\n"), HasSubstr("use hexdump -C"));
  EXPECT_THAT(FaultOf("00000000  01\n\n*\n00000010  02\n"),
              HasSubstr("a star without a line before it"));
  EXPECT_EQ(
      FaultOf("00000000  01\n*\nFFFFFFFF  02\n"),
      "line 3: its stars stand for more than 16 MiB: write the lines out (hexdump -v, od -v)");
}

TEST(HexText, AStarMayStandForMuchAndAllStarsForNoMoreThanSixteenMiB) {
  const std::string block = "00000000  01\n*\n00500000  02\n";
  const HexText three = ReadHexText(block + block + block);
  EXPECT_EQ(three.fault, "");
  ASSERT_EQ(three.blocks.size(), 3u);
  EXPECT_EQ(three.blocks[2].size(), 0x500001u);
  EXPECT_THAT(FaultOf(block + block + block + block),
              HasSubstr("line 12: its stars stand for more than 16 MiB"));
}

// The programs themselves: what they write is read.
TEST(HexText, ReadsWhatXxdAndOdWriteOfRandomOctets) {
  test::Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  const test::TempDir folder;
  const std::string path = folder.Path("octets");
  for (int i = 0; i < 20; ++i) {
    std::string octets = random.Octets(random.SizeBetween(1, 300));
    if (random.OneIn(3)) octets += std::string(200, 'x');
    std::FILE* file = std::fopen(path.c_str(), "wb");
    ASSERT_NE(file, nullptr);
    std::fwrite(octets.data(), 1, octets.size(), file);
    std::fclose(file);
    for (const std::string command : {"xxd ", "xxd -g1 ", "xxd -p ", "od -v -tx1 ", "od -tx1 ",
                                      "od -Ax -tx1z ", "hexdump -C "}) {
      std::FILE* pipe = popen((command + path).c_str(), "r");
      ASSERT_NE(pipe, nullptr);
      std::string text;
      for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
      ASSERT_EQ(pclose(pipe), 0) << command;
      const HexText hex = ReadHexText(text);
      ASSERT_EQ(hex.fault, "") << command << text;
      ASSERT_EQ(hex.blocks.size(), 1u) << command << text;
      ASSERT_EQ(pdu::AsText(hex.blocks[0]), octets) << command << text;
    }
  }
}

}  // namespace
}  // namespace salvo::tools

#include "tools/send/console.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace salvo::tools {
namespace {

// What `act` writes to stderr, which is no terminal and so taken for 80 columns wide.
std::string Written(auto act) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

TEST(ConsoleStyle, IsTheOneThatIsNamed) {
  EXPECT_EQ(ChooseStyle("full"), Style::kFull);
  EXPECT_EQ(ChooseStyle("nocolor"), Style::kNoColor);
  EXPECT_EQ(ChooseStyle("basic"), Style::kBasic);
}

TEST(ConsoleStyle, IsBasicOffATerminal) {
  setenv("TERM", "xterm", 1);
  Style style = Style::kFull;
  Written([&] { style = ChooseStyle("auto"); });
  EXPECT_EQ(style, Style::kBasic);
}

TEST(Console, BasicWritesNotesAndNoView) {
  Console console(Style::kBasic);
  EXPECT_FALSE(console.live());
  EXPECT_EQ(Written([&] {
              console.Note("one");
              console.Show({"view"});
              console.Note("two");
            }),
            "one\ntwo\n");
}

TEST(Console, AViewIsDrawnOverTheOneBefore) {
  Console console(Style::kNoColor);
  EXPECT_TRUE(console.live());
  EXPECT_EQ(Written([&] { console.Show({"a", "b"}); }), "a\nb\n");
  EXPECT_EQ(Written([&] { console.Show({"c"}); }), "\x1B[2A\r\x1B[Jc\n");
}

TEST(Console, ANoteGoesAboveTheView) {
  Console console(Style::kNoColor);
  Written([&] { console.Show({"a", "b"}); });
  EXPECT_EQ(Written([&] { console.Note("note"); }), "\x1B[2A\r\x1B[Jnote\na\nb\n");
}

TEST(Console, WhatFollowsTheEndIsWrittenBelow) {
  Console console(Style::kNoColor);
  Written([&] { console.Show({"a"}); });
  EXPECT_EQ(Written([&] {
              console.Finish();
              console.Note("summary");
            }),
            "summary\n");
}

TEST(Console, ALineIsNeverWiderThanTheTerminal) {
  Console console(Style::kNoColor);
  EXPECT_EQ(Written([&] { console.Show({std::string(200, 'x')}); }), std::string(78, 'x') + "…\n");
  const std::string fits(79, 'x');
  EXPECT_EQ(Written([&] { Console(Style::kNoColor).Show({fits}); }), fits + "\n");
}

TEST(Console, WidthIsCountedInCharacters) {
  Console console(Style::kNoColor);
  std::string line;
  std::string shown;
  for (int i = 0; i < 100; ++i) line += "é";
  for (int i = 0; i < 78; ++i) shown += "é";
  shown += "…";
  EXPECT_EQ(Written([&] { console.Show({line}); }), shown + "\n");
}

TEST(Console, ColoursTakeNoRoomAndEndWithTheLineThatIsCut) {
  Console console(Style::kFull);
  const std::string line = console.Bad(std::string(70, 'x')) + console.Strong(std::string(70, 'y'));
  EXPECT_EQ(
      Written([&] { console.Show({line}); }),
      "\x1B[31m" + std::string(70, 'x') + "\x1B[0m\x1B[1m" + std::string(8, 'y') + "…\x1B[0m\n");
}

TEST(Console, ColoursAreForTheFullStyleOnly) {
  EXPECT_EQ(Console(Style::kFull).Strong("x"), "\x1B[1mx\x1B[0m");
  EXPECT_EQ(Console(Style::kFull).Bad("x"), "\x1B[31mx\x1B[0m");
  EXPECT_EQ(Console(Style::kNoColor).Strong("x"), "x");
  EXPECT_EQ(Console(Style::kBasic).Bad("x"), "x");
}

}  // namespace
}  // namespace salvo::tools

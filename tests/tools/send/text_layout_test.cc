#include "tools/send/text_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

using testing::ElementsAre;

TEST(TextLayout, WidthCountsCharactersAndNoEscapeSequences) {
  EXPECT_EQ(WidthOf(""), 0u);
  EXPECT_EQ(WidthOf("aé€🌱"), 4u);
  EXPECT_EQ(WidthOf("\x1B[31mab\x1B[0m"), 2u);
}

TEST(TextLayout, WhatIsCutHasAnEllipsis) {
  EXPECT_EQ(Cut("sent 830", 8), "sent 830");
  EXPECT_EQ(Cut("sent 830", 7), "sent 8…");
  EXPECT_EQ(Cut("\x1B[1msent 830\x1B[0m", 5), "\x1B[1msent…\x1B[0m");
}

TEST(TextLayout, WhatDoesNotFitGoesToTheNextLine) {
  const std::vector<std::string> items = {"accepted 5", "rejected 1", "bad rows 2"};
  EXPECT_THAT(Pack("  ", items, 80), ElementsAre("  accepted 5   rejected 1   bad rows 2"));
  EXPECT_THAT(Pack("  ", items, 25), ElementsAre("  accepted 5   rejected 1", "  bad rows 2"));
  EXPECT_THAT(Pack("", items, 3), ElementsAre("accepted 5", "  rejected 1", "  bad rows 2"));
}

}  // namespace
}  // namespace salvo::tools

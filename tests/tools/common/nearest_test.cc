#include "tools/common/nearest.h"

#include <gtest/gtest.h>

#include <array>

namespace salvo::tools {
namespace {

TEST(EditDistance, CountsInsertionsRemovalsAndReplacements) {
  EXPECT_EQ(EditDistance("", ""), 0u);
  EXPECT_EQ(EditDistance("window", "window"), 0u);
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("abc", ""), 3u);
  EXPECT_EQ(EditDistance("windw", "window"), 1u);
  EXPECT_EQ(EditDistance("windoww", "window"), 1u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
}

TEST(NearestWord, FindsTheOneThatWasMeant) {
  constexpr std::array<std::string_view, 4> known = {"password", "port", "rate", "bind_rate"};
  EXPECT_EQ(NearestWord("pasword", known), "password");
  EXPECT_EQ(NearestWord("bindrate", known), "bind_rate");
  EXPECT_EQ(NearestWord("Port", known), "port");
}

}  // namespace
}  // namespace salvo::tools

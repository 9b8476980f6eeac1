#include "pdu/text/plain_run.h"

#include <gtest/gtest.h>

#include <string>

namespace salvo::pdu {
namespace {

bool IsPlain(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet >= ' ' && octet <= 'z' && c != '$' && c != '@' && !(octet >= '[' && octet <= '`');
}

TEST(PlainRun, KnowsEveryOctet) {
  for (int octet = 0; octet < 256; ++octet) {
    for (const size_t size : {kPlainBlock, 4 * kPlainBlock, 7 * kPlainBlock + 3}) {
      const std::string text(size, static_cast<char>(octet));
      EXPECT_EQ(IsPlainBlock(text.data()), IsPlain(text[0])) << octet;
      EXPECT_EQ(PlainRun(text), IsPlain(text[0]) ? size : 0u) << octet;
      EXPECT_EQ(PlainRunAnywhere(text), PlainRun(text)) << octet;
    }
  }
}

// Whichever way a processor goes.
TEST(PlainRun, EndsBeforeWhateverIsNotPlainAndInItsBlock) {
  for (size_t size = 0; size <= 200; ++size) {
    for (size_t other = 0; other <= size; ++other) {
      std::string text(size, 'x');
      if (other < size) text[other] = '\xC3';
      const size_t run = PlainRun(text);
      EXPECT_EQ(PlainRunAnywhere(text), run) << size << ' ' << other;
      if (other == size) {
        EXPECT_EQ(run, size < kPlainBlock ? 0 : size);
        continue;
      }
      EXPECT_LE(run, other);
      EXPECT_LT(other - run, kPlainBlock) << "no more than a block is left to be looked at";
    }
  }
}

}  // namespace
}  // namespace salvo::pdu

#include "pdu/text/utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/utf8.h"

namespace salvo::pdu {
namespace {

using test::Utf8;

bool IsCharacter(char32_t c) { return c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF); }

TEST(Utf8, ReadsEveryCharacterOfUnicode) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (!IsCharacter(c)) continue;
    const std::string text = Utf8(c);
    const Utf8Character read = DecodeUtf8(text, 0);
    ASSERT_EQ(read.code_point, c);
    ASSERT_EQ(read.octets, text.size());
  }
}

// Together with the test above: what is not the one form of a character is refused. The octets are
// the first and last of each range that RFC 3629 draws, and their neighbours.
TEST(Utf8, ReadsNothingButTheOneFormOfACharacter) {
  const std::string edges(
      "\x00\x41\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4"
      "\xF5\xF8\xFF",
      26);
  std::string text(4, '\0');
  for (char a : edges) {
    for (char b : edges) {
      for (char c : edges) {
        for (char d : edges) {
          text = {a, b, c, d};
          const Utf8Character read = DecodeUtf8(text, 0);
          if (read.octets == 0) continue;
          ASSERT_TRUE(IsCharacter(read.code_point));
          ASSERT_EQ(text.substr(0, read.octets), Utf8(read.code_point));
        }
      }
    }
  }
}

TEST(Utf8, RefusesSurrogatesAndWhatLiesBeyondUnicode) {
  for (char32_t c : {0xD800u, 0xDBFFu, 0xDC00u, 0xDFFFu, 0x110000u, 0x1FFFFFu}) {
    EXPECT_EQ(DecodeUtf8(Utf8(c), 0).octets, 0) << static_cast<uint32_t>(c);
  }
}

TEST(Utf8, RefusesOverlongForms) {
  for (const char* text : {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF",
                           "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF"}) {
    EXPECT_EQ(DecodeUtf8(text, 0).octets, 0) << text;
  }
}

TEST(Utf8, RefusesACharacterThatIsCut) {
  for (char32_t c : {0xE9u, 0x20ACu, 0x1F600u}) {
    const std::string whole = Utf8(c);
    for (size_t size = 1; size < whole.size(); ++size) {
      EXPECT_EQ(DecodeUtf8(whole.substr(0, size), 0).octets, 0);
    }
  }
}

TEST(Utf8, ReadsNothingAtTheEnd) {
  EXPECT_EQ(DecodeUtf8("", 0).octets, 0);
  EXPECT_EQ(DecodeUtf8("ab", 2).octets, 0);
}

TEST(Utf8, ReadsFromTheMiddle) {
  const Utf8Character read = DecodeUtf8("a\xE2\x82\xAC", 1);
  EXPECT_EQ(read.code_point, U'€');
  EXPECT_EQ(read.octets, 3);
}

}  // namespace
}  // namespace salvo::pdu

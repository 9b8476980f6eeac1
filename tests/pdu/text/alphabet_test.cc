#include "pdu/text/alphabet.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "pdu/text/split.h"
#include "tests/support/icu_text.h"
#include "tests/support/octets.h"
#include "tests/support/utf8.h"

namespace salvo::pdu {
namespace {

using test::IcuAlphabet;
using test::ToHex;
using test::Utf8;

constexpr char32_t kLastCodePoint = 0x10FFFF;

bool IsSurrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

std::vector<uint8_t> CodeOctets(uint16_t code) {
  if (code > 0xFF) return {kGsm7Escape, static_cast<uint8_t>(code)};
  return {static_cast<uint8_t>(code)};
}

TEST(Alphabet, HasTheDataCodingOfTheSpecification) {
  EXPECT_EQ(DefaultDataCoding(Alphabet::kGsm7), 0);
  EXPECT_EQ(DefaultDataCoding(Alphabet::kLatin1), 3);
  EXPECT_EQ(DefaultDataCoding(Alphabet::kUcs2), 8);
}

TEST(Alphabet, TakesTwoOctetsAUnitOnlyInUcs2) {
  EXPECT_EQ(OctetsPerUnit(Alphabet::kGsm7), 1u);
  EXPECT_EQ(OctetsPerUnit(Alphabet::kLatin1), 1u);
  EXPECT_EQ(OctetsPerUnit(Alphabet::kUcs2), 2u);
}

TEST(Gsm7, EveryCodeOfTheBasicTableMeansWhatIcuSays) {
  IcuAlphabet icu(Alphabet::kGsm7);
  for (uint8_t code = 0; code < 128; ++code) {
    if (code == kGsm7Escape) continue;
    const std::vector<uint8_t> octets = {code};
    EXPECT_EQ(Utf8(Gsm7Character(code)), icu.ToUtf8(octets)) << int{code};
  }
}

TEST(Gsm7, HasNoCharacterForTheEscapeOrBeyondSevenBits) {
  EXPECT_EQ(Gsm7Character(kGsm7Escape), 0u);
  for (int code = 128; code < 256; ++code) EXPECT_EQ(Gsm7Character(static_cast<uint8_t>(code)), 0u);
}

// ICU reads an unknown escape sequence as the character without the escape, as 23.038 advises a
// receiver to; ours tells that there is none.
TEST(Gsm7, EveryCodeOfTheExtensionTableMeansWhatIcuSays) {
  IcuAlphabet icu(Alphabet::kGsm7);
  int extensions = 0;
  for (uint8_t code = 0; code < 128; ++code) {
    const char32_t character = Gsm7ExtensionCharacter(code);
    if (character == 0) continue;
    ++extensions;
    const std::vector<uint8_t> octets = {kGsm7Escape, code};
    EXPECT_EQ(Utf8(character), icu.ToUtf8(octets)) << int{code};
  }
  EXPECT_EQ(extensions, 10);
}

TEST(Gsm7, EveryCharacterOfUnicodeHasTheCodeThatIcuSays) {
  IcuAlphabet icu(Alphabet::kGsm7);
  int characters = 0;
  for (char32_t c = 0; c <= kLastCodePoint; ++c) {
    if (IsSurrogate(c)) continue;
    const std::optional<std::string> theirs = icu.FromUtf8(Utf8(c));
    const uint16_t ours = Gsm7Code(c);
    if (ours == kNotInGsm7) {
      ASSERT_EQ(theirs, std::nullopt) << "U+" << std::hex << static_cast<uint32_t>(c);
    } else {
      ASSERT_TRUE(theirs.has_value()) << "U+" << std::hex << static_cast<uint32_t>(c);
      ASSERT_EQ(ToHex(CodeOctets(ours)), ToHex(AsOctets(*theirs)));
      ++characters;
    }
  }
  EXPECT_EQ(characters, 127 + 10);
}

TEST(Gsm7, EveryCharacterComesBackFromItsCode) {
  for (int code = 0; code < 128; ++code) {
    const char32_t basic = Gsm7Character(static_cast<uint8_t>(code));
    EXPECT_TRUE(basic == 0 || Gsm7Code(basic) == code) << code;
    const char32_t extension = Gsm7ExtensionCharacter(static_cast<uint8_t>(code));
    EXPECT_TRUE(extension == 0 || Gsm7Code(extension) == (kGsm7Escape << 8 | code)) << code;
  }
}

TEST(Latin1, TranslatesEachOfItsCharactersAsIcuDoes) {
  IcuAlphabet icu(Alphabet::kLatin1);
  for (char32_t c = 0; c <= 0xFF; ++c) {
    const std::string text = Utf8(c);
    std::vector<uint8_t> out(2 * text.size());
    out.resize(Translate(text, Alphabet::kLatin1, out.data()));
    EXPECT_EQ(AsText(out), icu.FromUtf8(text)) << static_cast<uint32_t>(c);
  }
}

TEST(Ucs2, TranslatesEveryCharacterOfUnicodeAsIcuDoes) {
  IcuAlphabet icu(Alphabet::kUcs2);
  for (char32_t c = 0; c <= kLastCodePoint; ++c) {
    if (IsSurrogate(c)) continue;
    const std::string text = Utf8(c);
    std::vector<uint8_t> out(2 * text.size());
    out.resize(Translate(text, Alphabet::kUcs2, out.data()));
    ASSERT_EQ(AsText(out), icu.FromUtf8(text)) << static_cast<uint32_t>(c);
  }
}

}  // namespace
}  // namespace salvo::pdu

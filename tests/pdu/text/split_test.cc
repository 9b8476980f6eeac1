#include "pdu/text/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pdu/wire.h"
#include "tests/support/dose.h"
#include "tests/support/icu_text.h"
#include "tests/support/octets.h"
#include "tests/support/utf8.h"

namespace salvo::pdu {
namespace {

using test::Random;
using test::RandomText;
using test::Script;
using test::ToHex;
using test::Utf8;

std::string Repeated(std::string_view text, size_t count) {
  std::string repeated;
  for (size_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

TextOptions Only(Alphabet alphabet, Concatenation concatenation = Concatenation::kUdh8) {
  TextOptions options;
  options.alphabets = {alphabet};
  options.alphabet_count = 1;
  options.concatenation = concatenation;
  return options;
}

TextPlan Plan(std::string_view text, const TextOptions& options = {}) {
  return PlanText(text, MeasureText(text), options);
}

int Segments(std::string_view text, const TextOptions& options = {}) {
  const TextPlan plan = Plan(text, options);
  return plan.ok() ? plan.segments : -1;
}

std::vector<std::string> Parts(std::string_view text, Alphabet alphabet, size_t limit) {
  std::vector<std::string> parts;
  for (size_t at = 0; at < text.size();) {
    const size_t end = PartEnd(text, at, alphabet, limit);
    parts.emplace_back(text.substr(at, end - at));
    if (end <= at) break;
    at = end;
  }
  return parts;
}

// Names.

TEST(TextError, IsSaidInWords) {
  for (TextError error : {TextError::kNone, TextError::kInvalidUtf8, TextError::kNotRepresentable,
                          TextError::kTooLong}) {
    EXPECT_NE(Describe(error), "");
  }
  EXPECT_EQ(Describe(static_cast<TextError>(200)), "");
}

// Limits.

struct Limit {
  Alphabet alphabet;
  Concatenation concatenation;
  int single;
  int part;
};

class TextLimit : public testing::TestWithParam<Limit> {};

INSTANTIATE_TEST_SUITE_P(Text, TextLimit,
                         testing::Values(Limit{Alphabet::kGsm7, Concatenation::kUdh8, 160, 153},
                                         Limit{Alphabet::kGsm7, Concatenation::kUdh16, 160, 152},
                                         Limit{Alphabet::kGsm7, Concatenation::kSar, 160, 153},
                                         Limit{Alphabet::kGsm7, Concatenation::kPayload, 160, 153},
                                         Limit{Alphabet::kUcs2, Concatenation::kUdh8, 70, 67},
                                         Limit{Alphabet::kUcs2, Concatenation::kUdh16, 70, 66},
                                         Limit{Alphabet::kUcs2, Concatenation::kSar, 70, 67},
                                         Limit{Alphabet::kUcs2, Concatenation::kPayload, 70, 67},
                                         Limit{Alphabet::kLatin1, Concatenation::kUdh8, 140, 134},
                                         Limit{Alphabet::kLatin1, Concatenation::kUdh16, 140, 133},
                                         Limit{Alphabet::kLatin1, Concatenation::kSar, 140, 134},
                                         Limit{Alphabet::kLatin1, Concatenation::kPayload, 140,
                                               134}),
                         [](const auto& limit) {
                           return std::string(NameOf(limit.param.alphabet)) + "_" +
                                  std::string(NameOf(limit.param.concatenation));
                         });

TEST_P(TextLimit, IsThatOfTheSpecification) {
  const SegmentLimits limits = LimitsFor(GetParam().alphabet, GetParam().concatenation);
  EXPECT_EQ(limits.single, GetParam().single);
  EXPECT_EQ(limits.part, GetParam().part);
}

// One more unit than fits takes one more segment: 160 and 161, 306 and 307, and so on to 255.
TEST_P(TextLimit, DecidesHowManySegmentsATextTakes) {
  const TextOptions options = Only(GetParam().alphabet, GetParam().concatenation);
  const auto segments_of = [&](int units) {
    return Segments(std::string(static_cast<size_t>(units), 'a'), options);
  };
  const int part = GetParam().part;
  EXPECT_EQ(segments_of(GetParam().single), 1);
  EXPECT_EQ(segments_of(GetParam().single + 1), 2);
  for (int segments : {2, 3, 4, 10, 254}) {
    EXPECT_EQ(segments_of(segments * part), segments);
    EXPECT_EQ(segments_of(segments * part + 1), segments + 1);
  }
}

TEST_P(TextLimit, Takes255SegmentsAndRefuses256) {
  const TextOptions options = Only(GetParam().alphabet, GetParam().concatenation);
  const auto most = static_cast<size_t>(255 * GetParam().part);
  EXPECT_EQ(Segments(std::string(most, 'a'), options), 255);
  EXPECT_EQ(Plan(std::string(most + 1, 'a'), options).error, TextError::kTooLong);
}

TEST_P(TextLimit, LeavesRoomForTheHeaderIn140Octets) {
  const Limit& limit = GetParam();
  const int header = limit.concatenation == Concatenation::kUdh16 ? 7 : 6;
  const int bits = limit.alphabet == Alphabet::kGsm7   ? 7
                   : limit.alphabet == Alphabet::kUcs2 ? 16
                                                       : 8;
  EXPECT_EQ(limit.single, 140 * 8 / bits);
  EXPECT_EQ(limit.part, (140 - header) * 8 / bits);
}

TEST(Text, OfNothingIsOneSegment) {
  EXPECT_EQ(Segments(""), 1);
  EXPECT_EQ(Plan("").alphabet, Alphabet::kGsm7);
}

// Characters that take two units.

TEST(Text, EscapedCharactersCountTwice) {
  for (const char* escaped : {"\f", "^", "{", "}", "\\", "[", "~", "]", "|", "€"}) {
    EXPECT_EQ(MeasureText(escaped).septets, 2u) << escaped;
    EXPECT_EQ(Segments(Repeated(escaped, 80)), 1) << escaped;
    EXPECT_EQ(Segments(Repeated(escaped, 80) + "a"), 2) << escaped;
  }
}

TEST(Text, AnEscapedCharacterAtTheEndOfASingleSegmentMakesTwo) {
  EXPECT_EQ(Segments(std::string(158, 'a') + "{"), 1);
  EXPECT_EQ(Segments(std::string(159, 'a') + "{"), 2);
}

TEST(Text, AnEscapedCharacterIsNotSplit) {
  const std::string text = std::string(152, 'a') + "{" + std::string(20, 'b');
  EXPECT_EQ(Parts(text, Alphabet::kGsm7, 153),
            (std::vector<std::string>{std::string(152, 'a'), "{" + std::string(20, 'b')}));
}

TEST(Text, AnEscapedCharacterThatJustFitsStays) {
  const std::string text = std::string(151, 'a') + "€" + std::string(20, 'b');
  EXPECT_EQ(Parts(text, Alphabet::kGsm7, 153),
            (std::vector<std::string>{std::string(151, 'a') + "€", std::string(20, 'b')}));
}

TEST(Text, ASeptetLostAtAnEdgeCanCostASegment) {
  // 306 septets, but the one that the first part cannot use moves the rest.
  const std::string text = std::string(152, 'a') + "{" + std::string(152, 'b');
  EXPECT_EQ(MeasureText(text).septets, 306u);
  EXPECT_EQ(Segments(text), 3);
  EXPECT_EQ(Segments(std::string(151, 'a') + "{" + std::string(153, 'b')), 2);
}

constexpr std::string_view kEmoji = "\xF0\x9F\x98\x80";

TEST(Text, ASurrogatePairCountsTwice) {
  EXPECT_EQ(MeasureText(kEmoji).utf16_units, 2u);
  EXPECT_EQ(Segments(Repeated(kEmoji, 35)), 1);
  EXPECT_EQ(Segments(Repeated(kEmoji, 35) + "a"), 2);
}

TEST(Text, ASurrogatePairIsNotSplit) {
  const std::string text = std::string(66, 'a') + std::string(kEmoji) + std::string(10, 'b');
  EXPECT_EQ(
      Parts(text, Alphabet::kUcs2, 67),
      (std::vector<std::string>{std::string(66, 'a'), std::string(kEmoji) + std::string(10, 'b')}));
}

TEST(Text, OfSurrogatePairsOnlyLosesAUnitInEachPart) {
  // 33 pairs a part, not 33 and a half.
  EXPECT_EQ(Segments(Repeated(kEmoji, 66)), 2);
  EXPECT_EQ(Segments(Repeated(kEmoji, 67)), 3);
  EXPECT_EQ(Segments(Repeated(kEmoji, 255 * 33)), 255);
  EXPECT_EQ(Plan(Repeated(kEmoji, 255 * 33 + 1)).error, TextError::kTooLong);
}

// The choice of the alphabet.

TEST(Text, TakesTheFirstAlphabetThatHasEveryCharacter) {
  EXPECT_EQ(Plan("hello").alphabet, Alphabet::kGsm7);
  EXPECT_EQ(Plan("ça va").alphabet, Alphabet::kUcs2) << "the alphabet has no small c cedilla";
  EXPECT_EQ(Plan("Ça va").alphabet, Alphabet::kGsm7);
  EXPECT_EQ(Plan("привет").alphabet, Alphabet::kUcs2);
}

TEST(Text, TakesTheAlphabetOfFewestSegments) {
  TextOptions options;
  options.alphabets = {Alphabet::kUcs2, Alphabet::kLatin1, Alphabet::kGsm7};
  options.alphabet_count = 3;
  EXPECT_EQ(Plan(std::string(70, 'a'), options).alphabet, Alphabet::kUcs2);
  EXPECT_EQ(Plan(std::string(71, 'a'), options).alphabet, Alphabet::kLatin1);
  EXPECT_EQ(Plan(std::string(141, 'a'), options).alphabet, Alphabet::kGsm7);
  EXPECT_EQ(Plan(Repeated("ç", 141), options).alphabet, Alphabet::kLatin1);
}

TEST(Text, MayTakeFewerSegmentsInLatin1ThanInGsm7) {
  TextOptions options;
  options.alphabets = {Alphabet::kGsm7, Alphabet::kLatin1};
  // 162 septets are two parts; 81 octets are one.
  EXPECT_EQ(Plan(Repeated("{", 81), options).alphabet, Alphabet::kLatin1);
  EXPECT_EQ(Plan(Repeated("{", 81), options).segments, 1);
}

TEST(Text, IsRefusedWhenNoAlphabetHasEveryCharacter) {
  EXPECT_EQ(Plan("привет", Only(Alphabet::kGsm7)).error, TextError::kNotRepresentable);
  EXPECT_EQ(Plan("€", Only(Alphabet::kLatin1)).error, TextError::kNotRepresentable);
  EXPECT_EQ(Plan(std::string_view("\0", 1), Only(Alphabet::kGsm7)).error,
            TextError::kNotRepresentable);
}

TEST(Text, IsRefusedWhenItIsNotUtf8) {
  EXPECT_EQ(Plan("abc\xFF").error, TextError::kInvalidUtf8);
  EXPECT_FALSE(MeasureText("\xE2\x82").valid);
  EXPECT_FALSE(MeasureText("аб\xD0").valid);
}

TEST(Text, IsMeasuredInEveryAlphabetAtOnce) {
  const TextMeasure measure = MeasureText("a{é€ж\xF0\x9F\x98\x80");
  EXPECT_TRUE(measure.valid);
  EXPECT_FALSE(measure.fits_gsm7);
  EXPECT_FALSE(measure.fits_latin1);
  EXPECT_EQ(measure.characters, 6u);
  EXPECT_EQ(measure.utf16_units, 7u);
  EXPECT_EQ(MeasureText("a{é€").septets, 6u);
  EXPECT_TRUE(MeasureText("a{é€").fits_gsm7);
  EXPECT_TRUE(MeasureText("a{éÿ").fits_latin1);
}

// Whole blocks of plain characters are looked at together: one that is not plain must be noticed
// wherever it stands.
TEST(Text, NoticesEachCharacterAtEachPlace) {
  std::vector<uint8_t> octets(128);
  for (char32_t c = 0; c < 0x180; ++c) {
    for (size_t place = 0; place < 48; ++place) {
      const std::string text = std::string(place, 'x') + Utf8(c) + std::string(47 - place, 'y');
      const TextMeasure measure = MeasureText(text);
      const uint16_t code = Gsm7Code(c);
      ASSERT_EQ(measure.fits_gsm7, code != kNotInGsm7) << static_cast<uint32_t>(c);
      ASSERT_EQ(measure.fits_latin1, c < 0x100) << static_cast<uint32_t>(c);
      ASSERT_EQ(measure.characters, 48u);
      ASSERT_EQ(measure.utf16_units, 48u);
      ASSERT_EQ(Translate(text, Alphabet::kUcs2, octets.data()), 96u);
      ASSERT_EQ(Load16(&octets[2 * place]), c) << place;
      if (measure.fits_latin1) {
        ASSERT_EQ(Translate(text, Alphabet::kLatin1, octets.data()), 48u);
        ASSERT_EQ(octets[place], c) << place;
      }
      if (!measure.fits_gsm7) continue;
      const size_t escaped = code > 0xFF ? 1 : 0;
      ASSERT_EQ(measure.septets, 48 + escaped);
      ASSERT_EQ(Translate(text, Alphabet::kGsm7, octets.data()), 48 + escaped);
      ASSERT_EQ(octets[place + escaped], code & 0xFF) << place;
      ASSERT_EQ(PartEnd(text, 0, Alphabet::kGsm7, place + escaped), place);
    }
  }
}

// Against an independent count and an independent translation.

size_t UnitsOf(char32_t c, Alphabet alphabet) {
  constexpr std::u32string_view kEscaped = U"\f^{}\\[~]|€";
  if (alphabet == Alphabet::kGsm7) return kEscaped.find(c) == std::u32string_view::npos ? 1 : 2;
  return alphabet == Alphabet::kUcs2 && c > 0xFFFF ? 2 : 1;
}

// The least number of parts there can be, over every way to cut.
size_t FewestParts(std::u32string_view text, Alphabet alphabet, size_t limit) {
  std::vector<size_t> fewest(text.size() + 1, SIZE_MAX);
  fewest[0] = 0;
  for (size_t from = 0; from < text.size(); ++from) {
    size_t units = 0;
    for (size_t to = from; to < text.size(); ++to) {
      units += UnitsOf(text[to], alphabet);
      if (units > limit) break;
      fewest[to + 1] = std::min(fewest[to + 1], fewest[from] + 1);
    }
  }
  return fewest[text.size()];
}

size_t FewestSegments(std::u32string_view text, Alphabet alphabet, SegmentLimits limits) {
  return std::max<size_t>(1, FewestParts(text, alphabet, limits.single) == 1
                                 ? 1
                                 : FewestParts(text, alphabet, limits.part));
}

struct Oracle {
  const char* name;
  Script script;
  Alphabet alphabet;
};

class TextOracle : public testing::TestWithParam<Oracle> {};

INSTANTIATE_TEST_SUITE_P(
    Text, TextOracle,
    testing::Values(Oracle{"PlainLetters", Script::kAscii, Alphabet::kGsm7},
                    Oracle{"Gsm7", Script::kGsm7, Alphabet::kGsm7},
                    Oracle{"Latin1", Script::kLatin1, Alphabet::kLatin1},
                    Oracle{"PlainLettersInUcs2", Script::kAscii, Alphabet::kUcs2},
                    Oracle{"SingleUnits", Script::kBasic, Alphabet::kUcs2},
                    Oracle{"SurrogatePairs", Script::kEverything, Alphabet::kUcs2}),
    [](const auto& oracle) { return std::string(oracle.param.name); });

TEST_P(TextOracle, AgreesThatNoCutTakesFewerSegments) {
  Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < test::Dose(500, 50); ++i) {
    const std::u32string text = RandomText(random, GetParam().script, random.Below(500));
    const std::string utf8 = Utf8(text);
    for (Concatenation c : {Concatenation::kUdh8, Concatenation::kUdh16}) {
      const size_t fewest =
          FewestSegments(text, GetParam().alphabet, LimitsFor(GetParam().alphabet, c));
      ASSERT_EQ(Segments(utf8, Only(GetParam().alphabet, c)), static_cast<int>(fewest)) << utf8;
    }
  }
}

TEST_P(TextOracle, ReadsTheWholeTextBackFromItsSegments) {
  Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  const Alphabet alphabet = GetParam().alphabet;
  test::IcuAlphabet icu(alphabet);
  for (int i = 0; i < 500; ++i) {
    const std::string utf8 = Utf8(RandomText(random, GetParam().script, random.Below(500)));
    const SegmentLimits limits = LimitsFor(alphabet, Concatenation::kUdh8);
    const int segments = Segments(utf8, Only(alphabet));
    const std::vector<std::string> parts =
        Parts(utf8, alphabet, segments == 1 ? limits.single : limits.part);
    ASSERT_EQ(parts.size(), utf8.empty() ? 0u : static_cast<size_t>(segments));
    ASSERT_EQ(parts.size(),
              CountParts(utf8, alphabet, segments == 1 ? limits.single : limits.part));
    std::string back;
    for (const std::string& part : parts) {
      std::vector<uint8_t> octets(2 * part.size());
      octets.resize(Translate(part, alphabet, octets.data()));
      ASSERT_LE(octets.size(),
                OctetsPerUnit(alphabet) * (segments == 1 ? limits.single : limits.part));
      const std::optional<std::string> read = icu.ToUtf8(octets);
      ASSERT_TRUE(read.has_value()) << ToHex(octets);
      back += *read;
    }
    ASSERT_EQ(back, utf8);
  }
}

TEST_P(TextOracle, CountsTheUnitsThatTranslationWrites) {
  Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  const Alphabet alphabet = GetParam().alphabet;
  for (int i = 0; i < 500; ++i) {
    const std::string utf8 = Utf8(RandomText(random, GetParam().script, random.Below(200)));
    const TextMeasure measure = MeasureText(utf8);
    ASSERT_TRUE(measure.valid);
    std::vector<uint8_t> octets(2 * utf8.size());
    const size_t written = Translate(utf8, alphabet, octets.data());
    const size_t units = alphabet == Alphabet::kGsm7     ? measure.septets
                         : alphabet == Alphabet::kLatin1 ? measure.characters
                                                         : measure.utf16_units;
    ASSERT_EQ(written, units * OctetsPerUnit(alphabet)) << utf8;
  }
}

TEST(Text, TranslatesAsIcuDoesWhateverStandsNextToWhat) {
  Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  test::IcuAlphabet icu(Alphabet::kGsm7);
  for (int i = 0; i < 2'000; ++i) {
    // Runs of plain letters with single other characters between them.
    std::string utf8;
    while (random.Below(6) != 0) {
      utf8 += Utf8(RandomText(random, Script::kAscii, random.Below(40)));
      utf8 += Utf8(RandomText(random, Script::kGsm7, random.Below(3)));
    }
    std::vector<uint8_t> octets(2 * utf8.size());
    octets.resize(Translate(utf8, Alphabet::kGsm7, octets.data()));
    ASSERT_EQ(AsText(octets), icu.FromUtf8(utf8)) << utf8;
  }
}

}  // namespace
}  // namespace salvo::pdu

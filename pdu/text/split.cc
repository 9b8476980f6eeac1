#include "pdu/text/split.h"

#include <algorithm>
#include <cstring>

#include "pdu/text/gsm7_tables.h"
#include "pdu/text/plain_run.h"
#include "pdu/text/utf8.h"
#include "pdu/wire.h"

namespace salvo::pdu {
namespace {

// Goes through a text: `plain(run)` takes runs of plain characters, `other(at)` a character of any
// kind and returns its octets, or 0 to stop.
void Walk(std::string_view utf8, auto plain, auto other) {
  size_t next_look = 0;  // a block that is not plain is gone through before the next is looked at
  for (size_t at = 0; at < utf8.size();) {
    if (at >= next_look && utf8.size() - at >= kPlainBlock) {
      next_look = at + kPlainBlock;
      if (IsPlainBlock(utf8.data() + at)) {
        const std::string_view run = utf8.substr(at, PlainRun(utf8.substr(at)));
        plain(run);
        at += run.size();
        continue;
      }
    }
    const size_t octets = other(at);
    if (octets == 0) return;
    at += octets;
  }
}

uint16_t CodeOf(char32_t character) {
  return character < kGsm7LatinCodes.size() ? kGsm7LatinCodes[character] : Gsm7Code(character);
}

uint16_t Gsm7CodeAt(std::string_view utf8, size_t at, size_t* octets) {
  const Utf8Character c = DecodeUtf8(utf8, at);
  *octets = c.octets;
  return CodeOf(c.code_point);
}

size_t UnitsAt(std::string_view utf8, size_t at, Alphabet alphabet, size_t* octets) {
  if (alphabet == Alphabet::kGsm7) return Gsm7CodeAt(utf8, at, octets) > 0xFF ? 2 : 1;
  const Utf8Character c = DecodeUtf8(utf8, at);
  *octets = c.octets;
  return alphabet == Alphabet::kUcs2 && c.code_point > 0xFFFF ? 2 : 1;
}

uint8_t* CopyPlain(std::string_view run, uint8_t* to) {
  std::memcpy(to, run.data(), run.size());
  return to + run.size();
}

size_t TranslateToGsm7(std::string_view utf8, uint8_t* out) {
  uint8_t* to = out;
  Walk(
      utf8, [&](std::string_view run) { to = CopyPlain(run, to); },
      [&](size_t at) {
        size_t octets = 1;
        const uint16_t code = Gsm7CodeAt(utf8, at, &octets);
        if (code > 0xFF) *to++ = kGsm7Escape;
        *to++ = static_cast<uint8_t>(code);
        return octets;
      });
  return static_cast<size_t>(to - out);
}

size_t TranslateToLatin1(std::string_view utf8, uint8_t* out) {
  uint8_t* to = out;
  Walk(
      utf8, [&](std::string_view run) { to = CopyPlain(run, to); },
      [&](size_t at) -> size_t {
        const Utf8Character c = DecodeUtf8(utf8, at);
        *to++ = static_cast<uint8_t>(c.code_point);
        return c.octets;
      });
  return static_cast<size_t>(to - out);
}

uint8_t* WriteUtf16(char32_t code_point, uint8_t* to) {
  if (code_point <= 0xFFFF) {
    Store16(to, static_cast<uint16_t>(code_point));
    return to + 2;
  }
  const char32_t rest = code_point - 0x10000;
  Store16(to, static_cast<uint16_t>(0xD800 + (rest >> 10)));
  Store16(to + 2, static_cast<uint16_t>(0xDC00 + (rest & 0x3FF)));
  return to + 4;
}

size_t TranslateToUcs2(std::string_view utf8, uint8_t* out) {
  uint8_t* to = out;
  Walk(
      utf8,
      [&](std::string_view run) {
        for (size_t i = 0; i < run.size(); ++i) Store16(to + 2 * i, static_cast<uint8_t>(run[i]));
        to += 2 * run.size();
      },
      [&](size_t at) -> size_t {
        const Utf8Character c = DecodeUtf8(utf8, at);
        to = WriteUtf16(c.code_point, to);
        return c.octets;
      });
  return static_cast<size_t>(to - out);
}

// Units of the whole text, and whether every character takes just one.
struct Units {
  size_t count;
  bool all_single;
};

Units UnitsOf(const TextMeasure& measure, Alphabet alphabet) {
  switch (alphabet) {
    case Alphabet::kGsm7:
      return {measure.septets, measure.septets == measure.characters};
    case Alphabet::kLatin1:
      return {measure.characters, true};
    case Alphabet::kUcs2:
      return {measure.utf16_units, measure.utf16_units == measure.characters};
  }
  return {};
}

bool Fits(const TextMeasure& measure, Alphabet alphabet) {
  switch (alphabet) {
    case Alphabet::kGsm7:
      return measure.fits_gsm7;
    case Alphabet::kLatin1:
      return measure.fits_latin1;
    case Alphabet::kUcs2:
      return true;
  }
  return false;
}

size_t SegmentsIn(std::string_view utf8, const TextMeasure& measure, Alphabet alphabet,
                  Concatenation concatenation) {
  const Units units = UnitsOf(measure, alphabet);
  const SegmentLimits limits = LimitsFor(alphabet, concatenation);
  if (units.count <= limits.single) return 1;
  if (units.all_single) return (units.count + limits.part - 1) / limits.part;
  return CountParts(utf8, alphabet, limits.part);
}

}  // namespace

std::string_view NameOf(Concatenation concatenation) {
  switch (concatenation) {
    case Concatenation::kUdh8:
      return "udh8";
    case Concatenation::kUdh16:
      return "udh16";
    case Concatenation::kSar:
      return "sar";
    case Concatenation::kPayload:
      return "payload";
  }
  return "";
}

TextMeasure MeasureText(std::string_view utf8) {
  TextMeasure m;
  m.plain = PlainRun(utf8) == utf8.size();
  if (m.plain) {
    m.characters = m.septets = m.utf16_units = utf8.size();
    return m;
  }
  // Counted apart from `m`, so that they can stay in registers.
  size_t plain = 0;
  size_t characters = 0;
  size_t septets = 0;
  size_t utf16_units = 0;
  bool fits_gsm7 = true;
  bool fits_latin1 = true;
  Walk(
      utf8, [&](std::string_view run) { plain += run.size(); },
      [&](size_t at) -> size_t {
        const Utf8Character c = DecodeUtf8(utf8, at);
        if (c.octets == 0) {
          m.valid = false;
          return 0;
        }
        const uint16_t code = CodeOf(c.code_point);
        fits_gsm7 = fits_gsm7 && code != kNotInGsm7;
        fits_latin1 = fits_latin1 && c.code_point <= 0xFF;
        septets += code > 0xFF ? 2 : 1;
        utf16_units += c.code_point > 0xFFFF ? 2 : 1;
        ++characters;
        return c.octets;
      });
  m.fits_gsm7 = fits_gsm7;
  m.fits_latin1 = fits_latin1;
  m.characters = plain + characters;
  m.septets = plain + septets;
  m.utf16_units = plain + utf16_units;
  return m;
}

std::string_view Describe(TextError error) {
  switch (error) {
    case TextError::kNone:
      return "nothing is wrong";
    case TextError::kInvalidUtf8:
      return "the text is not valid UTF-8";
    case TextError::kNotRepresentable:
      return "the text has a character that no alphabet of the account holds";
    case TextError::kTooLong:
      return "the text takes more than 255 segments";
  }
  return "";
}

TextPlan PlanAnyText(std::string_view utf8, const TextMeasure& measure,
                     const TextOptions& options) {
  TextPlan plan;
  if (!measure.valid) {
    plan.error = TextError::kInvalidUtf8;
    return plan;
  }
  size_t fewest = SIZE_MAX;
  for (Alphabet alphabet : options.enabled()) {
    if (!Fits(measure, alphabet)) continue;
    const size_t segments = SegmentsIn(utf8, measure, alphabet, options.concatenation);
    if (segments >= fewest) continue;
    fewest = segments;
    plan.alphabet = alphabet;
    if (segments == 1) break;
  }
  if (fewest == SIZE_MAX) {
    plan.error = TextError::kNotRepresentable;
  } else if (fewest > kMaxSegments) {
    plan.error = TextError::kTooLong;
  } else {
    plan.segments = static_cast<uint16_t>(fewest);
  }
  return plan;
}

size_t PartEnd(std::string_view utf8, size_t from, Alphabet alphabet, size_t limit_units) {
  size_t left = limit_units;
  size_t at = from;
  while (at < utf8.size() && left > 0) {
    const size_t run = PlainRun(utf8.substr(at, left));
    left -= run;
    at += run;
    for (const size_t stop = std::min(at + kPlainBlock, utf8.size()); at < stop;) {
      size_t octets = 1;
      const size_t units = UnitsAt(utf8, at, alphabet, &octets);
      if (units > left) return at;
      left -= units;
      at += octets;
    }
  }
  return at;
}

size_t CountParts(std::string_view utf8, Alphabet alphabet, size_t limit_units) {
  size_t parts = 0;
  for (size_t at = 0; at < utf8.size(); ++parts) at = PartEnd(utf8, at, alphabet, limit_units);
  return parts;
}

size_t Translate(std::string_view utf8, Alphabet alphabet, uint8_t* out) {
  switch (alphabet) {
    case Alphabet::kGsm7:
      return TranslateToGsm7(utf8, out);
    case Alphabet::kLatin1:
      return TranslateToLatin1(utf8, out);
    case Alphabet::kUcs2:
      return TranslateToUcs2(utf8, out);
  }
  return 0;
}

}  // namespace salvo::pdu

#include "pdu/text/split.h"

#include <algorithm>

#include "pdu/text/gsm7_tables.h"
#include "pdu/text/utf8.h"
#include "pdu/wire.h"

namespace salvo::pdu {
namespace {

constexpr size_t kMaxPayloadOctets = 65'535;

// Septets of an ASCII character; 0 when the alphabet lacks it.
constexpr std::array<uint8_t, 128> MakeAsciiSeptets() {
  std::array<uint8_t, 128> septets{};
  for (size_t i = 0; i < septets.size(); ++i) {
    const uint16_t code = kGsm7LatinCodes[i];
    septets[i] = code == kNotInGsm7 ? 0 : code > 0xFF ? 2 : 1;
  }
  return septets;
}

constexpr std::array<uint8_t, 128> kAsciiSeptets = MakeAsciiSeptets();

bool IsAscii(char c) { return static_cast<uint8_t>(c) < 0x80; }

uint16_t Gsm7CodeAt(std::string_view utf8, size_t at, size_t* octets) {
  if (IsAscii(utf8[at])) {
    *octets = 1;
    return kGsm7LatinCodes[static_cast<uint8_t>(utf8[at])];
  }
  const Utf8Character c = DecodeUtf8(utf8, at);
  *octets = c.octets;
  return Gsm7Code(c.code_point);
}

size_t UnitsAt(std::string_view utf8, size_t at, Alphabet alphabet, size_t* octets) {
  if (alphabet == Alphabet::kGsm7) return Gsm7CodeAt(utf8, at, octets) > 0xFF ? 2 : 1;
  const Utf8Character c = DecodeUtf8(utf8, at);
  *octets = c.octets;
  return alphabet == Alphabet::kUcs2 && c.code_point > 0xFFFF ? 2 : 1;
}

size_t TranslateToGsm7(std::string_view utf8, uint8_t* out) {
  uint8_t* to = out;
  for (size_t at = 0; at < utf8.size();) {
    size_t octets = 1;
    const uint16_t code = Gsm7CodeAt(utf8, at, &octets);
    if (code > 0xFF) *to++ = kGsm7Escape;
    *to++ = static_cast<uint8_t>(code);
    at += octets;
  }
  return static_cast<size_t>(to - out);
}

size_t TranslateToLatin1(std::string_view utf8, uint8_t* out) {
  uint8_t* to = out;
  for (size_t at = 0; at < utf8.size();) {
    const Utf8Character c = DecodeUtf8(utf8, at);
    *to++ = static_cast<uint8_t>(c.code_point);
    at += c.octets;
  }
  return static_cast<size_t>(to - out);
}

size_t TranslateToUcs2(std::string_view utf8, uint8_t* out) {
  uint8_t* to = out;
  for (size_t at = 0; at < utf8.size();) {
    const Utf8Character c = DecodeUtf8(utf8, at);
    at += c.octets;
    if (c.code_point <= 0xFFFF) {
      Store16(to, static_cast<uint16_t>(c.code_point));
      to += 2;
      continue;
    }
    const char32_t rest = c.code_point - 0x10000;
    Store16(to, static_cast<uint16_t>(0xD800 + (rest >> 10)));
    Store16(to + 2, static_cast<uint16_t>(0xDC00 + (rest & 0x3FF)));
    to += 4;
  }
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

std::optional<Concatenation> ParseConcatenation(std::string_view name) {
  for (Concatenation c : {Concatenation::kUdh8, Concatenation::kUdh16, Concatenation::kSar,
                          Concatenation::kPayload}) {
    if (name == NameOf(c)) return c;
  }
  return std::nullopt;
}

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

SegmentLimits LimitsFor(Alphabet alphabet, Concatenation concatenation) {
  // SAR and message_payload become a user data header with 8-bit reference at the SMSC.
  const uint16_t less = concatenation == Concatenation::kUdh16 ? 1 : 0;
  switch (alphabet) {
    case Alphabet::kGsm7:
      return {160, static_cast<uint16_t>(153 - less)};
    case Alphabet::kLatin1:
      return {140, static_cast<uint16_t>(134 - less)};
    case Alphabet::kUcs2:
      return {70, static_cast<uint16_t>(67 - less)};
  }
  return {};
}

TextMeasure MeasureText(std::string_view utf8) {
  TextMeasure m;
  bool gsm7 = true;
  for (size_t at = 0; at < utf8.size();) {
    if (IsAscii(utf8[at])) {
      const uint8_t septets = kAsciiSeptets[static_cast<uint8_t>(utf8[at])];
      gsm7 = gsm7 && septets != 0;
      m.septets += septets;
      ++m.characters;
      ++m.utf16_units;
      ++at;
      continue;
    }
    const Utf8Character c = DecodeUtf8(utf8, at);
    if (c.octets == 0) {
      m.valid = false;
      m.invalid_at = at;
      break;
    }
    const uint16_t code = Gsm7Code(c.code_point);
    gsm7 = gsm7 && code != kNotInGsm7;
    m.septets += code > 0xFF ? 2 : 1;
    m.utf16_units += c.code_point > 0xFFFF ? 2 : 1;
    m.fits_latin1 = m.fits_latin1 && c.code_point <= 0xFF;
    ++m.characters;
    at += c.octets;
  }
  m.fits_gsm7 = gsm7;
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

TextPlan PlanText(std::string_view utf8, const TextMeasure& measure, const TextOptions& options) {
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
  } else if (fewest > kMaxSegments ||
             UnitsOf(measure, plan.alphabet).count * OctetsPerUnit(plan.alphabet) >
                 kMaxPayloadOctets) {
    plan.error = TextError::kTooLong;
  } else {
    plan.segments = static_cast<uint16_t>(fewest);
  }
  return plan;
}

size_t PartEnd(std::string_view utf8, size_t from, Alphabet alphabet, size_t limit_units) {
  size_t units = 0;
  size_t at = from;
  while (at < utf8.size()) {
    size_t octets = 1;
    units += UnitsAt(utf8, at, alphabet, &octets);
    if (units > limit_units) break;
    at += octets;
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

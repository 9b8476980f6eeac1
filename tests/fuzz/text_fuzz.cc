// Any octets as a text. What is not UTF-8 is refused at the right place; of what is, the counts are
// those of the translation, and the segments hold the whole text, in order and within their limits.
// The first octet of the input chooses the concatenation and the order of the alphabets.

#include <algorithm>
#include <string>
#include <vector>

#include "pdu/text/split.h"
#include "pdu/text/utf8.h"
#include "pdu/wire.h"
#include "tests/fuzz/check.h"

namespace salvo::pdu {
namespace {

using fuzz::Check;

std::u32string CodePoints(std::string_view utf8) {
  std::u32string text;
  for (size_t at = 0; at < utf8.size();) {
    const Utf8Character c = DecodeUtf8(utf8, at);
    Check(c.octets > 0, "a measured text is valid");
    text += c.code_point;
    at += c.octets;
  }
  return text;
}

// What a handset makes of a segment.
std::u32string ReadBack(Octets octets, Alphabet alphabet) {
  std::u32string text;
  for (size_t i = 0; i < octets.size(); ++i) {
    if (alphabet == Alphabet::kLatin1) {
      text += octets[i];
    } else if (alphabet == Alphabet::kGsm7) {
      const bool escaped = octets[i] == kGsm7Escape;
      if (escaped) Check(++i < octets.size(), "no escape stands at the end of a segment");
      text += escaped ? Gsm7ExtensionCharacter(octets[i]) : Gsm7Character(octets[i]);
    } else {
      const uint16_t unit = Load16(&octets[i++]);
      const bool is_high = unit >= 0xD800 && unit <= 0xDBFF;
      const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
      const bool after_high = !text.empty() && text.back() >= 0xD800 && text.back() <= 0xDBFF;
      Check(is_low == after_high, "surrogates come in pairs");
      if (is_low) text.back() = 0x10000 + ((text.back() - 0xD800) << 10) + (unit - 0xDC00u);
      if (!is_low) text += unit;
      Check(!is_high || i + 2 < octets.size(), "no pair is split");
    }
  }
  return text;
}

size_t UnitsOf(const TextMeasure& measure, Alphabet alphabet) {
  return alphabet == Alphabet::kGsm7     ? measure.septets
         : alphabet == Alphabet::kLatin1 ? measure.characters
                                         : measure.utf16_units;
}

void CheckParts(std::string_view utf8, const TextMeasure& measure, Alphabet alphabet,
                size_t limit) {
  std::vector<uint8_t> octets(2 * utf8.size());
  const size_t per_unit = OctetsPerUnit(alphabet);
  Check(Translate(utf8, alphabet, octets.data()) == UnitsOf(measure, alphabet) * per_unit,
        "the translation is as long as was measured");
  std::u32string back;
  size_t parts = 0;
  for (size_t at = 0; at < utf8.size(); ++parts) {
    const size_t end = PartEnd(utf8, at, alphabet, limit);
    Check(end > at && end <= utf8.size(), "a part holds something");
    const size_t size = Translate(utf8.substr(at, end - at), alphabet, octets.data());
    Check(size <= limit * per_unit, "a part is within its limit");
    back += ReadBack(Octets(octets).first(size), alphabet);
    if (end < utf8.size()) {
      const size_t next = DecodeUtf8(utf8, end).octets;
      std::vector<uint8_t> longer(2 * (end + next - at));
      Check(Translate(utf8.substr(at, end + next - at), alphabet, longer.data()) > limit * per_unit,
            "a part is full");
    }
    at = end;
  }
  Check(back == CodePoints(utf8), "the parts hold the text");
  Check(parts == CountParts(utf8, alphabet, limit), "the parts are as many as were counted");
}

void CheckPlan(std::string_view utf8, const TextMeasure& measure, const TextOptions& options) {
  const TextPlan plan = PlanText(utf8, measure, options);
  size_t fewest = SIZE_MAX;
  for (Alphabet alphabet : options.enabled()) {
    const bool fits = alphabet == Alphabet::kUcs2 ||
                      (alphabet == Alphabet::kGsm7 ? measure.fits_gsm7 : measure.fits_latin1);
    if (!fits) continue;
    const auto limits = LimitsFor(alphabet, options.concatenation);
    const bool single = UnitsOf(measure, alphabet) <= limits.single;
    CheckParts(utf8, measure, alphabet, limits.part);
    fewest = std::min(fewest, single ? 1 : CountParts(utf8, alphabet, limits.part));
  }
  Check(plan.ok() == (fewest <= kMaxSegments), "a plan is made where there is one");
  Check(!plan.ok() || plan.segments == fewest, "a plan takes the fewest segments");
}

TextOptions OptionsFrom(uint8_t octet) {
  TextOptions options;
  options.alphabets = {Alphabet::kGsm7, Alphabet::kLatin1, Alphabet::kUcs2};
  std::rotate(options.alphabets.begin(), options.alphabets.begin() + octet % 3,
              options.alphabets.end());
  options.alphabet_count = static_cast<uint8_t>(1 + octet / 3 % 3);
  options.concatenation = static_cast<Concatenation>(octet / 9 % 4);
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view utf8 = AsText({data + 1, size - 1});
  const TextOptions options = OptionsFrom(data[0]);
  const TextMeasure measure = MeasureText(utf8);
  if (!measure.valid) {
    Check(PlanText(utf8, measure, options).error == TextError::kInvalidUtf8,
          "what is invalid has no plan");
    return 0;
  }
  const std::u32string text = CodePoints(utf8);
  Check(measure.characters == text.size(), "characters are code points");
  const auto has_code = [](char32_t c) { return Gsm7Code(c) != kNotInGsm7; };
  Check(measure.fits_gsm7 == std::all_of(text.begin(), text.end(), has_code),
        "a text fits GSM 7-bit when each character does");
  Check(measure.fits_latin1 ==
            std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 256; }),
        "a text fits Latin-1 when each character does");
  CheckPlan(utf8, measure, options);
  return 0;
}

}  // namespace salvo::pdu

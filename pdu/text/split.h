// From a UTF-8 text to the segments that carry it: which alphabet, how many parts, where each ends.
//
// Limits in units of the alphabet (3GPP TS 23.040 section 9.2.3.24; 140 octets on the air):
//                     single   part with 8-bit reference   with 16-bit reference
//   GSM 7-bit           160              153                       152
//   UCS-2                70               67                        66
//   Latin-1             140              134                       133
// Parts are filled from the front and never split an escaped character or a surrogate pair; as
// characters cannot be reordered, filling from the front gives the least possible number of parts.
// Pure functions, no allocation, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "pdu/text/alphabet.h"

namespace salvo::pdu {

// How the parts of a long message are told to belong together.
enum class Concatenation : uint8_t {
  kUdh8,     // user data header, element 0x00: 8-bit reference
  kUdh16,    // user data header, element 0x08: 16-bit reference
  kSar,      // the TLVs sar_msg_ref_num, sar_total_segments, sar_segment_seqnum
  kPayload,  // not split: one submit_sm with message_payload; the SMSC splits and bills
};

// "udh8", "udh16", "sar", "payload"
std::string_view NameOf(Concatenation concatenation);

inline constexpr uint32_t kMaxSegments = 255;

struct SegmentLimits {
  uint16_t single;  // units of a message that is not split
  uint16_t part;    // units of each part of one that is
};

constexpr SegmentLimits LimitsFor(Alphabet alphabet, Concatenation concatenation) {
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

// What one pass over a text tells.
struct TextMeasure {
  bool valid = true;      // UTF-8
  bool plain = false;     // ASCII that GSM 7-bit and Latin-1 write as it stands, as far as is seen
  bool fits_gsm7 = true;  // every character has a GSM 7-bit code
  bool fits_latin1 = true;  // every character is at most U+00FF
  size_t characters = 0;    // code points
  size_t septets = 0;       // GSM 7-bit codes, two for an escaped character
  size_t utf16_units = 0;
};

TextMeasure MeasureText(std::string_view utf8);

// The alphabets an account takes, in the order of preference.
struct TextOptions {
  std::array<Alphabet, 3> alphabets = {Alphabet::kGsm7, Alphabet::kUcs2};
  uint8_t alphabet_count = 2;
  Concatenation concatenation = Concatenation::kUdh8;

  std::span<const Alphabet> enabled() const { return {alphabets.data(), alphabet_count}; }
};

enum class TextError : uint8_t {
  kNone,
  kInvalidUtf8,
  kNotRepresentable,  // no enabled alphabet has every character
  kTooLong,           // more than 255 segments, which is less than message_payload could hold
};

// "the text is not valid UTF-8"
std::string_view Describe(TextError error);

struct TextPlan {
  TextError error = TextError::kNone;
  Alphabet alphabet = Alphabet::kGsm7;
  uint16_t segments = 1;  // as billed, also when one submit_sm carries them all

  [[nodiscard]] bool ok() const { return error == TextError::kNone; }
};

// PlanText of a text that need not be plain and short.
TextPlan PlanAnyText(std::string_view utf8, const TextMeasure& measure, const TextOptions& options);

// The enabled alphabet that keeps every character and takes the fewest segments; the first of them
// where several take as many. An empty text is one empty segment.
inline TextPlan PlanText(std::string_view utf8, const TextMeasure& measure,
                         const TextOptions& options) {
  // Most texts are plain, and fit one segment of the alphabet that is tried first.
  const Alphabet first = options.enabled().front();
  const size_t limit = LimitsFor(first, options.concatenation).single;
  if (measure.valid && measure.plain && measure.characters <= limit) {
    return {TextError::kNone, first, 1};
  }
  return PlanAnyText(utf8, measure, options);
}

// Where the part that starts at `from` ends: an offset into `utf8`, beyond `from` unless that is
// the end. REQUIRES: the text is valid, `alphabet` has every character, limit_units >= 2.
size_t PartEnd(std::string_view utf8, size_t from, Alphabet alphabet, size_t limit_units);

// Parts that `utf8` takes when each holds at most `limit_units`. Same requirements.
size_t CountParts(std::string_view utf8, Alphabet alphabet, size_t limit_units);

// Writes the text in the alphabet and returns the octets written: at most twice utf8.size().
// REQUIRES: the text is valid, `alphabet` has every character, `out` has that room.
size_t Translate(std::string_view utf8, Alphabet alphabet, uint8_t* out);

}  // namespace salvo::pdu

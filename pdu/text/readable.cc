#include "pdu/text/readable.h"

#include <array>

namespace salvo::pdu {
namespace {

enum class Reading : uint8_t { kGsm7, kAscii, kLatin1, kUcs2, kCyrillic, kHebrew, kBinary, kNone };

struct Coding {
  Reading reading;
  std::string_view name;
};

constexpr Coding kCodings[] = {
    {Reading::kGsm7, "the SMSC's default, mostly GSM 7-bit"},
    {Reading::kAscii, "IA5 (ASCII)"},
    {Reading::kBinary, "8-bit"},
    {Reading::kLatin1, "Latin-1"},
    {Reading::kBinary, "8-bit"},
    {Reading::kNone, "JIS X 0208"},
    {Reading::kCyrillic, "ISO-8859-5, Cyrillic"},
    {Reading::kHebrew, "ISO-8859-8, Hebrew"},
    {Reading::kUcs2, "UCS-2"},
    {Reading::kNone, "pictograms"},
    {Reading::kNone, "ISO-2022-JP"},
    {Reading::kNone, ""},
    {Reading::kNone, ""},
    {Reading::kNone, "JIS X 0212"},
    {Reading::kNone, "KS C 5601"},
};

// The groups of 3GPP TS 23.038 section 4 above the specification's own list.
Coding GroupOf(uint8_t data_coding) {
  constexpr uint8_t kGroupMask = 0xF0;
  constexpr uint8_t kEightBit = 0x04;
  switch (data_coding & kGroupMask) {
    case 0x10:
      switch (data_coding & 0x0C) {
        case 0x00:
          return {Reading::kGsm7, "GSM 7-bit"};
        case 0x04:
          return {Reading::kBinary, "8-bit"};
        case 0x08:
          return {Reading::kUcs2, "UCS-2"};
        default:
          return {Reading::kNone, ""};
      }
    case 0xC0:
      return {Reading::kGsm7, "message waiting, discarded"};
    case 0xD0:
      return {Reading::kGsm7, "message waiting, GSM 7-bit"};
    case 0xE0:
      return {Reading::kUcs2, "message waiting, UCS-2"};
    case 0xF0:
      if ((data_coding & kEightBit) != 0) return {Reading::kBinary, "8-bit"};
      return {Reading::kGsm7, "GSM 7-bit"};
    default:
      return {Reading::kNone, ""};
  }
}

Coding CodingOf(uint8_t data_coding) {
  return data_coding < std::size(kCodings) ? kCodings[data_coding] : GroupOf(data_coding);
}

bool HasClass(uint8_t data_coding) {
  return (data_coding & 0xF0) == 0x10 || (data_coding & 0xF0) == 0xF0;
}

void AppendHexDigits(uint32_t value, int digits, std::string* out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) *out += kDigits[value >> shift & 0xF];
}

// Controls, and characters that make a terminal show what is not there.
bool IsDangerous(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xD800 && c <= 0xDFFF) || (c & 0xFFFE) == 0xFFFE;
}

void AppendUtf8(char32_t c, std::string* out) {
  const auto put = [&](char32_t octet) { *out += static_cast<char>(octet); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

class TextReader {
 public:
  explicit TextReader(ReadableText* out) : out_(*out) {}

  void Gsm7(Octets octets) {
    for (size_t i = 0; i < octets.size(); ++i) {
      const uint8_t octet = octets[i];
      if (octet > 0x7F) {
        Raw(octet, "an octet above 0x7F in GSM 7-bit: packed septets, or another alphabet?");
      } else if (octet != kGsm7Escape) {
        Character(Gsm7Character(octet));
      } else if (i + 1 == octets.size()) {
        Raw(octet, "the text ends with an escape");
      } else {
        Escaped(octets[++i]);
      }
    }
  }

  void Ucs2(Octets octets) {
    const size_t whole = octets.size() / 2 * 2;
    for (size_t i = 0; i < whole; i += 2) {
      const char32_t unit = Load16(octets.data() + i);
      const bool is_high = unit >= 0xD800 && unit < 0xDC00;
      const char32_t next = is_high && i + 2 < whole ? Load16(octets.data() + i + 2) : 0;
      if (next >= 0xDC00 && next < 0xE000) {
        Character(0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00));
        i += 2;
        continue;
      }
      if (unit >= 0xD800 && unit < 0xE000) Fault("half of a surrogate pair");
      Character(unit);
    }
    if (whole < octets.size()) Raw(octets.back(), "an odd count of octets in UCS-2");
  }

  void OctetwiseBy(char32_t (*character)(uint8_t), Octets octets) {
    for (const uint8_t octet : octets) {
      const char32_t c = character(octet);
      if (c == kNoCharacter) {
        Raw(octet, "an octet that is no character of the alphabet");
      } else {
        Character(c);
      }
    }
  }

  static constexpr char32_t kNoCharacter = 0xFFFFFFFF;

 private:
  void Fault(std::string_view fault) {
    if (out_.fault.empty()) out_.fault = fault;
  }

  void Raw(uint8_t octet, std::string_view fault) {
    Fault(fault);
    out_.utf8 += "\\x";
    AppendHexDigits(octet, 2, &out_.utf8);
  }

  void Escaped(uint8_t code) {
    const char32_t c = code <= 0x7F ? Gsm7ExtensionCharacter(code) : 0;
    if (c == 0) return Raw(code, "an escape before what the extension table does not have");
    Character(c);
  }

  void Character(char32_t c) {
    if (c == '\\') {
      out_.utf8 += "\\\\";
    } else if (IsDangerous(c)) {
      const bool is_wide = c > 0xFFFF;
      out_.utf8 += is_wide ? "\\U" : "\\u";
      AppendHexDigits(c, is_wide ? 6 : 4, &out_.utf8);
    } else {
      AppendUtf8(c, &out_.utf8);
    }
  }

  ReadableText& out_;
};

char32_t Ascii(uint8_t octet) { return octet < 0x80 ? octet : TextReader::kNoCharacter; }
char32_t Latin1(uint8_t octet) { return octet; }

char32_t Cyrillic(uint8_t octet) {
  if (octet <= 0xA0 || octet == 0xAD) return octet;
  if (octet == 0xF0) return 0x2116;
  if (octet == 0xFD) return 0xA7;
  return char32_t{0x360} + octet;
}

char32_t Hebrew(uint8_t octet) {
  if (octet <= 0xA0) return octet;
  if (octet >= 0xE0 && octet <= 0xFA) return char32_t{0x4F0} + octet;
  if (octet == 0xAA) return 0xD7;
  if (octet == 0xBA) return 0xF7;
  if (octet == 0xDF) return 0x2017;
  if (octet <= 0xBE && octet != 0xA1) return octet;
  return TextReader::kNoCharacter;
}

}  // namespace

std::string DescribeDataCoding(uint8_t data_coding) {
  const Coding coding = CodingOf(data_coding);
  if (coding.name.empty()) return "reserved";
  std::string text(coding.name);
  if (!HasClass(data_coding)) return text;
  const int message_class = data_coding & 0x03;
  return text +
         (message_class == 0 ? ", class 0 (flash)" : ", class " + std::to_string(message_class));
}

bool IsReservedDataCoding(uint8_t data_coding) { return CodingOf(data_coding).name.empty(); }

std::optional<Alphabet> AlphabetOf(uint8_t data_coding) {
  switch (CodingOf(data_coding).reading) {
    case Reading::kGsm7:
      return Alphabet::kGsm7;
    case Reading::kAscii:
    case Reading::kLatin1:
      return Alphabet::kLatin1;
    case Reading::kUcs2:
      return Alphabet::kUcs2;
    case Reading::kCyrillic:
    case Reading::kHebrew:
    case Reading::kBinary:
    case Reading::kNone:
      return std::nullopt;
  }
  return std::nullopt;
}

ReadableText ReadText(Octets octets, uint8_t data_coding) {
  ReadableText text;
  TextReader reader(&text);
  text.is_text = true;
  const Reading reading = CodingOf(data_coding).reading;
  text.in_septets = reading == Reading::kGsm7 || reading == Reading::kAscii;
  switch (reading) {
    case Reading::kGsm7:
      reader.Gsm7(octets);
      break;
    case Reading::kAscii:
      reader.OctetwiseBy(Ascii, octets);
      break;
    case Reading::kLatin1:
      reader.OctetwiseBy(Latin1, octets);
      break;
    case Reading::kUcs2:
      reader.Ucs2(octets);
      break;
    case Reading::kCyrillic:
      reader.OctetwiseBy(Cyrillic, octets);
      break;
    case Reading::kHebrew:
      reader.OctetwiseBy(Hebrew, octets);
      break;
    case Reading::kBinary:
    case Reading::kNone:
      text.is_text = false;
  }
  return text;
}

}  // namespace salvo::pdu

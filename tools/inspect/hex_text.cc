#include "tools/inspect/hex_text.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "absl/strings/str_format.h"

namespace salvo::tools {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// The lines of a text, one after the other.
class Lines {
 public:
  explicit Lines(std::string_view text) : left_(text) {}

  bool Next(std::string_view* line) {
    if (left_.empty()) return false;
    const size_t end = std::min(left_.find('\n'), left_.size());
    *line = left_.substr(0, end);
    left_.remove_prefix(std::min(end + 1, left_.size()));
    ++number_;
    return true;
  }
  size_t number() const { return number_; }

 private:
  std::string_view left_;
  size_t number_ = 0;
};

// "00000010: 0000 ..." or "0010  00 00 ...": the digits in front and what stands behind them.
struct DumpLine {
  std::string_view offset;
  std::string_view rest;
  bool has_colon = false;
};

std::optional<DumpLine> ParseDumpLine(std::string_view line) {
  constexpr size_t kLeast = 4;
  constexpr size_t kMost = 8;
  line = Trimmed(line);
  size_t digits = 0;
  while (digits < line.size() && HexDigit(line[digits]) >= 0) ++digits;
  if (digits < kLeast || digits > kMost) return std::nullopt;
  DumpLine dump = {line.substr(0, digits), line.substr(digits)};
  if (dump.rest.starts_with(':')) {
    dump.has_colon = true;
    dump.rest.remove_prefix(1);
  }
  if (!dump.rest.empty() && !IsBlank(dump.rest.front())) return std::nullopt;
  return dump;
}

std::optional<uint32_t> ParseOffset(std::string_view digits, int base) {
  uint32_t offset = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, offset, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return offset;
}

// Pairs of digits with blanks between them; two blanks may be the end of them.
bool AppendOctets(std::string_view rest, bool two_blanks_end, std::vector<uint8_t>* out) {
  while (!rest.empty() && IsBlank(rest.front())) rest.remove_prefix(1);
  while (!rest.empty()) {
    size_t digits = 0;
    while (digits < rest.size() && HexDigit(rest[digits]) >= 0) ++digits;
    if (digits == 0 || digits % 2 != 0) return false;
    for (size_t i = 0; i < digits; i += 2) {
      out->push_back(static_cast<uint8_t>(HexDigit(rest[i]) << 4 | HexDigit(rest[i + 1])));
    }
    rest.remove_prefix(digits);
    size_t blanks = 0;
    while (blanks < rest.size() && IsBlank(rest[blanks])) ++blanks;
    if (blanks == 0 && !rest.empty()) return false;
    if (blanks > 1 && two_blanks_end) return true;
    rest.remove_prefix(blanks);
  }
  return true;
}

// The octets of a dump's line. The column of characters behind them is set off by two blanks;
// hexdump, which also sets its eighth octet off by two, has it between bars, a character an octet.
// A bar may as well be one of the characters.
bool AppendDumpOctets(std::string_view rest, std::vector<uint8_t>* out) {
  const size_t before = out->size();
  const size_t bar = rest.find('|');
  if (rest.ends_with('|') && bar + 1 < rest.size()) {
    const bool are_octets = AppendOctets(rest.substr(0, bar), false, out);
    if (are_octets && out->size() - before == rest.size() - bar - 2) return true;
    out->resize(before);
  }
  return AppendOctets(rest, true, out);
}

class DumpReader {
 public:
  HexText Read(std::string_view text) {
    text_.is_dump = true;
    Lines lines(text);
    for (std::string_view line; text_.fault.empty() && lines.Next(&line);) {
      Line(Trimmed(line), lines.number());
    }
    EndBlock();
    if (text_.blocks.empty() && text_.fault.empty()) text_.fault = "there are no octets in it";
    return std::move(text_);
  }

 private:
  void Line(std::string_view line, size_t number) {
    if (line.empty()) return EndBlock();
    if (line == "*") {
      repeats_ = true;
      return;
    }
    // tshark's titles: "Frame (66 bytes):", "Reassembled TCP (150 bytes):".
    if (line.ends_with("bytes):")) {
      EndBlock();
      skips_ = !line.starts_with("Frame");
      return;
    }
    const std::optional<DumpLine> dump = ParseDumpLine(line);
    if (!dump) return Fail(number, "no line of a dump");
    Octets(*dump, number);
  }

  void Octets(const DumpLine& dump, size_t number) {
    const std::optional<uint32_t> offset = OffsetOf(dump);
    const bool begins = offset == 0u;
    if (begins && !block_.empty()) EndBlock();
    if (repeats_) Repeat(offset, number);
    if (!offset || *offset != block_.size()) {
      return Fail(number, "octets are missing before this line");
    }
    const size_t before = block_.size();
    if (!AppendDumpOctets(dump.rest, &block_)) {
      return Fail(number, "no octets in pairs of digits");
    }
    last_ = block_.size() - before;
    // hexdump without -C puts out numbers of two octets in this machine's order.
    const bool in_words = !dump.has_colon && Trimmed(dump.rest).substr(0, 5).find(' ') == 4;
    if (in_words) Fail(number, "octets in swapped pairs: use hexdump -C or xxd");
  }

  // od counts in octal, with seven digits.
  std::optional<uint32_t> OffsetOf(const DumpLine& dump) {
    constexpr size_t kOctalDigits = 7;
    const std::optional<uint32_t> hex = ParseOffset(dump.offset, 16);
    if (hex == block_.size() || dump.offset.size() != kOctalDigits) return hex;
    const std::optional<uint32_t> octal = ParseOffset(dump.offset, 8);
    return octal == block_.size() || repeats_ ? octal : hex;
  }

  // A star stands for lines like the one before it.
  void Repeat(std::optional<uint32_t> until, size_t number) {
    repeats_ = false;
    if (!until || last_ == 0 || *until < block_.size()) {
      return Fail(number, "a star without a line before it");
    }
    const size_t octets = *until - block_.size();
    if (octets > kMostRepeated - repeated_) {
      return Fail(number,
                  "its stars stand for more than 16 MiB: write the lines out (hexdump -v, od -v)");
    }
    repeated_ += octets;
    while (block_.size() < *until) block_.push_back(block_[block_.size() - last_]);
  }

  void EndBlock() {
    if (!block_.empty() && !skips_) text_.blocks.push_back(std::move(block_));
    block_.clear();
    last_ = 0;
  }

  void Fail(size_t number, const char* what) {
    if (text_.fault.empty()) text_.fault = absl::StrFormat("line %d: %s", number, what);
  }

  // That all stars of a dump may stand for.
  static constexpr size_t kMostRepeated = size_t{16} << 20;

  HexText text_;
  std::vector<uint8_t> block_;
  size_t repeated_ = 0;  // octets that stars stood for
  size_t last_ = 0;      // octets of the line before
  bool repeats_ = false;
  bool skips_ = false;
};

// Whether the first line that says anything has an offset of zero and octets behind it.
bool LooksLikeDump(std::string_view text) {
  Lines lines(text);
  for (std::string_view line; lines.Next(&line);) {
    line = Trimmed(line);
    if (line.empty()) continue;
    if (line.ends_with("bytes):")) return true;
    const std::optional<DumpLine> dump = ParseDumpLine(line);
    if (!dump || ParseOffset(dump->offset, 16) != 0u) return false;
    // "0000 0010 8000..." is a stream in groups of four: a dump sets its offset off.
    const bool is_of_od = dump->offset.size() == 6 || dump->offset.size() == 7;
    return dump->has_colon || dump->rest.starts_with("  ") || is_of_od;
  }
  return false;
}

HexText ReadStream(std::string_view text) {
  HexText out;
  std::vector<uint8_t> octets;
  int high = -1;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_prefix = (c == '0' || c == '\\') && i + 1 < text.size() &&
                           (text[i + 1] == 'x' || text[i + 1] == 'X') && high < 0;
    if (is_prefix) {
      ++i;
      continue;
    }
    const bool parts = IsBlank(c) || c == '\n' || c == ':' || c == ',' || c == '-' || c == '"';
    const int digit = HexDigit(c);
    if (parts) continue;
    if (digit < 0) {
      out.fault = absl::StrFormat("character %d is no hexadecimal digit", i + 1);
      return out;
    }
    if (high < 0) {
      high = digit;
      continue;
    }
    octets.push_back(static_cast<uint8_t>(high << 4 | digit));
    high = -1;
  }
  if (high >= 0) out.fault = "an odd count of hexadecimal digits";
  if (octets.empty() && out.fault.empty()) out.fault = "there are no octets in it";
  if (out.fault.empty()) out.blocks.push_back(std::move(octets));
  return out;
}

}  // namespace

HexText ReadHexText(std::string_view text) {
  return LooksLikeDump(text) ? DumpReader().Read(text) : ReadStream(text);
}

}  // namespace salvo::tools

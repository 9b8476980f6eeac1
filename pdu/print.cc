#include "pdu/print.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstring>

#include "pdu/fields.h"

namespace salvo::pdu {
namespace {

void AppendNumber(uint64_t number, std::string* out) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out->append(digits.data(), end);
}

void AppendHex(uint64_t number, size_t width, std::string* out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  out->append("0x");
  for (size_t i = width; i-- > 0;) *out += kDigits[number >> (4 * i) & 0xF];
}

void AppendCommand(CommandId id, std::string* out) {
  const std::string_view name = NameOf(id);
  if (name.empty()) {
    out->append("unknown command ");
    AppendHex(static_cast<uint32_t>(id), 8, out);
  } else {
    out->append(name);
  }
}

void AppendStatus(CommandStatus status, std::string* out) {
  AppendHex(static_cast<uint32_t>(status), 8, out);
  const std::string_view name = NameOf(status);
  if (!name.empty()) out->append(" (").append(name).append(")");
}

// "SOURCEADDR" for "source_addr"; a number stays as it is.
void AppendCapitals(std::string_view name, std::string* out) {
  if (name.starts_with("0x")) {
    out->append(name);
    return;
  }
  const size_t start = out->size();
  out->resize(start + name.size());
  char* at = out->data() + start;
  for (char c : name) {
    *at = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (c != '_') ++at;
  }
  out->resize(static_cast<size_t>(at - out->data()));
}

// What `print` appends, in quotes where it needs them.
void AppendQuoted(std::invocable auto print, std::string* out) {
  const size_t start = out->size();
  print();
  const size_t first_quote = out->find('"', start);
  if (first_quote == std::string::npos && out->find(' ', start) == std::string::npos) return;
  for (size_t at = first_quote; at != std::string::npos; at = out->find('"', at + 2)) {
    out->insert(at, 1, '\\');
  }
  out->insert(start, 1, '"');
  *out += '"';
}

bool IsPersonal(std::string_view field) {
  return field == kSourceNames.digits || field == kDestinationNames.digits ||
         field == kEsmeNames.digits;
}

bool IsPersonal(Tag tag) {
  switch (tag) {
    case Tag::kMessagePayload:
    case Tag::kCallbackNum:
    case Tag::kCallbackNumAtag:
    case Tag::kSourceSubaddress:
    case Tag::kDestSubaddress:
    case Tag::kAdditionalStatusInfoText:
    case Tag::kBillingIdentification:
      return true;
    default:
      return FindTlvInfo(tag) == nullptr;
  }
}

void AppendTagName(Tag tag, std::string* out) {
  const TlvInfo* info = FindTlvInfo(tag);
  if (info != nullptr) {
    out->append(info->name);
  } else {
    AppendHex(static_cast<uint16_t>(tag), 4, out);
  }
}

void AppendTlvValue(const Tlv& tlv, std::string* out) {
  const TlvInfo* info = FindTlvInfo(tlv.tag);
  if (info != nullptr && info->form == TlvForm::kInteger) {
    if (const auto number = tlv.AsInteger()) return AppendNumber(*number, out);
  }
  AppendEscaped(
      info != nullptr && info->form == TlvForm::kCString ? tlv.AsCString() : AsText(tlv.value),
      out);
}

// Walks the fields and knows where each one lies. Those that would lie at `end` or beyond were not
// in the PDU, and are not shown.
class LinePrinter {
 public:
  LinePrinter(size_t end, const FieldStyle& style, std::string* out)
      : out_(out), end_(end), style_(style) {}

  void Text(const char* name, std::string_view text, size_t /*max_octets*/) {
    if (!text.empty()) {
      ItemOf(style_.mask && IsPersonal(name), name, [&] { AppendEscaped(text, out_); });
    }
    offset_ += text.size() + 1;
  }

  void Password(std::string_view text) {
    Item("password", [&] { out_->append(kMasked); });
    offset_ += text.size() + 1;
  }

  void Number(const char* name, uint8_t value) {
    if (value != 0) {
      Item(name, [&] { AppendNumber(value, out_); });
    }
    ++offset_;
  }

  void ShortMessage(Octets text) {
    Number("sm_length", static_cast<uint8_t>(text.size()));
    if (!text.empty()) {
      ItemOf(style_.mask, "short_message", [&] { AppendEscaped(AsText(text), out_); });
    }
    offset_ += text.size();
  }

  void Destinations(const DestinationList& list) {
    Number("number_of_dests", list.count);
    Entries<Destination>("dest_address", list.octets, ReadDestination, [&](const auto& entry) {
      AppendEscaped(entry.dl_name.empty() ? entry.address.digits : entry.dl_name, out_);
    });
  }

  void Unsuccesses(const UnsuccessList& list) {
    Number("no_unsuccess", list.count);
    Entries<Unsuccess>("unsuccess_sme", list.octets, ReadUnsuccess, [&](const auto& entry) {
      AppendEscaped(entry.address.digits, out_);
      out_->append(" ");
      AppendStatus(entry.error_status_code, out_);
    });
  }

  void Tlvs(const TlvList& list) {
    for (Tlv tlv : list) {
      std::string name;
      AppendTagName(tlv.tag, &name);
      ItemOf(style_.mask && IsPersonal(tlv.tag), name, [&] { AppendTlvValue(tlv, out_); });
      offset_ += kTlvHeaderOctets + tlv.value.size();
    }
  }

  void Opaque(Octets octets) {
    ItemOf(style_.mask, "body", [&] { AppendEscaped(AsText(octets), out_); });
    offset_ += octets.size();
  }

 private:
  void Item(std::string_view name, std::invocable auto print_value) {
    if (offset_ >= end_) return;
    *out_ += ' ';
    if (!style_.capitals) {
      out_->append(name).append(":");
      return print_value();
    }
    AppendCapitals(name, out_);
    *out_ += ':';
    AppendQuoted(print_value, out_);
  }

  void ItemOf(bool masked, std::string_view name, std::invocable auto print_value) {
    if (masked) return Item(name, [&] { out_->append(kMasked); });
    Item(name, print_value);
  }

  template <class Entry>
  void Entries(std::string_view name, Octets octets, bool (*read)(Reader&, Entry*),
               auto print_entry) {
    const size_t start = offset_;
    Reader reader(octets);
    Entry entry;
    while (reader.left() > 0 && read(reader, &entry)) {
      ItemOf(style_.mask, name, [&] { print_entry(entry); });
      offset_ = start + reader.position();
    }
  }

  std::string* out_;
  size_t offset_ = kHeaderOctets;
  size_t end_;
  const FieldStyle style_;
};

// Where the fields end that were in the PDU.
size_t FieldsEnd(Octets octets, const DecodeResult& result) {
  return result.ok() ? octets.size() : result.offset;
}

// Octets that do not even make a header.
void AppendFragment(Octets octets, std::string* out) {
  out->append("not a PDU, ");
  AppendNumber(octets.size(), out);
  out->append(" octets: ");
  AppendEscaped(AsText(octets), out);
}

// Where and what, after the fields: " [error at 24, short_message: the PDU ends before this
// field]".
void AppendFault(const DecodeResult& result, std::string* out) {
  if (result.error == Fault::kNone && result.warning == Fault::kNone) return;
  out->append(result.ok() ? " [warning at " : " [error at ");
  AppendNumber(result.offset, out);
  out->append(", ").append(result.field).append(": ");
  out->append(Describe(result.ok() ? result.warning : result.error)).append("]");
}

// Printable ASCII but for the backslash.
bool IsPrintable(char c) { return c >= 0x20 && c < 0x7F && c != '\\'; }

// Whether all octets of a block are plain.
constexpr size_t kPrintableBlock = sizeof(uint64_t);
bool IsPrintableBlock(const char* text) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kTopBits = kOnes << 7;
  uint64_t block = 0;
  std::memcpy(&block, text, kPrintableBlock);
  const uint64_t zero_if_backslash = block ^ kOnes * '\\';
  const uint64_t below = (block - kOnes * 0x20) & ~block;
  const uint64_t above = block | (block + kOnes);
  const uint64_t backslash = (zero_if_backslash - kOnes) & ~zero_if_backslash;
  return ((below | above | backslash) & kTopBits) == 0;
}

// Of the plain octets that the text begins with.
size_t PrintableRun(std::string_view text) {
  size_t run = 0;
  while (text.size() - run >= kPrintableBlock && IsPrintableBlock(text.data() + run))
    run += kPrintableBlock;
  while (run < text.size() && IsPrintable(text[run])) ++run;
  return run;
}

}  // namespace

void AppendEscaped(std::string_view text, std::string* out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  while (!text.empty()) {
    const size_t plain = PrintableRun(text);
    out->append(text.substr(0, plain));
    if (plain == text.size()) return;
    const auto octet = static_cast<uint8_t>(text[plain]);
    text.remove_prefix(plain + 1);
    if (octet == '\\') {
      out->append("\\\\");
    } else {
      out->append("\\x");
      *out += kDigits[octet >> 4];
      *out += kDigits[octet & 0xF];
    }
  }
}

void PrintFields(Octets octets, const FieldStyle& style, std::string* out) {
  Pdu pdu;
  const DecodeResult result = Decode(octets, &pdu);
  LinePrinter printer(FieldsEnd(octets, result), style, out);
  std::visit([&](const auto& body) { Fields(printer, body); }, pdu.body);
  AppendFault(result, out);
}

void PrintLine(Octets octets, std::string* out) {
  if (octets.size() < kHeaderOctets) return AppendFragment(octets, out);
  const Header header = DecodeHeader(octets);
  AppendCommand(header.command_id, out);
  out->append(" seq:");
  AppendNumber(header.sequence_number, out);
  out->append(" status:");
  AppendStatus(header.command_status, out);
  out->append(" len:");
  AppendNumber(octets.size(), out);
  PrintFields(octets, {}, out);
}

}  // namespace salvo::pdu

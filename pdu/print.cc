#include "pdu/print.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>

#include "pdu/fields.h"

namespace salvo::pdu {
namespace {

constexpr std::string_view kMasked = "***";

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
  LinePrinter(size_t end, std::string* out) : out_(out), end_(end) {}

  void Text(const char* name, std::string_view text, size_t /*max_octets*/) {
    if (!text.empty()) {
      Item(name, [&] { AppendEscaped(text, out_); });
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
    if (!text.empty()) Item("short_message", [&] { AppendEscaped(AsText(text), out_); });
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
      Item(name, [&] { AppendTlvValue(tlv, out_); });
      offset_ += kTlvHeaderOctets + tlv.value.size();
    }
  }

  void Opaque(Octets octets) {
    Item("body", [&] { AppendEscaped(AsText(octets), out_); });
    offset_ += octets.size();
  }

 private:
  void Item(std::string_view name, std::invocable auto print_value) {
    if (offset_ >= end_) return;
    out_->append(" ").append(name).append(":");
    print_value();
  }

  template <class Entry>
  void Entries(std::string_view name, Octets octets, bool (*read)(Reader&, Entry*),
               auto print_entry) {
    const size_t start = offset_;
    Reader reader(octets);
    Entry entry;
    while (reader.left() > 0 && read(reader, &entry)) {
      Item(name, [&] { print_entry(entry); });
      offset_ = start + reader.position();
    }
  }

  std::string* out_;
  size_t offset_ = kHeaderOctets;
  size_t end_;
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

// Where and what, after the fields: "error at 24, short_message: the PDU ends before this field".
void AppendFault(const DecodeResult& result, std::string* out) {
  if (result.error == Fault::kNone && result.warning == Fault::kNone) return;
  out->append(result.ok() ? "warning at " : "error at ");
  AppendNumber(result.offset, out);
  out->append(", ").append(result.field).append(": ");
  out->append(Describe(result.ok() ? result.warning : result.error));
}

}  // namespace

void AppendEscaped(std::string_view text, std::string* out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (char c : text) {
    const auto octet = static_cast<uint8_t>(c);
    if (c == '\\') {
      out->append("\\\\");
    } else if (octet >= 0x20 && octet < 0x7F) {
      *out += c;
    } else {
      out->append("\\x");
      *out += kDigits[octet >> 4];
      *out += kDigits[octet & 0xF];
    }
  }
}

void PrintLine(Octets octets, std::string* out) {
  if (octets.size() < kHeaderOctets) return AppendFragment(octets, out);
  Pdu pdu;
  const DecodeResult result = Decode(octets, &pdu);
  AppendCommand(pdu.header.command_id, out);
  out->append(" seq:");
  AppendNumber(pdu.header.sequence_number, out);
  out->append(" status:");
  AppendStatus(pdu.header.command_status, out);
  out->append(" len:");
  AppendNumber(octets.size(), out);
  LinePrinter printer(FieldsEnd(octets, result), out);
  std::visit([&](const auto& body) { Fields(printer, body); }, pdu.body);
  std::string fault;
  AppendFault(result, &fault);
  if (!fault.empty()) out->append(" [").append(fault).append("]");
}

}  // namespace salvo::pdu

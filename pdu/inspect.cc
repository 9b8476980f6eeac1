#include "pdu/inspect.h"

#include <algorithm>
#include <array>

#include "pdu/fields.h"
#include "pdu/meaning.h"
#include "pdu/print.h"
#include "pdu/receipt.h"
#include "pdu/text/readable.h"
#include "pdu/text/udh.h"
#include "pdu/time.h"

namespace salvo::pdu {
namespace {

std::string Hex(uint64_t number, int digits) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text = "0x";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) text += kDigits[number >> shift & 0xF];
  return text;
}

std::string HexOctets(Octets octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const uint8_t octet : octets) {
    text += kDigits[octet >> 4];
    text += kDigits[octet & 0xF];
  }
  return text;
}

std::string Escaped(std::string_view text) {
  std::string out;
  AppendEscaped(text, &out);
  return out;
}

std::string Counted(size_t count, std::string_view thing) {
  return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

std::string NameOfTag(Tag tag) {
  const TlvInfo* info = FindTlvInfo(tag);
  return info != nullptr ? std::string(info->name) : Hex(static_cast<uint16_t>(tag), 4);
}

bool IsVendorTag(Tag tag) {
  const auto number = static_cast<uint16_t>(tag);
  return number >= 0x1400 && number <= 0x3FFF;
}

// What the message is made of, gathered while the fields are gone through.
struct MessageParts {
  bool has_message = false;
  uint8_t esm_class = 0;
  uint8_t data_coding = 0;
  Octets short_message;
  uint32_t short_message_offset = 0;
  Octets payload;
  uint32_t payload_offset = 0;
};

class Inspector {
 public:
  Inspector(CommandId command, size_t end, Inspection* out)
      : command_(command), end_(end), out_(*out) {}

  const MessageParts& parts() const { return parts_; }

  void Text(std::string_view name, std::string_view text, size_t max_octets) {
    if (InspectedField* field = Add(name, text.size() + 1)) {
      field->value = Escaped(text);
      if (max_octets == kMaxTime && !IsSmppTime(text))
        Complain(name,
                 "no time of the form "
                 "YYMMDDhhmmsstnnp");
      CheckAddress(name, text);
    }
    Step(text.size() + 1);
  }

  void Password(std::string_view text) {
    if (InspectedField* field = Add("password", text.size() + 1)) field->value = kMasked;
    Step(text.size() + 1);
  }

  void Number(std::string_view name, uint8_t value) {
    if (InspectedField* field = Add(name, 1)) {
      field->value = std::to_string(value);
      field->is_number = true;
      Meaning meaning = MeaningOf(name, value, command_);
      if (meaning.is_reserved) Complain(name, std::to_string(value) + ": " + meaning.text);
      field->meaning = std::move(meaning.text);
      Note(name, value);
    }
    Step(1);
  }

  void ShortMessage(Octets text) {
    parts_.has_message = true;
    Number("sm_length", static_cast<uint8_t>(text.size()));
    parts_.short_message = text;
    parts_.short_message_offset = offset_;
    if (!text.empty()) {
      if (InspectedField* field = Add("short_message", text.size())) {
        field->value = Escaped(AsText(text));
      }
    }
    if (text.size() > 254) Complain("sm_length", "more than the 254 octets of 3.4");
    Step(text.size());
  }

  void Destinations(const DestinationList& list) {
    Number("number_of_dests", list.count);
    Reader reader(list.octets);
    Destination entry;
    while (reader.left() > 0) {
      const size_t start = reader.position();
      if (!ReadDestination(reader, &entry)) break;
      InspectedField* field = Add("dest_address", reader.position() - start);
      if (field != nullptr && entry.dest_flag == 2) {
        field->value = Escaped(entry.dl_name);
        field->meaning = "distribution list";
      } else if (field != nullptr) {
        DescribeAddress(entry.address, field);
      }
      Step(reader.position() - start);
    }
  }

  void Unsuccesses(const UnsuccessList& list) {
    Number("no_unsuccess", list.count);
    Reader reader(list.octets);
    Unsuccess entry;
    while (reader.left() > 0) {
      const size_t start = reader.position();
      if (!ReadUnsuccess(reader, &entry)) break;
      if (InspectedField* field = Add("unsuccess_sme", reader.position() - start)) {
        DescribeAddress(entry.address, field);
        const auto status = static_cast<uint32_t>(entry.error_status_code);
        field->meaning +=
            ", " + Hex(status, 8) + " " + std::string(NameOf(entry.error_status_code));
      }
      Step(reader.position() - start);
    }
  }

  void Tlvs(const TlvList& list) {
    std::vector<Tag> seen;
    for (const Tlv tlv : list) {
      const std::string name = NameOfTag(tlv.tag);
      if (InspectedField* field = Add(name, kTlvHeaderOctets + tlv.value.size())) {
        field->is_tlv = true;
        field->tag = static_cast<uint16_t>(tlv.tag);
        DescribeTlv(tlv, field);
        CheckTlv(tlv, name);
        const bool repeated = std::find(seen.begin(), seen.end(), tlv.tag) != seen.end();
        if (repeated && !MayRepeat(tlv.tag)) Complain(name, "the parameter stands there twice");
        seen.push_back(tlv.tag);
      }
      if (tlv.tag == Tag::kMessagePayload) {
        parts_.has_message = true;
        parts_.payload = tlv.value;
        parts_.payload_offset = offset_ + kTlvHeaderOctets;
      }
      Step(kTlvHeaderOctets + tlv.value.size());
    }
  }

  void Opaque(Octets octets) {
    if (InspectedField* field = Add("body", octets.size())) field->value = Escaped(AsText(octets));
    Step(octets.size());
  }

 private:
  // nullptr for a field that was not in the PDU.
  InspectedField* Add(std::string_view name, size_t octets) {
    if (offset_ >= end_) return nullptr;
    InspectedField field;
    field.name = name;
    field.offset = offset_;
    field.octets = static_cast<uint32_t>(std::min(octets, end_ - offset_));
    out_.fields.push_back(std::move(field));
    return &out_.fields.back();
  }

  void Step(size_t octets) { offset_ += static_cast<uint32_t>(octets); }

  void Complain(std::string_view name, std::string text) {
    out_.complaints.push_back({offset_, std::string(name), std::move(text)});
  }

  void Note(std::string_view name, uint8_t value) {
    if (name == "esm_class") parts_.esm_class = value;
    if (name == "data_coding") parts_.data_coding = value;
    if (name.ends_with("_ton")) ton_ = value;
  }

  // The type of number that came just before it.
  void CheckAddress(std::string_view name, std::string_view text) {
    constexpr size_t kMostLetters = 11;
    if (!name.ends_with("_addr") || text.empty()) return;
    const bool digits =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (ton_ == kTonInternational && !digits) {
      Complain(name, "an international number has digits alone");
    }
    if (ton_ == kTonAlphanumeric && text.size() > kMostLetters) {
      Complain(name, "networks carry 11 letters at most");
    }
  }

  static void DescribeAddress(const Address& address, InspectedField* field) {
    field->value = Escaped(address.digits);
    field->meaning = "ton " + std::to_string(address.ton) + ", npi " + std::to_string(address.npi);
  }

  static void DescribeTlv(const Tlv& tlv, InspectedField* field) {
    const TlvInfo* info = FindTlvInfo(tlv.tag);
    const std::optional<uint32_t> number = tlv.AsInteger();
    if (info != nullptr && info->form == TlvForm::kInteger && number) {
      field->value = std::to_string(*number);
      field->is_number = true;
    } else if (info != nullptr && info->form == TlvForm::kCString) {
      field->value = Escaped(tlv.AsCString());
    } else {
      field->value = HexOctets(tlv.value);
    }
    field->meaning = MeaningOf(tlv).text;
  }

  void CheckTlv(const Tlv& tlv, const std::string& name) {
    const TlvInfo* info = FindTlvInfo(tlv.tag);
    if (info == nullptr) {
      if (!IsVendorTag(tlv.tag)) Complain(name, "a parameter that no version defines");
      return;
    }
    const size_t size = tlv.value.size();
    if (size < info->min_octets || size > info->max_octets) {
      std::string want = std::to_string(info->min_octets);
      if (info->max_octets != info->min_octets) want += " to " + std::to_string(info->max_octets);
      Complain(name, Counted(size, "octet") + " where " + want + " belong");
    }
    const bool wants_nul = info->form == TlvForm::kCString;
    if (wants_nul && (tlv.value.empty() || tlv.value.back() != 0)) {
      Complain(name, "the NUL that ends the value is missing");
    }
    if (MeaningOf(tlv).is_reserved) Complain(name, "a value without a meaning");
  }

  CommandId command_;
  size_t end_;
  Inspection& out_;
  MessageParts parts_;
  uint32_t offset_ = kHeaderOctets;
  uint8_t ton_ = 0;
};

// The user data header and what it says of the text.
class MessageReader {
 public:
  MessageReader(const MessageParts& parts, Inspection* out) : parts_(parts), out_(*out) {
    is_payload_ = parts.short_message.empty() && !parts.payload.empty();
    octets_ = is_payload_ ? parts.payload : parts.short_message;
    offset_ = is_payload_ ? parts.payload_offset : parts.short_message_offset;
  }

  void Read() {
    if (!parts_.short_message.empty() && !parts_.payload.empty()) {
      out_.complaints.push_back({parts_.payload_offset, "message_payload",
                                 "both short_message and message_payload hold a text"});
    }
    if (octets_.empty()) return;
    Octets text = octets_;
    if ((parts_.esm_class & kEsmUdhIndicator) != 0) {
      const std::optional<size_t> header = UdhOctets(octets_);
      if (!header) return Complain(offset_, "the user data header is longer than the message");
      Elements(octets_.subspan(1, *header - 1));
      text = octets_.subspan(*header);
    }
    ReadableText read = ReadText(text, parts_.data_coding);
    if (!read.is_text) return;
    out_.has_text = true;
    out_.text = std::move(read.utf8);
    if (!read.fault.empty()) Complain(offset_, read.fault);
    CheckLength(text.size(), read.in_septets);
  }

 private:
  void Complain(uint32_t offset, std::string_view text) {
    const char* field = is_payload_ ? "message_payload" : "short_message";
    out_.complaints.push_back({offset, field, std::string(text)});
  }

  void Elements(Octets header) {
    Reader reader(header);
    while (reader.left() > 0) {
      const uint8_t element = reader.U8();
      const Octets value = reader.Bytes(reader.U8());
      if (!reader.ok()) return Complain(offset_, "an element of the user data header is cut");
      out_.user_data_header.push_back(Element(element, value));
    }
  }

  std::string Element(uint8_t element, Octets value) {
    constexpr uint8_t kConcatenation8 = 0x00;
    constexpr uint8_t kConcatenation16 = 0x08;
    constexpr uint8_t kPorts8 = 0x04;
    constexpr uint8_t kPorts16 = 0x05;
    constexpr uint8_t kSingleShift = 0x24;
    constexpr uint8_t kLockingShift = 0x25;
    if (element == kConcatenation8 && value.size() == 3) return Part(value[0], value[1], value[2]);
    if (element == kConcatenation16 && value.size() == 4) {
      return Part(Load16(value.data()), value[2], value[3]);
    }
    if (element == kPorts8 && value.size() == 2) return Ports(value[0], value[1]);
    if (element == kPorts16 && value.size() == 4) {
      return Ports(Load16(value.data()), Load16(value.data() + 2));
    }
    if (element == kSingleShift && value.size() == 1) {
      return "national language single shift " + std::to_string(value[0]);
    }
    if (element == kLockingShift && value.size() == 1) {
      return "national language locking shift " + std::to_string(value[0]);
    }
    return "element " + Hex(element, 2) + ": " + HexOctets(value);
  }

  std::string Part(unsigned reference, unsigned total, unsigned sequence) {
    if (total == 0 || sequence == 0 || sequence > total) {
      Complain(offset_, "a part of a long message that cannot be");
    }
    return "concatenation: part " + std::to_string(sequence) + " of " + std::to_string(total) +
           ", reference " + std::to_string(reference);
  }

  static std::string Ports(unsigned to, unsigned from) {
    return "ports: to " + std::to_string(to) + ", from " + std::to_string(from);
  }

  // 140 octets on the air, where a septet takes seven bits and a header fills up to a whole one.
  void CheckLength(size_t text_octets, bool in_septets) {
    constexpr size_t kAirBits = 140 * 8;
    const size_t header_bits = 8 * (octets_.size() - text_octets);
    const size_t bits =
        in_septets ? (header_bits + 6) / 7 * 7 + 7 * text_octets : header_bits + 8 * text_octets;
    if (!is_payload_ && bits > kAirBits) {
      Complain(offset_, "more than the 140 octets that one message has on the air");
    }
  }

  const MessageParts& parts_;
  Inspection& out_;
  bool is_payload_;
  Octets octets_;
  uint32_t offset_;
};

void AddReceiptField(std::string name, std::string_view value, Inspection* out) {
  if (value.empty()) return;
  InspectedField field;
  field.name = std::move(name);
  field.value = Escaped(value);
  out->receipt.push_back(std::move(field));
}

template <class B>
void InspectReceipt(const B& body, Inspection* out) {
  ReceiptParser parser;
  Receipt receipt;
  const ReceiptKind kind = parser.Parse(body, &receipt);
  if (kind == ReceiptKind::kNone) return;
  AddReceiptField("kind", kind == ReceiptKind::kReceipt ? "receipt" : "intermediate", out);
  AddReceiptField("id", receipt.id, out);
  AddReceiptField("state", receipt.state ? NameOf(*receipt.state) : "", out);
  const ReceiptText& text = receipt.fields;
  AddReceiptField("stat", text.stat, out);
  AddReceiptField("err", text.err, out);
  AddReceiptField("sub", text.sub, out);
  AddReceiptField("dlvrd", text.dlvrd, out);
  AddReceiptField("submit date", text.submit_date, out);
  AddReceiptField("done date", text.done_date, out);
  AddReceiptField("text", text.text, out);
  if (receipt.id.empty()) {
    out->complaints.push_back({kHeaderOctets, "receipt", "the receipt names no message"});
  }
  if (!receipt.state) {
    out->complaints.push_back({kHeaderOctets, "receipt", "the receipt tells no state"});
  }
}

void CheckHeader(const Header& header, size_t octets, Inspection* out) {
  const auto complain = [&](uint32_t offset, const char* field, std::string text) {
    out->complaints.push_back({offset, field, std::move(text)});
  };
  const bool is_response = IsResponse(header.command_id);
  const auto status = static_cast<uint32_t>(header.command_status);
  if (NameOf(header.command_id).empty()) complain(4, "command_id", "no version has this command");
  if (!is_response && status != 0) complain(8, "command_status", "a request with a status");
  if (is_response && NameOf(header.command_status).empty()) {
    complain(8, "command_status", "a status that no version defines");
  }
  const bool may_be_zero = header.command_id == CommandId::kGenericNack;
  if (header.sequence_number > kLastSequence || (header.sequence_number == 0 && !may_be_zero)) {
    complain(12, "sequence_number", "outside of 1 to 0x7FFFFFFF");
  }
  if (is_response && status != 0 && octets > kHeaderOctets) {
    complain(kHeaderOctets, "body", "a response that refuses has no body");
  }
}

void AddDecoderComplaint(const DecodeResult& result, Inspection* out) {
  const Fault fault = result.ok() ? result.warning : result.error;
  if (fault == Fault::kNone) return;
  out->complaints.push_back({result.offset, result.field, std::string(Describe(fault))});
}

void AppendOffset(uint32_t offset, std::string* out) {
  constexpr size_t kWidth = 6;
  const std::string digits = std::to_string(offset);
  out->append(kWidth - std::min(kWidth, digits.size()), ' ').append(digits).append("  ");
}

void PrintHeader(const Inspection& inspection, std::string* out) {
  const Header& header = inspection.header;
  const std::string_view command = NameOf(header.command_id);
  const std::string_view status = NameOf(header.command_status);
  const auto id = static_cast<uint32_t>(header.command_id);
  *out += command.empty() ? "unknown command " + Hex(id, 8) : std::string(command);
  *out += ", " + Counted(inspection.octets, "octet");
  *out += "\n     0  command_length: " + std::to_string(header.command_length);
  *out += "\n     4  command_id: " + Hex(id, 8);
  *out += "\n     8  command_status: " + Hex(static_cast<uint32_t>(header.command_status), 8);
  if (!status.empty()) *out += " (" + std::string(status) + ")";
  *out += "\n    12  sequence_number: " + std::to_string(header.sequence_number) + "\n";
}

}  // namespace

Inspection Inspect(Octets octets) {
  Inspection out;
  Pdu pdu;
  out.octets = octets.size();
  out.result = Decode(octets, &pdu);
  out.has_header = octets.size() >= kHeaderOctets;
  if (!out.has_header) return out;
  out.header = pdu.header;
  CheckHeader(pdu.header, octets.size(), &out);
  AddDecoderComplaint(out.result, &out);
  const size_t end = out.result.ok() ? octets.size() : out.result.offset;
  Inspector inspector(pdu.header.command_id, end, &out);
  std::visit([&](const auto& body) { Fields(inspector, body); }, pdu.body);
  if (out.result.ok()) {
    if (inspector.parts().has_message) MessageReader(inspector.parts(), &out).Read();
    const bool is_delivery = pdu.header.command_id == CommandId::kDeliverSm;
    if (is_delivery) InspectReceipt(std::get<SubmitSm>(pdu.body), &out);
    if (const auto* data = std::get_if<DataSm>(&pdu.body)) InspectReceipt(*data, &out);
  }
  std::stable_sort(out.complaints.begin(), out.complaints.end(),
                   [](const auto& a, const auto& b) { return a.offset < b.offset; });
  return out;
}

void PrintTree(Octets octets, std::string* out) {
  if (octets.size() >= kHeaderOctets) return PrintTree(Inspect(octets), out);
  *out += "not a PDU, " + Counted(octets.size(), "octet") + ": " + Escaped(AsText(octets)) + "\n";
}

void PrintTree(const Inspection& inspection, std::string* out) {
  constexpr std::string_view kIndent = "        ";
  PrintHeader(inspection, out);
  for (const InspectedField& field : inspection.fields) {
    AppendOffset(field.offset, out);
    out->append(field.name).append(": ").append(field.value);
    if (!field.meaning.empty()) out->append(" (").append(field.meaning).append(")");
    out->append("\n");
  }
  for (const std::string& element : inspection.user_data_header) {
    out->append(kIndent).append("UDH ").append(element).append("\n");
  }
  if (inspection.has_text) out->append(kIndent).append("text: ").append(inspection.text) += '\n';
  for (const InspectedField& field : inspection.receipt) {
    out->append(kIndent).append("receipt ").append(field.name).append(": ").append(field.value);
    out->append("\n");
  }
  for (const Complaint& complaint : inspection.complaints) {
    out->append(kIndent).append(inspection.result.ok() ? "warning" : "error").append(" at ");
    out->append(std::to_string(complaint.offset)).append(", ").append(complaint.field);
    out->append(": ").append(complaint.text).append("\n");
  }
}

}  // namespace salvo::pdu

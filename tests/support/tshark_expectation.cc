#include "tests/support/tshark_expectation.h"

#include <algorithm>
#include <array>
#include <vector>

#include "pdu/fields.h"
#include "tests/support/octets.h"

namespace salvo::test {
namespace {

using pdu::Octets;

std::string PlainHex(Octets octets) {
  std::string hex = ToHex(octets);
  std::erase(hex, ' ');
  return hex;
}

std::string PlainHex(std::string_view text) { return PlainHex(pdu::AsOctets(text)); }

std::string Hex32(uint32_t value) {
  std::array<uint8_t, 4> octets;
  pdu::Store32(octets.data(), value);
  return PlainHex(octets);
}

std::string Hex16(size_t value) {
  std::array<uint8_t, 2> octets;
  pdu::Store16(octets.data(), static_cast<uint16_t>(value));
  return PlainHex(octets);
}

struct ExpectedField {
  std::string name;
  std::string hex;
  size_t offset;
  bool may_be_left_out = false;
};

// A visitor over a PDU's fields that lists what tshark should show.
class Expectation {
 public:
  Expectation(const pdu::Pdu& pdu, size_t octets)
      : is_multi_(pdu.header.command_id == pdu::CommandId::kSubmitMulti) {
    Field("command_length", Hex32(static_cast<uint32_t>(octets)), 4);
    Field("command_id", Hex32(static_cast<uint32_t>(pdu.header.command_id)), 4);
    Field("command_status", Hex32(static_cast<uint32_t>(pdu.header.command_status)), 4);
    if (!IsResponse(pdu.header.command_id)) fields_.pop_back();
    Field("sequence_number", Hex32(pdu.header.sequence_number), 4);
    if (pdu.header.command_status != pdu::CommandStatus::ESME_ROK) return;
    std::visit([&](const auto& body) { Fields(*this, body); }, pdu.body);
  }

  const std::vector<ExpectedField>& fields() const { return fields_; }
  const pdu::TlvList& tlvs() const { return tlvs_; }
  size_t tlvs_offset() const { return offset_; }

  void Text(std::string_view name, std::string_view text, size_t max_octets) {
    std::string shown(name);
    const bool is_time = max_octets == pdu::kMaxTime;
    // tshark calls an empty validity_period of submit_multi by the other time's name.
    if (text.empty() && is_multi_ && name == "validity_period") shown = "schedule_delivery_time";
    if (is_time && (text.empty() || text.ends_with('R'))) shown += "_r";
    Field(shown, PlainHex(text) + "00", text.size() + 1);
    fields_.back().may_be_left_out = text.empty();
  }
  void Password(std::string_view text) { Text("password", text, 0); }

  void Number(std::string_view name, uint8_t value) {
    const std::string hex = PlainHex(Octets(&value, 1));
    if (name == "esm_class") {
      for (const char* part : {"msg_mode", "msg_type", "features"}) {
        Add(std::string("esm.submit.") + part, hex);
      }
    } else if (name == "registered_delivery") {
      for (const char* part : {"receipt", "acks", "notif"}) Add(std::string("regdel.") + part, hex);
    } else {
      Add(std::string(name), hex);
    }
    ++offset_;
  }

  void ShortMessage(Octets text) {
    Number("sm_length", static_cast<uint8_t>(text.size()));
    if (!text.empty()) Field("message", PlainHex(text), text.size());
  }

  void Destinations(const pdu::DestinationList& list) {
    Field("dlist", "", 1);
    pdu::Reader reader(list.octets);
    pdu::Destination entry;
    while (reader.left() > 0 && ReadDestination(reader, &entry)) {
      ++offset_;  // dest_flag
      if (entry.dest_flag == 2) {
        Text("dl_name", entry.dl_name, 0);
      } else {
        AddressFields(*this, pdu::kDestinationNames, entry.address);
      }
    }
  }

  void Unsuccesses(const pdu::UnsuccessList& list) {
    Field("dlist_resp", "", 1);
    pdu::Reader reader(list.octets);
    pdu::Unsuccess entry;
    while (reader.left() > 0 && ReadUnsuccess(reader, &entry)) {
      AddressFields(*this, pdu::kDestinationNames, entry.address);
      Field("error_status_code", Hex32(static_cast<uint32_t>(entry.error_status_code)), 4);
    }
  }

  void Tlvs(const pdu::TlvList& list) { tlvs_ = list; }
  void Opaque(Octets) {}

 private:
  void Add(const std::string& name, std::string hex) {
    fields_.push_back({"smpp." + name, std::move(hex), offset_});
  }
  void Field(const std::string& name, std::string hex, size_t octets) {
    Add(name, std::move(hex));
    offset_ += octets;
  }

  bool is_multi_;
  std::vector<ExpectedField> fields_;
  pdu::TlvList tlvs_;
  size_t offset_ = 0;
};

std::string Shown(const auto& field) {
  return field.name + "=" + field.hex + " at " + std::to_string(field.offset);
}

// Goes through what tshark shows, and stops at the first difference.
class Comparison {
 public:
  explicit Comparison(const TsharkPdu& theirs) : theirs_(theirs) {}

  void Fields(const Expectation& ours) {
    for (const ExpectedField& field : ours.fields()) {
      const bool equal = HasNext() && Shown(Next()) == Shown(field);
      if (equal) {
        ++at_;
      } else if (!field.may_be_left_out) {
        return Differ(Shown(field));
      }
    }
  }

  void CommandName(pdu::CommandId id) {
    // "Operation: Bind_receiver - resp (0x80000001)".
    std::string name = theirs_.fields.at(1).showname;
    name = name.substr(0, name.find(" (")).substr(name.find(' ') + 1);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (const size_t dash = name.find(" - "); dash != std::string::npos) name.replace(dash, 3, "_");
    if (name != NameOf(id)) mismatch_ = "command " + name;
  }

  void Parameters(const pdu::TlvList& tlvs, size_t offset) {
    if (tlvs.empty()) return;
    Expect("smpp.opt_params", "", offset);
    for (pdu::Tlv tlv : tlvs) {
      const pdu::TlvInfo* info = FindTlvInfo(tlv.tag);
      const std::string hex_tag = Hex16(static_cast<size_t>(tlv.tag));
      if (info != nullptr && HasNext() &&
          Next().showname !=
              "Optional parameter: " + std::string(info->name) + " (0x" + hex_tag + ")") {
        return Differ("the name " + std::string(info->name));
      }
      Expect("smpp.opt_param", "", offset);
      Expect("smpp.opt_param_tag", hex_tag, offset);
      Expect("smpp.opt_param_len", Hex16(tlv.value.size()), offset + 2);
      if (mismatch_.empty()) Value(tlv, offset + pdu::kTlvHeaderOctets);
      offset += pdu::kTlvHeaderOctets + tlv.value.size();
    }
  }

  std::string Finish() {
    if (mismatch_.empty() && HasNext()) Differ("nothing more");
    return mismatch_;
  }

 private:
  bool HasNext() const { return at_ < theirs_.fields.size(); }
  const TsharkField& Next() const { return theirs_.fields[at_]; }

  void Differ(const std::string& want) {
    if (!mismatch_.empty()) return;
    mismatch_ = "wanted " + want + ", tshark has " +
                (HasNext() ? Shown(Next()) + " (" + Next().showname + ")" : "nothing");
  }

  void Expect(std::string name, std::string hex, size_t offset) {
    const ExpectedField want = {std::move(name), std::move(hex), offset};
    if (!HasNext() || Shown(Next()) != Shown(want)) return Differ(Shown(want));
    ++at_;
  }

  // The leaves of one parameter must be pieces of its value and cover it.
  void Value(const pdu::Tlv& tlv, size_t offset) {
    const std::string value = PlainHex(tlv.value);
    size_t covered = 0;
    for (; HasNext() && Next().name != "smpp.opt_param"; ++at_) {
      const size_t at = Next().offset - offset;
      if (at > tlv.value.size() || value.compare(2 * at, Next().hex.size(), Next().hex) != 0) break;
      covered = std::max(covered, at + Next().octets);
    }
    if (covered != tlv.value.size()) {
      Differ(std::string(kMisreadValue) + " " + Hex16(static_cast<size_t>(tlv.tag)) + "=" + value);
    }
  }

  const TsharkPdu& theirs_;
  size_t at_ = 0;
  std::string mismatch_;
};

}  // namespace

std::string Mismatch(const pdu::Pdu& pdu, size_t octets, const TsharkPdu& theirs) {
  const Expectation ours(pdu, octets);
  Comparison comparison(theirs);
  comparison.Fields(ours);
  comparison.CommandName(pdu.header.command_id);
  comparison.Parameters(ours.tlvs(), ours.tlvs_offset());
  return comparison.Finish();
}

pdu::TlvList TlvsShownOf(const pdu::Pdu& pdu) { return Expectation(pdu, 0).tlvs(); }

}  // namespace salvo::test

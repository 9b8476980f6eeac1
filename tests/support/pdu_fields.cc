#include "tests/support/pdu_fields.h"

#include <algorithm>

#include "pdu/fields.h"
#include "tests/support/octets.h"

namespace salvo::test {
namespace {

std::string Shown(std::string_view text) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return printable ? std::string(text) : ToHex(pdu::AsOctets(text));
}

class Lister {
 public:
  explicit Lister(std::vector<std::string>* out) : out_(out) {}

  void Text(const char* name, std::string_view text, size_t) { Add(name, Shown(text)); }
  void Password(std::string_view text) { Add("password", Shown(text)); }
  void Number(const char* name, uint8_t value) { Add(name, std::to_string(value)); }
  void ShortMessage(pdu::Octets text) {
    Add("sm_length", std::to_string(text.size()));
    Add("short_message", Shown(pdu::AsText(text)));
  }
  void Destinations(const pdu::DestinationList& list) { AddList("destinations", list); }
  void Unsuccesses(const pdu::UnsuccessList& list) { AddList("unsuccesses", list); }
  void Tlvs(const pdu::TlvList& list) {
    for (pdu::Tlv tlv : list) {
      std::array<uint8_t, 2> tag;
      pdu::Store16(tag.data(), static_cast<uint16_t>(tlv.tag));
      Add("tlv " + ToHex(tag), ToHex(tlv.value));
    }
  }
  void Opaque(pdu::Octets octets) { Add("octets", ToHex(octets)); }

 private:
  void Add(const std::string& name, const std::string& value) {
    out_->push_back(name + "=" + value);
  }
  void AddList(const std::string& name, const auto& list) {
    Add(name, std::to_string(list.count) + ": " + ToHex(list.octets));
  }

  std::vector<std::string>* out_;
};

}  // namespace

std::vector<std::string> FieldsOf(const pdu::Body& body) {
  std::vector<std::string> fields;
  Lister lister(&fields);
  std::visit([&](const auto& alternative) { Fields(lister, alternative); }, body);
  return fields;
}

std::vector<std::string> FieldsOf(const pdu::Pdu& pdu) {
  std::vector<std::string> fields = {
      "command_id=" + std::to_string(static_cast<uint32_t>(pdu.header.command_id)),
      "command_status=" + std::to_string(static_cast<uint32_t>(pdu.header.command_status)),
      "sequence_number=" + std::to_string(pdu.header.sequence_number)};
  const std::vector<std::string> body = FieldsOf(pdu.body);
  fields.insert(fields.end(), body.begin(), body.end());
  return fields;
}

}  // namespace salvo::test

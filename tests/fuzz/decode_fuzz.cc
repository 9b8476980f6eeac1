// Any octets as one PDU. Decoding stays inside them; what is decoded without a word encodes to the
// same octets; printing takes everything.

#include <algorithm>
#include <string>
#include <vector>

#include "pdu/decode.h"
#include "pdu/encode.h"
#include "pdu/fields.h"
#include "pdu/inspect.h"
#include "pdu/print.h"
#include "pdu/text/udh.h"
#include "pdu/text/utf8.h"
#include "tests/fuzz/check.h"

namespace salvo::pdu {
namespace {

using fuzz::Check;
using fuzz::IsInside;

// Walks a decoded body and checks that it refers to nothing but the PDU.
class ViewChecker {
 public:
  explicit ViewChecker(Octets pdu) : pdu_(pdu) {}

  void Text(const char*, std::string_view text, size_t) {
    Check(IsInside(text, pdu_), "a text lies in the PDU");
    Check(text.find('\0') == std::string_view::npos, "a text holds no NUL");
  }
  void Password(std::string_view text) { Text("", text, 0); }
  void Number(const char*, uint8_t) {}
  void ShortMessage(Octets text) {
    Check(IsInside(text, pdu_), "the short_message lies in the PDU");
    const auto udh = UdhOctets(text);
    Check(!udh || *udh <= text.size(), "a header is no longer than the text");
  }
  void Destinations(const DestinationList& list) {
    Destination entry;
    Entries(list, ReadDestination, &entry);
  }
  void Unsuccesses(const UnsuccessList& list) {
    Unsuccess entry;
    Entries(list, ReadUnsuccess, &entry);
  }
  void Tlvs(const TlvList& list) {
    Check(IsInside(list.octets(), pdu_), "the parameters lie in the PDU");
    size_t octets = 0;
    for (Tlv tlv : list) {
      Check(IsInside(tlv.value, list.octets()), "a value lies among the parameters");
      octets += kTlvHeaderOctets + tlv.value.size();
    }
    Check(octets == list.octets().size(), "the parameters are all there is");
  }
  void Opaque(Octets octets) { Check(IsInside(octets, pdu_), "the body lies in the PDU"); }

 private:
  void Entries(const auto& list, auto read, auto* entry) {
    Check(IsInside(list.octets, pdu_), "a list lies in the PDU");
    Reader reader(list.octets);
    if (list.octets.empty()) return;
    for (int i = 0; i < list.count; ++i) Check(read(reader, entry), "an entry can be read again");
    Check(reader.left() == 0, "a list holds its entries and no more");
  }

  Octets pdu_;
};

void CheckInspection(Octets octets) {
  const Inspection inspection = Inspect(octets);
  for (const InspectedField& field : inspection.fields) {
    Check(field.offset + field.octets <= octets.size(), "a field lies in the PDU");
  }
  for (const Complaint& complaint : inspection.complaints) {
    Check(complaint.offset <= octets.size() && !complaint.text.empty(), "a complaint has a place");
  }
  std::string tree;
  PrintTree(octets, &tree);
  for (size_t at = 0; at < tree.size();) {
    const Utf8Character c = DecodeUtf8(tree, at);
    Check(c.octets > 0, "a tree is UTF-8");
    const bool shows = c.code_point >= 0x20 && (c.code_point < 0x7F || c.code_point >= 0xA0);
    Check(shows || c.code_point == '\n', "a tree has no control characters");
    at += c.octets;
  }
}

void CheckOne(Octets octets) {
  Pdu pdu;
  const DecodeResult result = Decode(octets, &pdu);
  Check(result.offset <= octets.size(), "a fault lies in the PDU");
  Check(result.ok() || result.warning == Fault::kNone || *result.field != '\0',
        "a fault has the name of its field");
  std::string shown;
  PrintLine(octets, &shown);
  Check(std::all_of(shown.begin(), shown.end(),
                    [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }),
        "what is printed is printable");
  CheckInspection(octets);
  if (octets.size() < kHeaderOctets) return;

  ViewChecker checker(octets);
  std::visit([&](const auto& body) { Fields(checker, body); }, pdu.body);
  if (!result.ok()) return;

  std::vector<uint8_t> again(octets.size() + 1024);
  const EncodeResult encoded = Encode(pdu, again, {.max_password = octets.size()});
  const bool has_body = octets.size() > kHeaderOctets;
  if (result.warning != Fault::kNone || !has_body) return;
  Check(encoded.ok(), "what is decoded without a word can be encoded");
  again.resize(encoded.octets);
  Check(std::equal(again.begin(), again.end(), octets.begin(), octets.end()),
        "what is decoded without a word encodes to the same octets");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  CheckOne({data, size});
  if (size < kHeaderOctets) return 0;
  std::vector<uint8_t> honest(data, data + size);
  Store32(honest.data(), static_cast<uint32_t>(size));
  CheckOne(honest);
  return 0;
}

}  // namespace salvo::pdu

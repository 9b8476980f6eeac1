// Any octets as a deliver_sm's text and parameters. Parsing a receipt stays inside them, takes no
// key from the subscriber's text, and reads back what it writes. The first octets of the input are
// esm_class, data_coding, and how many octets of the rest are text.

#include <algorithm>
#include <array>
#include <vector>

#include "pdu/receipt.h"
#include "tests/fuzz/check.h"

namespace salvo::pdu {
namespace {

using fuzz::Check;
using fuzz::IsInside;

constexpr std::string_view ReceiptText::*kWords[] = {
    &ReceiptText::id,          &ReceiptText::sub,       &ReceiptText::dlvrd, &ReceiptText::stat,
    &ReceiptText::submit_date, &ReceiptText::done_date, &ReceiptText::err};

void CheckText(std::string_view text) {
  const ReceiptText fields = ParseReceiptText(text);
  for (const auto word : kWords) {
    const std::string_view value = fields.*word;
    Check(IsInside(value, AsOctets(text)), "a value lies in the text");
    Check(value.find(' ') == std::string_view::npos, "a value is one word");
    Check(value.empty() || fields.text.empty() || value.data() < fields.text.data(),
          "no value comes from the subscriber's text");
  }
  Check(IsInside(fields.text, AsOctets(text)), "the subscriber's text lies in the text");
  std::vector<char> out(text.size() + 128);
  const size_t size = FormatReceiptText(fields, out);
  Check(size > 0, "what was read can be written");
  const ReceiptText again = ParseReceiptText({out.data(), size});
  for (const auto word : kWords)
    Check(fields.*word == again.*word, "what was written reads the same");
  Check(again.text == fields.text.substr(0, 20), "the subscriber's text is cut, not changed");
}

void CheckParser(const DeliverSm& pdu, Octets input, bool accept_unmarked) {
  ReceiptParser parser({.accept_unmarked = accept_unmarked});
  const Octets own(reinterpret_cast<const uint8_t*>(&parser), sizeof parser);
  Receipt receipt;
  const ReceiptKind kind = parser.Parse(pdu, &receipt);
  if (kind == ReceiptKind::kNone) return;
  const auto is_view = [&](std::string_view view) {
    return IsInside(view, input) || IsInside(view, own);
  };
  for (const auto word : kWords)
    Check(is_view(receipt.fields.*word), "a value is of PDU or parser");
  Check(is_view(receipt.fields.text), "the subscriber's text is of PDU or parser");
  Check(is_view(receipt.id), "the id is of PDU or parser");
  Check(!receipt.state || !NameOf(*receipt.state).empty(), "a state has a name");
  if (pdu.tlvs.Find(Tag::kReceiptedMessageId) == std::nullopt) {
    Check(receipt.id == receipt.fields.id, "without a parameter the text's id counts");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const Octets input(data, size);
  const Octets rest = input.subspan(3);
  DeliverSm pdu;
  pdu.esm_class = data[0];
  pdu.data_coding = data[1];
  pdu.short_message = rest.first(std::min<size_t>(data[2], rest.size()));
  size_t trailing = 0;
  pdu.tlvs = DecodeTlvs(rest.subspan(pdu.short_message.size()), &trailing);
  CheckParser(pdu, input, false);
  CheckParser(pdu, input, true);
  CheckText(AsText(rest));
  return 0;
}

}  // namespace salvo::pdu

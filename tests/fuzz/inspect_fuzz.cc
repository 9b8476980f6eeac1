// Any octets as what people give to salvo decode: a capture, a dump, digits, PDUs as they are.
// Reading ends, stays inside of the octets, and gives out no PDU that is larger than what came in;
// what is shown of each is shown in every form.

#include <string>

#include "pdu/wire.h"
#include "tests/fuzz/check.h"
#include "tools/inspect/pdu_input.h"
#include "tools/inspect/pdu_report.h"

namespace salvo::tools {
namespace {

using fuzz::Check;

// Passes on to the report, and looks at what it gets.
class Checker : public InspectionSink {
 public:
  Checker(size_t most, PduForm form)
      : most_(most), report_(form, [this](std::string_view text) { written_ += text.size(); }) {}

  void OnPdu(const Origin& origin, pdu::Octets pdu) override {
    Check(!pdu.empty() && pdu.size() <= most_, "a PDU is a part of what came in");
    total_ += pdu.size();
    Check(total_ <= most_ || origin.packet == 0, "no octet is given out twice");
    report_.OnPdu(origin, pdu);
  }
  void OnNote(const Origin& origin, const std::string& note) override {
    Check(!note.empty(), "a note says something");
    report_.OnNote(origin, note);
  }
  void Finish(bool ok) {
    report_.Finish();
    Check(!ok || written_ > 0 || total_ == 0, "what was found is shown");
  }

 private:
  size_t most_;
  size_t total_ = 0;
  size_t written_ = 0;
  PduReport report_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A star in a dump stands for more octets than it has.
  constexpr size_t kMostRepeated = size_t{2} << 20;
  for (const PduForm form : {PduForm::kTree, PduForm::kLine, PduForm::kJson}) {
    Checker checker(size + kMostRepeated, form);
    const absl::Status found = FindPdusInOctets({data, size}, {2775}, &checker);
    checker.Finish(found.ok());
  }
  return 0;
}

}  // namespace salvo::tools

// Shows the PDUs that were found: as trees, as lines, or as JSON Lines.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "pdu/inspect.h"
#include "tools/inspect/conversations.h"
#include "tools/inspect/unanswered.h"

namespace salvo::tools {

enum class PduForm : uint8_t {
  kTree,  // every field on a line of its own
  kLine,  // one line a PDU
  kJson,  // one object a PDU, one a note, and a summary
};

class PduReport : public InspectionSink {
 public:
  // `write` gets whole lines.
  PduReport(PduForm form, std::function<void(std::string_view)> write)
      : form_(form), write_(std::move(write)) {}

  // What may be the rest of a bind, with its password, is counted and not shown.
  void OnPdu(const Origin& origin, pdu::Octets pdu) override;
  void OnNote(const Origin& origin, const std::string& note) override;
  // Notes about requests of a capture that have no response in it, then the last object of JSON.
  void Finish();

  uint64_t pdus() const { return pdus_; }
  uint64_t faulty() const { return faulty_; }          // those that could not be decoded
  uint64_t complaints() const { return complaints_; }  // of all PDUs

 private:
  bool IsHidden(const Origin& origin, pdu::Octets pdu);
  std::string Text(pdu::Octets pdu, const pdu::Inspection& inspection, bool is_hidden) const;

  PduForm form_;
  std::function<void(std::string_view)> write_;
  uint64_t pdus_ = 0;
  uint64_t faulty_ = 0;
  uint64_t complaints_ = 0;
  bool follows_password_ = false;
  Unanswered unanswered_;
};

}  // namespace salvo::tools

// The test message.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/doctor/context.h"
#include "tools/doctor/step.h"
#include "tools/doctor/steps/bind.h"

namespace salvo::doctor {

// A submit_sm as the sender would make it of a text of one segment. Its views are of the account,
// of the options and of itself. REQUIRES: the text takes one segment.
class TestMessage {
 public:
  explicit TestMessage(const Context& context);
  TestMessage(const TestMessage&) = delete;
  TestMessage& operator=(const TestMessage&) = delete;

  pdu::SubmitSm& submit() { return submit_; }

 private:
  std::vector<uint8_t> text_;
  std::vector<uint8_t> tlvs_;
  std::string validity_;
  pdu::SubmitSm submit_;
};

struct Submitted {
  std::string message_id;
  std::string sender;  // as it was sent
  io::Nanos at = 0;    // monotonic, when it left
  io::Nanos answered_at = 0;
};

// Sends it over `sender`. `receiver` is the session that its receipt can come over, the same or
// another, or nullptr: what is delivered there is kept from now on. `submitted` is filled unless
// the step fails.
StepResult Submit(const Context& context, Session& sender, Session* receiver,
                  std::optional<Submitted>* submitted);

}  // namespace salvo::doctor

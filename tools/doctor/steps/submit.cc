#include "tools/doctor/steps/submit.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "pdu/decode.h"
#include "pdu/text/split.h"
#include "pdu/time.h"

namespace salvo::doctor {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

pdu::Alphabet AlphabetOf(Encoding encoding) {
  switch (encoding) {
    case Encoding::kGsm7:
      return pdu::Alphabet::kGsm7;
    case Encoding::kLatin1:
      return pdu::Alphabet::kLatin1;
    case Encoding::kUcs2:
      return pdu::Alphabet::kUcs2;
  }
  return pdu::Alphabet::kGsm7;
}

uint8_t DataCodingOf(const AccountOptions& account, pdu::Alphabet alphabet) {
  switch (alphabet) {
    case pdu::Alphabet::kGsm7:
      return account.data_coding_gsm7;
    case pdu::Alphabet::kLatin1:
      return account.data_coding_latin1;
    case pdu::Alphabet::kUcs2:
      return account.data_coding_ucs2;
  }
  return account.data_coding_gsm7;
}

pdu::Address Typed(std::string_view text, std::optional<uint8_t> ton, std::optional<uint8_t> npi) {
  const AddressType told = InferAddressType(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  return {ton.value_or(told.ton), npi.value_or(told.npi), text};
}

std::vector<uint8_t> EncodedTlvs(const AccountOptions& account) {
  size_t octets = 0;
  for (const OwnedTlv& tlv : account.tlvs) octets += pdu::kTlvHeaderOctets + tlv.value.size();
  std::vector<uint8_t> encoded(octets);
  pdu::TlvWriter writer(encoded);
  for (const OwnedTlv& tlv : account.tlvs) {
    writer.Add(static_cast<pdu::Tag>(tlv.tag), pdu::AsOctets(tlv.value));
  }
  return encoded;
}

std::string_view SenderOf(const Context& context) {
  return context.options.from.empty() ? context.account.source_addr : context.options.from;
}

bool IsAboutSender(CommandStatus status) {
  return status == CommandStatus::ESME_RINVSRCADR || status == CommandStatus::ESME_RINVSRCTON ||
         status == CommandStatus::ESME_RINVSRCNPI;
}

void Refuse(const Context& context, const pdu::SubmitSm& submit, CommandStatus status,
            StepResult* step) {
  step->found.push_back(absl::StrFormat(
      "the sender went as '%s' (TON %d, NPI %d), the number as '%s' (TON %d, NPI %d)",
      submit.source.digits, submit.source.ton, submit.source.npi, submit.destination.digits,
      submit.destination.ton, submit.destination.npi));
  const AddressType told = InferAddressType(SenderOf(context));
  const AddressType used = {submit.source.ton, submit.source.npi};
  if (IsAboutSender(status) && told != used) step->Fail(Symptom::kSenderType);
  step->Fail(ExplainStatus(static_cast<uint32_t>(status)));
}

void NoAnswerToSubmit(const Context& context, const Session& sender, StepResult* step) {
  step->AddRaw(InPlaceOfAnAnswer(context, sender));
  const Dialogue& dialogue = *sender.dialogue;
  if (dialogue.is_alive() && !dialogue.unsent().empty()) {
    step->verdict = Verdict::kFailed;
    step->exit_code = ExitCodeOf(step->id);
    return step->found.push_back("the message did not leave");
  }
  step->Fail(dialogue.is_no_smsc() ? Symptom::kNotSmpp : Symptom::kUnanswered);
}

// Whether the window can carry the account's rate, when answers take so long.
void CompareWindow(const AccountOptions& account, io::Nanos took, StepResult* step) {
  if (account.rate <= 0 || took <= 0) return;
  const double most =
      static_cast<double>(account.window) * account.binds * 1e9 / static_cast<double>(took);
  if (most >= account.rate) return;
  step->found.push_back(absl::StrFormat(
      "with answers after %.0f ms, %d binds with a window of %d carry %.0f a second at most; rate "
      "is %g",
      static_cast<double>(took) / 1e6, account.binds, account.window, most, account.rate));
  step->Warn(Symptom::kSlow);
}

}  // namespace

TestMessage::TestMessage(const Context& context) {
  const AccountOptions& account = context.account;
  const std::string& text = context.options.text;
  pdu::TextOptions options;
  options.alphabet_count = 0;
  for (const Encoding encoding : account.encodings) {
    options.alphabets[options.alphabet_count++] = AlphabetOf(encoding);
  }
  const pdu::TextPlan plan = pdu::PlanText(text, pdu::MeasureText(text), options);
  text_.resize(2 * text.size());
  text_.resize(pdu::Translate(text, plan.alphabet, text_.data()));
  tlvs_ = EncodedTlvs(account);
  if (account.validity.count() > 0) {
    validity_ = pdu::RelativeTime(account.validity.count()).text();
  }
  submit_.service_type = account.service_type;
  submit_.source = Typed(SenderOf(context), account.source_ton, account.source_npi);
  submit_.destination = Typed(context.options.to, account.dest_ton, account.dest_npi);
  submit_.esm_class = account.esm_mode;
  submit_.protocol_id = account.protocol_id;
  submit_.priority_flag = account.priority;
  submit_.validity_period = validity_;
  submit_.registered_delivery = account.registered_delivery;
  submit_.data_coding = DataCodingOf(account, plan.alphabet);
  submit_.short_message = text_;
  submit_.tlvs = pdu::TlvList(tlvs_);
}

StepResult Submit(const Context& context, Session& sender, Session* receiver,
                  std::optional<Submitted>* submitted) {
  StepResult step;
  step.id = StepId::kSubmit;
  step.host = io::Endpoint{sender.host.name, sender.host.port}.ToString();
  step.title = "submit to " + context.options.to;
  TestMessage message(context);
  const pdu::SubmitSm& submit = message.submit();
  step.tried =
      absl::StrFormat("one submit_sm from '%s' to %s, registered_delivery %d", submit.source.digits,
                      submit.destination.digits, submit.registered_delivery);
  if (receiver != nullptr) receiver->dialogue->HoldDeliveries(true);
  const io::Nanos start = context.Now();
  const uint32_t asked = sender.dialogue->Ask(CommandId::kSubmitSm, submit);
  const auto answer =
      sender.dialogue->Await(asked, context.Deadline(context.account.response_timeout));
  step.took = context.Now() - start;
  if (!answer) {
    NoAnswerToSubmit(context, sender, &step);
    return step;
  }
  step.AddRaw(context.transcript.Shown(answer->octets));
  const CommandStatus status = answer->header.command_status;
  if (status != CommandStatus::ESME_ROK) {
    Refuse(context, submit, status, &step);
    return step;
  }
  if (answer->header.command_id != CommandId::kSubmitSmResp) {
    step.found.push_back("that is no submit_sm_resp, and the sender would wait on");
    step.Fail(Symptom::kUnanswered);
    return step;
  }
  pdu::MessageIdResponse body;
  pdu::DecodeBody(pdu::Octets(answer->octets), &body);
  submitted->emplace(Submitted{std::string(body.message_id), std::string(submit.source.digits),
                               start, answer->at});
  CompareWindow(context.account, answer->at - start, &step);
  return step;
}

}  // namespace salvo::doctor

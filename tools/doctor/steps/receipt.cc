#include "tools/doctor/steps/receipt.h"

#include <charconv>
#include <optional>
#include <vector>

#include "absl/strings/str_format.h"
#include "pdu/decode.h"
#include "pdu/print.h"
#include "pdu/receipt.h"
#include "tools/common/human.h"
#include "tools/doctor/steps/neighbours.h"
#include "tools/doctor/talk/turning.h"

namespace salvo::doctor {
namespace {

using pdu::CommandStatus;

// How long the same receipt is looked out for once more.
constexpr io::Nanos kTwicePatience = 300 * io::kNanosPerMilli;

std::string_view WithoutPlus(std::string_view digits) {
  if (digits.starts_with('+')) digits.remove_prefix(1);
  return digits;
}

std::optional<uint64_t> Number(std::string_view digits, int base) {
  uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc() || stop != end || digits.empty()) return std::nullopt;
  return value;
}

// Whose receipt it is.
enum class Whose : uint8_t {
  kAnothers,
  kOurs,
  // It has our addresses and an id that says nothing: ours, if ids are written in a way that nobody
  // knows; or that of an earlier message to the same number.
  kPerhapsOurs,
};

// One receipt, taken to pieces. Views are of the delivery and of the parser.
struct Mine {
  pdu::Receipt receipt;
  bool is_unmarked = false;  // esm_class says that it is none
};

class Reader {
 public:
  Reader(const Context& context, const Submitted& submitted)
      : context_(context), submitted_(submitted), parser_({.accept_unmarked = true}) {}

  Whose Read(const Received& delivery, Mine* mine) {
    pdu::Pdu pdu;
    if (!pdu::Decode(delivery.octets, &pdu).ok()) return Whose::kAnothers;
    if (const auto* deliver = std::get_if<pdu::DeliverSm>(&pdu.body)) return Parse(*deliver, mine);
    if (const auto* data = std::get_if<pdu::DataSm>(&pdu.body)) return Parse(*data, mine);
    return Whose::kAnothers;
  }

 private:
  template <class Body>
  Whose Parse(const Body& body, Mine* mine) {
    if (parser_.Parse(body, &mine->receipt) == pdu::ReceiptKind::kNone) return Whose::kAnothers;
    const bool is_marked = (body.esm_class & pdu::kEsmTypeMask) != 0 ||
                           body.tlvs.Find(pdu::Tag::kReceiptedMessageId).has_value();
    mine->is_unmarked = !is_marked;
    if (CompareIds(submitted_.message_id, mine->receipt.id)) return Whose::kOurs;
    const bool fits = WithoutPlus(body.source.digits) == WithoutPlus(context_.options.to) &&
                      WithoutPlus(body.destination.digits) == WithoutPlus(submitted_.sender);
    return fits ? Whose::kPerhapsOurs : Whose::kAnothers;
  }

  const Context& context_;
  const Submitted& submitted_;
  pdu::ReceiptParser parser_;
};

StepResult NewStep(StepId id, const char* title, const Session* receiver) {
  StepResult step;
  step.id = id;
  step.title = title;
  if (receiver != nullptr) {
    step.host = io::Endpoint{receiver->host.name, receiver->host.port}.ToString();
  }
  return step;
}

bool TellsFailuresAlone(const AccountOptions& account) {
  return (account.registered_delivery & kReceiptMask) == kFailuresAlone;
}

// What makes that none can come; nothing is waited for then.
bool IsHopeless(const Context& context, const Session* receiver, StepResult* step) {
  if ((context.account.registered_delivery & kReceiptMask) == 0) {
    step->found.push_back(absl::StrFormat("registered_delivery is %d: no receipt was asked for",
                                          context.account.registered_delivery));
  }
  if (receiver == nullptr) {
    step->found.push_back("bind_type is \"transmitter\": nothing can be delivered to it");
  }
  return !step->found.empty();
}

void JudgeState(const pdu::Receipt& receipt, StepResult* step) {
  if (!receipt.state) return;
  if (*receipt.state == pdu::MessageState::kDelivered) return;
  const auto state = static_cast<uint32_t>(*receipt.state);
  if (const Explanation* e = FindExplanation(Topic::kReceiptState, state)) step->Warn(*e);
  const auto error = Number(receipt.fields.err, 10);
  if (!error || *error == 0 || *error > UINT32_MAX) return;
  if (const Explanation* e = FindExplanation(Topic::kNetworkError, static_cast<uint32_t>(*error))) {
    step->Warn(*e);
  }
}

void JudgeForm(const Context& context, const Submitted& submitted, const Mine& mine,
               StepResult* step) {
  const auto form = CompareIds(submitted.message_id, mine.receipt.id);
  if (!form) {
    std::string ids = "its id is '";
    pdu::AppendEscaped(mine.receipt.id, &ids);
    ids += "', and the response gave '";
    pdu::AppendEscaped(submitted.message_id, &ids);
    step->found.push_back(ids + "'");
    step->Warn(Symptom::kUnmatchedReceipts);
  } else if (!form->empty()) {
    step->found.push_back("the id is written " + *form + "; the sender learns that by itself");
  }
  if (mine.is_unmarked) {
    step->found.push_back("its esm_class says that it is an ordinary message");
    if (!context.account.receipts.unmarked) step->Warn(Symptom::kUnmarkedReceipts);
  }
}

// Takes what was delivered one by one, and refuses for now what is not ours.
class Collector {
 public:
  Collector(const Context& context, Session& receiver, const Submitted& submitted, StepResult* step)
      : context_(context),
        dialogue_(*receiver.dialogue),
        submitted_(submitted),
        reader_(context, submitted),
        step_(*step) {}

  // Whether a final receipt has come.
  bool Collect() {
    while (!dialogue_.deliveries().empty()) {
      const Received delivery = std::move(dialogue_.deliveries().front());
      dialogue_.deliveries().pop_front();
      Sort(delivery);
    }
    return finals_ > 0;
  }

  // Nothing else will come. Without one that has our id, the last that fits may be it.
  void Settle() {
    if (finals_ == 0 && intermediates_ == 0 && !undecided_.empty()) {
      Take(undecided_.back());
      undecided_.pop_back();
    }
    for (const Received& delivery : undecided_) {
      dialogue_.AnswerDelivery(delivery, CommandStatus::ESME_RX_T_APPN);
    }
    undecided_.clear();
  }

  int finals() const { return finals_; }
  int intermediates() const { return intermediates_; }

 private:
  void Sort(const Received& delivery) {
    Mine mine;
    switch (reader_.Read(delivery, &mine)) {
      case Whose::kAnothers:
        return dialogue_.AnswerDelivery(delivery, CommandStatus::ESME_RX_T_APPN);
      case Whose::kPerhapsOurs:
        return undecided_.push_back(delivery);
      case Whose::kOurs:
        return Take(delivery);
    }
  }

  void Take(const Received& delivery) {
    Mine mine;
    reader_.Read(delivery, &mine);
    dialogue_.AnswerDelivery(delivery, CommandStatus::ESME_ROK);
    step_.AddRaw(context_.transcript.Shown(delivery.octets));
    const auto state = mine.receipt.state;
    if (state && !pdu::IsFinal(*state)) {
      ++intermediates_;
      return;
    }
    if (++finals_ > 1) return;
    Report(delivery, mine);
  }

  void Report(const Received& delivery, const Mine& mine) {
    const bool is_early = delivery.at < submitted_.answered_at;
    const bool has_our_id = CompareIds(submitted_.message_id, mine.receipt.id).has_value();
    step_.found.push_back(
        absl::StrFormat("it came %s after the submit_sm%s, and was acknowledged%s",
                        tools::HumanTime(static_cast<double>(delivery.at - submitted_.at) / 1e9),
                        is_early ? ", before the response to it" : "",
                        has_our_id ? " at once" : " when none with a known id had come"));
    JudgeState(mine.receipt, &step_);
    JudgeForm(context_, submitted_, mine, &step_);
  }

  const Context& context_;
  Dialogue& dialogue_;
  const Submitted& submitted_;
  Reader reader_;
  StepResult& step_;
  std::vector<Received> undecided_;  // not answered yet
  int finals_ = 0;
  int intermediates_ = 0;
};

void NameOthers(const Session& receiver, StepResult* step) {
  for (const std::string& other : OthersConnectedTo(receiver.connected.address)) {
    step->found.push_back(other + " is connected to the same SMSC, and may get what comes");
  }
}

// A receipt came: of a program beside us to which none come, it is not the SMSC that is at fault.
void ClearSmsc(const Session& receiver, StepResult* step) {
  for (const std::string& other : OthersConnectedTo(receiver.connected.address)) {
    step->found.push_back(absl::StrFormat(
        "%s is connected to the same SMSC; if none come to it, see salvo explain %s", other,
        ExplainSymptom(Symptom::kReceiptsStop).name));
  }
}

}  // namespace

std::optional<std::string> CompareIds(std::string_view in_response, std::string_view in_receipt) {
  if (in_response.empty() || in_receipt.empty()) return std::nullopt;
  if (in_response == in_receipt) return "";
  const auto is = [&](int response_base, int receipt_base) {
    const auto a = Number(in_response, response_base);
    return a && a == Number(in_receipt, receipt_base);
  };
  if (is(10, 10) || is(16, 16)) return "with other zeros or capitals";
  if (is(16, 10)) return "in hexadecimal in the response and in decimal in the receipt";
  if (is(10, 16)) return "in decimal in the response and in hexadecimal in the receipt";
  return std::nullopt;
}

StepResult AwaitReceipt(const Context& context, Session* receiver, const Submitted& submitted) {
  StepResult step = NewStep(StepId::kReceipt, "receipt", receiver);
  step.tried = "waited at most " +
               tools::HumanTime(static_cast<double>(context.options.wait_receipt) / 1e9) +
               " for a deliver_sm about the message";
  if (IsHopeless(context, receiver, &step)) {
    step.tried = "looked whether one can come";
    step.Fail(Symptom::kNoReceipts);
    return step;
  }
  const io::Nanos start = context.Now();
  Dialogue& dialogue = *receiver->dialogue;
  Collector collector(context, *receiver, submitted, &step);
  TurnUntil(context.loop, io::Later(start, context.options.wait_receipt),
            [&] { return collector.Collect() || !dialogue.is_alive(); });
  collector.Settle();
  step.took = context.Now() - start;
  if (collector.finals() > 0) {
    TurnUntil(context.loop, io::Later(context.Now(), kTwicePatience),
              [&] { return collector.Collect() && collector.finals() > 1; });
    collector.Settle();
    if (collector.finals() > 1) {
      step.found.push_back("it came twice, although the first was acknowledged");
      step.Warn(Symptom::kDuplicateReceipts);
    }
    ClearSmsc(*receiver, &step);
    return step;
  }
  step.AddRaw(InPlaceOfAnAnswer(context, *receiver));
  if (collector.intermediates() > 0) {
    step.found.push_back("only an intermediate state came: the message is still on its way");
  }
  if (dialogue.refused_deliveries() > 0) {
    step.found.push_back(absl::StrFormat("%s of something else came, and %s left with the SMSC",
                                         tools::Counted(dialogue.refused_deliveries(), "delivery"),
                                         dialogue.refused_deliveries() == 1 ? "was" : "were"));
  }
  if (TellsFailuresAlone(context.account) && dialogue.is_alive()) {
    step.found.push_back(
        absl::StrFormat("registered_delivery is %d, which asks for receipts of failures alone: "
                        "none means that it was delivered, or is still on its way",
                        context.account.registered_delivery));
    return step;
  }
  NameOthers(*receiver, &step);
  step.Fail(Symptom::kNoReceipts);
  return step;
}

StepResult AwaitInbound(const Context& context, Session* receiver) {
  StepResult step = NewStep(StepId::kInbound, "message from a phone", receiver);
  step.tried = "waited at most " +
               tools::HumanTime(static_cast<double>(context.options.wait_inbound) / 1e9) +
               " for a message that somebody sends to the account's number";
  if (receiver == nullptr) {
    step.found.push_back("bind_type is \"transmitter\": nothing can be delivered to it");
    step.Fail(Symptom::kNoInbound);
    return step;
  }
  const io::Nanos start = context.Now();
  Dialogue& dialogue = *receiver->dialogue;
  dialogue.HoldDeliveries(true);
  pdu::ReceiptParser parser;
  std::vector<std::string> shown;
  const auto find = [&] {
    while (!dialogue.deliveries().empty() && shown.empty()) {
      const Received delivery = std::move(dialogue.deliveries().front());
      dialogue.deliveries().pop_front();
      pdu::Pdu pdu;
      pdu::Receipt receipt;
      const auto* message = pdu::Decode(delivery.octets, &pdu).ok()
                                ? std::get_if<pdu::DeliverSm>(&pdu.body)
                                : nullptr;
      const bool is_message =
          message != nullptr && parser.Parse(*message, &receipt) == pdu::ReceiptKind::kNone;
      if (is_message) shown = context.transcript.Shown(delivery.octets);
      dialogue.AnswerDelivery(delivery, CommandStatus::ESME_RX_T_APPN);
    }
    return !shown.empty() || !dialogue.is_alive();
  };
  TurnUntil(context.loop, io::Later(start, context.options.wait_inbound), find);
  step.took = context.Now() - start;
  dialogue.HoldDeliveries(false);
  if (!shown.empty()) {
    step.AddRaw(shown);
    step.found.push_back("one came; it was left with the SMSC, for whoever it is for");
    return step;
  }
  step.AddRaw(InPlaceOfAnAnswer(context, *receiver));
  step.Fail(Symptom::kNoInbound);
  return step;
}

}  // namespace salvo::doctor

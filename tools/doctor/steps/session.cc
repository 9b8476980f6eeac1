#include "tools/doctor/steps/session.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "pdu/decode.h"
#include "tools/common/human.h"
#include "tools/doctor/talk/turning.h"

namespace salvo::doctor {
namespace {

using pdu::CommandId;

constexpr int kQuestions = 3;

StepResult NewStep(StepId id, const char* title, const Session& session) {
  StepResult step;
  step.id = id;
  step.title = title;
  step.host = io::Endpoint{session.host.name, session.host.port}.ToString();
  return step;
}

std::string VersionText(uint32_t version) {
  return absl::StrFormat("%d.%d (0x%02x)", version >> 4, version & 0xF, version);
}

double Millis(io::Nanos time) { return static_cast<double>(time) / 1e6; }

// Asks once.
std::optional<Received> AskWhetherThere(const Context& context, Session& session) {
  const uint32_t asked = session.dialogue->Ask(CommandId::kEnquireLink);
  return session.dialogue->Await(asked, context.Deadline(context.account.enquire_link_timeout));
}

bool IsRight(const Received& answer, CommandId wanted) {
  return answer.header.command_id == wanted &&
         answer.header.command_status == pdu::CommandStatus::ESME_ROK;
}

// An answer all the same: the session lives.
void WarnOfAnswer(const Context& context, const Received& answer, CommandId wanted,
                  StepResult* step) {
  step->AddRaw(context.transcript.Shown(answer.octets));
  step->found.push_back(absl::StrFormat("that is no %s of success", pdu::NameOf(wanted)));
  const pdu::CommandStatus status = answer.header.command_status;
  if (status != pdu::CommandStatus::ESME_ROK) {
    step->Warn(ExplainStatus(static_cast<uint32_t>(status)));
  } else if (step->verdict == Verdict::kOk) {
    step->verdict = Verdict::kWarning;
  }
}

void FailForSilence(const Context& context, const Session& session, StepResult* step) {
  step->AddRaw(InPlaceOfAnAnswer(context, session));
  step->Fail(session.dialogue->is_alive() ? Symptom::kSilentPeer : Symptom::kClosedAtOnce);
}

}  // namespace

StepResult CompareVersions(const Context& context, const Session& session) {
  StepResult step = NewStep(StepId::kVersion, "interface version", session);
  const auto asked = static_cast<uint32_t>(context.account.interface_version);
  step.tried = "asked for " + VersionText(asked) + " in the bind";
  pdu::BindResponse body;
  const bool is_read = pdu::DecodeBody(pdu::Octets(session.answer->octets), &body).ok();
  const auto tlv = is_read ? body.tlvs.Find(pdu::Tag::kScInterfaceVersion) : std::nullopt;
  const auto version = tlv ? tlv->AsInteger() : std::nullopt;
  if (!version) {
    step.raw.push_back("no sc_interface_version");
    step.found.push_back(
        "by the letter that means 3.3; many SMSCs of 3.4 leave it out all the same");
    return step;
  }
  step.raw.push_back("sc_interface_version: " + VersionText(*version));
  if (*version != asked) step.Warn(Symptom::kOtherVersion);
  return step;
}

StepResult EnquireLink(const Context& context, Session& session) {
  StepResult step = NewStep(StepId::kEnquireLink, "enquire_link", session);
  step.tried = absl::StrFormat("asked %d times whether the SMSC is there", kQuestions);
  const io::Nanos start = context.Now();
  std::string times;
  for (int i = 0; i < kQuestions; ++i) {
    const io::Nanos asked_at = context.Now();
    const auto answer = AskWhetherThere(context, session);
    if (!answer) {
      FailForSilence(context, session, &step);
      break;
    }
    const bool is_first_odd =
        step.verdict == Verdict::kOk && !IsRight(*answer, CommandId::kEnquireLinkResp);
    if (is_first_odd) WarnOfAnswer(context, *answer, CommandId::kEnquireLinkResp, &step);
    absl::StrAppendFormat(&times, "%s%.2f", times.empty() ? "" : ", ",
                          Millis(answer->at - asked_at));
  }
  step.took = context.Now() - start;
  if (!times.empty()) step.raw.push_back("answered after " + times + " ms");
  return step;
}

StepResult StayIdle(const Context& context, Session& session) {
  StepResult step = NewStep(StepId::kIdle, "idle", session);
  const std::string time = tools::HumanTime(static_cast<double>(context.options.idle) / 1e9);
  step.tried = "said nothing for " + time;
  const uint64_t before = session.dialogue->peer_enquiries();
  const io::Nanos start = context.Now();
  TurnUntil(context.loop, io::Later(start, context.options.idle),
            [&] { return !session.dialogue->is_alive(); });
  const io::Nanos lasted = context.Now() - start;
  if (const uint64_t asked = session.dialogue->peer_enquiries() - before; asked > 0) {
    step.found.push_back(
        absl::StrFormat("the SMSC itself asked %d times with enquire_link", asked));
  }
  if (session.dialogue->is_alive() && !Interrupted() && !AskWhetherThere(context, session)) {
    step.raw.push_back("no answer to enquire_link after the silence");
    step.Fail(Symptom::kIdleDrops);
  } else if (!session.dialogue->is_alive()) {
    const io::Nanos interval = io::ToNanos(context.account.enquire_link);
    step.raw.push_back(
        absl::StrFormat("after %.1f s: %s", Millis(lasted) / 1000, session.dialogue->Ending()));
    step.found.push_back(absl::StrFormat(
        "the SMSC ends a session that is silent for %.1f s; enquire_link is %s",
        Millis(lasted) / 1000,
        interval == 0 ? "off" : tools::HumanTime(static_cast<double>(interval) / 1e9)));
    // At the limit itself it is a race.
    const bool comes_in_time = interval > 0 && interval < lasted - lasted / 5;
    if (!comes_in_time) step.Fail(Symptom::kIdleDrops);
  } else {
    step.raw.push_back("still answers");
  }
  step.took = context.Now() - start;
  return step;
}

StepResult Unbind(const Context& context, Session& session) {
  StepResult step = NewStep(StepId::kUnbind, "unbind", session);
  step.tried = "unbind, and waited for unbind_resp before closing";
  const io::Nanos start = context.Now();
  const std::optional<Received> answer = LeaveInOrder(context, {&session}).front();
  step.took = context.Now() - start;
  if (answer && IsRight(*answer, CommandId::kUnbindResp)) {
    step.AddRaw(context.transcript.Shown(answer->octets));
  } else if (answer) {
    WarnOfAnswer(context, *answer, CommandId::kUnbindResp, &step);
  } else {
    step.AddRaw(InPlaceOfAnAnswer(context, session));
    step.Warn(Symptom::kUnbindUnanswered);
  }
  Transport& transport = *session.connected.transport;
  transport.Close();
  TurnUntil(
      context.loop, io::Later(context.Now(), io::kNanosPerSecond),
      [&] { return transport.is_closed(); }, 1);
  return step;
}

}  // namespace salvo::doctor

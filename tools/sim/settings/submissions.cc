// Settings of submissions: limits, checks, and how they are answered.

#include "tools/sim/settings/make.h"
#include "tools/sim/settings/parse.h"

namespace salvo::sim {
namespace {

Words<TpsKind> TpsKinds() {
  return {
      {"second", TpsKind::kSecond}, {"sliding", TpsKind::kSliding}, {"bucket", TpsKind::kBucket}};
}

Words<IdFormat> IdFormats() {
  return {{"dec", IdFormat::kDecimal}, {"hex", IdFormat::kHex}, {"uuid", IdFormat::kUuid}};
}

absl::Status AddText(std::string_view text, std::vector<std::string>* texts) {
  texts->emplace_back(text);
  return absl::OkStatus();
}

absl::Status AddSubmissionFault(std::string_view text, Rules<Fault>* faults) {
  return AddFault(text, FaultPlace::kSubmission, faults);
}

std::vector<Setting> LimitSettings() {
  return {
      Many({"tps", "[SYSTEM_ID=]N", "Messages a second of an account; more are throttled"}, AddTps,
           Field(&Options::tps)),
      One({"tps-kind", "second|sliding|bucket", "How they are counted; default second"}, TpsKinds(),
          Field(&Options::tps_kind)),
      One({"window", "N", "Unanswered submissions of a bind; more are throttled"}, ParseCount,
          Field(&Options::window)),
      One({"queue", "N", "Messages that an account may have waiting; more are refused"}, ParseCount,
          Field(&Options::queue)),
      One({"destination-queue", "N", "The same, for one destination"}, ParseCount,
          Field(&Options::destination_queue)),
      One({"queue-time", "TIME", "How long each waits there; default 1s"}, ParseSomeTime,
          Field(&Options::queue_time)),
      Many({"approved-sender", "ADDRESS", "Submissions from others are refused"}, AddText,
           Field(&Options::approved_senders)),
      One({"check-sender-type", "",
           "Refuse letters without TON 5 and NPI 0, and digits with TON 5"},
          ParseSwitch, Field(&Options::check_sender_type)),
  };
}

}  // namespace

std::vector<Setting> SubmissionSettings() {
  std::vector<Setting> settings = LimitSettings();
  settings.push_back(
      One({"delay", "TIMES", "Of answers: 5ms, uniform:1ms,20ms or mix:80%10ms,15%100ms,5%1s"},
          DelayDistribution::Parse, Field(&Options::delay)));
  settings.push_back(Many({"error", "STATUS[=WHEN]", "Refuse some, such as ESME_RSYSERR=2%"},
                          AddError, Field(&Options::errors)));
  settings.push_back(Many({"fault", "FAULT[=WHEN]", "Of answers, see below, such as twice=5%"},
                          AddSubmissionFault, Field(&Options::faults)));
  settings.push_back(One({"magic", "", "Destinations with a meaning, see below"}, ParseSwitch,
                         Field(&Options::magic)));
  settings.push_back(One({"id", "dec|hex|uuid", "Form of message ids; default dec"}, IdFormats(),
                         Field(&Options::id_format)));
  settings.push_back(One({"congestion", "0..100", "congestion_state, to binds of version 5.0"},
                         ParsePercent, Field(&Options::congestion)));
  return settings;
}

}  // namespace salvo::sim

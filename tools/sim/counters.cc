#include "tools/sim/counters.h"

#include "absl/strings/str_format.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"

namespace salvo::sim {
namespace {

double ToMillis(int64_t nanos) { return static_cast<double>(nanos) / 1e6; }

}  // namespace

std::string Counters::Describe() const {
  using tools::Counted;
  using tools::WithCommas;
  std::string text = absl::StrFormat(
      "%s, %s (%s refused), %s: %s accepted, %s refused (%s throttled), %s not answered; "
      "%s (%s acknowledged), %s, %s, %s malformed",
      Counted(connections, "connection"), Counted(binds, "bind"), WithCommas(binds_refused),
      Counted(submits, "submit"), WithCommas(accepted), WithCommas(refused), WithCommas(throttled),
      WithCommas(unanswered), Counted(receipts, "receipt"), WithCommas(receipts_acknowledged),
      Counted(enquire_links, "enquire_link"), Counted(unbinds, "unbind"), WithCommas(malformed));
  if (mo > 0) {
    absl::StrAppendFormat(&text, ", %s (%s acknowledged)", Counted(mo, "MO message"),
                          WithCommas(mo_acknowledged));
  }
  for (const auto& [count, what] :
       {std::pair(receipts_refused, "delivery refusal"), std::pair(faults, "fault"),
        std::pair(idle_closed, "idle close"), std::pair(deliveries_stopped, "stopped bind"),
        std::pair(accept_failures, "failed accept")}) {
    if (count > 0) absl::StrAppendFormat(&text, ", %s", Counted(count, what));
  }
  if (receipt_answers.count() > 0) {
    absl::StrAppendFormat(&text, "; deliver_sm_resp after p50 %.3f ms, p99 %.3f ms, max %.3f ms",
                          ToMillis(receipt_answers.Quantile(0.5)),
                          ToMillis(receipt_answers.Quantile(0.99)),
                          ToMillis(receipt_answers.longest()));
  }
  return text;
}

std::string Counters::ToJson() const {
  std::string text;
  tools::JsonLine line(&text);
  line.Add("message_type", "counters");
  line.Add("schema", 1);
  line.Add("connections", connections);
  line.Add("binds", binds);
  line.Add("binds_refused", binds_refused);
  line.Add("submits", submits);
  line.Add("accepted", accepted);
  line.Add("refused", refused);
  line.Add("throttled", throttled);
  line.Add("unanswered", unanswered);
  line.Add("receipts", receipts);
  line.Add("receipts_acknowledged", receipts_acknowledged);
  line.Add("receipts_refused", receipts_refused);
  line.Add("deliver_sm_resp_ms_p50", ToMillis(receipt_answers.Quantile(0.5)));
  line.Add("deliver_sm_resp_ms_p99", ToMillis(receipt_answers.Quantile(0.99)));
  line.Add("deliver_sm_resp_ms_max", ToMillis(receipt_answers.longest()));
  line.Add("enquire_links", enquire_links);
  line.Add("unbinds", unbinds);
  line.Add("malformed", malformed);
  line.Add("accept_failures", accept_failures);
  line.Add("mo", mo);
  line.Add("mo_acknowledged", mo_acknowledged);
  line.Add("deliveries_stopped", deliveries_stopped);
  line.Add("faults", faults);
  line.Add("idle_closed", idle_closed);
  line.End();
  return text;
}

}  // namespace salvo::sim

#include "tools/sim/counters.h"

#include "absl/strings/str_format.h"
#include "tools/common/json_line.h"

namespace salvo::sim {

std::string Counters::Describe() const {
  return absl::StrFormat(
      "%d connections, %d binds (%d refused), %d submits: %d accepted, %d refused (%d throttled), "
      "%d not answered; %d receipts (%d acknowledged), %d enquire_links, %d unbinds, %d malformed",
      connections, binds, binds_refused, submits, accepted, refused, throttled, unanswered,
      receipts, receipts_acknowledged, enquire_links, unbinds, malformed);
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
  line.Add("enquire_links", enquire_links);
  line.Add("unbinds", unbinds);
  line.Add("malformed", malformed);
  line.Add("accept_failures", accept_failures);
  line.End();
  return text;
}

}  // namespace salvo::sim

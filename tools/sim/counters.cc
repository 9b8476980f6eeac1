#include "tools/sim/counters.h"

#include "absl/strings/str_format.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"

namespace salvo::sim {

std::string Counters::Describe() const {
  using tools::Counted;
  using tools::WithCommas;
  return absl::StrFormat(
      "%s, %s (%s refused), %s: %s accepted, %s refused (%s throttled), %s not answered; "
      "%s (%s acknowledged), %s, %s, %s malformed",
      Counted(connections, "connection"), Counted(binds, "bind"), WithCommas(binds_refused),
      Counted(submits, "submit"), WithCommas(accepted), WithCommas(refused), WithCommas(throttled),
      WithCommas(unanswered), Counted(receipts, "receipt"), WithCommas(receipts_acknowledged),
      Counted(enquire_links, "enquire_link"), Counted(unbinds, "unbind"), WithCommas(malformed));
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

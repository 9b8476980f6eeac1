// What people write for settings, made values. Private to the tables of settings.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "tools/common/parse.h"
#include "tools/sim/options/options.h"

namespace salvo::sim {

// "demo:secret"; the password may hold colons.
absl::StatusOr<Login> ParseLogin(std::string_view text);
absl::StatusOr<uint32_t> ParseCount(std::string_view text);
absl::StatusOr<double> ParseRate(std::string_view text);
absl::StatusOr<uint8_t> ParsePercent(std::string_view text);
absl::StatusOr<std::string> ParseText(std::string_view text);
absl::StatusOr<bool> ParseSwitch(std::string_view text);
// A time above 0.
absl::StatusOr<io::Nanos> ParseSomeTime(std::string_view text);
// "DELIVRD=95%,UNDELIV=5%"
absl::StatusOr<Rules<pdu::MessageState>> ParseReceiptMix(std::string_view text);

// "100" for all accounts, or "demo=100".
absl::Status AddLimit(std::string_view text, PerAccount<uint32_t>* limits);
// The same, of messages a second, each of which is remembered for a second.
absl::Status AddTps(std::string_view text, PerAccount<uint32_t>* limits);
// "192.0.2.0/24", "demo=192.0.2.7"
absl::Status AddAllowed(std::string_view text, std::vector<AllowedAddress>* allowed);
// "ESME_RTHROTTLED=5%", "0x58=x3", "ESME_RBINDFAIL"
absl::Status AddError(std::string_view text, Rules<pdu::CommandStatus>* errors);
// "password=0x0D"
absl::Status AddRefusal(std::string_view text, RefusalStatuses* statuses);
// "close=@100", of the faults that can happen there.
absl::Status AddFault(std::string_view text, FaultPlace place, Rules<Fault>* faults);

// What is written before the last '=' and behind it; the latter is `otherwise` where there is none.
std::pair<std::string_view, std::string_view> SplitAtEquals(std::string_view text,
                                                            std::string_view otherwise);

// Parses one of some words, each for a value.
template <class Value>
class Words {
 public:
  Words(std::initializer_list<std::pair<std::string_view, Value>> words) : words_(words) {}

  absl::StatusOr<Value> operator()(std::string_view text) const {
    std::string known;
    for (const auto& [word, value] : words_) {
      if (text == word) return value;
      known += absl::StrFormat("%s%s", known.empty() ? "" : ", ", word);
    }
    return absl::InvalidArgumentError(absl::StrFormat("'%s' is none of %s", text, known));
  }

 private:
  std::vector<std::pair<std::string_view, Value>> words_;
};

}  // namespace salvo::sim

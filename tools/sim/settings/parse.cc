#include "tools/sim/settings/parse.h"

#include <charconv>

#include "pdu/receipt.h"
#include "tools/sim/options/parts.h"

namespace salvo::sim {
namespace {

constexpr double kMostRate = 1e6;
constexpr uint64_t kMostPercent = 100;
constexpr uint64_t kMostTps = 1'000'000;

absl::StatusOr<uint32_t> ParseWhole(std::string_view text, uint64_t most) {
  const std::string fault = tools::FaultOfWhole(text, 0, most);
  if (!fault.empty()) return absl::InvalidArgumentError(fault);
  uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// A word, and how often what it means happens.
template <class What>
absl::Status AddRule(What what, std::string_view how_often, Rules<What>* rules) {
  const auto portion = how_often.empty() ? Portion(1) : Portion::Parse(how_often);
  if (!portion.ok()) return portion.status();
  rules->push_back({what, *portion});
  if (rules->shares() <= 1 + kShareRounding) return absl::OkStatus();
  return absl::InvalidArgumentError("the shares add up to more than 100%");
}

// What is written before '=' and behind it: the system_id, "" where there is none, and the rest.
std::pair<std::string, std::string_view> SplitAccount(std::string_view text) {
  const size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) return {"", text};
  return {std::string(text.substr(0, equals)), text.substr(equals + 1)};
}

absl::Status AddLimitUpTo(uint64_t most, std::string_view text, PerAccount<uint32_t>* limits) {
  auto [system_id, number] = SplitAccount(text);
  const auto count = ParseWhole(number, most);
  if (!count.ok()) return count.status();
  if (number.size() == text.size()) {
    limits->SetForAll(*count);
  } else {
    limits->SetFor(std::move(system_id), *count);
  }
  return absl::OkStatus();
}

std::string FaultsOf(FaultPlace place) {
  std::string words;
  for (const FaultWord& fault : AllFaults()) {
    if (fault.CanBe(place)) absl::StrAppendFormat(&words, " %s", fault.word);
  }
  return words;
}

}  // namespace

std::pair<std::string_view, std::string_view> SplitAtEquals(std::string_view text,
                                                            std::string_view otherwise) {
  const size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) return {text, otherwise};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

absl::StatusOr<Login> ParseLogin(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is not a login such as system_id:password", text));
  }
  return Login{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

absl::StatusOr<uint32_t> ParseCount(std::string_view text) { return ParseWhole(text, UINT32_MAX); }

absl::StatusOr<double> ParseRate(std::string_view text) {
  const std::string fault = tools::FaultOfNumber(text, kMostRate);
  if (!fault.empty()) return absl::InvalidArgumentError(fault);
  double rate = 0;
  std::from_chars(text.data(), text.data() + text.size(), rate);
  return rate;
}

absl::StatusOr<uint8_t> ParsePercent(std::string_view text) {
  const auto percent = ParseWhole(text, kMostPercent);
  if (!percent.ok()) return percent.status();
  return static_cast<uint8_t>(*percent);
}

absl::StatusOr<std::string> ParseText(std::string_view text) { return std::string(text); }

absl::StatusOr<bool> ParseSwitch(std::string_view text) {
  if (text == "true") return true;
  return absl::InvalidArgumentError("takes no value, only true or false");
}

absl::StatusOr<io::Nanos> ParseSomeTime(std::string_view text) {
  auto time = tools::ParseTime(text);
  if (time.ok() && *time == 0) return absl::InvalidArgumentError("takes a time above 0");
  return time;
}

absl::StatusOr<Rules<pdu::MessageState>> ParseReceiptMix(std::string_view text) {
  Rules<pdu::MessageState> mix;
  absl::Status status = ForEachPart(text, [&](std::string_view part) -> absl::Status {
    const size_t equals = part.find('=');
    const auto state = pdu::ParseReceiptState(part.substr(0, equals));
    if (!state || equals == std::string_view::npos) {
      return absl::InvalidArgumentError(
          absl::StrFormat("'%s' is not a state and how often, such as DELIVRD=95%%", part));
    }
    return AddRule(*state, part.substr(equals + 1), &mix);
  });
  if (!status.ok()) return status;
  return mix;
}

absl::Status AddLimit(std::string_view text, PerAccount<uint32_t>* limits) {
  return AddLimitUpTo(UINT32_MAX, text, limits);
}

absl::Status AddTps(std::string_view text, PerAccount<uint32_t>* limits) {
  return AddLimitUpTo(kMostTps, text, limits);
}

absl::Status AddAllowed(std::string_view text, std::vector<AllowedAddress>* allowed) {
  auto [system_id, addresses] = SplitAccount(text);
  const auto range = AddressRange::Parse(addresses);
  if (!range.ok()) return range.status();
  allowed->push_back({std::move(system_id), *range});
  return absl::OkStatus();
}

absl::Status AddError(std::string_view text, Rules<pdu::CommandStatus>* errors) {
  const auto [name, how_often] = SplitAtEquals(text, "100%");
  const auto status = pdu::ParseStatus(name);
  if (!status) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is not a status and how often, such as ESME_RTHROTTLED=5%%", text));
  }
  return AddRule(*status, how_often, errors);
}

absl::Status AddRefusal(std::string_view text, RefusalStatuses* statuses) {
  const auto [word, name] = SplitAtEquals(text, "");
  const RefusalReason* reason = FindRefusal(word);
  const auto status = pdu::ParseStatus(name);
  if (reason == nullptr || !status) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is not a reason and a status, such as password=0x0D", text));
  }
  statuses->Set(reason->refusal, *status);
  return absl::OkStatus();
}

absl::Status AddFault(std::string_view text, FaultPlace place, Rules<Fault>* faults) {
  const auto [word, how_often] = SplitAtEquals(text, "100%");
  const FaultWord* fault = FindFault(word);
  if (fault == nullptr || !fault->CanBe(place)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is none of the faults here:%s", word, FaultsOf(place)));
  }
  return AddRule(fault->fault, how_often, faults);
}

}  // namespace salvo::sim

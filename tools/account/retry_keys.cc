#include "tools/account/retry_keys.h"

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

#include "pdu/status.h"
#include "tools/common/nearest.h"

namespace salvo::tools {
namespace {

constexpr std::string_view kStatusRule =
    "a status is written in hex, as 0x58, or by its name, as ESME_RTHROTTLED";

// Only hex or a name: a plain 14 may be meant as either.
std::optional<uint32_t> StatusOf(std::string_view text) {
  if (text.empty() || (text.front() >= '0' && text.front() <= '9' && !text.starts_with("0x"))) {
    return std::nullopt;
  }
  const auto status = pdu::ParseStatus(text);
  if (!status) return std::nullopt;
  return static_cast<uint32_t>(*status);
}

std::optional<uint32_t> StatusOf(const toml::node& node) {
  if (const auto* text = node.as_string()) return StatusOf(std::string_view(text->get()));
  const auto* number = node.as_integer();
  const bool is_hex =
      number != nullptr && number->flags() == toml::value_flags::format_as_hexadecimal;
  if (!is_hex || number->get() < 0 || number->get() > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(number->get());
}

Fault TakeClass(const toml::node& node, StatusClass* out) {
  return TakeWord<StatusClass>(node, out,
                               {{"permanent", StatusClass::kPermanent},
                                {"temporary", StatusClass::kTemporary},
                                {"throttling", StatusClass::kThrottling},
                                {"queue-full", StatusClass::kQueueFull},
                                {"stops-account", StatusClass::kStopsAccount}});
}

using Taker = std::function<Fault(const toml::node&, StatusRetry&)>;

template <class Value>
Taker Own(std::optional<Value> StatusRetry::*member, Fault (*take)(const toml::node&, Value*)) {
  return [=](const toml::node& node, StatusRetry& own) {
    return take(node, &(own.*member).emplace());
  };
}

const std::map<std::string, Taker, std::less<>>& StatusKeys() {
  using S = StatusRetry;
  static const std::map<std::string, Taker, std::less<>> keys = {
      {"class", Own(&S::status_class, TakeClass)},
      {"delay", Own(&S::delay, TakeTime)},
      {"multiplier", Own(&S::multiplier, TakeNumber)},
      {"delay_after_attempts", Own(&S::delay_after_attempts, TakeAttempts)},
      {"delay_max", Own(&S::delay_max, TakeTimeOrNone)},
      {"max_attempts", Own(&S::max_attempts, TakeAttempts)},
      {"max_age", Own(&S::max_age, TakeTime)},
  };
  return keys;
}

Fault TakeStatusKeys(const toml::table& table, std::string_view name, StatusRetry* own) {
  for (const auto& [key, node] : table) {
    const auto taker = StatusKeys().find(key.str());
    if (taker == StatusKeys().end()) {
      std::vector<std::string_view> known;
      for (const auto& [word, unused] : StatusKeys()) known.push_back(word);
      const std::string wrong(key.str());
      return absl::StrFormat("has the unknown key '%s' in '%s'; the nearest known one is '%s'",
                             wrong, name, NearestWord(wrong, known));
    }
    const Fault fault = taker->second(node, *own);
    if (!fault.empty()) return absl::StrFormat("has '%s.%s', which %s", name, taker->first, fault);
  }
  return {};
}

}  // namespace

Fault TakeRetryProfile(const toml::node& node, RetryOptions* retry) {
  return TakeWord<RetryProfile>(
      node, &retry->profile, {{"salvo", RetryProfile::kSalvo}, {"nowsms", RetryProfile::kNowSms}});
}

Fault TakeAttempts(const toml::node& node, uint32_t* out) {
  return TakeInteger(node, out, 0, 1'000'000);
}

Fault TakeReject(const toml::node& node, RetryOptions* retry) {
  const auto* list = node.as_array();
  if (list == nullptr) return "takes a list, such as [0xFE, \"ESME_RSYSERR\"] or [\"all\"]";
  for (const toml::node& element : *list) {
    const auto* text = element.as_string();
    if (text != nullptr && text->get() == "all") {
      retry->reject_all = true;
      continue;
    }
    const auto status = StatusOf(element);
    if (!status) return absl::StrFormat("has an entry that is no status: %s", kStatusRule);
    retry->reject.push_back(*status);
  }
  return {};
}

Fault TakeRetryStatuses(const toml::node& node, RetryOptions* retry) {
  const auto* table = node.as_table();
  if (table == nullptr) return "takes tables, as [retry.status.0x14] with its keys below";
  for (const auto& [key, value] : *table) {
    const std::string_view name = key.str();
    const auto status = StatusOf(name);
    if (!status) return absl::StrFormat("has '%s', which is no status: %s", name, kStatusRule);
    if (!value.is_table()) {
      return absl::StrFormat("has '%s', which takes a table, as [retry.status.%s]", name, name);
    }
    const auto is_same = [&](const StatusRetry& s) { return s.command_status == *status; };
    if (std::any_of(retry->statuses.begin(), retry->statuses.end(), is_same)) {
      return absl::StrFormat("has '%s' twice, under two names", name);
    }
    StatusRetry own;
    own.command_status = *status;
    if (Fault fault = TakeStatusKeys(*value.as_table(), name, &own); !fault.empty()) return fault;
    retry->statuses.push_back(own);
  }
  return {};
}

}  // namespace salvo::tools

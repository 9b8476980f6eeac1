#include "tools/account/account_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <utility>

#include "absl/strings/str_format.h"
#include "io/address.h"
#include "pdu/text/split.h"
#include "tools/account/retry_keys.h"
#include "tools/account/toml_values.h"
#include "tools/common/cannot.h"
#include "tools/common/nearest.h"
#include "tools/common/parse.h"
#include "tools/common/tlv_text.h"
#include "tools/common/toml_fault.h"

namespace salvo::tools {
namespace {

using std::chrono::milliseconds;

constexpr uint16_t kDefaultPort = 2775;

// An account while it is read: the keys that need others are put together at the end.
struct Draft {
  AccountOptions account;
  std::vector<std::string> hosts;
  uint16_t port = kDefaultPort;
  std::string password_file;
  std::string password_env;
  int passwords = 0;  // keys that give one
  PasswordOrigin origin;
  std::filesystem::path directory;

  std::string Beside(const std::string& file) const {
    return file.empty() ? file : (directory / file).string();
  }
};

using Handler = std::function<Fault(const toml::node&, Draft&)>;
using Handlers = std::map<std::string, Handler, std::less<>>;

template <class Member>
Handler Text(Member AccountOptions::*member) {
  return
      [member](const toml::node& node, Draft& d) { return TakeText(node, &(d.account.*member)); };
}

Handler Time(milliseconds AccountOptions::*member) {
  return
      [member](const toml::node& node, Draft& d) { return TakeTime(node, &(d.account.*member)); };
}

Handler Number(double AccountOptions::*member) {
  return
      [member](const toml::node& node, Draft& d) { return TakeNumber(node, &(d.account.*member)); };
}

template <class Integer>
Handler Whole(Integer AccountOptions::*member, int64_t least, int64_t most) {
  return [=](const toml::node& node, Draft& d) {
    return TakeInteger(node, &(d.account.*member), least, most);
  };
}

Handler Octet(std::optional<uint8_t> AccountOptions::*member) {
  return
      [member](const toml::node& node, Draft& d) { return TakeOctet(node, &(d.account.*member)); };
}

// A key of one of the account's tables.
template <class Group, class Value>
Handler Of(Group AccountOptions::*group, Value Group::*member,
           Fault (*take)(const toml::node&, Value*)) {
  return [=](const toml::node& node, Draft& d) { return take(node, &(d.account.*group.*member)); };
}

Handler Retry(Fault (*take)(const toml::node&, RetryOptions*)) {
  return [take](const toml::node& node, Draft& d) { return take(node, &d.account.retry); };
}

template <class Value>
Handler Scheduled(Value RetrySchedule::*member, Fault (*take)(const toml::node&, Value*)) {
  return [=](const toml::node& node, Draft& d) {
    return take(node, &(d.account.retry.schedule.*member));
  };
}

Fault TakeIdForm(const toml::node& node, IdForm* form) {
  return TakeWord<IdForm>(node, form,
                          {{"auto", IdForm::kAuto},
                           {"raw", IdForm::kRaw},
                           {"hex", IdForm::kHex},
                           {"decimal", IdForm::kDecimal}});
}

Fault TakeHosts(const toml::node& node, Draft& d) {
  if (const auto* one = node.as_string()) {
    d.hosts = {one->get()};
    return {};
  }
  const auto* list = node.as_array();
  if (list == nullptr) return "takes a name, or a list of names in brackets";
  for (const toml::node& element : *list) {
    std::string name;
    if (Fault fault = TakeText(element, &name); !fault.empty()) return fault;
    d.hosts.push_back(name);
  }
  return {};
}

Fault TakeEncodings(const toml::node& node, Draft& d) {
  const auto* list = node.as_array();
  if (list == nullptr) return "takes a list, such as [\"gsm7\", \"ucs2\"]";
  d.account.encodings.clear();
  for (const toml::node& element : *list) {
    Encoding encoding = Encoding::kGsm7;
    Fault fault = TakeWord<Encoding>(
        element, &encoding,
        {{"gsm7", Encoding::kGsm7}, {"ucs2", Encoding::kUcs2}, {"latin1", Encoding::kLatin1}});
    if (!fault.empty()) return fault;
    d.account.encodings.push_back(encoding);
  }
  return {};
}

Fault TakeTlvs(const toml::node& node, Draft& d) {
  const auto* table = node.as_table();
  if (table == nullptr) return "takes a table, such as { \"0x1400\" = \"1101\" }";
  for (const auto& [key, value] : *table) {
    const std::string_view name = key.str();
    const auto tag = pdu::ParseTag(name);
    if (!tag) return absl::StrFormat("has '%s', which is neither a name nor a number", name);
    std::string text;
    if (const auto* whole = value.as_integer()) {
      text = std::to_string(whole->get());
    } else if (Fault fault = TakeText(value, &text); !fault.empty()) {
      return fault;
    }
    OwnedTlv tlv{static_cast<uint16_t>(*tag), {}};
    const std::string_view fault = AppendTlvValue(*tag, text, &tlv.value);
    if (!fault.empty()) return absl::StrFormat("'%s': %s", name, fault);
    d.account.tlvs.push_back(std::move(tlv));
  }
  return {};
}

Fault TakeValidity(const toml::node& node, Draft& d) {
  std::string text;
  if (TakeText(node, &text).empty() && text == "none") return {};
  milliseconds time{0};
  if (Fault fault = TakeTime(node, &time); !fault.empty()) return fault;
  if (time.count() > 0 && time < std::chrono::seconds(1)) {
    return "takes a time of 1s or more, or \"none\"";
  }
  d.account.validity = std::chrono::duration_cast<std::chrono::seconds>(time);
  return {};
}

Fault TakeEsmMode(const toml::node& node, Draft& d) {
  if (TakeInteger(node, &d.account.esm_mode, 0, 3).empty()) return {};
  if (TakeWord<uint8_t>(node, &d.account.esm_mode,
                        {{"default", 0}, {"datagram", 1}, {"forward", 2}, {"store", 3}})
          .empty()) {
    return {};
  }
  return "takes a whole number from 0 to 3, or one of \"default\", \"datagram\", \"forward\", "
         "\"store\"";
}

Fault TakeRegisteredDelivery(const toml::node& node, Draft& d) {
  return TakeInteger(node, &d.account.registered_delivery, 0, 0x1F);
}

Fault TakePriority(const toml::node& node, Draft& d) {
  return TakeInteger(node, &d.account.priority, 0, 4);
}

Fault TakeBindType(const toml::node& node, Draft& d) {
  return TakeWord<BindType>(node, &d.account.bind_type,
                            {{"transceiver", BindType::kTransceiver},
                             {"transmitter+receiver", BindType::kTransmitterAndReceiver},
                             {"transmitter", BindType::kTransmitter},
                             {"receiver", BindType::kReceiver}});
}

Fault TakeInterfaceVersion(const toml::node& node, Draft& d) {
  return TakeWord<InterfaceVersion>(node, &d.account.interface_version,
                                    {{"3.3", InterfaceVersion::k33},
                                     {"3.4", InterfaceVersion::k34},
                                     {"5.0", InterfaceVersion::k50}});
}

Fault TakeConcatenation(const toml::node& node, Draft& d) {
  return TakeWord<LongMessages>(node, &d.account.long_messages,
                                {{"udh8", LongMessages::kUdh8},
                                 {"udh16", LongMessages::kUdh16},
                                 {"sar", LongMessages::kSar},
                                 {"payload", LongMessages::kPayload}});
}

Fault TakeTlsVersion(const toml::node& node, Draft& d) {
  return TakeWord<TlsOptions::Version>(
      node, &d.account.tls.min_version,
      {{"1.2", TlsOptions::Version::k12}, {"1.3", TlsOptions::Version::k13}});
}

// Keys of an account itself; those of its tables are written "table.key".
Handlers LoginKeys() {
  using A = AccountOptions;
  return {
      {"host", TakeHosts},
      {"port", [](const auto& n, Draft& d) { return TakeInteger(n, &d.port, 1, 65535); }},
      {"system_id", Text(&A::system_id)},
      {"password",
       [](const auto& n, Draft& d) { return ++d.passwords, TakeText(n, &d.account.password); }},
      {"password_file",
       [](const auto& n, Draft& d) { return ++d.passwords, TakeText(n, &d.password_file); }},
      {"password_env",
       [](const auto& n, Draft& d) { return ++d.passwords, TakeText(n, &d.password_env); }},
      {"system_type", Text(&A::system_type)},
      {"interface_version", TakeInterfaceVersion},
  };
}

Handlers BindKeys() {
  using A = AccountOptions;
  return {
      {"bind_type", TakeBindType},
      {"binds", Whole(&A::binds, 1, 10'000)},
      {"window", Whole(&A::window, 1, 65'536)},
      {"rate", Number(&A::rate)},
      {"burst", Number(&A::burst)},
      {"bind_rate", Number(&A::bind_rate)},
  };
}

Handlers MessageKeys() {
  using A = AccountOptions;
  return {
      {"source_addr", Text(&A::source_addr)},
      {"source_ton", Octet(&A::source_ton)},
      {"source_npi", Octet(&A::source_npi)},
      {"dest_ton", Octet(&A::dest_ton)},
      {"dest_npi", Octet(&A::dest_npi)},
      {"dest_min_digits", Whole(&A::dest_min_digits, 1, 20)},
      {"service_type", Text(&A::service_type)},
      {"validity", TakeValidity},
      {"registered_delivery", TakeRegisteredDelivery},
      {"esm_mode", TakeEsmMode},
      {"protocol_id", Whole(&A::protocol_id, 0, 255)},
      {"priority", TakePriority},
      {"encodings", TakeEncodings},
      {"data_coding.gsm7", Whole(&A::data_coding_gsm7, 0, 255)},
      {"data_coding.latin1", Whole(&A::data_coding_latin1, 0, 255)},
      {"data_coding.ucs2", Whole(&A::data_coding_ucs2, 0, 255)},
      {"concatenation", TakeConcatenation},
      {"tlv", TakeTlvs},
  };
}

Handlers ConnectionKeys() {
  using A = AccountOptions;
  return {
      {"response_timeout", Time(&A::response_timeout)},
      {"bind_timeout", Time(&A::bind_timeout)},
      {"connect_timeout", Time(&A::connect_timeout)},
      {"enquire_link", Time(&A::enquire_link)},
      {"enquire_link_timeout", Time(&A::enquire_link_timeout)},
      {"drain_timeout", Time(&A::drain_timeout)},
      {"reconnect.initial", Of(&A::reconnect, &ReconnectOptions::initial, TakeTime)},
      {"reconnect.max", Of(&A::reconnect, &ReconnectOptions::max, TakeTime)},
      {"reconnect.jitter", Of(&A::reconnect, &ReconnectOptions::jitter, TakeNumber)},
      {"reconnect.bind_interval", Of(&A::reconnect, &ReconnectOptions::bind_interval, TakeTime)},
      {"tls.enabled", Of(&A::tls, &TlsOptions::enabled, TakeFlag)},
      {"tls.ca_file", Of(&A::tls, &TlsOptions::ca_file, TakeText)},
      {"tls.server_name", Of(&A::tls, &TlsOptions::server_name, TakeText)},
      {"tls.verify", Of(&A::tls, &TlsOptions::verify, TakeFlag)},
      {"tls.min_version", TakeTlsVersion},
      {"tls.cert_file", Of(&A::tls, &TlsOptions::cert_file, TakeText)},
      {"tls.key_file", Of(&A::tls, &TlsOptions::key_file, TakeText)},
  };
}

Handlers RetryKeys() {
  return {
      {"retry.profile", Retry(TakeRetryProfile)},
      {"retry.delay", Scheduled(&RetrySchedule::delay, TakeTime)},
      {"retry.multiplier", Scheduled(&RetrySchedule::multiplier, TakeNumber)},
      {"retry.delay_after_attempts", Scheduled(&RetrySchedule::delay_after_attempts, TakeAttempts)},
      {"retry.delay_max", Scheduled(&RetrySchedule::delay_max, TakeTimeOrNone)},
      {"retry.max_attempts", Scheduled(&RetrySchedule::max_attempts, TakeAttempts)},
      {"retry.max_age", Scheduled(&RetrySchedule::max_age, TakeTime)},
      {"retry.max_waiting", Retry([](const auto& n, RetryOptions* r) {
         return TakeInteger(n, &r->max_waiting, 1, 10'000'000);
       })},
      {"retry.reject", Retry(TakeReject)},
      {"retry.status", Retry(TakeRetryStatuses)},
  };
}

Handlers ReceiptKeys() {
  using A = AccountOptions;
  return {
      {"receipts.id_resp", Of(&A::receipts, &ReceiptOptions::id_response, TakeIdForm)},
      {"receipts.id_receipt", Of(&A::receipts, &ReceiptOptions::id_receipt, TakeIdForm)},
      {"receipts.park", Of(&A::receipts, &ReceiptOptions::park, TakeTime)},
      {"receipts.late", Of(&A::receipts, &ReceiptOptions::late, TakeTime)},
      {"receipts.unmarked", Of(&A::receipts, &ReceiptOptions::unmarked, TakeFlag)},
      {"receipts.reference", Of(&A::receipts, &ReceiptOptions::reference, TakeFlag)},
  };
}

const Handlers& AllHandlers() {
  static const Handlers handlers = [] {
    Handlers all;
    for (Handlers keys :
         {LoginKeys(), BindKeys(), MessageKeys(), ConnectionKeys(), RetryKeys(), ReceiptKeys()}) {
      all.merge(keys);
    }
    return all;
  }();
  return handlers;
}

constexpr std::string_view kGroups[] = {"data_coding", "reconnect", "receipts", "retry", "tls"};

absl::Status UnknownKey(const std::string& where, const std::string& key) {
  std::vector<std::string_view> known(std::begin(kGroups), std::end(kGroups));
  known.emplace_back("account");
  for (const auto& [name, handler] : AllHandlers()) known.push_back(name);
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: unknown key '%s'; the nearest known one is '%s'", where, key, NearestWord(key, known)));
}

std::string Where(const std::string& path, const toml::node& node) {
  return absl::StrFormat("%s, line %d", path, node.source().begin.line);
}

absl::Status ReadTable(const toml::table& table, const std::string& prefix, const std::string& path,
                       Draft& draft) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    const auto handler = AllHandlers().find(name);
    if (handler != AllHandlers().end()) {
      const Fault fault = handler->second(node, draft);
      if (fault.empty()) continue;
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: '%s' %s", Where(path, node), name, fault));
    }
    const bool is_group = prefix.empty() && std::find(std::begin(kGroups), std::end(kGroups),
                                                      name) != std::end(kGroups);
    if (!is_group) return UnknownKey(Where(path, node), name);
    if (!node.is_table()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: '%s' takes a table, as [%s] with its keys below", Where(path, node), name, name));
    }
    absl::Status status = ReadTable(*node.as_table(), name + ".", path, draft);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status FindPassword(Draft& draft, const std::string& where) {
  if (draft.passwords > 1) {
    return absl::InvalidArgumentError(
        where + ": password, password_file and password_env exclude each other");
  }
  if (draft.passwords == 1) draft.origin = {PasswordOrigin::Kind::kInAccountFile, where};
  if (!draft.password_env.empty()) {
    const char* value = std::getenv(draft.password_env.c_str());
    if (value == nullptr) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: the environment has no variable %s (password_env)", where, draft.password_env));
    }
    draft.account.password = value;
    draft.origin = {PasswordOrigin::Kind::kVariable, draft.password_env};
  }
  if (!draft.password_file.empty()) {
    const std::string file = draft.Beside(draft.password_file);
    std::ifstream in(file);
    if (!in || !std::getline(in, draft.account.password)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: cannot read a password from '%s' (password_file)", where, file));
    }
    if (draft.account.password.ends_with('\r')) draft.account.password.pop_back();
    draft.origin = {PasswordOrigin::Kind::kFile, file};
  }
  return absl::OkStatus();
}

// A name or an address, with or without a port of its own.
absl::StatusOr<Host> ParseHost(std::string_view text, uint16_t default_port) {
  const bool is_bare_ipv6 = text.find(':') != text.rfind(':') && !text.starts_with('[');
  const bool is_bracketed = text.starts_with('[') && text.ends_with(']');
  if (is_bracketed) text = text.substr(1, text.size() - 2);
  if (is_bare_ipv6 || is_bracketed || text.find(':') == std::string_view::npos) {
    return Host{std::string(text), default_port};
  }
  const auto endpoint = io::ParseEndpoint(text);
  if (!endpoint.ok()) return endpoint.status();
  if (endpoint->port == 0 || text.starts_with(':')) {
    return absl::InvalidArgumentError(absl::StrFormat("'%s' lacks a name or a port", text));
  }
  return Host{endpoint->host, endpoint->port};
}

absl::Status FindHosts(Draft& draft, const std::string& where) {
  for (const std::string& name : draft.hosts) {
    auto host = ParseHost(name, draft.port);
    if (!host.ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: 'host': %s", where, std::string(host.status().message())));
    }
    draft.account.hosts.push_back(*std::move(host));
  }
  return absl::OkStatus();
}

absl::StatusOr<AccountOptions> ReadAccount(const toml::table& table, const std::string& name,
                                           const std::string& path,
                                           std::vector<std::string>* warnings,
                                           std::vector<PasswordOrigin>* origins) {
  Draft draft;
  draft.account.name = name;
  draft.directory = std::filesystem::path(path).parent_path();
  absl::Status status = ReadTable(table, "", path, draft);
  if (status.ok()) status = FindPassword(draft, path);
  if (status.ok()) status = FindHosts(draft, path);
  if (!status.ok()) return status;
  TlsOptions& tls = draft.account.tls;
  tls.ca_file = draft.Beside(tls.ca_file);
  tls.cert_file = draft.Beside(tls.cert_file);
  tls.key_file = draft.Beside(tls.key_file);
  const Status valid = Validate(draft.account, warnings);
  if (!valid.ok()) return absl::InvalidArgumentError(path + ": " + valid.message());
  if (origins != nullptr) origins->push_back(draft.origin);
  return draft.account;
}

// The accounts' tables in the order of the file.
std::vector<std::pair<std::string, const toml::node*>> InOrder(const toml::table& accounts) {
  std::vector<std::pair<std::string, const toml::node*>> nodes;
  for (const auto& [key, node] : accounts) nodes.emplace_back(key.str(), &node);
  std::stable_sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) {
    return a.second->source().begin.line < b.second->source().begin.line;
  });
  return nodes;
}

}  // namespace

std::vector<ReadFile> FilesOf(const std::string& path, const std::vector<AccountOptions>& accounts,
                              const std::vector<PasswordOrigin>& origins) {
  std::vector<ReadFile> files = {{"the account file", path}};
  for (const PasswordOrigin& origin : origins) {
    if (origin.kind == PasswordOrigin::Kind::kFile) {
      files.push_back({"a file of a password", origin.name});
    }
  }
  for (const AccountOptions& account : accounts) {
    files.push_back({"a CA's certificate", account.tls.ca_file});
    files.push_back({"a client certificate", account.tls.cert_file});
    files.push_back({"a client's key", account.tls.key_file});
  }
  return files;
}

bool IsAccountKey(std::string_view name) { return AllHandlers().find(name) != AllHandlers().end(); }

absl::StatusOr<std::vector<AccountOptions>> ParseAccounts(std::string_view text,
                                                          const std::string& path,
                                                          std::vector<std::string>* warnings,
                                                          std::vector<PasswordOrigin>* origins) {
  toml::table root;
  try {
    root = toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s, line %d: %s", path, error.source().begin.line, SyntaxFault(error.description())));
  }
  std::vector<AccountOptions> accounts;
  const toml::node* several = root.get("account");
  if (several == nullptr) {
    auto account = ReadAccount(root, "default", path, warnings, origins);
    if (!account.ok()) return account.status();
    accounts.push_back(*std::move(account));
    return accounts;
  }
  if (!several->is_table()) {
    return absl::InvalidArgumentError(Where(path, *several) +
                                      ": 'account' takes tables: write [account.NAME]");
  }
  for (const auto& [key, node] : root) {
    if (key.str() == "account") continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: '%s' stands outside of the accounts; with [account.NAME] every key belongs to one",
        Where(path, node), key.str()));
  }
  for (const auto& [name, node] : InOrder(*several->as_table())) {
    if (!node->is_table()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: write [account.%s] with the keys below it", Where(path, *node), name));
    }
    auto account = ReadAccount(*node->as_table(), name, path, warnings, origins);
    if (!account.ok()) return account.status();
    accounts.push_back(*std::move(account));
  }
  if (accounts.empty()) return absl::InvalidArgumentError(path + " has no account");
  return accounts;
}

absl::StatusOr<std::vector<AccountOptions>> ReadAccountFile(const std::string& path,
                                                            std::vector<std::string>* warnings,
                                                            std::vector<PasswordOrigin>* origins) {
  std::ifstream in(path);
  int error = in ? 0 : errno;
  std::error_code ignored;
  // It can be opened, and then reads as if it were empty.
  if (std::filesystem::is_directory(path, ignored)) error = EISDIR;
  if (error != 0) return absl::NotFoundError(Cannot("read the account file", path, error));
  std::ostringstream text;
  text << in.rdbuf();
  return ParseAccounts(text.str(), path, warnings, origins);
}

}  // namespace salvo::tools

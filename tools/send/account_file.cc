#include "tools/send/account_file.h"

#include <toml++/toml.h>

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
#include "tools/common/nearest.h"
#include "tools/common/parse.h"
#include "tools/common/tlv_text.h"

namespace salvo::tools {
namespace {

using std::chrono::milliseconds;

// What a key's handler says: "" when the value is fine, else the rule that it breaks.
using Fault = std::string;

constexpr uint16_t kDefaultPort = 2775;

// Takes one value of a TOML file. Each kind has its own rule.
Fault TakeText(const toml::node& node, std::string* out) {
  const auto* value = node.as_string();
  if (value == nullptr) return "takes a text in quotes";
  *out = value->get();
  return {};
}

template <class Integer>
Fault TakeInteger(const toml::node& node, Integer* out, int64_t least, int64_t most) {
  const auto* value = node.as_integer();
  if (value == nullptr || value->get() < least || value->get() > most) {
    return absl::StrFormat("takes a whole number from %d to %d", least, most);
  }
  *out = static_cast<Integer>(value->get());
  return {};
}

Fault TakeNumber(const toml::node& node, double* out) {
  if (const auto* whole = node.as_integer()) {
    *out = static_cast<double>(whole->get());
  } else if (const auto* real = node.as_floating_point()) {
    *out = real->get();
  } else {
    return "takes a number";
  }
  return {};
}

Fault TakeFlag(const toml::node& node, bool* out) {
  const auto* value = node.as_boolean();
  if (value == nullptr) return "takes true or false";
  *out = value->get();
  return {};
}

Fault TakeTime(const toml::node& node, milliseconds* out) {
  std::string text;
  if (!TakeText(node, &text).empty()) return "takes a time in quotes, such as \"30s\" or \"500ms\"";
  const auto time = ParseTime(text);
  if (!time.ok()) return std::string(time.status().message());
  *out = milliseconds(*time / io::kNanosPerMilli);
  return {};
}

Fault TakeOctet(const toml::node& node, std::optional<uint8_t>* out) {
  return TakeInteger(node, &out->emplace(), 0, 255);
}

template <class Value>
Fault TakeWord(const toml::node& node, Value* out,
               std::initializer_list<std::pair<std::string_view, Value>> words) {
  std::string text;
  if (Fault fault = TakeText(node, &text); !fault.empty()) return fault;
  std::string known;
  for (const auto& [word, value] : words) {
    if (text == word) {
      *out = value;
      return {};
    }
    known += absl::StrFormat("%s\"%s\"", known.empty() ? "" : ", ", word);
  }
  return absl::StrFormat("takes one of %s, not \"%s\"", known, text);
}

// An account while it is read: the keys that need others are put together at the end.
struct Draft {
  AccountOptions account;
  std::vector<std::string> hosts;
  uint16_t port = kDefaultPort;
  std::string password_file;
  std::string password_env;
  int passwords = 0;  // keys that give one
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
  d.account.validity = std::chrono::duration_cast<std::chrono::seconds>(time);
  return {};
}

Fault TakeRegisteredDelivery(const toml::node& node, Draft& d) {
  return TakeInteger(node, &d.account.registered_delivery, 0, 0x1F);
}

Fault TakePriority(const toml::node& node, Draft& d) {
  return TakeInteger(node, &d.account.priority, 0, 4);
}

// Keys of an account itself; those of its tables are written "table.key".
const Handlers& AllHandlers() {
  using A = AccountOptions;
  static const Handlers handlers = {
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
      {"bind_type",
       [](const auto& n, Draft& d) {
         return TakeWord<BindType>(n, &d.account.bind_type,
                                   {{"transceiver", BindType::kTransceiver},
                                    {"transmitter+receiver", BindType::kTransmitterAndReceiver},
                                    {"transmitter", BindType::kTransmitter},
                                    {"receiver", BindType::kReceiver}});
       }},
      {"binds", Whole(&A::binds, 1, 10'000)},
      {"window", Whole(&A::window, 1, 65'536)},
      {"rate", Number(&A::rate)},
      {"burst", Number(&A::burst)},
      {"bind_rate", Number(&A::bind_rate)},
      {"interface_version",
       [](const auto& n, Draft& d) {
         return TakeWord<InterfaceVersion>(n, &d.account.interface_version,
                                           {{"3.3", InterfaceVersion::k33},
                                            {"3.4", InterfaceVersion::k34},
                                            {"5.0", InterfaceVersion::k50}});
       }},
      {"source_addr", Text(&A::source_addr)},
      {"source_ton", Octet(&A::source_ton)},
      {"source_npi", Octet(&A::source_npi)},
      {"dest_ton", Octet(&A::dest_ton)},
      {"dest_npi", Octet(&A::dest_npi)},
      {"service_type", Text(&A::service_type)},
      {"validity", TakeValidity},
      {"registered_delivery", TakeRegisteredDelivery},
      {"esm_mode", Whole(&A::esm_mode, 0, 3)},
      {"protocol_id", Whole(&A::protocol_id, 0, 255)},
      {"priority", TakePriority},
      {"encodings", TakeEncodings},
      {"data_coding.gsm7", Whole(&A::data_coding_gsm7, 0, 255)},
      {"data_coding.latin1", Whole(&A::data_coding_latin1, 0, 255)},
      {"data_coding.ucs2", Whole(&A::data_coding_ucs2, 0, 255)},
      {"concatenation",
       [](const auto& n, Draft& d) {
         return TakeWord<LongMessages>(n, &d.account.long_messages,
                                       {{"udh8", LongMessages::kUdh8},
                                        {"udh16", LongMessages::kUdh16},
                                        {"sar", LongMessages::kSar},
                                        {"payload", LongMessages::kPayload}});
       }},
      {"tlv", TakeTlvs},
      {"response_timeout", Time(&A::response_timeout)},
      {"bind_timeout", Time(&A::bind_timeout)},
      {"connect_timeout", Time(&A::connect_timeout)},
      {"enquire_link", Time(&A::enquire_link)},
      {"enquire_link_timeout", Time(&A::enquire_link_timeout)},
      {"drain_timeout", Time(&A::drain_timeout)},
      {"reconnect.initial",
       [](const auto& n, Draft& d) { return TakeTime(n, &d.account.reconnect.initial); }},
      {"reconnect.max",
       [](const auto& n, Draft& d) { return TakeTime(n, &d.account.reconnect.max); }},
      {"reconnect.jitter",
       [](const auto& n, Draft& d) { return TakeNumber(n, &d.account.reconnect.jitter); }},
      {"reconnect.bind_interval",
       [](const auto& n, Draft& d) { return TakeTime(n, &d.account.reconnect.bind_interval); }},
      {"tls.enabled", [](const auto& n, Draft& d) { return TakeFlag(n, &d.account.tls.enabled); }},
      {"tls.ca_file", [](const auto& n, Draft& d) { return TakeText(n, &d.account.tls.ca_file); }},
      {"tls.server_name",
       [](const auto& n, Draft& d) { return TakeText(n, &d.account.tls.server_name); }},
      {"tls.verify", [](const auto& n, Draft& d) { return TakeFlag(n, &d.account.tls.verify); }},
      {"tls.min_version",
       [](const auto& n, Draft& d) {
         return TakeWord<TlsOptions::Version>(
             n, &d.account.tls.min_version,
             {{"1.2", TlsOptions::Version::k12}, {"1.3", TlsOptions::Version::k13}});
       }},
      {"tls.cert_file",
       [](const auto& n, Draft& d) { return TakeText(n, &d.account.tls.cert_file); }},
      {"tls.key_file",
       [](const auto& n, Draft& d) { return TakeText(n, &d.account.tls.key_file); }},
  };
  return handlers;
}

absl::Status UnknownKey(const std::string& where, const std::string& key) {
  std::vector<std::string_view> known;
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
    const bool is_group = prefix.empty() && node.is_table() &&
                          (name == "data_coding" || name == "reconnect" || name == "tls");
    if (!is_group) return UnknownKey(Where(path, node), name);
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
  if (!draft.password_env.empty()) {
    const char* value = std::getenv(draft.password_env.c_str());
    if (value == nullptr) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: the environment has no variable %s (password_env)", where, draft.password_env));
    }
    draft.account.password = value;
  }
  if (!draft.password_file.empty()) {
    const std::string file = draft.Beside(draft.password_file);
    std::ifstream in(file);
    if (!in || !std::getline(in, draft.account.password)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: cannot read a password from '%s' (password_file)", where, file));
    }
    if (draft.account.password.ends_with('\r')) draft.account.password.pop_back();
  }
  return absl::OkStatus();
}

absl::Status FindHosts(Draft& draft, const std::string& where) {
  for (const std::string& name : draft.hosts) {
    const bool is_ipv6 = name.find(':') != name.rfind(':') && !name.starts_with('[');
    if (is_ipv6 || name.find(':') == std::string::npos) {
      draft.account.hosts.push_back({name, draft.port});
      continue;
    }
    const auto endpoint = io::ParseEndpoint(name);
    if (!endpoint.ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: 'host': %s", where, std::string(endpoint.status().message())));
    }
    draft.account.hosts.push_back({endpoint->host, endpoint->port});
  }
  return absl::OkStatus();
}

absl::StatusOr<AccountOptions> ReadAccount(const toml::table& table, const std::string& name,
                                           const std::string& path,
                                           std::vector<std::string>* warnings) {
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
  return draft.account;
}

}  // namespace

absl::StatusOr<std::vector<AccountOptions>> ParseAccounts(std::string_view text,
                                                          const std::string& path,
                                                          std::vector<std::string>* warnings) {
  toml::table root;
  try {
    root = toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s, line %d: %s", path, error.source().begin.line, std::string(error.description())));
  }
  std::vector<AccountOptions> accounts;
  const toml::node* several = root.get("account");
  if (several == nullptr) {
    auto account = ReadAccount(root, "default", path, warnings);
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
  for (const auto& [key, node] : *several->as_table()) {
    const std::string name(key.str());
    if (!node.is_table()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: write [account.%s] with the keys below it", Where(path, node), name));
    }
    auto account = ReadAccount(*node.as_table(), name, path, warnings);
    if (!account.ok()) return account.status();
    accounts.push_back(*std::move(account));
  }
  if (accounts.empty()) return absl::InvalidArgumentError(path + " has no account");
  return accounts;
}

absl::StatusOr<std::vector<AccountOptions>> ReadAccountFile(const std::string& path,
                                                            std::vector<std::string>* warnings) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    return absl::NotFoundError(
        absl::StrFormat("cannot read the account file '%s': %s", path, std::strerror(errno)));
  }
  return ParseAccounts(text.str(), path, warnings);
}

}  // namespace salvo::tools

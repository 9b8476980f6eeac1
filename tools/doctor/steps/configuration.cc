#include "tools/doctor/steps/configuration.h"

#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "absl/strings/str_format.h"
#include "io/address.h"
#include "io/tls/tls_facts.h"
#include "pdu/protocol.h"
#include "salvo/message.h"
#include "salvo/preview.h"
#include "tools/account/account_file.h"
#include "tools/doctor/steps/receipt.h"

namespace salvo::doctor {
namespace {

using Kind = tools::PasswordOrigin::Kind;

// TLS's own word for it, which the peer would say.
constexpr uint32_t kAlertCertificateExpired = 45;

bool Fail(StepResult& step, std::string sentence) {
  step.verdict = Verdict::kFailed;
  step.exit_code = ExitCodeOf(step.id);
  step.found.push_back(std::move(sentence));
  return false;
}

bool IsReadByOthers(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

std::string NamesOf(const std::vector<AccountOptions>& accounts) {
  std::string names;
  for (const AccountOptions& account : accounts) {
    names += (names.empty() ? "" : ", ") + account.name;
  }
  return names;
}

// Which of the file's accounts is meant; -1 when that cannot be told.
int Choose(const std::vector<AccountOptions>& accounts, const std::string& name, StepResult& step) {
  if (name.empty() && accounts.size() == 1) return 0;
  for (size_t i = 0; i < accounts.size(); ++i) {
    if (accounts[i].name == name) return static_cast<int>(i);
  }
  const std::string names = NamesOf(accounts);
  Fail(step,
       name.empty()
           ? absl::StrFormat("the file has several accounts, say which with --name: %s", names)
           : absl::StrFormat("the file has no account '%s'; it has %s", name, names));
  return -1;
}

bool KeepHost(AccountOptions& account, const std::string& host, StepResult& step) {
  if (host.empty()) return true;
  std::string known;
  std::vector<Host> kept;
  for (const Host& h : account.hosts) {
    const std::string full = io::Endpoint{h.name, h.port}.ToString();
    if (host == h.name || host == full) kept.push_back(h);
    known += (known.empty() ? "" : ", ") + full;
  }
  if (kept.empty()) {
    return Fail(step, absl::StrFormat("'%s' is none of the account's hosts: %s", host, known));
  }
  account.hosts = std::move(kept);
  return true;
}

// The test message, as far as it can be judged without a connection.
bool CheckMessage(const Options& options, const AccountOptions& account, StepResult& step) {
  if (options.to.empty()) return true;
  if (account.bind_type == BindType::kReceiver) {
    return Fail(step, "--to wants to send, and bind_type \"receiver\" cannot");
  }
  Message message;
  message.to = options.to;
  message.from = options.from;
  message.text = options.text;
  const MessagePreview preview = Preview(account, message);
  if (preview.fault) {
    return Fail(step,
                absl::StrFormat("the test message cannot be sent: %s", preview.fault->reason));
  }
  if (preview.segments > 1) {
    return Fail(step, "the text of the test message takes more than one segment");
  }
  return true;
}

void CheckPassword(const AccountOptions& account, const tools::PasswordOrigin& origin,
                   StepResult& step) {
  const std::string& password = account.password;
  switch (origin.kind) {
    case Kind::kNone:
      step.found.push_back("no password is set");
      break;
    case Kind::kInAccountFile:
      step.found.push_back("the password stands in the account file");
      break;
    case Kind::kFile:
      step.found.push_back("the password is read from '" + origin.name + "'");
      break;
    case Kind::kVariable:
      step.found.push_back("the password comes from the variable " + origin.name);
      break;
  }
  const bool is_blank_around =
      !password.empty() && (std::isspace(static_cast<unsigned char>(password.front())) != 0 ||
                            std::isspace(static_cast<unsigned char>(password.back())) != 0);
  if (is_blank_around) step.found.push_back("the password begins or ends with a blank");
  const bool is_long = password.size() >= pdu::kMaxPassword;
  if (password.empty() || is_blank_around || is_long) step.Warn(Symptom::kOddPassword);
}

void CheckSecretFiles(const AccountOptions& account, const tools::PasswordOrigin& origin,
                      StepResult& step) {
  bool any = false;
  const bool has_file = origin.kind == Kind::kInAccountFile || origin.kind == Kind::kFile;
  for (const std::string& file : {has_file ? origin.name : "", account.tls.key_file}) {
    if (file.empty() || !IsReadByOthers(file)) continue;
    step.found.push_back("others can read '" + file + "'");
    any = true;
  }
  if (any) step.Warn(Symptom::kReadableSecret);
}

void CheckSender(const Options& options, const AccountOptions& account, StepResult& step) {
  const std::string& sender = options.from.empty() ? account.source_addr : options.from;
  if (sender.empty()) return;
  const AddressType told = InferAddressType(sender);
  const AddressType used = {account.source_ton.value_or(told.ton),
                            account.source_npi.value_or(told.npi)};
  step.found.push_back(
      absl::StrFormat("the sender '%s' goes as TON %d, NPI %d", sender, used.ton, used.npi));
  // A short code goes as 3/0 with some providers, with others otherwise.
  if (used == told || told.ton == pdu::kTonNetworkSpecific) return;
  step.found.back() +=
      absl::StrFormat(", and by its characters would as TON %d, NPI %d", told.ton, told.npi);
  step.Warn(Symptom::kSenderType);
}

void CheckReceipts(const AccountOptions& account, StepResult& step) {
  if ((account.registered_delivery & kReceiptMask) == 0) {
    step.found.push_back(absl::StrFormat("registered_delivery is %d: no receipts are asked for",
                                         account.registered_delivery));
  } else if (account.bind_type == BindType::kTransmitter) {
    step.Warn(Symptom::kNoReceipts);
  }
}

bool CheckTls(const AccountOptions& account, Configuration& configuration) {
  const TlsOptions& tls = account.tls;
  StepResult& step = configuration.step;
  if (!tls.enabled) {
    step.found.push_back("no [tls]: the password goes over the network as it is");
    return true;
  }
  io::TlsClientOptions client;
  client.ca_file = tls.ca_file;
  client.verify = tls.verify;
  client.min_version =
      tls.min_version == TlsOptions::Version::k13 ? io::TlsVersion::k13 : io::TlsVersion::k12;
  client.cert_file = tls.cert_file;
  client.key_file = tls.key_file;
  auto context = io::TlsContext::ForClient(client);
  if (!context.ok()) return Fail(step, "[tls]: " + std::string(context.status().message()));
  configuration.tls = *std::move(context);
  if (!tls.verify) step.verdict = Verdict::kWarning;
  if (tls.cert_file.empty()) return true;
  const auto certificate = io::ReadCertificateFile(tls.cert_file);
  if (certificate.ok() && certificate->not_after < std::time(nullptr)) {
    step.found.push_back("the client certificate in '" + tls.cert_file + "' has expired");
    step.Warn(*FindExplanation(Topic::kAlert, kAlertCertificateExpired));
  }
  return true;
}

}  // namespace

Configuration ReadConfiguration(const Options& options) {
  Configuration configuration;
  StepResult& step = configuration.step;
  step.id = StepId::kConfiguration;
  step.title = "configuration";
  step.tried = "read '" + options.account_file + "' and the files it names";
  configuration.files = {{"the account file", options.account_file}};
  std::vector<std::string> warnings;
  std::vector<tools::PasswordOrigin> origins;
  auto accounts = tools::ReadAccountFile(options.account_file, &warnings, &origins);
  if (!accounts.ok()) {
    Fail(step, std::string(accounts.status().message()));
    return configuration;
  }
  configuration.all = *std::move(accounts);
  configuration.files = tools::FilesOf(options.account_file, configuration.all, origins);
  const int chosen = Choose(configuration.all, options.name, step);
  if (chosen < 0) return configuration;
  AccountOptions account = configuration.all[static_cast<size_t>(chosen)];
  const tools::PasswordOrigin& origin = origins[static_cast<size_t>(chosen)];
  for (const std::string& warning : warnings) {
    if (warning.starts_with("account '" + account.name + "': ")) step.found.push_back(warning);
  }
  if (!KeepHost(account, options.host, step)) return configuration;
  CheckPassword(account, origin, step);
  CheckSecretFiles(account, origin, step);
  CheckSender(options, account, step);
  CheckReceipts(account, step);
  if (!CheckTls(account, configuration)) return configuration;
  if (!CheckMessage(options, account, step)) return configuration;
  configuration.account = std::move(account);
  return configuration;
}

}  // namespace salvo::doctor

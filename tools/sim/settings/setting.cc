#include "tools/sim/settings/setting.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "tools/sim/deliveries/mo_encoder.h"
#include "tools/sim/settings/make.h"

namespace salvo::sim {
namespace {

std::vector<Setting> MakeAll() {
  std::vector<Setting> all;
  const auto add = [&](SettingGroup group, std::vector<Setting> settings) {
    for (Setting& setting : settings) {
      setting.group = group;
      all.push_back(std::move(setting));
    }
  };
  add(SettingGroup::kConnections, ConnectionSettings());
  add(SettingGroup::kBinds, BindSettings());
  add(SettingGroup::kSubmissions, SubmissionSettings());
  add(SettingGroup::kReceipts, ReceiptSettings());
  add(SettingGroup::kMo, MoSettings());
  return all;
}

absl::Status CheckMo(const MoOptions& mo) {
  for (const auto& [setting, fault] : {std::pair("mo-text", FaultOfMoText(mo.text)),
                                       std::pair("mo-from", FaultOfMoAddress(mo.from)),
                                       std::pair("mo-to", FaultOfMoAddress(mo.to))}) {
    if (!fault.empty())
      return absl::InvalidArgumentError(absl::StrFormat("%s: %s", setting, fault));
  }
  return absl::OkStatus();
}

}  // namespace

const std::vector<Setting>& AllSettings() {
  static const std::vector<Setting> all = MakeAll();
  return all;
}

const Setting* FindSetting(std::string_view name) {
  const std::vector<Setting>& all = AllSettings();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Setting& s) { return s.name == name; });
  return found == all.end() ? nullptr : &*found;
}

absl::Status Take(const Setting& setting, Values values, Options* options) {
  const absl::Status status = setting.take(values, options);
  if (status.ok()) return status;
  return absl::InvalidArgumentError(absl::StrFormat("%s: %s", setting.name, status.message()));
}

absl::Status Check(const Options& options) {
  const ReceiptId id = options.receipts.id;
  const bool is_number = id == ReceiptId::kHex || id == ReceiptId::kDecimal;
  if (is_number && options.id_format == IdFormat::kUuid) {
    return absl::InvalidArgumentError(
        absl::StrFormat("a uuid is no number: receipt-id %s needs id dec or hex",
                        id == ReceiptId::kHex ? "hex" : "decimal"));
  }
  const TlsOptions& tls = options.tls;
  if (tls.min_version > tls.max_version) {
    return absl::InvalidArgumentError("tls-min is above tls-max");
  }
  if (!tls.cert_file.empty() && tls.made != MadeCertificate::kNone) {
    return absl::InvalidArgumentError("tls-cert and tls-make are two certificates: give one");
  }
  const bool speaks_tls = !tls.cert_file.empty() || tls.made != MadeCertificate::kNone;
  if (!tls.client_ca_file.empty() && !speaks_tls) {
    return absl::InvalidArgumentError("tls-client-ca needs tls-cert or tls-make");
  }
  return CheckMo(options.mo);
}

}  // namespace salvo::sim

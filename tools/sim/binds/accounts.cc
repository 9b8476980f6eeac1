#include "tools/sim/binds/accounts.h"

#include <algorithm>

namespace salvo::sim {

void Accounts::Change() {
  for (const auto& account : accounts_) account->exists = false;
  for (const Login& login : options_.accounts) {
    Account* account = Find(login.system_id);
    if (account == nullptr) {
      accounts_.push_back(std::make_unique<Account>(login));
      account = accounts_.back().get();
    }
    account->exists = true;
    account->login = login;
  }
  for (const auto& account : accounts_) {
    account->tps.Set(options_.tps.For(account->login.system_id), options_.tps_kind);
    account->queue.SetLimits(options_.queue, options_.destination_queue, options_.queue_time);
  }
}

Account* Accounts::Find(std::string_view system_id) const {
  for (const auto& account : accounts_) {
    if (account->login.system_id == system_id) return account.get();
  }
  return nullptr;
}

std::optional<Refusal> Accounts::Admit(const pdu::BindRequest& request, std::string_view peer,
                                       io::Nanos now, Account** account) {
  Account* found = Find(request.system_id);
  if (found == nullptr || !found->exists) return Refusal::kSystemId;
  const uint32_t most_wrong = options_.lock_after;
  if (most_wrong > 0 && found->wrong_passwords >= most_wrong) return Refusal::kLocked;
  if (found->login.password != request.password) {
    ++found->wrong_passwords;
    return Refusal::kPassword;
  }
  found->wrong_passwords = 0;
  if (!MayComeFrom(*found, peer)) return Refusal::kAddress;
  if (options_.system_type && *options_.system_type != request.system_type) {
    return Refusal::kSystemType;
  }
  if (!AcceptsVersion(request.interface_version)) return Refusal::kVersion;
  *account = found;
  return CheckLimit(*found, now);
}

bool Accounts::MayComeFrom(const Account& account, std::string_view peer) const {
  bool anybody = true;
  for (const AllowedAddress& allowed : options_.allow) {
    const bool concerns = allowed.system_id.empty() || allowed.system_id == account.login.system_id;
    if (!concerns) continue;
    if (allowed.range.Contains(peer)) return true;
    anybody = false;
  }
  return anybody;
}

bool Accounts::AcceptsVersion(uint8_t version) const {
  const std::vector<uint8_t>& accepted = options_.accept_versions;
  return accepted.empty() || std::find(accepted.begin(), accepted.end(), version) != accepted.end();
}

// What lingers counts as bound. Without a limit there is room for nobody else until it is gone.
std::optional<Refusal> Accounts::CheckLimit(Account& account, io::Nanos now) const {
  std::vector<io::Nanos>& lingering = account.lingering;
  std::erase_if(lingering, [&](io::Nanos until) { return until <= now; });
  const uint32_t most = options_.max_binds.For(account.login.system_id);
  if (most > 0 && account.binds.size() >= most) return Refusal::kLimit;
  const bool is_free =
      most > 0 ? account.binds.size() + lingering.size() < most : lingering.empty();
  return is_free ? std::nullopt : std::optional(Refusal::kLingers);
}

void Accounts::Enter(Account& account, Session* session) { account.binds.push_back(session); }

void Accounts::Leave(Account& account, Session* session, bool unbound, io::Nanos now) {
  std::erase(account.binds, session);
  if (!unbound && options_.linger > 0) account.lingering.push_back(io::Later(now, options_.linger));
}

}  // namespace salvo::sim

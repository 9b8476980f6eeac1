// The accounts, and who may bind to them. One thread, the simulator's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pdu/body.h"
#include "tools/sim/account.h"

namespace salvo::sim {

class Accounts {
 public:
  // `options` are not owned; they may change, and then Change is to be called.
  explicit Accounts(const Options& options) : options_(options) { Change(); }

  // Accounts that are not in the options any more stay, for their sessions, but nobody may bind.
  void Change();

  // Whether a bind is let in; nullopt: it is, and `*account` says to whom. It is not yet among the
  // account's binds.
  std::optional<Refusal> Admit(const pdu::BindRequest& request, std::string_view peer,
                               io::Nanos now, Account** account);
  void Enter(Account& account, Session* session);
  // `unbound`: in order, so that nothing of the session lingers.
  void Leave(Account& account, Session* session, bool unbound, io::Nanos now);

  const std::vector<std::unique_ptr<Account>>& all() const { return accounts_; }

 private:
  Account* Find(std::string_view system_id) const;
  bool MayComeFrom(const Account& account, std::string_view peer) const;
  bool AcceptsVersion(uint8_t version) const;
  std::optional<Refusal> CheckLimit(Account& account, io::Nanos now) const;

  const Options& options_;
  std::vector<std::unique_ptr<Account>> accounts_;
};

}  // namespace salvo::sim

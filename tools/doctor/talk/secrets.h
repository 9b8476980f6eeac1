// What must not be in any report, and takes it out of octets and texts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "salvo/account.h"

namespace salvo::doctor {

// Immutable. A password that is as short as three characters, or is the system_id too, cannot be
// told from other octets: it is masked where it stands in a bind alone.
class Secrets {
 public:
  Secrets() = default;
  explicit Secrets(const std::vector<AccountOptions>& accounts);

  // Replaces every octet of a secret by '*', wherever it stands: a peer may say what it was told,
  // as an echo server does. So is the beginning of one at the end of the octets.
  void Mask(std::span<uint8_t> octets) const;
  std::string Masked(std::string text) const;

 private:
  std::vector<std::string> secrets_;
};

// Replaces the password of a bind request or an outbind by as many '*'. Whatever else the octets
// are stays as it is.
void MaskBindPassword(std::span<uint8_t> pdu);

}  // namespace salvo::doctor

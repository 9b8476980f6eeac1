#include "tools/doctor/talk/secrets.h"

#include <algorithm>

#include "pdu/decode.h"

namespace salvo::doctor {
namespace {

constexpr size_t kLeastOctets = 4;
constexpr uint8_t kMask = '*';

// The rest of it may come in the next octets.
void MaskBeginningAtEnd(const std::string& secret, std::span<uint8_t> octets) {
  for (size_t size = std::min(secret.size() - 1, octets.size()); size >= kLeastOctets - 1; --size) {
    const std::span<uint8_t> end = octets.last(size);
    const bool is_beginning =
        std::equal(end.begin(), end.end(), secret.begin(),
                   [](uint8_t a, char b) { return a == static_cast<uint8_t>(b); });
    if (!is_beginning) continue;
    std::fill(end.begin(), end.end(), kMask);
    return;
  }
}

}  // namespace

Secrets::Secrets(const std::vector<AccountOptions>& accounts) {
  for (const AccountOptions& account : accounts) {
    const bool is_told_apart =
        account.password.size() >= kLeastOctets && account.password != account.system_id;
    if (is_told_apart) secrets_.push_back(account.password);
  }
  // One may be a part of another.
  std::sort(secrets_.begin(), secrets_.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

void Secrets::Mask(std::span<uint8_t> octets) const {
  for (const std::string& secret : secrets_) {
    auto at = octets.begin();
    for (;;) {
      at = std::search(at, octets.end(), secret.begin(), secret.end(),
                       [](uint8_t a, char b) { return a == static_cast<uint8_t>(b); });
      if (at == octets.end()) break;
      at = std::fill_n(at, secret.size(), kMask);
    }
    MaskBeginningAtEnd(secret, octets);
  }
}

std::string Secrets::Masked(std::string text) const {
  Mask({reinterpret_cast<uint8_t*>(text.data()), text.size()});
  return text;
}

void MaskBindPassword(std::span<uint8_t> pdu) {
  if (pdu.size() < pdu::kHeaderOctets) return;
  const pdu::CommandId command = pdu::DecodeHeader(pdu).command_id;
  if (!pdu::IsBind(command) && command != pdu::CommandId::kOutbind) return;
  const auto end = pdu.end();
  const auto system_id_end = std::find(pdu.begin() + pdu::kHeaderOctets, end, 0);
  if (system_id_end == end) return;
  std::fill(system_id_end + 1, std::find(system_id_end + 1, end, 0), kMask);
}

}  // namespace salvo::doctor

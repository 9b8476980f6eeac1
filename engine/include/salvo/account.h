// An account: one login at one provider, with its limits and its habits.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "salvo/receipt.h"
#include "salvo/retry.h"
#include "salvo/status.h"

namespace salvo {

struct Host {
  std::string name;  // a name or an address
  uint16_t port = 2775;
};

enum class BindType : uint8_t {
  kTransceiver,
  kTransmitterAndReceiver,  // two sessions a bind: receipts come over the receiver
  kTransmitter,             // no receipts can come
  kReceiver,                // nothing can be sent
};

enum class InterfaceVersion : uint8_t { k33 = 0x33, k34 = 0x34, k50 = 0x50 };

enum class Encoding : uint8_t {
  kGsm7,
  kLatin1,  // does not exist on the air: the SMSC converts it
  kUcs2,    // UTF-16
};

enum class LongMessages : uint8_t {
  kUdh8,     // user data header, 8-bit reference
  kUdh16,    // user data header, 16-bit reference
  kSar,      // sar_msg_ref_num and its companions
  kPayload,  // one submit_sm with message_payload
};

// A tagged parameter: sent as it is.
struct OwnedTlv {
  uint16_t tag = 0;
  std::string value;  // octets
};

struct TlsOptions {
  bool enabled = false;
  std::string ca_file;      // PEM; "": the system's
  std::string server_name;  // "": the host's name
  bool verify = true;
  enum class Version : uint8_t { k12, k13 } min_version = Version::k12;
  std::string cert_file;  // PEM, of a client certificate
  std::string key_file;
};

// A bind is tried again without end, but for an account that never came up - it stops when one bind
// has failed three times with each host, once with each for a fault of TLS that no repetition
// cures, at once with refused credentials (ESME_RINVPASWD,
// ESME_RINVSYSID, ESME_RINVSYSTYP), and never for ESME_RALYBND, which lasts until the SMSC has
// forgotten an old session - and for one whose credentials are refused later: a bind's third such
// refusal in a row stops it, while no bind of the account is up.
struct ReconnectOptions {
  std::chrono::milliseconds initial{2'000};  // doubled with each failure
  std::chrono::milliseconds max{60'000};
  double jitter = 0.2;                           // each wait is up to this share shorter or longer
  std::chrono::milliseconds bind_interval{200};  // at least, between two binds of the account
};

struct AccountOptions {
  std::string name = "default";
  std::vector<Host> hosts;  // at least one; tried in order, spread over the binds
  std::string system_id;
  std::string password;
  std::string system_type;

  BindType bind_type = BindType::kTransceiver;
  uint32_t binds = 1;
  // Unanswered submit_sm a bind. One that is so for longer than response_timeout counts no more
  // once another answer comes: the SMSC may then have more of them.
  uint32_t window = 10;
  double rate = 0;       // segments a second for the account; 0: no limit
  double burst = 0;      // segments; 0: max(1, rate x 10 ms)
  double bind_rate = 0;  // segments a second for each bind; 0: no limit
  InterfaceVersion interface_version = InterfaceVersion::k34;  // k33 has no tagged parameters

  std::string source_addr;
  // Type of number and numbering plan; without a value they are told from the address:
  // letters 5/0, an international number 1/1, a short code 3/0, nothing 0/0.
  std::optional<uint8_t> source_ton;
  std::optional<uint8_t> source_npi;
  std::optional<uint8_t> dest_ton;
  std::optional<uint8_t> dest_npi;
  // Numbers of fewer digits are not sent: short codes, for instance, that the provider has no route
  // to.
  uint32_t dest_min_digits = 1;

  std::string service_type;
  std::chrono::seconds validity{0};  // 0: the SMSC's default
  uint8_t registered_delivery = 1;
  uint8_t esm_mode = 0;  // bits 1 and 0 of esm_class
  uint8_t protocol_id = 0;
  uint8_t priority = 0;
  std::vector<OwnedTlv> tlvs;  // without those that long_messages is about

  // Of those that keep every character the one with the fewest segments, of equals the first.
  std::vector<Encoding> encodings = {Encoding::kGsm7, Encoding::kUcs2};
  uint8_t data_coding_gsm7 = 0x00;
  uint8_t data_coding_latin1 = 0x03;
  uint8_t data_coding_ucs2 = 0x08;
  LongMessages long_messages = LongMessages::kUdh8;

  std::chrono::milliseconds response_timeout{60'000};
  std::chrono::milliseconds bind_timeout{10'000};
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds enquire_link{30'000};  // after so much silence; 0: never
  std::chrono::milliseconds enquire_link_timeout{10'000};
  std::chrono::milliseconds drain_timeout{30'000};
  ReconnectOptions reconnect;
  RetryOptions retry;
  ReceiptOptions receipts;
  TlsOptions tls;
};

// Type of number and numbering plan of an address (3.4 sections 5.2.5, 5.2.6).
struct AddressType {
  uint8_t ton = 0;
  uint8_t npi = 0;

  bool operator==(const AddressType&) const = default;
};

// What the characters of an address tell: letters 5/0, an international number 1/1, a short code
// (at most 6 digits) 3/0, nothing 0/0.
AddressType InferAddressType(std::string_view address);

// Checks what can be checked without a connection. Appends to `warnings`, when given, what works
// but is likely not meant (a password beyond the specification's 8 octets, a bind type that gets
// no receipts).
Status Validate(const AccountOptions& account, std::vector<std::string>* warnings = nullptr);

}  // namespace salvo

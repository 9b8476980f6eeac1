// What a port speaks when it does not speak what is configured: found out over a connection of its
// own, without a word of the login.
#pragma once

#include "io/address.h"
#include "io/tls/tls_facts.h"
#include "tools/doctor/context.h"

namespace salvo::doctor {

// Asks with a plain enquire_link, which needs no bind: whether something comes back that is a PDU.
bool SpeaksPlainSmpp(const Context& context, const io::SocketAddress& address);

// Shakes hands without asking who it is: whether the peer knows TLS at all. `facts` get what it
// showed of itself.
bool SpeaksTls(const Context& context, const io::SocketAddress& address, io::TlsFacts* facts);

// Whether octets begin a PDU, or a TLS record, as far as there are any.
bool LooksLikePdus(std::span<const uint8_t> octets);
bool LooksLikeTls(std::span<const uint8_t> octets);

// A certificate in one line: whose, by whom, until when.
std::string DescribeCertificate(const io::CertificateFacts& certificate);

}  // namespace salvo::doctor

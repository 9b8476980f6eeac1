// What salvo doctor is asked for. See `salvo help doctor`.
#pragma once

#include <optional>
#include <string>

#include "io/clock.h"

namespace salvo::doctor {

struct Options {
  std::string account_file;
  std::string name;  // which account; "": the only one of the file
  std::string host;  // the one host to look at, as the account file writes it; "": all

  std::string to;  // where the test message goes; "": none is sent
  std::string text = "Test of the connection";
  std::string from;  // "": the account's source_addr

  // Zero: not asked for.
  io::Nanos wait = 0;          // at most, for a bind that is refused because of another session
  io::Nanos wait_receipt = 0;  // at most, for the receipt of the test message
  io::Nanos wait_inbound = 0;  // at most, for a message that somebody sends to the account
  io::Nanos idle = 0;          // so long nothing is said
  bool all_binds = false;      // as many as the account has, at the same time
  uint32_t throttle = 0;       // messages a second at which the search ends
  io::Nanos timeout = 0;       // of every connection, handshake and answer; 0: the account's

  bool json = false;
  std::string bundle;  // the file; "": none
};

}  // namespace salvo::doctor

// What a shard leaves in a ring for a log's thread: a header, and octets behind it.
#pragma once

#include <cstdint>

namespace salvo::engine {

enum class LogKind : uint8_t {
  // In the PDU log. The octets are the PDU; of a bind and an outbind, without the password.
  kWrittenPdu,
  kReadPdu,
  // In the connector log. The octets are a text.
  kConnected,      // to whom
  kConnectFailed,  // to whom, a NUL, and why; `number`: errno
  kLoggedIn,       // the SMSC's system_id
  kLoginFailed,    // why; `number`: command_status
  kUnbindWritten,
  kUnbindRead,
  kDisconnected,  // why; `number`: errno
};

struct LogRecord {
  int64_t wall_ns = 0;  // since 1970 UTC
  uint32_t bind = 0;    // of the log's binds
  uint32_t number = 0;  // 0: none
  // Of the PDU as it was: more than follow where a password was cut out.
  uint32_t pdu_octets = 0;
  // Of a submit_sm that was written: every which one is, at that time.
  uint16_t sample = 1;
  LogKind kind = LogKind::kWrittenPdu;
};

}  // namespace salvo::engine

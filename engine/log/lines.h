// From a record to the line, or lines, that it is in a log: docs/logs.md. Everything that a peer
// may have said is escaped, so that a line is a line. One thread, the log's.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "engine/log/log_time.h"
#include "engine/log/logged_bind.h"
#include "engine/log/record.h"

namespace salvo::engine {

// All append whole lines to `out`.
class Lines {
 public:
  virtual ~Lines() = default;
  virtual void AddRecord(const LogRecord& record, std::span<const uint8_t> octets, LoggedBind& bind,
                         std::string* out) = 0;
  // So many records are missing at about that time.
  virtual void AddDropped(int64_t wall_ns, uint64_t count, const LoggedBind& bind,
                          std::string* out) = 0;
  // The log ends.
  virtual void AddTotal(int64_t wall_ns, const LoggedBind& bind, std::string* out) = 0;
};

class ConnectorLines final : public Lines {
 public:
  void AddRecord(const LogRecord& record, std::span<const uint8_t> octets, LoggedBind& bind,
                 std::string* out) override;
  void AddDropped(int64_t wall_ns, uint64_t count, const LoggedBind& bind,
                  std::string* out) override;
  void AddTotal(int64_t /*wall_ns*/, const LoggedBind& /*bind*/, std::string* /*out*/) override {}

 private:
  void Begin(int64_t wall_ns, const LoggedBind& bind, std::string* out);

  LogTime time_;
};

class PduLines final : public Lines {
 public:
  // `mask`: no numbers and no texts.
  explicit PduLines(bool mask) : mask_(mask) {}

  void AddRecord(const LogRecord& record, std::span<const uint8_t> octets, LoggedBind& bind,
                 std::string* out) override;
  void AddDropped(int64_t wall_ns, uint64_t count, const LoggedBind& bind,
                  std::string* out) override;
  void AddTotal(int64_t wall_ns, const LoggedBind& bind, std::string* out) override;

 private:
  // Texts of commands, for most PDUs are of a few: one for each that a place is found for.
  struct Command {
    pdu::CommandId id{};
    std::string text;
  };
  static constexpr size_t kCommandsKept = 32;

  void Begin(int64_t wall_ns, const char* level, const LoggedBind& bind, std::string* out);
  const std::string& CommandText(pdu::CommandId id);

  const bool mask_;
  LogTime time_;
  std::array<Command, kCommandsKept> commands_;
};

}  // namespace salvo::engine

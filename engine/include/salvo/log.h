// What the engine writes down about its binds, for people who search for the cause of a trouble:
// a connector log (connects, logins, losses) and a PDU log (every PDU, a line each). docs/logs.md
// has the lines.
//
// They are written by threads of their own, at a low priority. No shard ever waits for a file:
// what has no room in memory meanwhile is dropped, and the log says how much that was. Passwords
// are never written, nor kept to be written. What a process had not yet written when it was killed,
// some 20 ms, is lost.
#pragma once

#include <cstdint>
#include <string>

namespace salvo {

struct LogOptions {
  // Appended to, and made with mode 0600 where they are not there. "": is not written. A file, a
  // pipe or a device.
  std::string connector_path;
  std::string pdu_path;

  // A file that would grow beyond that is renamed to PATH.1, that one to PATH.2 and so on, and a
  // new one is begun. 0: never. Pipes and devices are not renamed.
  uint64_t rotate_octets = 2'000'000'000;
  uint32_t keep = 4;  // renamed files; the oldest goes when there are more

  // Numbers, texts, and parameters that may hold either are written as ***.
  bool mask = false;

  // Which submit_sm are written, each with its submit_sm_resp; all other PDUs always are. 1: all;
  // N: every Nth of a shard; kAutoSample: all, up to kAutoPairs a second, or while a file is so
  // slow that memory fills: then every 2nd, 4th, ..., as the log says.
  static constexpr uint32_t kAutoSample = 0;
  static constexpr uint32_t kAutoPairs = 75'000;
  static constexpr uint32_t kRarestSample = 65'535;
  uint32_t sample = kAutoSample;

  // Of memory for each shard, where PDUs wait to be written: from 64 KiB to 1 GiB.
  uint64_t buffer_octets = 8 * 1024 * 1024;
};

// What became of the PDUs that there were.
struct LogStats {
  uint64_t pdus_written = 0;      // lines
  uint64_t pdus_sampled_out = 0;  // submit_sm and submit_sm_resp
  uint64_t pdus_dropped = 0;      // for lack of room, or because the file cannot be written
};

}  // namespace salvo

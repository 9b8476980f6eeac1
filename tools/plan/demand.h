// What is to be sent and over what: what a plan is made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace salvo::plan {

// What an account takes.
inline constexpr uint32_t kMostWindow = 65'536;
inline constexpr uint32_t kMostBinds = 10'000;

inline constexpr uint32_t kUsualIdLength = 10;

enum class JournalLevel : uint8_t { kOff, kProcess, kPower };

// "off", "process", "power"
std::string_view NameOf(JournalLevel level);
// nullopt when it is none of them.
std::optional<JournalLevel> JournalLevelOf(std::string_view name);

// What this machine did when it was measured.
struct Machine {
  double segments_per_s = 0;
  double cpu_ns = 0;  // of the sender, a segment
  std::string measured_as;
};

struct Demand {
  uint64_t messages = 0;
  uint64_t segments = 0;
  bool in_one =
      false;  // concatenation "payload": a message is one submit_sm, whatever its segments

  // What has no value is not fixed: the plan says what it has to be.
  std::optional<double> rate;      // segments a second that the account allows
  std::optional<uint32_t> window;  // of a bind
  std::optional<uint32_t> binds;
  double bind_rate = 0;              // segments a second of each bind; 0: no limit
  double bind_interval_s = 0;        // binds come up one after another, so far apart
  double round_trip_s = 0;           // from a submit_sm to its answer
  std::optional<double> deadline_s;  // of sending, that there are until the deadline

  double receipts = 1;          // of a submit_sm
  double receipt_delay_s = -1;  // from the answer to the receipt; negative: not known
  JournalLevel journal = JournalLevel::kProcess;
  double sync_s = 0;  // of the disk; counts at level power only
  bool results = true;
  uint32_t id_length = kUsualIdLength;  // characters of a message id
  std::optional<Machine> machine;       // without a value it was not measured

  // Syncs that a submit_sm waits for at level power: on average half of the one that is under way
  // when it comes, and the next, which covers it.
  static constexpr double kSyncsAwaited = 1.5;
  uint64_t submits() const { return in_one ? messages : segments; }
  double segments_per_submit() const {
    return static_cast<double>(segments) / static_cast<double>(submits());
  }
  // How long a submit_sm holds its place in a window.
  double hold_s() const {
    return round_trip_s + (journal == JournalLevel::kPower ? kSyncsAwaited * sync_s : 0);
  }
};

}  // namespace salvo::plan

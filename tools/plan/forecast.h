// What a demand comes to: how fast, what holds it back, what it takes. Pure arithmetic.
//
// Little's law is all there is to windows: what is under way is the rate times the time that each
// submit_sm is under way, so a rate needs rate x round trip places, and so many places give no more
// than places / round trip.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/plan/demand.h"
#include "tools/plan/ramp.h"

namespace salvo::plan {

enum class Limit : uint8_t { kRate, kBindRate, kWindow, kMachine, kBindInterval, kDeadline };

// "rate", "bind_rate", "window", "machine", "bind_interval", "deadline"
std::string_view NameOf(Limit limit);

// Sending is no faster than this, and why.
struct Ceiling {
  Limit limit = Limit::kRate;
  double segments_per_s = 0;
};

// Binds with a window each.
struct Binds {
  uint32_t window = 0;
  uint32_t binds = 0;

  bool operator==(const Binds&) const = default;
};

// What a rate needs of the binds.
struct Need {
  double segments_per_s = 0;
  uint64_t places = 0;  // window x binds
  // Any of these does: what is fixed with as much of the other as it needs, first the binds, then
  // the window; where that is more than an account can have, as few binds as carry the rate. Empty:
  // none of one account do.
  std::vector<Binds> ways;
};

struct Forecast {
  // Of what is fixed, and of the most that an account can have of the rest where that is lower; the
  // lowest first: that one is the bottleneck. Never empty.
  std::vector<Ceiling> ceilings;
  double segments_per_s = 0;  // once enough binds are up
  double messages_per_s = 0;
  double submits_per_s = 0;
  double average_per_s = 0;  // segments, from the first to the last that leaves
  double sending_s = 0;      // to the last answer
  double in_flight = 0;      // submit_sm, on average

  Need full;                     // to go as fast as all but the windows allow
  std::optional<Need> deadline;  // to be through in time
  Binds binds;                   // as fixed, else what `full` needs
  Ramp ramp;                     // of these
  bool is_late = false;          // for the deadline

  double receipts_per_s = 0;
  double busy_cores = -1;  // negative: not measured

  const Ceiling& bottleneck() const { return ceilings.front(); }
};

// What keeps a deadline from being met, the lowest first; empty: it is met, or there is none.
std::vector<Ceiling> Missed(const Forecast& forecast);

// REQUIRES: FaultOf(demand) is "".
Forecast Foresee(const Demand& demand);

// Why nothing can be said, with the flag that puts it right; "" when something can.
std::string FaultOf(const Demand& demand);

}  // namespace salvo::plan

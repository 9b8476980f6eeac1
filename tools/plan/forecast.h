// What a demand comes to: how fast, what holds it back, what it takes. Pure arithmetic.
//
// Little's law is all there is to windows: what is under way is the rate times the time that each
// segment is under way, so a rate needs rate x round trip places, and so many places give no more
// than places / round trip.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/plan/demand.h"

namespace salvo::plan {

enum class Limit : uint8_t { kRate, kBindRate, kWindow, kMachine, kDeadline };

// "rate", "bind_rate", "window", "machine", "deadline"
std::string_view NameOf(Limit limit);

// Sending is no faster than this, and why.
struct Ceiling {
  Limit limit = Limit::kRate;
  double segments_per_s = 0;
};

// What a rate needs of the binds.
struct Need {
  double segments_per_s = 0;
  uint64_t places = 0;  // window x binds
  uint32_t binds = 0;   // with the window that is fixed; without one, as few as carry the rate
  uint32_t window = 0;  // with the binds that are fixed where those carry it, else with these
  bool fixed_binds_do = false;  // some are fixed, and with that window they carry the rate
};

struct Forecast {
  // Of what is fixed, the lowest first: that one is the bottleneck. Never empty.
  std::vector<Ceiling> ceilings;
  double segments_per_s = 0;
  double messages_per_s = 0;
  double sending_s = 0;  // to the last answer
  double in_flight = 0;  // segments, on average

  Need full;                     // to go as fast as all but the windows allow
  std::optional<Need> deadline;  // to be through in time
  uint32_t window = 0;           // as fixed, else what `full` needs
  uint32_t binds = 0;            // the same

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

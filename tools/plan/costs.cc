#include "tools/plan/costs.h"

#include <algorithm>
#include <cmath>

namespace salvo::plan {
namespace {

// Of the journal (engine/journal/README.md), without the message id.
constexpr double kJournalSubmit = 7;  // an intent and an answer
constexpr double kJournalWaits = 2;   // more, when a receipt is asked for
constexpr double kJournalReceipt = 18;
constexpr double kJournalBatch = 40;  // a header: of what leaves together, and of what comes
// Slow ones leave and come one by one. A rate lets only few go together, a window all that is free.
constexpr double kAloneRate = 2000;
constexpr double kMostPacedTogether = 4;
constexpr double kMostTogether = 100;
// What it reserves ahead, for a place of a window and for a bind.
constexpr double kReserveSteps = 16;
constexpr double kReservePlace = 256;
constexpr double kReserveBind = 64 * 1024;

// A line of the results, with a number of twelve digits and one message id of no character.
constexpr double kResultsRow = 104;
constexpr double kResultsSeparator = 1;  // before each further message id
constexpr double kResultsReceipt = 39;

constexpr double kSender = 6 * 1024 * 1024;
constexpr double kSenderPlace = 1200;
constexpr double kRow = 16;
constexpr double kWaitingSubmit = 39;
constexpr double kMostWaiting = 10e6;  // the default of --max-waiting-receipts
constexpr double kSettledReceipt = 75;
constexpr double kMostSettled = 450e3;

uint64_t Octets(double octets) { return static_cast<uint64_t>(std::llround(octets)); }

double Places(const Forecast& forecast) {
  return static_cast<double>(forecast.binds.window) * forecast.binds.binds;
}

// How many records share a header.
double Together(const Forecast& forecast) {
  const Limit limit = forecast.bottleneck().limit;
  const bool is_paced = limit != Limit::kWindow && limit != Limit::kMachine;
  return std::clamp(forecast.submits_per_s / kAloneRate, 1.0,
                    is_paced ? kMostPacedTogether : kMostTogether);
}

}  // namespace

Disk DiskFor(const Demand& demand, const Forecast& forecast) {
  const auto submits = static_cast<double>(demand.submits());
  const auto messages = static_cast<double>(demand.messages);
  const double id = demand.id_length;
  const bool waits = demand.receipts > 0;
  Disk disk;
  if (demand.journal != JournalLevel::kOff) {
    const double header = kJournalBatch / Together(forecast);
    const double submit = kJournalSubmit + id + (waits ? kJournalWaits : 0) + 2 * header +
                          (kJournalReceipt + id + header) * demand.receipts;
    disk.journal = Octets(submits * submit);
    disk.ahead = Octets(kReserveSteps *
                        (kReservePlace * Places(forecast) + kReserveBind * forecast.binds.binds));
  }
  if (demand.results) {
    const double row = kResultsRow + (waits ? kResultsReceipt : 0);
    disk.results = Octets(messages * row + submits * id + (submits - messages) * kResultsSeparator);
    disk.results_copy = waits ? disk.results : 0;
  }
  return disk;
}

Memory MemoryFor(const Demand& demand, const Forecast& forecast) {
  const auto submits = static_cast<double>(demand.submits());
  Memory memory;
  memory.sender = Octets(kSender + kSenderPlace * Places(forecast));
  if (demand.receipts <= 0) return memory;
  double waiting = submits;
  if (demand.receipt_delay_s >= 0) {
    waiting = std::min(waiting, forecast.submits_per_s * demand.receipt_delay_s);
  }
  memory.overflows = waiting > kMostWaiting;
  memory.submits_waiting = static_cast<uint64_t>(std::min(waiting, kMostWaiting));
  memory.receipts = Octets(static_cast<double>(memory.submits_waiting) * kWaitingSubmit +
                           std::min(submits, kMostSettled) * kSettledReceipt);
  if (demand.results) memory.rows = Octets(static_cast<double>(demand.messages) * kRow);
  return memory;
}

}  // namespace salvo::plan

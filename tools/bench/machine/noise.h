// Whether this machine has the peace to be measured.
#pragma once

#include <cstdint>
#include <string>

namespace salvo::bench {

// "Intel(R) Xeon(R) ..."; "" when the system does not tell.
std::string ProcessorName();

// Processes that ran or wanted to in the last minute; negative when the system does not tell.
double LoadAverage();

// Of all processors, since the system began; in its ticks.
struct ProcessorTimes {
  uint64_t all = 0;
  uint64_t stolen = 0;  // the hypervisor ran somebody else
};
ProcessorTimes ReadProcessorTimes();
// The same of a text as in /proc/stat; all 0 when it is none.
ProcessorTimes ParseProcessorTimes(const std::string& text);

// The share that was stolen between the two, in percent.
double StolenPercent(const ProcessorTimes& from, const ProcessorTimes& to);

// VmHWM and RssAnon of this process, in KiB; 0 when the system does not tell.
struct MemoryUse {
  uint64_t peak_kib = 0;
  uint64_t anonymous_kib = 0;
};
MemoryUse ReadMemoryUse();
MemoryUse ParseMemoryUse(const std::string& text);

// Processor time of this process so far, in seconds.
double ProcessorSeconds();

}  // namespace salvo::bench

#include "tools/bench/machine/noise.h"

#include <sys/resource.h>

#include <fstream>
#include <sstream>

namespace salvo::bench {
namespace {

std::string ReadText(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// What follows "key:" at the beginning of a line, without leading blanks.
std::string ValueOf(const std::string& text, const std::string& key) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key)) continue;
    const size_t colon = line.find(':');
    const size_t begin = line.find_first_not_of(" \t", colon + 1);
    if (colon != std::string::npos && begin != std::string::npos) return line.substr(begin);
  }
  return "";
}

uint64_t NumberOf(const std::string& text, const std::string& key) {
  uint64_t number = 0;
  std::istringstream(ValueOf(text, key)) >> number;
  return number;
}

double SecondsOf(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

std::string ProcessorName() { return ValueOf(ReadText("/proc/cpuinfo"), "model name"); }

double LoadAverage() {
  double load = -1;
  std::ifstream("/proc/loadavg") >> load;
  return load;
}

ProcessorTimes ReadProcessorTimes() { return ParseProcessorTimes(ReadText("/proc/stat")); }

ProcessorTimes ParseProcessorTimes(const std::string& text) {
  constexpr int kStolen = 7;  // user, nice, system, idle, iowait, irq, softirq, steal
  ProcessorTimes times;
  std::istringstream line(text.substr(0, text.find('\n')));
  std::string word;
  if (!(line >> word) || word != "cpu") return times;
  uint64_t ticks = 0;
  for (int i = 0; i <= kStolen && line >> ticks; ++i) {
    times.all += ticks;
    if (i == kStolen) times.stolen = ticks;
  }
  return times;
}

double StolenPercent(const ProcessorTimes& from, const ProcessorTimes& to) {
  if (to.all <= from.all || to.stolen <= from.stolen) return 0;
  return 100 * static_cast<double>(to.stolen - from.stolen) /
         static_cast<double>(to.all - from.all);
}

MemoryUse ReadMemoryUse() { return ParseMemoryUse(ReadText("/proc/self/status")); }

MemoryUse ParseMemoryUse(const std::string& text) {
  return {NumberOf(text, "VmHWM"), NumberOf(text, "RssAnon")};
}

double ProcessorSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return SecondsOf(used.ru_utime) + SecondsOf(used.ru_stime);
}

}  // namespace salvo::bench

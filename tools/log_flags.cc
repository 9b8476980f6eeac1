#include "tools/log_flags.h"

#include <charconv>
#include <string_view>

#include "tools/common/parse.h"
#include "tools/common/whole_name.h"

namespace salvo::tools {
namespace {

constexpr uint64_t kMostKept = 1000;

void Replace(std::string& value, const std::string& later) {
  if (!later.empty()) value = later;
}

template <class Number>
bool ToNumber(std::string_view text, Number* out) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *out);
  return error == std::errc() && stop == end;
}

// "auto", "all" or "1/N".
bool ParseSample(std::string_view text, uint32_t* sample) {
  if (text == "auto") return *sample = LogOptions::kAutoSample, true;
  if (text == "all") return *sample = 1, true;
  if (!text.starts_with("1/")) return false;
  uint32_t every = 0;
  if (!ToNumber(text.substr(2), &every) || every == 0 || every > LogOptions::kRarestSample) {
    return false;
  }
  *sample = every;
  return true;
}

}  // namespace

void LogFlags::Override(const LogFlags& later) {
  Replace(connector_log, later.connector_log);
  Replace(pdu_log, later.pdu_log);
  Replace(sample, later.sample);
  Replace(rotate, later.rotate);
  Replace(keep, later.keep);
  mask = mask || later.mask;
}

std::string LogFlags::MakeAbsolute() {
  const std::string fault = MakeWhole(&connector_log);
  return fault.empty() ? MakeWhole(&pdu_log) : fault;
}

void DeclareLogFlags(CLI::App& command, LogFlags& flags) {
  const char* const group = "Logs";
  command
      .add_option("--connector-log", flags.connector_log,
                  "Append connects, logins and losses of every bind")
      ->type_name("FILE")
      ->envname("SALVO_CONNECTOR_LOG")
      ->group(group);
  command.add_option("--pdu-log", flags.pdu_log, "Append every PDU, a line each")
      ->type_name("FILE")
      ->envname("SALVO_PDU_LOG")
      ->group(group);
  command
      .add_option("--pdu-log-sample", flags.sample,
                  "Which submit_sm; default auto: fewer where all are too many")
      ->type_name("auto|all|1/N")
      ->envname("SALVO_PDU_LOG_SAMPLE")
      ->group(group);
  command.add_flag("--log-mask", flags.mask, "Write numbers and texts as ***")
      ->envname("SALVO_LOG_MASK")
      ->group(group);
  command
      .add_option("--log-rotate", flags.rotate, "Largest size of a file; 0 for any; default 2GB")
      ->type_name("SIZE")
      ->envname("SALVO_LOG_ROTATE")
      ->group(group);
  command.add_option("--log-keep", flags.keep, "Older files to keep; default 4")
      ->type_name("N")
      ->envname("SALVO_LOG_KEEP")
      ->group(group);
}

std::string UnderstandLogFlags(const LogFlags& flags, LogOptions* options) {
  options->connector_path = flags.connector_log;
  options->pdu_path = flags.pdu_log;
  options->mask = flags.mask;
  if (!flags.sample.empty() && !ParseSample(flags.sample, &options->sample)) {
    return "--pdu-log-sample: '" + flags.sample + "' is not auto, all, or one such as 1/10";
  }
  if (!flags.rotate.empty()) {
    const auto octets = ParseOctets(flags.rotate);
    if (!octets.ok()) return "--log-rotate: " + std::string(octets.status().message());
    options->rotate_octets = *octets;
  }
  if (flags.keep.empty()) return "";
  const std::string fault = FaultOfWhole(flags.keep, 0, kMostKept);
  if (!fault.empty()) return "--log-keep: " + fault;
  ToNumber(flags.keep, &options->keep);
  return "";
}

}  // namespace salvo::tools

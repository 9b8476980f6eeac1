#include "tools/plan/measurements.h"

#include <simdjson.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_format.h"
#include "tools/common/cannot.h"
#include "tools/common/human.h"

namespace salvo::plan {
namespace {

constexpr double kMicrosPerSecond = 1e6;

// The member of that name; false when there is none of that kind.
template <class Value>
bool Take(const simdjson::dom::object& object, const char* key, Value* value) {
  return object[key].get(*value) == simdjson::SUCCESS;
}

bool TakeCount(const simdjson::dom::object& object, const char* key, uint32_t* value) {
  uint64_t number = 0;
  if (!Take(object, key, &number) || number > UINT32_MAX) return false;
  *value = static_cast<uint32_t>(number);
  return true;
}

// What keeps all of it from saying what the machine can do; "" when nothing does.
std::string LimitOf(const simdjson::dom::element& document) {
  std::string_view host;
  double rate = 0;
  if (document["host"].get(host) == simdjson::SUCCESS && !host.empty()) {
    return "it was measured against " + std::string(host);
  }
  if (document["rate"].get(rate) == simdjson::SUCCESS && rate > 0) {
    return "it was measured with --rate";
  }
  return "";
}

// What it is instead of a bench's summary; "" when it is one.
std::string KindOf(const simdjson::dom::element& document) {
  constexpr int64_t kSchema = 1;
  simdjson::dom::object object;
  std::string_view type;
  int64_t schema = 0;
  if (document.get(object) != simdjson::SUCCESS) return "it is no object";
  if (!Take(object, "message_type", &type) || type != "summary") {
    return type.empty() ? "it has no message_type" : absl::StrFormat("it is a '%s'", type);
  }
  if (!Take(object, "schema", &schema)) return "it has no schema";
  if (schema == kSchema) return "";
  return absl::StrFormat("its schema is %d, and this version knows %d", schema, kSchema);
}

// Of JSON Lines, as --json prints them, the last is the summary.
std::string_view LastLine(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(" \r\n") + 1);
  return text.substr(text.find_last_of('\n') + 1);
}

// What is missing in it or wrong; "" when it is whole.
std::string TakeCase(const simdjson::dom::object& object, MeasuredCase* measured) {
  std::string_view journal;
  if (!TakeCount(object, "window", &measured->window)) return "window";
  if (!TakeCount(object, "binds", &measured->binds)) return "binds";
  if (!TakeCount(object, "text_octets", &measured->text_octets)) return "text_octets";
  if (!Take(object, "tls", &measured->tls)) return "tls";
  if (!Take(object, "journal", &journal) || !JournalLevelOf(journal)) return "journal";
  measured->journal = *JournalLevelOf(journal);
  if (!Take(object, "segments_per_s", &measured->segments_per_s)) return "segments_per_s";
  if (measured->segments_per_s <= 0) return "segments_per_s";
  if (!Take(object, "cpu_ns", &measured->cpu_ns) || measured->cpu_ns <= 0) return "cpu_ns";
  double delay_ms = 0;
  if (!Take(object, "delay_ms", &delay_ms)) return "delay_ms";
  measured->waited = delay_ms > 0;
  if (!Take(object, "noisy", &measured->noisy)) return "noisy";
  double sync_us = 0;
  if (!Take(object, "sync_us", &sync_us) || sync_us < 0) return "sync_us";
  measured->sync_s = sync_us / kMicrosPerSecond;
  return "";
}

}  // namespace

absl::StatusOr<std::vector<MeasuredCase>> ParseMeasurements(std::string_view json,
                                                            const std::string& path) {
  const auto fail = [&](std::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is not what salvo bench --out writes: %s", path, what));
  };
  simdjson::dom::parser parser;
  simdjson::dom::array cases;
  // Copied by the parser: `json` need not be padded.
  simdjson::dom::element document;
  const std::string_view last = LastLine(json);
  if (parser.parse(json.data(), json.size()).get(document) != simdjson::SUCCESS &&
      parser.parse(last.data(), last.size()).get(document) != simdjson::SUCCESS) {
    return fail("it is no JSON");
  }
  if (const std::string kind = KindOf(document); !kind.empty()) return fail(kind);
  if (const std::string limit = LimitOf(document); !limit.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' does not say what this machine can do: %s", path, limit));
  }
  if (document["cases"].get(cases) != simdjson::SUCCESS) return fail("it has no list 'cases'");
  std::vector<MeasuredCase> all;
  for (const simdjson::dom::element element : cases) {
    MeasuredCase measured;
    simdjson::dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return fail("a case is no object");
    const std::string fault = TakeCase(object, &measured);
    if (!fault.empty()) {
      return fail(absl::StrFormat("case %d has no good '%s'", all.size() + 1, fault));
    }
    all.push_back(measured);
  }
  if (all.empty()) return fail("it has no case");
  return all;
}

absl::StatusOr<std::vector<MeasuredCase>> ReadMeasurements(const std::string& path) {
  const auto fail = [&](int error) {
    return absl::NotFoundError(tools::Cannot("read", path, error));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return fail(EISDIR);
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(errno);
  std::ostringstream text;
  text << file.rdbuf();
  return ParseMeasurements(text.str(), path);
}

std::optional<MeasuredCase> FastestCase(const std::vector<MeasuredCase>& cases,
                                        JournalLevel journal, bool tls) {
  std::optional<MeasuredCase> fastest;
  for (const MeasuredCase& measured : cases) {
    if (measured.waited || measured.journal != journal || measured.tls != tls) continue;
    if (!fastest || measured.segments_per_s > fastest->segments_per_s) fastest = measured;
  }
  return fastest;
}

std::string Describe(const MeasuredCase& measured) {
  return absl::StrFormat("window %d, %s, %s, journal %s%s", measured.window,
                         tools::Counted(measured.binds, "bind"),
                         tools::Counted(measured.text_octets, "octet"), NameOf(measured.journal),
                         measured.tls ? ", TLS" : "");
}

}  // namespace salvo::plan

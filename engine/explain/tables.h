// The parts of the table of explanations, a source each. Constant data.
#pragma once

#include <span>

#include "salvo/explain.h"

namespace salvo::engine {

// An entry of a command_status, and of a symptom.
constexpr Explanation StatusEntry(uint32_t number, std::string_view name, std::string_view title,
                                  std::string_view meaning, Texts causes, Texts actions,
                                  std::string_view also = "", std::string_view mix_up = "") {
  return {Topic::kStatus, number, number, name, also, title, meaning, causes, actions, mix_up};
}

constexpr Explanation Entry(Symptom symptom, std::string_view name, std::string_view also,
                            std::string_view meaning, Texts causes, Texts actions,
                            std::string_view treatment) {
  const auto number = static_cast<uint32_t>(symptom);
  return {Topic::kSymptom, number, number,  name, also,     name,
          meaning,         causes, actions, "",   treatment};
}

// Each ascending by number, without two that overlap; those of the statuses leave none out.
std::span<const Explanation> StatusExplanations();      // up to 0xFF
std::span<const Explanation> LateStatusExplanations();  // from 0x100 on
std::span<const Explanation> ErrnoExplanations();
std::span<const Explanation> AlertExplanations();
std::span<const Explanation> CertificateExplanations();
std::span<const Explanation> ReceiptStateExplanations();
std::span<const Explanation> NetworkErrorExplanations();
std::span<const Explanation> SymptomExplanations();
std::span<const Explanation> SetupSymptomExplanations();  // continues the numbers

// Whether an alert tells of no fault that would be there at the next handshake, too: as
// io::TlsEngine::may_pass, and close_notify.
bool MayPass(const Explanation& alert);

}  // namespace salvo::engine

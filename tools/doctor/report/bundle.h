// All that is known of an examination in one text, for a provider's support: it can be read before
// it is given away, opens everywhere, and holds no secret.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/doctor/step.h"
#include "tools/doctor/talk/transcript.h"

namespace salvo::doctor {

struct Bundle {
  std::string salvo_version;
  std::vector<std::string> machine;  // lines
  std::string account_file;          // its name
  std::string configuration;         // its text, masked
  std::vector<StepResult> steps;
  std::string conclusion;
};

// Sections: the steps, versions and machine, the configuration, every PDU (decoded, and in
// hexadecimal) and other octets of each connection with their times, and the explanations in full.
// nullptr for the transcript: nothing was said.
std::string BundleText(const Bundle& bundle, const Transcript* transcript);

// Mode 0600. The error names the file.
absl::Status WriteBundle(const std::string& path, const std::string& text);

}  // namespace salvo::doctor

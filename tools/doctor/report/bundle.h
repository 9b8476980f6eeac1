// All that is known of an examination in one text, for a provider's support: it can be read before
// it is given away, opens everywhere, and holds no secret.
#pragma once

#include <cstdio>
#include <memory>
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

// The file of a bundle. It is opened before anything is tried, for that may cost messages. Errors
// name the file.
class BundleFile {
 public:
  // Empties what was there. Mode 0600.
  absl::Status Open(const std::string& path);
  // Once, and closes. REQUIRES: it is open.
  absl::Status Write(const std::string& text);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  absl::Status Fault() const;

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace salvo::doctor

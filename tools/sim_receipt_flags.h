// The flags of `salvo sim` that say how receipts are sent.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "absl/status/status.h"
#include "tools/sim/options.h"

namespace salvo::tools {

// As written, before they are understood.
struct SimReceiptFlags {
  std::string delay;
  std::string mix;
  std::string early;
  std::string twice;
  std::string intermediate;
  std::string bind = "any";
  std::string id = "same";
  std::string style = "canonical";
  std::string resend;
  bool no_reference = false;
};

// `flags` must outlive the parsing.
void AddSimReceiptFlags(CLI::App& sim, SimReceiptFlags& flags);

// Fills `receipts` and `receipt_mix` of the options, whose id_format must be set.
absl::Status UnderstandReceipts(const SimReceiptFlags& flags, sim::Options* options);

// Their part of the footer of `salvo help sim`.
extern const char* const kSimReceiptHelp;

}  // namespace salvo::tools

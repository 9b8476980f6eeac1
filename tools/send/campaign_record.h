// What a journal's directory knows of the campaign beside what was sent: how it was asked for, from
// which file, and how it ended. Kept in campaign.json; never a secret.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/send/fingerprint.h"

namespace salvo::tools {

struct CampaignRecord {
  enum class State : uint8_t {
    kBegun,     // or killed: nobody has said that it ended
    kStopped,   // some rows are left
    kFinished,  // every row has its outcome, unknown ones included
  };

  std::vector<std::string> arguments;  // of salvo send
  std::string folder;                  // in which it was started
  std::string campaign;                // path; "" for a single message
  Fingerprint fingerprint;             // of the campaign
  State state = State::kBegun;

  // nullopt when the directory has none: it is no journal.
  static absl::StatusOr<std::optional<CampaignRecord>> Read(const std::string& directory);
  // Replaces it at once. The directory is there.
  absl::Status Write(const std::string& directory) const;
};

// "begun", "stopped", "finished"
std::string_view NameOf(CampaignRecord::State state);

}  // namespace salvo::tools

// What a journal's directory knows of the campaign beside what was sent: how it was asked for, from
// which file, and how it ended. Kept in campaign.json; never a secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/common/json_line.h"
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
  bool spooled = false;                // the campaign is a pipe: its octets are in the directory
  Fingerprint fingerprint;             // of the campaign
  std::vector<std::string> accounts;   // names, in the order by which the journal knows them
  State state = State::kBegun;

  // Whether it is of the same file, of a pipe like this, or of a message to the same number.
  bool IsOfTheSame(const CampaignRecord& other) const;
  // "'spring.csv'", "what a pipe brought", "a single message"
  std::string Description() const;

  // nullopt when the directory has none: it is no journal. One that cannot be read is an error.
  static absl::StatusOr<std::optional<CampaignRecord>> Read(const std::string& directory);
  // Replaces it at once. The directory is there.
  absl::Status Write(const std::string& directory) const;
  // Changes the state of one that is there, in its place: that needs no room on the disk.
  static absl::Status WriteState(const std::string& directory, State state);
};

// Adds a text that may be no UTF-8, as a path may: then in hexadecimal digits, under the key with
// _hex behind it.
void AddAnyText(JsonLine& line, std::string_view key, std::string_view text);

// "begun", "stopped", "finished"
std::string_view NameOf(CampaignRecord::State state);

}  // namespace salvo::tools

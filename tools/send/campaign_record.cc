#include "tools/send/campaign_record.h"

#include <fcntl.h>
#include <simdjson.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_format.h"
#include "tools/common/json_line.h"
#include "tools/common/private_file.h"

namespace salvo::tools {
namespace {

using State = CampaignRecord::State;

std::string PathIn(const std::string& directory) { return directory + "/campaign.json"; }

// The new name is only there for good after that.
bool SyncFolder(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool ok = fsync(fd) == 0;
  close(fd);
  return ok;
}

std::optional<State> StateOf(std::string_view name) {
  for (const State state : {State::kBegun, State::kStopped, State::kFinished}) {
    if (NameOf(state) == name) return state;
  }
  return std::nullopt;
}

// Throws what simdjson throws.
CampaignRecord Parse(const simdjson::dom::element& json) {
  CampaignRecord record;
  record.folder = std::string_view(json["folder"]);
  record.campaign = std::string_view(json["campaign"]);
  record.fingerprint.size = uint64_t(json["size"]);
  record.fingerprint.modified_ns = int64_t(json["modified_ns"]);
  record.fingerprint.inode = uint64_t(json["inode"]);
  record.state = StateOf(std::string_view(json["state"])).value_or(State::kBegun);
  for (const auto argument : simdjson::dom::array(json["arguments"])) {
    record.arguments.emplace_back(std::string_view(argument));
  }
  return record;
}

}  // namespace

std::string_view NameOf(State state) {
  switch (state) {
    case State::kBegun:
      return "begun";
    case State::kStopped:
      return "stopped";
    case State::kFinished:
      return "finished";
  }
  return "";
}

absl::StatusOr<std::optional<CampaignRecord>> CampaignRecord::Read(const std::string& directory) {
  const std::string path = PathIn(directory);
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::optional<CampaignRecord>();
  std::stringstream text;
  text << in.rdbuf();
  try {
    simdjson::dom::parser parser;
    const simdjson::padded_string padded(text.str());
    return std::optional<CampaignRecord>(Parse(parser.parse(padded)));
  } catch (const simdjson::simdjson_error& error) {
    return absl::DataLossError(
        absl::StrFormat("'%s' is not what salvo wrote: %s", path, error.what()));
  }
}

absl::Status CampaignRecord::Write(const std::string& directory) const {
  std::string text;
  JsonLine line(&text);
  line.Add("schema", 1);
  line.Add("state", NameOf(state));
  line.Add("campaign", campaign);
  line.Add("size", fingerprint.size);
  line.Add("modified_ns", fingerprint.modified_ns);
  line.Add("inode", fingerprint.inode);
  line.Add("folder", folder);
  line.Add("arguments", arguments);
  line.End();
  const std::string path = PathIn(directory);
  const std::string new_path = path + ".new";
  std::FILE* const file = CreatePrivateFile(new_path);
  bool ok = file != nullptr;
  ok = ok && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  ok = ok && std::fflush(file) == 0 && fsync(fileno(file)) == 0;
  if (file != nullptr) ok = std::fclose(file) == 0 && ok;
  ok = ok && std::rename(new_path.c_str(), path.c_str()) == 0 && SyncFolder(directory);
  if (ok) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrFormat("cannot write '%s': %s", path, std::strerror(errno)));
}

}  // namespace salvo::tools

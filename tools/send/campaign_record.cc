#include "tools/send/campaign_record.h"

#include <fcntl.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "tools/common/cannot.h"
#include "tools/common/open_file.h"
#include "tools/common/private_file.h"
#include "tools/common/replace_file.h"

namespace salvo::tools {
namespace {

using State = CampaignRecord::State;

std::string RecordPath(const std::string& directory) { return directory + "/campaign.json"; }

std::optional<State> StateOf(std::string_view name) {
  for (const State state : {State::kBegun, State::kStopped, State::kFinished}) {
    if (NameOf(state) == name) return state;
  }
  return std::nullopt;
}

// The record begins like this, and the state behind it has always the same room.
constexpr std::string_view kBeforeState = R"({"schema":1,)";
constexpr size_t kStateOctets = std::string_view(R"("state":"finished")").size();

std::string StateField(State state) {
  std::string field = absl::StrFormat(R"("state":"%s")", NameOf(state));
  field.resize(kStateOctets, ' ');
  return field;
}

bool IsUtf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

// Throws what simdjson throws, and so the next two.
std::string FromHex(std::string_view digits) {
  std::string text;
  const auto is_digit = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  if (digits.size() % 2 != 0 || !std::all_of(digits.begin(), digits.end(), is_digit)) {
    throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
  }
  for (size_t i = 0; i < digits.size(); i += 2) {
    text += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return text;
}

// What AddAnyText wrote.
std::string AnyText(const simdjson::dom::element& json, const std::string& key) {
  const auto plain = json[key];
  if (plain.error() == simdjson::SUCCESS) return std::string(std::string_view(plain));
  return FromHex(std::string_view(json[key + "_hex"]));
}

CampaignRecord Parse(const simdjson::dom::element& json) {
  CampaignRecord record;
  record.folder = AnyText(json, "folder");
  record.campaign = AnyText(json, "campaign");
  record.spooled = bool(json["spooled"]);
  record.fingerprint.size = uint64_t(json["size"]);
  record.fingerprint.modified_ns = int64_t(json["modified_ns"]);
  record.fingerprint.inode = uint64_t(json["inode"]);
  record.state = StateOf(std::string_view(json["state"])).value_or(State::kBegun);
  if (json["accounts"].error() == simdjson::SUCCESS) {
    for (const auto name : simdjson::dom::array(json["accounts"])) {
      record.accounts.emplace_back(std::string_view(name));
    }
  }
  const bool in_hex = json["arguments"].error() != simdjson::SUCCESS;
  for (const auto argument : simdjson::dom::array(json[in_hex ? "arguments_hex" : "arguments"])) {
    const std::string_view text(argument);
    record.arguments.push_back(in_hex ? FromHex(text) : std::string(text));
  }
  return record;
}

// All in hexadecimal digits where one of them is no UTF-8.
void AddArguments(JsonLine& line, const std::vector<std::string>& arguments) {
  if (std::all_of(arguments.begin(), arguments.end(), IsUtf8)) {
    return line.Add("arguments", arguments);
  }
  std::vector<std::string> digits;
  for (const std::string& argument : arguments) {
    digits.push_back(absl::BytesToHexString(argument));
  }
  line.Add("arguments_hex", digits);
}

// That of --to; "" when the campaign is none of a single message.
std::string RecipientOf(const CampaignRecord& record) {
  constexpr std::string_view kFlag = "--to=";
  for (const std::string& argument : record.arguments) {
    if (argument.starts_with(kFlag)) return argument.substr(kFlag.size());
  }
  return "";
}

absl::Status CannotWrite(const std::string& path) {
  return absl::UnavailableError(Cannot("write", path));
}

// nullopt: there is none.
absl::StatusOr<std::optional<std::string>> ReadText(const std::string& path) {
  const File file(std::fopen(path.c_str(), "re"));
  if (file == nullptr && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (file == nullptr) return absl::UnavailableError(Cannot("read", path));
  std::string text;
  char room[4096];
  while (const size_t octets = std::fread(room, 1, sizeof room, file.get())) {
    text.append(room, octets);
  }
  if (std::ferror(file.get()) != 0) return absl::UnavailableError(Cannot("read", path));
  return text;
}

}  // namespace

bool CampaignRecord::IsOfTheSame(const CampaignRecord& other) const {
  if (spooled != other.spooled) return false;
  // What a pipe brings has no name.
  if (spooled) return true;
  if (campaign.empty() || other.campaign.empty()) {
    return campaign == other.campaign && RecipientOf(*this) == RecipientOf(other);
  }
  const auto path = [](const CampaignRecord& record) {
    return (std::filesystem::path(record.folder) / record.campaign).lexically_normal();
  };
  return path(*this) == path(other);
}

std::string CampaignRecord::Description() const {
  if (spooled) return "what a pipe brought";
  return campaign.empty() ? "a single message" : absl::StrFormat("'%s'", campaign);
}

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
  const std::string path = RecordPath(directory);
  const auto text = ReadText(path);
  if (!text.ok()) return text.status();
  if (!*text) return std::optional<CampaignRecord>();
  try {
    simdjson::dom::parser parser;
    const simdjson::padded_string padded(**text);
    return std::optional<CampaignRecord>(Parse(parser.parse(padded)));
  } catch (const simdjson::simdjson_error& error) {
    return absl::DataLossError(
        absl::StrFormat("'%s' is not what salvo wrote: %s", path, error.what()));
  }
}

absl::Status CampaignRecord::Write(const std::string& directory) const {
  std::string text(kBeforeState);
  text += StateField(state);
  std::string rest;
  JsonLine line(&rest);
  AddAnyText(line, "campaign", campaign);
  line.Add("spooled", spooled);
  line.Add("size", fingerprint.size);
  line.Add("modified_ns", fingerprint.modified_ns);
  line.Add("inode", fingerprint.inode);
  AddAnyText(line, "folder", folder);
  line.Add("accounts", accounts);
  AddArguments(line, arguments);
  line.End();
  rest.front() = ',';
  text += rest;
  const std::string path = RecordPath(directory);
  const std::string new_path = path + ".new";
  std::FILE* const file = CreatePrivateFile(new_path);
  if (file == nullptr) return CannotWrite(path);
  // What it could not write CloseOnDisk tells.
  std::fwrite(text.data(), 1, text.size(), file);
  if (CloseOnDisk(file) && RenameOnDisk(new_path, path)) return absl::OkStatus();
  return CannotWrite(path);
}

absl::Status CampaignRecord::WriteState(const std::string& directory, State state) {
  const std::string path = RecordPath(directory);
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return CannotWrite(path);
  const std::string field = StateField(state);
  const bool ok = pwrite(fd, field.data(), field.size(), off_t{kBeforeState.size()}) ==
                      static_cast<ssize_t>(field.size()) &&
                  fdatasync(fd) == 0;
  const absl::Status status = ok ? absl::OkStatus() : CannotWrite(path);
  close(fd);
  return status;
}

void AddAnyText(JsonLine& line, std::string_view key, std::string_view text) {
  if (IsUtf8(text)) return line.Add(key, text);
  line.AddHex(std::string(key) + "_hex", text);
}

}  // namespace salvo::tools

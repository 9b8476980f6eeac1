#include "tools/send/campaign_record.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

using State = CampaignRecord::State;

CampaignRecord Record() {
  CampaignRecord record;
  record.arguments = {"--text=Say \"{to}\" \\ \t\n", "--from=Bücher €", "--json=true", ""};
  record.folder = "/campaigns/müller/with \"quotes\" and \\";
  record.campaign = "spring 🌱.csv";
  record.fingerprint = {UINT64_MAX, INT64_MIN, 1ull << 63};
  record.accounts = {"first", "zweites 🌱"};
  record.spooled = true;
  record.state = State::kStopped;
  return record;
}

// What is read of a record with this text.
absl::StatusOr<std::optional<CampaignRecord>> ReadText(std::string_view text) {
  const test::TempDir folder;
  folder.Write("campaign.json", text);
  return CampaignRecord::Read(folder.Path(""));
}

TEST(CampaignRecord, IsReadAsItWasWritten) {
  const test::TempDir folder;
  const CampaignRecord written = Record();
  ASSERT_TRUE(written.Write(folder.Path("")).ok());
  const auto read = CampaignRecord::Read(folder.Path(""));
  ASSERT_TRUE(read.ok() && *read) << read.status();
  EXPECT_EQ((*read)->arguments, written.arguments);
  EXPECT_EQ((*read)->folder, written.folder);
  EXPECT_EQ((*read)->campaign, written.campaign);
  EXPECT_EQ((*read)->fingerprint.DifferenceTo(written.fingerprint), "");
  EXPECT_EQ((*read)->accounts, written.accounts);
  EXPECT_EQ((*read)->spooled, written.spooled);
  EXPECT_EQ((*read)->state, State::kStopped);
}

CampaignRecord RecordOf(const std::string& folder, const std::string& campaign) {
  CampaignRecord record;
  record.folder = folder;
  record.campaign = campaign;
  return record;
}

TEST(CampaignRecord, OneCampaignIsOneFileFromWhateverFolder) {
  const CampaignRecord record = RecordOf("/a/b", "c.csv");
  EXPECT_TRUE(record.IsOfTheSame(RecordOf("/a/b", "./c.csv")));
  EXPECT_TRUE(record.IsOfTheSame(RecordOf("/a", "b/c.csv")));
  EXPECT_TRUE(record.IsOfTheSame(RecordOf("/", "/a/b/c.csv")));
  EXPECT_FALSE(record.IsOfTheSame(RecordOf("/a", "c.csv")));
  EXPECT_FALSE(record.IsOfTheSame(RecordOf("/a/b", "d.csv")));
  EXPECT_EQ(record.Description(), "'c.csv'");
}

TEST(CampaignRecord, ASingleMessageIsKnownByItsNumberAndAPipeByNothing) {
  CampaignRecord message = RecordOf("/a", "");
  message.arguments = {"--to=+491"};
  CampaignRecord other = message;
  EXPECT_TRUE(message.IsOfTheSame(other));
  other.arguments = {"--to=+492"};
  EXPECT_FALSE(message.IsOfTheSame(other));
  EXPECT_FALSE(message.IsOfTheSame(RecordOf("/a", "c.csv")));
  CampaignRecord pipe = RecordOf("/a", "-");
  pipe.spooled = true;
  EXPECT_FALSE(pipe.IsOfTheSame(RecordOf("/a", "-")));
  other = RecordOf("/b", "fifo");
  other.spooled = true;
  EXPECT_TRUE(pipe.IsOfTheSame(other));
  EXPECT_EQ(pipe.Description(), "what a pipe brought");
}

TEST(CampaignRecord, NamesThatAreNoTextAreKeptAsTheyAre) {
  const test::TempDir folder;
  CampaignRecord record = Record();
  record.campaign = "spr\xFFng\xC3";
  record.folder = "/campaigns/m\xFCller";
  record.arguments.push_back("spr\xFFng\xC3");
  ASSERT_TRUE(record.Write(folder.Path("")).ok());
  const auto read = CampaignRecord::Read(folder.Path(""));
  ASSERT_TRUE(read.ok() && *read) << read.status();
  EXPECT_EQ((*read)->campaign, record.campaign);
  EXPECT_EQ((*read)->folder, record.folder);
  EXPECT_EQ((*read)->arguments, record.arguments);
}

TEST(CampaignRecord, ItsStateChangesInItsPlace) {
  const test::TempDir folder;
  CampaignRecord record = Record();
  ASSERT_TRUE(record.Write(folder.Path("")).ok());
  const size_t octets = test::ReadWhole(folder.Path("campaign.json")).size();
  for (const State state : {State::kFinished, State::kBegun, State::kStopped}) {
    ASSERT_TRUE(CampaignRecord::WriteState(folder.Path(""), state).ok());
    EXPECT_EQ(test::ReadWhole(folder.Path("campaign.json")).size(), octets);
    const auto read = CampaignRecord::Read(folder.Path(""));
    ASSERT_TRUE(read.ok() && *read) << read.status();
    EXPECT_EQ((*read)->state, state) << NameOf(state);
    EXPECT_EQ((*read)->campaign, record.campaign);
  }
}

TEST(CampaignRecord, EveryStateIsKept) {
  const test::TempDir folder;
  CampaignRecord record = Record();
  for (const State state : {State::kBegun, State::kStopped, State::kFinished}) {
    record.state = state;
    ASSERT_TRUE(record.Write(folder.Path("")).ok());
    const auto read = CampaignRecord::Read(folder.Path(""));
    ASSERT_TRUE(read.ok() && *read) << read.status();
    EXPECT_EQ((*read)->state, state) << NameOf(state);
  }
}

TEST(CampaignRecord, OnlyItsOwnerMayReadIt) {
  const test::TempDir folder;
  ASSERT_TRUE(Record().Write(folder.Path("")).ok());
  EXPECT_EQ(test::ModeOf(folder.Path("campaign.json")), 0600);
  EXPECT_EQ(test::ModeOf(folder.Path("campaign.json.new")), -1);
}

TEST(CampaignRecord, AFolderWithoutOneIsNoJournal) {
  const test::TempDir folder;
  const auto read = CampaignRecord::Read(folder.Path("nowhere"));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_FALSE(*read);
}

TEST(CampaignRecord, ADamagedOneIsNamed) {
  for (const char* text : {"", "{", "{}", "[]", "{\"schema\":1}\n", "nonsense",
                           R"({"folder_hex":"6","campaign":"","spooled":false})",
                           R"({"folder_hex":"6x","campaign":"","spooled":false})"}) {
    const auto read = ReadText(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_NE(read.status().message().find("campaign.json' is not what salvo wrote"),
              std::string::npos)
        << read.status();
  }
}

TEST(CampaignRecord, OneThatCannotBeReadIsNotTakenForNone) {
  const test::TempDir folder;
  const std::string path = folder.Path("campaign.json");
  std::filesystem::create_directory(path);
  auto read = CampaignRecord::Read(folder.Path(""));
  EXPECT_EQ(read.status().message(),
            "cannot read '" + folder.Path("") + "/campaign.json': Is a directory");
  std::filesystem::remove(path);
  std::filesystem::create_symlink(path, path);
  read = CampaignRecord::Read(folder.Path(""));
  EXPECT_EQ(read.status().message(), "cannot read '" + folder.Path("") +
                                         "/campaign.json': Too many levels of symbolic links");
  folder.Write("file", "");
  read = CampaignRecord::Read(folder.Path("file"));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_FALSE(*read);
}

TEST(CampaignRecord, TellsWhyItCannotBeWritten) {
  const absl::Status status = Record().Write("/nowhere");
  EXPECT_EQ(status.message(), "cannot write '/nowhere/campaign.json': No such file or directory");
}

}  // namespace
}  // namespace salvo::tools

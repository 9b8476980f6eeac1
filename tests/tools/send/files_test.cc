#include "tools/send/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

using testing::HasSubstr;

class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    options_.campaign = folder_.Write("c.csv", "to,text\n");
    options_.account_files = {{"the account file", folder_.Write("a.toml", "")},
                              {"a client's key", folder_.Write("a.key", "")}};
    options_.results = folder_.Path("r.csv");
    options_.rejects = folder_.Path("c.csv.rejects.csv");
  }

  test::TempDir folder_;
  SendOptions options_;
};

TEST_F(FilesTest, UsualOnesAreAllDifferent) { EXPECT_EQ(FaultOfFiles(options_), ""); }

TEST_F(FilesTest, WhatIsReadIsNotWritten) {
  options_.results = options_.campaign;
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("--results"));
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("is the campaign"));
  options_.results = folder_.Path("link.csv");
  std::filesystem::create_symlink(options_.campaign, options_.results);
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("is the campaign"));
  options_.results = folder_.Path("hard.csv");
  std::filesystem::create_hard_link(folder_.Path("a.toml"), options_.results);
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("is the account file"));
  options_.results = "";
  options_.rejects = folder_.Path("./c.csv");
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("--rejects"));
}

TEST_F(FilesTest, WhatIsReadIsNoLog) {
  options_.log.pdu_path = options_.campaign;
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("--pdu-log"));
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("is the campaign"));
  options_.log.pdu_path = "";
  options_.log.connector_path = folder_.Path("a.toml");
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("--connector-log"));
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("is the account file"));
  options_.log.connector_path = folder_.Path("a.key");
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("is a client's key"));
}

TEST_F(FilesTest, LogsAreFilesOfTheirOwn) {
  options_.log.pdu_path = options_.results;
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("--results and --pdu-log"));
  options_.log.pdu_path = options_.log.connector_path = folder_.Path("log");
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("--connector-log and --pdu-log"));
}

TEST_F(FilesTest, TwoOutputsAreTwoFilesBeThereAnyOrNot) {
  options_.rejects = folder_.Path("./r.csv");
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("--results and --rejects"));
  folder_.Write("r.csv", "");
  EXPECT_THAT(FaultOfFiles(options_), HasSubstr("--results and --rejects"));
}

TEST_F(FilesTest, DevicesServeForAll) {
  options_.campaign = options_.results = options_.rejects = "/dev/null";
  EXPECT_EQ(FaultOfFiles(options_), "");
  options_.results = options_.rejects = "";
  EXPECT_EQ(FaultOfFiles(options_), "");
}

}  // namespace
}  // namespace salvo::tools

#include "tools/send/results_recovery.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

constexpr const char* kHeader =
    "row,to,outcome,segments,status,status_name,message_ids,attempts,submitted_at,answered_at,"
    "receipt_state,receipt_error,receipt_at\n";

std::string Csv(int row, const std::string& outcome, const std::string& id = "7") {
  return std::to_string(row) + ",+491700000001," + outcome + ",1,0,ESME_ROK," + id + ",1,,,,,\n";
}

std::string Json(int row, const std::string& outcome) {
  return R"({"message_type":"result","schema":1,"row":)" + std::to_string(row) +
         R"(,"to":"491700000001","outcome":")" + outcome + R"(","segments":1})" + "\n";
}

absl::StatusOr<RecoveredResults> RecoverAndKeep(const std::string& path) {
  auto recovered = RecoverResults(path);
  if (recovered.ok()) {
    EXPECT_TRUE(Keep(*recovered).ok());
  }
  return recovered;
}

class ResultsRecovery : public testing::Test {
 protected:
  // What stays of a file of that name with this text.
  std::string Recover(const std::string& name, const std::string& text) {
    path_ = folder_.Write(name, text);
    auto recovered = RecoverAndKeep(path_);
    EXPECT_TRUE(recovered.ok()) << recovered.status();
    if (recovered.ok()) recovered_ = *std::move(recovered);
    return test::ReadWhole(path_);
  }

  const test::TempDir folder_;
  std::string path_;
  RecoveredResults recovered_;
};

TEST_F(ResultsRecovery, WhatIsFinalStays) {
  const std::string text = kHeader + Csv(3, "accepted") + Csv(1, "rejected");
  EXPECT_EQ(Recover("results.csv", text), text);
  EXPECT_EQ(recovered_.count, 2u);
  EXPECT_TRUE(recovered_.rows.Has(1));
  EXPECT_FALSE(recovered_.rows.Has(2));
  EXPECT_TRUE(recovered_.rows.Has(3));
}

TEST_F(ResultsRecovery, WhatIsNotFinalIsToldAgain) {
  EXPECT_EQ(Recover("results.csv", kHeader + Csv(1, "unknown") + Csv(2, "accepted") +
                                       Csv(3, "unsent") + Csv(4, "rejected")),
            kHeader + Csv(2, "accepted") + Csv(4, "rejected"));
  EXPECT_FALSE(recovered_.rows.Has(1));
  EXPECT_FALSE(recovered_.rows.Has(3));
  EXPECT_EQ(recovered_.count, 2u);
}

TEST_F(ResultsRecovery, ATornLastLineIsDropped) {
  const std::string whole = kHeader + Csv(1, "accepted");
  const std::string torn = Csv(2, "accepted");
  for (size_t octets = 1; octets < torn.size(); ++octets) {
    EXPECT_EQ(Recover("results.csv", whole + torn.substr(0, octets)), whole) << octets;
    EXPECT_FALSE(recovered_.rows.Has(2)) << octets;
  }
}

TEST_F(ResultsRecovery, ATornHeaderIsDropped) {
  EXPECT_EQ(Recover("results.csv", "row,to,outc"), "");
  EXPECT_EQ(Recover("results.csv", ""), "");
  EXPECT_EQ(recovered_.count, 0u);
}

TEST_F(ResultsRecovery, OfTwoLinesOfARowTheFirstStays) {
  EXPECT_EQ(Recover("results.csv", kHeader + Csv(1, "accepted", "a") + Csv(1, "accepted", "b")),
            kHeader + Csv(1, "accepted", "a"));
  EXPECT_EQ(recovered_.count, 1u);
}

TEST_F(ResultsRecovery, AQuotedIdMayHaveLinesOfItsOwn) {
  const std::string id = "\"a\n9,491,accepted\nrow,\"\"\"";
  const std::string text = kHeader + Csv(1, "accepted", id) + Csv(2, "accepted");
  EXPECT_EQ(Recover("results.csv", text), text);
  EXPECT_FALSE(recovered_.rows.Has(9));
  EXPECT_EQ(recovered_.count, 2u);
  EXPECT_EQ(Recover("results.csv", kHeader + Csv(1, "unknown", id) + Csv(2, "accepted")),
            kHeader + Csv(2, "accepted"));
  EXPECT_EQ(Recover("results.csv", kHeader + Csv(2, "accepted") + "1,491,accepted,1,0,,\"a\n"),
            kHeader + Csv(2, "accepted"))
      << "torn at the end of an inner line";
}

TEST_F(ResultsRecovery, LinesThatRanIntoOneAnotherAreDropped) {
  const std::string line = Csv(2, "accepted");
  const std::string json = Json(2, "accepted");
  for (size_t octets = 1; octets + 1 < line.size(); ++octets) {
    const std::string glued = line.substr(0, octets) + Csv(3, "accepted");
    Recover("results.csv", kHeader + glued + Csv(4, "accepted"));
    EXPECT_FALSE(recovered_.rows.Has(2)) << glued;
    EXPECT_TRUE(recovered_.rows.Has(4)) << glued;
  }
  for (size_t octets = json.find("\"to"); octets + 1 < json.size(); ++octets) {
    Recover("results.jsonl", json.substr(0, octets) + Json(3, "accepted") + Json(4, "accepted"));
    EXPECT_FALSE(recovered_.rows.Has(2)) << octets;
    EXPECT_TRUE(recovered_.rows.Has(4)) << octets;
  }
}

// Lines of final rows from `first` on, some more than what a record may have.
std::string ManyLines(int first) {
  std::string lines;
  for (int row = first; lines.size() < 100'000; ++row) lines += Csv(row, "accepted");
  return lines;
}

TEST_F(ResultsRecovery, AStrayQuoteCostsItsOwnLine) {
  const std::string lines = ManyLines(3);
  for (const std::string stray :
       {"1,+491700000001,accepted,1,0,ESME_ROK,\"7,1,,,,,\n", "somebody's no\"te\n", "\"\n"}) {
    EXPECT_EQ(Recover("results.csv", kHeader + Csv(2, "accepted") + stray + lines),
              kHeader + Csv(2, "accepted") + lines);
    EXPECT_FALSE(recovered_.rows.Has(1));
    EXPECT_TRUE(recovered_.rows.Has(3));
  }
}

TEST_F(ResultsRecovery, ManyStrayQuotesCostTheirOwnLines) {
  std::string text = kHeader;
  std::string kept = kHeader;
  for (int i = 0; i < 20; ++i) {
    const std::string lines = ManyLines(1 + i * 10'000);
    text += "\"\n" + lines;
    kept += lines;
  }
  EXPECT_EQ(Recover("results.csv", text), kept);
}

TEST_F(ResultsRecovery, AnEndlessLineIsNoneOfOurs) {
  const std::string endless(1'000'000, 'x');
  for (const std::string& line :
       {endless, endless + Csv(3, "accepted"), Csv(3, "accepted") + endless,
        "3,491,accepted,1,0,ESME_ROK," + endless + ",1,,,,,"}) {
    EXPECT_EQ(Recover("results.csv", kHeader + line + "\n" + Csv(4, "accepted")),
              line.starts_with("3,+") ? kHeader + Csv(3, "accepted") + Csv(4, "accepted")
                                      : kHeader + Csv(4, "accepted"));
    EXPECT_EQ(Recover("results.csv", kHeader + line),
              line.starts_with("3,+") ? kHeader + Csv(3, "accepted") : kHeader);
  }
  EXPECT_EQ(Recover("results.jsonl", endless + "\n" + Json(4, "accepted")), Json(4, "accepted"));
}

TEST_F(ResultsRecovery, ARowBeyondAllRowsIsNoDanger) {
  const std::string line = "18446744073709551615,491,accepted,1,0,ESME_ROK,7,1,,,,,\n";
  EXPECT_EQ(Recover("results.csv", kHeader + line + Csv(1, "accepted")),
            kHeader + line + Csv(1, "accepted"));
}

TEST_F(ResultsRecovery, WhatIsNotOursIsDropped) {
  EXPECT_EQ(Recover("results.csv", kHeader +
                                       std::string("\nnonsense\n5\n5,\n5,491\n-5,491,accepted"
                                                   "\n0,491,accepted\n") +
                                       Csv(1, "accepted")),
            kHeader + Csv(1, "accepted"));
  EXPECT_EQ(recovered_.count, 1u);
}

TEST_F(ResultsRecovery, JsonLines) {
  for (const char* name : {"results.jsonl", "results.ndjson"}) {
    EXPECT_EQ(Recover(name, Json(4, "accepted") + Json(1, "unknown") + Json(2, "unsent") +
                                Json(3, "rejected") + Json(4, "accepted") +
                                Json(5, "accepted").substr(0, 70)),
              Json(4, "accepted") + Json(3, "rejected"));
    EXPECT_EQ(recovered_.count, 2u);
    EXPECT_TRUE(recovered_.rows.Has(3));
    EXPECT_TRUE(recovered_.rows.Has(4));
    EXPECT_FALSE(recovered_.rows.Has(5));
  }
  EXPECT_EQ(Recover("results.jsonl", ""), "");
  const std::string quoted = R"({"row":1,"outcome":"accepted","message_ids":"\"a"})"
                             "\n" +
                             Json(2, "accepted");
  EXPECT_EQ(Recover("results.jsonl", quoted), quoted);
}

TEST_F(ResultsRecovery, AFileThatIsNotThereHasNone) {
  const auto recovered = RecoverAndKeep(folder_.Path("results.csv"));
  ASSERT_TRUE(recovered.ok());
  EXPECT_EQ(recovered->count, 0u);
  EXPECT_EQ(test::ModeOf(folder_.Path("results.csv")), -1) << "and none is made";
}

TEST_F(ResultsRecovery, TheFileIsReplacedAtOnce) {
  const std::string text = kHeader + Csv(1, "accepted") + Csv(2, "unsent");
  const std::string path = folder_.Write("results.csv", text);
  // Who reads the file as it was goes on seeing all of it.
  std::ifstream earlier(path, std::ios::binary);
  ASSERT_TRUE(RecoverAndKeep(path).ok());
  std::ostringstream seen;
  seen << earlier.rdbuf();
  EXPECT_EQ(seen.str(), text);
  EXPECT_EQ(test::ModeOf(path), 0600);
  EXPECT_EQ(test::ModeOf(path + ".kept"), -1);
}

TEST_F(ResultsRecovery, WhereItCannotBeReplacedNothingChanges) {
  const std::string text = kHeader + Csv(2, "unsent");
  const std::string path = folder_.Write("results.csv", text);
  std::filesystem::create_directory(path + ".kept");
  const auto recovered = RecoverAndKeep(path);
  EXPECT_EQ(recovered.status().message(),
            "cannot write the results file '" + path + ".kept': Is a directory");
  EXPECT_EQ(test::ReadWhole(path), text);
}

TEST_F(ResultsRecovery, ALinkStaysALink) {
  const std::string path = folder_.Write("elsewhere.csv", kHeader + Csv(2, "unsent"));
  std::filesystem::create_symlink("elsewhere.csv", folder_.Path("results.csv"));
  ASSERT_TRUE(RecoverAndKeep(folder_.Path("results.csv")).ok());
  EXPECT_TRUE(std::filesystem::is_symlink(folder_.Path("results.csv")));
  EXPECT_EQ(test::ReadWhole(path), kHeader);
}

TEST_F(ResultsRecovery, WhatIsNoFileIsLeftAlone) {
  const std::string path = folder_.Path("results.csv");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const auto recovered = RecoverAndKeep(path);
  ASSERT_TRUE(recovered.ok()) << recovered.status();
  EXPECT_EQ(recovered->count, 0u);
  EXPECT_TRUE(std::filesystem::is_fifo(path));
}

TEST(ResultsThatAreDropped, StayAsTheyWere) {
  const test::TempDir folder;
  const std::string path = folder.Write("results.csv", "row,to,outcome\n1,2,unknown,1\n");
  const auto recovered = RecoverResults(path);
  ASSERT_TRUE(recovered.ok());
  Drop(*recovered);
  EXPECT_EQ(test::ReadWhole(path), "row,to,outcome\n1,2,unknown,1\n");
  EXPECT_FALSE(std::filesystem::exists(recovered->kept_path));
}

}  // namespace
}  // namespace salvo::tools

#include "tools/send/receipt_columns.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tools/common/replace_file.h"
#include "tools/send/results.h"

namespace salvo::tools {
namespace {

constexpr int64_t kAt = 1'795'197'780'123'456'789;
constexpr const char* kAtText = "2026-11-20T18:03:00.123456Z";

Receipt Of(uint64_t row, DeliveryState state, std::string_view error) {
  Receipt receipt;
  receipt.key = row;
  receipt.state = receipt.message_state = state;
  receipt.settled = IsFinal(state);
  receipt.error = error;
  receipt.received_at_ns = kAt;
  return receipt;
}

Outcome Accepted(uint64_t row, std::string_view to = "491700000001") {
  Outcome o;
  o.key = row;
  o.to = to;
  o.result = Result::kAccepted;
  o.segments = 1;
  o.message_ids = "7";
  o.attempts = 1;
  o.submitted_at_ns = o.answered_at_ns = kAt;
  return o;
}

class ReceiptColumns : public testing::Test {
 protected:
  ReceiptColumns() {
    store_.Add(Of(1, DeliveryState::kDelivered, "000"));
    store_.Add(Of(3, DeliveryState::kUndeliverable, "a,\"b\""));
    store_.Add(Of(4, DeliveryState::kEnroute, ""));
  }

  // A results file as `salvo send` writes it.
  std::string Write(const std::string& name, const std::vector<Outcome>& outcomes) {
    path_ = folder_.Path(name);
    auto results = Results::Create(path_);
    EXPECT_TRUE(results.ok());
    (*results)->Add(outcomes);
    EXPECT_TRUE((*results)->Flush().ok());
    return test::ReadWhole(path_);
  }

  std::string Fill() {
    const absl::Status status = FillReceiptColumns(path_, store_);
    EXPECT_TRUE(status.ok()) << status;
    return test::ReadWhole(path_);
  }

  // `text` with the ends of some lines replaced, from the first on.
  static std::string WithEnds(std::string text, const std::string& end,
                              const std::vector<std::string>& ends) {
    size_t at = 0;
    for (const std::string& new_end : ends) {
      at = text.find(end, at);
      text.replace(at, end.size(), new_end);
      at += new_end.size();
    }
    return text;
  }

  const test::TempDir folder_;
  std::string path_;
  ReceiptStore store_;
};

TEST_F(ReceiptColumns, AreFilledInCsv) {
  const std::string before =
      Write("results.csv", {Accepted(1), Accepted(2, "a,\"\n\",b"), Accepted(3), Accepted(4)});
  EXPECT_EQ(Fill(), WithEnds(before, ",,,\n",
                             {std::string(",DELIVERED,000,") + kAtText + "\n", ",,,\n",
                              std::string(",UNDELIVERABLE,\"a,\"\"b\"\"\",") + kAtText + "\n",
                              std::string(",ENROUTE,,") + kAtText + "\n"}));
}

TEST_F(ReceiptColumns, AreFilledInJsonLines) {
  const std::string before = Write("results.jsonl", {Accepted(1), Accepted(2), Accepted(3)});
  const std::string empty = R"("receipt_state":"","receipt_error":"","receipt_at":""})";
  EXPECT_EQ(
      Fill(),
      WithEnds(before, empty,
               {std::string(R"("receipt_state":"DELIVERED","receipt_error":"000","receipt_at":")") +
                    kAtText + "\"}",
                empty,
                std::string(R"("receipt_state":"UNDELIVERABLE","receipt_error":"a,\"b\"",)") +
                    R"("receipt_at":")" + kAtText + "\"}"}));
}

TEST_F(ReceiptColumns, FilledOnesAreFilledAnewOrStay) {
  for (const char* name : {"results.csv", "results.jsonl"}) {
    Write(name, {Accepted(1), Accepted(3), Accepted(4)});
    const std::string once = Fill();
    EXPECT_EQ(Fill(), once);
    ASSERT_TRUE(FillReceiptColumns(path_, {}).ok());
    EXPECT_EQ(test::ReadWhole(path_), once);
    store_.Add(Of(4, DeliveryState::kExpired, "9"));
    const size_t at = once.find("ENROUTE");
    EXPECT_EQ(Fill().substr(at, 7), "EXPIRED");
    store_ = {};
    store_.Add(Of(1, DeliveryState::kDelivered, "000"));
    store_.Add(Of(3, DeliveryState::kUndeliverable, "a,\"b\""));
    store_.Add(Of(4, DeliveryState::kEnroute, ""));
  }
}

TEST_F(ReceiptColumns, ATornLastLineStays) {
  const std::string before = Write("results.csv", {Accepted(2), Accepted(1)});
  const std::string torn = before.substr(0, before.size() - 1);
  path_ = folder_.Write("results.csv", torn);
  EXPECT_EQ(Fill(), torn);
}

TEST_F(ReceiptColumns, ManyLinesAreReadInBlocks) {
  std::vector<Outcome> outcomes;
  for (uint64_t row = 5; row <= 20'000; ++row) {
    outcomes.push_back(Accepted(row));
    store_.Add(Of(row, DeliveryState::kDelivered, "000"));
  }
  Write("results.csv", outcomes);
  const std::string text = Fill();
  size_t filled = 0;
  for (size_t at = text.find(",DELIVERED,000,"); at != std::string::npos;
       at = text.find(",DELIVERED,000,", at + 1)) {
    ++filled;
  }
  EXPECT_EQ(filled, outcomes.size());
}

TEST_F(ReceiptColumns, AStrayQuoteIsLeftWhereItIsAndTheOtherLinesAreFilled) {
  std::vector<Outcome> outcomes;
  for (uint64_t row = 5; row <= 2000; ++row) {
    outcomes.push_back(Accepted(row));
    store_.Add(Of(row, DeliveryState::kDelivered, "000"));
  }
  const std::string header = Write("header.csv", {});
  const std::string lines = Write("results.csv", outcomes).substr(header.size());
  const std::vector<std::string> ends(outcomes.size(),
                                      std::string(",DELIVERED,000,") + kAtText + "\n");
  for (const std::string stray : {"1,491,accepted,1,0,ESME_ROK,7,1,,,\",,\n",
                                  "1,491,accepted,1,0,ESME_ROK,\"7,1,,,,,\n", "a \" note\n"}) {
    path_ = folder_.Write("results.csv", header + stray + lines);
    EXPECT_EQ(Fill(), header + stray + WithEnds(lines, ",,,\n", ends));
  }
}

TEST_F(ReceiptColumns, WhatIsTooLongForALineOfOursStaysAsItIs) {
  const std::string endless(1'000'000, 'x');
  const std::string line = "1,491,accepted,1,0,ESME_ROK,7,1,,,,,";
  for (const std::string& text :
       {endless, line + endless, line + endless + "\n" + line, endless + line + "\n",
        "1,491,accepted,1,0,ESME_ROK," + endless + ",1,,,,,\n"}) {
    path_ = folder_.Write("results.csv", text);
    EXPECT_TRUE(Fill() == text);
  }
}

TEST_F(ReceiptColumns, OnlyItsOwnerReadsTheFileAndNothingIsLeftBeside) {
  Write("results.csv", {Accepted(1)});
  Fill();
  EXPECT_EQ(test::ModeOf(path_), 0600);
  EXPECT_EQ(test::ModeOf(path_ + ".receipts"), -1);
}

TEST_F(ReceiptColumns, ALinkStaysALink) {
  Write("real.csv", {Accepted(1)});
  const std::string real = path_;
  path_ = folder_.Path("link.csv");
  std::filesystem::create_symlink(real, path_);
  Fill();
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_NE(test::ReadWhole(real).find("DELIVERED"), std::string::npos);
}

TEST_F(ReceiptColumns, AFailureLeavesTheFileAsItWas) {
  const std::string before = Write("results.csv", {Accepted(1)});
  std::filesystem::create_directory(path_ + ".receipts");
  EXPECT_FALSE(FillReceiptColumns(path_, store_).ok());
  EXPECT_EQ(test::ReadWhole(path_), before);
}

TEST_F(ReceiptColumns, OfAFileThatIsGoneNothingIsMade) {
  path_ = folder_.Path("gone.csv");
  EXPECT_TRUE(FillReceiptColumns(path_, store_).ok());
  EXPECT_EQ(test::ModeOf(path_), -1);
}

TEST_F(ReceiptColumns, ADeviceIsNoFileToRewrite) {
  EXPECT_FALSE(CanBeReplaced("/dev/null"));
  EXPECT_FALSE(CanBeReplaced("/dev/stdout"));
  EXPECT_TRUE(CanBeReplaced(folder_.Path("missing")));
  Write("results.csv", {});
  EXPECT_TRUE(CanBeReplaced(path_));
}

}  // namespace
}  // namespace salvo::tools

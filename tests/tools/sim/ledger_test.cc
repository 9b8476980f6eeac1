#include "tools/sim/ledger.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <vector>

#include "tests/support/temp_dir.h"

namespace salvo::sim {
namespace {

// A file that keeps what is appended, or fails.
class MemoryFile final : public io::File {
 public:
  MemoryFile(std::string* octets, absl::Status* failure) : octets_(octets), failure_(failure) {}

  absl::Status Append(std::span<const uint8_t> data) override {
    if (!failure_->ok()) return *failure_;
    octets_->append(data.begin(), data.end());
    return absl::OkStatus();
  }
  absl::Status Reserve(uint64_t /*octets*/) override { return absl::OkStatus(); }
  void Sync(std::function<void(absl::Status)> done) override { done(*failure_); }
  uint64_t appended() const override { return octets_->size(); }

 private:
  std::string* octets_;
  absl::Status* failure_;
};

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() {
    submit_.source = {5, 0, "SALVO"};
    submit_.destination = {1, 1, "491701234567"};
    submit_.data_coding = 8;
    submit_.esm_class = 0x40;
    submit_.short_message = pdu::AsOctets(std::string_view("\x00\x9f", 2));
    entry_ = {1234567890123456789,         "demo", 3, 42, &submit_, "0000000001",
              pdu::CommandStatus::ESME_ROK};
  }

  std::string octets_;
  absl::Status failure_;
  Ledger ledger_{std::make_unique<MemoryFile>(&octets_, &failure_)};
  pdu::SubmitSm submit_;
  LedgerEntry entry_;
};

TEST_F(LedgerTest, HasALineForEachSubmission) {
  ledger_.Add(entry_);
  ledger_.Add(entry_);
  EXPECT_EQ(octets_, "") << "written only when it is told to";
  ASSERT_TRUE(ledger_.Write().ok());
  const std::string line =
      R"({"t_ns":1234567890123456789,"system_id":"demo","bind":3,"seq":42,"source":"SALVO",)"
      R"("dest":"491701234567","data_coding":8,"esm_class":64,"message_hex":"009f",)"
      R"("message_id":"0000000001","status":0})"
      "\n";
  EXPECT_EQ(octets_, line + line);
}

TEST_F(LedgerTest, WritesNothingTwice) {
  ledger_.Add(entry_);
  ASSERT_TRUE(ledger_.Write().ok());
  const size_t once = octets_.size();
  ASSERT_TRUE(ledger_.Write().ok());
  EXPECT_EQ(octets_.size(), once);
}

TEST_F(LedgerTest, KeepsTheParametersAsTheyCame) {
  std::array<uint8_t, 64> room;
  pdu::TlvWriter tlvs(room);
  tlvs.AddU8(pdu::Tag::kPrivacyIndicator, 3);
  submit_.tlvs = tlvs.list();
  ledger_.Add(entry_);
  ASSERT_TRUE(ledger_.Write().ok());
  EXPECT_NE(octets_.find(R"("tlv_hex":"0201000103"})"), std::string::npos) << octets_;
}

TEST_F(LedgerTest, APayloadIsTheMessage) {
  std::array<uint8_t, 64> room;
  pdu::TlvWriter tlvs(room);
  tlvs.Add(pdu::Tag::kMessagePayload, pdu::AsOctets("long"));
  submit_.short_message = {};
  submit_.tlvs = tlvs.list();
  ledger_.Add(entry_);
  ASSERT_TRUE(ledger_.Write().ok());
  EXPECT_NE(octets_.find(R"("message_hex":"6c6f6e67")"), std::string::npos) << octets_;
}

TEST_F(LedgerTest, SaysSoWhenTheDiskFails) {
  failure_ = absl::DataLossError("the disk is full");
  ledger_.Add(entry_);
  EXPECT_EQ(ledger_.Write().message(), "the disk is full");
}

TEST(Ledger, WithoutAFileNothingIsKept) {
  Ledger ledger(nullptr);
  EXPECT_FALSE(ledger.enabled());
  ledger.Add(LedgerEntry{});
  EXPECT_TRUE(ledger.Write().ok());
}

class UnfinishedLine : public testing::Test {
 protected:
  // What is left of a file of this content.
  std::string Cut(const std::string& content) {
    const std::string path = dir_.Path("ledger.jsonl");
    std::ofstream(path, std::ios::binary) << content;
    EXPECT_TRUE(CutUnfinishedLine(path).ok());
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  test::TempDir dir_;
};

TEST_F(UnfinishedLine, IsCut) {
  EXPECT_EQ(Cut("{\"t_ns\":1}\n{\"t_ns\":2,\"sys"), "{\"t_ns\":1}\n");
  EXPECT_EQ(Cut("{\"t_"), "");
}

TEST_F(UnfinishedLine, WholeLinesStay) {
  EXPECT_EQ(Cut("{\"t_ns\":1}\n"), "{\"t_ns\":1}\n");
  EXPECT_EQ(Cut(""), "");
}

TEST_F(UnfinishedLine, WhatIsNoLedgerIsLeftAlone) {
  EXPECT_EQ(Cut("my notes\nwithout an end"), "my notes\nwithout an end");
}

TEST_F(UnfinishedLine, AFileThatIsNotThereIsFine) {
  EXPECT_TRUE(CutUnfinishedLine(dir_.Path("none")).ok());
}

}  // namespace
}  // namespace salvo::sim

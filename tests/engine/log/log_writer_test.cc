#include "engine/log/log_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/io/tls/fake_loop.h"
#include "tests/support/temp_dir.h"

namespace salvo::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// "bind number" a record, so that a test can read it.
class PlainLines final : public Lines {
 public:
  void AddRecord(const LogRecord& record, std::span<const uint8_t>, LoggedBind& bind,
                 std::string* out) override {
    out->append(bind.account + " " + std::to_string(record.number) + "\n");
  }
  void AddDropped(int64_t, uint64_t count, const LoggedBind& bind, std::string* out) override {
    out->append(bind.account + " lacks " + std::to_string(count) + "\n");
  }
  void AddTotal(int64_t, const LoggedBind& bind, std::string* out) override {
    out->append(bind.account + " total " + std::to_string(bind.written) + "\n");
  }
};

class LogWriterTest : public testing::Test {
 protected:
  void Open(const std::string& path, uint32_t shards = 1) {
    auto writer = LogWriter::Open({"PDU log", {path, 0, 0}, shards, 4096},
                                  std::make_unique<PlainLines>(), loop_.clock(),
                                  [this](const std::string& text) { failures_.push_back(text); });
    ASSERT_TRUE(writer.ok()) << writer.status();
    writer_ = *std::move(writer);
  }

  uint32_t AddBind(std::string_view name) {
    uint32_t number = 0;
    binds_.push_back(writer_->AddBind(name, "0", &number));
    return number;
  }

  void Put(uint32_t shard, uint32_t bind, uint32_t number, int64_t wall_ns = 0) {
    LogRecord record;
    record.bind = bind;
    record.number = number;
    record.wall_ns = wall_ns;
    std::memcpy(writer_->ring(shard).Claim(sizeof record), &record, sizeof record);
    writer_->ring(shard).Commit();
  }

  test::TempDir directory_;
  const std::string path_ = directory_.Path("a.log");
  io::FakeLoop loop_;
  std::vector<std::string> failures_;
  std::shared_ptr<LogWriter> writer_;
  std::vector<LoggedBind*> binds_;
};

TEST_F(LogWriterTest, PutsTheRecordsOfAllShardsInOrderOfTime) {
  Open(path_, 3);
  const uint32_t a = AddBind("a");
  const uint32_t b = AddBind("b");
  Put(0, a, 1, 10);
  Put(0, a, 2, 40);
  Put(2, b, 3, 20);
  Put(2, b, 4, 30);
  Put(2, b, 5, 50);
  EXPECT_TRUE(writer_->RunOnce());
  EXPECT_FALSE(writer_->RunOnce());
  EXPECT_EQ(test::ReadWhole(path_), "a 1\nb 3\nb 4\na 2\nb 5\n");
  EXPECT_EQ(writer_->stats().pdus_written, 5u);
}

TEST_F(LogWriterTest, SaysHowMuchWasDroppedAndNotTwice) {
  Open(path_);
  const uint32_t a = AddBind("a");
  AddBind("b");
  binds_[0]->dropped = 7;
  Put(0, a, 1);
  writer_->RunOnce();
  writer_->RunOnce();
  binds_[0]->dropped = 9;
  writer_->RunOnce();
  writer_->Finish();
  EXPECT_EQ(test::ReadWhole(path_), "a 1\na lacks 7\na lacks 2\na total 1\nb total 0\n");
  EXPECT_EQ(writer_->stats().pdus_dropped, 9u);
  EXPECT_THAT(failures_, IsEmpty());
}

TEST_F(LogWriterTest, StopsOnAFullDiskSaysSoOnceAndCounts) {
  Open("/dev/full");
  const uint32_t a = AddBind("a");
  for (uint32_t i = 0; i < 3; ++i) {
    Put(0, a, i);
    writer_->RunOnce();
  }
  writer_->Finish();
  EXPECT_THAT(failures_,
              ElementsAre("the PDU log is interrupted, the campaign goes on: cannot write "
                          "to '/dev/full': No space left on device"));
  EXPECT_EQ(writer_->stats().pdus_dropped, 3u);
  EXPECT_EQ(writer_->stats().pdus_written, 0u);
  EXPECT_TRUE(writer_->ring(0).empty());
}

TEST_F(LogWriterTest, GoesOnWhenTheFileThatIsReopenedTakesIt) {
  std::filesystem::create_symlink("/dev/full", path_);
  Open(path_);
  const uint32_t a = AddBind("a");
  Put(0, a, 1);
  writer_->RunOnce();
  Put(0, a, 2);
  writer_->RunOnce();
  std::filesystem::remove(path_);
  writer_->AskToReopen();
  Put(0, a, 3);
  writer_->RunOnce();
  EXPECT_EQ(test::ReadWhole(path_), "a 3\na lacks 2\n");
  EXPECT_EQ(failures_.size(), 1u);
}

TEST_F(LogWriterTest, TriesAgainEachSecondAndForgetsNoneThatIsMissing) {
  std::filesystem::create_symlink("/dev/full", path_);
  Open(path_);
  const uint32_t a = AddBind("a");
  for (uint32_t i = 0; i < 3; ++i) {
    Put(0, a, i);
    writer_->RunOnce();
    loop_.Advance(io::kNanosPerSecond);
  }
  EXPECT_EQ(failures_.size(), 1u);
  std::filesystem::remove(path_);
  Put(0, a, 3);
  writer_->RunOnce();
  EXPECT_EQ(test::ReadWhole(path_), "a 3\na lacks 3\n");
  writer_->Finish();
  EXPECT_EQ(test::ReadWhole(path_), "a 3\na lacks 3\na total 1\n");
  EXPECT_EQ(failures_.size(), 1u);
}

TEST_F(LogWriterTest, TriesOnceMoreWhenItEnds) {
  std::filesystem::create_symlink("/dev/full", path_);
  Open(path_);
  const uint32_t a = AddBind("a");
  Put(0, a, 1);
  writer_->RunOnce();
  std::filesystem::remove(path_);
  writer_->Finish();
  EXPECT_EQ(test::ReadWhole(path_), "a lacks 1\na total 0\n");
}

TEST_F(LogWriterTest, SaysWhenItCannotBeReopened) {
  const std::string folder = directory_.Path("folder");
  std::filesystem::create_directory(folder);
  Open(folder + "/a.log");
  const uint32_t a = AddBind("a");
  std::filesystem::remove_all(folder);
  writer_->AskToReopen();
  Put(0, a, 1);
  writer_->RunOnce();
  ASSERT_EQ(failures_.size(), 1u);
  EXPECT_THAT(failures_[0], HasSubstr("cannot open '" + folder));
  EXPECT_EQ(writer_->stats().pdus_dropped, 1u);
}

TEST_F(LogWriterTest, WhoGivesUpIsToldNothing) {
  Open("/dev/full");
  const uint32_t a = AddBind("a");
  writer_->GiveUp();
  Put(0, a, 1);
  writer_->Finish();
  EXPECT_THAT(failures_, IsEmpty());
  EXPECT_EQ(writer_->stats().pdus_dropped, 1u);
}

}  // namespace
}  // namespace salvo::engine

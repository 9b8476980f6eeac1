// Both logs with their threads, as the engine has them.
#include "engine/log/logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "tests/io/tls/fake_loop.h"
#include "tests/support/octets.h"
#include "tests/support/temp_dir.h"

namespace salvo::engine {
namespace {

using test::Hex;
using test::ReadWhole;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kLong = std::chrono::minutes(1);

class LogsTest : public testing::Test {
 protected:
  absl::Status Open(const LogOptions& options, uint32_t shards = 1) {
    auto logs = Logs::Open(options, shards, io::SystemClock(), [this](const std::string& text) {
      const std::lock_guard lock(mutex_);
      failures_.push_back(text);
    });
    if (logs.ok()) logs_ = *std::move(logs);
    return logs.status();
  }
  LogOptions Both() {
    LogOptions options;
    options.connector_path = connector_;
    options.pdu_path = pdus_;
    options.sample = 1;
    return options;
  }

  static std::vector<uint8_t> Submit() { return Hex("00000010 00000004 00000000 00000007"); }
  static size_t CountOf(const std::string& text, std::string_view part) {
    size_t count = 0;
    for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
    return count;
  }

  test::TempDir directory_;
  const std::string connector_ = directory_.Path("connector.log");
  const std::string pdus_ = directory_.Path("pdu.log");
  std::mutex mutex_;
  std::vector<std::string> failures_;
  io::FakeLoop loops_[2];
  std::unique_ptr<Logs> logs_;
};

TEST_F(LogsTest, AreNoneWhenNoneIsAskedFor) {
  EXPECT_TRUE(Open({}).ok());
  EXPECT_EQ(logs_, nullptr);
}

TEST_F(LogsTest, NameTheOptionThatIsWrong) {
  LogOptions options = Both();
  options.pdu_path = options.connector_path;
  EXPECT_THAT(std::string(Open(options).message()), HasSubstr("cannot both be '"));
  options = Both();
  options.buffer_octets = 1000;
  EXPECT_THAT(std::string(Open(options).message()), HasSubstr("log.buffer_octets"));
  options = Both();
  options.sample = 100'000;
  EXPECT_THAT(std::string(Open(options).message()), HasSubstr("log.sample"));
  options = Both();
  options.pdu_path = directory_.Path("no/pdu.log");
  EXPECT_THAT(std::string(Open(options).message()), HasSubstr("the PDU log: cannot open '"));
}

TEST_F(LogsTest, HoldAllThatTheShardsSaidWhenTheyHaveStopped) {
  ASSERT_TRUE(Open(Both(), 2).ok());
  logs_->Start();
  constexpr int kPdus = 20'000;
  std::vector<std::thread> shards;
  for (uint32_t shard = 0; shard < 2; ++shard) {
    shards.emplace_back([this, shard] {
      BindLog* const log = logs_->AddBind(shard, "acme", std::to_string(shard), 10, loops_[shard]);
      const auto submit = Submit();
      log->Connected("10.0.0.1:2775");
      for (int i = 0; i < kPdus; ++i) log->OnWritten(submit);
      log->Disconnected(0, "unbound");
    });
  }
  for (std::thread& shard : shards) shard.join();
  logs_->Stop(kLong);
  EXPECT_THAT(failures_, IsEmpty());
  const std::string pdus = ReadWhole(pdus_);
  for (const char* bind : {"(acme,0)", "(acme,1)"}) {
    EXPECT_EQ(CountOf(pdus, std::string(bind) + " Write op:0x00000004 (SUBMIT_SM)"), kPdus);
    EXPECT_THAT(pdus, HasSubstr(std::string(bind) + " TOTAL written:20000 sampled_out:0 "
                                                    "dropped:0\n"));
  }
  const std::string connector = ReadWhole(connector_);
  EXPECT_EQ(CountOf(connector, " CONNECT OK acme 10.0.0.1:2775\n"), 2u);
  EXPECT_EQ(CountOf(connector, " DISCONNECT (info=\"unbound\") acme\n"), 2u);
  EXPECT_EQ(logs_->stats().pdus_written, 2u * kPdus);
}

TEST_F(LogsTest, EitherMayBeMissing) {
  LogOptions options = Both();
  options.pdu_path = "";
  ASSERT_TRUE(Open(options).ok());
  logs_->Start();
  BindLog* const log = logs_->AddBind(0, "acme", "0", 10, loops_[0]);
  log->OnWritten(Submit());
  log->Connected("10.0.0.1:2775");
  logs_->Stop(kLong);
  EXPECT_EQ(CountOf(ReadWhole(connector_), "\n"), 1u);
  EXPECT_FALSE(std::filesystem::exists(pdus_));
  EXPECT_EQ(logs_->stats().pdus_written, 0u);
}

TEST_F(LogsTest, WorkWithoutThreads) {
  ASSERT_TRUE(Open(Both()).ok());
  BindLog* const log = logs_->AddBind(0, "acme", "0", 10, loops_[0]);
  log->OnWritten(Submit());
  logs_->RunOnce();
  EXPECT_EQ(CountOf(ReadWhole(pdus_), "SUBMIT_SM"), 1u);
  log->OnWritten(Submit());
  logs_->Stop(kLong);
  EXPECT_EQ(CountOf(ReadWhole(pdus_), "SUBMIT_SM"), 2u);
  EXPECT_EQ(CountOf(ReadWhole(pdus_), "TOTAL"), 1u);
}

TEST_F(LogsTest, ALogThatHangsKeepsNobodyWaitingAndNotTheOther) {
  ASSERT_EQ(mkfifo(pdus_.c_str(), 0600), 0);
  LogOptions options = Both();
  options.buffer_octets = 64 * 1024;
  ASSERT_TRUE(Open(options).ok());
  logs_->Start();
  BindLog* const log = logs_->AddBind(0, "acme", "0", 10, loops_[0]);
  constexpr uint64_t kPdus = 100'000;
  for (uint64_t i = 0; i < kPdus; ++i) log->OnWritten(Submit());
  log->Connected("10.0.0.1:2775");
  logs_->Stop(std::chrono::seconds(2));
  EXPECT_THAT(failures_, ElementsAre("'" + pdus_ +
                                     "' takes nothing more: the end of that log is "
                                     "lost"));
  EXPECT_EQ(CountOf(ReadWhole(connector_), "CONNECT OK"), 1u);
  EXPECT_GT(logs_->stats().pdus_dropped, kPdus / 2);
}

TEST_F(LogsTest, AreReopenedWhileTheyAreWritten) {
  ASSERT_TRUE(Open(Both()).ok());
  BindLog* const log = logs_->AddBind(0, "acme", "0", 10, loops_[0]);
  log->Connected("10.0.0.1:2775");
  log->OnWritten(Submit());
  logs_->RunOnce();
  std::filesystem::rename(pdus_, pdus_ + ".old");
  std::filesystem::rename(connector_, connector_ + ".old");
  logs_->Reopen();
  log->Connected("10.0.0.2:2775");
  log->OnWritten(Submit());
  logs_->RunOnce();
  EXPECT_EQ(CountOf(ReadWhole(pdus_ + ".old"), "SUBMIT_SM"), 1u);
  EXPECT_EQ(CountOf(ReadWhole(pdus_), "SUBMIT_SM"), 1u);
  EXPECT_EQ(CountOf(ReadWhole(connector_ + ".old"), "10.0.0.1"), 1u);
  EXPECT_EQ(CountOf(ReadWhole(connector_), "10.0.0.2"), 1u);
}

}  // namespace
}  // namespace salvo::engine

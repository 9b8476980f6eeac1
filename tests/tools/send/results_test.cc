#include "tools/send/results.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <future>
#include <thread>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

// As nothing here takes.
constexpr std::chrono::minutes kLong{1};
constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kSubmitted = 1'795'197'780 * kNanosPerSecond + 123'456'789;

Outcome Accepted() {
  Outcome o;
  o.key = 7;
  o.to = "491701234567";
  o.result = Result::kAccepted;
  o.segments = 2;
  o.message_ids = "0000000001 0000000002";
  o.attempts = 1;
  o.submitted_at_ns = kSubmitted;
  o.answered_at_ns = kSubmitted + kNanosPerSecond;
  return o;
}

Outcome Rejected() {
  Outcome o = Accepted();
  o.key = 8;
  o.result = Result::kRejected;
  o.command_status = 0x58;
  o.message_ids = "";
  return o;
}

Outcome Of(Result result, uint64_t key) {
  Outcome o;
  o.key = key;
  o.to = "491";
  o.result = result;
  return o;
}

// What the file of that name holds after these outcomes.
std::string Written(const std::string& name, const std::vector<Outcome>& outcomes) {
  const test::TempDir folder;
  auto results = Results::Create(folder.Path(name));
  EXPECT_TRUE(results.ok());
  (*results)->Add(outcomes);
  EXPECT_TRUE((*results)->Flush().ok());
  return test::ReadWhole(folder.Path(name));
}

constexpr const char* kHeader =
    "row,to,outcome,segments,status,status_name,message_ids,attempts,submitted_at,answered_at,"
    "receipt_state,receipt_error,receipt_at\n";

TEST(ResultsCsv, HasTheColumnsOfTheContract) {
  EXPECT_EQ(Written("results.csv", {Accepted(), Rejected()}),
            std::string(kHeader) +
                "7,491701234567,accepted,2,0,ESME_ROK,0000000001 0000000002,1,"
                "2026-11-20T18:03:00.123456Z,2026-11-20T18:03:01.123456Z,,,\n"
                "8,491701234567,rejected,2,88,ESME_RTHROTTLED,,1,"
                "2026-11-20T18:03:00.123456Z,2026-11-20T18:03:01.123456Z,,,\n");
}

TEST(ResultsCsv, WhatHasNoAnswerHasNoStatus) {
  Outcome unknown = Accepted();
  unknown.result = Result::kUnknown;
  unknown.message_ids = "";
  unknown.answered_at_ns = 0;
  EXPECT_EQ(Written("results.csv", {unknown, Of(Result::kUnsent, 9)}),
            std::string(kHeader) +
                "7,491701234567,unknown,2,,,,1,2026-11-20T18:03:00.123456Z,,,,\n"
                "9,491,unsent,0,,,,0,,,,,\n");
}

TEST(ResultsCsv, QuotesWhatNeedsIt) {
  Outcome o = Accepted();
  o.message_ids = "a,b \"c\"";
  EXPECT_NE(Written("results.csv", {o}).find(",\"a,b \"\"c\"\"\",1,"), std::string::npos);
}

TEST(ResultsCsv, AVendorsStatusHasANumber) {
  Outcome o = Rejected();
  o.command_status = 0x9999;
  EXPECT_NE(Written("results.csv", {o}).find(",rejected,2,39321,,,1,"), std::string::npos);
}

TEST(ResultsJson, HasTheKeysOfTheContract) {
  EXPECT_EQ(Written("results.jsonl", {Rejected()}),
            R"({"message_type":"result","schema":1,"row":8,"to":"491701234567",)"
            R"("outcome":"rejected","segments":2,"status":88,"status_name":"ESME_RTHROTTLED",)"
            R"("message_ids":"","attempts":1,"submitted_at":"2026-11-20T18:03:00.123456Z",)"
            R"("answered_at":"2026-11-20T18:03:01.123456Z","receipt_state":"",)"
            R"("receipt_error":"","receipt_at":""})"
            "\n");
}

TEST(ResultsJson, EveryLineHasEveryKey) {
  EXPECT_EQ(Written("results.ndjson", {Of(Result::kUnsent, 9)}),
            R"({"message_type":"result","schema":1,"row":9,"to":"491","outcome":"unsent",)"
            R"("segments":0,"status":null,"status_name":"","message_ids":"","attempts":0,)"
            R"("submitted_at":"","answered_at":"","receipt_state":"","receipt_error":"",)"
            R"("receipt_at":""})"
            "\n");
}

TEST(Results, BadRowsAreLeftOut) {
  EXPECT_EQ(Written("results.csv", {Of(Result::kInvalid, 1)}), kHeader);
  EXPECT_EQ(Written("results.jsonl", {Of(Result::kInvalid, 1)}), "");
}

Receipt Delivered() {
  Receipt receipt;
  receipt.key = 7;
  receipt.segment = 2;
  receipt.segments = 3;
  receipt.error = "000";
  receipt.message_id = "0000000001";
  receipt.received_at_ns = kSubmitted;
  return receipt;
}

TEST(Results, AFileHasNoLinesOfReceipts) {
  for (const char* name : {"results.csv", "results.jsonl"}) {
    const test::TempDir folder;
    const auto results = Results::Create(folder.Path(name));
    ASSERT_TRUE(results.ok());
    (*results)->AddReceipts(std::vector{Delivered()});
    ASSERT_TRUE((*results)->Flush().ok());
    EXPECT_THAT(test::ReadWhole(folder.Path(name)), testing::Not(testing::HasSubstr("DELIV")));
  }
}

// What a reader of a pipe of that name gets.
std::string Piped(const std::string& name, const std::vector<Receipt>& receipts) {
  const test::TempDir folder;
  const std::string path = folder.Path(name);
  EXPECT_EQ(mkfifo(path.c_str(), 0600), 0);
  auto read = std::async(std::launch::async, [&] { return test::ReadWhole(path); });
  {
    const auto results = Results::Create(path);
    EXPECT_TRUE(results.ok());
    (*results)->AddReceipts(receipts);
  }
  return read.get();
}

TEST(Results, APipeOfJsonLinesHasALineForEachReceiptOfThisRun) {
  Receipt earlier = Delivered();
  earlier.earlier = true;
  EXPECT_EQ(Piped("pipe.jsonl", {earlier, Delivered()}),
            R"({"message_type":"receipt","schema":1,"row":7,"segment":2,"segments":3,)"
            R"("message_id":"0000000001","receipt_state":"DELIVERED","receipt_error":"000",)"
            R"("receipt_at":"2026-11-20T18:03:00.123456Z"})"
            "\n");
  EXPECT_EQ(Piped("pipe.csv", {Delivered()}), kHeader);
}

TEST(Results, OnlyTheirOwnerMayReadThem) {
  const test::TempDir folder;
  const auto results = Results::Create(folder.Path("results.csv"));
  EXPECT_EQ(test::ModeOf(folder.Path("results.csv")), 0600);
}

TEST(Results, AreWrittenInTheEndThoughNobodyFlushes) {
  const test::TempDir folder;
  {
    const auto results = Results::Create(folder.Path("results.csv"));
    (*results)->Add(std::vector{Accepted()});
  }
  EXPECT_NE(test::ReadWhole(folder.Path("results.csv")).find("accepted"), std::string::npos);
}

TEST(Results, AreWrittenWhileTheyCome) {
  const test::TempDir folder;
  const auto results = Results::Create(folder.Path("results.csv"));
  (*results)->Add(std::vector(10'000, Accepted()));
  EXPECT_GT(test::ReadWhole(folder.Path("results.csv")).size(), 100'000u);
}

TEST(Results, AreWrittenInWholeBlocksUntilTheyAreFlushed) {
  constexpr size_t kBlock = 64 * 1024;
  const test::TempDir folder;
  const std::string path = folder.Path("results.csv");
  std::string text = std::string(kHeader) + std::string(100, ' ') + "\n";
  folder.Write("results.csv", text);
  const auto results = Results::GoOn(path, {});
  const std::string line = Written("results.csv", {Accepted()}).substr(text.find('\n') + 1);
  for (int i = 0; i < 20; ++i) {
    for (int j = 0; j < 700; ++j) text += line;
    (*results)->Add(std::vector(700, Accepted()));
    const std::string written = test::ReadWhole(path);
    EXPECT_TRUE(i == 0 || written.size() % kBlock == 0) << i;
    EXPECT_GT(written.size() + 3 * kBlock, text.size()) << i;
    EXPECT_TRUE(text.starts_with(written)) << i;
  }
  ASSERT_TRUE((*results)->Flush().ok());
  EXPECT_EQ(test::ReadWhole(path), text);
}

// While it lives no file of the process may grow beyond so many octets.
class FileLimit {
 public:
  explicit FileLimit(rlim_t octets) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{octets, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST(Results, WhatHadNoRoomIsWrittenWhenThereIsSome) {
  const test::TempDir folder;
  const auto results = Results::Create(folder.Path("results.csv"));
  const std::string line = Written("results.csv", {Accepted()}).substr(std::strlen(kHeader));
  std::string text = kHeader;
  {
    const FileLimit limit(100'001);  // in the middle of a line
    for (int i = 0; i < 2000; ++i) text += line;
    (*results)->Add(std::vector(2000, Accepted()));
    EXPECT_THAT(std::string((*results)->Flush().message()), testing::HasSubstr("results.csv"));
    EXPECT_EQ(test::ReadWhole(folder.Path("results.csv")), text.substr(0, 100'001));
  }
  for (int i = 0; i < 2000; ++i) text += line;
  (*results)->Add(std::vector(2000, Accepted()));
  EXPECT_FALSE((*results)->Close().ok()) << "the first error stays";
  EXPECT_EQ(test::ReadWhole(folder.Path("results.csv")), text);
}

TEST(Results, AreABeginningOfWhatWasToldWhenThereIsNoRoomForLong) {
  const test::TempDir folder;
  const auto results = Results::Create(folder.Path("results.csv"));
  const std::string line = Written("results.csv", {Accepted()}).substr(std::strlen(kHeader));
  {
    const FileLimit limit(100'001);
    for (int i = 0; i < 100; ++i) (*results)->Add(std::vector(1000, Accepted()));
  }
  (*results)->Add(std::vector(1, Rejected()));
  EXPECT_FALSE((*results)->Close().ok());
  const std::string written = test::ReadWhole(folder.Path("results.csv"));
  ASSERT_GT(written.size(), 4'000'000u);
  EXPECT_LT(written.size(), 6'000'000u) << "what is kept has an end";
  for (size_t at = std::strlen(kHeader); at < written.size(); at += line.size()) {
    ASSERT_EQ(written.substr(at, line.size()), line) << at;
  }
}

TEST(Results, APipeOfAnEarlierRunBeginsAnewAndTellsThatNobodyReads) {
  std::signal(SIGPIPE, SIG_IGN);
  const test::TempDir folder;
  const std::string path = folder.Path("pipe.csv");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const auto results = Results::GoOn(path, {});
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_TRUE((*results)->WaitUntilRead(kLong));
  ASSERT_TRUE((*results)->Flush().ok());
  std::string text(std::strlen(kHeader), ' ');
  EXPECT_EQ(read(reader, text.data(), text.size()), ssize_t(text.size()));
  EXPECT_EQ(text, kHeader);
  close(reader);
  (*results)->Add(std::vector{Accepted()});
  EXPECT_TRUE((*results)->WaitUntilRead(kLong)) << "there is nobody to wait for";
  EXPECT_THAT(std::string((*results)->Flush().message()), testing::HasSubstr("Broken pipe"));
  EXPECT_THAT(std::string((*results)->Close().message()), testing::HasSubstr("Broken pipe"));
}

TEST(Results, APipeThatNobodyReadsHoldsUpNobodyButWhoBringsMore) {
  const test::TempDir folder;
  const std::string path = folder.Path("pipe.csv");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const auto results = Results::Create(path);
  ASSERT_TRUE(results.ok()) << results.status();
  constexpr size_t kRows = 20'000;
  auto brought = std::async(std::launch::async, [&] {
    for (size_t row = 0; row < kRows; ++row) (*results)->Add(std::vector{Accepted()});
  });
  const int writer = open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  pollfd room_for_more{writer, POLLOUT, 0};
  while (poll(&room_for_more, 1, 0) != 0) std::this_thread::yield();
  close(writer);
  EXPECT_FALSE((*results)->WaitUntilRead(std::chrono::milliseconds(0)));
  EXPECT_TRUE((*results)->Flush().ok()) << "and returns";
  fcntl(reader, F_SETFL, 0);
  auto closed = std::async(std::launch::async, [&] {
    brought.wait();
    return (*results)->Close();
  });
  std::string text;
  char room[4096];
  for (ssize_t octets; (octets = read(reader, room, sizeof room)) > 0;) {
    text.append(room, static_cast<size_t>(octets));
  }
  EXPECT_TRUE(closed.get().ok());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), ptrdiff_t{kRows + 1});
  close(reader);
}

// What the file of that name holds after an earlier run left `text`, of which row 7 stays.
std::string GoneOnWith(const std::string& name, std::string_view text,
                       const std::vector<Outcome>& outcomes) {
  const test::TempDir folder;
  folder.Write(name, text);
  RowSet reported;
  reported.Add(7);
  auto results = Results::GoOn(folder.Path(name), reported);
  EXPECT_TRUE(results.ok());
  (*results)->Add(outcomes);
  EXPECT_TRUE((*results)->Flush().ok());
  return test::ReadWhole(folder.Path(name));
}

TEST(Results, GoOnBehindWhatIsThere) {
  const std::string text = std::string(kHeader) + "7,whatever\n";
  EXPECT_EQ(GoneOnWith("results.csv", text, {Of(Result::kUnsent, 9)}),
            text + "9,491,unsent,0,,,,0,,,,,\n");
  EXPECT_EQ(GoneOnWith("results.jsonl", "{}\n", {}), "{}\n");
}

TEST(Results, AnEmptyFileGetsItsHeader) {
  EXPECT_EQ(GoneOnWith("results.csv", "", {}), kHeader);
  EXPECT_EQ(GoneOnWith("results.jsonl", "", {}), "");
}

TEST(Results, ALineOfAnEarlierRunIsNotRepeated) {
  Outcome reported = Accepted();
  reported.earlier = true;
  Outcome lost = Of(Result::kRejected, 8);
  lost.earlier = true;
  lost.command_status = 8;
  EXPECT_EQ(GoneOnWith("results.csv", kHeader, {reported, lost}),
            std::string(kHeader) + "8,491,rejected,0,8,ESME_RSYSERR,,0,,,,,\n");
}

TEST(Results, GoOnWithoutAFileBeginOne) {
  const test::TempDir folder;
  const auto results = Results::GoOn(folder.Path("results.csv"), {});
  ASSERT_TRUE(results.ok());
  EXPECT_TRUE((*results)->Flush().ok());
  EXPECT_EQ(test::ReadWhole(folder.Path("results.csv")), kHeader);
  EXPECT_EQ(test::ModeOf(folder.Path("results.csv")), 0600);
}

TEST(Results, TellWhyTheyCannotBeWritten) {
  EXPECT_EQ(Results::Create("/nowhere/results.csv").status().message(),
            "cannot write the results file '/nowhere/results.csv': No such file or directory");
  const auto full = Results::Create("/dev/full");
  ASSERT_TRUE(full.ok());
  EXPECT_TRUE((*full)->WaitUntilRead(kLong));
  EXPECT_EQ((*full)->Flush().message(),
            "cannot write the results file '/dev/full': No space left on device");
  EXPECT_FALSE((*full)->Flush().ok()) << "the first error stays";
}

TEST(TimeFormatter, WritesMicrosecondsOfUtc) {
  TimeFormatter times;
  const auto text = [&](int64_t ns) { return std::string(times.Format(ns)); };
  EXPECT_EQ(text(1), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(text(kSubmitted), "2026-11-20T18:03:00.123456Z");
  EXPECT_EQ(text(kSubmitted + 1'000), "2026-11-20T18:03:00.123457Z");
  EXPECT_EQ(text(kSubmitted + kNanosPerSecond), "2026-11-20T18:03:01.123456Z");
  EXPECT_EQ(text(kSubmitted), "2026-11-20T18:03:00.123456Z");
  EXPECT_EQ(text(951'782'400 * kNanosPerSecond), "2000-02-29T00:00:00.000000Z");
}

TEST(TimeFormatter, NeverIsNothing) {
  TimeFormatter times;
  EXPECT_EQ(times.Format(0), "");
}

}  // namespace
}  // namespace salvo::tools

#include "engine/journal/retry_spill.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "tests/support/temp_dir.h"

namespace salvo::engine {
namespace {

using io::Nanos;

constexpr Nanos kSecond = io::kNanosPerSecond;

class RetrySpillTest : public testing::Test {
 protected:
  bool Add(uint64_t key, Nanos due, Nanos delay, size_t octets = 200) {
    SpilledMessage message;
    message.key = key;
    message.tag = key + 1;
    message.billed = 3;
    message.attempts = 7;
    message.refusal = 0x14u;
    message.begun_at = 5;
    message.submitted_at_ns = 1'700'000'000'000'000'000;
    message.answered_at_ns = 1'700'000'000'000'000'001;
    message.due = due;
    const std::string to = "49170" + std::to_string(key);
    const std::string pdu = std::to_string(key) + std::string(octets, '\0');
    message.to = to;
    message.pdu = pdu;
    return spill_.Add(message, delay);
  }

  // Takes a block; keys and when they are due. Each message is looked at.
  std::map<uint64_t, Nanos> Take() {
    std::map<uint64_t, Nanos> taken;
    const auto look = [&](const SpilledMessage& message) {
      EXPECT_EQ(message.tag, message.key + 1);
      EXPECT_EQ(message.billed, 3);
      EXPECT_EQ(message.attempts, 7u);
      EXPECT_EQ(message.refusal, 0x14u);
      EXPECT_EQ(message.begun_at, 5);
      EXPECT_EQ(message.submitted_at_ns, 1'700'000'000'000'000'000);
      EXPECT_EQ(message.answered_at_ns, 1'700'000'000'000'000'001);
      EXPECT_EQ(message.to, "49170" + std::to_string(message.key));
      EXPECT_TRUE(message.pdu.starts_with(std::to_string(message.key)));
      EXPECT_TRUE(taken.emplace(message.key, message.due).second);
    };
    status_ = spill_.Take(look, [&](uint64_t key, uint64_t tag) {
      EXPECT_EQ(tag, key + 1);
      EXPECT_TRUE(lost_.insert(key).second);
    });
    EXPECT_EQ(status_.ok(), !taken.empty());
    return taken;
  }

  // The file, which has no name, by its descriptor.
  std::string FilePath() const {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code error;
      const auto target = std::filesystem::read_symlink(entry.path(), error).string();
      if (target.starts_with(dir_.Path("waiting-"))) return entry.path().string();
    }
    return "";
  }
  uint64_t FileOctets() const { return std::filesystem::file_size(FilePath()); }

  std::map<uint64_t, Nanos> TakeAll() {
    std::map<uint64_t, Nanos> all;
    while (!spill_.empty()) all.merge(Take());
    return all;
  }

  test::TempDir dir_;
  absl::Status status_;      // of the last Take
  std::set<uint64_t> lost_;  // keys
  RetrySpill spill_{*ScratchFile::Make(dir_.Path(""))};
};

TEST_F(RetrySpillTest, LeavesNoFileBehind) {
  EXPECT_TRUE(std::filesystem::is_empty(dir_.Path("")));
  EXPECT_FALSE(ScratchFile::Make("/nowhere").ok());
}

TEST_F(RetrySpillTest, WhatCameInComesOut) {
  EXPECT_EQ(spill_.first_due(), io::kNever);
  std::map<uint64_t, Nanos> added;
  for (uint64_t key = 1; key <= 10'000; ++key) {
    const Nanos delay = static_cast<Nanos>(key * key % 100'000) * kSecond;
    added[key] = delay + 3;
    ASSERT_TRUE(Add(key, delay + 3, delay));
  }
  EXPECT_EQ(spill_.size(), 10'000u);
  EXPECT_GT(FileOctets(), 1'000'000u) << "it is in the file";
  EXPECT_EQ(TakeAll(), added);
  EXPECT_EQ(spill_.first_due(), io::kNever);
}

TEST_F(RetrySpillTest, WhatIsDueFirstComesFirst) {
  // A queue that is full for an hour, and between it what is refused for a second.
  for (uint64_t key = 1; key <= 4000; ++key) {
    const Nanos delay = (key % 2 == 0 ? 3600 : 1) * kSecond;
    ASSERT_TRUE(Add(key, static_cast<Nanos>(key) + delay, delay));
  }
  Nanos last = 0;
  for (size_t taken = 0; taken < 2000;) {
    EXPECT_GE(spill_.first_due(), last);
    last = spill_.first_due();
    const auto block = Take();
    taken += block.size();
    for (const auto& [key, due] : block) EXPECT_EQ(key % 2, 1u) << "short delays first";
  }
  EXPECT_EQ(spill_.first_due(), 2 + 3600 * kSecond);
}

TEST_F(RetrySpillTest, TheFileIsUsedAgain) {
  uint64_t key = 0;
  uint64_t most = 0;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 3000; ++i) ASSERT_TRUE(Add(++key, round * kSecond, kSecond));
    if (round == 1) most = FileOctets();
    for (int i = 0; round > 0 && i < 6; ++i) Take();
  }
  EXPECT_GT(most, 0u);
  EXPECT_LE(FileOctets(), 2 * most);
  EXPECT_EQ(TakeAll().rbegin()->first, key);
}

TEST_F(RetrySpillTest, WhatCannotBeWrittenIsNotTaken) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  uint64_t key = 1;
  while (Add(key, static_cast<Nanos>(key), kSecond)) ++key;
  EXPECT_FALSE(Add(key, 0, kSecond)) << "nor later";
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(spill_.size(), key - 1);
  EXPECT_TRUE(Add(key, static_cast<Nanos>(key), kSecond)) << "but when there is room";
  EXPECT_EQ(TakeAll().size(), key);
}

TEST_F(RetrySpillTest, ABlockThatTheDiskChangedIsLostAsAWholeAndToldByName) {
  for (uint64_t key = 1; key <= 2000; ++key) {
    ASSERT_TRUE(Add(1'000'000 - 3 * key, static_cast<Nanos>(key), kSecond));
  }
  // A digit of the first message's number.
  std::fstream file(FilePath(), std::ios::binary | std::ios::in | std::ios::out);
  std::string octets(200, '\0');
  file.read(octets.data(), 200);
  const size_t number = octets.find("49170");
  ASSERT_NE(number, std::string::npos);
  file.seekp(static_cast<std::streamoff>(number));
  file.put('5');
  file.close();
  EXPECT_TRUE(Take().empty());
  EXPECT_TRUE(absl::IsDataLoss(status_)) << status_;
  EXPECT_GT(lost_.size(), 100u);
  EXPECT_EQ(TakeAll().size() + lost_.size(), 2000u);
}

TEST_F(RetrySpillTest, WhatCannotBeReadIsToldByName) {
  std::set<uint64_t> keys;
  for (uint64_t key = 1; key <= 2000; ++key) {
    ASSERT_TRUE(Add(key, static_cast<Nanos>(key), kSecond));
    keys.insert(key);
  }
  std::filesystem::resize_file(FilePath(), 0);
  const auto taken = TakeAll();
  EXPECT_LT(taken.size(), 1000u) << "what never went to the file";
  for (const auto& [key, due] : taken) EXPECT_TRUE(lost_.insert(key).second);
  EXPECT_EQ(lost_, keys);
}

TEST_F(RetrySpillTest, AMessageThatIsLargerThanABlockIsNotTaken) {
  EXPECT_FALSE(Add(1, 0, 0, 200'000));
  EXPECT_TRUE(spill_.empty());
}

}  // namespace
}  // namespace salvo::engine

#include "io/output_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/random.h"

namespace salvo::io {
namespace {

using test::Random;

void Write(OutputBuffer& buffer, std::string_view text) {
  uint8_t* out = buffer.Claim(text.size());
  ASSERT_NE(out, nullptr);
  std::memcpy(out, text.data(), text.size());
  buffer.Commit(text.size());
}

void WriteAndRelease(OutputBuffer& buffer, std::string_view text) {
  Write(buffer, text);
  buffer.Release();
}

std::string Text(std::span<const uint8_t> octets) { return {octets.begin(), octets.end()}; }

TEST(OutputBuffer, IsEmptyAtFirst) {
  OutputBuffer buffer(8);
  EXPECT_TRUE(buffer.empty());
  EXPECT_TRUE(buffer.ToSend().empty());
  EXPECT_EQ(buffer.room(), 8u);
  EXPECT_EQ(buffer.committed(), 0u);
  EXPECT_EQ(buffer.sent(), 0u);
}

TEST(OutputBuffer, WhatIsClaimedCountsOnlyWhenCommitted) {
  OutputBuffer buffer(8);
  ASSERT_NE(buffer.Claim(8), nullptr);
  EXPECT_TRUE(buffer.empty());
  EXPECT_TRUE(buffer.ToSend().empty());
  WriteAndRelease(buffer, "abc");
  EXPECT_EQ(Text(buffer.ToSend()), "abc");
}

TEST(OutputBuffer, ClaimsAHalfAndNoMore) {
  OutputBuffer buffer(8);
  EXPECT_EQ(buffer.Claim(9), nullptr);
  WriteAndRelease(buffer, "12345678");
  EXPECT_EQ(buffer.room(), 0u);
  EXPECT_EQ(buffer.Claim(1), nullptr);
}

TEST(OutputBuffer, OneHalfIsFilledWhileTheOtherIsSent) {
  OutputBuffer buffer(8);
  WriteAndRelease(buffer, "12345678");
  EXPECT_EQ(Text(buffer.ToSend()), "12345678");
  WriteAndRelease(buffer, "abcdefgh");
  EXPECT_EQ(buffer.Claim(1), nullptr);
  // Still the first half, until it is through.
  EXPECT_EQ(Text(buffer.ToSend()), "12345678");
  buffer.Sent(3);
  EXPECT_EQ(Text(buffer.ToSend()), "45678");
  EXPECT_EQ(buffer.Claim(1), nullptr);
  buffer.Sent(5);
  EXPECT_EQ(Text(buffer.ToSend()), "abcdefgh");
  EXPECT_EQ(buffer.room(), 8u);
  buffer.Sent(8);
  EXPECT_TRUE(buffer.empty());
  EXPECT_TRUE(buffer.ToSend().empty());
}

TEST(OutputBuffer, WritesInPlaceAreNotMoved) {
  OutputBuffer buffer(64);
  uint8_t* first = buffer.Claim(4);
  std::memcpy(first, "1234", 4);
  buffer.Commit(4);
  uint8_t* second = buffer.Claim(4);
  EXPECT_EQ(second, first + 4);
  std::memcpy(second, "5678", 4);
  buffer.Commit(4);
  buffer.Release();
  EXPECT_EQ(buffer.ToSend().data(), first);
}

TEST(OutputBuffer, HoldsWhatIsNotWhollySentByItsOffset) {
  OutputBuffer buffer(8);
  WriteAndRelease(buffer, "1234");
  WriteAndRelease(buffer, "5678");
  buffer.ToSend();
  WriteAndRelease(buffer, "abc");
  buffer.Sent(6);
  EXPECT_EQ(buffer.sent(), 6u);
  EXPECT_EQ(buffer.committed(), 11u);
  // Left in part.
  EXPECT_EQ(Text(buffer.Held(4, 4)), "5678");
  // Never left.
  EXPECT_EQ(Text(buffer.Held(8, 3)), "abc");
}

TEST(OutputBuffer, WhatIsNotReleasedStays) {
  OutputBuffer buffer(8);
  Write(buffer, "1234");
  EXPECT_TRUE(buffer.ToSend().empty());
  buffer.Release();
  Write(buffer, "56");
  EXPECT_EQ(Text(buffer.ToSend()), "1234");
  Write(buffer, "abc");
  buffer.Sent(4);
  EXPECT_TRUE(buffer.ToSend().empty());
  EXPECT_FALSE(buffer.empty());
  EXPECT_EQ(Text(buffer.Held(4, 2)), "56");
  buffer.Release();
  EXPECT_EQ(Text(buffer.ToSend()), "56");
  buffer.Sent(2);
  EXPECT_EQ(Text(buffer.ToSend()), "abc");
}

TEST(OutputBuffer, SpansNothingBetweenTheHalves) {
  OutputBuffer buffer(8);
  WriteAndRelease(buffer, "12345");
  EXPECT_EQ(buffer.Claim(4), nullptr);
  EXPECT_EQ(buffer.room(), 3u);
  EXPECT_EQ(Text(buffer.ToSend()), "12345");
  EXPECT_EQ(buffer.room(), 8u);
  WriteAndRelease(buffer, "abcd");
  buffer.Sent(5);
  EXPECT_EQ(Text(buffer.ToSend()), "abcd");
}

// A buffer against a std::deque: committed and unsent octets in order, and where each piece began.
class RandomBuffer {
 public:
  RandomBuffer(uint64_t seed, size_t half) : random_(seed), half_(half), buffer_(half) {}

  void Run() {
    for (int step = 0; step < 3000 && !testing::Test::HasFailure(); ++step) {
      if (random_.Chance(0.55)) {
        Commit();
      } else if (random_.Chance(0.4)) {
        Release();
      } else {
        Send();
      }
      Check();
    }
    Release();
    while (!unsent_.empty() && !testing::Test::HasFailure()) Send();
    EXPECT_TRUE(buffer_.empty());
  }

 private:
  struct Piece {
    uint64_t offset;
    std::string octets;
  };

  void Commit() {
    const size_t octets = random_.Below(half_ + 2);
    const bool fits = octets <= buffer_.room();
    uint8_t* out = octets <= half_ ? buffer_.Claim(octets) : nullptr;
    ASSERT_EQ(out != nullptr, fits);
    if (!fits) return;
    const size_t used = random_.Chance(0.2) ? random_.Below(octets + 1) : octets;
    std::string text(used, 0);
    for (char& c : text) c = static_cast<char>(random_.Octet());
    std::copy(text.begin(), text.end(), out);
    if (used > 0) pieces_.push_back({buffer_.committed(), text});
    buffer_.Commit(used);
    unsent_.insert(unsent_.end(), text.begin(), text.end());
    committed_ += used;
  }

  void Release() {
    buffer_.Release();
    released_ = committed_;
  }

  void Send() {
    const std::span<const uint8_t> span = buffer_.ToSend();
    const uint64_t may_leave = released_ - sent_;
    ASSERT_EQ(span.empty(), may_leave == 0);
    if (span.empty()) return;
    ASSERT_LE(span.size(), may_leave);
    const size_t sent = random_.Chance(0.5) ? span.size() : random_.Below(span.size() + 1);
    for (size_t i = 0; i < span.size(); ++i) {
      ASSERT_EQ(span[i], static_cast<uint8_t>(unsent_[i]));
    }
    buffer_.Sent(sent);
    unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<ptrdiff_t>(sent));
    sent_ += sent;
  }

  void Check() {
    EXPECT_EQ(buffer_.committed(), committed_);
    EXPECT_EQ(buffer_.sent(), sent_);
    EXPECT_EQ(buffer_.empty(), unsent_.empty());
    while (!pieces_.empty() && pieces_.front().offset + pieces_.front().octets.size() <= sent_) {
      pieces_.pop_front();
    }
    for (const Piece& piece : pieces_) {
      ASSERT_EQ(Text(buffer_.Held(piece.offset, piece.octets.size())), piece.octets);
    }
  }

  Random random_;
  size_t half_;
  OutputBuffer buffer_;
  std::deque<char> unsent_;
  std::deque<Piece> pieces_;
  uint64_t committed_ = 0;
  uint64_t released_ = 0;
  uint64_t sent_ = 0;
};

TEST(OutputBuffer, BehavesAsAPlainQueueUnderRandomUse) {
  for (uint64_t i = 0; i < 60; ++i) {
    const uint64_t seed = test::TestSeed() * 60 + i;
    SCOPED_TRACE(seed);
    RandomBuffer(seed, 1 + i * 7 % 100).Run();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace salvo::io

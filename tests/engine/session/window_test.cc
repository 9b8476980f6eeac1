#include "engine/session/window.h"

#include <gtest/gtest.h>

#include <set>

#include "pdu/protocol.h"

namespace salvo::engine {
namespace {

Window::Slot& Submit(Window& window) { return window.Take(window.NextSequence()); }

TEST(Window, IsFullAtItsSize) {
  Window window(3, 1);
  for (int i = 0; i < 3; ++i) Submit(window);
  EXPECT_TRUE(window.full());
  EXPECT_EQ(window.outstanding(), 3u);
}

TEST(Window, FindsASlotOnlyByItsWholeSequenceNumber) {
  Window window(1, 1);
  const uint32_t sequence = Submit(window).sequence;
  ASSERT_NE(window.Find(sequence), nullptr);
  EXPECT_EQ(window.Find(sequence + 64), nullptr) << "the same slot, another number";
  EXPECT_EQ(window.Find(0), nullptr);
}

TEST(Window, AReleasedSlotIsNotFoundAgain) {
  Window window(1, 1);
  Window::Slot& slot = Submit(window);
  const uint32_t sequence = slot.sequence;
  window.Release(slot);
  EXPECT_EQ(window.Find(sequence), nullptr);
  EXPECT_EQ(window.outstanding(), 0u);
}

TEST(Window, AWithheldPlaceIsNotUsedAgainUntilItIsRestored) {
  Window window(2, 1);
  window.Withhold(Submit(window));
  Submit(window);
  EXPECT_TRUE(window.full());
  EXPECT_EQ(window.outstanding(), 1u);
  window.Restore();
  EXPECT_EQ(window.free(), 1u);
}

TEST(Window, AStagedSegmentIsInFlightOnceItLeaves) {
  Window window(2, 1);
  Window::Slot& staged = window.Stage(window.NextSequence());
  Submit(window);
  EXPECT_TRUE(window.full()) << "its place is its own";
  EXPECT_EQ(window.in_flight(), 1u);
  window.Leave(staged, 100);
  EXPECT_EQ(window.in_flight(), 2u);
  EXPECT_FALSE(window.has_place());
  EXPECT_EQ(window.staged(), 0u);
}

TEST(Window, AheadOfItSegmentsCanBeStagedThatHaveNoPlaceYet) {
  Window window(2, 1);
  window.AllowAhead(2);
  Window::Slot& first = Submit(window);
  Submit(window);
  EXPECT_FALSE(window.has_place());
  EXPECT_EQ(window.free(), 2u);
  Window::Slot& staged = window.Stage(window.NextSequence());
  window.Stage(window.NextSequence());
  EXPECT_TRUE(window.full());
  window.Release(first);
  EXPECT_TRUE(window.has_place());
  window.Leave(staged, 100);
  EXPECT_FALSE(window.has_place());
  window.AllowAhead(0);
  EXPECT_EQ(window.free(), 0u) << "not fewer than none";
}

TEST(Window, AStagedSegmentThatIsGivenBackFreesItsSlot) {
  Window window(1, 1);
  window.Release(window.Stage(window.NextSequence()));
  EXPECT_EQ(window.staged(), 0u);
  EXPECT_EQ(window.outstanding(), 0u);
  EXPECT_EQ(window.free(), 1u);
}

TEST(Window, SkipsTheNumberWhoseSlotIsStillTaken) {
  Window window(2, 1);
  const uint32_t stuck = Submit(window).sequence;
  std::set<uint32_t> used;
  for (int i = 0; i < 1000; ++i) {
    Window::Slot& slot = Submit(window);
    EXPECT_TRUE(used.insert(slot.sequence).second);
    window.Release(slot);
  }
  EXPECT_NE(window.Find(stuck), nullptr);
  EXPECT_EQ(window.outstanding(), 1u);
}

TEST(Window, WrapsUnderAnOpenWindowWithoutLosingAnybody) {
  Window window(10, pdu::kLastSequence - 4);
  std::set<uint32_t> outstanding;
  for (int i = 0; i < 10; ++i) outstanding.insert(Submit(window).sequence);
  EXPECT_EQ(outstanding.size(), 10u);
  EXPECT_TRUE(outstanding.contains(pdu::kLastSequence));
  EXPECT_TRUE(outstanding.contains(1));
  EXPECT_FALSE(outstanding.contains(0));
  for (const uint32_t sequence : outstanding) {
    ASSERT_NE(window.Find(sequence), nullptr);
    window.Release(*window.Find(sequence));
  }
  EXPECT_EQ(window.outstanding(), 0u);
}

TEST(Window, OldestGoesInTheOrderOfSubmissionAlsoOverTheWrap) {
  Window window(10, pdu::kLastSequence - 4);
  std::vector<uint32_t> order;
  for (int i = 0; i < 10; ++i) order.push_back(Submit(window).sequence);
  for (const uint32_t sequence : order) {
    ASSERT_EQ(window.Oldest()->sequence, sequence);
    window.Release(*window.Oldest());
  }
  EXPECT_EQ(window.Oldest(), nullptr);
}

TEST(Window, FindsTheOldestBehindAnAnswerThatWasVeryLate) {
  Window window(2, 1);
  Window::Slot& stuck = Submit(window);
  for (int i = 0; i < 100'000; ++i) window.Release(Submit(window));
  const uint32_t next = Submit(window).sequence;
  EXPECT_EQ(window.Oldest(), &stuck);
  window.Release(stuck);
  EXPECT_EQ(window.Oldest()->sequence, next);
}

}  // namespace
}  // namespace salvo::engine

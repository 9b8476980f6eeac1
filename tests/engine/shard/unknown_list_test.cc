#include "engine/shard/unknown_list.h"

#include <gtest/gtest.h>

namespace salvo::engine {
namespace {

TEST(UnknownList, GivesTheOldestFirst) {
  UnknownList list;
  for (uint32_t index : {7u, 3u, 5u}) list.Add(index);
  EXPECT_EQ(list.size(), 3u);
  EXPECT_EQ(list.TakeOldest(), 7u);
  EXPECT_EQ(list.TakeOldest(), 3u);
  EXPECT_EQ(list.TakeOldest(), 5u);
  EXPECT_EQ(list.size(), 0u);
}

TEST(UnknownList, ForgetsWhatWasTakenOutWhereverItStands) {
  UnknownList list;
  for (uint32_t index = 0; index < 6; ++index) list.Add(index);
  for (uint32_t index : {0u, 3u, 5u, 4u}) list.Remove(index);
  list.Remove(3);
  EXPECT_EQ(list.size(), 2u);
  EXPECT_EQ(list.TakeOldest(), 1u);
  EXPECT_EQ(list.TakeOldest(), 2u);
}

TEST(UnknownList, TakesAnIndexThatIsUsedAgainForANewMessage) {
  UnknownList list;
  for (uint32_t index : {1u, 2u, 3u}) list.Add(index);
  list.Remove(2);
  list.Add(2);
  EXPECT_EQ(list.TakeOldest(), 1u);
  EXPECT_EQ(list.TakeOldest(), 3u);
  EXPECT_EQ(list.TakeOldest(), 2u);
  EXPECT_EQ(list.size(), 0u);
}

}  // namespace
}  // namespace salvo::engine

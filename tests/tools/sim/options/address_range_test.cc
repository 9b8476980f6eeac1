#include "tools/sim/options/address_range.h"

#include <gtest/gtest.h>

namespace salvo::sim {
namespace {

bool Contains(const char* range, const char* peer) {
  return AddressRange::Parse(range).value().Contains(peer);
}

TEST(AddressRange, AnAddressIsThatOneAlone) {
  EXPECT_TRUE(Contains("192.0.2.7", "192.0.2.7:40000"));
  EXPECT_FALSE(Contains("192.0.2.7", "192.0.2.6:40000"));
  EXPECT_TRUE(Contains("2001:db8::1", "[2001:db8::1]:40000"));
  EXPECT_FALSE(Contains("2001:db8::1", "[2001:db8::2]:40000"));
}

TEST(AddressRange, APrefixIsAllThatBeginLikeIt) {
  EXPECT_TRUE(Contains("192.0.2.0/24", "192.0.2.255:1"));
  EXPECT_FALSE(Contains("192.0.2.0/24", "192.0.3.0:1"));
  EXPECT_TRUE(Contains("192.0.2.128/25", "192.0.2.129:1"));
  EXPECT_FALSE(Contains("192.0.2.128/25", "192.0.2.127:1"));
  EXPECT_TRUE(Contains("2001:db8::/32", "[2001:db8:ffff::1]:1"));
  EXPECT_FALSE(Contains("2001:db8::/32", "[2001:db9::1]:1"));
  EXPECT_TRUE(Contains("0.0.0.0/0", "203.0.113.1:1"));
  EXPECT_FALSE(Contains("0.0.0.0/0", "[2001:db8::1]:1"));
}

TEST(AddressRange, Ipv4WithinIpv6IsIpv4) {
  EXPECT_TRUE(Contains("192.0.2.0/24", "[::ffff:192.0.2.7]:1"));
}

TEST(AddressRange, WhatIsNoAddressIsNowhere) {
  EXPECT_FALSE(Contains("0.0.0.0/0", "host:1"));
  EXPECT_FALSE(Contains("0.0.0.0/0", ""));
}

TEST(AddressRange, SaysWhatIsWrong) {
  for (const char* text : {"", "192.0.2", "192.0.2.0/33", "192.0.2.0/", "2001:db8::/129", "host"}) {
    EXPECT_EQ(AddressRange::Parse(text).status().message(),
              "'" + std::string(text) +
                  "' is not an address such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32");
  }
}

}  // namespace
}  // namespace salvo::sim

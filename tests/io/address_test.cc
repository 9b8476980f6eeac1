#include "io/address.h"

#include <gtest/gtest.h>

namespace salvo::io {
namespace {

std::string Parsed(std::string_view text) {
  const absl::StatusOr<Endpoint> endpoint = ParseEndpoint(text);
  return endpoint.ok() ? endpoint->ToString() : "error";
}

TEST(Address, ParsesHostAndPort) {
  EXPECT_EQ(Parsed("127.0.0.1:2775"), "127.0.0.1:2775");
  EXPECT_EQ(Parsed("smsc.example.com:3550"), "smsc.example.com:3550");
  EXPECT_EQ(Parsed("[::1]:2775"), "[::1]:2775");
  EXPECT_EQ(Parsed("[2001:db8::7]:1"), "[2001:db8::7]:1");
  EXPECT_EQ(Parsed(":2775"), "127.0.0.1:2775");
  EXPECT_EQ(Parsed("host:0"), "host:0");
  EXPECT_EQ(Parsed("host:65535"), "host:65535");
}

TEST(Address, RefusesWhatIsNotHostAndPort) {
  for (const char* text : {"", "host", "host:", "host:65536", "host:-1", "host:+1", "host:12x",
                           "host: 1", "127.0.0.1", "[::1]", "[::1]2775", "host:99999999999"}) {
    EXPECT_EQ(Parsed(text), "error") << text;
  }
}

TEST(Address, RefusesBracketsAroundAnythingButAnIPv6Address) {
  for (const char* text : {"[host]:1", "[::1:1", "::1]:1", "[]:1", "[127.0.0.1]:1", "[::g]:1"}) {
    EXPECT_EQ(Parsed(text), "error") << text;
  }
}

TEST(Address, RefusesAnIPv6AddressWithoutBrackets) {
  // Is 2775 the port, or the end of the address?
  EXPECT_EQ(Parsed("::1:2775"), "error");
  EXPECT_EQ(Parsed("2001:db8::7:2775"), "error");
  EXPECT_EQ(Parsed("a:b:1"), "error");
}

TEST(Address, TheErrorNamesTheTextAndAnExample) {
  const absl::Status status = ParseEndpoint("somewhere").status();
  EXPECT_NE(status.message().find("'somewhere'"), absl::string_view::npos) << status.message();
  EXPECT_NE(status.message().find("127.0.0.1:2775"), absl::string_view::npos);
}

TEST(Address, FromNumericKnowsBothFamilies) {
  const absl::StatusOr<SocketAddress> v4 = SocketAddress::FromNumeric({"192.0.2.7", 80});
  ASSERT_TRUE(v4.ok());
  EXPECT_EQ(v4->family(), AF_INET);
  EXPECT_EQ(v4->port(), 80);
  EXPECT_EQ(v4->size(), sizeof(sockaddr_in));
  EXPECT_EQ(v4->ToString(), "192.0.2.7:80");
  const absl::StatusOr<SocketAddress> v6 = SocketAddress::FromNumeric({"2001:db8::1", 8080});
  ASSERT_TRUE(v6.ok());
  EXPECT_EQ(v6->family(), AF_INET6);
  EXPECT_EQ(v6->port(), 8080);
  EXPECT_EQ(v6->size(), sizeof(sockaddr_in6));
  EXPECT_EQ(v6->ToString(), "[2001:db8::1]:8080");
  EXPECT_FALSE(*v4 == *v6);
  EXPECT_TRUE(*v4 == *SocketAddress::FromNumeric({"192.0.2.7", 80}));
}

TEST(Address, FromNumericRefusesNames) {
  for (const char* host : {"localhost", "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "::g"}) {
    EXPECT_FALSE(SocketAddress::FromNumeric({host, 1}).ok()) << host;
  }
}

TEST(Address, AnAddressOfNoFamilyHasAName) { EXPECT_EQ(SocketAddress().ToString(), ":0"); }

TEST(Address, ResolveBlockingKnowsLocalhost) {
  const auto addresses = ResolveBlocking({"localhost", 2775});
  ASSERT_TRUE(addresses.ok()) << addresses.status();
  ASSERT_FALSE(addresses->empty());
  for (const SocketAddress& address : *addresses) {
    EXPECT_EQ(address.port(), 2775);
    EXPECT_TRUE(address.ToString() == "127.0.0.1:2775" || address.ToString() == "[::1]:2775");
  }
}

TEST(Address, ResolveBlockingNamesTheHostItCannotResolve) {
  const auto addresses = ResolveBlocking({"no-such-host.invalid", 2775});
  ASSERT_FALSE(addresses.ok());
  const std::string message(addresses.status().message());
  EXPECT_NE(message.find("'no-such-host.invalid'"), std::string::npos) << message;
}

}  // namespace
}  // namespace salvo::io

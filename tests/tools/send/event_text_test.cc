#include "tools/send/event_text.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace salvo::tools {
namespace {

Event EventOf(Event::Kind kind, std::string_view text) {
  Event event;
  event.kind = kind;
  event.account = "acme";
  event.bind = 1;
  event.text = text;
  return event;
}

TEST(EventLine, ExplainsARefusedBind) {
  Event event = EventOf(Event::Kind::kBindRefused, "refused the bind with 0x0E (ESME_RINVPASWD)");
  event.command_status = 0x0E;
  EXPECT_EQ(EventLine(event),
            "acme/1: refused the bind with 0x0E (ESME_RINVPASWD), invalid password (salvo explain "
            "0x0E)");
}

TEST(EventLine, SaysThatAnOldSessionIsWaitedFor) {
  Event event = EventOf(Event::Kind::kBindRefused, "refused the bind with 0x05 (ESME_RALYBND)");
  event.command_status = 0x05;
  event.retry_in = std::chrono::seconds(2);
  EXPECT_EQ(
      EventLine(event),
      "acme/1: refused the bind with 0x05 (ESME_RALYBND), already bound (salvo explain 0x05); "
      "next attempt in 2.0 s, and so on until the SMSC lets it in");
}

TEST(EventLine, NamesTheErrorOfAConnection) {
  Event event = EventOf(Event::Kind::kConnectFailed, "cannot connect to a:2775");
  event.error_number = ECONNREFUSED;
  event.retry_in = std::chrono::seconds(2);
  EXPECT_EQ(EventLine(event),
            "acme/1: cannot connect to a:2775 (salvo explain ECONNREFUSED); next attempt in 2.0 s");
}

TEST(EventLine, TellsASilenceBeforeTheEnd) {
  Event event = EventOf(Event::Kind::kDisconnected, "the peer closed the connection");
  event.error_number = ECONNRESET;
  event.idle = std::chrono::milliseconds(999);
  EXPECT_EQ(EventLine(event), "acme/1: the peer closed the connection (salvo explain ECONNRESET)");
  event.idle = std::chrono::milliseconds(2000);
  EXPECT_EQ(EventLine(event),
            "acme/1: the peer closed the connection, after 2.0 s of silence (salvo explain "
            "connection drops when idle)");
}

TEST(EventLine, AddsNothingWhereNothingIsKnown) {
  EXPECT_EQ(EventLine(EventOf(Event::Kind::kBound, "bound")), "acme/1: bound");
  Event event = EventOf(Event::Kind::kConnectFailed, "no address");
  EXPECT_EQ(EventLine(event), "acme/1: no address");
  event.error_number = 9'999;
  EXPECT_EQ(EventLine(event), "acme/1: no address");
}

}  // namespace
}  // namespace salvo::tools

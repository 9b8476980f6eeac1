// The lines of both logs as docs/logs.md has them: whoever changes one breaks people's searches.
#include "engine/log/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "engine/session/session.h"
#include "pdu/framer.h"
#include "pdu/wire.h"
#include "tests/support/golden_pdus.h"
#include "tests/support/octets.h"

namespace salvo::engine {
namespace {

using test::Hex;
using testing::HasSubstr;
using testing::Not;

constexpr int64_t kWhen = 1'430'256'342'104'666'000;
constexpr std::string_view kTime = "2015-04-28 21:25:42.104666";

class PduLine : public testing::Test {
 protected:
  std::string Of(LogKind kind, pdu::Octets pdu, bool mask = false, uint16_t sample = 1) {
    LogRecord record;
    record.wall_ns = kWhen;
    record.kind = kind;
    record.pdu_octets = static_cast<uint32_t>(pdu.size());
    record.sample = sample;
    std::string out;
    PduLines(mask).AddRecord(record, pdu, bind_, &out);
    return out;
  }

  LoggedBind bind_{"smpp-out", "0"};
};

TEST_F(PduLine, ShowsABindWithoutItsPassword) {
  EXPECT_EQ(Of(LogKind::kWrittenPdu,
               Hex("00000026 00000009 00000000 00002D76 'user' 00 'secret' 00 'VMA' 00 34 00 01 "
                   "'^1' 00")),
            std::string(kTime) +
                " INFO  (smpp-out,0) Write op:0x00000009 (BIND_TRANSCEIVER) status:0 trn:11638 "
                "datalen:22 SYSTEMID:user PASSWORD:*** SYSTEMTYPE:VMA INTERFACEVERSION:52 "
                "ADDRNPI:1 ADDRESSRANGE:^1\n");
}

TEST_F(PduLine, ShowsAnAnswer) {
  EXPECT_EQ(
      Of(LogKind::kReadPdu, Hex("0000001A 80000009 00000000 00002D76 'SMSC' 00 0210 0001 34")),
      std::string(kTime) +
          " INFO  (smpp-out,0) Read op:0x80000009 (BIND_TRANSCEIVER_RESP) status:0 "
          "trn:11638 datalen:10 SYSTEMID:SMSC SCINTERFACEVERSION:52\n");
}

TEST_F(PduLine, NamesAStatus) {
  EXPECT_THAT(Of(LogKind::kReadPdu, Hex("00000010 80000004 00000058 00000007")),
              HasSubstr(" Read op:0x80000004 (SUBMIT_SM_RESP) status:88 (ESME_RTHROTTLED) trn:7 "
                        "datalen:0\n"));
  EXPECT_THAT(Of(LogKind::kReadPdu, Hex("00000010 80000004 00000999 00000007")),
              HasSubstr(" status:2457 (UNKNOWN) trn:7"));
}

TEST_F(PduLine, ShowsAnUnknownCommand) {
  EXPECT_THAT(Of(LogKind::kReadPdu, Hex("00000012 00007777 00000000 00000007 'a' FF")),
              HasSubstr("Read op:0x00007777 (UNKNOWN) status:0 trn:7 datalen:2 BODY:a\\xFF\n"));
}

TEST_F(PduLine, PutsAValueWithASpaceInQuotes) {
  const std::string line =
      Of(LogKind::kReadPdu,
         Hex("00000022 00000103 00000000 00000007 00 00 00 '1' 00 00 00 '2' 00 00 00 00 "
             "0424 0002 'a\"'"));
  EXPECT_THAT(line, HasSubstr(" SOURCEADDR:1 DESTINATIONADDR:2 MESSAGEPAYLOAD:\"a\\\"\"\n"));
  EXPECT_THAT(Of(LogKind::kReadPdu,
                 Hex("00000023 00000103 00000000 00000007 00 00 00 '1' 00 00 00 '2' 00 00 00 00 "
                     "0424 0003 'a b'")),
              HasSubstr(" MESSAGEPAYLOAD:\"a b\"\n"));
}

TEST_F(PduLine, IsOneLineWhateverThePeerSends) {
  EXPECT_THAT(
      Of(LogKind::kReadPdu, Hex("00000020 80000009 00000000 00000001 'x' 0A '2015 CONNECT' 00 00")),
      HasSubstr("SYSTEMID:\"x\\x0A2015 CONNECT\""));
}

TEST_F(PduLine, SaysWhatIsWrongWithAPdu) {
  EXPECT_THAT(Of(LogKind::kReadPdu,
                 Hex("0000001B 00000005 00000000 00000007 00 01 01 '4470' 00 03 00 '8'")),
              HasSubstr(" SOURCEADDR:4470 DESTADDRTON:3 [error at 26, destination_addr: the NUL "
                        "that ends this field is missing]\n"));
}

TEST_F(PduLine, MasksNumbersAndTexts) {
  for (const test::GoldenPdu& golden : test::GoldenPdus()) {
    SCOPED_TRACE(golden.name);
    const std::string line = Of(LogKind::kReadPdu, golden.octets, /*mask=*/true);
    for (const char* secret : {"4477009", "4470", "8080", "id:7", "staff", "Hello"}) {
      EXPECT_THAT(line, Not(HasSubstr(secret)));
    }
  }
  const auto submit =
      Hex("0000004D 00000004 00000000 00000007 00 05 00 'SALVO' 00 01 01 '4917012' 00 40 00 00 00 "
          "00 01 00 00 00 05 'hello' 1400 0004 '1101' 0204 0002 0007 0424 0002 'hi' 0381 0003 "
          "'491'");
  EXPECT_THAT(Of(LogKind::kWrittenPdu, submit),
              HasSubstr(" SOURCEADDR:SALVO DESTADDRTON:1 DESTADDRNPI:1 DESTINATIONADDR:4917012 "
                        "ESMCLASS:64 REGISTEREDDELIVERY:1 SMLENGTH:5 SHORTMESSAGE:hello "
                        "0x1400:1101 USERMESSAGEREFERENCE:7 MESSAGEPAYLOAD:hi CALLBACKNUM:491\n"));
  EXPECT_THAT(Of(LogKind::kWrittenPdu, submit, /*mask=*/true),
              HasSubstr(" SOURCEADDR:*** DESTADDRTON:1 DESTADDRNPI:1 DESTINATIONADDR:*** "
                        "ESMCLASS:64 REGISTEREDDELIVERY:1 SMLENGTH:5 SHORTMESSAGE:*** "
                        "0x1400:*** USERMESSAGEREFERENCE:7 MESSAGEPAYLOAD:*** CALLBACKNUM:***\n"));
  EXPECT_THAT(Of(LogKind::kReadPdu, Hex("00000012 00007777 00000000 00000007 'ab'"), true),
              HasSubstr(" BODY:***\n"));
}

TEST_F(PduLine, SaysWhenTheSampleChanges) {
  const auto submit = Hex("00000010 00000004 00000000 00000007");
  EXPECT_THAT(Of(LogKind::kWrittenPdu, submit), Not(HasSubstr("SAMPLING")));
  EXPECT_THAT(Of(LogKind::kWrittenPdu, submit, false, 16),
              testing::StartsWith(std::string(kTime) +
                                  " INFO  (smpp-out,0) SAMPLING 1/16 of submit_sm and "
                                  "submit_sm_resp\n" +
                                  std::string(kTime) + " INFO  (smpp-out,0) Write "));
  EXPECT_THAT(Of(LogKind::kWrittenPdu, submit, false, 16), Not(HasSubstr("SAMPLING")));
  EXPECT_THAT(Of(LogKind::kReadPdu, submit), Not(HasSubstr("SAMPLING")));
  EXPECT_THAT(Of(LogKind::kWrittenPdu, submit, false, 1), HasSubstr("SAMPLING 1/1 "));
}

TEST_F(PduLine, CountsWhatIsMissing) {
  std::string out;
  PduLines lines(false);
  lines.AddDropped(kWhen, 1234, bind_, &out);
  lines.AddDropped(kWhen, 1, bind_, &out);
  bind_.written = 10;
  bind_.sampled_out = 20;
  bind_.dropped = 1;
  bind_.lost = 2;
  lines.AddTotal(kWhen, bind_, &out);
  const std::string time(kTime);
  EXPECT_EQ(out, time + " WARN  (smpp-out,0) DROPPED 1234 PDUs\n" + time +
                     " WARN  (smpp-out,0) DROPPED 1 PDU\n" + time +
                     " INFO  (smpp-out,0) TOTAL written:10 sampled_out:20 dropped:3\n");
}

std::string ConnectorLine(LogKind kind, uint32_t number, std::string_view text,
                          std::string_view instance = "0") {
  LoggedBind bind("acme", instance);
  LogRecord record;
  record.wall_ns = kWhen;
  record.kind = kind;
  record.number = number;
  std::string out;
  ConnectorLines().AddRecord(record, pdu::AsOctets(text), bind, &out);
  EXPECT_TRUE(out.starts_with(std::string(kTime) + " (" + std::string(instance) + ") ")) << out;
  return out.substr(kTime.size() + instance.size() + 4);
}

TEST(ConnectorLine, OfAConnection) {
  EXPECT_EQ(ConnectorLine(LogKind::kConnected, 0, "10.0.0.1:2775"),
            "CONNECT OK acme 10.0.0.1:2775\n");
  using namespace std::string_view_literals;
  EXPECT_EQ(
      ConnectorLine(LogKind::kConnectFailed, ECONNREFUSED, "10.0.0.1:2775\0Connection refused"sv),
      "CONNECT ERR (info=\"111\") acme 10.0.0.1:2775: Connection refused; "
      "salvo explain ECONNREFUSED\n");
  EXPECT_EQ(ConnectorLine(LogKind::kConnectFailed, 0, "10.0.0.1:3550\0certificate has expired"sv),
            "CONNECT ERR (info=\"certificate has expired\") acme 10.0.0.1:3550; "
            "salvo explain X509_V_ERR_CERT_HAS_EXPIRED\n");
}

TEST(ConnectorLine, OfALogin) {
  EXPECT_EQ(ConnectorLine(LogKind::kLoggedIn, 0, "system", "0t"),
            "LOGIN OK (info=\"0 system\") acme\n");
  EXPECT_EQ(ConnectorLine(LogKind::kLoginFailed, 15, "the SMSC refused the bind", "12r"),
            "LOGIN ERR (info=\"15\") acme: ESME_RINVSYSID, invalid system_id; "
            "salvo explain 0x0F\n");
  EXPECT_THAT(ConnectorLine(LogKind::kLoginFailed, 0x999, "the SMSC refused the bind"),
              HasSubstr("LOGIN ERR (info=\"2457\") acme: unknown status, "));
  EXPECT_THAT(ConnectorLine(LogKind::kLoginFailed, 0, "no answer to the bind in time"),
              testing::StartsWith("LOGIN ERR (info=\"no answer to the bind in time\") acme"));
}

TEST(ConnectorLine, OfTheEnd) {
  EXPECT_EQ(ConnectorLine(LogKind::kUnbindWritten, 0, ""), "UNBIND (info=\"sent\") acme\n");
  EXPECT_EQ(ConnectorLine(LogKind::kUnbindRead, 0, ""), "UNBIND (info=\"received\") acme\n");
  EXPECT_EQ(ConnectorLine(LogKind::kDisconnected, 0, "unbound"),
            "DISCONNECT (info=\"unbound\") acme\n");
  EXPECT_EQ(ConnectorLine(LogKind::kDisconnected, ECONNRESET, "Connection reset by peer"),
            "DISCONNECT (info=\"104\") acme: Connection reset by peer; "
            "salvo explain ECONNRESET\n");
  EXPECT_EQ(ConnectorLine(LogKind::kDisconnected, 0, Describe(SessionEnd::kPeerSilent)),
            "DISCONNECT (info=\"no answer to enquire_link\") acme; "
            "salvo explain enquire_link is not answered\n");
  EXPECT_EQ(ConnectorLine(LogKind::kDisconnected, 0, pdu::Describe(pdu::FrameError::kTls)),
            "DISCONNECT (info=\"the peer speaks TLS on a plaintext session: a TLS port needs TLS "
            "switched on\") acme; salvo explain plain SMPP to a TLS port\n");
  // What only sounds like something else is not explained.
  EXPECT_EQ(ConnectorLine(LogKind::kDisconnected, 0, Describe(SessionEnd::kPeerUnbound)),
            "DISCONNECT (info=\"the SMSC sent unbind\") acme\n");
}

TEST(ConnectorLine, IsOneLineWhateverThePeerSends) {
  EXPECT_EQ(ConnectorLine(LogKind::kLoggedIn, 0, "a\"\nb"),
            "LOGIN OK (info=\"0 a'\\x0Ab\") acme\n");
}

TEST(ConnectorLine, CountsWhatIsMissing) {
  std::string out;
  ConnectorLines().AddDropped(kWhen, 3, LoggedBind("an\naccount", "7"), &out);
  EXPECT_EQ(out, std::string(kTime) + " (7) DROPPED 3 lines an\\x0Aaccount\n");
}

}  // namespace
}  // namespace salvo::engine

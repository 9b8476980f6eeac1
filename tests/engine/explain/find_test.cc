// What people type finds what they mean.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "salvo/explain.h"
#include "tests/support/dose.h"
#include "tests/support/random.h"

namespace salvo {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Found(std::string_view words) {
  std::vector<std::string> names;
  for (const Explanation* e : FindExplanations(words)) names.emplace_back(e->name);
  return names;
}

std::string First(std::string_view words) {
  const std::vector<std::string> found = Found(words);
  return found.empty() ? "nothing" : found.front();
}

TEST(FindExplanations, TakesAHexadecimalNumberForAStatus) {
  EXPECT_THAT(Found("0x58"), ElementsAre("ESME_RTHROTTLED"));
  EXPECT_THAT(Found("0X0b"), ElementsAre("ESME_RINVDSTADR"));
  EXPECT_THAT(Found("0000000B"), ElementsAre("ESME_RINVDSTADR"));
  EXPECT_THAT(Found("00000058"), ElementsAre("ESME_RTHROTTLED"));
  EXPECT_THAT(Found("0x401"), ElementsAre("ESME_RVENDOR"));
  EXPECT_THAT(Found("0x7777"), ElementsAre("RESERVED"));
  EXPECT_THAT(Found("0x200"), ElementsAre("RESERVED_113_3FF"));
}

TEST(FindExplanations, ListsWhatADecimalNumberMayBe) {
  EXPECT_THAT(Found("11"), ElementsAre("ESME_RINVDSTADR", "ESME_RCANCELFAIL", "EAGAIN",
                                       "teleserviceNotProvisioned", "X509_V_ERR_CRL_HAS_EXPIRED"));
  EXPECT_THAT(Found("88"), ElementsAre("ESME_RTHROTTLED", "providersOwn",
                                       "X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA"));
  EXPECT_THAT(Found("58"), Contains("ESME_RTHROTTLED"));
  EXPECT_THAT(Found("111"), Contains("ECONNREFUSED"));
}

TEST(FindExplanations, TakesTheTopicBeforeANumber) {
  EXPECT_THAT(Found("errno 111"), ElementsAre("ECONNREFUSED"));
  EXPECT_THAT(Found("errno: 110"), ElementsAre("ETIMEDOUT"));
  EXPECT_THAT(Found("err 012"), ElementsAre("illegalEquipment"));
  EXPECT_THAT(Found("alert 40"), ElementsAre("handshake_failure"));
  EXPECT_THAT(Found("certificate 20"), ElementsAre("X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"));
  EXPECT_THAT(Found("state 5"), ElementsAre("UNDELIVERABLE"));
  EXPECT_THAT(Found("status 88"), ElementsAre("ESME_RTHROTTLED"));
  EXPECT_THAT(Found("command_status=0x14"), ElementsAre("ESME_RMSGQFUL"));
}

TEST(FindExplanations, TakesANumberThatItsTopicDoesNotHaveForNothingElse) {
  for (const char* words : {"err 7", "errno 2", "state 11", "err 007 stat 11", "errno: 99999999999",
                            "what is the errno 2"}) {
    EXPECT_THAT(Found(words), IsEmpty()) << words;
  }
  EXPECT_EQ(First("Connection refused (errno 2)"), "ECONNREFUSED");
  EXPECT_THAT(Found("stat:UNDELIV err:007"), ElementsAre("UNDELIVERABLE"));
}

TEST(FindExplanations, TakesNamesInAnyCaseAndWithoutTheirPrefix) {
  for (const std::string name : {"ESME_RINVDSTADR", "esme_rinvdstadr", "RINVDSTADR", "INVDSTADR"}) {
    EXPECT_THAT(Found(name), ElementsAre("ESME_RINVDSTADR")) << name;
  }
  EXPECT_THAT(Found("ESME_RINVOPTPARSTREAM"), ElementsAre("ESME_RINVTLVSTREAM"));
  EXPECT_THAT(Found("econnrefused"), ElementsAre("ECONNREFUSED"));
  EXPECT_THAT(Found("X509_V_ERR_CA_MD_TOO_WEAK"), ElementsAre("X509_V_ERR_EE_KEY_TOO_SMALL"));
  EXPECT_THAT(Found("HOSTNAME_MISMATCH"), ElementsAre("X509_V_ERR_HOSTNAME_MISMATCH"));
  EXPECT_THAT(Found("UNDELIV"), ElementsAre("UNDELIVERABLE"));
  EXPECT_THAT(Found("ACKED"), ElementsAre("ACCEPTED"));
  EXPECT_THAT(Found("handshake_failure"), ElementsAre("handshake_failure"));
}

TEST(FindExplanations, TakesAPartOfAName) {
  EXPECT_EQ(First("THROTT"), "ESME_RTHROTTLED");
  EXPECT_THAT(Found("SERTYP"), Contains("ESME_RINVSERTYP"));
  EXPECT_EQ(First("handshake failure"), "handshake_failure");
}

TEST(FindExplanations, TakesTheWordsOfASymptom) {
  EXPECT_EQ(First("no dlr"), "no receipts arrive");
  EXPECT_EQ(First("no receipts"), "no receipts arrive");
  EXPECT_EQ(First("receipts stop"), "receipts stop");
  EXPECT_EQ(First("DLRs stopped"), "receipts stop");
  EXPECT_EQ(First("duplicate dlr"), "duplicate receipts");
  EXPECT_EQ(First("connection drops when idle"), "connection drops when idle");
  EXPECT_EQ(First("slow"), "slow despite the allowed rate");
  EXPECT_EQ(First("stuck window"), "stuck window");
  EXPECT_EQ(First("binds refused after a crash"), "binds refused after a crash");
  EXPECT_EQ(First("question marks"), "wrong characters arrive");
}

TEST(FindExplanations, TakesWhatALogSays) {
  EXPECT_THAT(Found("connect: Connection refused"), ElementsAre("ECONNREFUSED"));
  EXPECT_EQ(First("unable to get local issuer certificate"),
            "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY");
  EXPECT_EQ(First("certificate has expired"), "X509_V_ERR_CERT_HAS_EXPIRED");
  EXPECT_THAT(Found("smsc:2775 refused the bind of 'me' with 0x0E (ESME_RINVPASWD)"),
              ElementsAre("ESME_RINVPASWD"));
  EXPECT_THAT(Found("id:17 sub:001 dlvrd:000 stat:UNDELIV err:012 text:hello"),
              ElementsAre("UNDELIVERABLE", "illegalEquipment"));
  EXPECT_EQ(First("sslv3 alert handshake failure"), "handshake_failure");
}

TEST(FindExplanations, FindsEveryEntryByItsName) {
  for (const Explanation& e : AllExplanations()) {
    if (e.name == "RESERVED") continue;
    EXPECT_THAT(Found(e.name), Contains(std::string(e.name)));
  }
}

TEST(FindExplanations, FindsNothingWhereThereIsNothing) {
  for (const std::string words :
       {"", "  ", "zzzz", "the", "quux frobnicate", "0xzz", "...", "0x"}) {
    EXPECT_THAT(Found(words), IsEmpty()) << words;
  }
}

TEST(FindExplanations, TakesAnyOctets) {
  test::Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < test::Dose(50, 10); ++i) {
    EXPECT_LE(FindExplanations(random.Octets(random.Below(60))).size(), 40u);
  }
}

}  // namespace
}  // namespace salvo

#include "pdu/print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/golden_pdus.h"
#include "tests/support/octets.h"

namespace salvo::pdu {
namespace {

using test::Hex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string Line(Octets octets) {
  std::string line;
  PrintLine(octets, &line);
  return line;
}

std::string Golden(std::string_view name, std::string (*print)(Octets)) {
  for (const test::GoldenPdu& golden : test::GoldenPdus()) {
    if (golden.name == name) return print(golden.octets);
  }
  return "no golden PDU of that name";
}

TEST(PrintLine, ShowsHeaderAndFieldsThatSaySomething) {
  EXPECT_EQ(Golden("deliver_sm", Line),
            "deliver_sm seq:256 status:0x00000000 (ESME_ROK) len:71 source_addr_ton:1 "
            "source_addr_npi:1 source_addr:447700900123 dest_addr_ton:3 destination_addr:8080 "
            "esm_class:4 sm_length:4 short_message:id:7 receipted_message_id:7 message_state:2 "
            "network_error_code:\\x03\\x00\\x00");
}

TEST(PrintLine, ShowsARefusal) {
  EXPECT_EQ(Line(Hex("00000010 80000004 00000058 00000007")),
            "submit_sm_resp seq:7 status:0x00000058 (ESME_RTHROTTLED) len:16");
}

TEST(PrintLine, ShowsUnknownCommandsAndStatusesAsNumbers) {
  EXPECT_EQ(Line(Hex("00000012 00007777 00000999 00000007 'a' FF")),
            "unknown command 0x00007777 seq:7 status:0x00000999 len:18 body:a\\xFF");
}

TEST(PrintLine, ShowsUnknownTagsAsNumbers) {
  EXPECT_THAT(Golden("submit_sm", Line), HasSubstr(" user_message_reference:48879 0x1400:"));
}

TEST(PrintLine, ShowsEachEntryOfAList) {
  EXPECT_THAT(Golden("submit_multi", Line),
              HasSubstr("number_of_dests:3 dest_address:4470 dest_address:staff dest_address:"));
  EXPECT_THAT(Golden("submit_multi_resp", Line),
              HasSubstr("no_unsuccess:2 unsuccess_sme:4470 0x0000000B (ESME_RINVDSTADR) "
                        "unsuccess_sme:X 0x00000400 (ESME_RVENDOR)"));
}

TEST(PrintLine, SaysWhatIsWrongBehindTheFields) {
  const std::string line =
      Line(Hex("0000001B 00000005 00000000 00000007 00 01 01 '4470' 00 03 00 '8'"));
  EXPECT_THAT(line, HasSubstr("source_addr:4470"));
  EXPECT_THAT(line, EndsWith(" [error at 26, destination_addr: the NUL that ends this field is "
                             "missing]"));
}

TEST(PrintLine, ShowsNothingOfWhatAnErrorHid) {
  // The version's default must not look like something the peer said.
  const std::string line = Line(Hex("00000015 00000009 00000000 00000007 'user' 00"));
  EXPECT_EQ(line,
            "bind_transceiver seq:7 status:0x00000000 (ESME_ROK) len:21 system_id:user "
            "[error at 21, password: the PDU ends before this field]");
}

TEST(PrintLine, ShowsNoFieldsOfAPduWhoseLengthLies) {
  EXPECT_EQ(Line(Hex("00000099 00000009 00000000 00000007 'user' 00")),
            "bind_transceiver seq:7 status:0x00000000 (ESME_ROK) len:21 "
            "[error at 0, command_length: command_length is not the length of the PDU]");
}

TEST(PrintLine, MarksAWarning) {
  EXPECT_THAT(Line(Hex("00000011 80000015 00000000 00000007 00")),
              EndsWith("[warning at 16, body: octets follow the last field]"));
}

TEST(PrintLine, ShowsLessThanAHeaderAsOctets) {
  EXPECT_EQ(Line(Hex("'GET' 00")), "not a PDU, 4 octets: GET\\x00");
  EXPECT_EQ(Line({}), "not a PDU, 0 octets: ");
}

TEST(PrintLine, AppendsToWhatIsThere) {
  std::string line = "> ";
  PrintLine(Hex("00000010 00000015 00000000 00000001"), &line);
  EXPECT_EQ(line, "> enquire_link seq:1 status:0x00000000 (ESME_ROK) len:16");
}

TEST(Print, NeverShowsAPassword) {
  for (const char* name : {"bind_receiver", "bind_transmitter", "bind_transceiver"}) {
    EXPECT_THAT(Golden(name, Line), HasSubstr("password:***"));
    EXPECT_THAT(Golden(name, Line), Not(HasSubstr("secret")));
  }
  EXPECT_THAT(Golden("outbind", Line), HasSubstr("password:***"));
  EXPECT_THAT(Golden("outbind", Line), Not(HasSubstr("pw")));
}

TEST(Print, NeverShowsAPasswordThatIsCut) {
  const std::vector<uint8_t> octets = Hex("0000001A 00000009 00000000 00000007 'u' 00 'secret08'");
  EXPECT_THAT(Line(octets), Not(HasSubstr("secret")));
}

TEST(Print, EscapesEverythingButPrintableAscii) {
  std::string out;
  AppendEscaped(std::string_view("a\\b~ \x1F\x7F\x80\xFF\0\n", 11), &out);
  EXPECT_EQ(out, "a\\\\b~ \\x1F\\x7F\\x80\\xFF\\x00\\x0A");
}

TEST(Print, EscapesAnOctetWhereverItStands) {
  const std::string plain = "Dear customer, your parcel is on its way";
  for (int octet = 0; octet < 256; ++octet) {
    const bool is_plain = octet >= 0x20 && octet < 0x7F && octet != '\\';
    std::string alone;
    AppendEscaped(std::string(1, static_cast<char>(octet)), &alone);
    EXPECT_EQ(alone.size() == 1, is_plain) << octet;
    for (size_t at = 0; at < plain.size(); ++at) {
      std::string text = plain;
      text[at] = static_cast<char>(octet);
      std::string out;
      AppendEscaped(text, &out);
      ASSERT_EQ(out, plain.substr(0, at) + alone + plain.substr(at + 1)) << octet << " at " << at;
    }
  }
}

TEST(Print, ShowsEveryGoldenPduWithoutAFault) {
  for (const test::GoldenPdu& golden : test::GoldenPdus()) {
    EXPECT_THAT(Line(golden.octets), testing::StartsWith(golden.name + " seq:"));
    EXPECT_THAT(Line(golden.octets), Not(HasSubstr("[")));
  }
}

}  // namespace
}  // namespace salvo::pdu

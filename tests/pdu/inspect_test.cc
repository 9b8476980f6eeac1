#include "pdu/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pdu/encode.h"
#include "tests/support/golden_pdus.h"
#include "tests/support/octets.h"
#include "tests/support/random_pdu.h"

namespace salvo::pdu {
namespace {

using test::Hex;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string Tree(Octets octets) {
  std::string tree;
  PrintTree(octets, &tree);
  return tree;
}

std::string GoldenTree(std::string_view name) {
  for (const test::GoldenPdu& golden : test::GoldenPdus()) {
    if (golden.name == name) return Tree(golden.octets);
  }
  return "no golden PDU of that name";
}

std::vector<uint8_t> Encoded(CommandId id, const auto& body,
                             CommandStatus status = CommandStatus::ESME_ROK) {
  std::vector<uint8_t> out(70'000);
  const EncodeResult result = Encode(id, status, 7, body, out);
  EXPECT_TRUE(result.ok()) << result.field;
  out.resize(result.octets);
  return out;
}

SubmitSm Message(std::string_view octets, uint8_t data_coding, uint8_t esm_class = 0) {
  SubmitSm body;
  body.source = {kTonAlphanumeric, kNpiUnknown, "SALVO"};
  body.destination = {kTonInternational, kNpiE164, "491700000001"};
  body.data_coding = data_coding;
  body.esm_class = esm_class;
  body.short_message = AsOctets(octets);
  return body;
}

Inspection InspectSubmit(const SubmitSm& body) {
  return Inspect(Encoded(CommandId::kSubmitSm, body));
}

std::vector<std::string> Complaints(const Inspection& inspection) {
  std::vector<std::string> lines;
  for (const Complaint& c : inspection.complaints) {
    lines.push_back(std::to_string(c.offset) + " " + c.field + ": " + c.text);
  }
  return lines;
}

TEST(PrintTree, ShowsEveryFieldWithItsOffset) {
  EXPECT_EQ(GoldenTree("query_sm_resp"),
            "query_sm_resp, 40 octets\n"
            "     0  command_length: 40\n"
            "     4  command_id: 0x80000003\n"
            "     8  command_status: 0x00000000 (ESME_ROK)\n"
            "    12  sequence_number: 259\n"
            "    16  message_id: 9F3A\n"
            "    21  final_date: 241231235959004-\n"
            "    38  message_state: 2 (DELIVERED)\n"
            "    39  error_code: 0\n");
}

TEST(PrintTree, ShowsTheOffsetOfEachEntryOfAList) {
  EXPECT_THAT(GoldenTree("submit_multi"), HasSubstr("    24  number_of_dests: 3\n"
                                                    "    25  dest_address: 4470 (ton 1, npi 1)\n"
                                                    "    33  dest_address: staff (distribution "
                                                    "list)\n"
                                                    "    40  dest_address:  (ton 0, npi 0)\n"
                                                    "    44  esm_class: 0 (default mode)\n"));
}

TEST(PrintTree, ShowsTheOffsetOfEachParameterAndWhatItMeans) {
  EXPECT_THAT(GoldenTree("deliver_sm"), HasSubstr("    49  short_message: id:7\n"
                                                  "    53  receipted_message_id: 7\n"
                                                  "    59  message_state: 2 (DELIVERED)\n"
                                                  "    64  network_error_code: 030000 (GSM, code "
                                                  "0)\n"));
  EXPECT_THAT(GoldenTree("deliver_sm"), HasSubstr("        receipt id: 7\n"));
}

TEST(PrintTree, ShowsNoFieldsThatALeftOutBodyDoesNotHave) {
  EXPECT_EQ(Tree(Hex("00000010 80000004 00000058 00000007")),
            "submit_sm_resp, 16 octets\n"
            "     0  command_length: 16\n"
            "     4  command_id: 0x80000004\n"
            "     8  command_status: 0x00000058 (ESME_RTHROTTLED)\n"
            "    12  sequence_number: 7\n");
}

TEST(PrintTree, SaysWhatIsWrongOnALineOfItsOwn) {
  EXPECT_THAT(Tree(Hex("00000010 80000004 00000000 00000007")),
              EndsWith("        warning at 16, message_id: the PDU ends before this field\n"));
  EXPECT_THAT(Tree(Hex("0000001B 00000005 00000000 00000007 00 01 01 '4470' 00 03 00 '8'")),
              EndsWith("        error at 26, destination_addr: the NUL that ends this field is "
                       "missing\n"));
}

TEST(PrintTree, ShowsLessThanAHeaderAsOctets) {
  EXPECT_EQ(Tree(Hex("01 02")), "not a PDU, 2 octets: \\x01\\x02\n");
}

TEST(PrintTree, NeverShowsAPassword) {
  for (const char* name : {"bind_receiver", "bind_transmitter", "bind_transceiver"}) {
    EXPECT_THAT(GoldenTree(name), HasSubstr("password: ***"));
    EXPECT_THAT(GoldenTree(name), Not(HasSubstr("secret")));
  }
  EXPECT_THAT(GoldenTree("outbind"), Not(HasSubstr("pw")));
  EXPECT_THAT(Tree(Hex("0000001A 00000009 00000000 00000007 'u' 00 'secret08'")),
              Not(HasSubstr("secret")));
}

TEST(Inspect, ReadsTheTextAsDataCodingSays) {
  EXPECT_EQ(InspectSubmit(Message("\x1B\x65 {@}", 0)).text, "€ ä¡ñ");
  EXPECT_EQ(InspectSubmit(Message("gr\xFC\xDF", 3)).text, "grüß");
  EXPECT_EQ(InspectSubmit(Message("plain", 1)).text, "plain");
  EXPECT_EQ(InspectSubmit(Message(std::string_view("\x04\x1F\xD8\x3D\xDE\x00", 6), 8)).text, "П😀");
  EXPECT_EQ(InspectSubmit(Message("\xBF\xE0\xD8", 6)).text, "При");
  EXPECT_EQ(InspectSubmit(Message("\xE0\xE1", 7)).text, "אב");
  EXPECT_EQ(InspectSubmit(Message("hi", 0xF0)).text, "hi");
  EXPECT_FALSE(InspectSubmit(Message("hi", 4)).has_text);
}

TEST(Inspect, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(InspectSubmit(Message("a\x1B[1m\\", 3)).text, "a\\u001B[1m\\\\");
  EXPECT_EQ(InspectSubmit(Message("\xD8\x3F\xDF\xFE", 8)).text, "\\U01FFFE");
  EXPECT_EQ(InspectSubmit(Message(std::string_view("\x20\x2E\x00\x0A", 4), 8)).text,
            "\\u202E\\u000A");
}

TEST(Inspect, ReadsTheUserDataHeader) {
  const std::string part("\x05\x00\x03\x2A\x03\x02Hello", 11);
  const Inspection inspection = InspectSubmit(Message(part, 0, kEsmUdhIndicator));
  EXPECT_THAT(inspection.user_data_header, ElementsAre("concatenation: part 2 of 3, reference 42"));
  EXPECT_EQ(inspection.text, "Hello");
  EXPECT_THAT(Complaints(inspection), IsEmpty());
}

TEST(Inspect, ReadsTheReceipt) {
  SubmitSm body = Message("id:17 sub:001 dlvrd:000 stat:UNDELIV err:012 text:Hello", 0, 4);
  const Inspection inspection = Inspect(Encoded(CommandId::kDeliverSm, body));
  std::vector<std::string> lines;
  for (const InspectedField& field : inspection.receipt) {
    lines.push_back(field.name + "=" + field.value);
  }
  EXPECT_THAT(lines, ElementsAre("kind=receipt", "id=17", "state=UNDELIVERABLE", "stat=UNDELIV",
                                 "err=012", "sub=001", "dlvrd=000", "text=Hello"));
}

TEST(Inspect, ComplainsOfWhatBreaksTheSpecification) {
  const auto of = [](std::string_view hex) { return Complaints(Inspect(Hex(hex))); };
  EXPECT_THAT(of("00000010 00000015 00000001 00000001"),
              ElementsAre("8 command_status: a request with a status"));
  EXPECT_THAT(of("00000010 00000015 00000000 00000000"),
              ElementsAre("12 sequence_number: outside of 1 to 0x7FFFFFFF"));
  EXPECT_THAT(of("00000010 00007777 00000000 00000001"),
              ElementsAre("4 command_id: no version has this command"));
  EXPECT_THAT(of("00000010 80000004 00000999 00000001"),
              ElementsAre("8 command_status: a status that no version defines"));
  EXPECT_THAT(of("00000012 80000004 00000058 00000001 '7' 00"),
              ElementsAre("16 body: a response that refuses has no body"));
  EXPECT_THAT(of("00000011 80000015 00000000 00000001 00"),
              ElementsAre("16 body: octets follow the last field"));
  EXPECT_THAT(of("00000011 00000015 00000000 00000001"),
              ElementsAre("0 command_length: command_length is not the length of the PDU"));
}

TEST(Inspect, ComplainsOfFieldsThatContradictEachOther) {
  const auto of = [](const SubmitSm& body) { return Complaints(InspectSubmit(body)); };
  SubmitSm body = Message("Hello", 0);
  EXPECT_THAT(of(body), IsEmpty());
  body.source.ton = 7;
  EXPECT_THAT(of(body), ElementsAre("17 source_addr_ton: 7: reserved"));
  body = Message("Hello", 0);
  body.destination.digits = "+491700000001";
  EXPECT_THAT(of(body), ElementsAre("27 destination_addr: an international number has digits "
                                    "alone"));
  body = Message("Hello", 0);
  body.source.digits = "TWELVELETTER";
  EXPECT_THAT(of(body), ElementsAre("19 source_addr: networks carry 11 letters at most"));
  body = Message("Hello", 0);
  body.validity_period = "tomorrow";
  EXPECT_THAT(of(body), ElementsAre("44 validity_period: no time of the form YYMMDDhhmmsstnnp"));
  EXPECT_THAT(of(Message("Hello", 0x0B)), ElementsAre("47 data_coding: 11: reserved"));
  EXPECT_THAT(of(Message("odd", 8)),
              ElementsAre("50 short_message: an odd count of octets in UCS-2"));
  EXPECT_THAT(of(Message("\xE4", 0)), ElementsAre(HasSubstr("an octet above 0x7F")));
  EXPECT_THAT(of(Message("\x09", 0, kEsmUdhIndicator)),
              ElementsAre("50 short_message: the user data header is longer than the message"));
  EXPECT_THAT(of(Message(std::string(161, 'a'), 0)), ElementsAre(HasSubstr("the 140 octets")));
  EXPECT_THAT(of(Message(std::string(160, 'a'), 0)), IsEmpty());
  EXPECT_THAT(of(Message(std::string(142, '\0'), 8)), ElementsAre(HasSubstr("the 140 octets")));
  for (const uint8_t in_septets : std::initializer_list<uint8_t>{0, 1, 0x10, 0xC0, 0xD0, 0xF0}) {
    EXPECT_THAT(of(Message(std::string(160, 'a'), in_septets)), IsEmpty()) << int{in_septets};
    EXPECT_THAT(of(Message(std::string(161, 'a'), in_septets)),
                ElementsAre(HasSubstr("the 140 octets")))
        << int{in_septets};
  }
  EXPECT_THAT(of(Message(std::string(141, 'a'), 3)), ElementsAre(HasSubstr("the 140 octets")));
  EXPECT_THAT(of(Message("Hello", 0, kEsmReceipt)), ElementsAre(HasSubstr("esm_class")));
}

TEST(Inspect, ComplainsOfParameters) {
  const auto of = [](auto add) {
    std::vector<uint8_t> room(1000);
    TlvWriter writer(room);
    add(writer);
    SubmitSm body = Message("Hello", 0);
    body.tlvs = writer.list();
    return Complaints(InspectSubmit(body));
  };
  EXPECT_THAT(of([](TlvWriter& w) { w.AddU16(Tag::kUserMessageReference, 7); }), IsEmpty());
  EXPECT_THAT(of([](TlvWriter& w) { w.AddU8(Tag::kUserMessageReference, 7); }),
              ElementsAre("55 user_message_reference: 1 octet where 2 belong"));
  EXPECT_THAT(of([](TlvWriter& w) { w.AddU8(static_cast<Tag>(0x1401), 7); }), IsEmpty());
  EXPECT_THAT(of([](TlvWriter& w) { w.AddU8(static_cast<Tag>(0x0FFF), 7); }),
              ElementsAre("55 0x0FFF: a parameter that no version defines"));
  EXPECT_THAT(of([](TlvWriter& w) { w.Add(Tag::kReceiptedMessageId, AsOctets("17")); }),
              ElementsAre("55 receipted_message_id: the NUL that ends the value is missing"));
  EXPECT_THAT(of([](TlvWriter& w) { w.AddU8(Tag::kMessageState, 77); }),
              ElementsAre("55 message_state: a value without a meaning"));
  EXPECT_THAT(of([](TlvWriter& w) {
                w.AddU16(Tag::kSourcePort, 1);
                w.AddU16(Tag::kSourcePort, 2);
              }),
              ElementsAre("61 source_port: the parameter stands there twice"));
  EXPECT_THAT(of([](TlvWriter& w) { w.Add(Tag::kMessagePayload, AsOctets("too")); }),
              ElementsAre("59 message_payload: both short_message and message_payload hold a "
                          "text"));
}

TEST(Inspect, FindsNothingWrongWithTheGoldenPdus) {
  for (const test::GoldenPdu& golden : test::GoldenPdus()) {
    const Inspection inspection = Inspect(golden.octets);
    EXPECT_TRUE(inspection.result.ok()) << golden;
    EXPECT_THAT(GoldenTree(golden.name), testing::StartsWith(golden.name + ", ")) << golden;
  }
}

// Every octet of a PDU belongs to exactly one field.
TEST(Inspect, CoversThePduWithItsFields) {
  test::Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  test::RandomPdus pdus(&random);
  std::vector<uint8_t> room(pdus.LargestPdu());
  for (int i = 0; i < 2'000; ++i) {
    const Pdu pdu = pdus.Next();
    const EncodeResult encoded = Encode(pdu, room);
    ASSERT_TRUE(encoded.ok());
    const Inspection inspection = Inspect(Octets(room).first(encoded.octets));
    size_t at = kHeaderOctets;
    for (const InspectedField& field : inspection.fields) {
      ASSERT_EQ(field.offset, at) << field.name;
      at += field.octets;
    }
    ASSERT_EQ(at, encoded.octets) << NameOf(pdu.header.command_id);
  }
}

}  // namespace
}  // namespace salvo::pdu

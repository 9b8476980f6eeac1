#include "tools/inspect/pdu_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "pdu/decode.h"
#include "pdu/encode.h"
#include "pdu/fields.h"
#include "tests/support/octets.h"
#include "tests/support/pdu_fields.h"
#include "tests/support/random_pdu.h"

namespace salvo::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string FaultOf(const std::vector<std::string>& words) { return EncodePdu(words).fault; }

std::string HexOf(const std::vector<std::string>& words) {
  const EncodedPdu pdu = EncodePdu(words);
  EXPECT_EQ(pdu.fault, "");
  return test::ToHex(pdu.octets);
}

std::string HexWord(pdu::Octets octets) {
  std::string hex = test::ToHex(octets);
  std::erase(hex, ' ');
  return "hex:" + hex;
}

// A visitor that writes a body as words.
class Words {
 public:
  explicit Words(std::vector<std::string>* out) : out_(*out) {}

  void Text(const std::string& name, std::string_view text, size_t) {
    out_.push_back(name + "=" + std::string(text));
  }
  void Password(std::string_view text) { Text("password", text, 0); }
  void Number(const std::string& name, uint8_t value) {
    out_.push_back(name + "=" + std::to_string(value));
  }
  void ShortMessage(pdu::Octets text) { out_.push_back("short_message=" + HexWord(text)); }
  void Destinations(const pdu::DestinationList& list) {
    pdu::Reader reader(list.octets);
    pdu::Destination entry;
    while (reader.left() > 0 && ReadDestination(reader, &entry)) {
      out_.push_back("dest_address=" + (entry.dest_flag == 2 ? "list:" + std::string(entry.dl_name)
                                                             : Written(entry.address)));
    }
  }
  void Unsuccesses(const pdu::UnsuccessList& list) {
    pdu::Reader reader(list.octets);
    pdu::Unsuccess entry;
    while (reader.left() > 0 && ReadUnsuccess(reader, &entry)) {
      out_.push_back("unsuccess_sme=" + Written(entry.address) + ":" +
                     std::to_string(static_cast<uint32_t>(entry.error_status_code)));
    }
  }
  void Tlvs(const pdu::TlvList& list) {
    for (const pdu::Tlv tlv : list) {
      out_.push_back("tlv:" + std::to_string(static_cast<uint16_t>(tlv.tag)) + "=" +
                     HexWord(tlv.value));
    }
  }
  void Opaque(pdu::Octets octets) { out_.push_back("body=" + HexWord(octets)); }

 private:
  static std::string Written(const pdu::Address& address) {
    return std::to_string(address.ton) + "/" + std::to_string(address.npi) + "/" +
           std::string(address.digits);
  }

  std::vector<std::string>& out_;
};

TEST(EncodePdu, GivesTheOctetsOfTheSpecification) {
  EXPECT_EQ(HexOf({"enquire_link", "sequence_number=7"}),
            test::ToHex(test::Hex("00000010 00000015 00000000 00000007")));
  EXPECT_EQ(HexOf({"submit_sm_resp", "command_status=ESME_RTHROTTLED", "message_id="}),
            test::ToHex(test::Hex("00000011 80000004 00000058 00000001 00")));
  EXPECT_EQ(HexOf({"bind_transceiver_resp", "system_id=SMSC", "tlv:sc_interface_version=0x34"}),
            test::ToHex(test::Hex("0000001A 80000009 00000000 00000001 'SMSC' 00 0210 0001 34")));
}

TEST(EncodePdu, WritesTextAsDataCodingSays) {
  EXPECT_THAT(HexOf({"submit_sm", "short_message=@€"}), testing::EndsWith("03 00 1b 65"));
  EXPECT_THAT(HexOf({"submit_sm", "data_coding=3", "short_message=ü"}), testing::EndsWith("01 fc"));
  EXPECT_THAT(HexOf({"submit_sm", "data_coding=8", "short_message=Я"}),
              testing::EndsWith("02 04 2f"));
  EXPECT_THAT(HexOf({"data_sm", "data_coding=8", "tlv:message_payload=Я"}),
              testing::EndsWith("04 24 00 02 04 2f"));
}

TEST(EncodePdu, SaysWhatIsWrong) {
  EXPECT_THAT(FaultOf({}), HasSubstr("say which command"));
  EXPECT_EQ(FaultOf({"submit"}), "there is no command 'submit'; the nearest is 'submit_sm'");
  EXPECT_EQ(FaultOf({"submit_sm", "hello"}), "'hello' is not NAME=VALUE");
  EXPECT_EQ(FaultOf({"submit_sm", "source_adr=1"}),
            "submit_sm has no field 'source_adr'; the nearest is 'source_addr'");
  EXPECT_EQ(FaultOf({"submit_sm", "data_coding=256"}), "data_coding is no number from 0 to 255");
  EXPECT_EQ(FaultOf({"submit_sm", "data_coding=1", "data_coding=2"}), "data_coding is given twice");
  EXPECT_THAT(FaultOf({"submit_sm", "short_message=Я"}), HasSubstr("8 is UCS-2"));
  EXPECT_THAT(FaultOf({"submit_sm", "data_coding=1", "short_message=ü"}), HasSubstr("8 is UCS-2"));
  EXPECT_THAT(FaultOf({"submit_sm", "data_coding=4", "short_message=a"}), HasSubstr("hex:"));
  EXPECT_THAT(FaultOf({"submit_sm", "short_message=hex:0"}), HasSubstr("pairs of digits"));
  EXPECT_EQ(FaultOf({"submit_sm", "source_addr=0123456789012345678901"}),
            "source_addr is longer than the specification allows");
  EXPECT_EQ(FaultOf({"submit_sm", "tlv:nonsense=1"}),
            "tlv:nonsense is no known parameter, nor a number of one");
  EXPECT_THAT(FaultOf({"submit_sm", "tlv:user_message_reference=70000"}), HasSubstr("too large"));
  EXPECT_THAT(FaultOf({"submit_sm", "sequence_number=x"}), HasSubstr("is no number"));
  EXPECT_THAT(FaultOf({"submit_multi", "dest_address=1/2"}), HasSubstr("ton/npi/digits"));
  EXPECT_THAT(FaultOf({"submit_sm", "short_message=" + std::string(300, 'a')}),
              HasSubstr("longer than the specification"));
}

// What is decoded and written as words makes the same PDU again.
TEST(EncodePdu, GivesBackEveryPduFromItsWords) {
  test::Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  test::RandomPdus pdus(&random);
  std::vector<uint8_t> room(pdus.LargestPdu());
  for (int i = 0; i < 3'000; ++i) {
    const pdu::Pdu made = pdus.Next();
    const pdu::EncodeResult encoded = Encode(made, room);
    ASSERT_TRUE(encoded.ok());
    const pdu::Octets octets = pdu::Octets(room).first(encoded.octets);
    pdu::Pdu decoded;
    ASSERT_TRUE(Decode(octets, &decoded).ok());
    std::vector<std::string> words = {
        std::string(NameOf(decoded.header.command_id)),
        "command_status=" + std::to_string(static_cast<uint32_t>(decoded.header.command_status)),
        "sequence_number=" + std::to_string(decoded.header.sequence_number)};
    Words writer(&words);
    std::visit([&](const auto& body) { Fields(writer, body); }, decoded.body);
    const EncodedPdu again = EncodePdu(words);
    ASSERT_EQ(again.fault, "") << test::ToHex(octets);
    ASSERT_EQ(test::ToHex(again.octets), test::ToHex(octets));
  }
}

}  // namespace
}  // namespace salvo::tools

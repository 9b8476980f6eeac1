#include "engine/shard/composer.h"

#include <gtest/gtest.h>

#include "pdu/decode.h"
#include "pdu/text/udh.h"
#include "tests/support/octets.h"

namespace salvo::engine {
namespace {

std::unique_ptr<Account> MakeAccount(LongMessages long_messages) {
  AccountOptions options;
  options.hosts = {{"127.0.0.1", 2775}};
  options.system_id = "user";
  options.source_addr = "SALVO";
  options.service_type = "CMT";
  options.long_messages = long_messages;
  options.tlvs = {{0x1400, "PE"}};
  std::unique_ptr<Account> account;
  EXPECT_TRUE(Account::Create(options, 0, 1, 0, &account).ok());
  return account;
}

// All parts of a text as the wire would carry them.
struct Parts {
  std::unique_ptr<Account> account;
  std::vector<std::vector<uint8_t>> octets;
  std::vector<pdu::SubmitSm> pdus;
};

Parts Compose(LongMessages long_messages, std::string_view text, std::string_view tlvs = {}) {
  Parts parts;
  parts.account = MakeAccount(long_messages);
  Composition message;
  message.account = parts.account.get();
  message.source = parts.account->default_source();
  message.destination = pdu::AddressBlock(parts.account->DestinationAddress("+491701234567"));
  const pdu::TextPlan plan =
      pdu::PlanText(text, pdu::MeasureText(text), parts.account->text_options());
  message.alphabet = plan.alphabet;
  message.billed = plan.segments;
  message.parts = long_messages == LongMessages::kPayload ? 1 : plan.segments;
  message.reference = 0x1234;
  message.text = text;
  message.tlvs = tlvs;
  while (!message.finished()) {
    std::vector<uint8_t> out(LargestPart(message));
    out.resize(WritePart(message, 99, out.data()));
    parts.octets.push_back(std::move(out));
  }
  for (const std::vector<uint8_t>& octets : parts.octets) {
    pdu::Pdu pdu;
    const pdu::DecodeResult result = pdu::Decode(octets, &pdu);
    EXPECT_TRUE(result.ok());
    EXPECT_EQ(result.warning, pdu::Fault::kNone);
    parts.pdus.push_back(std::get<pdu::SubmitSm>(pdu.body));
  }
  return parts;
}

TEST(Composer, AShortMessageIsOneSubmitSmWithAllThatTheAccountSays) {
  const Parts parts = Compose(LongMessages::kUdh8, "Hello");
  ASSERT_EQ(parts.pdus.size(), 1u);
  const pdu::SubmitSm& submit = parts.pdus[0];
  EXPECT_EQ(submit.service_type, "CMT");
  EXPECT_EQ(submit.source.digits, "SALVO");
  EXPECT_EQ(submit.source.ton, pdu::kTonAlphanumeric);
  EXPECT_EQ(submit.destination.digits, "491701234567");
  EXPECT_EQ(submit.esm_class, 0);
  EXPECT_EQ(submit.registered_delivery, 1);
  EXPECT_EQ(pdu::AsText(submit.short_message), "Hello");
  EXPECT_EQ(pdu::AsText(submit.tlvs.Find(static_cast<pdu::Tag>(0x1400))->value), "PE");
}

TEST(Composer, PartsWithAnEightBitReferenceCarryIt) {
  const std::string text(400, 'a');
  const Parts parts = Compose(LongMessages::kUdh8, text);
  ASSERT_EQ(parts.pdus.size(), 3u);
  std::string joined;
  for (size_t i = 0; i < parts.pdus.size(); ++i) {
    const pdu::SubmitSm& submit = parts.pdus[i];
    EXPECT_EQ(submit.esm_class, pdu::kEsmUdhIndicator);
    EXPECT_EQ(test::ToHex(submit.short_message.first(pdu::kUdh8Octets)),
              "05 00 03 34 03 0" + std::to_string(i + 1));
    joined += pdu::AsText(submit.short_message.subspan(pdu::kUdh8Octets));
  }
  EXPECT_EQ(joined, text);
}

TEST(Composer, PartsWithASixteenBitReferenceHoldOneCharacterLess) {
  const Parts parts = Compose(LongMessages::kUdh16, std::string(153 * 2, 'a'));
  ASSERT_EQ(parts.pdus.size(), 3u);
  EXPECT_EQ(test::ToHex(parts.pdus[0].short_message.first(pdu::kUdh16Octets)),
            "06 08 04 12 34 03 01");
  EXPECT_EQ(parts.pdus[0].short_message.size(), pdu::kUdh16Octets + 152);
}

TEST(Composer, PartsWithSarParametersHaveNoHeaderInTheText) {
  const Parts parts = Compose(LongMessages::kSar, std::string(400, 'a'));
  ASSERT_EQ(parts.pdus.size(), 3u);
  for (size_t i = 0; i < parts.pdus.size(); ++i) {
    const pdu::SubmitSm& submit = parts.pdus[i];
    EXPECT_EQ(submit.esm_class, 0);
    EXPECT_EQ(submit.tlvs.Find(pdu::Tag::kSarMsgRefNum)->AsInteger(), 0x1234u);
    EXPECT_EQ(submit.tlvs.Find(pdu::Tag::kSarTotalSegments)->AsInteger(), 3u);
    EXPECT_EQ(submit.tlvs.Find(pdu::Tag::kSarSegmentSeqnum)->AsInteger(), i + 1);
  }
}

TEST(Composer, APayloadIsOneSubmitSmWithAnEmptyShortMessage) {
  const std::string text(400, 'a');
  const Parts parts = Compose(LongMessages::kPayload, text);
  ASSERT_EQ(parts.pdus.size(), 1u);
  EXPECT_TRUE(parts.pdus[0].short_message.empty());
  EXPECT_EQ(pdu::AsText(parts.pdus[0].tlvs.Find(pdu::Tag::kMessagePayload)->value), text);
}

TEST(Composer, AShortTextNeedsNoPayload) {
  const Parts parts = Compose(LongMessages::kPayload, "Hello");
  EXPECT_EQ(pdu::AsText(parts.pdus[0].short_message), "Hello");
  EXPECT_FALSE(parts.pdus[0].tlvs.Find(pdu::Tag::kMessagePayload).has_value());
}

TEST(Composer, TheLargestPayloadFitsIntoItsClaim) {
  std::string text;
  while (text.size() < 255 * 134) text += "\xC3\xA9\xE2\x82\xAC{";
  text.resize(text.size() - text.size() % 6);
  const Parts parts = Compose(LongMessages::kPayload, text.substr(0, 6 * 3000));
  ASSERT_EQ(parts.pdus.size(), 1u);
}

TEST(Composer, ParametersOfTheMessageStandBehindThoseOfTheAccount) {
  const std::string row_tlv("\x14\x01\x00\x02TP", 6);
  const Parts parts = Compose(LongMessages::kUdh8, "Hello", row_tlv);
  std::vector<uint16_t> tags;
  for (const pdu::Tlv tlv : parts.pdus[0].tlvs) tags.push_back(static_cast<uint16_t>(tlv.tag));
  EXPECT_EQ(tags, (std::vector<uint16_t>{0x1400, 0x1401}));
}

TEST(Composer, AParameterOfTheMessageReplacesThatOfTheAccount) {
  const std::string row_tlvs("\x14\x01\x00\x01T\x14\x00\x00\x03OWN", 12);
  const Parts parts = Compose(LongMessages::kUdh8, "Hello", row_tlvs);
  EXPECT_EQ(pdu::AsText(parts.pdus[0].tlvs.octets()), row_tlvs);
}

TEST(Composer, EveryPartOfTheLongestTextDecodes) {
  const Parts parts = Compose(LongMessages::kUdh8, std::string(255 * 153, 'z'));
  EXPECT_EQ(parts.pdus.size(), 255u);
}

TEST(ConcatenationReferences, TwoMessagesToOnePhoneDiffer) {
  ConcatenationReferences references(9);
  std::set<uint16_t> seen;
  for (int i = 0; i < 256; ++i) seen.insert(references.Next("491701234567") & 0xFF);
  EXPECT_EQ(seen.size(), 256u);
}

}  // namespace
}  // namespace salvo::engine

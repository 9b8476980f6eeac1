#include "pdu/tlv.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/octets.h"

namespace salvo::pdu {
namespace {

using test::Hex;
using test::ToHex;

struct KnownTlv {
  uint16_t tag;
  std::string_view name;
  TlvForm form;
  uint16_t min_octets;
  uint16_t max_octets;
};

// 3.4 section 5.3.2 and 5.0 section 4.8.4; where they differ, the sizes of both.
constexpr KnownTlv kKnownTlvs[] = {
    {0x0005, "dest_addr_subunit", TlvForm::kInteger, 1, 1},
    {0x0006, "dest_network_type", TlvForm::kInteger, 1, 1},
    {0x0007, "dest_bearer_type", TlvForm::kInteger, 1, 1},
    {0x0008, "dest_telematics_id", TlvForm::kInteger, 2, 2},
    {0x000D, "source_addr_subunit", TlvForm::kInteger, 1, 1},
    {0x000E, "source_network_type", TlvForm::kInteger, 1, 1},
    {0x000F, "source_bearer_type", TlvForm::kInteger, 1, 1},
    {0x0010, "source_telematics_id", TlvForm::kInteger, 1, 1},
    {0x0017, "qos_time_to_live", TlvForm::kInteger, 4, 4},
    {0x0019, "payload_type", TlvForm::kInteger, 1, 1},
    {0x001D, "additional_status_info_text", TlvForm::kCString, 1, 256},
    {0x001E, "receipted_message_id", TlvForm::kCString, 1, 65},
    {0x0030, "ms_msg_wait_facilities", TlvForm::kInteger, 1, 1},
    {0x0201, "privacy_indicator", TlvForm::kInteger, 1, 1},
    {0x0202, "source_subaddress", TlvForm::kOctets, 2, 23},
    {0x0203, "dest_subaddress", TlvForm::kOctets, 2, 23},
    {0x0204, "user_message_reference", TlvForm::kInteger, 2, 2},
    {0x0205, "user_response_code", TlvForm::kInteger, 1, 1},
    {0x020A, "source_port", TlvForm::kInteger, 2, 2},
    {0x020B, "dest_port", TlvForm::kInteger, 2, 2},
    {0x020C, "sar_msg_ref_num", TlvForm::kInteger, 2, 2},
    {0x020D, "language_indicator", TlvForm::kInteger, 1, 1},
    {0x020E, "sar_total_segments", TlvForm::kInteger, 1, 1},
    {0x020F, "sar_segment_seqnum", TlvForm::kInteger, 1, 1},
    {0x0210, "sc_interface_version", TlvForm::kInteger, 1, 1},
    {0x0302, "callback_num_pres_ind", TlvForm::kInteger, 1, 1},
    {0x0303, "callback_num_atag", TlvForm::kOctets, 0, 65},
    {0x0304, "number_of_messages", TlvForm::kInteger, 1, 1},
    {0x0381, "callback_num", TlvForm::kOctets, 4, 19},
    {0x0420, "dpf_result", TlvForm::kInteger, 1, 1},
    {0x0421, "set_dpf", TlvForm::kInteger, 1, 1},
    {0x0422, "ms_availability_status", TlvForm::kInteger, 1, 1},
    {0x0423, "network_error_code", TlvForm::kOctets, 3, 3},
    {0x0424, "message_payload", TlvForm::kOctets, 0, 65535},
    {0x0425, "delivery_failure_reason", TlvForm::kInteger, 1, 1},
    {0x0426, "more_messages_to_send", TlvForm::kInteger, 1, 1},
    {0x0427, "message_state", TlvForm::kInteger, 1, 1},
    {0x0428, "congestion_state", TlvForm::kInteger, 1, 1},
    {0x0501, "ussd_service_op", TlvForm::kInteger, 1, 1},
    {0x0600, "broadcast_channel_indicator", TlvForm::kInteger, 1, 1},
    {0x0601, "broadcast_content_type", TlvForm::kOctets, 3, 3},
    {0x0602, "broadcast_content_type_info", TlvForm::kOctets, 0, 255},
    {0x0603, "broadcast_message_class", TlvForm::kInteger, 1, 1},
    {0x0604, "broadcast_rep_num", TlvForm::kInteger, 2, 2},
    {0x0605, "broadcast_frequency_interval", TlvForm::kOctets, 3, 3},
    {0x0606, "broadcast_area_identifier", TlvForm::kOctets, 1, 65535},
    {0x0607, "broadcast_error_status", TlvForm::kInteger, 4, 4},
    {0x0608, "broadcast_area_success", TlvForm::kInteger, 1, 1},
    {0x0609, "broadcast_end_time", TlvForm::kOctets, 16, 16},
    {0x060A, "broadcast_service_group", TlvForm::kOctets, 1, 255},
    {0x060B, "billing_identification", TlvForm::kOctets, 1, 1024},
    {0x060D, "source_network_id", TlvForm::kCString, 7, 65},
    {0x060E, "dest_network_id", TlvForm::kCString, 7, 65},
    {0x060F, "source_node_id", TlvForm::kOctets, 6, 6},
    {0x0610, "dest_node_id", TlvForm::kOctets, 6, 6},
    {0x0611, "dest_addr_np_resolution", TlvForm::kInteger, 1, 1},
    {0x0612, "dest_addr_np_information", TlvForm::kOctets, 10, 10},
    {0x0613, "dest_addr_np_country", TlvForm::kOctets, 1, 5},
    {0x1201, "display_time", TlvForm::kInteger, 1, 1},
    {0x1203, "sms_signal", TlvForm::kInteger, 2, 2},
    {0x1204, "ms_validity", TlvForm::kInteger, 1, 4},
    {0x130C, "alert_on_message_delivery", TlvForm::kInteger, 0, 1},
    {0x1380, "its_reply_type", TlvForm::kInteger, 1, 1},
    {0x1383, "its_session_info", TlvForm::kOctets, 2, 2},
};

TEST(Tlv, KnowsEveryTagOfTheSpecificationWithItsNameAndSizes) {
  for (const KnownTlv& known : kKnownTlvs) {
    const TlvInfo* info = FindTlvInfo(static_cast<Tag>(known.tag));
    ASSERT_NE(info, nullptr) << known.name;
    EXPECT_EQ(info->name, known.name);
    EXPECT_EQ(info->form, known.form) << known.name;
    EXPECT_EQ(info->min_octets, known.min_octets) << known.name;
    EXPECT_EQ(info->max_octets, known.max_octets) << known.name;
  }
  EXPECT_EQ(AllTlvs().size(), std::size(kKnownTlvs));
}

TEST(Tlv, ListsEachTagOnceAscending) {
  for (size_t i = 1; i < AllTlvs().size(); ++i) {
    EXPECT_LT(AllTlvs()[i - 1].tag, AllTlvs()[i].tag) << AllTlvs()[i].name;
  }
}

TEST(Tlv, KnowsNothingOfVendorTags) {
  for (int tag : {0x0000, 0x0004, 0x1384, 0x1400, 0x3FFF, 0xFFFF}) {
    EXPECT_EQ(FindTlvInfo(static_cast<Tag>(tag)), nullptr) << tag;
  }
}

TEST(Tlv, TagIsFoundByNameAndNumber) {
  for (const KnownTlv& known : kKnownTlvs) {
    EXPECT_EQ(ParseTag(known.name), static_cast<Tag>(known.tag)) << known.name;
  }
  EXPECT_EQ(ParseTag("0x1400"), static_cast<Tag>(0x1400));
  EXPECT_EQ(ParseTag("0X3fff"), static_cast<Tag>(0x3FFF));
  EXPECT_EQ(ParseTag("5120"), static_cast<Tag>(0x1400));
}

TEST(Tlv, TagIsNotReadIntoAnythingElse) {
  for (std::string_view text : {"", "0x", "0x10000", "65536", "-1", "+1", "1400h", "message",
                                "MESSAGE_PAYLOAD", " 5", "5 "}) {
    EXPECT_EQ(ParseTag(text), std::nullopt) << text;
  }
}

TEST(Tlv, ReadsIntegersOfOneToFourOctets) {
  const std::vector<uint8_t> octets = Hex("01 02 03 04 05");
  const auto value = [&](size_t size) { return Tlv{{}, Octets(octets).first(size)}.AsInteger(); };
  EXPECT_EQ(value(1), 0x01u);
  EXPECT_EQ(value(2), 0x0102u);
  EXPECT_EQ(value(3), 0x010203u);
  EXPECT_EQ(value(4), 0x01020304u);
}

TEST(Tlv, ReadsNoIntegerFromNothingOrFromTooMuch) {
  const std::vector<uint8_t> octets = Hex("01 02 03 04 05");
  EXPECT_EQ((Tlv{{}, {}}.AsInteger()), std::nullopt);
  EXPECT_EQ((Tlv{{}, octets}.AsInteger()), std::nullopt);
}

TEST(Tlv, ReadsACStringWithItsNulAndWithout) {
  const std::vector<uint8_t> with = Hex("'abc' 00");
  const std::vector<uint8_t> without = Hex("'abc'");
  const std::vector<uint8_t> more = Hex("'abc' 00 'def' 00");
  const std::vector<uint8_t> bare = Hex("00");
  EXPECT_EQ((Tlv{{}, with}.AsCString()), "abc");
  EXPECT_EQ((Tlv{{}, without}.AsCString()), "abc");
  EXPECT_EQ((Tlv{{}, more}.AsCString()), "abc");
  EXPECT_EQ((Tlv{{}, bare}.AsCString()), "");
  EXPECT_EQ((Tlv{{}, {}}.AsCString()), "");
}

std::vector<std::string> Shown(const TlvList& list) {
  std::vector<std::string> shown;
  for (Tlv tlv : list) {
    std::vector<uint8_t> tag(2);
    Store16(tag.data(), static_cast<uint16_t>(tlv.tag));
    shown.push_back(ToHex(tag) + ": " + ToHex(tlv.value));
  }
  return shown;
}

using Shows = std::vector<std::string>;

TEST(TlvList, KeepsOrderRepeatsAndUnknownTags) {
  const std::vector<uint8_t> octets =
      Hex("0381 0001 01 1400 0002 AABB 0381 0001 02 0204 0002 0007");
  size_t trailing = 99;
  const TlvList list = DecodeTlvs(octets, &trailing);
  EXPECT_EQ(trailing, 0u);
  EXPECT_EQ(Shown(list), (Shows{"03 81: 01", "14 00: aa bb", "03 81: 02", "02 04: 00 07"}));
  EXPECT_EQ(ToHex(list.octets()), ToHex(octets));
}

TEST(TlvList, TakesZeroLength) {
  const std::vector<uint8_t> octets = Hex("130C 0000 0424 0000");
  size_t trailing = 99;
  const TlvList list = DecodeTlvs(octets, &trailing);
  EXPECT_EQ(trailing, 0u);
  EXPECT_EQ(Shown(list), (Shows{"13 0c: ", "04 24: "}));
}

TEST(TlvList, IsARangeThatCanBeGoneThroughTwice) {
  static_assert(std::forward_iterator<TlvList::Iterator>);
  const std::vector<uint8_t> octets = Hex("0201 0001 03 0204 0002 0007");
  const TlvList list{Octets(octets)};
  TlvList::Iterator at = list.begin();
  EXPECT_EQ((*at++).tag, Tag::kPrivacyIndicator);
  EXPECT_EQ((*at).tag, Tag::kUserMessageReference);
  EXPECT_EQ(++at, list.end());
  EXPECT_EQ(Shown(list), Shown(list));
}

TEST(TlvList, OfNothingIsEmpty) {
  size_t trailing = 99;
  const TlvList list = DecodeTlvs({}, &trailing);
  EXPECT_EQ(trailing, 0u);
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.begin(), list.end());
  EXPECT_EQ(list.Find(Tag::kMessagePayload), std::nullopt);
}

TEST(TlvList, FindsTheFirstOfARepeatedTag) {
  const std::vector<uint8_t> octets = Hex("0381 0001 01 0381 0001 02");
  size_t trailing = 0;
  const std::optional<Tlv> found = DecodeTlvs(octets, &trailing).Find(Tag::kCallbackNum);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(ToHex(found->value), "01");
}

TEST(TlvList, FindsNothingUnderAnotherTag) {
  const std::vector<uint8_t> octets = Hex("0381 0001 01");
  size_t trailing = 0;
  EXPECT_EQ(DecodeTlvs(octets, &trailing).Find(Tag::kMessagePayload), std::nullopt);
}

TEST(TlvList, StopsBeforeALengthBeyondTheRest) {
  const std::vector<uint8_t> octets = Hex("0204 0002 0007 0424 0003 AABB");
  size_t trailing = 0;
  const TlvList list = DecodeTlvs(octets, &trailing);
  EXPECT_EQ(trailing, 6u);
  EXPECT_EQ(Shown(list), (Shows{"02 04: 00 07"}));
}

TEST(TlvList, StopsBeforeTheLargestLie) {
  const std::vector<uint8_t> octets = Hex("0424 FFFF");
  size_t trailing = 0;
  EXPECT_TRUE(DecodeTlvs(octets, &trailing).empty());
  EXPECT_EQ(trailing, 4u);
}

TEST(TlvList, StopsBeforeAHeaderThatIsCut) {
  for (std::string_view rest : {"04", "0424", "0424 00"}) {
    const std::vector<uint8_t> octets = Hex("0204 0002 0007" + std::string(rest));
    size_t trailing = 0;
    EXPECT_EQ(Shown(DecodeTlvs(octets, &trailing)), (Shows{"02 04: 00 07"}));
    EXPECT_EQ(trailing, octets.size() - 6);
  }
}

TEST(TlvList, HoldsTheLongestValue) {
  std::vector<uint8_t> octets = Hex("0424 FFFF");
  octets.resize(octets.size() + 65'535, 0x41);
  size_t trailing = 99;
  const TlvList list = DecodeTlvs(octets, &trailing);
  EXPECT_EQ(trailing, 0u);
  EXPECT_EQ(list.Find(Tag::kMessagePayload)->value.size(), 65'535u);
}

TEST(TlvWriter, WritesEachForm) {
  std::vector<uint8_t> room(64);
  TlvWriter writer(room);
  writer.AddU8(Tag::kPrivacyIndicator, 3);
  writer.AddU16(Tag::kUserMessageReference, 0xBEEF);
  writer.AddCString(Tag::kReceiptedMessageId, "7");
  writer.Add(Tag::kNetworkErrorCode, Hex("03 0000"));
  writer.Add(Tag::kAlertOnMessageDelivery, {});
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(ToHex(writer.list().octets()), ToHex(Hex("0201 0001 03 0204 0002 BEEF 001E 0002 '7' 00"
                                                     "0423 0003 030000 130C 0000")));
}

TEST(TlvWriter, FillsItsRoomToTheLastOctet) {
  std::vector<uint8_t> room(6);
  TlvWriter writer(room);
  writer.AddU16(Tag::kSarMsgRefNum, 1);
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(writer.list().octets().size(), 6u);
}

TEST(TlvWriter, IsPoisonedByWhatDoesNotFit) {
  for (size_t size : {0u, 1u, 4u, 5u}) {
    std::vector<uint8_t> room(size);
    TlvWriter writer(room);
    writer.AddU16(Tag::kSarMsgRefNum, 1);
    EXPECT_FALSE(writer.ok()) << size;
    writer.Add(Tag::kAlertOnMessageDelivery, {});
    EXPECT_FALSE(writer.ok()) << size;
  }
}

TEST(TlvWriter, IsPoisonedByAValueThatNoLengthCanTell) {
  std::vector<uint8_t> room(70'000);
  const std::string longest(65'535, 'x');
  TlvWriter fits(room);
  fits.Add(Tag::kMessagePayload, AsOctets(longest));
  EXPECT_TRUE(fits.ok());
  TlvWriter too_long(room);
  too_long.Add(Tag::kMessagePayload, AsOctets(longest + "x"));
  EXPECT_FALSE(too_long.ok());
  TlvWriter too_long_with_nul(room);
  too_long_with_nul.AddCString(Tag::kReceiptedMessageId, longest);
  EXPECT_FALSE(too_long_with_nul.ok());
}

}  // namespace
}  // namespace salvo::pdu

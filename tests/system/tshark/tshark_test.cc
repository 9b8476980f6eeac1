// Goal: an encoder that is wrong in a way that our own decoder forgives is found out.
// Method: random PDUs of every kind and the golden ones are written to a capture file, several in a
// packet; tshark dissects it; each field that it shows must have the name, the place and the octets
// that the struct had before our encoder touched it.
// What tshark 4.0 does not read is listed here, and the lists are tested too.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "pdu/encode.h"
#include "pdu/time.h"
#include "tests/support/golden_pdus.h"
#include "tests/support/octets.h"
#include "tests/support/pcap.h"
#include "tests/support/random_pdu.h"
#include "tests/support/tshark.h"
#include "tests/support/tshark_expectation.h"

namespace salvo {
namespace {

using pdu::CommandId;
using pdu::Octets;
using pdu::Tag;
using test::Mismatch;
using test::TsharkPdu;

// 3.3 alone has them: tshark takes them for no SMPP at all.
const std::vector<CommandId> kUnknownKinds = {
    CommandId::kParamRetrieve,     CommandId::kParamRetrieveResp, CommandId::kQueryLastMsgs,
    CommandId::kQueryLastMsgsResp, CommandId::kQueryMsgDetails,   CommandId::kQueryMsgDetailsResp};

// Values that tshark reads in another size than 5.0 gives them, and then everything behind them at
// the wrong place. ms_validity has one octet in 3.4.
struct MisreadTlv {
  Tag tag;
  size_t octets;
};
constexpr MisreadTlv kMisreadTlvs[] = {
    {Tag::kMsValidity, 4}, {Tag::kBroadcastRepNum, 2}, {Tag::kBroadcastEndTime, 16}};

std::vector<Tag> MisreadTags() {
  std::vector<Tag> tags;
  for (const MisreadTlv& tlv : kMisreadTlvs) tags.push_back(tlv.tag);
  return tags;
}

bool HoldsMisreadTlv(const pdu::Pdu& pdu) {
  const pdu::TlvList tlvs = test::TlvsShownOf(pdu);
  return std::any_of(std::begin(kMisreadTlvs), std::end(kMisreadTlvs),
                     [&](const MisreadTlv& misread) { return tlvs.Find(misread.tag).has_value(); });
}

// A capture in the making, and tshark's reading of it.
class Capture {
 public:
  Capture()
      : path_(testing::TempDir() + "salvo_" + std::to_string(getpid()) + ".pcap"), writer_(path_) {}
  ~Capture() { std::remove(path_.c_str()); }

  void Packet(Octets pdus) { writer_.Packet(pdus); }

  std::vector<TsharkPdu> Read() {
    std::vector<TsharkPdu> pdus;
    Read([&](const TsharkPdu& pdu) { pdus.push_back(pdu); });
    return pdus;
  }

  void Read(const std::function<void(const TsharkPdu&)>& take) {
    ASSERT_TRUE(writer_.Close()) << path_;
    ASSERT_EQ(test::Dissect(path_, take), "");
  }

 private:
  std::string path_;
  test::PcapWriter writer_;
};

std::vector<uint8_t> Encoded(const pdu::Pdu& pdu) {
  std::vector<uint8_t> out(70'000);
  const pdu::EncodeResult result = Encode(pdu, out);
  EXPECT_TRUE(result.ok()) << result.field;
  out.resize(result.octets);
  return out;
}

// The same PDUs again for the same seed, so that none has to be kept.
class Source {
 public:
  explicit Source(uint64_t seed)
      : random_(seed),
        pdus_(&random_,
              {.largest_tlv = 200, .without_tags = MisreadTags(), .without_kinds = kUnknownKinds}),
        out_(pdus_.LargestPdu()) {}

  const pdu::Pdu& Next() {
    pdu_ = pdus_.Next();
    const pdu::EncodeResult result = Encode(pdu_, out_);
    EXPECT_TRUE(result.ok()) << result.field;
    size_ = result.octets;
    return pdu_;
  }
  Octets octets() const { return Octets(out_).first(size_); }
  std::string Trace() const { return random_.Trace(); }

 private:
  test::Random random_;
  test::RandomPdus pdus_;
  std::vector<uint8_t> out_;
  pdu::Pdu pdu_;
  size_t size_ = 0;
};

void WriteRandom(Capture& capture, int count) {
  constexpr size_t kPacketOctets = 1'400;
  Source source(test::TestSeed());
  std::vector<uint8_t> packet;
  for (int i = 0; i < count; ++i) {
    source.Next();
    packet.insert(packet.end(), source.octets().begin(), source.octets().end());
    if (packet.size() < kPacketOctets && i + 1 < count) continue;
    capture.Packet(packet);
    packet.clear();
  }
}

// Whether tshark calls a PDU malformed is not asked here: it looks for a user data header in a text
// when any PDU of the packet announced one.
TEST(Tshark, ReadsRandomPdusAsTheyWereMade) {
  const auto pdus = static_cast<int>(test::TsharkDose(20'000));
  Capture capture;
  WriteRandom(capture, pdus);
  Source source(test::TestSeed());
  SCOPED_TRACE(source.Trace());
  int count = 0;
  int wrong = 0;
  std::set<CommandId> kinds;
  std::set<Tag> tags;
  capture.Read([&](const TsharkPdu& theirs) {
    if (++count > pdus || wrong > 0) return;
    const pdu::Pdu& ours = source.Next();
    const std::string mismatch = Mismatch(ours, source.octets().size(), theirs);
    EXPECT_EQ(mismatch, "") << test::ToHex(source.octets()) << "\nPDU " << count;
    wrong += !mismatch.empty();
    kinds.insert(ours.header.command_id);
    for (pdu::Tlv tlv : test::TlvsShownOf(ours)) {
      if (FindTlvInfo(tlv.tag) != nullptr) tags.insert(tlv.tag);
    }
  });
  EXPECT_EQ(count, pdus);
  EXPECT_EQ(kinds.size() + kUnknownKinds.size(), pdu::AllCommands().size());
  EXPECT_EQ(tags.size() + std::size(kMisreadTlvs), pdu::AllTlvs().size());
}

TEST(Tshark, ReadsTheGoldenPdusAsTheSpecificationSays) {
  Capture capture;
  std::vector<const test::GoldenPdu*> golden;
  for (const test::GoldenPdu& pdu : test::GoldenPdus()) {
    const CommandId id = pdu.pdu.header.command_id;
    if (std::find(kUnknownKinds.begin(), kUnknownKinds.end(), id) != kUnknownKinds.end()) continue;
    golden.push_back(&pdu);
    capture.Packet(pdu.octets);
  }
  const std::vector<TsharkPdu> read = capture.Read();
  ASSERT_EQ(read.size(), golden.size());
  for (size_t i = 0; i < read.size(); ++i) {
    const std::string mismatch = Mismatch(golden[i]->pdu, golden[i]->octets.size(), read[i]);
    const bool misread = HoldsMisreadTlv(golden[i]->pdu);
    EXPECT_EQ(mismatch.find(test::kMisreadValue) != std::string::npos, misread) << *golden[i];
    EXPECT_EQ(mismatch.empty(), !misread) << mismatch << '\n' << *golden[i];
    EXPECT_EQ(read[i].malformed, misread) << *golden[i];
  }
}

TEST(Tshark, ReadsThePartsOfARelativeTimeAsTheSecondsTheyStandFor) {
  // tshark leaves years and months out of its sum.
  constexpr size_t kMonthSeconds = 30 * 86'400;
  test::Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  Capture capture;
  std::vector<size_t> seconds;
  for (int i = 0; i < 1'000; ++i) {
    seconds.push_back(random.Edgy(0, kMonthSeconds - 1));
    const pdu::RelativeTime time(static_cast<int64_t>(seconds.back()));
    pdu::SubmitSm body;
    body.validity_period = time.text();
    pdu::Pdu pdu;
    pdu.header.command_id = CommandId::kSubmitSm;
    pdu.body = body;
    capture.Packet(Encoded(pdu));
  }
  const std::vector<TsharkPdu> read = capture.Read();
  ASSERT_EQ(read.size(), seconds.size());
  for (size_t i = 0; i < read.size(); ++i) {
    for (const test::TsharkField& field : read[i].fields) {
      if (field.name != "smpp.validity_period_r") continue;
      EXPECT_EQ(field.show, std::to_string(seconds[i]) + ".000000000");
    }
  }
}

TEST(Tshark, DoesNotKnowTheKindsListed) {
  test::Random random(test::TestSeed());
  test::RandomPdus pdus(&random);
  for (CommandId id : kUnknownKinds) {
    Capture capture;
    capture.Packet(Encoded(pdus.Next(id)));
    EXPECT_EQ(capture.Read().size(), 0u) << NameOf(id);
  }
}

// Their tag, name and length are right nevertheless, in a PDU that has nothing behind them.
TEST(Tshark, MisreadsTheParametersListed) {
  for (const MisreadTlv& misread : kMisreadTlvs) {
    std::vector<uint8_t> room(64);
    pdu::TlvWriter writer(room);
    const std::vector<uint8_t> value(misread.octets, 0x31);
    writer.Add(misread.tag, value);
    pdu::DataSm body;
    body.tlvs = writer.list();
    pdu::Pdu pdu;
    pdu.header.command_id = CommandId::kDataSm;
    pdu.body = body;
    const std::vector<uint8_t> octets = Encoded(pdu);
    Capture capture;
    capture.Packet(octets);
    const std::vector<TsharkPdu> read = capture.Read();
    ASSERT_EQ(read.size(), 1u);
    const std::string mismatch = Mismatch(pdu, octets.size(), read.front());
    EXPECT_NE(mismatch.find(test::kMisreadValue), std::string::npos)
        << FindTlvInfo(misread.tag)->name << ' ' << mismatch;
  }
}

}  // namespace
}  // namespace salvo

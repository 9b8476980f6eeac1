// PDUs are found in captures: over every link, in both directions, cut anywhere, sent twice, out of
// order, with holes.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <future>
#include <string>
#include <vector>

#include "pdu/encode.h"
#include "tests/support/octets.h"
#include "tests/support/packets.h"
#include "tests/support/random_pdu.h"
#include "tests/support/temp_dir.h"
#include "tools/inspect/pdu_input.h"

namespace salvo::tools {
namespace {

using test::Link;
using test::PacketOf;
using test::PcapFile;
using test::TcpPacket;
using testing::ElementsAre;
using testing::IsEmpty;

struct Seen : InspectionSink {
  void OnPdu(const Origin& origin, pdu::Octets pdu) override {
    pdus.emplace_back(pdu::AsText(pdu));
    origins.push_back(origin);
  }
  void OnNote(const Origin&, const std::string& note) override { notes.push_back(note); }

  std::vector<std::string> pdus;
  std::vector<Origin> origins;
  std::vector<std::string> notes;
};

Seen Read(const std::string& octets, const std::set<uint16_t>& ports = {2775}) {
  Seen seen;
  EXPECT_EQ(FindPdusInOctets(pdu::AsOctets(octets), ports, &seen), absl::OkStatus());
  return seen;
}

std::string Text(pdu::Octets octets) { return std::string(pdu::AsText(octets)); }

// enquire_link with that sequence_number.
std::string Enquire(uint32_t sequence) {
  std::vector<uint8_t> octets(pdu::kHeaderOctets);
  EncodeHeaderOnly(pdu::CommandId::kEnquireLink, pdu::CommandStatus::ESME_ROK, sequence, octets);
  return Text(octets);
}

// Packets of one direction, in the order of their making.
class Connection {
 public:
  explicit Connection(PcapFile* file) : file_(*file) {}

  void Send(const std::string& payload, uint8_t flags = 0x18) {
    SendAt(sequence_, payload, flags);
    sequence_ += static_cast<uint32_t>(payload.size()) + ((flags & 0x02) != 0 ? 1 : 0);
  }
  void SendAt(uint32_t sequence, const std::string& payload, uint8_t flags = 0x18) {
    packet.sequence = sequence;
    packet.payload = payload;
    packet.flags = flags;
    file_.Add(PacketOf(packet));
  }
  void Skip(size_t octets) { sequence_ += static_cast<uint32_t>(octets); }
  uint32_t sequence() const { return sequence_; }
  void set_sequence(uint32_t sequence) { sequence_ = sequence; }

  TcpPacket packet;

 private:
  PcapFile& file_;
  uint32_t sequence_ = 1'000;
};

TEST(Capture, IsReadOverEveryLinkAndBothProtocols) {
  for (const Link link :
       {Link::kEthernet, Link::kVlan, Link::kCooked, Link::kCooked2, Link::kRaw, Link::kNull}) {
    for (const bool v6 : {false, true}) {
      PcapFile file(NumberOf(link));
      Connection connection(&file);
      connection.packet.link = link;
      connection.packet.v6 = v6;
      connection.Send("", 0x02);
      connection.Send(Enquire(1));
      const Seen seen = Read(file.octets());
      EXPECT_THAT(seen.pdus, ElementsAre(Enquire(1))) << static_cast<int>(link) << v6;
      EXPECT_THAT(seen.notes, IsEmpty());
      ASSERT_EQ(seen.origins.size(), 1u);
      EXPECT_EQ(seen.origins[0].packet, 2u);
      EXPECT_EQ(seen.origins[0].from.ToString(), v6 ? "[2001:db8::1]:40000" : "10.0.0.1:40000");
      EXPECT_EQ(seen.origins[0].to.ToString(), v6 ? "[2001:db8::2]:2775" : "10.0.0.2:2775");
    }
  }
}

TEST(Capture, KeepsTheDirectionsApart) {
  PcapFile file(1);
  Connection there(&file);
  Connection back(&file);
  back.packet.backwards = true;
  there.Send(Enquire(1).substr(0, 10));
  back.Send(Enquire(2).substr(0, 7));
  there.Send(Enquire(1).substr(10));
  back.Send(Enquire(2).substr(7));
  EXPECT_THAT(Read(file.octets()).pdus, ElementsAre(Enquire(1), Enquire(2)));
}

TEST(Capture, IgnoresTheFillingOfShortFrames) {
  PcapFile file(1);
  Connection connection(&file);
  connection.packet.padding = 12;
  connection.Send(Enquire(1));
  connection.Send(Enquire(2));
  const Seen seen = Read(file.octets());
  EXPECT_THAT(seen.pdus, ElementsAre(Enquire(1), Enquire(2)));
  EXPECT_THAT(seen.notes, IsEmpty());
}

TEST(Capture, PutsSegmentsInOrderAndDropsWhatCameTwice) {
  PcapFile file(1);
  Connection connection(&file);
  const uint32_t start = connection.sequence();
  connection.Send(Enquire(1));
  connection.SendAt(start + 32, Enquire(3));
  connection.SendAt(start, Enquire(1));
  connection.SendAt(start + 8, Enquire(1).substr(8) + Enquire(2));
  connection.SendAt(start + 48, Enquire(4));
  const Seen seen = Read(file.octets());
  EXPECT_THAT(seen.pdus, ElementsAre(Enquire(1), Enquire(2), Enquire(3), Enquire(4)));
  EXPECT_THAT(seen.notes, IsEmpty());
}

TEST(Capture, SaysWhereOctetsAreMissingAndGoesOn) {
  PcapFile file(1);
  Connection connection(&file);
  connection.Send(Enquire(1) + Enquire(2).substr(0, 4));
  connection.Skip(12);
  connection.Send(Enquire(3));
  const Seen seen = Read(file.octets());
  EXPECT_THAT(seen.pdus, ElementsAre(Enquire(1), Enquire(3)));
  EXPECT_THAT(seen.notes, ElementsAre("4 octets that are no whole PDU", "a gap of 12 octets"));
}

TEST(Capture, SaysWhatWasNotCaptured) {
  PcapFile file(1);
  TcpPacket packet;
  packet.payload = Enquire(1) + Enquire(2);
  const std::vector<uint8_t> octets = PacketOf(packet);
  file.Add(octets, octets.size() - 10);
  packet.sequence += 32;
  packet.payload = Enquire(3);
  file.Add(PacketOf(packet));
  const Seen seen = Read(file.octets());
  EXPECT_THAT(seen.pdus, ElementsAre(Enquire(1), Enquire(3)));
  EXPECT_THAT(seen.notes, ElementsAre("6 octets that are no whole PDU", "a gap of 10 octets"));
}

TEST(Capture, SaysNothingOfGapsInWhatIsNoSmpp) {
  PcapFile file(1);
  TcpPacket packet;
  packet.server_port = 443;
  for (int i = 0; i < 3; ++i) {
    packet.payload = std::string(100, 'x');
    const std::vector<uint8_t> octets = PacketOf(packet);
    file.Add(octets, octets.size() - 90);
    packet.sequence += 100;
  }
  EXPECT_THAT(Read(file.octets()).notes, IsEmpty());
}

TEST(Capture, TellsNothingOfWhatFollowsABindThatIsCut) {
  std::string bind = Enquire(1) + std::string("demo\0", 5);
  bind[3] = static_cast<char>(bind.size());
  bind[7] = 9;  // bind_transceiver
  PcapFile file(1);
  Connection connection(&file);
  connection.Send(bind + std::string("secret01\0\0\x34\0\0\0\0", 15) + Enquire(2));
  const Seen seen = Read(file.octets());
  EXPECT_THAT(seen.pdus, ElementsAre(bind, Enquire(2)));
  EXPECT_THAT(seen.notes, ElementsAre("no PDU: it may hold the password of the one before",
                                      "15 octets that are no whole PDU"));
}

TEST(Capture, FindsItsStepWhenItBeginsWithinAPdu) {
  PcapFile file(1);
  Connection connection(&file);
  connection.Send(std::string("the end of a text, and no PDU") + Enquire(7) + Enquire(8));
  const Seen seen = Read(file.octets());
  EXPECT_THAT(seen.pdus, ElementsAre(Enquire(7), Enquire(8)));
  EXPECT_THAT(seen.notes, ElementsAre("29 octets that are no whole PDU"));
}

TEST(Capture, CountsSequencesBeyondTheirEnd) {
  PcapFile file(1);
  Connection connection(&file);
  connection.set_sequence(0xFFFFFFF8);
  connection.Send(Enquire(1));
  connection.Send(Enquire(2));
  EXPECT_THAT(Read(file.octets()).pdus, ElementsAre(Enquire(1), Enquire(2)));
}

TEST(Capture, BeginsAnewWithANewConnection) {
  PcapFile file(1);
  Connection connection(&file);
  connection.Send("", 0x02);
  connection.Send(Enquire(1) + Enquire(9).substr(0, 5));
  connection.set_sequence(77'000'000);
  connection.Send("", 0x02);
  connection.Send(Enquire(2));
  const Seen seen = Read(file.octets());
  EXPECT_THAT(seen.pdus, ElementsAre(Enquire(1), Enquire(2)));
  EXPECT_THAT(seen.notes, ElementsAre("the stream ends within a PDU, after 5 octets"));
}

TEST(Capture, LeavesOtherProtocolsAlone) {
  PcapFile file(1);
  Connection web(&file);
  web.packet.server_port = 80;
  web.Send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
  Connection other_port(&file);
  other_port.packet.client_port = 41'000;
  other_port.packet.server_port = 3'550;
  other_port.Send(Enquire(1));
  const Seen seen = Read(file.octets());
  EXPECT_THAT(seen.pdus, ElementsAre(Enquire(1)));
  EXPECT_THAT(seen.notes, ElementsAre("1 direction of connections without SMPP (see --port)"));
}

TEST(Capture, SaysWhatIsSpokenOnTheSmppPortInstead) {
  PcapFile file(1);
  Connection connection(&file);
  connection.Send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 11) + "0123456789");
  const Seen seen = Read(file.octets());
  EXPECT_THAT(seen.pdus, IsEmpty());
  ASSERT_GE(seen.notes.size(), 1u);
  EXPECT_THAT(seen.notes[0], testing::HasSubstr("TLS"));
}

TEST(Capture, OfAnUnknownLinkIsRefused) {
  Seen seen;
  const PcapFile file(105);  // 802.11
  EXPECT_THAT(FindPdusInOctets(pdu::AsOctets(file.octets()), {}, &seen).message(),
              testing::HasSubstr("IEEE802_11"));
}

TEST(Capture, ThatIsCutSaysSoAfterWhatItHas) {
  PcapFile file(1);
  Connection connection(&file);
  connection.Send(Enquire(1));
  connection.Send(Enquire(2));
  const std::string octets = file.octets().substr(0, file.octets().size() - 3);
  Seen seen;
  EXPECT_THAT(FindPdusInOctets(pdu::AsOctets(octets), {2775}, &seen).message(),
              testing::HasSubstr("truncated"));
  EXPECT_THAT(seen.pdus, ElementsAre(Enquire(1)));
}

// Whatever the cuts, the order and what is sent again: as long as all octets are there, all PDUs
// come out, each once.
TEST(Capture, GivesEveryPduOfAShuffledConnectionOnce) {
  test::Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  test::RandomPdus pdus(&random, {.largest_tlv = 100});
  std::vector<uint8_t> room(pdus.LargestPdu());
  for (int round = 0; round < 30; ++round) {
    std::string stream;
    std::vector<std::string> want;
    for (size_t i = random.SizeBetween(1, 40); i > 0; --i) {
      const pdu::EncodeResult encoded = Encode(pdus.Next(), room);
      ASSERT_TRUE(encoded.ok());
      want.push_back(Text(pdu::Octets(room).first(encoded.octets)));
      stream += want.back();
    }
    PcapFile file(1);
    Connection connection(&file);
    const auto start = static_cast<uint32_t>(random.Next());
    connection.set_sequence(start - 1);
    connection.Send("", 0x02);
    std::vector<std::pair<size_t, size_t>> pieces;
    for (size_t at = 0; at < stream.size();) {
      const size_t size = std::min(stream.size() - at, random.SizeBetween(1, 400));
      pieces.emplace_back(at, size);
      at += size;
    }
    for (size_t i = 0; i + 1 < pieces.size(); ++i) {
      if (random.OneIn(4)) std::swap(pieces[i], pieces[i + 1]);
    }
    for (const auto& [at, size] : pieces) {
      connection.SendAt(start + static_cast<uint32_t>(at), stream.substr(at, size));
      if (!random.OneIn(6)) continue;
      const size_t again = random.Below(at + 1);
      connection.SendAt(start + static_cast<uint32_t>(again), stream.substr(again, 300));
    }
    const Seen seen = Read(file.octets());
    ASSERT_EQ(seen.pdus, want);
    ASSERT_THAT(seen.notes, IsEmpty());
  }
}

TEST(FindPdus, TakesOctetsHexAndFramesOfDumps) {
  const std::string two = Enquire(1) + Enquire(2);
  EXPECT_THAT(Read(two).pdus, ElementsAre(Enquire(1), Enquire(2)));
  EXPECT_THAT(Read(test::ToHex(pdu::AsOctets(two))).pdus, ElementsAre(Enquire(1), Enquire(2)));
  TcpPacket packet;
  packet.payload = Enquire(3);
  std::string dump;
  const std::string hex = test::ToHex(PacketOf(packet));
  for (size_t at = 0; at < hex.size(); at += 48) {
    char offset[32];
    std::snprintf(offset, sizeof offset, "%04zx  ", at / 3);
    dump += offset + hex.substr(at, 47) + "   ...\n";
  }
  const Seen seen = Read(dump);
  EXPECT_THAT(seen.pdus, ElementsAre(Enquire(3)));
  EXPECT_EQ(seen.origins.front().time_us, std::nullopt);
}

TEST(FindPdus, GivesTheRestThatIsNoPdu) {
  EXPECT_THAT(Read(Enquire(1) + std::string("\0\1\2", 3)).pdus,
              ElementsAre(Enquire(1), std::string("\0\1\2", 3)));
}

TEST(FindPdus, ReadsFiles) {
  const test::TempDir folder;
  PcapFile file(1);
  Connection connection(&file);
  connection.Send(Enquire(5));
  Seen seen;
  EXPECT_EQ(FindPdusInFile(folder.Write("a.pcap", file.octets()), {2775}, &seen), absl::OkStatus());
  EXPECT_EQ(FindPdusInFile(folder.Write("a.bin", Enquire(6)), {2775}, &seen), absl::OkStatus());
  EXPECT_EQ(FindPdusInFile(folder.Write("a", ""), {2775}, &seen), absl::OkStatus());
  EXPECT_EQ(FindPdusInFile(folder.Path("none"), {2775}, &seen).message(),
            "No such file or directory");
  EXPECT_THAT(seen.pdus, ElementsAre(Enquire(5), Enquire(6)));
}

TEST(FindPdus, ReadsPipes) {
  const test::TempDir folder;
  PcapFile file(1);
  Connection connection(&file);
  connection.Send(Enquire(5));
  const std::string path = folder.Path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  for (const std::string& octets :
       {file.octets(), Enquire(5), test::ToHex(pdu::AsOctets(Enquire(5)))}) {
    std::future<Seen> seen = std::async(std::launch::async, [&] {
      Seen read;
      EXPECT_EQ(FindPdusInFile(path, {2775}, &read), absl::OkStatus());
      return read;
    });
    const int writer = open(path.c_str(), O_WRONLY);  // waits for the reader
    ASSERT_EQ(write(writer, octets.data(), octets.size()), static_cast<ssize_t>(octets.size()));
    close(writer);
    EXPECT_THAT(seen.get().pdus, ElementsAre(Enquire(5)));
  }
}

}  // namespace
}  // namespace salvo::tools

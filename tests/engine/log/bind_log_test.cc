#include "engine/log/bind_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "tests/engine/session/session_world.h"
#include "tests/io/tls/fake_loop.h"
#include "tests/support/octets.h"

namespace salvo::engine {
namespace {

using pdu::CommandId;
using test::Hex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr size_t kRingOctets = 64 * 1024;
constexpr uint32_t kWindow = 10;

// What a log's thread would get.
struct Taken {
  LogRecord record;
  std::vector<uint8_t> octets;
  pdu::Header header;  // of a PDU
};

std::vector<Taken> TakeAll(LogRing& ring) {
  std::vector<Taken> all;
  for (auto piece = ring.Front(); !piece.empty(); ring.Pop(), piece = ring.Front()) {
    Taken& taken = all.emplace_back();
    std::memcpy(&taken.record, piece.data(), sizeof taken.record);
    const auto octets = piece.subspan(sizeof taken.record);
    taken.octets.assign(octets.begin(), octets.end());
    const bool is_pdu = octets.size() >= pdu::kHeaderOctets;
    if (is_pdu) taken.header = pdu::DecodeHeader(octets);
  }
  return all;
}

// "<BIND_TRANSCEIVER 1" for what was read, ">" for what was written.
std::vector<std::string> Passed(const std::vector<Taken>& all) {
  std::vector<std::string> passed;
  for (const Taken& taken : all) {
    passed.push_back((taken.record.kind == LogKind::kReadPdu ? "<" : ">") +
                     std::string(pdu::NameOf(taken.header.command_id)) + " " +
                     std::to_string(taken.header.sequence_number));
  }
  return passed;
}

struct Logged {
  explicit Logged(uint32_t every = 1, size_t octets = kRingOctets)
      : pdus(octets), events(octets), sampler({every, 1e6, octets}) {}

  LogRing pdus;
  LogRing events;
  LoggedBind bind{"acme", "0"};
  LoggedBind event_bind{"acme", "0"};
  Sampler sampler;
  io::FakeLoop loop;
  BindLog log{{&events, &event_bind, 3, nullptr}, {&pdus, &bind, 5, &sampler}, kWindow, loop};
};

SessionOptions Watched(BindLog& log, bool waits_for_disk = false) {
  SessionOptions options = SessionWorld::Options();
  options.observer = &log;
  options.waits_for_disk = waits_for_disk;
  return options;
}

TEST(BindLog, SeesEveryPduOfASession) {
  Logged logged;
  SessionWorld world(Watched(logged.log));
  world.Bind();
  ASSERT_TRUE(world.Submit(1));
  world.Answer(world.last_sequence);
  world.Receive(CommandId::kEnquireLink, pdu::CommandStatus::ESME_ROK, 70);
  world.Receive(CommandId::kDeliverSm, pdu::CommandStatus::ESME_ROK, 71, pdu::DeliverSm{});
  world.Receive(static_cast<CommandId>(0x7777), pdu::CommandStatus::ESME_ROK, 72,
                pdu::OpaqueBody{});
  world.session().Drain(world.now());
  EXPECT_THAT(Passed(TakeAll(logged.pdus)),
              ElementsAre(">bind_transceiver 1", "<bind_transceiver_resp 1", ">submit_sm 2",
                          "<submit_sm_resp 2", "<enquire_link 70", ">enquire_link_resp 70",
                          "<deliver_sm 71", ">deliver_sm_resp 71", "< 72", ">generic_nack 72",
                          ">unbind 3"));
  EXPECT_EQ(logged.bind.dropped, 0u);
}

TEST(BindLog, WhatWaitsForTheDiskIsSeenWhenItLeaves) {
  Logged logged;
  SessionWorld world(Watched(logged.log, /*waits_for_disk=*/true));
  world.Bind();
  ASSERT_TRUE(world.Submit(1));
  world.Receive(CommandId::kDeliverSm, pdu::CommandStatus::ESME_ROK, 71, pdu::DeliverSm{});
  world.session().WaitFor(1);
  EXPECT_THAT(Passed(TakeAll(logged.pdus)),
              ElementsAre(">bind_transceiver 1", "<bind_transceiver_resp 1", "<deliver_sm 71"));
  world.session().Release(1, world.now());
  EXPECT_THAT(Passed(TakeAll(logged.pdus)), ElementsAre(">deliver_sm_resp 71", ">submit_sm 2"));
}

TEST(BindLog, RecordsWhoseItIsAndWhenItWas) {
  Logged logged;
  logged.loop.Advance(7);
  logged.log.OnRead(Hex("00000010 00000015 00000000 00000001"));
  const auto all = TakeAll(logged.pdus);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].record.bind, 5u);
  EXPECT_EQ(all[0].record.wall_ns, io::kNanosPerSecond + 7);
  EXPECT_EQ(all[0].record.pdu_octets, 16u);
}

TEST(BindLog, NoPasswordIsEverInTheRing) {
  for (const char* pdu :
       {"00000026 00000009 00000000 00000001 'user' 00 'secret' 00 'VMA' 00 34 00 01 '^1' 00",
        "0000001F 00000001 00000000 00000001 'user' 00 'secret' 00 00 34 00",  // cut
        "0000001B 00000002 00000000 00000001 'user' 00 'secret'",              // without its NUL
        "00000016 00000009 00000000 00000001 'secret'",  // a name without an end, or what is it
        "0000001D 0000000B 00000000 00000001 'user' 00 'secret' 00 "}) {
    SCOPED_TRACE(pdu);
    Logged logged;
    auto octets = Hex(pdu);
    pdu::Store32(octets.data(), static_cast<uint32_t>(octets.size()));
    logged.log.OnWritten(octets);
    logged.log.OnRead(octets);
    const auto all = TakeAll(logged.pdus);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].record.pdu_octets, octets.size());
    EXPECT_EQ(all[0].header.command_length, all[0].octets.size());
    const std::string_view memory = pdu::AsText(logged.pdus.memory());
    EXPECT_EQ(memory.find("secret"), std::string_view::npos);
  }
}

TEST(BindLog, AllButThePasswordOfABindIsThere) {
  Logged logged;
  logged.log.OnWritten(
      Hex("00000026 00000009 00000000 00000001 'user' 00 'secret' 00 'VMA' 00 34 00 01 '^1' 00"));
  EXPECT_EQ(TakeAll(logged.pdus).at(0).octets,
            Hex("00000020 00000009 00000000 00000001 'user' 00 00 'VMA' 00 34 00 01 '^1' 00"));
}

TEST(BindLog, OfASamplePairsStayTogether) {
  Logged logged(3);
  SessionWorld world(Watched(logged.log));
  world.Bind();
  TakeAll(logged.pdus);
  std::vector<uint32_t> sequences;
  for (int i = 0; i < 9; ++i) {
    ASSERT_TRUE(world.Submit(1));
    sequences.push_back(world.last_sequence);
  }
  for (size_t i = sequences.size(); i-- > 0;) world.Answer(sequences[i]);
  EXPECT_THAT(Passed(TakeAll(logged.pdus)),
              ElementsAre(">submit_sm 2", ">submit_sm 5", ">submit_sm 8", "<submit_sm_resp 8",
                          "<submit_sm_resp 5", "<submit_sm_resp 2"));
  EXPECT_EQ(logged.bind.sampled_out, 12u);
}

TEST(BindLog, WhatIsNoPairIsNeverSampled) {
  Logged logged(1000);
  SessionWorld world(Watched(logged.log));
  world.Bind();
  ASSERT_TRUE(world.Submit(1));
  ASSERT_TRUE(world.Submit(2));
  const uint32_t left_out = world.last_sequence;
  TakeAll(logged.pdus);
  world.Answer(left_out);
  EXPECT_THAT(TakeAll(logged.pdus), IsEmpty());
  // A second answer, and one to nobody, are curious enough.
  world.Answer(left_out);
  world.Answer(777);
  world.Receive(CommandId::kGenericNack, pdu::CommandStatus::ESME_RSYSERR, left_out);
  world.Receive(CommandId::kDeliverSm, pdu::CommandStatus::ESME_ROK, 71, pdu::DeliverSm{});
  EXPECT_THAT(Passed(TakeAll(logged.pdus)),
              ElementsAre("<submit_sm_resp 3", "<submit_sm_resp 777", "<generic_nack 3",
                          "<deliver_sm 71", ">deliver_sm_resp 71"));
}

TEST(BindLog, DropsAndCountsWhatHasNoRoom) {
  Logged logged(1, 4096);
  const auto submit = Hex("00000010 00000004 00000000 00000007");
  const auto answer = Hex("00000010 80000004 00000000 00000007");
  const auto enquire_link = Hex("00000010 00000015 00000000 00000008");
  for (int i = 0; i < 1000; ++i) logged.log.OnWritten(submit);
  const uint64_t dropped = logged.bind.dropped;
  EXPECT_GT(dropped, 0u);
  // What is not submit_sm still has a part of it, and what is not their answers.
  for (int i = 0; i < 5; ++i) logged.log.OnRead(answer);
  EXPECT_EQ(logged.bind.dropped, dropped);
  for (int i = 0; i < 1000; ++i) logged.log.OnRead(answer);
  const uint64_t dropped_by_then = logged.bind.dropped;
  EXPECT_GT(dropped_by_then, dropped);
  for (int i = 0; i < 5; ++i) logged.log.OnWritten(enquire_link);
  EXPECT_EQ(logged.bind.dropped, dropped_by_then);
  for (int i = 0; i < 1000; ++i) logged.log.OnWritten(enquire_link);
  EXPECT_GT(logged.bind.dropped, dropped_by_then);
  EXPECT_EQ(TakeAll(logged.pdus).size() + logged.bind.dropped, 3010u);
}

TEST(BindLog, ALargePduOfAPeerIsDroppedWhereItCannotFit) {
  Logged logged(1, 4096);
  std::vector<uint8_t> large(70'000);
  pdu::Store32(large.data(), 70'000);
  pdu::Store32(large.data() + 4, 0x00000005);
  logged.log.OnRead(large);
  EXPECT_EQ(logged.bind.dropped, 1u);
  EXPECT_THAT(TakeAll(logged.pdus), IsEmpty());
}

TEST(BindLog, TellsTheConnectorLog) {
  Logged logged;
  logged.log.Connected("10.0.0.1:2775");
  logged.log.ConnectFailed("10.0.0.1:2775", 111, "refused");
  logged.log.LoggedIn("SMSC");
  logged.log.LoginFailed(pdu::CommandStatus::ESME_RINVSYSID, "no");
  logged.log.OnWritten(Hex("00000010 00000006 00000000 00000001"));
  logged.log.OnRead(Hex("00000010 00000006 00000000 00000001"));
  logged.log.Disconnected(104, "reset");
  std::vector<std::string> told;
  for (const Taken& taken : TakeAll(logged.events)) {
    EXPECT_EQ(taken.record.bind, 3u);
    told.push_back(std::to_string(static_cast<int>(taken.record.kind)) + " " +
                   std::to_string(taken.record.number) + " " +
                   std::string(taken.octets.begin(), taken.octets.end()));
  }
  using namespace std::string_literals;
  EXPECT_THAT(told, ElementsAre("2 0 10.0.0.1:2775", "3 111 10.0.0.1:2775\0refused"s, "4 0 SMSC",
                                "5 15 no", "6 0 ", "7 0 ", "8 104 reset"));
}

TEST(BindLog, EitherLogMayBeMissing) {
  Logged logged;
  const auto unbind = Hex("00000010 00000006 00000000 00000001");
  BindLog only_events({&logged.events, &logged.event_bind, 0, nullptr}, {}, kWindow, logged.loop);
  only_events.OnWritten(unbind);
  only_events.OnRead(Hex("00000010 00000015 00000000 00000001"));
  EXPECT_EQ(TakeAll(logged.events).size(), 1u);
  BindLog only_pdus({}, {&logged.pdus, &logged.bind, 0, &logged.sampler}, kWindow, logged.loop);
  only_pdus.OnWritten(unbind);
  only_pdus.Connected("10.0.0.1:2775");
  EXPECT_EQ(TakeAll(logged.pdus).size(), 1u);
}

}  // namespace
}  // namespace salvo::engine

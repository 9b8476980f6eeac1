#include "engine/session/session.h"

#include <gtest/gtest.h>

#include "tests/engine/session/session_world.h"

namespace salvo::engine {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

TEST(Session, BindsWithItsCredentialsAndTellsTheNameOfTheSmsc) {
  SessionWorld world;
  world.session().Start(world.now());
  EXPECT_EQ(world.session().state(), SessionState::kBinding);
  const std::vector<pdu::Header> sent = world.Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].command_id, CommandId::kBindTransceiver);
  world.Receive(CommandId::kBindTransceiverResp, CommandStatus::ESME_ROK, sent[0].sequence_number,
                pdu::BindResponse{"SMSC", {}});
  EXPECT_TRUE(world.session().bound());
  EXPECT_EQ(world.told().bound, std::vector<std::string>{"SMSC"});
}

TEST(Session, TakesABindResponseWithoutABody) {
  SessionWorld world;
  world.session().Start(world.now());
  const uint32_t sequence = world.Sent().at(0).sequence_number;
  world.Receive(CommandId::kBindTransceiverResp, CommandStatus::ESME_ROK, sequence);
  EXPECT_TRUE(world.session().bound());
}

TEST(Session, EndsWithTheStatusOfARefusedBind) {
  SessionWorld world;
  world.session().Start(world.now());
  const uint32_t sequence = world.Sent().at(0).sequence_number;
  world.Receive(CommandId::kBindTransceiverResp, CommandStatus::ESME_RINVPASWD, sequence);
  EXPECT_EQ(world.session().end(), SessionEnd::kBindRefused);
  EXPECT_EQ(world.session().bind_status(), CommandStatus::ESME_RINVPASWD);
}

TEST(Session, AGenericNackOfTheBindRefusesIt) {
  SessionWorld world;
  world.session().Start(world.now());
  const uint32_t sequence = world.Sent().at(0).sequence_number;
  world.Receive(CommandId::kGenericNack, CommandStatus::ESME_RINVCMDID, sequence);
  EXPECT_EQ(world.session().end(), SessionEnd::kBindRefused);
  EXPECT_EQ(world.session().bind_status(), CommandStatus::ESME_RINVCMDID);
}

TEST(Session, GivesUpABindThatIsNotAnswered) {
  SessionWorld world;
  world.session().Start(world.now());
  EXPECT_EQ(world.session().NextDeadline(), world.now() + 10 * kSecond);
  world.Pass(10 * kSecond);
  EXPECT_EQ(world.session().end(), SessionEnd::kBindTimeout);
}

TEST(Session, DoesNotTakeABindResponseOfAnotherKindOrNumber) {
  SessionWorld world;
  world.session().Start(world.now());
  const uint32_t sequence = world.Sent().at(0).sequence_number;
  world.Receive(CommandId::kBindReceiverResp, CommandStatus::ESME_ROK, sequence);
  world.Receive(CommandId::kBindTransceiverResp, CommandStatus::ESME_ROK, sequence + 1);
  EXPECT_EQ(world.session().state(), SessionState::kBinding);
  EXPECT_EQ(world.session().stats().unexpected_responses, 2u);
}

TEST(Session, SubmitsNothingBeforeItIsBoundAndNothingBeyondItsWindow) {
  SessionWorld world;
  EXPECT_FALSE(world.Submit(1));
  world.Bind();
  for (uint64_t cookie = 0; cookie < 10; ++cookie) EXPECT_TRUE(world.Submit(cookie));
  EXPECT_FALSE(world.Submit(10));
  world.Answer(world.last_sequence);
  EXPECT_TRUE(world.Submit(10));
}

TEST(Session, MatchesAnswersInAnyOrder) {
  SessionWorld world;
  world.Bind();
  std::map<uint64_t, uint32_t> sequences;
  for (uint64_t cookie = 0; cookie < 5; ++cookie) {
    world.Submit(cookie);
    sequences[cookie] = world.last_sequence;
  }
  for (const uint64_t cookie : {3u, 0u, 4u, 1u, 2u}) {
    world.Answer(sequences[cookie], "id" + std::to_string(cookie));
  }
  for (uint64_t cookie = 0; cookie < 5; ++cookie) {
    EXPECT_EQ(world.told().answers.at(cookie).message_id, "id" + std::to_string(cookie));
  }
}

TEST(Session, WhatOneReceiveBringsIsToldTogetherAndInOrder) {
  SessionWorld world;
  world.Bind();
  std::vector<uint32_t> sequences;
  for (uint64_t cookie = 0; cookie < 3; ++cookie) {
    ASSERT_TRUE(world.Submit(cookie));
    sequences.push_back(world.last_sequence);
  }
  world.Sent();
  world.Receive(SessionWorld::AnswersTo(sequences));
  EXPECT_EQ(world.told().order, std::vector<std::string>{"told 3"});
}

TEST(Session, AnAnswerThatIsCutAnywhereKeepsItsMessageId) {
  SessionWorld world;
  world.Bind();
  size_t at = 0;
  for (uint64_t cut = 0; cut < 200; ++cut) {
    std::vector<uint32_t> sequences;
    for (uint64_t i = 0; i < 4; ++i) {
      ASSERT_TRUE(world.Submit(cut * 4 + i));
      sequences.push_back(world.last_sequence);
    }
    world.Sent();
    const std::vector<uint8_t> octets = SessionWorld::AnswersTo(sequences);
    at = (at + 7) % octets.size();
    world.Receive(pdu::Octets(octets).first(at));
    world.Receive(pdu::Octets(octets).subspan(at));
    for (uint64_t i = 0; i < 4; ++i) {
      EXPECT_EQ(world.told().answers.at(cut * 4 + i).message_id,
                "id" + std::to_string(sequences[i]));
    }
  }
}

TEST(Session, AMessageIdIsNoLongerThanTheProtocolAllows) {
  SessionWorld world;
  world.Bind();
  for (const uint32_t length : {64u, 65u, 300u, 60'000u}) {
    ASSERT_TRUE(world.Submit(length));
    const uint32_t header[] = {16 + length + 1, 0x80000004, 0, world.last_sequence};
    std::vector<uint8_t> octets(16 + length + 1, 'A');
    for (size_t i = 0; i < 4; ++i) pdu::Store32(octets.data() + 4 * i, header[i]);
    octets.back() = 0;
    world.Receive(octets);
    EXPECT_EQ(world.told().answers.at(length).message_id, std::string(64, 'A'));
  }
}

TEST(Session, AnAnswerThatComesTwiceSettlesOnce) {
  SessionWorld world;
  world.Bind();
  world.Submit(7);
  world.Answer(world.last_sequence);
  world.Answer(world.last_sequence);
  EXPECT_EQ(world.told().answers.size(), 1u);
  EXPECT_EQ(world.told().settled_twice, 0u);
  EXPECT_EQ(world.session().stats().unexpected_responses, 1u);
}

TEST(Session, AnAnswerOfAnotherCommandSettlesNothing) {
  SessionWorld world;
  world.Bind();
  world.Submit(7);
  world.Receive(CommandId::kDataSmResp, CommandStatus::ESME_ROK, world.last_sequence);
  world.Receive(CommandId::kEnquireLinkResp, CommandStatus::ESME_ROK, world.last_sequence);
  EXPECT_TRUE(world.told().answers.empty());
  EXPECT_EQ(world.session().window().outstanding(), 1u);
}

// A deliver_sm may have the number of an outstanding submit_sm: the two spaces are independent.
TEST(Session, ARequestOfThePeerWithOurNumberSettlesNothing) {
  SessionWorld world;
  world.Bind();
  world.Submit(7);
  world.Receive(CommandId::kDeliverSm, CommandStatus::ESME_ROK, world.last_sequence,
                pdu::DeliverSm{});
  EXPECT_TRUE(world.told().answers.empty());
  EXPECT_EQ(world.told().inbound.size(), 1u);
}

TEST(Session, AGenericNackSettlesTheSegmentOfItsNumber) {
  SessionWorld world;
  world.Bind();
  world.Submit(7);
  world.Receive(CommandId::kGenericNack, CommandStatus::ESME_RINVCMDLEN, world.last_sequence);
  EXPECT_EQ(world.told().answers.at(7).status, CommandStatus::ESME_RINVCMDLEN);
}

TEST(Session, AGenericNackWithoutANumberSettlesNothing) {
  SessionWorld world;
  world.Bind();
  world.Submit(7);
  world.Receive(CommandId::kGenericNack, CommandStatus::ESME_RINVCMDLEN, 0);
  EXPECT_TRUE(world.told().answers.empty());
  EXPECT_EQ(world.session().stats().nacks, 1u);
}

TEST(Session, ARefusalNeedsNoBodyAndMayHaveALittleOfOne) {
  SessionWorld world;
  world.Bind();
  world.Submit(1);
  world.Receive(CommandId::kSubmitSmResp, CommandStatus::ESME_RTHROTTLED, world.last_sequence);
  world.Submit(2);
  world.Receive(CommandId::kSubmitSmResp, CommandStatus::ESME_RTHROTTLED, world.last_sequence,
                pdu::MessageIdResponse{});
  EXPECT_EQ(world.told().answers.at(1).status, CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(world.told().answers.at(2).status, CommandStatus::ESME_RTHROTTLED);
}

TEST(Session, AnswersDeliveriesAtOnceWithTheHandlersStatus) {
  SessionWorld world;
  world.Bind();
  world.Receive(CommandId::kDeliverSm, CommandStatus::ESME_ROK, 77, pdu::DeliverSm{});
  world.inbound_status = CommandStatus::ESME_RX_T_APPN;
  world.Receive(CommandId::kDataSm, CommandStatus::ESME_ROK, 78, pdu::DataSm{});
  const std::vector<pdu::Header> sent = world.Sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].command_id, CommandId::kDeliverSmResp);
  EXPECT_EQ(sent[0].sequence_number, 77u);
  EXPECT_EQ(sent[0].command_length, 17u) << "message_id is one NUL";
  EXPECT_EQ(sent[1].command_id, CommandId::kDataSmResp);
  EXPECT_EQ(sent[1].command_status, CommandStatus::ESME_RX_T_APPN);
}

TEST(Session, ADeliveryThatCannotBeReadGetsAGenericNack) {
  SessionWorld world;
  world.Bind();
  world.Receive(CommandId::kDeliverSm, CommandStatus::ESME_ROK, 77);
  const std::vector<pdu::Header> sent = world.Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].command_id, CommandId::kGenericNack);
  EXPECT_EQ(sent[0].command_status, CommandStatus::ESME_RINVCMDLEN);
  EXPECT_EQ(sent[0].sequence_number, 77u);
}

TEST(Session, AnUnknownRequestGetsAGenericNackAndAnUnknownResponseNothing) {
  SessionWorld world;
  world.Bind();
  world.Receive(static_cast<CommandId>(0x00000777), CommandStatus::ESME_ROK, 5);
  world.Receive(static_cast<CommandId>(0x80000777), CommandStatus::ESME_ROK, 6);
  const std::vector<pdu::Header> sent = world.Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].command_id, CommandId::kGenericNack);
  EXPECT_EQ(sent[0].command_status, CommandStatus::ESME_RINVCMDID);
  EXPECT_EQ(sent[0].sequence_number, 5u);
}

TEST(Session, OutbindAndAlertNotificationAreMetInSilence) {
  SessionWorld world;
  world.Bind();
  world.Receive(CommandId::kOutbind, CommandStatus::ESME_ROK, 1, pdu::Outbind{"smsc", "x"});
  world.Receive(CommandId::kAlertNotification, CommandStatus::ESME_ROK, 2,
                pdu::AlertNotification{});
  EXPECT_TRUE(world.Sent().empty());
  EXPECT_TRUE(world.session().bound());
  EXPECT_EQ(world.session().stats().notifications, 2u);
}

TEST(Session, AsksAfterSilenceAndTakesAnyOctetsForLife) {
  SessionWorld world;
  world.Bind();
  world.Pass(29 * kSecond);
  EXPECT_TRUE(world.Sent().empty());
  world.Pass(1 * kSecond);
  EXPECT_EQ(world.Sent().at(0).command_id, CommandId::kEnquireLink);
  world.Pass(5 * kSecond);
  world.Receive(CommandId::kDeliverSm, CommandStatus::ESME_ROK, 1, pdu::DeliverSm{});
  world.Pass(6 * kSecond);
  EXPECT_TRUE(world.session().bound()) << "the deliver_sm showed that the peer lives";
}

TEST(Session, DoesNotAskAPeerThatTalks) {
  SessionWorld world;
  world.Bind();
  for (int i = 0; i < 20; ++i) {
    world.Pass(10 * kSecond);
    world.Receive(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 1);
  }
  for (const pdu::Header& header : world.Sent()) {
    EXPECT_EQ(header.command_id, CommandId::kEnquireLinkResp);
  }
}

TEST(Session, APeerThatAnswersNothingIsGivenUp) {
  SessionWorld world;
  world.Bind();
  world.Pass(30 * kSecond);
  world.Sent();
  world.Pass(10 * kSecond);
  EXPECT_EQ(world.session().end(), SessionEnd::kPeerSilent);
}

TEST(Session, AnAnswerAfterTheTimeoutStillSettles) {
  SessionWorld world;
  world.Bind();
  world.Submit(7);
  const uint32_t sequence = world.last_sequence;
  world.Sent();
  for (int i = 0; i < 6; ++i) {
    world.Pass(10 * kSecond);
    world.Receive(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 1);
  }
  EXPECT_EQ(world.session().stats().timeouts, 1u);
  EXPECT_EQ(world.session().window().outstanding(), 0u) << "the slot is free again";
  world.Answer(sequence, "late");
  EXPECT_EQ(world.told().answers.at(7).message_id, "late");
  EXPECT_EQ(world.session().stats().late_answers, 1u);
  world.Answer(sequence, "later");
  EXPECT_EQ(world.told().settled_twice, 0u);
}

TEST(Session, TellsTheCongestionThatAnAnswerBrings) {
  SessionWorld world;
  world.Bind();
  world.Submit(7);
  world.Sent();
  uint8_t parameter[8];
  pdu::TlvWriter tlvs(parameter);
  tlvs.AddU8(pdu::Tag::kCongestionState, 93);
  world.Receive(CommandId::kSubmitSmResp, CommandStatus::ESME_ROK, world.last_sequence,
                pdu::MessageIdResponse{"id", tlvs.list()});
  EXPECT_EQ(world.told().congestion, std::vector<uint8_t>{93});
  EXPECT_TRUE(world.told().answers.contains(7));
  EXPECT_EQ(world.session().stats().malformed, 0u);
}

TEST(Session, AWholeWindowThatIsOverdueForThatTimeAgainEndsTheSession) {
  SessionWorld world;
  world.Bind();
  for (uint64_t cookie = 0; cookie < 10; ++cookie) world.Submit(cookie);
  world.Sent();
  const auto pass_a_minute = [&] {
    for (int i = 0; i < 6; ++i) {
      world.Receive(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 1);
      world.Pass(10 * kSecond);
    }
  };
  pass_a_minute();
  EXPECT_EQ(world.session().stats().timeouts, 10u);
  EXPECT_FALSE(world.Submit(10));
  EXPECT_TRUE(world.session().bound()) << "a late answer would show that it is alive";
  EXPECT_LE(world.session().NextDeadline(), world.now() + 60 * kSecond);
  pass_a_minute();
  EXPECT_EQ(world.session().end(), SessionEnd::kNoAnswers);
  world.session().OnTransportClosed();
  for (uint64_t cookie = 0; cookie < 10; ++cookie) {
    EXPECT_EQ(world.told().lost.at(cookie), Fate::kUnknown);
  }
}

TEST(Session, APeerThatHasFallenSilentIsGivenNoMoreThanAWindow) {
  SessionWorld world;
  world.Bind();
  for (uint64_t cookie = 0; cookie < 9; ++cookie) world.Submit(cookie);
  world.Sent();
  world.Pass(20 * kSecond);
  world.Receive(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 1);
  ASSERT_TRUE(world.Submit(9));
  world.Sent();
  world.Pass(40 * kSecond);
  ASSERT_EQ(world.session().stats().timeouts, 9u);
  EXPECT_FALSE(world.Submit(10)) << "nine are overdue and the tenth is under way";
  world.Answer(world.last_sequence - 1);
  for (uint64_t cookie = 10; cookie < 19; ++cookie) {
    EXPECT_TRUE(world.Submit(cookie)) << "an answer shows that it is alive";
  }
}

TEST(Session, ALateAnswerToAnOverdueWindowKeepsTheSession) {
  SessionWorld world;
  world.Bind();
  for (uint64_t cookie = 0; cookie < 10; ++cookie) world.Submit(cookie);
  const uint32_t last = world.last_sequence;
  world.Sent();
  const auto pass = [&](int seconds) {
    for (int i = 0; i < seconds; i += 10) {
      world.Receive(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 1);
      world.Pass(10 * kSecond);
    }
  };
  pass(90);
  world.Answer(last);
  pass(60);
  EXPECT_TRUE(world.session().bound());
  EXPECT_EQ(world.session().window().free(), 10u);
}

TEST(Session, ForgottenTimeoutsAreUnknown) {
  SessionOptions options = SessionWorld::Options();
  options.window = 3;
  SessionWorld world(options);
  world.Bind();
  uint64_t cookie = 0;
  for (int round = 0; round < 20; ++round) {
    world.Submit(cookie++);
    world.Sent();
    world.Pass(30 * kSecond);
    world.Receive(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 1);
    world.Submit(cookie++);
    world.Answer(world.last_sequence);
    world.Pass(30 * kSecond);
    world.Receive(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 1);
  }
  EXPECT_EQ(world.session().stats().timeouts, 20u);
  EXPECT_EQ(world.told().lost.size(), 20u - 12u) << "four windows of them are still waited for";
}

TEST(Session, KnowsWhatLeftAndWhatDidNot) {
  SessionWorld world;
  world.Bind();
  world.Submit(1);
  world.Submit(2);
  world.Sent();
  world.Submit(3);
  world.Submit(4);
  // The kernel took the third segment and the first octets of the fourth.
  world.output().Release();
  const std::span<const uint8_t> octets = world.output().ToSend();
  const uint32_t third = pdu::DecodeHeader(octets).command_length;
  world.output().Sent(third + 10);
  world.Submit(5);
  world.session().OnTransportClosed();
  EXPECT_EQ(world.told().lost.at(1), Fate::kUnknown);
  EXPECT_EQ(world.told().lost.at(2), Fate::kUnknown);
  EXPECT_EQ(world.told().lost.at(3), Fate::kUnknown);
  EXPECT_EQ(world.told().lost.at(4), Fate::kUnsent);
  EXPECT_EQ(world.told().lost.at(5), Fate::kUnsent);
  EXPECT_NE(world.told().lost_pdus.at(4).find("cookie 4"), std::string::npos);
  EXPECT_NE(world.told().lost_pdus.at(5).find("cookie 5"), std::string::npos);
}

TEST(Session, ASegmentThatCannotLeaveEndsTheSessionAsUnsent) {
  SessionWorld world;
  world.Bind();
  world.Submit(1);
  for (int i = 0; i < 6; ++i) {
    world.Pass(10 * kSecond);
    world.Receive(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 1);
  }
  EXPECT_EQ(world.session().end(), SessionEnd::kPeerNotReading);
  world.session().OnTransportClosed();
  EXPECT_EQ(world.told().lost.at(1), Fate::kUnsent);
}

TEST(Session, DrainsAndUnbindsInOrder) {
  SessionWorld world;
  world.Bind();
  world.Submit(1);
  const uint32_t sequence = world.last_sequence;
  world.Sent();
  world.session().Drain(world.now());
  EXPECT_FALSE(world.Submit(2));
  EXPECT_TRUE(world.Sent().empty()) << "an answer is still outstanding";
  world.Answer(sequence);
  const std::vector<pdu::Header> sent = world.Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].command_id, CommandId::kUnbind);
  world.Receive(CommandId::kUnbindResp, CommandStatus::ESME_ROK, sent[0].sequence_number);
  EXPECT_EQ(world.session().end(), SessionEnd::kUnbound);
}

TEST(Session, WaitsForOutstandingAnswersNoLongerThanTheDrainTimeout) {
  SessionWorld world;
  world.Bind();
  world.Submit(1);
  world.Sent();
  world.session().Drain(world.now());
  world.Pass(30 * kSecond);
  EXPECT_EQ(world.Sent().at(0).command_id, CommandId::kUnbind);
  world.Pass(5 * kSecond);
  EXPECT_EQ(world.session().state(), SessionState::kEnded) << "nor for unbind_resp for ever";
  world.session().OnTransportClosed();
  EXPECT_EQ(world.told().lost.at(1), Fate::kUnknown);
}

TEST(Session, ABindThatIsUnderWayIsEndedInOrderOnceItIsAnswered) {
  SessionWorld world;
  world.session().Start(world.now());
  const pdu::Header bind = world.Sent().at(0);
  world.session().Drain(world.now());
  EXPECT_EQ(world.session().state(), SessionState::kBinding);
  world.Receive(CommandId::kBindTransceiverResp, CommandStatus::ESME_ROK, bind.sequence_number,
                pdu::BindResponse{});
  EXPECT_FALSE(world.Submit(1));
  const pdu::Header unbind = world.Sent().at(0);
  EXPECT_EQ(unbind.command_id, CommandId::kUnbind);
  world.Receive(CommandId::kUnbindResp, CommandStatus::ESME_ROK, unbind.sequence_number);
  EXPECT_EQ(world.session().end(), SessionEnd::kUnbound);
}

TEST(Session, ABindThatIsUnderWayIsNotWaitedForLongByADrain) {
  SessionWorld world;
  world.session().Start(world.now());
  world.session().Drain(world.now());
  world.Pass(4 * kSecond);
  EXPECT_EQ(world.session().state(), SessionState::kBinding);
  world.Pass(kSecond);
  EXPECT_EQ(world.session().end(), SessionEnd::kBindTimeout);
}

TEST(Session, AnswersThePeersUnbindWhenNothingIsOutstanding) {
  SessionWorld world;
  world.Bind();
  world.Submit(1);
  const uint32_t sequence = world.last_sequence;
  world.Sent();
  world.Receive(CommandId::kUnbind, CommandStatus::ESME_ROK, 99);
  EXPECT_FALSE(world.Submit(2));
  EXPECT_TRUE(world.Sent().empty());
  world.Answer(sequence);
  const std::vector<pdu::Header> sent = world.Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].command_id, CommandId::kUnbindResp);
  EXPECT_EQ(sent[0].sequence_number, 99u);
  EXPECT_EQ(world.session().end(), SessionEnd::kPeerUnbound);
}

TEST(Session, TwoUnbindsThatCrossEndTheSession) {
  SessionWorld world;
  world.Bind();
  world.session().Drain(world.now());
  world.Sent();
  world.Receive(CommandId::kUnbind, CommandStatus::ESME_ROK, 99);
  EXPECT_EQ(world.Sent().at(0).command_id, CommandId::kUnbindResp);
  EXPECT_EQ(world.session().state(), SessionState::kEnded);
}

TEST(Session, NamesTheProtocolOfAPeerThatSpeaksAnother) {
  SessionWorld world;
  world.session().Start(world.now());
  world.Receive(pdu::AsOctets("HTTP/1.1 400 Bad Request\r\n\r\n"));
  EXPECT_EQ(world.session().end(), SessionEnd::kBrokenStream);
  EXPECT_EQ(world.session().framer().error(), pdu::FrameError::kHttp);
}

TEST(Session, AnswersWhateverOneReceiveBringsWhileTheOutputIsFullOfSubmissions) {
  SessionOptions options = SessionWorld::Options();
  options.window = 10'000;
  SessionWorld world(options);
  world.Bind();
  uint64_t cookie = 0;
  while (world.Submit(cookie)) ++cookie;
  EXPECT_LT(cookie, 10'000u) << "the output, not the window, is full";
  std::vector<uint8_t> flood;
  while (flood.size() + pdu::kHeaderOctets <= io::kMaxReceiveOctets) {
    flood.resize(flood.size() + pdu::kHeaderOctets);
    pdu::EncodeHeaderOnly(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 1,
                          std::span(flood).last(pdu::kHeaderOctets));
  }
  world.Receive(flood);
  EXPECT_TRUE(world.session().bound());
  EXPECT_TRUE(world.session().Congested()) << "and now the peer is not to be read from";
}

TEST(Session, WantsRoomFromASubmissionThatFindsNoneToOneThatFindsSome) {
  SessionOptions options = SessionWorld::Options();
  options.window = 10'000;
  SessionWorld world(options);
  world.Bind();
  uint64_t cookie = 0;
  EXPECT_TRUE(world.Submit(cookie++));
  EXPECT_FALSE(world.session().WantsRoom());
  while (world.Submit(cookie)) ++cookie;
  EXPECT_TRUE(world.session().WantsRoom());
  world.Sent();
  EXPECT_TRUE(world.Submit(cookie));
  EXPECT_FALSE(world.session().WantsRoom());
}

TEST(Session, AFullWindowDoesNotWantRoom) {
  SessionWorld world;
  world.Bind();
  uint64_t cookie = 0;
  while (world.Submit(cookie)) ++cookie;
  EXPECT_EQ(cookie, 10u);
  EXPECT_FALSE(world.session().WantsRoom());
}

TEST(Session, SequenceNumbersWrapUnderAnOpenWindow) {
  SessionOptions options = SessionWorld::Options();
  options.first_sequence = pdu::kLastSequence - 3;
  SessionWorld world(options);
  world.Bind();
  std::vector<uint32_t> sequences;
  for (uint64_t cookie = 0; cookie < 10; ++cookie) {
    world.Submit(cookie);
    sequences.push_back(world.last_sequence);
  }
  for (const uint32_t sequence : sequences) world.Answer(sequence);
  EXPECT_EQ(world.told().answers.size(), 10u);
}

}  // namespace
}  // namespace salvo::engine

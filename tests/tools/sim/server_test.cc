#include "tools/sim/server.h"

#include <gtest/gtest.h>

#include "tests/tools/sim/fake_loop.h"
#include "tools/sim/settings/setting.h"

namespace salvo::sim {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

pdu::SubmitSm SubmissionTo(std::string_view destination) {
  pdu::SubmitSm submit;
  submit.destination = {1, 1, destination};
  submit.registered_delivery = 1;
  submit.short_message = pdu::AsOctets("hello");
  return submit;
}

size_t CountOf(CommandId id, const std::vector<pdu::Header>& headers) {
  return static_cast<size_t>(std::count_if(
      headers.begin(), headers.end(), [&](const auto& header) { return header.command_id == id; }));
}

// A simulator, and peers of it.
class SimServerTest : public testing::Test {
 protected:
  using Flags = std::vector<std::pair<std::string, std::string>>;

  void Start(const Flags& flags) {
    server_ = std::make_unique<Server>(loop_, With(flags, {}), nullptr);
    ASSERT_TRUE(server_->Listen(*io::SocketAddress::FromNumeric({"127.0.0.1", 2775})).ok());
  }

  // As a step of a scenario does; "": its default.
  void Change(const Flags& flags) {
    ASSERT_TRUE(server_->Change(With(flags, server_->options())).ok());
  }

  FakeStream* Bind(CommandId how = CommandId::kBindTransceiver) {
    FakeStream* peer = loop_.Accept();
    pdu::BindRequest bind;
    bind.system_id = bind.password = "demo";
    peer->Say(how, ++sequence_, bind);
    loop_.Pass(0);
    status_ = peer->Heard().at(0).command_status;
    return peer;
  }

  void Submit(FakeStream* peer, std::string_view destination = "491700000001") {
    peer->Say(CommandId::kSubmitSm, ++sequence_, SubmissionTo(destination));
    loop_.Pass(0);
  }

  // Acknowledges all that came; how many there were.
  size_t Acknowledge(FakeStream* peer) {
    size_t count = 0;
    for (const pdu::Header& header : peer->Heard()) {
      if (header.command_id != CommandId::kDeliverSm) continue;
      peer->Say(CommandId::kDeliverSmResp, header.sequence_number, pdu::MessageIdResponse{});
      ++count;
    }
    loop_.Pass(0);
    return count;
  }

  static size_t Deliveries(FakeStream* peer) {
    return CountOf(CommandId::kDeliverSm, peer->Heard());
  }

  FakeLoop loop_;
  std::unique_ptr<Server> server_;
  uint32_t sequence_ = 0;
  CommandStatus status_ = CommandStatus::ESME_ROK;  // of the last bind

 private:
  static Options With(const Flags& flags, Options options) {
    for (const auto& [name, value] : flags) {
      std::vector<std::string> values;
      if (!value.empty()) values.push_back(value);
      EXPECT_TRUE(Take(*FindSetting(name), values, &options).ok()) << name;
    }
    return options;
  }
};

TEST_F(SimServerTest, AnOctetAtATimeComesAfterWhatWasSaidBefore) {
  Start({{"fault", "one-octet=@2"}});
  FakeStream* peer = Bind();
  std::vector<uint8_t> both = Encoded(CommandId::kSubmitSm, 11, SubmissionTo("1"));
  const std::vector<uint8_t> second = Encoded(CommandId::kSubmitSm, 12, SubmissionTo("1"));
  both.insert(both.end(), second.begin(), second.end());
  peer->Say(both);
  loop_.Pass(io::kNanosPerMilli);
  const std::vector<pdu::Header> heard = peer->Heard();
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_EQ(heard[0].sequence_number, 11u);
  EXPECT_EQ(heard[1].sequence_number, 12u);
}

TEST_F(SimServerTest, APeerThatTakesNothingDoesNotKeepItsAccountOnceItIsClosed) {
  Start({{"max-binds", "1"}});
  FakeStream* peer = Bind();
  peer->SetReading(false);
  Submit(peer);
  server_->Strike(Fault::kClose, {});
  loop_.Pass(io::kNanosPerSecond);
  EXPECT_FALSE(peer->ended());
  loop_.Pass(9 * io::kNanosPerSecond);
  EXPECT_TRUE(peer->ended());
  Bind();
  EXPECT_EQ(status_, CommandStatus::ESME_ROK);
}

TEST_F(SimServerTest, APeerThatTakesALittleNowAndThenIsWaitedFor) {
  Start({{"one-octet", "4s"}});
  FakeStream* peer = loop_.Accept();
  peer->Say(CommandId::kUnbind, ++sequence_);
  loop_.Pass(100 * io::kNanosPerSecond);
  EXPECT_EQ(CountOf(CommandId::kUnbindResp, peer->Heard()), 1u);
  EXPECT_TRUE(peer->ended());
}

TEST_F(SimServerTest, AllCanBeEndedAtOnce) {
  Start({{"one-octet", "1h"}});
  FakeStream* peer = loop_.Accept();
  peer->Say(CommandId::kEnquireLink, ++sequence_);
  server_->CloseAll();
  loop_.Pass(io::kNanosPerSecond);
  EXPECT_EQ(server_->connections(), 1u);
  server_->AbortAll();
  loop_.Pass(0);
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(SimServerTest, WhoeverComesWhileItClosesIsTurnedAway) {
  Start({});
  server_->CloseAll();
  FakeStream* late = loop_.Accept();
  EXPECT_EQ(server_->connections(), 0u);
  loop_.Pass(0);
  EXPECT_TRUE(late->ended());
}

TEST_F(SimServerTest, AReceiptThatWaitedForABindComesAgainToo) {
  Start({{"receipts", "0"}, {"receipt-resend", "200ms"}});
  Submit(Bind(CommandId::kBindTransmitter));
  FakeStream* receiver = Bind(CommandId::kBindTransceiver);
  loop_.Pass(0);
  Deliveries(receiver);
  loop_.Pass(300 * io::kNanosPerMilli);
  EXPECT_EQ(Deliveries(receiver), 1u);
}

TEST_F(SimServerTest, WhatIsAcknowledgedDoesNotComeAgain) {
  Start({{"receipts", "0"}, {"receipt-resend", "200ms"}});
  FakeStream* peer = Bind();
  Submit(peer);
  EXPECT_EQ(Acknowledge(peer), 1u);
  loop_.Pass(100 * io::kNanosPerMilli);
  Submit(peer);
  EXPECT_EQ(Deliveries(peer), 1u);
  loop_.Pass(150 * io::kNanosPerMilli);
  EXPECT_EQ(Deliveries(peer), 0u);
  loop_.Pass(60 * io::kNanosPerMilli);
  EXPECT_EQ(Deliveries(peer), 1u);
}

TEST_F(SimServerTest, ABindWhoseAcknowledgementsAreNotAwaitedAnyMoreGoesOn) {
  Start({{"receipts", "0"}, {"receipt-stop", "100ms"}});
  FakeStream* peer = Bind();
  Submit(peer);
  EXPECT_EQ(Deliveries(peer), 1u);
  Change({{"receipt-stop", ""}});
  loop_.Pass(io::kNanosPerSecond);
  Submit(peer);
  EXPECT_EQ(Acknowledge(peer), 1u);
  Submit(peer);
  EXPECT_EQ(Acknowledge(peer), 1u);
  EXPECT_EQ(server_->counters().deliveries_stopped, 0u);
}

TEST_F(SimServerTest, ABindThatAcknowledgesNothingIsStoppedFromWhenThatIsAskedFor) {
  Start({{"receipts", "0"}, {"receipt-resend", "40ms"}});
  FakeStream* peer = Bind();
  Submit(peer);
  EXPECT_EQ(Deliveries(peer), 1u);
  Change({{"receipt-stop", "100ms"}});
  loop_.Pass(io::kNanosPerSecond);
  EXPECT_EQ(server_->counters().deliveries_stopped, 1u);
}

TEST_F(SimServerTest, OneBindThatAcknowledgesNothingStopsNoOther) {
  constexpr size_t kMoreThanOneTakes = 1100;
  Start({{"receipts", "0"}, {"receipt-bind", "same"}});
  FakeStream* silent = Bind();
  FakeStream* lively = Bind();
  for (size_t i = 0; i < kMoreThanOneTakes; ++i) Submit(silent);
  EXPECT_LT(Deliveries(silent), kMoreThanOneTakes);
  Submit(lively);
  EXPECT_EQ(Acknowledge(lively), 1u);
}

TEST_F(SimServerTest, AConnectionThatIsNotUpYetIsNotIdle) {
  Start({{"idle", "10s"}});
  loop_.Pass(100 * io::kNanosPerSecond);
  FakeStream* stream = loop_.Connecting();
  Change({{"tps", "5"}});
  loop_.Pass(io::kNanosPerSecond);
  EXPECT_FALSE(stream->ended());
}

TEST_F(SimServerTest, AnEarlyReceiptLeavesThoughItsSubmitterUnbindsAtOnce) {
  Start({{"receipts", "0"}, {"receipt-early", "100%"}, {"receipt-bind", "other"}});
  FakeStream* other = Bind(CommandId::kBindReceiver);
  FakeStream* peer = Bind(CommandId::kBindTransmitter);
  std::vector<uint8_t> both = Encoded(CommandId::kSubmitSm, 11, SubmissionTo("1"));
  const std::vector<uint8_t> unbind = Encoded(CommandId::kUnbind, 12);
  both.insert(both.end(), unbind.begin(), unbind.end());
  peer->Say(both);
  loop_.Pass(0);
  EXPECT_EQ(Deliveries(other), 1u);
}

TEST_F(SimServerTest, MessagesOfSubscribersThatAreRareLeaveTheLoopAlone) {
  Start({{"mo", "1e-10"}});
  loop_.timers().RunDue(loop_.now());
  EXPECT_GT(loop_.timers().NextDeadline(), loop_.now());
}

TEST_F(SimServerTest, TheMixCountsReceiptsThatAreAskedFor) {
  Start({{"receipts", "0"}, {"receipt-mix", "UNDELIV=@1"}});
  FakeStream* peer = Bind();
  pdu::SubmitSm unasked = SubmissionTo("1");
  unasked.registered_delivery = 0;
  peer->Say(CommandId::kSubmitSm, ++sequence_, unasked);
  pdu::SubmitSm failures_only = SubmissionTo("1");
  failures_only.registered_delivery = 2;
  peer->Say(CommandId::kSubmitSm, ++sequence_, failures_only);
  loop_.Pass(0);
  EXPECT_EQ(Deliveries(peer), 1u);
}

}  // namespace
}  // namespace salvo::sim

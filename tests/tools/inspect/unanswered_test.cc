#include "tools/inspect/unanswered.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

using pdu::CommandId;
using testing::ElementsAre;
using testing::IsEmpty;

Endpoint At(uint16_t port) {
  Endpoint endpoint;
  endpoint.port = port;
  return endpoint;
}

// A connection of an ESME, or of another one, to an SMSC.
struct Capture {
  void FromSmsc(CommandId command, uint32_t sequence) {
    Say(At(2775), At(port), command, sequence);
  }
  void ToSmsc(CommandId command, uint32_t sequence) { Say(At(port), At(2775), command, sequence); }

  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const auto& finding : unanswered.Findings()) texts.push_back(finding.text);
    return texts;
  }

  void Say(const Endpoint& from, const Endpoint& to, CommandId command, uint32_t sequence) {
    Origin origin;
    origin.packet = ++packets;
    origin.from = from;
    origin.to = to;
    pdu::Header header;
    header.command_id = command;
    header.sequence_number = sequence;
    unanswered.Add(origin, header);
  }

  Unanswered unanswered;
  uint16_t port = 40'000;
  uint64_t packets = 0;
};

TEST(Unanswered, NothingIsSaidOfRequestsThatAreAnswered) {
  Capture capture;
  capture.ToSmsc(CommandId::kBindTransceiver, 1);
  capture.FromSmsc(CommandId::kBindTransceiverResp, 1);
  capture.ToSmsc(CommandId::kSubmitSm, 2);
  capture.FromSmsc(CommandId::kDeliverSm, 2);
  capture.FromSmsc(CommandId::kGenericNack, 2);
  capture.ToSmsc(CommandId::kDeliverSmResp, 2);
  capture.FromSmsc(CommandId::kAlertNotification, 3);
  EXPECT_THAT(capture.Texts(), IsEmpty());
}

TEST(Unanswered, DeliveriesWithoutAnAcknowledgementAreCounted) {
  Capture capture;
  capture.ToSmsc(CommandId::kEnquireLink, 1);
  capture.FromSmsc(CommandId::kEnquireLinkResp, 1);
  for (uint32_t sequence = 1; sequence <= 5; ++sequence) {
    capture.FromSmsc(CommandId::kDeliverSm, sequence);
    if (sequence <= 2) capture.ToSmsc(CommandId::kDeliverSmResp, sequence);
  }
  EXPECT_THAT(capture.Texts(),
              ElementsAre("3 of 5 deliver_sm have no deliver_sm_resp here, the first with "
                          "sequence_number 3 (salvo explain receipts stop)"));
  EXPECT_EQ(capture.unanswered.Findings().front().first.packet, 7u);
}

TEST(Unanswered, AResponseOfAnotherKindOrNumberIsNone) {
  Capture capture;
  capture.ToSmsc(CommandId::kSubmitSm, 1);
  capture.FromSmsc(CommandId::kDataSmResp, 1);
  capture.FromSmsc(CommandId::kSubmitSmResp, 2);
  EXPECT_THAT(capture.Texts(),
              ElementsAre("1 of 1 submit_sm have no submit_sm_resp here, the first with "
                          "sequence_number 1 (salvo explain a message is not answered)"));
}

TEST(Unanswered, ConnectionsAreToldApart) {
  Capture capture;
  capture.FromSmsc(CommandId::kDeliverSm, 1);
  capture.ToSmsc(CommandId::kDeliverSmResp, 1);
  capture.port = 40'001;
  capture.FromSmsc(CommandId::kDeliverSm, 1);
  capture.ToSmsc(CommandId::kEnquireLink, 1);
  capture.FromSmsc(CommandId::kEnquireLinkResp, 1);
  EXPECT_EQ(capture.Texts().size(), 1u);
}

TEST(Unanswered, OfOneDirectionAloneNothingIsKnown) {
  Capture capture;
  capture.ToSmsc(CommandId::kSubmitSm, 1);
  capture.ToSmsc(CommandId::kSubmitSm, 2);
  EXPECT_THAT(capture.Texts(), IsEmpty());
}

}  // namespace
}  // namespace salvo::tools

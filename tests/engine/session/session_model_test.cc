// Goal: no order of PDUs, however senseless, and no passing of time breaks what a session promises.
// Method: random PDUs of every kind that a peer may send, random submissions and random time steps,
// drawn from a seed; after every step the session is held against a few lines of model.
#include <gtest/gtest.h>

#include <random>

#include "tests/engine/session/session_world.h"

namespace salvo::engine {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

class Model {
 public:
  explicit Model(uint64_t seed) : random_(seed), world_(MakeOptions(random_)) {}

  void Run() {
    world_.session().Start(world_.now());
    for (int step = 0; step < 400 && !Ended(); ++step) {
      world_.session().PrepareAhead(Below(4) != 0);
      Step();
      if (Below(2) == 0) world_.session().ReleaseAhead(world_.now());
      staged_ += world_.session().staged();
      Check();
      if (testing::Test::HasFailure()) return;
    }
    world_.session().OnTransportClosed();
    EXPECT_EQ(world_.told().answers.size() + world_.told().lost.size(), submitted_)
        << "every segment is settled";
    EXPECT_EQ(world_.told().settled_twice, 0u);
  }

  uint64_t submitted() const { return submitted_; }
  uint64_t staged() const { return staged_; }
  uint64_t answered() const { return world_.told().answers.size(); }

 private:
  static SessionOptions MakeOptions(std::mt19937_64& random) {
    SessionOptions options = SessionWorld::Options();
    options.window = static_cast<uint32_t>(1 + random() % 12);
    options.first_sequence =
        random() % 2 == 0 ? 1 : static_cast<uint32_t>(pdu::kLastSequence - random() % 50);
    return options;
  }

  bool Ended() { return world_.session().state() == SessionState::kEnded; }
  uint64_t Below(uint64_t bound) { return random_() % bound; }

  void Step() {
    switch (Below(10)) {
      case 0:
      case 1:
      case 2:
        if (world_.Submit(submitted_)) {
          ++submitted_;
          sequences_.push_back(world_.last_sequence);
        }
        break;
      case 3:
        SendSome();
        break;
      case 4:
        world_.Pass(static_cast<Nanos>(Below(8 * kSecond)));
        break;
      case 5:
        if (Below(60) == 0) world_.session().Drain(world_.now());
        break;
      default:
        world_.Receive(RandomCommand(), RandomStatus(), RandomSequence(), pdu::OpaqueBody{Body()});
    }
  }

  // The kernel takes a part of what there is, at PDU boundaries or not.
  void SendSome() {
    world_.output().Release();
    const std::span<const uint8_t> octets = world_.output().ToSend();
    if (octets.empty()) return;
    world_.output().Sent(1 + Below(octets.size()));
  }

  CommandId RandomCommand() {
    // Answers to submissions are what mostly comes; a bind_resp lets things begin.
    if (!world_.session().bound() && Below(2) == 0) return CommandId::kBindTransceiverResp;
    if (Below(3) == 0) return CommandId::kSubmitSmResp;
    const auto commands = pdu::AllCommands();
    const CommandId id = commands[Below(commands.size())].id;
    // An unbind ends the fun too soon.
    return id == CommandId::kUnbind && Below(20) != 0 ? CommandId::kEnquireLink : id;
  }

  CommandStatus RandomStatus() {
    return Below(4) != 0 ? CommandStatus::ESME_ROK : static_cast<CommandStatus>(Below(0x500));
  }

  uint32_t RandomSequence() {
    if (!world_.session().bound() && Below(2) == 0) return 1;
    if (sequences_.empty() || Below(4) == 0) return static_cast<uint32_t>(Below(20));
    return sequences_[Below(sequences_.size())];
  }

  pdu::Octets Body() {
    body_.resize(Below(40));
    for (uint8_t& octet : body_) octet = static_cast<uint8_t>(Below(3) == 0 ? 0 : Below(256));
    return body_;
  }

  void Check() {
    const Session& session = world_.session();
    EXPECT_LE(session.window().in_flight(), session.window().size());
    EXPECT_LE(session.staged(), session.window().size());
    EXPECT_EQ(world_.told().settled_twice, 0u);
    const uint64_t settled = world_.told().answers.size() + world_.told().lost.size();
    EXPECT_LE(settled + session.window().outstanding(), submitted_);
    EXPECT_GE(world_.session().NextDeadline(), 0);
  }

  std::mt19937_64 random_;
  SessionWorld world_;
  std::vector<uint32_t> sequences_;
  std::vector<uint8_t> body_;
  uint64_t submitted_ = 0;
  uint64_t staged_ = 0;  // segments, after each step
};

TEST(SessionModel, HoldsUnderRandomPdusAndTime) {
  uint64_t submitted = 0;
  uint64_t answered = 0;
  uint64_t staged = 0;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Model model(seed);
    model.Run();
    if (HasFailure()) return;
    submitted += model.submitted();
    answered += model.answered();
    staged += model.staged();
  }
  EXPECT_GT(submitted, 10'000u);
  EXPECT_GT(answered, 1'000u);
  EXPECT_GT(staged, 1'000u);
}

}  // namespace
}  // namespace salvo::engine

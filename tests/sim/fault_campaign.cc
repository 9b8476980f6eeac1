#include "tests/sim/fault_campaign.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

// Within which a campaign without faults must end, however it was left.
constexpr Nanos kMostToFinish = 3600 * kSecond;

// Those that happen without a journal, too.
constexpr FaultKind kAnywhere[] = {
    FaultKind::kReset,         FaultKind::kResetOfAll,        FaultKind::kResetInBind,
    FaultKind::kResetInPdu,    FaultKind::kResetInUnbind,     FaultKind::kHalfOpen,
    FaultKind::kNetworkStall,  FaultKind::kConnectUnanswered, FaultKind::kAnswerLost,
    FaultKind::kAnswerTwice,   FaultKind::kAnswersReordered,  FaultKind::kAnswerToNobody,
    FaultKind::kGarbage,       FaultKind::kNonsense,          FaultKind::kAnswerOfOtherCommand,
    FaultKind::kNackForAnswer, FaultKind::kUnbindInWindow,    FaultKind::kBindAnswerLost,
    FaultKind::kBindRefused,   FaultKind::kUnbindAnswerLost,  FaultKind::kSmscKilled,
    FaultKind::kSmscStalled,   FaultKind::kShardStalled,      FaultKind::kClockForward,
    FaultKind::kClockBackward};
constexpr FaultKind kWithJournal[] = {
    FaultKind::kSenderKilled,  FaultKind::kKilledInRecovery, FaultKind::kCrashInFileOperation,
    FaultKind::kAppendNoSpace, FaultKind::kAppendFailsOnce,  FaultKind::kAppendFailsForEver,
    FaultKind::kAppendShort,   FaultKind::kReserveRefused,   FaultKind::kSyncFailsOnce,
    FaultKind::kSlowSync,      FaultKind::kBitFlipped,       FaultKind::kStaleBatch,
    FaultKind::kOtherVersion,  FaultKind::kPowerLost};

}  // namespace

CampaignOptions RandomCampaign(uint64_t seed) {
  std::mt19937_64 random(seed * 7919);
  const auto below = [&](uint64_t bound) { return random() % bound; };
  CampaignOptions options;
  options.seed = seed;
  options.journal = below(4) != 0;
  if (below(3) == 0) {
    options.sync = Sync::kPower;
    const Nanos slowest[] = {0, 2 * kMilli, 30 * kMilli, 200 * kMilli};
    options.disk.most_sync = slowest[below(4)];
  }
  if (below(6) == 0) options.on_unknown = OnUnknown::kResend;
  options.messages = static_cast<uint32_t>(150 + below(300));
  options.shards = static_cast<uint32_t>(1 + below(3));
  AccountOptions& account = options.account;
  account.binds = static_cast<uint32_t>(1 + below(4));
  account.window = static_cast<uint32_t>(1 + below(30));
  account.response_timeout = std::chrono::seconds(1 + below(10));
  account.bind_timeout = std::chrono::seconds(2);
  account.connect_timeout = std::chrono::seconds(2);
  account.enquire_link = std::chrono::seconds(1 + below(5));
  account.enquire_link_timeout = std::chrono::seconds(2);
  account.reconnect.initial = std::chrono::milliseconds(50);
  account.reconnect.max = std::chrono::seconds(2);
  if (below(4) == 0) options.text = LongText(200 + below(500));
  if (below(4) == 0) account.long_messages = LongMessages::kSar;
  if (below(4) == 0) account.bind_type = BindType::kTransmitterAndReceiver;
  // Most take long enough for several faults.
  const double seconds = 0.2 + static_cast<double>(below(30)) / 10;
  const double rate =
      static_cast<double>(options.messages) *
      (options.text.empty() ? 1 : 1 + static_cast<double>(options.text.size()) / 153) / seconds;
  if (below(4) != 0) account.rate = rate;
  if (below(4) == 0) options.global_rate = rate * 1.1;
  const char* delays[] = {"0", "5ms", "uniform:1ms,80ms", "mix:80%10ms,15%100ms,5%1500ms"};
  options.smsc.delay = *sim::DelayDistribution::Parse(delays[below(4)]);
  if (below(2) == 0) options.smsc.errors.push_back({pdu::CommandStatus::ESME_RTHROTTLED, 0.05});
  if (below(2) == 0) options.smsc.errors.push_back({pdu::CommandStatus::ESME_RINVDSTADR, 0.02});
  if (below(5) == 0) options.smsc.tps = static_cast<uint32_t>(50 + below(400));
  account.retry.schedule.delay = std::chrono::milliseconds(below(3) * 300);
  account.retry.schedule.max_attempts = static_cast<uint32_t>(1 + below(6));
  if (below(4) == 0) account.retry.max_waiting = 3;
  if (below(3) == 0) {
    sim::ReceiptOptions& receipts = options.smsc.receipts;
    receipts.delay = static_cast<Nanos>(below(3) * 200 * kMilli);
    receipts.early = static_cast<double>(below(3)) * 0.2;
    receipts.twice = static_cast<double>(below(3)) * 0.2;
    receipts.intermediate = static_cast<double>(below(3)) * 0.1;
    receipts.bind = static_cast<sim::ReceiptBind>(below(3));
    options.account.receipts.reference = below(2) == 0;
    options.wait_receipts = static_cast<Nanos>(below(2) * 30 * kSecond);
  }
  options.network.cut_chance = static_cast<double>(below(8)) / 10;
  options.network.socket_octets = below(3) == 0 ? 600 : 64 * 1024;
  if (options.smsc.receipts.delay) {
    options.smsc.receipts.resend = static_cast<Nanos>(below(2) * 500 * kMilli);
    if (below(4) == 0) {
      options.smsc.receipts.delay = 12 * kSecond;
      options.wait_receipts = 60 * kSecond;
    }
  }
  return options;
}

FaultCampaign::FaultCampaign(uint64_t seed, Tally* tally)
    : tally_(*tally), random_(seed ^ 0xFA17), world_(RandomCampaign(seed), tally) {}

Nanos FaultCampaign::Between(Nanos least, Nanos most) {
  return least + static_cast<Nanos>(Below(static_cast<uint64_t>(most - least)));
}

void FaultCampaign::Schedule() {
  const bool journal = world_.options().journal;
  const uint64_t count = 3 + Below(8);
  const Nanos span = Between(300 * kMilli, 4 * kSecond);
  for (uint64_t i = 0; i < count; ++i) {
    const bool for_journal = journal && Below(3) == 0;
    const FaultKind kind = for_journal ? kWithJournal[Below(std::size(kWithJournal))]
                                       : kAnywhere[Below(std::size(kAnywhere))];
    const Nanos at = world_.world().now() + Between(0, span);
    faults_end_ = std::max(faults_end_, at);
    world_.world().At(at, [this, kind] { Strike(kind); });
  }
  faults_end_ += Between(kMilli, 3 * kSecond);
  if (!world_.options().smsc.receipts.delay) return;
  world_.network().Arm(FaultKind::kReceiptAnswerLost, static_cast<uint32_t>(Below(4)));
}

void FaultCampaign::Strike(FaultKind kind) {
  // Whoever replays a seed wants to see what happens.
  if (std::getenv("SALVO_SIM_SEED") != nullptr) {
    std::printf("%10.6f s  %s\n", static_cast<double>(world_.world().now()) / 1e9,
                std::string(NameOf(kind)).c_str());
  }
  if (kind <= FaultKind::kConnectUnanswered) return StrikeNetwork(kind);
  if (kind <= FaultKind::kUnbindAnswerLost) {
    return world_.network().Arm(kind, static_cast<uint32_t>(1 + Below(5)));
  }
  if (kind <= FaultKind::kCrashInFileOperation) return StrikeProcess(kind);
  if (kind <= FaultKind::kOtherVersion) return StrikeDisk(kind);
  const Nanos by = Between(kSecond, 3 * 3600 * kSecond);
  world_.world().StepWallClock(kind == FaultKind::kClockForward ? by : -by);
  tally_.Hit(kind);
}

void FaultCampaign::StrikeNetwork(FaultKind kind) {
  SimWorld& world = world_.world();
  switch (kind) {
    case FaultKind::kReset:
      return tally_.Hit(kind, world.ResetOne());
    case FaultKind::kResetOfAll:
      return tally_.Hit(kind, world.ResetAll() > 0 ? 1 : 0);
    case FaultKind::kHalfOpen:
      return tally_.Hit(kind, world.SilenceOne());
    case FaultKind::kNetworkStall: {
      const size_t stalled = world.StallNetwork(static_cast<int>(Below(2)),
                                                world.now() + Between(kMilli, 4 * kSecond));
      return tally_.Hit(kind, stalled > 0 ? 1 : 0);
    }
    case FaultKind::kConnectUnanswered:
      world.SwallowConnects(world.now() + Between(kMilli, 3 * kSecond));
      world.ResetOne();
      return;
    default:
      // A bind is only made again after a loss.
      if (kind == FaultKind::kResetInBind) world.ResetOne();
      return world_.network().Arm(kind, 1);
  }
}

void FaultCampaign::StallOneShard() {
  if (!world_.has_sender()) return;
  const auto& loops = world_.shard_loops();
  SimLoop* loop = loops[Below(loops.size())];
  stalled_.push_back(loop);
  world_.world().Stall(*loop, true);
  world_.world().At(world_.world().now() + Between(kMilli, 8 * kSecond),
                    [this, loop] { world_.world().Stall(*loop, false); });
  tally_.Hit(FaultKind::kShardStalled);
}

void FaultCampaign::KillSender(bool with_its_machine) {
  if (!world_.has_sender()) return;
  tally_.Hit(with_its_machine ? FaultKind::kPowerLost : FaultKind::kSenderKilled);
  if (with_its_machine) {
    world_.LosePower();
  } else {
    world_.KillSender();
  }
}

// Often after it has stalled, so that not all that was released has left; and sometimes the sender
// dies before another bind comes up.
void FaultCampaign::KillSmsc() {
  if (std::exchange(smsc_is_down_, true)) return;
  SimWorld& world = world_.world();
  const Nanos stalls = Below(2) == 0 ? 0 : Between(kMilli, 500 * kMilli);
  world.Stall(world_.smsc_loop(), stalls > 0);
  world.At(world.now() + stalls, [this] {
    world_.world().Stall(world_.smsc_loop(), false);
    if (!smsc_is_down_) return;
    world_.KillSmsc();
    tally_.Hit(FaultKind::kSmscKilled);
    const Nanos pause = Between(kMilli, 2 * kSecond);
    world_.world().At(world_.world().now() + pause, [this] {
      if (std::exchange(smsc_is_down_, false)) world_.StartSmsc();
    });
    if (!world_.options().journal || Below(2) == 0) return;
    world_.world().At(world_.world().now() + Between(kMilli, 20 * kMilli), [this] {
      KillSender(/*with_its_machine=*/false);
      StartSenderAfter(Between(0, 500 * kMilli));
    });
  });
}

void FaultCampaign::StrikeProcess(FaultKind kind) {
  SimWorld& world = world_.world();
  switch (kind) {
    case FaultKind::kSmscKilled:
      return KillSmsc();
    case FaultKind::kSmscStalled:
      world.Stall(world_.smsc_loop(), true);
      world.At(world.now() + Between(kMilli, 5 * kSecond),
               [this] { world_.world().Stall(world_.smsc_loop(), false); });
      return tally_.Hit(kind);
    case FaultKind::kShardStalled:
      return StallOneShard();
    case FaultKind::kKilledInRecovery:
      KillSender(/*with_its_machine=*/false);
      TryToStart();
      world.At(world.now() + Between(0, 20 * kMilli), [this, kind] {
        if (!world_.has_sender()) return;
        world_.KillSender();
        tally_.Hit(kind);
        StartSenderAfter(Between(0, 200 * kMilli));
      });
      return;
    case FaultKind::kCrashInFileOperation:
      return world_.CrashAtFileOperation(1 + Below(40),
                                         [this] { StartSenderAfter(Between(0, 200 * kMilli)); });
    default:
      KillSender(/*with_its_machine=*/kind == FaultKind::kPowerLost);
      return StartSenderAfter(Between(0, 500 * kMilli));
  }
}

void FaultCampaign::StrikeDisk(FaultKind kind) {
  SimDisk& disk = world_.disk();
  switch (kind) {
    case FaultKind::kAppendNoSpace:
      return disk.FailAppends(Below(2) == 0 ? 1 : kForEver, ENOSPC, kind);
    case FaultKind::kAppendFailsOnce:
    case FaultKind::kAppendShort:
      return disk.FailAppends(1, EIO, kind);
    case FaultKind::kAppendFailsForEver:
      return disk.FailAppends(kForEver, EIO, kind);
    case FaultKind::kReserveRefused:
      return disk.FailReserves(static_cast<uint32_t>(1 + Below(4)));
    case FaultKind::kSyncFailsOnce:
      return disk.FailSyncs(1);
    case FaultKind::kSlowSync:
      return disk.SlowSyncs(Between(100 * kMilli, 3 * kSecond));
    default:
      world_.SpoilJournal(kind);
      KillSender(/*with_its_machine=*/false);
      return StartSenderAfter(0);
  }
}

void FaultCampaign::StartSenderAfter(Nanos pause) {
  world_.world().At(world_.world().now() + pause, [this] { TryToStart(); });
}

void FaultCampaign::TryToStart() {
  if (world_.has_sender() || world_.journal_is_refused()) return;
  if (world_.StartSender()) return world_.SubmitAll();
  StartSenderAfter(200 * kMilli);
}

void FaultCampaign::GoOn() {
  world_.EndSender();
  StartSenderAfter(Between(0, 300 * kMilli));
}

void FaultCampaign::Heal() {
  world_.network().Heal();
  world_.disk().Heal();
  world_.world().SwallowConnects(0);
  world_.world().Stall(world_.smsc_loop(), false);
  for (SimLoop* loop : stalled_) world_.world().Stall(*loop, false);
  if (std::exchange(smsc_is_down_, false) && !world_.has_smsc()) world_.StartSmsc();
}

// Of an engine whose journal failed, the next one tells what it kept to itself, receipts included.
bool FaultCampaign::HasMore() {
  const uint64_t failures = world_.Count(Event::Kind::kJournalFailed);
  const bool failed = std::exchange(journal_failures_, failures) != failures;
  return world_.options().journal && (failed || world_.Count(Result::kUnsent) > 0);
}

std::vector<std::string> FaultCampaign::Run() {
  Schedule();
  world_.SubmitAll();
  bool healed = false;
  bool finished = false;
  Nanos until = faults_end_;
  while (!finished) {
    const bool ended = world_.Run(until - world_.world().now());
    if (ended && HasMore()) {
      GoOn();
    } else if (ended) {
      finished = true;
    } else if (!healed) {
      Heal();
      healed = true;
      until = world_.world().now() + kMostToFinish;
    } else {
      break;
    }
  }
  tally_.seeds += 1;
  tally_.messages += world_.options().messages;
  tally_.accepted += world_.Count(Result::kAccepted);
  tally_.unknown += world_.Count(Result::kUnknown);
  return world_.Judge(finished);
}

}  // namespace salvo::test

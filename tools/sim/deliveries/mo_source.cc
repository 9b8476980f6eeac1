#include "tools/sim/deliveries/mo_source.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "tools/sim/deliveries/mo_encoder.h"
#include "tools/sim/server.h"

namespace salvo::sim {
namespace {

// Above so many a second several are made at once.
constexpr double kMostTimes = 1000;
// Later than any run ends, and a time that nanoseconds can tell.
constexpr double kLatest = 1e9;

bool CanReceive(const Account& account) {
  return std::any_of(account.binds.begin(), account.binds.end(),
                     [](const Session* bind) { return bind->receives(); });
}

}  // namespace

MoSource::MoSource(Server& server)
    : server_(server), timer_(server.loop().timers(), [this] { OnTimer(); }) {}

void MoSource::Change() {
  if (server_.options().mo.rate == rate_) return;
  rate_ = server_.options().mo.rate;
  started_ = server_.loop().now();
  due_ = 0;
  timer_.Set(rate_ > 0 ? started_ : io::kNever);
}

void MoSource::OnTimer() {
  const double passed_s =
      static_cast<double>(server_.loop().now() - started_) / io::kNanosPerSecond;
  // After a pause of this process, no more than a second's are made up for.
  due_ = std::max(due_, std::floor((passed_s - 1) * rate_));
  for (; due_ <= passed_s * rate_; ++due_) SendToAll();
  const double next_s = std::min(std::max(due_ / rate_, passed_s + 1 / kMostTimes), kLatest);
  timer_.Set(io::Later(started_, static_cast<io::Nanos>(next_s * io::kNanosPerSecond)));
}

void MoSource::SendToAll() {
  const MoOptions& mo = server_.options().mo;
  for (const auto& account : server_.accounts().all()) {
    if (CanReceive(*account)) Send(*account, mo.from, mo.to);
  }
}

void MoSource::Send(Account& account, std::string_view from, std::string_view to) {
  PendingDelivery message;
  message.kind = PendingDelivery::Kind::kMo;
  message.source = from;
  message.destination = to;
  message.text = NumberedMoText(server_.options().mo.text, ++last_number_);
  server_.desk().AddAt(account, std::move(message), server_.loop().now());
  server_.ArmTimer();
}

}  // namespace salvo::sim

#include "tools/sim/deliveries/mo_source.h"

#include <algorithm>
#include <string>

#include "tools/sim/server.h"

namespace salvo::sim {
namespace {

constexpr std::string_view kNumberPlace = "{n}";
// Above so many a second several are made at once.
constexpr double kMostTimes = 1000;

bool CanReceive(const Account& account) {
  return std::any_of(account.binds.begin(), account.binds.end(),
                     [](const Session* bind) { return bind->receives(); });
}

}  // namespace

MoSource::MoSource(Server& server)
    : server_(server), timer_(server.loop().timers(), [this] { OnTimer(); }) {}

void MoSource::Change() {
  const double rate = server_.options().mo.rate;
  started_ = server_.loop().now();
  due_ = 0;
  timer_.Set(rate > 0 ? started_ : io::kNever);
}

void MoSource::OnTimer() {
  const double rate = server_.options().mo.rate;
  const auto passed = static_cast<double>(server_.loop().now() - started_);
  const auto due = static_cast<uint64_t>(passed * 1e-9 * rate) + 1;
  for (; due_ < due; ++due_) SendToAll();
  const double next = std::max(static_cast<double>(due_) / rate * 1e9, passed + 1e9 / kMostTimes);
  timer_.Set(io::Later(started_, static_cast<io::Nanos>(next)));
}

void MoSource::SendToAll() {
  const MoOptions& mo = server_.options().mo;
  for (const auto& account : server_.accounts().all()) {
    if (!CanReceive(*account)) continue;
    Queue(*account, mo.from, mo.to);
    server_.Deliver(*account);
  }
}

// Behind the answer: its destination has the message first.
void MoSource::Reply(Account& account, std::string_view from, std::string_view to) {
  Queue(account, from, to);
  server_.ArmTimer();
}

void MoSource::Queue(Account& account, std::string_view from, std::string_view to) {
  std::string text = server_.options().mo.text;
  const size_t place = text.find(kNumberPlace);
  if (place != std::string::npos) {
    text.replace(place, kNumberPlace.size(), std::to_string(++last_number_));
  }
  PendingDelivery message;
  message.kind = PendingDelivery::Kind::kMo;
  message.source = from;
  message.destination = to;
  message.text = std::move(text);
  server_.desk().AddAt(account, std::move(message), server_.loop().now());
}

}  // namespace salvo::sim

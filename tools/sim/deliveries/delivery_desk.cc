#include "tools/sim/deliveries/delivery_desk.h"

#include <algorithm>

#include "tools/sim/connection.h"

namespace salvo::sim {
namespace {

// Deliveries that wait at most; those beyond are not made.
constexpr size_t kMostDeliveries = 2'000'000;
constexpr io::Nanos kRefusedWaits = io::kNanosPerSecond;

// registered_delivery, bits 1 and 0: 3.4 section 5.2.17; 3 is of 5.0.
constexpr uint8_t kAsksMask = 0x03;
constexpr uint8_t kAsksAlways = 1;
constexpr uint8_t kAsksForFailure = 2;

// The queue of what any bind may get.
constexpr uint64_t kAnyBind = 0;

}  // namespace

bool DeliveryDesk::IsAskedFor(uint8_t registered_delivery) {
  return (registered_delivery & kAsksMask) != 0;
}

bool DeliveryDesk::Wanted(uint8_t registered_delivery, const ReceiptPlan& plan) {
  if (!plan.wanted) return false;
  const uint8_t asks = registered_delivery & kAsksMask;
  if (asks == kAsksAlways) return true;
  return (asks == kAsksForFailure) != (plan.state == pdu::MessageState::kDelivered);
}

void DeliveryDesk::Add(Account& account, PendingDelivery receipt, const ReceiptPlan& plan,
                       io::Nanos now) {
  const io::Nanos delay = behaviour_.DrawReceiptDelay() + plan.later;
  const io::Nanos due = now + delay;
  if (plan.intermediate) {
    PendingDelivery before = receipt;
    before.state = pdu::MessageState::kEnroute;
    before.kind = PendingDelivery::Kind::kIntermediate;
    AddAt(account, std::move(before), now + delay / 2);
  }
  if (plan.twice) AddAt(account, receipt, due);
  if (plan.early && TryDeliver(account, receipt)) {
    account.early_receipts = true;
  } else {
    AddAt(account, std::move(receipt), due);
  }
}

void DeliveryDesk::AddAgain(Account& account, PendingDelivery delivery, io::Nanos now) {
  held_.Add(now + kRefusedWaits, {&account, std::move(delivery)});
}

void DeliveryDesk::AddAt(Account& account, PendingDelivery delivery, io::Nanos due) {
  if (held_.size() + account.waiting >= kMostDeliveries) return;
  held_.Add(due, {&account, std::move(delivery)});
}

void DeliveryDesk::TakeDue(io::Nanos now) {
  while (held_.next() <= now) {
    HeldDelivery held = held_.Take();
    Queue(*held.account, std::move(held.delivery));
  }
}

void DeliveryDesk::Queue(Account& account, PendingDelivery delivery) {
  const bool is_any =
      delivery.kind == PendingDelivery::Kind::kMo || options_.bind == ReceiptBind::kAny;
  account.deliveries[is_any ? kAnyBind : delivery.bind].push_back(std::move(delivery));
  ++account.waiting;
}

bool DeliveryDesk::MayGoOver(const Session& bind, const Account& account,
                             const PendingDelivery& delivery) const {
  if (!bind.receives()) return false;
  const bool is_mo = delivery.kind == PendingDelivery::Kind::kMo;
  if (is_mo || options_.bind == ReceiptBind::kAny) return true;
  const bool same = options_.bind == ReceiptBind::kSame;
  if ((bind.number() == delivery.bind) == same) return true;
  return std::none_of(account.binds.begin(), account.binds.end(), [&](const Session* other) {
    return other->receives() && (other->number() == delivery.bind) == same;
  });
}

bool DeliveryDesk::TryDeliver(Account& account, const PendingDelivery& delivery) {
  for (size_t tried = 0; tried < account.binds.size(); ++tried) {
    Session* bind = account.binds[account.next_receiver++ % account.binds.size()];
    if (MayGoOver(*bind, account, delivery) && bind->Deliver(delivery)) return true;
  }
  return false;
}

void DeliveryDesk::Deliver(Account& account) {
  if (account.deliveries.empty()) return;
  for (auto queue = account.deliveries.begin(); queue != account.deliveries.end();) {
    std::deque<PendingDelivery>& waiting = queue->second;
    while (!waiting.empty() && TryDeliver(account, waiting.front())) {
      waiting.pop_front();
      --account.waiting;
    }
    queue = waiting.empty() ? account.deliveries.erase(queue) : std::next(queue);
  }
  for (Session* bind : account.binds) bind->connection().Conclude();
}

}  // namespace salvo::sim

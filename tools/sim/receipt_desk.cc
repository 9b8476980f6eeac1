#include "tools/sim/receipt_desk.h"

#include <algorithm>

#include "tools/sim/connection.h"

namespace salvo::sim {
namespace {

// Receipts that wait at most; those beyond are not made.
constexpr size_t kMostReceipts = 2'000'000;
constexpr io::Nanos kRefusedWaits = io::kNanosPerSecond;

// registered_delivery, bits 1 and 0: 3.4 section 5.2.17; 3 is of 5.0.
constexpr uint8_t kAsksMask = 0x03;
constexpr uint8_t kAsksAlways = 1;
constexpr uint8_t kAsksForFailure = 2;

}  // namespace

bool ReceiptDesk::Wanted(uint8_t registered_delivery, pdu::MessageState state) const {
  const uint8_t asks = registered_delivery & kAsksMask;
  if (asks == 0 || asks == kAsksAlways) return asks == kAsksAlways;
  return (asks == kAsksForFailure) != (state == pdu::MessageState::kDelivered);
}

void ReceiptDesk::Add(Account& account, PendingReceipt receipt, io::Nanos now) {
  const io::Nanos due = now + options_.delay;
  const bool early = behaviour_.Draw(options_.early);
  if (behaviour_.Draw(options_.intermediate)) {
    PendingReceipt before = receipt;
    before.state = pdu::MessageState::kEnroute;
    before.intermediate = true;
    AddAt(account, std::move(before), now + options_.delay / 2);
  }
  if (behaviour_.Draw(options_.twice)) AddAt(account, receipt, due);
  if (early && TryDeliver(account, receipt)) {
    account.early_receipts = true;
  } else {
    AddAt(account, std::move(receipt), due);
  }
}

void ReceiptDesk::AddAgain(Account& account, PendingReceipt receipt, io::Nanos now) {
  receipts_.Add(now + kRefusedWaits, {&account, std::move(receipt)});
}

void ReceiptDesk::AddAt(Account& account, PendingReceipt receipt, io::Nanos due) {
  if (receipts_.size() + account.receipts.size() >= kMostReceipts) return;
  receipts_.Add(due, {&account, std::move(receipt)});
}

void ReceiptDesk::Watch(const Delivery& delivery, io::Nanos now) {
  if (options_.resend > 0) watched_.Add(now + options_.resend, delivery);
}

void ReceiptDesk::TakeDue(io::Nanos now) {
  while (receipts_.next() <= now) {
    HeldReceipt held = receipts_.Take();
    held.account->receipts.push_back(std::move(held.receipt));
  }
}

bool ReceiptDesk::TakeOverdue(io::Nanos now, Delivery* delivery) {
  if (watched_.next() > now) return false;
  *delivery = watched_.Take();
  return true;
}

io::Nanos ReceiptDesk::next() const { return std::min(receipts_.next(), watched_.next()); }

bool ReceiptDesk::MayGoOver(const Connection& bind, const Account& account,
                            const PendingReceipt& receipt) const {
  if (!bind.receives()) return false;
  if (options_.bind == ReceiptBind::kAny) return true;
  const bool wanted = (bind.number() == receipt.bind) == (options_.bind == ReceiptBind::kSame);
  if (wanted) return true;
  return std::none_of(account.binds.begin(), account.binds.end(), [&](const Connection* other) {
    return other->receives() &&
           (other->number() == receipt.bind) == (options_.bind == ReceiptBind::kSame);
  });
}

bool ReceiptDesk::TryDeliver(Account& account, const PendingReceipt& receipt) {
  for (size_t tried = 0; tried < account.binds.size(); ++tried) {
    Connection* bind = account.binds[account.next_receiver++ % account.binds.size()];
    if (MayGoOver(*bind, account, receipt) && bind->Deliver(receipt)) return true;
  }
  return false;
}

void ReceiptDesk::Deliver(Account& account) {
  if (account.receipts.empty()) return;
  while (!account.receipts.empty() && TryDeliver(account, account.receipts.front())) {
    account.receipts.pop_front();
  }
  for (Connection* bind : account.binds) bind->Flush();
}

}  // namespace salvo::sim

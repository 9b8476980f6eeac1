// Sends receipts when they are due, over the binds that are meant to get them, and again where
// nobody acknowledged them. One thread, the simulator's.
#pragma once

#include "tools/sim/account.h"
#include "tools/sim/behaviour.h"
#include "tools/sim/schedule.h"

namespace salvo::sim {

// A delivery whose acknowledgement is looked for.
struct Delivery {
  uint64_t connection = 0;
  uint32_t sequence = 0;
};

class ReceiptDesk {
 public:
  // Both are not owned.
  ReceiptDesk(const ReceiptOptions& options, Behaviour& behaviour)
      : options_(options), behaviour_(behaviour) {}

  // Whether a submission like this one gets a receipt in that state.
  bool Wanted(uint8_t registered_delivery, pdu::MessageState state) const;
  // Takes what the account is told of an accepted submission. Must be called before its answer is
  // written, for an early receipt is written at once, to whatever bind: `early_receipts` of the
  // account says that its binds must be flushed. Receipts beyond a bound are not made.
  void Add(Account& account, PendingReceipt receipt, io::Nanos now);
  // The peer will not have it now: it comes again later.
  void AddAgain(Account& account, PendingReceipt receipt, io::Nanos now);
  // It was sent over that connection.
  void Watch(const Delivery& delivery, io::Nanos now);

  // Receipts that are due go to the queues of their accounts.
  void TakeDue(io::Nanos now);
  // Returns whether a delivery is overdue, and takes it from those that are watched.
  bool TakeOverdue(io::Nanos now, Delivery* delivery);
  io::Nanos next() const;

  // Writes what the account's queue holds to its binds, as far as they take it.
  void Deliver(Account& account);

 private:
  bool MayGoOver(const Connection& bind, const Account& account,
                 const PendingReceipt& receipt) const;
  bool TryDeliver(Account& account, const PendingReceipt& receipt);
  void AddAt(Account& account, PendingReceipt receipt, io::Nanos due);

  const ReceiptOptions& options_;
  Behaviour& behaviour_;
  Schedule<HeldReceipt> receipts_;
  Schedule<Delivery> watched_;
};

}  // namespace salvo::sim

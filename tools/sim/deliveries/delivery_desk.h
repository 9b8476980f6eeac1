// Sends receipts and messages of subscribers when they are due, over the binds that are meant to
// get them, and again where they are refused. One thread, the simulator's.
#pragma once

#include "tools/sim/account.h"
#include "tools/sim/behaviour.h"
#include "tools/sim/schedule.h"

namespace salvo::sim {

class DeliveryDesk {
 public:
  // Both are not owned.
  DeliveryDesk(const ReceiptOptions& options, Behaviour& behaviour)
      : options_(options), behaviour_(behaviour) {}

  // Whether a submission wants any receipt.
  static bool IsAskedFor(uint8_t registered_delivery);
  // Whether one that does gets a receipt like this, whose state is drawn.
  static bool Wanted(uint8_t registered_delivery, const ReceiptPlan& plan);
  // Takes what the account is told of an accepted submission. Must be called before its answer is
  // written, for an early receipt is written at once, to whatever bind: `early_receipts` of the
  // account says that its binds must be flushed. Deliveries beyond a bound are not made.
  void Add(Account& account, PendingDelivery receipt, const ReceiptPlan& plan, io::Nanos now);
  // A delivery that is due at a time of its own.
  void AddAt(Account& account, PendingDelivery delivery, io::Nanos due);
  // One that is due now.
  void Queue(Account& account, PendingDelivery delivery);
  // The peer will not have it now: it comes again later.
  void AddAgain(Account& account, PendingDelivery delivery, io::Nanos now);

  // What is due is queued.
  void TakeDue(io::Nanos now);
  io::Nanos next() const { return held_.next(); }

  // Writes what the account's queues hold to its binds, as far as they take it.
  void Deliver(Account& account);

 private:
  bool MayGoOver(const Session& bind, const Account& account,
                 const PendingDelivery& delivery) const;
  bool TryDeliver(Account& account, const PendingDelivery& delivery);

  const ReceiptOptions& options_;
  Behaviour& behaviour_;
  Schedule<HeldDelivery> held_;
};

}  // namespace salvo::sim

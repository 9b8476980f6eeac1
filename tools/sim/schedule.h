// Things to be done at a time: a heap, earliest first, in the order of their coming where times are
// equal. One thread.
#pragma once

#include <algorithm>
#include <vector>

#include "io/clock.h"
#include "pdu/protocol.h"
#include "tools/sim/account.h"

namespace salvo::sim {

struct HeldAnswer {
  uint64_t connection = 0;
  uint64_t message_number = 0;
  pdu::CommandId response = pdu::CommandId::kSubmitSmResp;
  pdu::CommandStatus status = pdu::CommandStatus::ESME_ROK;
  uint32_t sequence = 0;
  Fault fault = Fault::kNone;
};

struct HeldDelivery {
  Account* account = nullptr;
  PendingDelivery delivery;
};

template <class Item>
class Schedule {
 public:
  void Add(io::Nanos due, Item item) {
    heap_.push_back({due, ++last_order_, std::move(item)});
    std::push_heap(heap_.begin(), heap_.end());
  }

  io::Nanos next() const { return heap_.empty() ? io::kNever : heap_.front().due; }
  size_t size() const { return heap_.size(); }

  // REQUIRES: size() > 0.
  Item Take() {
    std::pop_heap(heap_.begin(), heap_.end());
    Item item = std::move(heap_.back().item);
    heap_.pop_back();
    return item;
  }

 private:
  struct Entry {
    io::Nanos due;
    uint64_t order;
    Item item;

    // A later one is "less", so that the earliest is at the heap's top.
    bool operator<(const Entry& other) const {
      return due != other.due ? due > other.due : order > other.order;
    }
  };

  std::vector<Entry> heap_;
  uint64_t last_order_ = 0;
};

}  // namespace salvo::sim

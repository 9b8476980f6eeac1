#include "engine/receipts/park.h"

#include <utility>

namespace salvo::engine {

Park::Place Park::Add(const InboundReceipt& receipt, std::vector<uint64_t> hashes, io::Nanos now,
                      io::Nanos deadline) {
  const Place place = receipts_.emplace(receipts_.end());
  place->values = receipt;
  place->id = receipt.id;
  place->error = receipt.error;
  place->hashes = std::move(hashes);
  place->since = now;
  place->deadline = deadline;
  place->number = ++last_number_;
  for (uint64_t hash : place->hashes) by_hash_.emplace(hash, place->number);
  by_number_.emplace(place->number, place);
  by_deadline_.emplace(deadline, place->number);
  return place;
}

std::vector<Park::Place> Park::Find(uint64_t hash) {
  std::vector<Place> places;
  for (auto entry = by_hash_.lower_bound({hash, 0});
       entry != by_hash_.end() && entry->first == hash; ++entry) {
    places.push_back(by_number_.at(entry->second));
  }
  return places;
}

Park::Place Park::FindNumber(uint64_t number) {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? receipts_.end() : found->second;
}

ParkedReceipt Park::Take(Place place) {
  for (uint64_t hash : place->hashes) by_hash_.erase({hash, place->number});
  by_number_.erase(place->number);
  by_deadline_.erase({place->deadline, place->number});
  ParkedReceipt taken = std::move(*place);
  receipts_.erase(place);
  return taken;
}

bool Park::TakeExpired(io::Nanos now, ParkedReceipt* receipt) {
  if (FirstDeadline() > now) return false;
  *receipt = TakeFirst();
  return true;
}

void Park::Postpone(ParkedReceipt& receipt, io::Nanos deadline) {
  by_deadline_.erase({receipt.deadline, receipt.number});
  receipt.deadline = deadline;
  by_deadline_.emplace(deadline, receipt.number);
}

}  // namespace salvo::engine

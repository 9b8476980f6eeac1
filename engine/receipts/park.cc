#include "engine/receipts/park.h"

#include <algorithm>
#include <utility>

namespace salvo::engine {
namespace {

void EraseEntry(std::unordered_multimap<uint64_t, Park::Place>& map, uint64_t key,
                Park::Place place) {
  const auto [begin, end] = map.equal_range(key);
  for (auto entry = begin; entry != end; ++entry) {
    if (entry->second != place) continue;
    map.erase(entry);
    return;
  }
}

}  // namespace

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
  for (uint64_t hash : place->hashes) by_hash_.emplace(hash, place);
  by_number_.emplace(place->number, place);
  by_deadline_.emplace(deadline, place->number);
  return place;
}

std::vector<Park::Place> Park::Find(uint64_t hash) {
  std::vector<Place> places;
  if (receipts_.empty()) return places;
  const auto [begin, end] = by_hash_.equal_range(hash);
  for (auto entry = begin; entry != end; ++entry) places.push_back(entry->second);
  std::sort(places.begin(), places.end(),
            [](const Place& a, const Place& b) { return a->number < b->number; });
  return places;
}

Park::Place Park::FindNumber(uint64_t number) {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? receipts_.end() : found->second;
}

ParkedReceipt Park::Take(Place place) {
  for (uint64_t hash : place->hashes) EraseEntry(by_hash_, hash, place);
  by_number_.erase(place->number);
  by_deadline_.erase({place->deadline, place->number});
  ParkedReceipt taken = std::move(*place);
  receipts_.erase(place);
  return taken;
}

bool Park::TakeExpired(io::Nanos now, ParkedReceipt* receipt) {
  if (FirstDeadline() > now) return false;
  *receipt = Take(by_number_.at(by_deadline_.begin()->second));
  return true;
}

}  // namespace salvo::engine

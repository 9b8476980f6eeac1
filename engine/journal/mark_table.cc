#include "engine/journal/mark_table.h"

#include <algorithm>

namespace salvo::engine {

uint8_t MarkTable::Get(uint64_t key) const {
  const auto found = pages_.find(key / kPageKeys);
  if (found == pages_.end()) return 0;
  const Page& page = found->second;
  const uint64_t place = key % kPageKeys;
  if (page.all != nullptr) return MarkIn(*page.all, place);
  const auto one = std::find_if(page.few.begin(), page.few.end(),
                                [&](const Few& few) { return few.place == place; });
  return one == page.few.end() ? 0 : one->mark;
}

void MarkTable::Set(uint64_t key, uint8_t mark) {
  Page& page = pages_[key / kPageKeys];
  const uint64_t place = key % kPageKeys;
  if (page.all != nullptr) return SetIn(*page.all, place, mark);
  // What was marked last is marked again soonest.
  const auto one = std::find_if(page.few.rbegin(), page.few.rend(),
                                [&](const Few& few) { return few.place == place; });
  if (one != page.few.rend()) {
    one->mark = mark;
    return;
  }
  page.few.push_back({static_cast<uint16_t>(place), mark});
  if (page.few.size() <= kMostFew) return;
  page.all = std::make_unique<All>();
  for (const Few& few : page.few) SetIn(*page.all, few.place, few.mark);
  std::vector<Few>().swap(page.few);
}

void MarkTable::SetIn(All& all, uint64_t place, uint8_t mark) {
  const auto shift = static_cast<uint8_t>(place % 2 * kMarkBits);
  uint8_t& octet = all[place / 2];
  octet = static_cast<uint8_t>((octet & ~(kMostMark << shift)) | mark << shift);
}

void MarkTable::Replace(uint8_t from, uint8_t to) {
  for (auto& [number, page] : pages_) {
    for (Few& one : page.few) {
      if (one.mark == from) one.mark = to;
    }
    if (page.all == nullptr) continue;
    for (uint64_t place = 0; place < kPageKeys; ++place) {
      if (MarkIn(*page.all, place) == from) SetIn(*page.all, place, to);
    }
  }
}

}  // namespace salvo::engine

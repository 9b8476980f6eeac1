#include "engine/receipts/waiting_table.h"

namespace salvo::engine {
namespace {

constexpr int kPartsShift = 8;
constexpr int kStateShift = 16;
constexpr int kTickShift = 20;
constexpr uint32_t kStateMask = 0xF;

}  // namespace

WaitingTable::Packed WaitingTable::Pack(uint64_t hash, const Entry& entry) {
  Packed packed;
  packed.hash_low = static_cast<uint32_t>(hash);
  packed.hash_high = static_cast<uint32_t>((hash & kHashMask) >> 32 | uint64_t{entry.spelling}
                                                                          << (kPartShift - 32));
  packed.key_low = static_cast<uint32_t>(entry.key);
  packed.key_high = static_cast<uint32_t>(entry.key >> 32);
  packed.rest = uint32_t{entry.part} | uint32_t{entry.parts} << kPartsShift |
                (entry.state & kStateMask) << kStateShift | entry.tick % kTicks << kTickShift;
  packed.number = entry.number;
  return packed;
}

WaitingTable::Entry WaitingTable::Unpack(const Packed& packed) {
  Entry entry;
  entry.key = uint64_t{packed.key_high} << 32 | packed.key_low;
  entry.part = static_cast<uint8_t>(packed.rest);
  entry.parts = static_cast<uint8_t>(packed.rest >> kPartsShift);
  entry.state = static_cast<uint8_t>(packed.rest >> kStateShift & kStateMask);
  entry.spelling = static_cast<uint8_t>(packed.hash_high >> (kPartShift - 32));
  entry.number = packed.number;
  entry.tick = packed.rest >> kTickShift;
  return entry;
}

bool WaitingTable::Put(uint64_t hash, const Entry& entry) {
  Part& part = parts_[hash >> kPartShift];
  const auto [place, is_new] = part.insert(Pack(hash, entry));
  // What it is found by stays the same.
  if (!is_new) const_cast<Packed&>(*place) = Pack(hash, entry);
  size_ += is_new ? 1 : 0;
  return is_new;
}

bool WaitingTable::Find(uint64_t hash, Entry* entry) const {
  const Part& part = parts_[hash >> kPartShift];
  const auto found = part.find(hash & kHashMask);
  if (found == part.end()) return false;
  *entry = Unpack(*found);
  return true;
}

bool WaitingTable::Remove(uint64_t hash) {
  const size_t removed = parts_[hash >> kPartShift].erase(hash & kHashMask);
  size_ -= removed;
  return removed > 0;
}

size_t WaitingTable::MemoryUsed() const {
  size_t octets = sizeof *this;
  for (const Part& part : parts_) octets += part.capacity() * (sizeof(Packed) + 1);
  return octets;
}

void WaitingTable::Sweep(size_t part, const std::function<bool(Entry&)>& next) {
  size_ -= absl::erase_if(parts_[part], [&](const Packed& packed) {
    Entry entry = Unpack(packed);
    const bool stays = next(entry);
    if (stays) const_cast<Packed&>(packed) = Pack(packed.hash(), entry);
    return !stays;
  });
}

}  // namespace salvo::engine

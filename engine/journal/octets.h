// How numbers stand in a journal's files: little endian, or as varints of seven bits an octet,
// lowest first. And their checksum.
#pragma once

#include <libdeflate.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace salvo::engine {

template <class Integer>
void PutLittle(uint8_t* at, Integer value) {
  for (size_t i = 0; i < sizeof value; ++i) {
    at[i] = static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * i));
  }
}

template <class Integer>
Integer GetLittle(const uint8_t* at) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(Integer); ++i) value |= uint64_t{at[i]} << (8 * i);
  return static_cast<Integer>(value);
}

// CRC-32, as zlib has it.
inline uint32_t Checksum(std::span<const uint8_t> octets) {
  return libdeflate_crc32(0, octets.data(), octets.size());
}

// Returns where it ends: at most kMostVarintOctets on.
inline uint8_t* PutVarint(uint64_t value, uint8_t* at) {
  for (; value >= 0x80; value >>= 7) *at++ = static_cast<uint8_t>(value | 0x80);
  *at++ = static_cast<uint8_t>(value);
  return at;
}

inline constexpr size_t kMostVarintOctets = 10;

// So that small numbers of either sign are short as varints.
inline uint64_t ZigZag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

inline int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

inline void PutVarint(uint64_t value, std::vector<uint8_t>* out) {
  uint8_t octets[kMostVarintOctets];
  out->insert(out->end(), octets, PutVarint(value, octets));
}

// A varint with the length, and the octets.
inline void PutText(std::string_view text, std::vector<uint8_t>* out) {
  PutVarint(text.size(), out);
  out->insert(out->end(), text.begin(), text.end());
}

// Takes what stands at the front of octets. Once something was not there all fails, and is 0 or "".
class OctetReader {
 public:
  explicit OctetReader(std::span<const uint8_t> octets) : octets_(octets) {}

  uint8_t Octet() {
    if (octets_.empty()) return Fail();
    const uint8_t octet = octets_.front();
    octets_ = octets_.subspan(1);
    return octet;
  }

  // Fails above `most`.
  uint64_t Varint(uint64_t most = UINT64_MAX) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t octet = Octet();
      value |= uint64_t{octet & 0x7Fu} << shift;
      if (octet < 0x80) return value <= most ? value : Fail();
    }
    return Fail();
  }

  // A view of the octets read.
  std::string_view Text(size_t octets) {
    if (octets > octets_.size()) {
      Fail();
      return {};
    }
    const std::string_view text(reinterpret_cast<const char*>(octets_.data()), octets);
    octets_ = octets_.subspan(octets);
    return text;
  }

  // As PutText wrote it.
  std::string_view Text() { return Text(Varint()); }

  bool ok() const { return ok_; }
  std::span<const uint8_t> rest() const { return octets_; }

 private:
  uint8_t Fail() {
    ok_ = false;
    octets_ = {};
    return 0;
  }

  std::span<const uint8_t> octets_;
  bool ok_ = true;
};

}  // namespace salvo::engine

// Big-endian cursors over a caller's octets. Neither owns storage nor allocates.
// Both are poisoned by their first failure: every later call fails too, and `ok()` says so; a
// poisoned object's position means nothing.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace salvo::pdu {

using Octets = std::span<const uint8_t>;

inline std::string_view AsText(Octets octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}
inline Octets AsOctets(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline uint32_t Load32(const uint8_t* p) {
  uint32_t value;
  std::memcpy(&value, p, sizeof value);
  return std::endian::native == std::endian::little ? __builtin_bswap32(value) : value;
}
inline uint16_t Load16(const uint8_t* p) {
  return static_cast<uint16_t>(static_cast<unsigned>(p[0]) << 8 | p[1]);
}
inline void Store32(uint8_t* p, uint32_t value) {
  if (std::endian::native == std::endian::little) value = __builtin_bswap32(value);
  std::memcpy(p, &value, sizeof value);
}
inline void Store16(uint8_t* p, uint16_t value) {
  p[0] = static_cast<uint8_t>(value >> 8);
  p[1] = static_cast<uint8_t>(value);
}

// Appends to a buffer that is not owned.
class Writer {
 public:
  explicit Writer(std::span<uint8_t> out)
      : begin_(out.data()), at_(begin_), end_(at_ + out.size()) {}

  void U8(uint8_t value) {
    if (Room(1)) *at_++ = value;
  }
  void U16(uint16_t value) {
    if (!Room(2)) return;
    Store16(at_, value);
    at_ += 2;
  }
  void U32(uint32_t value) {
    if (!Room(4)) return;
    Store32(at_, value);
    at_ += 4;
  }
  void Bytes(Octets octets) {
    if (octets.empty() || !Room(octets.size())) return;
    std::memcpy(at_, octets.data(), octets.size());
    at_ += octets.size();
  }
  void Bytes(std::string_view text) { Bytes(AsOctets(text)); }
  // The text and its terminating NUL.
  void CString(std::string_view text) {
    Bytes(text);
    U8(0);
  }

  // For a caller who finds that what it was given cannot be written.
  void Poison() { ok_ = false; }

  [[nodiscard]] bool ok() const { return ok_; }
  size_t size() const { return static_cast<size_t>(at_ - begin_); }

 private:
  bool Room(size_t octets) {
    ok_ = ok_ && static_cast<size_t>(end_ - at_) >= octets;
    return ok_;
  }

  uint8_t* begin_;
  uint8_t* at_;
  uint8_t* end_;
  bool ok_ = true;
};

// Consumes octets that are not owned. What it returns are views of them.
class Reader {
 public:
  explicit Reader(Octets in) : begin_(in.data()), at_(begin_), end_(at_ + in.size()) {}

  uint8_t U8() { return Take(1) ? at_[-1] : 0; }
  uint16_t U16() { return Take(2) ? Load16(at_ - 2) : 0; }
  uint32_t U32() { return Take(4) ? Load32(at_ - 4) : 0; }
  Octets Bytes(size_t octets) { return Take(octets) ? Octets(at_ - octets, octets) : Octets(); }

  // The octets before the next NUL, which is consumed too. Fails when none is left.
  std::string_view CString() {
    if (!ok_) return {};
    const void* nul = at_ == end_ ? nullptr : std::memchr(at_, 0, left());
    if (nul == nullptr) {
      ok_ = false;
      return {};
    }
    const auto* start = reinterpret_cast<const char*>(at_);
    at_ = static_cast<const uint8_t*>(nul) + 1;
    return {start, static_cast<size_t>(static_cast<const char*>(nul) - start)};
  }

  Octets Rest() { return Bytes(left()); }

  [[nodiscard]] bool ok() const { return ok_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  size_t position() const { return static_cast<size_t>(at_ - begin_); }

 private:
  bool Take(size_t octets) {
    ok_ = ok_ && left() >= octets;
    if (ok_) at_ += octets;
    return ok_;
  }

  const uint8_t* begin_;
  const uint8_t* at_;
  const uint8_t* end_;
  bool ok_ = true;
};

}  // namespace salvo::pdu

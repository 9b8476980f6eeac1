// Puts captured packets together to connections and finds the PDUs in both directions of each: in
// order, without what was sent twice, with gaps said. One thread.
//
// Limits: connections beyond kMostFlows are left out; of a direction in which packets are missing
// so much waits for them, then they count as lost.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tools/inspect/packet.h"
#include "tools/inspect/pdu_stream.h"

namespace salvo::tools {

// Where a PDU was found.
struct Origin {
  uint64_t packet = 0;             // from 1: the packet that ended it; 0: there are no packets
  std::optional<int64_t> time_us;  // of that packet, since 1970 UTC; a dump has none
  Endpoint from;
  Endpoint to;
};

class InspectionSink {
 public:
  virtual ~InspectionSink() = default;
  virtual void OnPdu(const Origin& origin, pdu::Octets pdu) = 0;
  virtual void OnNote(const Origin& origin, const std::string& note) = 0;
};

class Conversations {
 public:
  static constexpr size_t kMostFlows = 4'000;
  static constexpr size_t kMostWaitingOctets = size_t{256} << 10;  // of one direction
  static constexpr size_t kMostWaitingSegments = 256;

  // SMPP is expected on those ports; elsewhere only where a stream begins with a PDU. `sink` is not
  // owned.
  Conversations(std::set<uint16_t> ports, InspectionSink* sink);
  ~Conversations();

  void Packet(int link, pdu::Octets packet, size_t octets_on_the_wire,
              std::optional<int64_t> time_us);
  // No packet follows: what still waits is looked at.
  void Finish();

  uint64_t packets() const { return packets_; }
  uint64_t other_packets() const { return other_packets_; }  // of something else than TCP
  size_t foreign_flows() const;                              // directions without SMPP
  uint64_t left_out() const { return left_out_; }            // packets of flows beyond the limit

 private:
  class Flow;
  using Key = std::pair<Endpoint, Endpoint>;

  std::set<uint16_t> ports_;
  InspectionSink& sink_;
  std::map<Key, std::unique_ptr<Flow>> flows_;
  uint64_t packets_ = 0;
  uint64_t other_packets_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace salvo::tools

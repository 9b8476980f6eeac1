// Which requests of a capture have no response in it. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "pdu/protocol.h"
#include "tools/inspect/conversations.h"

namespace salvo::tools {

class Unanswered {
 public:
  // Requests beyond so many that wait for their responses are not followed.
  static constexpr size_t kMostWaiting = 200'000;

  // One PDU after the other, as they were captured.
  void Add(const Origin& origin, const pdu::Header& header);

  struct Finding {
    Origin first;  // where the first of them is
    std::string text;
  };
  // For each direction and kind of request of which some have none, how many those are. Of a
  // connection of which only one direction was captured nothing is known.
  std::vector<Finding> Findings() const;

 private:
  using Direction = std::pair<Endpoint, Endpoint>;
  struct Request {
    pdu::CommandId command = pdu::CommandId::kGenericNack;
    Origin origin;
  };
  struct Count {
    uint64_t all = 0;
    uint64_t answered = 0;
  };

  std::map<std::tuple<Endpoint, Endpoint, uint32_t>, Request> waiting_;  // by sequence_number
  std::map<std::pair<Direction, pdu::CommandId>, Count> counts_;
  std::map<Direction, uint64_t> pdus_;
};

}  // namespace salvo::tools

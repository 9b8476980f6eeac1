#include "tools/inspect/conversations.h"

#include <algorithm>

namespace salvo::tools {

using pdu::Octets;

// One direction of a connection.
class Conversations::Flow : public PduSink {
 public:
  Flow(bool expected, InspectionSink* sink)
      : expected_(expected), sink_(*sink), stream_(expected, this) {}

  void Add(const Segment& segment, const Origin& origin) {
    origin_ = origin;
    if (segment.syn) return Begin(segment);
    if (segment.payload.empty() && segment.missing == 0) return;
    if (!began_) {
      began_ = true;
      next_ = segment.sequence;
    }
    if (DistanceTo(segment.sequence) > 0) {
      Hold(segment);
    } else {
      Take(segment.sequence, segment.payload, segment.missing);
    }
    TakeHeld();
  }

  void Finish() {
    while (!held_.empty()) SkipToHeld();
    stream_.End();
  }

  bool is_smpp() const { return stream_.is_smpp(); }

  void OnPdu(Octets pdu) override { sink_.OnPdu(origin_, pdu); }
  void OnNote(const std::string& note) override { sink_.OnNote(origin_, note); }

 private:
  struct Held {
    uint32_t sequence;
    std::vector<uint8_t> octets;
    uint32_t missing;
  };

  // How far ahead of what is awaited next; negative for what came before.
  int64_t DistanceTo(uint32_t sequence) const { return static_cast<int32_t>(sequence - next_); }

  void Begin(const Segment& segment) {
    const bool again = began_ && DistanceTo(segment.sequence + 1) == 0;
    if (again) return;
    if (began_) Finish();
    stream_ = PduStream(expected_, this);
    began_ = true;
    next_ = segment.sequence + 1;
    if (!segment.payload.empty()) Take(next_, segment.payload, segment.missing);
  }

  // `sequence` is not ahead of what is awaited.
  void Take(uint32_t sequence, Octets octets, uint32_t missing) {
    const auto old = static_cast<size_t>(-DistanceTo(sequence));
    const size_t total = octets.size() + missing;
    if (old >= total) return;
    if (old < octets.size()) stream_.Feed(octets.subspan(old));
    const size_t lost = std::min<size_t>(missing, total - old);
    if (lost > 0) stream_.Gap(lost);
    next_ = sequence + static_cast<uint32_t>(total);
  }

  void Hold(const Segment& segment) {
    if (!stream_.is_smpp()) {
      next_ = segment.sequence;
      return;
    }
    held_.push_back(
        {segment.sequence, {segment.payload.begin(), segment.payload.end()}, segment.missing});
    held_octets_ += segment.payload.size();
    const bool full = held_octets_ > kMostWaitingOctets || held_.size() > kMostWaitingSegments;
    if (full) SkipToHeld();
  }

  void TakeHeld() {
    for (auto first = First(); first != held_.end() && DistanceTo(first->sequence) <= 0;
         first = First()) {
      const Held held = std::move(*first);
      held_.erase(first);
      held_octets_ -= held.octets.size();
      Take(held.sequence, held.octets, held.missing);
    }
  }

  void SkipToHeld() {
    const auto first = First();
    stream_.Gap(static_cast<uint64_t>(DistanceTo(first->sequence)));
    next_ = first->sequence;
    TakeHeld();
  }

  std::vector<Held>::iterator First() {
    return std::min_element(held_.begin(), held_.end(), [&](const Held& a, const Held& b) {
      return DistanceTo(a.sequence) < DistanceTo(b.sequence);
    });
  }

  bool expected_;
  InspectionSink& sink_;
  PduStream stream_;
  Origin origin_;
  bool began_ = false;
  uint32_t next_ = 0;
  std::vector<Held> held_;
  size_t held_octets_ = 0;
};

Conversations::Conversations(std::set<uint16_t> ports, InspectionSink* sink)
    : ports_(std::move(ports)), sink_(*sink) {}

Conversations::~Conversations() = default;

void Conversations::Packet(int link, Octets packet, size_t octets_on_the_wire,
                           std::optional<int64_t> time_us) {
  ++packets_;
  const std::optional<Segment> segment = ParsePacket(link, packet, octets_on_the_wire);
  if (!segment) {
    ++other_packets_;
    return;
  }
  const Key key = {segment->from, segment->to};
  auto flow = flows_.find(key);
  if (flow == flows_.end()) {
    if (flows_.size() >= kMostFlows) {
      ++left_out_;
      return;
    }
    const bool expected = ports_.contains(key.first.port) || ports_.contains(key.second.port);
    flow = flows_.emplace(key, std::make_unique<Flow>(expected, &sink_)).first;
  }
  flow->second->Add(*segment, {packets_, time_us, segment->from, segment->to});
}

void Conversations::Finish() {
  for (const auto& [key, flow] : flows_) flow->Finish();
}

size_t Conversations::foreign_flows() const {
  return static_cast<size_t>(std::count_if(
      flows_.begin(), flows_.end(), [](const auto& entry) { return !entry.second->is_smpp(); }));
}

}  // namespace salvo::tools

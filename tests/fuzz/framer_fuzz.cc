// Any octets as a stream. Wherever it is cut, the framer finds the same PDUs, which are the stream
// itself, and stops for the same reason. The first octets of the input choose the limit and the
// cuts.

#include <algorithm>
#include <string>
#include <vector>

#include "pdu/framer.h"
#include "pdu/protocol.h"
#include "tests/fuzz/check.h"
#include "tests/support/segmenting.h"

namespace salvo::pdu {
namespace {

using fuzz::Check;

struct Outcome {
  std::vector<size_t> sizes;    // of the PDUs
  std::vector<uint8_t> octets;  // of the PDUs, one after the other
  FrameError error = FrameError::kNone;

  bool operator==(const Outcome&) const = default;
};

Outcome Frame(Octets stream, const test::Segmenting& cut, size_t limit) {
  Outcome outcome;
  std::vector<uint8_t> carry(limit);
  Framer framer(carry);
  test::Replay(stream, cut, [&](Octets slice) {
    if (framer.error() != FrameError::kNone) return;
    framer.Feed(slice);
    Octets pdu;
    FrameResult result = framer.Next(&pdu);
    for (; result == FrameResult::kPdu; result = framer.Next(&pdu)) {
      Check(pdu.size() >= kHeaderOctets && pdu.size() <= limit, "a PDU has a size");
      Check(Load32(pdu.data()) == pdu.size(), "a PDU is as long as it says");
      outcome.sizes.push_back(pdu.size());
      outcome.octets.insert(outcome.octets.end(), pdu.begin(), pdu.end());
    }
    Check(result == FrameResult::kNeedMore || framer.error() != FrameError::kNone,
          "a broken stream has a reason");
  });
  outcome.error = framer.error();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const size_t limit = kHeaderOctets + Load16(data) % 300;
  test::Random random(data[2]);
  const Octets stream(data + 3, size - 3);
  const std::vector<test::Segmenting> cuts = Segmentings(stream.size(), random, 4);
  const Outcome whole = Frame(stream, cuts.front(), limit);
  Check(whole.octets.size() <= stream.size() &&
            std::equal(whole.octets.begin(), whole.octets.end(), stream.begin()),
        "the PDUs are the stream's beginning");
  for (const test::Segmenting& cut : cuts) {
    Check(Frame(stream, cut, limit) == whole, "the cut makes no difference");
  }
  return 0;
}

}  // namespace salvo::pdu

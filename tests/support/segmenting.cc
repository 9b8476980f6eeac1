#include "tests/support/segmenting.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/octets.h"

namespace salvo::test {
namespace {

Segmenting RandomCut(size_t octets, Random& random) {
  // Sometimes many small slices, sometimes a few long ones.
  const size_t longest = random.OneIn(2) ? 8 : octets + 1;
  Segmenting cut{"at random; " + random.Trace(), {}};
  for (size_t left = octets; left > 0;) {
    const size_t size = std::min(left, random.Below(longest + 1));
    cut.sizes.push_back(size);
    left -= size;
  }
  return cut;
}

}  // namespace

std::vector<Segmenting> Segmentings(size_t octets, Random& random, size_t random_cuts) {
  std::vector<Segmenting> all = {
      {"whole", {octets}},
      {"one octet at a time", std::vector<size_t>(octets, 1)},
      {"single octets between empty slices", {}},
  };
  for (size_t i = 0; i < octets; ++i) all.back().sizes.insert(all.back().sizes.end(), {0, 1, 0});
  for (size_t i = 0; i < random_cuts; ++i) all.push_back(RandomCut(octets, random));
  return all;
}

void Replay(pdu::Octets stream, const Segmenting& segmenting,
            const std::function<void(pdu::Octets)>& consume) {
  size_t at = 0;
  for (size_t size : segmenting.sizes) {
    const std::vector<uint8_t> slice = ExactCopy(stream.subspan(at, size));
    consume(slice);
    at += size;
  }
  ASSERT_EQ(at, stream.size());
}

Transcript ExpectSameWhateverTheCut(pdu::Octets stream, Random& random,
                                    const std::function<Consumer(Transcript*)>& make_decoder) {
  Transcript whole;
  make_decoder (&whole)(stream);
  for (const Segmenting& cut : Segmentings(stream.size(), random)) {
    Transcript transcript;
    Replay(stream, cut, make_decoder(&transcript));
    EXPECT_EQ(transcript, whole) << "cut " << cut.name;
  }
  return whole;
}

}  // namespace salvo::test

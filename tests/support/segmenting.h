// Feeds a decoder of streams the same octets cut in every way that a network may cut them: whole,
// one octet at a time, with empty slices between single octets, and at random places. Whatever the
// cut, the decoder must say the same.
//
// Each slice lives in a heap buffer of its own that ends where the slice does and is gone after the
// call, so that a sanitizer sees a decoder that reads beyond it or keeps a view of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pdu/wire.h"
#include "tests/support/random.h"

namespace salvo::test {

struct Segmenting {
  std::string name;           // for messages; names the seed when there is chance in it
  std::vector<size_t> sizes;  // of the slices, in order; their sum is the stream's size
};

// The cuts of a stream of that many octets: the three regular ones and `random_cuts` random ones.
std::vector<Segmenting> Segmentings(size_t octets, Random& random, size_t random_cuts = 20);

// Calls `consume` with each slice of `stream` in order.
void Replay(pdu::Octets stream, const Segmenting& segmenting,
            const std::function<void(pdu::Octets)>& consume);

// Runs one decoder for each cut. `make_decoder` gives a fresh consumer that appends what it decodes
// to the transcript it is given; every transcript must equal that of the whole stream, which is
// returned.
using Transcript = std::vector<std::string>;
using Consumer = std::function<void(pdu::Octets)>;
Transcript ExpectSameWhateverTheCut(pdu::Octets stream, Random& random,
                                    const std::function<Consumer(Transcript*)>& make_decoder);

}  // namespace salvo::test

// The machine's limit, for a sender with so many windows of that size: what a client that does
// nothing but push octets gets answered by the same peer. Every figure is compared with it.
#pragma once

#include "tools/bench/runs/raw_connection.h"
#include "tools/bench/runs/sample.h"

namespace salvo::bench {

// One thread, as many connections. Blocks for warm-up and time.
Sample RunFloor(const RawConnection::Options& options, uint32_t connections, double warm_up_s,
                double time_s);

}  // namespace salvo::bench

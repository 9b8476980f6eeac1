// Waiting for something on a loop, step by step: the examination is one thread that does one thing
// after the other.
#pragma once

#include <functional>

#include "io/loop.h"

namespace salvo::doctor {

// Whether the user pressed ctrl-C (or sent SIGTERM).
bool Interrupted();

// Turns the loop until `done` holds and returns true; false when the deadline came first, or the
// user stopped us: what is under way is given up then. Whoever has to end something in order all
// the same allows `stops` of these: only one more ends that, too.
bool TurnUntil(io::Loop& loop, io::Nanos deadline, const std::function<bool()>& done,
               int stops = 0);

}  // namespace salvo::doctor

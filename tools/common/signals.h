// SIGINT, SIGTERM and SIGHUP as something to look at: how often they came.
#pragma once

#include <functional>

namespace salvo::tools {

// Counts SIGINT and SIGTERM from now on, and leaves SIGPIPE and SIGXFSZ to write's error. System
// calls go on when one comes. `on_signal` is called in the signal handler with the new count: it
// may only do what is safe there. Once a process.
void WatchStopSignals(std::function<void(int count)> on_signal);

// How many came so far.
int StopSignals();

// Counts SIGHUP from now on instead of ending at it. Once a process.
void WatchHangups();

// How many came so far.
int Hangups();

}  // namespace salvo::tools

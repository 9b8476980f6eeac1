#include "tools/common/signals.h"

#include <atomic>
#include <csignal>
#include <utility>

namespace salvo::tools {
namespace {

std::atomic<int> count = 0;
std::function<void(int)>& Callback() {
  static std::function<void(int)> callback;
  return callback;
}

std::atomic<int> hangups = 0;

void OnHangup(int /*signal*/) { ++hangups; }

void OnSignal(int /*signal*/) { Callback()(++count); }

}  // namespace

void WatchStopSignals(std::function<void(int)> on_signal) {
  Callback() = std::move(on_signal);
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;  // what waits for a slow pipe goes on waiting
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file's limit is an error like a full disk
}

int StopSignals() { return count.load(); }

void WatchHangups() {
  struct sigaction action {};
  action.sa_handler = OnHangup;
  action.sa_flags = SA_RESTART;
  sigaction(SIGHUP, &action, nullptr);
}

int Hangups() { return hangups.load(); }

}  // namespace salvo::tools

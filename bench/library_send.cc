// The library alone, end to end: messages from memory to a real peer, outcomes only counted, no
// journal.
//
//   salvo_library PORT WINDOW MESSAGES [spin]
//
// Prints one line: rate= messages a second from Engine::Create to the end, cpu_ns= of this process
// a message. bench/end_to_end.py runs it.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "bench/memory_messages.h"
#include "salvo/engine.h"

namespace salvo::bench {
namespace {

double CpuSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

int Main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: salvo_library PORT WINDOW MESSAGES [spin]\n");
    return 2;
  }
  const uint64_t messages = std::strtoull(argv[3], nullptr, 10);
  AccountOptions account;
  account.hosts = {{"127.0.0.1", static_cast<uint16_t>(std::atoi(argv[1]))}};
  account.system_id = "bench";
  account.password = "bench";
  account.source_addr = "SALVO";
  account.window = static_cast<uint32_t>(std::atoi(argv[2]));
  account.registered_delivery = 0;
  EngineOptions options;
  options.shards = 1;
  options.spin = argc > 4 && std::strcmp(argv[4], "spin") == 0;

  AcceptedCounter counter;
  std::unique_ptr<Engine> engine;
  const auto start = std::chrono::steady_clock::now();
  const double cpu_start = CpuSeconds();
  Status status = Engine::Create(options, {account}, &counter, &engine);
  if (status.ok()) status = engine->Submit(std::make_unique<SameText>(messages));
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.message().c_str());
    return 1;
  }
  engine->Finish();
  engine->WaitUntilDone();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const double cpu = CpuSeconds() - cpu_start;
  if (counter.accepted != messages) return 1;
  const auto count = static_cast<double>(messages);
  std::printf("library window=%s rate=%.0f cpu_ns=%.0f\n", argv[2], count / took.count(),
              cpu / count * 1e9);
  return 0;
}

}  // namespace
}  // namespace salvo::bench

int main(int argc, char** argv) { return salvo::bench::Main(argc, argv); }

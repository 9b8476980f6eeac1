// An engine on its way: started, bound, watched, ended. The part that all runs share.
#pragma once

#include <chrono>
#include <memory>

#include "salvo/engine.h"
#include "salvo/journal.h"
#include "tools/bench/runs/load.h"
#include "tools/bench/runs/messages.h"

namespace salvo::bench {

class Sending {
 public:
  // `sample` and `counter` are not owned. What goes wrong is in the sample.
  Sending(const Load& load, Counter* counter, Sample* sample)
      : load_(load), counter_(*counter), sample_(*sample) {}

  // Returns when all binds are up; false when that is not to be.
  bool Start();
  Engine& engine() { return *engine_; }

  // Whether nothing went wrong and not all messages are settled. Cheap.
  bool MayGoOn();
  // Lets time pass until then; false when it should not go on.
  bool WaitUntil(std::chrono::steady_clock::time_point end);

  // What lies between the two is measured.
  void BeginMeasuring();
  void EndMeasuring();

  // Nothing more will be submitted: waits for the rest.
  void Finish();

 private:
  bool OpenJournal(EngineOptions* options);
  bool IsBound() const;
  bool HasFailed();
  void FailIfAllWereRefused();
  void LookAtMemory();

  const Load& load_;
  Counter& counter_;
  Sample& sample_;
  std::unique_ptr<Journal> journal_;  // outlives the engine
  std::unique_ptr<Engine> engine_;
  std::chrono::steady_clock::time_point measured_from_;
  double cpu_from_ = 0;
  uint64_t segments_from_ = 0;
  uint64_t messages_from_ = 0;
};

}  // namespace salvo::bench

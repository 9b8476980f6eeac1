#include "engine/core/shared_state.h"

namespace salvo::engine {

void SharedState::Drain() {
  intake->Close();
  draining.store(true);
  wake_all();
}

}  // namespace salvo::engine

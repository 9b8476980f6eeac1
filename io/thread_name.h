// Names of threads, as `top -H`, debuggers and profilers show them.
#pragma once

#include <pthread.h>

#include <string>

namespace salvo::io {

// Names the calling thread. The kernel keeps 15 characters; more are cut off.
inline void NameThread(std::string name) {
  constexpr size_t kMostCharacters = 15;
  if (name.size() > kMostCharacters) name.resize(kMostCharacters);
  pthread_setname_np(pthread_self(), name.c_str());
}

}  // namespace salvo::io

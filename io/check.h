// An assertion that is always on, for our own broken invariants only: nothing that a peer, a file
// or a user sends may reach one.
#pragma once

#include <cstdio>
#include <cstdlib>

#define SALVO_CHECK(condition)                                                               \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)

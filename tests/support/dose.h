// How much a test of random choices takes on. A sanitizer looks at each step, and makes it ten
// times as slow: there a part will do, and all of it is done without one.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SALVO_TEST_IS_SANITIZED true
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SALVO_TEST_IS_SANITIZED true
#endif
#ifndef SALVO_TEST_IS_SANITIZED
#define SALVO_TEST_IS_SANITIZED false
#endif

namespace salvo::test {

template <class Count>
constexpr Count Dose(Count all, Count sanitized) {
  return SALVO_TEST_IS_SANITIZED ? sanitized : all;
}

}  // namespace salvo::test

#include "io/file_size_signal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "tests/support/temp_dir.h"

namespace salvo::io {
namespace {

volatile std::sig_atomic_t told = 0;

class NoFileSizeSignalTest : public testing::Test {
 protected:
  void SetUp() override {
    told = 0;
    handler_before_ = std::signal(SIGXFSZ, [](int) { told = told + 1; });
    fd_ = open(dir_.Path("file").c_str(), O_WRONLY | O_CREAT, 0600);
    ASSERT_GE(fd_, 0);
    getrlimit(RLIMIT_FSIZE, &limit_before_);
    const rlimit none{0, limit_before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
  }
  void TearDown() override {
    setrlimit(RLIMIT_FSIZE, &limit_before_);
    close(fd_);
    std::signal(SIGXFSZ, handler_before_);
  }

  // The error of a write that is too much.
  int Write() const {
    errno = 0;
    return write(fd_, "x", 1) < 0 ? errno : 0;
  }
  static bool IsBlocked() {
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    return sigismember(&blocked, SIGXFSZ) == 1;
  }

 private:
  test::TempDir dir_;
  void (*handler_before_)(int) = nullptr;
  rlimit limit_before_{};
  int fd_ = -1;
};

TEST_F(NoFileSizeSignalTest, AWriteBeyondTheLimitIsAnErrorAndNothingElse) {
  {
    const NoFileSizeSignal no_signal;
    EXPECT_EQ(Write(), EFBIG);
    errno = ENOSPC;
  }
  EXPECT_EQ(errno, ENOSPC);
  EXPECT_EQ(told, 0);
  EXPECT_FALSE(IsBlocked());
}

TEST_F(NoFileSizeSignalTest, OthersAreToldAsBefore) {
  { const NoFileSizeSignal no_signal; }
  EXPECT_EQ(Write(), EFBIG);
  EXPECT_EQ(told, 1);
}

TEST_F(NoFileSizeSignalTest, WhatSomebodyElseHadPendingIsLeftToThem) {
  sigset_t signal;
  sigemptyset(&signal);
  sigaddset(&signal, SIGXFSZ);
  pthread_sigmask(SIG_BLOCK, &signal, nullptr);
  EXPECT_EQ(Write(), EFBIG);
  {
    const NoFileSizeSignal no_signal;
    EXPECT_EQ(Write(), EFBIG);
  }
  EXPECT_TRUE(IsBlocked());
  EXPECT_EQ(told, 0);
  pthread_sigmask(SIG_UNBLOCK, &signal, nullptr);
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace salvo::io

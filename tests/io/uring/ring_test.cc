#include "io/uring/ring.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace salvo::io {
namespace {

std::string Explained(int error_number) {
  return std::string(ExplainRingError(error_number).message());
}

TEST(ExplainRingError, NamesTheCallTheErrorAndItsNumber) {
  EXPECT_TRUE(Explained(EPERM).starts_with("io_uring_setup: Operation not permitted (errno 1): "));
  EXPECT_TRUE(Explained(E2BIG).starts_with("io_uring_setup: Argument list too long (errno 7): "));
}

TEST(ExplainRingError, ForbiddenNamesTheSysctlAndTheSeccompProfile) {
  const std::string text = Explained(EPERM);
  EXPECT_NE(text.find("sysctl kernel.io_uring_disabled=0"), std::string::npos) << text;
  EXPECT_NE(text.find("seccomp=unconfined"), std::string::npos) << text;
}

TEST(ExplainRingError, AbsentNamesTheKernelAndTheContainer) {
  const std::string text = Explained(ENOSYS);
  EXPECT_NE(text.find("Linux 5.19"), std::string::npos) << text;
  EXPECT_NE(text.find("seccomp"), std::string::npos) << text;
}

TEST(ExplainRingError, NoMemoryNamesTheLimitAndHowToRaiseIt) {
  const std::string text = Explained(ENOMEM);
  EXPECT_NE(text.find("ulimit -l"), std::string::npos) << text;
  EXPECT_NE(text.find("LimitMEMLOCK="), std::string::npos) << text;
}

TEST(ExplainRingError, NoDescriptorNamesTheLimitAndHowToRaiseIt) {
  for (const int error : {EMFILE, ENFILE}) {
    const std::string text = Explained(error);
    EXPECT_NE(text.find("ulimit -n"), std::string::npos) << text;
    EXPECT_NE(text.find("LimitNOFILE="), std::string::npos) << text;
  }
}

TEST(ExplainRingError, AFeatureThatIsMissingNamesTheKernelThatHasIt) {
  const std::string text = Explained(EINVAL);
  EXPECT_NE(text.find("Linux 5.19"), std::string::npos) << text;
}

class Counting final : public Operation {
 public:
  void Complete(int result, uint32_t /*flags*/) override {
    EXPECT_EQ(result, 0);
    ++completed;
  }
  int completed = 0;
};

TEST(Ring, EveryOperationCompletes) {
  auto ring = Ring::Create({.max_streams = 1, .receive_buffers = 1});
  ASSERT_TRUE(ring.ok()) << ring.status();
  Counting counting;
  for (int i = 0; i < 1000; ++i) {
    io_uring_sqe* entry = (*ring)->NextEntry();
    io_uring_prep_nop(entry);
    (*ring)->SetOperation(entry, &counting);
  }
  EXPECT_EQ((*ring)->running(), 1000u);
  while (counting.completed < 1000) (*ring)->SubmitAndReap(kNever);
  EXPECT_EQ((*ring)->running(), 0u);
  EXPECT_EQ((*ring)->overflows(), 0u);
}

// What the arithmetic of RingOptions prevents: so that a test that finds no overflow means it.
TEST(Ring, AnOverflowIsNoticedAndLosesNothing) {
  auto ring = Ring::Create({.max_streams = 1, .receive_buffers = 1});
  ASSERT_TRUE(ring.ok()) << ring.status();
  Counting counting;
  for (int i = 0; i < 5000; ++i) {
    io_uring_sqe* entry = (*ring)->NextEntry();
    io_uring_prep_nop(entry);
    (*ring)->SetOperation(entry, &counting);
  }
  while (counting.completed < 5000) (*ring)->SubmitAndReap(kNever);
  EXPECT_EQ((*ring)->running(), 0u);
  EXPECT_GT((*ring)->overflows(), 0u);
}

TEST(Ring, IsMadeForFewAndForManyStreams) {
  for (const uint32_t streams : {1u, 8u, 100u, 1024u, 12'000u}) {
    const auto ring = Ring::Create({.max_streams = streams, .receive_buffers = 1});
    EXPECT_TRUE(ring.ok()) << streams << ": " << ring.status();
  }
}

TEST(Ring, RefusesMoreThanItsCompletionQueueCanHold) {
  for (const uint32_t streams : {14'000u, 1'000'000u, 4'000'000'000u}) {
    const auto ring = Ring::Create({.max_streams = streams});
    ASSERT_FALSE(ring.ok()) << streams;
    EXPECT_EQ(ring.status().code(), absl::StatusCode::kInvalidArgument);
    const std::string text(ring.status().message());
    EXPECT_NE(text.find(std::to_string(streams)), std::string::npos) << text;
    EXPECT_NE(text.find("max_streams"), std::string::npos) << text;
  }
}

TEST(Ring, RefusesANumberOfBuffersThatIsNoPowerOfTwo) {
  for (const uint32_t buffers : {0u, 3u, 100u, 65'536u}) {
    const auto ring = Ring::Create({.receive_buffers = buffers});
    ASSERT_FALSE(ring.ok()) << buffers;
    const std::string text(ring.status().message());
    EXPECT_NE(text.find("receive_buffers"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace salvo::io

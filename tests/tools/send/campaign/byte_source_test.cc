#include "tools/send/campaign/byte_source.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.h"
#include "tests/tools/send/campaign/pack.h"

namespace salvo::tools {
namespace {

using test::Gzip;
using test::Zstd;
using testing::HasSubstr;

// All that the source holds, read in steps of `step` octets.
absl::StatusOr<std::string> ReadAll(ByteSource& source, size_t step) {
  std::string all;
  std::vector<char> room(step);
  for (;;) {
    const auto octets = source.Read(room);
    if (!octets.ok()) return octets.status();
    if (*octets == 0) return all;
    all.append(room.data(), *octets);
  }
}

class ByteSourceTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> ReadFile(std::string_view octets, size_t step = 100'000) {
    auto source = ByteSource::Open({folder_.Write("campaign", octets)});
    if (!source.ok()) return source.status();
    return ReadAll(**source, step);
  }

  std::string ErrorOf(std::string_view octets) {
    const auto text = ReadFile(octets);
    EXPECT_FALSE(text.ok());
    return std::string(text.status().message());
  }

  std::string Path() const { return folder_.Path("campaign"); }

  test::TempDir folder_;
};

// Compresses well, and is no repetition of one piece.
std::string SomeText(size_t octets) {
  std::string text;
  for (int i = 0; text.size() < octets; ++i) text += "+4917" + std::to_string(i) + ",Hello\n";
  text.resize(octets);
  return text;
}

TEST_F(ByteSourceTest, APlainFileIsReadAsItIs) {
  for (const std::string& text :
       {std::string(), std::string("a"), std::string("abc"), SomeText(300'000)}) {
    EXPECT_EQ(*ReadFile(text), text);
    EXPECT_EQ(*ReadFile(text, 7), text);
  }
}

TEST_F(ByteSourceTest, APackedFileIsToldFromItsFirstOctets) {
  const std::string text = SomeText(1'000'000);
  EXPECT_EQ(*ReadFile(Gzip(text)), text);
  EXPECT_EQ(*ReadFile(Zstd(text)), text);
}

TEST_F(ByteSourceTest, APackedFileCanBeReadInAnySteps) {
  const std::string texts[] = {SomeText(300'000), std::string(1'000'000, 'x')};
  for (const std::string& text : texts) {
    for (const size_t step : {size_t{1000}, size_t{4096}, size_t{100'003}}) {
      EXPECT_EQ(*ReadFile(Gzip(text), step), text) << step;
      const auto unpacked = ReadFile(Zstd(text), step);
      ASSERT_TRUE(unpacked.ok()) << step << ": " << unpacked.status().message();
      EXPECT_EQ(*unpacked, text) << step;
    }
  }
}

TEST_F(ByteSourceTest, MembersThatWerePutTogetherAreReadOneAfterTheOther) {
  EXPECT_EQ(*ReadFile(Gzip("one,") + Gzip("") + Gzip("two")), "one,two");
  EXPECT_EQ(*ReadFile(Zstd("one,") + Zstd("") + Zstd("two")), "one,two");
  const std::string large = SomeText(300'000);
  EXPECT_EQ(*ReadFile(Gzip(large) + Gzip(large)), large + large);
  EXPECT_EQ(*ReadFile(Zstd(large) + Zstd(large), 1000), large + large);
}

TEST_F(ByteSourceTest, APackedFileOfNothingIsEmpty) {
  EXPECT_EQ(*ReadFile(Gzip("")), "");
  EXPECT_EQ(*ReadFile(Zstd("")), "");
}

TEST_F(ByteSourceTest, ATruncatedFileIsToldFromAWholeOneWhereverItWasCut) {
  const std::string text = SomeText(5'000);
  for (const std::string& packed : {Gzip(text), Zstd(text)}) {
    for (size_t size = 4; size < packed.size(); size += 3) {
      EXPECT_THAT(ErrorOf(packed.substr(0, size)), HasSubstr("it ends too early")) << size;
    }
  }
}

TEST_F(ByteSourceTest, ADamagedFileIsNamedWithItsKind) {
  std::string gzip = Gzip(SomeText(100'000));
  gzip[gzip.size() - 6] ^= 0x10;  // of the checksum
  EXPECT_EQ(ErrorOf(gzip), "'" + Path() + "' is a damaged gzip file: incorrect data check");
  std::string zstd = Zstd(SomeText(100'000));
  zstd[zstd.size() / 2] ^= 0x10;
  zstd.resize(zstd.size() / 2 + 100);
  EXPECT_THAT(ErrorOf(zstd), HasSubstr("'" + Path() + "' is a damaged Zstandard file: "));
  EXPECT_THAT(ErrorOf(Gzip("x") + "rubbish"), HasSubstr("is a damaged gzip file: "));
}

TEST_F(ByteSourceTest, AMissingFileIsNamedWithTheReason) {
  EXPECT_EQ(ByteSource::Open({Path()}).status().message(),
            "cannot open '" + Path() + "': No such file or directory");
}

TEST_F(ByteSourceTest, ADirectoryIsCalledOne) {
  EXPECT_EQ(ByteSource::Open({folder_.Path("")}).status().message(),
            "cannot read '" + folder_.Path("") + "': it is a directory");
}

TEST_F(ByteSourceTest, TellsHowMuchOfTheFileWasRead) {
  const std::string packed = Gzip(SomeText(100'000));
  for (const std::string& octets : {SomeText(100'000), packed}) {
    auto source = ByteSource::Open({folder_.Write("campaign", octets)});
    ASSERT_TRUE(source.ok());
    EXPECT_EQ((*source)->size(), octets.size());
    EXPECT_TRUE((*source)->regular());
    ASSERT_TRUE(ReadAll(**source, 1000).ok());
    EXPECT_EQ((*source)->consumed(), octets.size());
  }
}

TEST_F(ByteSourceTest, APipeIsReadAsItComes) {
  ASSERT_EQ(mkfifo(Path().c_str(), 0600), 0);
  std::thread writer([this] {
    std::ofstream out(Path());
    for (const char* piece : {"t", "o,", "text\n1,", "a\n"}) out << piece << std::flush;
  });
  auto source = ByteSource::Open({Path()});
  ASSERT_TRUE(source.ok());
  EXPECT_FALSE((*source)->regular());
  EXPECT_EQ((*source)->size(), 0u);
  EXPECT_EQ(*ReadAll(**source, 3), "to,text\n1,a\n");
  writer.join();
}

TEST_F(ByteSourceTest, AStopEndsTheWaitForAPipe) {
  ASSERT_EQ(mkfifo(Path().c_str(), 0600), 0);
  // Read and write, so that neither end waits for the other and the pipe never ends.
  std::fstream open_end(Path(), std::ios::in | std::ios::out);
  open_end << "to,text\n" << std::flush;
  auto source = ByteSource::Open({Path()});
  ASSERT_TRUE(source.ok());
  std::vector<char> room(100);
  for (size_t octets = 0; octets < 8;) {
    const auto more = (*source)->Read(room);
    ASSERT_TRUE(more.ok());
    octets += *more;
  }
  std::thread stopper([&] { (*source)->Stop(); });
  EXPECT_EQ((*source)->Read(room).status().code(), absl::StatusCode::kCancelled);
  stopper.join();
  EXPECT_EQ((*source)->Read(room).status().code(), absl::StatusCode::kCancelled);
}

TEST_F(ByteSourceTest, AStopHasNoEffectOnAFile) {
  auto source = ByteSource::Open({folder_.Write("campaign", "to,text\n")});
  ASSERT_TRUE(source.ok());
  (*source)->Stop();
  EXPECT_EQ(*ReadAll(**source, 100), "to,text\n");
}

// Sees what it is given, until it has had enough.
class Recorder final : public ByteWitness {
 public:
  absl::Status See(std::span<const char> octets) override {
    if (seen.size() >= enough) return absl::ResourceExhaustedError("enough");
    seen.append(octets.data(), octets.size());
    pieces.push_back(octets.size());
    return absl::OkStatus();
  }
  absl::Status SeeEnd() override {
    ++ends;
    return absl::OkStatus();
  }

  std::string seen;
  std::vector<size_t> pieces;
  size_t enough = SIZE_MAX;
  int ends = 0;
};

TEST_F(ByteSourceTest, AWitnessSeesAFileInBlocksBeforeAnybodyElse) {
  constexpr size_t kBlock = ByteWitness::kBlockOctets;
  const std::string text = SomeText(2 * kBlock + 10);
  Recorder recorder;
  auto source = ByteSource::Open({folder_.Write("campaign", text), &recorder});
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(recorder.pieces, std::vector<size_t>({kBlock}));
  EXPECT_EQ(*ReadAll(**source, 1000), text);
  EXPECT_EQ(recorder.seen, text);
  EXPECT_EQ(recorder.pieces, std::vector<size_t>({kBlock, kBlock, 10}));
  EXPECT_EQ(recorder.ends, 1);
  EXPECT_EQ((*source)->consumed(), text.size());
  EXPECT_EQ(*ReadAll(**source, 1000), "");
  EXPECT_EQ(recorder.ends, 1) << "the end is told once";
}

TEST_F(ByteSourceTest, AWitnessSeesPackedOctets) {
  const std::string text = SomeText(1'000'000);
  for (const std::string& packed : {Gzip(text), Zstd(text)}) {
    Recorder recorder;
    auto source = ByteSource::Open({folder_.Write("campaign", packed), &recorder});
    ASSERT_TRUE(source.ok()) << source.status();
    EXPECT_EQ(*ReadAll(**source, 1000), text);
    EXPECT_EQ(recorder.seen, packed);
  }
}

TEST_F(ByteSourceTest, WhatAWitnessDoesNotTakeNobodyGets) {
  const std::string text = SomeText(3 * ByteWitness::kBlockOctets);
  Recorder recorder;
  recorder.enough = ByteWitness::kBlockOctets;
  auto source = ByteSource::Open({folder_.Write("campaign", text), &recorder});
  ASSERT_TRUE(source.ok()) << source.status();
  std::vector<char> room(ByteWitness::kBlockOctets);
  size_t got = 0;
  absl::StatusOr<size_t> octets = 1;
  while ((octets = (*source)->Read(room)).ok()) got += *octets;
  EXPECT_TRUE(absl::IsResourceExhausted(octets.status())) << octets.status();
  EXPECT_EQ(got, recorder.enough);
  EXPECT_FALSE((*source)->Read(room).ok()) << "nor later";
}

TEST_F(ByteSourceTest, AWitnessSeesAPipeAsItComes) {
  ASSERT_EQ(mkfifo(Path().c_str(), 0600), 0);
  std::thread writer([&] { folder_.Write("campaign", "to,text\n1,x\n"); });
  Recorder recorder;
  auto source = ByteSource::Open({Path(), &recorder});
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(*ReadAll(**source, 100), "to,text\n1,x\n");
  writer.join();
  EXPECT_EQ(recorder.seen, "to,text\n1,x\n");
  EXPECT_EQ(recorder.ends, 1);
}

// How many descriptors this process has open.
ptrdiff_t OpenDescriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

// While it lives no more than so many descriptors can be opened.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t more) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int next = dup(STDIN_FILENO);  // the lowest that is free
    close(next);
    const rlimit few = {static_cast<rlim_t>(next) + more, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(ByteSourceTest, APipeThatCouldNotBeStoppedIsNotOpened) {
  ASSERT_EQ(mkfifo(Path().c_str(), 0600), 0);
  const int writer = open(Path().c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(write(writer, "to,text\n", 8), 8);
  const ptrdiff_t before = OpenDescriptors();
  {
    const FewDescriptors few(1);
    const auto source = ByteSource::Open({Path()});
    ASSERT_FALSE(source.ok());
    EXPECT_EQ(source.status().message(), "cannot open '" + Path() + "': Too many open files");
  }
  EXPECT_EQ(OpenDescriptors(), before);
  close(writer);
}

// As a program writes it that flushes its frame and goes on later.
std::string FlushedZstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()) + 100, ' ');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_inBuffer from = {text.data(), text.size(), 0};
  ZSTD_outBuffer to = {packed.data(), packed.size(), 0};
  EXPECT_EQ(ZSTD_compressStream2(context, &to, &from, ZSTD_e_flush), 0u);
  ZSTD_freeCCtx(context);
  packed.resize(to.pos);
  return packed;
}

TEST_F(ByteSourceTest, OfAPackedPipeThatBrokeOffAllThatWasFlushedIsRead) {
  const std::string text = SomeText(300'000);
  for (const size_t step : {1000u, 16'384u, 1'000'000u}) {
    const std::string path = folder_.Write("campaign", FlushedZstd(text));
    auto source = ByteSource::Open({path, nullptr, /*broken_off=*/true});
    ASSERT_TRUE(source.ok()) << source.status();
    EXPECT_EQ(ReadAll(**source, step)->size(), text.size()) << step;
  }
}

TEST_F(ByteSourceTest, APackedPipeThatBrokeOffEndsWhereItBrokeOff) {
  const std::string text = SomeText(1'000'000);
  for (const std::string& packed : {Gzip(text), Zstd(text)}) {
    const size_t cuts[] = {5, packed.size() / 2, packed.size() - 1};
    for (const size_t cut : cuts) {
      const std::string path = folder_.Write("campaign", packed.substr(0, cut));
      auto source = ByteSource::Open({path, nullptr, /*broken_off=*/true});
      ASSERT_TRUE(source.ok()) << source.status();
      EXPECT_TRUE((*source)->broken_off());
      const auto read = ReadAll(**source, 1000);
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_EQ(*read, text.substr(0, read->size())) << cut;
    }
  }
}

}  // namespace
}  // namespace salvo::tools

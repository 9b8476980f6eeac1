#include "tools/send/campaign/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

namespace salvo::tools {
namespace {

constexpr size_t kPackedOctets = 128 * 1024;
constexpr size_t kMagicOctets = 4;

// The file or pipe itself. Its first octets can be looked at before they are read.
class PlainSource final : public ByteSource {
 public:
  // Owns both descriptors, but not the standard input. `stop_fd`: an eventfd of what is no regular
  // file.
  PlainSource(int fd, int stop_fd, std::string name, const struct stat& info,
              const ByteSourceOptions& options)
      : fd_(fd),
        name_(std::move(name)),
        witness_(options.witness),
        broken_off_(options.broken_off),
        regular_(S_ISREG(info.st_mode)),
        size_(regular_ ? static_cast<uint64_t>(info.st_size) : 0),
        stop_fd_(stop_fd) {}
  ~PlainSource() override {
    if (fd_ != STDIN_FILENO) close(fd_);
    if (stop_fd_ >= 0) close(stop_fd_);
  }

  absl::StatusOr<size_t> Read(std::span<char> out) override {
    if (!ahead_.empty()) {
      const size_t octets = std::min(out.size(), ahead_.size());
      std::copy_n(ahead_.begin(), octets, out.begin());
      ahead_.erase(0, octets);
      return octets;
    }
    const bool in_blocks = witness_ != nullptr && regular_;
    const auto octets = in_blocks ? ReadFromBlock(out) : ReadOn(out);
    if (octets.ok()) consumed_ += *octets;
    if (!octets.ok() || witness_ == nullptr || in_blocks) return octets;
    absl::Status status = Show(out.first(*octets));
    if (!status.ok()) return status;
    return octets;
  }

  // The first octets, fewer only where the source has fewer.
  absl::StatusOr<std::string> Peek(size_t octets) {
    std::string head(octets, '\0');
    size_t filled = 0;
    while (filled < octets) {
      const auto more = Read({head.data() + filled, octets - filled});
      if (!more.ok()) return more.status();
      if (*more == 0) break;
      filled += *more;
    }
    head.resize(filled);
    ahead_ = head;
    return head;
  }

  void Stop() override {
    if (stop_fd_ >= 0) eventfd_write(stop_fd_, 1);
  }

  uint64_t consumed() const override { return consumed_; }
  uint64_t size() const override { return size_; }
  bool regular() const override { return regular_; }
  bool broken_off() const override { return broken_off_; }
  const std::string& name() const { return name_; }

 private:
  // From the file or pipe itself.
  absl::StatusOr<size_t> ReadOn(std::span<char> out) {
    for (;;) {
      if (!regular_ && !WaitForMore()) return absl::CancelledError(name_ + " is not read on");
      const ssize_t octets = read(fd_, out.data(), out.size());
      if (octets < 0 && errno == EINTR) continue;
      if (octets < 0) {
        return absl::UnavailableError(
            absl::StrFormat("cannot read %s: %s", name_, std::strerror(errno)));
      }
      return static_cast<size_t>(octets);
    }
  }

  absl::StatusOr<size_t> ReadFromBlock(std::span<char> out) {
    if (block_taken_ == block_.size()) {
      absl::Status status = ReadBlock();
      if (!status.ok()) return status;
    }
    const size_t octets = std::min(out.size(), block_.size() - block_taken_);
    std::copy_n(block_.data() + block_taken_, octets, out.data());
    block_taken_ += octets;
    return octets;
  }

  absl::Status ReadBlock() {
    block_taken_ = 0;
    block_.resize(ByteWitness::kBlockOctets);
    size_t filled = 0;
    while (filled < block_.size()) {
      const auto more = ReadOn(std::span(block_).subspan(filled));
      if (!more.ok() || *more == 0) {
        block_.resize(filled);
        if (!more.ok()) return more.status();
        break;
      }
      filled += *more;
    }
    absl::Status status = Show(block_);
    if (!status.ok()) block_.clear();
    return status;
  }

  // Nothing: the end, which is told once.
  absl::Status Show(std::span<const char> octets) {
    if (!octets.empty()) return witness_->See(octets);
    return std::exchange(end_shown_, true) ? absl::OkStatus() : witness_->SeeEnd();
  }

  // False once it was stopped.
  bool WaitForMore() const {
    pollfd watched[] = {{fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
    while (poll(watched, std::size(watched), -1) < 0 && errno == EINTR) {
    }
    return watched[1].revents == 0;
  }

  const int fd_;
  const std::string name_;
  ByteWitness* const witness_;
  const bool broken_off_;
  const bool regular_;
  const uint64_t size_;
  const int stop_fd_;  // readable once it was stopped; -1: a file, which never has to be waited for
  uint64_t consumed_ = 0;
  std::string ahead_;
  std::vector<char> block_;  // of a regular file with a witness
  size_t block_taken_ = 0;
  bool end_shown_ = false;
};

// What both kinds of packed sources share.
class PackedSource : public ByteSource {
 public:
  explicit PackedSource(std::unique_ptr<PlainSource> plain)
      : plain_(std::move(plain)), packed_(kPackedOctets) {}

  void Stop() override { plain_->Stop(); }
  uint64_t consumed() const override { return plain_->consumed(); }
  uint64_t size() const override { return plain_->size(); }
  bool regular() const override { return plain_->regular(); }
  bool broken_off() const override { return plain_->broken_off(); }

 protected:
  // The next packed octets; empty at the end.
  absl::StatusOr<std::span<char>> NextPacked() {
    const auto octets = plain_->Read(packed_);
    if (!octets.ok()) return octets.status();
    return std::span<char>(packed_.data(), *octets);
  }

  absl::Status Damaged(const char* kind, std::string_view why) const {
    return absl::DataLossError(
        absl::StrFormat("%s is a damaged %s file: %s", plain_->name(), kind, why));
  }

 private:
  std::unique_ptr<PlainSource> plain_;
  std::vector<char> packed_;
};

class GzipSource final : public PackedSource {
 public:
  explicit GzipSource(std::unique_ptr<PlainSource> plain) : PackedSource(std::move(plain)) {}
  ~GzipSource() override { inflateEnd(&stream_); }

  // False where there is no memory for it.
  bool Begin() {
    constexpr int kGzipWindow = 15 + 16;
    return inflateInit2(&stream_, kGzipWindow) == Z_OK;
  }

  absl::StatusOr<size_t> Read(std::span<char> out) override {
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    while (stream_.avail_out == out.size()) {
      if (stream_.avail_in == 0) {
        const auto packed = NextPacked();
        if (!packed.ok()) return packed.status();
        if (packed->empty()) {
          if (inside_member_ && !broken_off()) return Damaged("gzip", "it ends too early");
          return 0;
        }
        stream_.next_in = reinterpret_cast<Bytef*>(packed->data());
        stream_.avail_in = static_cast<uInt>(packed->size());
      }
      inside_member_ = true;
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result == Z_STREAM_END) {
        // Another member may follow, as gzip files that were put together have.
        inside_member_ = false;
        inflateReset(&stream_);
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return Damaged("gzip", stream_.msg == nullptr ? "unknown reason" : stream_.msg);
      }
    }
    return out.size() - stream_.avail_out;
  }

 private:
  z_stream stream_{};
  bool inside_member_ = false;
};

class ZstdSource final : public PackedSource {
 public:
  explicit ZstdSource(std::unique_ptr<PlainSource> plain)
      : PackedSource(std::move(plain)), stream_(ZSTD_createDStream()) {}
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }

  // False where there is no memory for it.
  bool Begin() { return stream_ != nullptr; }

  absl::StatusOr<size_t> Read(std::span<char> out) override {
    ZSTD_outBuffer to = {out.data(), out.size(), 0};
    while (to.pos == 0) {
      if (from_.pos == from_.size && !has_more_) {
        const auto packed = NextPacked();
        if (!packed.ok()) return packed.status();
        if (packed->empty()) {
          if (inside_frame_ && !broken_off()) return Damaged("Zstandard", "it ends too early");
          return 0;
        }
        from_ = {packed->data(), packed->size(), 0};
      }
      const size_t result = ZSTD_decompressStream(stream_, &to, &from_);
      if (ZSTD_isError(result) != 0) return Damaged("Zstandard", ZSTD_getErrorName(result));
      inside_frame_ = result != 0;
      has_more_ = inside_frame_ && to.pos == to.size;
    }
    return to.pos;
  }

 private:
  ZSTD_DStream* stream_;
  ZSTD_inBuffer from_ = {nullptr, 0, 0};
  bool inside_frame_ = false;
  bool has_more_ = false;  // maybe, of what it was given already
};

template <class Source>
absl::StatusOr<std::unique_ptr<ByteSource>> Unpacking(std::unique_ptr<PlainSource> plain) {
  const std::string name = plain->name();
  auto source = std::make_unique<Source>(std::move(plain));
  if (source->Begin()) return source;
  return absl::UnavailableError("cannot unpack " + name + ": " + std::strerror(ENOMEM));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::Open(const ByteSourceOptions& options) {
  const std::string& path = options.path;
  const bool is_stdin = path == "-";
  const std::string name = is_stdin ? "the standard input" : "'" + path + "'";
  const int fd = is_stdin ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const auto fail = [&](const char* verb, const char* reason) {
    absl::Status status =
        absl::NotFoundError(absl::StrFormat("cannot %s %s: %s", verb, name, reason));
    if (fd >= 0 && !is_stdin) close(fd);
    return status;
  };
  if (fd < 0) return fail("open", std::strerror(errno));
  struct stat info {};
  if (fstat(fd, &info) != 0) return fail("open", std::strerror(errno));
  if (S_ISDIR(info.st_mode)) return fail("read", "it is a directory");
  int stop_fd = -1;
  if (!S_ISREG(info.st_mode)) {
    stop_fd = eventfd(0, EFD_CLOEXEC);
    if (stop_fd < 0) return fail("open", std::strerror(errno));
  }
  auto plain = std::make_unique<PlainSource>(fd, stop_fd, name, info, options);
  const auto head = plain->Peek(kMagicOctets);
  if (!head.ok()) {
    return absl::Status(head.status().code(), name + ": " + std::string(head.status().message()));
  }
  if (head->starts_with("\x1F\x8B")) return Unpacking<GzipSource>(std::move(plain));
  if (head->starts_with("\x28\xB5\x2F\xFD")) return Unpacking<ZstdSource>(std::move(plain));
  return plain;
}

}  // namespace salvo::tools

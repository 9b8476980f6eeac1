// A checksum for each 64 KiB of a campaign file that was read, packed octets where it is packed:
// taken as it is read, kept in a journal's directory (`campaign.checksums`), and compared when it
// is read again. An octet that was changed is found before anything of its block is sent.
//
// An entry is 8 octets: the CRC-32 of the block, and one of that and of the block's place, by which
// an entry that was not written whole is known: it counts as none.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "tools/send/campaign/byte_source.h"

namespace salvo::tools {

class BlockChecksums final : public ByteWitness {
 public:
  // `anew`: those of an earlier start are forgotten. REQUIRES: the directory is this process's.
  static absl::StatusOr<std::unique_ptr<BlockChecksums>> Open(const std::string& directory,
                                                              bool anew);
  ~BlockChecksums() override;
  BlockChecksums(const BlockChecksums&) = delete;
  BlockChecksums& operator=(const BlockChecksums&) = delete;

  // kFailedPrecondition: the block is not what it was. kResourceExhausted: its checksum cannot be
  // kept.
  absl::Status See(std::span<const char> block) override;
  absl::Status SeeEnd() override { return absl::OkStatus(); }

 private:
  BlockChecksums(std::string path, int fd, uint64_t kept)
      : path_(std::move(path)), fd_(fd), kept_(kept) {}

  const std::string path_;
  const int fd_;
  const uint64_t kept_;  // entries of earlier starts, whole or not
  uint64_t next_ = 0;    // block
};

// Whether every octet of the file is known to be what it was: all of it had been read, and is read
// once more now.
bool IsAsItWasRead(const std::string& directory, const std::string& file);

}  // namespace salvo::tools

#include "tools/bench/runs/raw_connection.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_format.h"
#include "pdu/encode.h"
#include "pdu/protocol.h"

namespace salvo::bench {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

constexpr size_t kMostPdus = 256;  // in a write: more gain nothing
constexpr size_t kReadOctets = 65536;
constexpr size_t kMostPduOctets = 1024;

std::vector<uint8_t> EncodeSubmit(uint32_t text_octets) {
  const std::vector<uint8_t> text(text_octets, 'x');
  pdu::SubmitSm submit;
  submit.source = {pdu::kTonAlphanumeric, pdu::kNpiUnknown, "SALVO"};
  submit.destination = {pdu::kTonInternational, pdu::kNpiE164, "491701234567"};
  submit.short_message = text;
  std::vector<uint8_t> octets(kMostPduOctets);
  octets.resize(
      pdu::Encode(CommandId::kSubmitSm, CommandStatus::ESME_ROK, 0, submit, octets).octets);
  return octets;
}

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

RawConnection::RawConnection(const Options& options) : options_(options), in_(kReadOctets) {
  const std::vector<uint8_t> submit = EncodeSubmit(options.text_octets);
  pdu_octets_ = submit.size();
  for (size_t i = 0; i < std::min<size_t>(options.window, kMostPdus); ++i) {
    out_.insert(out_.end(), submit.begin(), submit.end());
  }
}

RawConnection::~RawConnection() {
  if (fd_ >= 0) close(fd_);
}

absl::Status RawConnection::Open() {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options_.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return absl::ErrnoToStatus(errno, "the floor cannot connect");
  }
  const int one = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  const absl::Status bound = Bind();
  fcntl(fd_, F_SETFL, O_NONBLOCK);
  return bound;
}

absl::Status RawConnection::Bind() {
  pdu::BindRequest request;
  request.system_id = options_.system_id;
  request.password = options_.password;
  std::array<uint8_t, kMostPduOctets> octets;
  const auto encoded =
      pdu::Encode(CommandId::kBindTransceiver, CommandStatus::ESME_ROK, 1, request, octets);
  if (send(fd_, octets.data(), encoded.octets, MSG_NOSIGNAL) !=
      static_cast<ssize_t>(encoded.octets)) {
    return absl::ErrnoToStatus(errno, "the floor cannot bind");
  }
  const ssize_t head = recv(fd_, octets.data(), pdu::kHeaderOctets, MSG_WAITALL);
  const bool is_header = head == static_cast<ssize_t>(pdu::kHeaderOctets);
  const size_t length = is_header ? pdu::Load32(octets.data()) : 0;
  if (length < pdu::kHeaderOctets || length > octets.size()) {
    return absl::UnavailableError("the floor's bind is not answered");
  }
  const size_t rest = length - pdu::kHeaderOctets;
  if (rest > 0) recv(fd_, octets.data() + pdu::kHeaderOctets, rest, MSG_WAITALL);
  const uint32_t status = pdu::Load32(octets.data() + 8);
  if (status == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrFormat("the floor's bind is refused: 0x%02X", status));
}

void RawConnection::Prepare() {
  const size_t room = options_.window - in_flight_;
  const size_t count = std::min(room, out_.size() / pdu_octets_);
  for (size_t i = 0; i < count; ++i) {
    pdu::Store32(out_.data() + i * pdu_octets_ + 12, ++sequence_ & 0x7FFFFFFF);
  }
  in_flight_ += static_cast<uint32_t>(count);
  prepared_ = count * pdu_octets_;
  sent_ = 0;
}

absl::Status RawConnection::Push() {
  for (;;) {
    if (!is_stuck()) Prepare();
    if (prepared_ == 0) return absl::OkStatus();
    const ssize_t n = send(fd_, out_.data() + sent_, prepared_ - sent_, MSG_NOSIGNAL);
    if (n < 0 && !WouldBlock()) return absl::ErrnoToStatus(errno, "the floor cannot send");
    if (n > 0) sent_ += static_cast<size_t>(n);
    if (is_stuck()) return absl::OkStatus();
    prepared_ = sent_ = 0;
  }
}

absl::Status RawConnection::Pull() {
  for (;;) {
    const size_t room = in_.size() - begun_;
    const ssize_t n = recv(fd_, in_.data() + begun_, room, 0);
    if (n < 0 && WouldBlock()) return absl::OkStatus();
    if (n <= 0) return absl::UnavailableError("the floor's connection is lost");
    if (!CountAnswers(begun_ + static_cast<size_t>(n))) {
      return absl::UnavailableError("the floor's messages are refused");
    }
    if (static_cast<size_t>(n) < room) return absl::OkStatus();
  }
}

// False when one of them is no acceptance.
bool RawConnection::CountAnswers(size_t octets) {
  constexpr auto kAnswer = static_cast<uint32_t>(CommandId::kSubmitSmResp);
  const uint8_t* at = in_.data();
  const uint8_t* const end = at + octets;
  while (static_cast<size_t>(end - at) >= pdu::kHeaderOctets) {
    const size_t length = pdu::Load32(at);
    if (length < pdu::kHeaderOctets || length > kMostPduOctets) return false;
    if (static_cast<size_t>(end - at) < length) break;
    if (pdu::Load32(at + 4) == kAnswer) {
      if (pdu::Load32(at + 8) != 0) return false;
      ++answered_;
      --in_flight_;
    }
    at += length;
  }
  begun_ = static_cast<size_t>(end - at);
  std::memmove(in_.data(), at, begun_);
  return true;
}

}  // namespace salvo::bench

#include "tools/inspect/capture.h"

#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/str_format.h"

namespace salvo::tools {
namespace {

struct CloseCapture {
  void operator()(pcap_t* capture) const { pcap_close(capture); }
};

// A file may say anything: what stands in no calendar is told as its first or last moment.
int64_t Microseconds(const timeval& time) {
  constexpr int64_t kMicrosPerSecond = 1'000'000;
  constexpr int64_t kLastSecond = 253'402'300'799;  // of the year 9999
  const auto seconds = std::clamp<int64_t>(time.tv_sec, 0, kLastSecond);
  const auto micros = std::clamp<int64_t>(time.tv_usec, 0, kMicrosPerSecond - 1);
  return seconds * kMicrosPerSecond + micros;
}

}  // namespace

bool IsCapture(pdu::Octets beginning) {
  constexpr uint32_t kMagics[] = {0xA1B2C3D4, 0xD4C3B2A1, 0xA1B23C4D, 0x4D3CB2A1, 0x0A0D0D0A};
  const uint32_t magic = pdu::Load32(beginning.data());
  for (const uint32_t known : kMagics) {
    if (magic == known) return true;
  }
  return false;
}

std::string ReadCapture(std::FILE* file, Conversations* conversations) {
  std::array<char, PCAP_ERRBUF_SIZE> fault{};
  // It owns the file from here on, unless it fails.
  const std::unique_ptr<pcap_t, CloseCapture> capture(pcap_fopen_offline(file, fault.data()));
  if (capture == nullptr) {
    std::fclose(file);
    return fault.data();
  }
  const int link = pcap_datalink(capture.get());
  if (!IsKnownLink(link)) {
    const char* name = pcap_datalink_val_to_name(link);
    return absl::StrFormat("its packets are of a kind that is not read: %s",
                           name == nullptr ? std::to_string(link).c_str() : name);
  }
  pcap_pkthdr* header = nullptr;
  const uint8_t* octets = nullptr;
  int result = 0;
  while ((result = pcap_next_ex(capture.get(), &header, &octets)) == 1) {
    conversations->Packet(link, {octets, header->caplen}, header->len, Microseconds(header->ts));
  }
  return result == PCAP_ERROR ? pcap_geterr(capture.get()) : "";
}

}  // namespace salvo::tools

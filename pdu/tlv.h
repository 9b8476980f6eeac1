// Tagged optional parameters ("TLVs"): 3.4 section 5.3, 5.0 section 4.8.
// A TlvList is a view of encoded octets, so that unknown tags, repeats and order survive a decode
// and an encode. No allocation; views are valid as long as the octets they were made from.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

#include "pdu/wire.h"

namespace salvo::pdu {

enum class Tag : uint16_t {
  kDestAddrSubunit = 0x0005,
  kDestNetworkType = 0x0006,
  kDestBearerType = 0x0007,
  kDestTelematicsId = 0x0008,
  kSourceAddrSubunit = 0x000D,
  kSourceNetworkType = 0x000E,
  kSourceBearerType = 0x000F,
  kSourceTelematicsId = 0x0010,
  kQosTimeToLive = 0x0017,
  kPayloadType = 0x0019,
  kAdditionalStatusInfoText = 0x001D,
  kReceiptedMessageId = 0x001E,
  kMsMsgWaitFacilities = 0x0030,
  kPrivacyIndicator = 0x0201,
  kSourceSubaddress = 0x0202,
  kDestSubaddress = 0x0203,
  kUserMessageReference = 0x0204,
  kUserResponseCode = 0x0205,
  kSourcePort = 0x020A,
  kDestPort = 0x020B,
  kSarMsgRefNum = 0x020C,
  kLanguageIndicator = 0x020D,
  kSarTotalSegments = 0x020E,
  kSarSegmentSeqnum = 0x020F,
  kScInterfaceVersion = 0x0210,
  kCallbackNumPresInd = 0x0302,
  kCallbackNumAtag = 0x0303,
  kNumberOfMessages = 0x0304,
  kCallbackNum = 0x0381,
  kDpfResult = 0x0420,
  kSetDpf = 0x0421,
  kMsAvailabilityStatus = 0x0422,
  kNetworkErrorCode = 0x0423,
  kMessagePayload = 0x0424,
  kDeliveryFailureReason = 0x0425,
  kMoreMessagesToSend = 0x0426,
  kMessageState = 0x0427,
  kCongestionState = 0x0428,
  kUssdServiceOp = 0x0501,
  kBroadcastChannelIndicator = 0x0600,
  kBroadcastContentType = 0x0601,
  kBroadcastContentTypeInfo = 0x0602,
  kBroadcastMessageClass = 0x0603,
  kBroadcastRepNum = 0x0604,
  kBroadcastFrequencyInterval = 0x0605,
  kBroadcastAreaIdentifier = 0x0606,
  kBroadcastErrorStatus = 0x0607,
  kBroadcastAreaSuccess = 0x0608,
  kBroadcastEndTime = 0x0609,
  kBroadcastServiceGroup = 0x060A,
  kBillingIdentification = 0x060B,
  kSourceNetworkId = 0x060D,
  kDestNetworkId = 0x060E,
  kSourceNodeId = 0x060F,
  kDestNodeId = 0x0610,
  kDestAddrNpResolution = 0x0611,
  kDestAddrNpInformation = 0x0612,
  kDestAddrNpCountry = 0x0613,
  kDisplayTime = 0x1201,
  kSmsSignal = 0x1203,
  kMsValidity = 0x1204,
  kAlertOnMessageDelivery = 0x130C,
  kItsReplyType = 0x1380,
  kItsSessionInfo = 0x1383,
};

enum class TlvForm : uint8_t {
  kInteger,  // big-endian, of min_octets or max_octets
  kCString,  // NUL-terminated by the specification; peers leave the NUL out
  kOctets,
};

struct TlvInfo {
  Tag tag;
  std::string_view name;  // as the specification spells it
  TlvForm form;
  uint16_t min_octets;  // of the value
  uint16_t max_octets;
};

// Every tag of the enum, once, ascending.
std::span<const TlvInfo> AllTlvs();

// nullptr for a tag that no version defines (vendors use 0x1400-0x3FFF).
const TlvInfo* FindTlvInfo(Tag tag);

// Takes the specification's name ("message_payload") or a number ("0x1400", "5120").
std::optional<Tag> ParseTag(std::string_view text);

// Which parameters may stand several times in one PDU (5.0 section 4.8).
bool MayRepeat(Tag tag);

// message_payload and the sar parameters: a text, or how its parts belong together.
bool CarriesText(Tag tag);

struct Tlv {
  Tag tag{};
  Octets value;  // may be empty

  // The value as a big-endian number; nullopt when it is empty or longer than 4 octets.
  std::optional<uint32_t> AsInteger() const;
  // The value without the NUL that may end it.
  std::string_view AsCString() const;
};

inline constexpr size_t kTlvHeaderOctets = 4;
inline constexpr size_t kMaxTlvOctets = 65'535;  // of a value: its length has 16 bits

// Whole TLVs, one after the other. Made by DecodeTlvs or by a TlvWriter.
class TlvList {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Tlv;
    using difference_type = std::ptrdiff_t;
    using pointer = const Tlv*;
    using reference = Tlv;

    Iterator() = default;
    explicit Iterator(const uint8_t* at) : at_(at) {}
    Tlv operator*() const { return {static_cast<Tag>(Load16(at_)), {at_ + 4, Load16(at_ + 2)}}; }
    Iterator& operator++() {
      at_ += kTlvHeaderOctets + Load16(at_ + 2);
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const uint8_t* at_ = nullptr;
  };

  TlvList() = default;
  // REQUIRES: `octets` hold whole TLVs and nothing else.
  explicit TlvList(Octets octets) : octets_(octets) {}

  Iterator begin() const { return Iterator(octets_.data()); }
  Iterator end() const { return Iterator(octets_.data() + octets_.size()); }
  bool empty() const { return octets_.empty(); }
  Octets octets() const { return octets_; }

  // The first TLV with that tag.
  std::optional<Tlv> Find(Tag tag) const;

 private:
  Octets octets_;
};

// The longest prefix of `octets` that holds whole TLVs. `*trailing` gets the count of octets after
// it: 0 when the list is whole, else a cut TLV, a lying length or padding.
TlvList DecodeTlvs(Octets octets, size_t* trailing);

// Encodes TLVs into a buffer that is not owned. Poisoned by the first that does not fit there, or
// whose value is longer than kMaxTlvOctets.
class TlvWriter {
 public:
  explicit TlvWriter(std::span<uint8_t> out) : out_(out), writer_(out) {}

  void Add(Tag tag, Octets value);
  void AddU8(Tag tag, uint8_t value);
  void AddU16(Tag tag, uint16_t value);
  void AddCString(Tag tag, std::string_view value);

  [[nodiscard]] bool ok() const { return writer_.ok(); }
  // What was written. REQUIRES: ok(). Valid as long as the buffer.
  TlvList list() const { return TlvList(Octets(out_.data(), writer_.size())); }

 private:
  void AddHeader(Tag tag, size_t octets);

  std::span<uint8_t> out_;
  Writer writer_;
};

}  // namespace salvo::pdu

#include "tests/support/random_pdu.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "pdu/fields.h"
#include "pdu/text/udh.h"

namespace salvo::test {
namespace {

using pdu::CommandId;

constexpr size_t kMostTlvs = 8;
constexpr size_t kMostListEntries = 255;
constexpr std::string_view kDigits = "0123456789";

bool Is33Only(CommandId id) {
  const uint32_t request = static_cast<uint32_t>(id) & ~pdu::kResponseBit;
  return request >= 0x22 && request <= 0x24;
}

bool Is50Only(CommandId id) {
  const uint32_t request = static_cast<uint32_t>(id) & ~pdu::kResponseBit;
  return request >= 0x111 && request <= 0x113;
}

bool ExistsIn33(CommandId id) {
  switch (static_cast<uint32_t>(id) & ~pdu::kResponseBit) {
    case 0x09:
    case 0x0B:
    case 0x102:
    case 0x103:
      return false;
    default:
      return !Is50Only(id);
  }
}

uint8_t VersionFor(CommandId id, Random& random) {
  if (Is33Only(id)) return pdu::kVersion33;
  if (Is50Only(id)) return pdu::kVersion50;
  const std::array<uint8_t, 3> versions = {pdu::kVersion34, pdu::kVersion50, pdu::kVersion33};
  return versions[random.Below(ExistsIn33(id) ? 3 : 2)];
}

std::string TwoDigits(size_t value) { return {kDigits[value / 10], kDigits[value % 10]}; }

// Absolute or relative: 3.4 section 7.1.1.
std::string RandomTime(Random& random) {
  const bool relative = random.OneIn(2);
  std::string time = TwoDigits(random.Below(100)) + TwoDigits(random.SizeBetween(1, 12)) +
                     TwoDigits(random.SizeBetween(1, 28)) + TwoDigits(random.Below(24)) +
                     TwoDigits(random.Below(60)) + TwoDigits(random.Below(60));
  if (relative) return time + "000R";
  time += kDigits[random.Below(10)];
  return time + TwoDigits(random.Below(49)) + (random.OneIn(2) ? '+' : '-');
}

}  // namespace

class RandomPdus::Filler {
 public:
  Filler(RandomPdus* maker, uint8_t version) : maker_(*maker), version_(version) {}

  void Text(std::string_view name, std::string_view& out, size_t max_octets) {
    if (max_octets == pdu::kMaxTime) return FillTime(out);
    if (name == "message_id" && version_ == pdu::kVersion33) return Keep(&out, HexId());
    const bool is_digits = name.ends_with("_addr") && !random().OneIn(4);
    const size_t size = random().Edgy(0, max_octets - 1);
    Keep(&out, is_digits ? FromCharacters(size, '0', '9') : FromCharacters(size, ' ', '~'));
  }

  void Password(std::string_view& out) {
    Keep(&out, FromCharacters(random().Edgy(0, pdu::kMaxPassword - 1), ' ', '~'));
  }

  void Number(std::string_view name, uint8_t& out) {
    out = random().Octet();
    if (name == "esm_class") has_udh_ = (out & pdu::kEsmUdhIndicator) != 0;
  }

  void ShortMessage(pdu::Octets& out) {
    const size_t most = version_ == pdu::kVersion50 ? 255 : 254;
    has_text_ = !random().OneIn(4);
    out = pdu::AsOctets(maker_.Keep(has_text_ ? UserData(random().Edgy(1, most)) : ""));
  }

  void Destinations(pdu::DestinationList& out) {
    FillList(out, [&](pdu::Writer& writer) {
      pdu::Destination destination;
      destination.dest_flag = random().OneIn(3) ? 2 : 1;
      if (destination.dest_flag == 2) {
        Text("dl_name", destination.dl_name, pdu::kMaxDistributionList);
      } else {
        FillAddress(destination.address);
      }
      WriteDestination(writer, destination);
    });
  }

  void Unsuccesses(pdu::UnsuccessList& out) {
    FillList(out, [&](pdu::Writer& writer) {
      pdu::Unsuccess unsuccess;
      FillAddress(unsuccess.address);
      unsuccess.error_status_code = random().OneOf(pdu::AllStatuses()).status;
      WriteUnsuccess(writer, unsuccess);
    });
  }

  void Tlvs(pdu::TlvList& out) {
    if (version_ == pdu::kVersion33) return;
    std::vector<uint8_t> room(kMostTlvs * (pdu::kTlvHeaderOctets + maker_.largest_tlv_));
    pdu::TlvWriter writer(room);
    for (size_t left = random().Edgy(0, kMostTlvs); left > 0; --left) AddTlv(writer);
    const pdu::Octets octets = writer.list().octets();
    out = pdu::TlvList(pdu::AsOctets(maker_.Keep(std::string(pdu::AsText(octets)))));
  }

  void Opaque(pdu::Octets& out) {
    out = pdu::AsOctets(maker_.Keep(random().Octets(random().Below(64))));
  }

 private:
  Random& random() { return *maker_.random_; }
  void Keep(std::string_view* out, std::string text) { *out = maker_.Keep(std::move(text)); }

  std::string FromCharacters(size_t size, char first, char last) {
    std::string text(size, '\0');
    for (char& c : text) {
      c = static_cast<char>(
          random().SizeBetween(static_cast<size_t>(first), static_cast<size_t>(last)));
    }
    return text;
  }

  // Any octets; behind a user data header if there has to be one. At least as many as that has.
  std::string UserData(size_t octets) {
    if (!has_udh_) return random().Octets(octets);
    pdu::ConcatenationInfo info;
    info.total = static_cast<uint8_t>(random().SizeBetween(1, 255));
    info.sequence = static_cast<uint8_t>(random().SizeBetween(1, info.total));
    info.reference_is_16_bit = random().OneIn(2);
    std::array<uint8_t, pdu::kUdh16Octets> header;
    const size_t size = WriteConcatenationUdh(info, header.data());
    std::string data(pdu::AsText(pdu::Octets(header).first(size)));
    if (octets > size) data += random().Octets(octets - size);
    return data;
  }

  std::string HexId() {
    std::string id;
    for (int i = 0; i < 8; ++i) id += "0123456789ABCDEF"[random().Below(16)];
    return id;
  }

  void FillTime(std::string_view& out) {
    Keep(&out, random().OneIn(2) ? RandomTime(random()) : std::string());
  }

  void FillAddress(pdu::Address& address) {
    address.ton = random().Octet();
    address.npi = random().Octet();
    Text("list_addr", address.digits, pdu::kMaxAddress);
  }

  void FillList(auto& out, auto write_one) {
    constexpr size_t kMostEntryOctets = 32;
    const size_t count = random().OneIn(20) ? random().Edgy(1, 254) : random().SizeBetween(1, 4);
    std::vector<uint8_t> room(count * kMostEntryOctets);
    pdu::Writer writer(room);
    for (size_t i = 0; i < count; ++i) write_one(writer);
    out.count = static_cast<uint8_t>(count);
    out.octets = pdu::AsOctets(
        maker_.Keep(std::string(pdu::AsText(pdu::Octets(room).first(writer.size())))));
  }

  void AddTlv(pdu::TlvWriter& writer) {
    if (random().OneIn(4)) {
      const auto tag = static_cast<pdu::Tag>(random().SizeBetween(0x1400, 0x3FFF));
      return writer.Add(tag, pdu::AsOctets(random().Octets(random().Below(32))));
    }
    const pdu::TlvInfo& info = random().OneOf(maker_.tlvs_);
    // Text is either in short_message or here, and here but once.
    if (info.tag == pdu::Tag::kMessagePayload && std::exchange(has_text_, true)) return;
    const size_t most = std::min<size_t>(info.max_octets, maker_.largest_tlv_);
    size_t size = random().Edgy(info.min_octets, most);
    if (info.tag == pdu::Tag::kMsValidity) size = random().OneIn(2) ? 1 : 4;  // nothing between
    if (info.tag == pdu::Tag::kMessagePayload) {
      writer.Add(info.tag, pdu::AsOctets(UserData(size)));
    } else if (info.form == pdu::TlvForm::kCString) {
      writer.AddCString(info.tag, FromCharacters(size - 1, ' ', '~'));
    } else {
      writer.Add(info.tag, pdu::AsOctets(random().Octets(size)));
    }
  }

  RandomPdus& maker_;
  uint8_t version_;
  bool has_text_ = false;
  bool has_udh_ = false;
};

std::string_view RandomPdus::Keep(std::string text) { return kept_.emplace_back(std::move(text)); }

RandomPdus::RandomPdus(Random* random, const RandomPduOptions& options)
    : random_(random), largest_tlv_(options.largest_tlv) {
  const auto has = [](const auto& list, auto value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  };
  for (const pdu::TlvInfo& info : pdu::AllTlvs()) {
    if (!has(options.without_tags, info.tag)) tlvs_.push_back(info);
  }
  for (const pdu::CommandName& command : pdu::AllCommands()) {
    if (!has(options.without_kinds, command.id)) kinds_.push_back(command.id);
  }
}

pdu::Pdu RandomPdus::Next() { return Next(random_->OneOf(kinds_)); }

pdu::Pdu RandomPdus::Next(CommandId id) {
  kept_.clear();
  pdu::Pdu pdu;
  pdu.header.command_id = id;
  if (pdu::IsResponse(id) && random_->OneIn(3)) {
    pdu.header.command_status = random_->OneOf(pdu::AllStatuses()).status;
  }
  pdu.header.sequence_number =
      static_cast<uint32_t>(random_->Edgy(pdu::kFirstSequence, pdu::kLastSequence));
  pdu.body = pdu::EmptyBodyFor(id);
  Filler filler(this, VersionFor(id, *random_));
  std::visit([&](auto& body) { Fields(filler, body); }, pdu.body);
  return pdu;
}

size_t RandomPdus::LargestPdu() const {
  constexpr size_t kMostWithoutTlvs = 1024 + kMostListEntries * 32;
  return kMostWithoutTlvs + kMostTlvs * (pdu::kTlvHeaderOctets + largest_tlv_);
}

}  // namespace salvo::test

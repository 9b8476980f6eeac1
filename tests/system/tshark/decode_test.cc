// Goal: what salvo decode says of a capture is what tshark says.
// Method: random PDUs are written to a capture, many in a packet and some in two, which both read:
// the same PDUs, and in each the same fields with the same names, places and values.
// SALVO_TSHARK_PDUS makes the dose longer.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pdu/encode.h"
#include "pdu/inspect.h"
#include "pdu/print.h"
#include "tests/support/octets.h"
#include "tests/support/packets.h"
#include "tests/support/random_pdu.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tshark.h"
#include "tools/inspect/pdu_input.h"

namespace salvo {
namespace {

using pdu::InspectedField;
using test::TsharkField;
using test::TsharkPdu;

// tshark reads these in another way than the specification: tests/system/tshark/tshark_test.cc.
const std::vector<pdu::CommandId> kUnknownKinds = {
    pdu::CommandId::kParamRetrieve,   pdu::CommandId::kParamRetrieveResp,
    pdu::CommandId::kQueryLastMsgs,   pdu::CommandId::kQueryLastMsgsResp,
    pdu::CommandId::kQueryMsgDetails, pdu::CommandId::kQueryMsgDetailsResp};
const std::vector<pdu::Tag> kMisreadTags = {pdu::Tag::kMsValidity, pdu::Tag::kBroadcastRepNum,
                                            pdu::Tag::kBroadcastEndTime};

std::string PlainHex(pdu::Octets octets) {
  std::string hex = test::ToHex(octets);
  std::erase(hex, ' ');
  return hex;
}

// The specification's name for what tshark calls so.
std::string NameFor(const TsharkField& theirs) {
  std::string name = theirs.name.substr(std::string("smpp.").size());
  if (name.starts_with("esm.")) return "esm_class";
  if (name.starts_with("regdel.")) return "registered_delivery";
  if (name == "message") return "short_message";
  if (name == "dlist") return "number_of_dests";
  if (name == "dlist_resp") return "no_unsuccess";
  if (name.ends_with("_r")) name.resize(name.size() - 2);  // a relative time
  return name;
}

// Two empty times behind one another are of one look, and tshark calls both by one name.
bool IsSameName(const std::string& ours, const std::string& theirs) {
  const bool in_list = ours == "dest_address" || ours == "unsuccess_sme";
  const bool both_times = (ours == "validity_period" && theirs == "schedule_delivery_time");
  return ours == theirs || in_list || both_times;
}

class Comparison {
 public:
  Comparison(pdu::Octets octets, const TsharkPdu& theirs)
      : octets_(octets), ours_(pdu::Inspect(octets)), theirs_(theirs) {}

  std::string Run() {
    if (!ours_.result.ok()) return "not decoded here";
    for (const TsharkField& field : theirs_.fields) {
      std::string fault = Compare(field);
      if (!fault.empty()) return fault + ": " + field.name + "=" + field.hex;
    }
    return Uncovered();
  }

 private:
  const InspectedField* At(size_t offset) const {
    for (const InspectedField& field : ours_.fields) {
      if (field.offset <= offset && offset < field.offset + field.octets) return &field;
    }
    return nullptr;
  }

  std::string Compare(const TsharkField& theirs) {
    if (theirs.offset < pdu::kHeaderOctets) return "";
    const bool is_group = theirs.name == "smpp.opt_params";
    const InspectedField* ours = At(theirs.offset);
    const bool is_nothing = theirs.octets == 0 && theirs.offset == octets_.size();
    if (is_group || is_nothing) return "";
    if (ours == nullptr) return "no field here";
    covered_.push_back(ours->offset);
    return ours->is_tlv ? CompareTlv(*ours, theirs) : CompareField(*ours, theirs);
  }

  std::string CompareTlv(const InspectedField& ours, const TsharkField& theirs) {
    const size_t size = ours.octets - pdu::kTlvHeaderOctets;
    if (theirs.name == "smpp.opt_param") {
      const bool known = pdu::FindTlvInfo(static_cast<pdu::Tag>(ours.tag)) != nullptr;
      if (theirs.offset != ours.offset) return "another place";
      const std::string title = "Optional parameter: " + ours.name + " (";
      if (known && !theirs.showname.starts_with(title)) return "another name than " + ours.name;
    } else if (theirs.name == "smpp.opt_param_len" &&
               theirs.hex != PlainHex(octets_.subspan(ours.offset + 2, 2))) {
      return "another length than " + std::to_string(size);
    }
    return "";
  }

  std::string CompareField(const InspectedField& ours, const TsharkField& theirs) {
    if (!IsSameName(ours.name, NameFor(theirs))) return "another name than " + ours.name;
    const bool in_list = ours.name == "dest_address" || ours.name == "unsuccess_sme";
    if (in_list || theirs.hex.empty()) return "";
    if (theirs.offset != ours.offset || theirs.hex.size() != 2 * ours.octets) {
      return "another place than " + std::to_string(ours.offset);
    }
    return theirs.hex == ValueHex(ours) ? "" : "another value than " + ours.value;
  }

  // What the value that is shown looks like on the wire.
  std::string ValueHex(const InspectedField& ours) const {
    const pdu::Octets slice = octets_.subspan(ours.offset, ours.octets);
    if (ours.is_number) {
      const auto octet = static_cast<uint8_t>(std::stoul(ours.value));
      return PlainHex(pdu::Octets(&octet, 1));
    }
    if (ours.name == "password") return ours.value == "***" ? PlainHex(slice) : "shown";
    std::string shown;
    const bool has_nul = ours.name != "short_message";
    pdu::AppendEscaped(pdu::AsText(slice.first(slice.size() - (has_nul ? 1 : 0))), &shown);
    return shown == ours.value ? PlainHex(slice) : "not what lies there";
  }

  // Every field that we see has to be seen by tshark, but for empty texts, and for the bodies of
  // refusals.
  std::string Uncovered() const {
    if (ours_.header.command_status != pdu::CommandStatus::ESME_ROK) return "";
    for (const InspectedField& field : ours_.fields) {
      const bool seen = std::find(covered_.begin(), covered_.end(), field.offset) != covered_.end();
      const bool is_empty = field.value.empty() || (field.name == "password" && field.octets == 1);
      if (!seen && !is_empty && field.name != "body") return "tshark does not see " + field.name;
    }
    return "";
  }

  pdu::Octets octets_;
  pdu::Inspection ours_;
  const TsharkPdu& theirs_;
  std::vector<uint32_t> covered_;
};

struct Found : tools::InspectionSink {
  void OnPdu(const tools::Origin&, pdu::Octets pdu) override {
    pdus.emplace_back(pdu::AsText(pdu));
  }
  void OnNote(const tools::Origin&, const std::string& note) override { notes.push_back(note); }

  std::vector<std::string> pdus;
  std::vector<std::string> notes;
};

// PDUs as packets of one connection, cut anywhere but within a header, where tshark loses its step.
class Sender {
 public:
  Sender(test::Link link, bool v6) : file_(NumberOf(link)) {
    packet_.link = link;
    packet_.v6 = v6;
  }

  // `whole`: no PDU lies in two packets.
  void Send(const std::string& pdu, bool whole, test::Random& random) {
    const size_t cut = whole ? pdu.size() : random.SizeBetween(pdu::kHeaderOctets, pdu.size());
    waiting_ += pdu.substr(0, cut);
    constexpr size_t kMostOctets = 1'400;
    if (waiting_.size() > kMostOctets || random.OneIn(4)) Flush();
    waiting_ += pdu.substr(cut);
  }

  void Flush() {
    if (waiting_.empty()) return;
    packet_.payload = std::exchange(waiting_, "");
    file_.Add(PacketOf(packet_));
    packet_.sequence += static_cast<uint32_t>(packet_.payload.size());
  }

  const std::string& octets() const { return file_.octets(); }

 private:
  test::PcapFile file_;
  test::TcpPacket packet_;
  std::string waiting_;
};

// Its length, command and sequence_number; random PDUs rarely share them.
std::string KeyOf(pdu::Octets octets) {
  return PlainHex(octets.first(8)) + PlainHex(octets.subspan(12, 4));
}

std::string KeyOf(const TsharkPdu& theirs) {
  std::string key;
  for (const TsharkField& field : theirs.fields) {
    const bool in_header = field.offset < pdu::kHeaderOctets && field.offset != 8;
    if (in_header) key += field.hex;
  }
  return key;
}

void Agree(test::Link link, bool v6, bool whole, size_t count, uint64_t seed) {
  test::Random random(seed);
  SCOPED_TRACE(random.Trace());
  test::RandomPdus pdus(
      &random, {.largest_tlv = 200, .without_tags = kMisreadTags, .without_kinds = kUnknownKinds});
  std::vector<uint8_t> room(pdus.LargestPdu());
  std::vector<std::string> sent;
  Sender sender(link, v6);
  for (size_t i = 0; i < count; ++i) {
    const pdu::EncodeResult encoded = Encode(pdus.Next(), room);
    ASSERT_TRUE(encoded.ok());
    sent.emplace_back(pdu::AsText(pdu::Octets(room).first(encoded.octets)));
    sender.Send(sent.back(), whole, random);
  }
  sender.Flush();
  const test::TempDir folder;
  const std::string path = folder.Write("capture.pcap", sender.octets());
  Found found;
  ASSERT_EQ(tools::FindPdusInFile(path, {2775}, &found), absl::OkStatus());
  ASSERT_TRUE(found.notes.empty()) << found.notes.front();
  ASSERT_EQ(found.pdus, sent);
  // tshark shows a PDU of several packets behind others that end in its last packet.
  std::multimap<std::string, size_t> left;
  for (size_t i = 0; i < sent.size(); ++i) left.emplace(KeyOf(pdu::AsOctets(sent[i])), i);
  // Of some PDUs in several packets it reads the first part alone, and not what is behind them.
  size_t partly = 0;
  size_t wrong = 0;
  const auto compare = [&](const TsharkPdu& theirs) {
    const auto [first, last] = left.equal_range(KeyOf(theirs));
    std::string fault = "a PDU that was not sent: " + KeyOf(theirs);
    for (auto match = first; match != last; ++match) {
      const std::string& octets = sent[match->second];
      if (theirs.octets != octets.size()) return void(++partly);
      fault = Comparison(pdu::AsOctets(octets), theirs).Run();
      if (fault.empty()) return void(left.erase(match));
      fault += '\n' + test::ToHex(pdu::AsOctets(octets));
    }
    if (++wrong <= 3) ADD_FAILURE() << fault;
  };
  ASSERT_EQ(test::Dissect(path, compare), "");
  EXPECT_EQ(wrong, 0u);
  EXPECT_LE(left.size(), whole ? 0 : count / 10);
  EXPECT_LE(partly, whole ? 0 : count / 10);
}

TEST(Decode, AgreesWithTsharkOnRandomConnections) {
  Agree(test::Link::kEthernet, false, true, test::TsharkDose(5'000), test::TestSeed());
}

TEST(Decode, AgreesWithTsharkOnEveryLink) {
  for (const test::Link link : {test::Link::kEthernet, test::Link::kVlan, test::Link::kCooked,
                                test::Link::kCooked2, test::Link::kRaw, test::Link::kNull}) {
    for (const bool v6 : {false, true}) Agree(link, v6, false, 50, test::TestSeed());
  }
}

}  // namespace
}  // namespace salvo

#include "tools/inspect/pdu_words.h"

#include <algorithm>
#include <deque>
#include <optional>

#include "absl/strings/str_format.h"
#include "pdu/encode.h"
#include "pdu/fields.h"
#include "pdu/number.h"
#include "pdu/text/readable.h"
#include "pdu/text/split.h"
#include "tools/common/nearest.h"
#include "tools/common/tlv_text.h"

namespace salvo::tools {
namespace {

using pdu::AsOctets;

constexpr std::string_view kTlvPrefix = "tlv:";
constexpr std::string_view kHexPrefix = "hex:";
constexpr size_t kMostPdu = 140'000;  // two parameters of the largest size

struct Assignment {
  std::string_view name;
  std::string_view value;
  bool used = false;
};

std::optional<uint8_t> ParseOctet(std::string_view text) {
  const std::optional<uint64_t> value = pdu::ParseNumber(text, UINT8_MAX);
  if (!value) return std::nullopt;
  return static_cast<uint8_t>(*value);
}

// "1/1/4917..."
std::optional<pdu::Address> ParseAddress(std::string_view text) {
  const size_t first = text.find('/');
  if (first == std::string_view::npos)
    return pdu::Address{pdu::kTonInternational, pdu::kNpiE164, text};
  const size_t second = text.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto ton = ParseOctet(text.substr(0, first));
  const auto npi = ParseOctet(text.substr(first + 1, second - first - 1));
  if (!ton || !npi) return std::nullopt;
  return pdu::Address{*ton, *npi, text.substr(second + 1)};
}

// A visitor that fills a body from assignments. Views in the body are of the assignments and of the
// filler.
class Filler {
 public:
  explicit Filler(std::vector<Assignment>* assignments) : assignments_(*assignments) {}

  const std::string& fault() const { return fault_; }
  const std::vector<std::string_view>& names() const { return names_; }

  void Text(const char* name, std::string_view& out, size_t) {
    if (const auto value = Take(name)) out = *value;
  }
  void Password(std::string_view& out) { Text("password", out, 0); }

  void Number(const char* name, uint8_t& out) {
    if (const auto value = Take(name)) {
      const std::optional<uint8_t> number = ParseOctet(*value);
      if (!number) return Fail(name, "is no number from 0 to 255");
      out = *number;
    }
    if (std::string_view(name) == "data_coding") data_coding_ = out;
  }

  void ShortMessage(pdu::Octets& out) {
    if (const auto value = Take("short_message")) out = AsOctets(UserData("short_message", *value));
  }

  void Destinations(pdu::DestinationList& out) {
    List("dest_address", &out, [this](std::string_view value, pdu::Writer& writer) {
      constexpr std::string_view kList = "list:";
      pdu::Destination destination;
      if (value.starts_with(kList)) {
        destination.dest_flag = 2;
        destination.dl_name = value.substr(kList.size());
      } else if (const auto address = ParseAddress(value)) {
        destination.address = *address;
      } else {
        return Fail("dest_address", "is neither ton/npi/digits nor list:NAME");
      }
      WriteDestination(writer, destination);
    });
  }

  void Unsuccesses(pdu::UnsuccessList& out) {
    List("unsuccess_sme", &out, [this](std::string_view value, pdu::Writer& writer) {
      const size_t colon = value.rfind(':');
      const bool has_status = colon != std::string_view::npos;
      const auto status = has_status ? pdu::ParseStatus(value.substr(colon + 1)) : std::nullopt;
      const auto address = ParseAddress(value.substr(0, colon));
      if (!status || !address) return Fail("unsuccess_sme", "is not ton/npi/digits:STATUS");
      WriteUnsuccess(writer, {*address, *status});
    });
  }

  void Tlvs(pdu::TlvList& out) {
    std::string& octets = Keep({});
    for (Assignment& assignment : assignments_) {
      if (!assignment.name.starts_with(kTlvPrefix)) continue;
      assignment.used = true;
      const auto tag = pdu::ParseTag(assignment.name.substr(kTlvPrefix.size()));
      if (!tag) return Fail(assignment.name, "is no known parameter, nor a number of one");
      std::string value;
      if (*tag == pdu::Tag::kMessagePayload) {
        value = UserData(assignment.name, assignment.value);
      } else if (const auto fault = AppendTlvValue(*tag, assignment.value, &value);
                 !fault.empty()) {
        return Fail(assignment.name, fault);
      }
      AppendTlv(*tag, assignment.name, value, &octets);
    }
    out = pdu::TlvList(AsOctets(octets));
  }

  void Opaque(pdu::Octets& out) {
    const auto value = Take("body");
    if (!value) return;
    std::string& octets = Keep({});
    if (!value->starts_with(kHexPrefix) || !AppendHex(*value, &octets)) {
      return Fail("body", "is not hex: and pairs of digits");
    }
    out = AsOctets(octets);
  }

 private:
  std::string& Keep(std::string text) { return kept_.emplace_back(std::move(text)); }

  void Fail(std::string_view name, std::string_view what) {
    if (fault_.empty()) fault_ = absl::StrFormat("%s %s", name, what);
  }

  std::optional<std::string_view> Take(std::string_view name) {
    names_.push_back(name);
    std::optional<std::string_view> value;
    for (Assignment& assignment : assignments_) {
      if (assignment.name != name) continue;
      if (value) Fail(name, "is given twice");
      assignment.used = true;
      value = assignment.value;
    }
    return value;
  }

  // Any tag takes octets as they are.
  static bool AppendHex(std::string_view value, std::string* out) {
    return AppendTlvValue(pdu::Tag::kMessagePayload, value, out).empty();
  }

  std::string_view UserData(std::string_view name, std::string_view value) {
    std::string& octets = Keep({});
    if (value.starts_with(kHexPrefix)) {
      if (!AppendHex(value, &octets)) Fail(name, "has hex: without pairs of digits behind it");
      return octets;
    }
    const auto alphabet = pdu::AlphabetOf(data_coding_);
    const pdu::TextMeasure measure = pdu::MeasureText(value);
    const bool is_ascii = std::all_of(value.begin(), value.end(),
                                      [](char c) { return static_cast<uint8_t>(c) < 0x80; });
    const bool fits = alphabet == pdu::Alphabet::kUcs2 ||
                      (alphabet == pdu::Alphabet::kGsm7 && measure.fits_gsm7) ||
                      (alphabet == pdu::Alphabet::kLatin1 && measure.fits_latin1);
    if (!measure.valid) {
      Fail(name, "is not UTF-8");
    } else if (!alphabet) {
      Fail(name, "cannot be written as text with this data_coding: give hex:...");
    } else if (!fits || (data_coding_ == 1 && !is_ascii)) {
      Fail(name, "has a character that this data_coding cannot carry: 8 is UCS-2");
    } else {
      octets.resize(2 * value.size());
      octets.resize(Translate(value, *alphabet, reinterpret_cast<uint8_t*>(octets.data())));
    }
    return octets;
  }

  void AppendTlv(pdu::Tag tag, std::string_view name, std::string_view value, std::string* out) {
    std::vector<uint8_t> room(pdu::kTlvHeaderOctets + value.size());
    pdu::TlvWriter writer(room);
    writer.Add(tag, AsOctets(value));
    if (!writer.ok()) return Fail(name, "is longer than a parameter can be");
    out->append(pdu::AsText(writer.list().octets()));
  }

  void List(std::string_view name, auto* out, auto write) {
    constexpr size_t kMostEntries = 255;
    constexpr size_t kLargestEntry = 300;
    names_.push_back(name);
    std::vector<std::string_view> values;
    size_t octets = 0;
    for (Assignment& assignment : assignments_) {
      if (assignment.name != name) continue;
      assignment.used = true;
      values.push_back(assignment.value);
      octets += kLargestEntry + assignment.value.size();
    }
    if (values.size() > kMostEntries) return Fail(name, "is given more than 255 times");
    std::string& room = Keep(std::string(octets, '\0'));
    pdu::Writer writer({reinterpret_cast<uint8_t*>(room.data()), room.size()});
    for (const std::string_view value : values) write(value, writer);
    room.resize(writer.size());
    out->count = static_cast<uint8_t>(values.size());
    out->octets = AsOctets(room);
  }

  std::vector<Assignment>& assignments_;
  std::vector<std::string_view> names_;
  std::deque<std::string> kept_;
  std::string fault_;
  uint8_t data_coding_ = 0;
};

std::string_view Describe(pdu::EncodeError error) {
  switch (error) {
    case pdu::EncodeError::kNone:
      return "nothing is wrong";
    case pdu::EncodeError::kNoRoom:
      return "does not fit into a PDU";
    case pdu::EncodeError::kFieldTooLong:
      return "is longer than the specification allows";
    case pdu::EncodeError::kNulInText:
      return "holds a NUL";
    case pdu::EncodeError::kBrokenList:
      return "is a broken list";
  }
  return "";
}

std::string_view NearestCommand(std::string_view name) {
  std::vector<std::string_view> known;
  for (const pdu::CommandName& command : pdu::AllCommands()) known.push_back(command.name);
  return NearestWord(name, known);
}

// Of the header; `value` keeps its default where there is no word.
bool TakeHeaderWord(std::string_view name, std::vector<Assignment>* assignments, uint32_t* value,
                    std::string* fault) {
  for (Assignment& assignment : *assignments) {
    if (assignment.name != name) continue;
    assignment.used = true;
    std::optional<uint64_t> number = pdu::ParseNumber(assignment.value, UINT32_MAX);
    if (!number && name == "command_status") {
      if (const auto status = pdu::ParseStatus(assignment.value)) {
        number = static_cast<uint32_t>(*status);
      }
    }
    if (!number) {
      *fault = absl::StrFormat("%s: '%s' is no number", name, assignment.value);
      return false;
    }
    *value = static_cast<uint32_t>(*number);
  }
  return true;
}

EncodedPdu Fault(std::string fault) { return {{}, std::move(fault)}; }

std::string Parse(std::span<const std::string> words, std::vector<Assignment>* out) {
  for (const std::string_view word : words) {
    // The name of a parameter has a colon and no equals sign.
    const size_t equals = word.find('=');
    if (equals == std::string_view::npos) {
      return absl::StrFormat("'%s' is not NAME=VALUE", word);
    }
    out->push_back({word.substr(0, equals), word.substr(equals + 1)});
  }
  return "";
}

std::string FaultOfUnused(const std::vector<Assignment>& assignments, std::string_view command,
                          std::vector<std::string_view> names) {
  for (const std::string_view header : {"command_status", "sequence_number"}) {
    names.push_back(header);
  }
  for (const Assignment& assignment : assignments) {
    if (assignment.used) continue;
    return absl::StrFormat("%s has no field '%s'; the nearest is '%s'", command, assignment.name,
                           NearestWord(assignment.name, names));
  }
  return "";
}

}  // namespace

EncodedPdu EncodePdu(std::span<const std::string> words) {
  if (words.empty()) return Fault("say which command: submit_sm, for instance");
  const std::string& name = words.front();
  const auto commands = pdu::AllCommands();
  const auto command = std::find_if(commands.begin(), commands.end(),
                                    [&](const auto& entry) { return entry.name == name; });
  if (command == commands.end()) {
    return Fault(absl::StrFormat("there is no command '%s'; the nearest is '%s'", name,
                                 NearestCommand(name)));
  }
  std::vector<Assignment> assignments;
  std::string fault = Parse(words.subspan(1), &assignments);
  if (!fault.empty()) return Fault(fault);
  uint32_t status = 0;
  uint32_t sequence = pdu::kFirstSequence;
  if (!TakeHeaderWord("command_status", &assignments, &status, &fault) ||
      !TakeHeaderWord("sequence_number", &assignments, &sequence, &fault)) {
    return Fault(fault);
  }
  pdu::Pdu built;
  built.header = {0, command->id, static_cast<pdu::CommandStatus>(status), sequence};
  built.body = pdu::EmptyBodyFor(command->id);
  Filler filler(&assignments);
  std::visit([&](auto& body) { Fields(filler, body); }, built.body);
  if (!filler.fault().empty()) return Fault(filler.fault());
  fault = FaultOfUnused(assignments, name, filler.names());
  if (!fault.empty()) return Fault(fault);
  std::vector<uint8_t> room(kMostPdu);
  constexpr size_t kMostPassword = 65;  // providers issue longer ones than the specification allows
  const pdu::EncodeResult result = Encode(built, room, {.max_password = kMostPassword});
  if (!result.ok()) return Fault(absl::StrFormat("%s %s", result.field, Describe(result.error)));
  room.resize(result.octets);
  return {std::move(room), ""};
}

}  // namespace salvo::tools

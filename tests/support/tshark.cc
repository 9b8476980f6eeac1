#include "tests/support/tshark.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "tests/support/pcap.h"

namespace salvo::test {
namespace {

// tshark's PDML has one element a line. The value of an attribute, without the markup's escapes.
std::string Attribute(std::string_view line, std::string_view name) {
  const std::string start = " " + std::string(name) + "=\"";
  size_t at = line.find(start);
  if (at == std::string_view::npos) return {};
  at += start.size();
  std::string value(line.substr(at, line.find('"', at) - at));
  constexpr std::pair<std::string_view, char> kEscapes[] = {
      {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#x27;", '\''}, {"&amp;", '&'}};
  for (const auto& [escape, character] : kEscapes) {
    for (size_t i = value.find(escape); i != std::string::npos; i = value.find(escape, i + 1)) {
      value.replace(i, escape.size(), 1, character);
    }
  }
  return value;
}

size_t NumberOf(const std::string& digits) {
  size_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// Trees that repeat or interpret what their leaves and neighbours say.
bool IsRead(std::string_view name) {
  return name.starts_with("smpp.") && !name.starts_with("smpp.dcs.") && name != "smpp.message_text";
}

TsharkField FieldOf(std::string_view line, size_t pdu_position) {
  TsharkField field;
  field.name = Attribute(line, "name");
  field.showname = Attribute(line, "showname");
  field.show = Attribute(line, "show");
  field.hex = Attribute(line, "unmaskedvalue");
  if (field.hex.empty()) field.hex = Attribute(line, "value");
  field.offset = NumberOf(Attribute(line, "pos")) - pdu_position;
  field.octets = NumberOf(Attribute(line, "size"));
  return field;
}

class Lines {
 public:
  explicit Lines(const std::string& command) : pipe_(popen(command.c_str(), "r")) {}
  ~Lines() { Close(); }

  bool Next(std::string_view* line) {
    if (pipe_ == nullptr) return false;
    const ssize_t size = getline(&buffer_, &room_, pipe_);
    if (size < 0) return false;
    *line = {buffer_, static_cast<size_t>(size)};
    return true;
  }

  // The command's exit status.
  int Close() {
    if (pipe_ == nullptr) return -1;
    std::free(buffer_);
    buffer_ = nullptr;
    return pclose(std::exchange(pipe_, nullptr));
  }

 private:
  FILE* pipe_;
  char* buffer_ = nullptr;
  size_t room_ = 0;
};

}  // namespace

std::string Dissect(const std::string& capture_path,
                    const std::function<void(const TsharkPdu&)>& take) {
  // -n: no names from the network. -J: the SMPP part of each packet, with all its children.
  Lines lines("TZ=UTC tshark -n -r '" + capture_path +
              "' -d tcp.port==" + std::to_string(kSmppPort) + ",smpp -T pdml -J smpp 2>/dev/null");
  TsharkPdu pdu;
  size_t position = 0;
  bool inside = false;
  // A PDU is whole when the next one begins: only behind it tshark says that it is malformed.
  const auto finish = [&] {
    if (pdu.octets > 0) take(pdu);
    pdu = {};
  };
  for (std::string_view line; lines.Next(&line);) {
    if (line.find("<proto name=\"smpp\"") != std::string_view::npos) {
      finish();
      position = NumberOf(Attribute(line, "pos"));
      pdu.octets = NumberOf(Attribute(line, "size"));
      inside = true;
    } else if (line.find("</proto>") != std::string_view::npos) {
      inside = false;
    } else if (line.find("name=\"_ws.malformed\"") != std::string_view::npos) {
      pdu.malformed = true;
    } else if (inside && line.find("<field ") != std::string_view::npos) {
      TsharkField field = FieldOf(line, position);
      if (IsRead(field.name)) pdu.fields.push_back(std::move(field));
    }
  }
  finish();
  const int status = lines.Close();
  return status == 0 ? ""
                     : "tshark failed with status " + std::to_string(status) + ": is it there?";
}

size_t TsharkDose(size_t short_dose) {
  const char* const text = std::getenv("SALVO_TSHARK_PDUS");
  return text == nullptr ? short_dose : std::strtoull(text, nullptr, 10);
}

}  // namespace salvo::test

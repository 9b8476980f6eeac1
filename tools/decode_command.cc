#include "tools/decode_command.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tools/command_line.h"
#include "tools/common/exit_code.h"
#include "tools/inspect/pdu_input.h"
#include "tools/inspect/pdu_report.h"
#include "tools/inspect/pdu_words.h"

namespace salvo::tools {
namespace {

constexpr const char* kDecodeFooter =
    R"(WHAT is a file, - for the standard input, or hexadecimal digits; without it, the standard input.
Files and the standard input may hold

  a capture (pcap or pcapng: Ethernet, Linux cooked, raw IP, loopback; IPv4, IPv6)
  a dump of xxd, hexdump -C, od -tx1 or tshark -x, or a stream of hexadecimal digits
  PDUs as they are on the wire

Of a capture, connections are put together, and SMPP is found on port 2775, on the ports given with
--port, and wherever a connection begins with a PDU. Requests without a response in the capture are
counted at the end: deliver_sm that nobody acknowledged, for instance. TLS cannot be read. Passwords
are not shown, nor is what may be the rest of a bind; the texts of people are.

  salvo decode 00000010 80000004 00000058 00000007
  tcpdump -i any -w - port 2775 | salvo decode --lines
  tshark -r trace.pcap -x | salvo decode

Exit codes: 0 every PDU could be decoded, 1 one could not, or there was none, 2 usage or bad
digits, 3 the file cannot be read.)";

constexpr const char* kEncodeFooter =
    R"(COMMAND is submit_sm, bind_transceiver_resp, ...; the fields have the specification's names.

  salvo encode submit_sm source_addr_ton=5 source_addr=SALVO dest_addr_ton=1 dest_addr_npi=1 \
               destination_addr=491700000001 short_message='Hello' tlv:user_message_reference=7

Numbers are decimal or 0x..; short_message and tlv:message_payload are UTF-8, written as data_coding
says, or hex:0A0B; tlv:NAME and tlv:0x1400 take what columns of campaigns take; dest_address is
ton/npi/digits or list:NAME, unsuccess_sme is ton/npi/digits:STATUS, and both may be repeated.
command_status and sequence_number (1) belong to the header. Others can see what stands in a command
line: use no real password.

Exit codes: 0, 2 usage.)";

struct DecodeOptions {
  std::vector<std::string> what;
  std::vector<uint16_t> ports;
  bool json = false;
  bool lines = false;
};

struct EncodeOptions {
  std::vector<std::string> words;
  bool binary = false;
};

constexpr uint16_t kUsualPort = 2775;

void Write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

bool IsFile(const std::string& word) {
  std::error_code error;
  return word == "-" || std::filesystem::exists(word, error);
}

int Decode(const DecodeOptions& options) {
  PduForm form = PduForm::kTree;
  if (options.lines) form = PduForm::kLine;
  if (options.json) form = PduForm::kJson;
  PduReport report(form, Write);
  std::set<uint16_t> ports(options.ports.begin(), options.ports.end());
  ports.insert(kUsualPort);
  const bool from_file =
      options.what.empty() || (options.what.size() == 1 && IsFile(options.what[0]));
  if (from_file) {
    const std::string path = options.what.empty() ? "-" : options.what[0];
    if (path == "-" && isatty(STDIN_FILENO) != 0) {
      return Fail("decode", kExitUsage,
                  "give a file or hexadecimal digits (see 'salvo help decode')");
    }
    const absl::Status found = FindPdusInFile(path, ports, &report);
    report.Finish();
    if (!found.ok()) {
      return Fail("decode", absl::IsInvalidArgument(found) ? kExitUsage : kExitCampaign,
                  "cannot read '" + path + "': " + TextOf(found));
    }
  } else {
    std::string text;
    for (const std::string& word : options.what) text += word + " ";
    const absl::Status found = FindPdusInHex(text, ports, &report);
    if (!found.ok()) {
      return Fail("decode", kExitUsage, "neither a file nor hexadecimal digits: " + TextOf(found));
    }
    report.Finish();
  }
  if (report.pdus() == 0) return Fail("decode", kExitOther, "no PDU was found");
  return report.faulty() == 0 ? kExitOk : kExitOther;
}

int EncodeWords(const EncodeOptions& options) {
  const EncodedPdu pdu = EncodePdu(options.words);
  if (!pdu.fault.empty()) return Fail("encode", kExitUsage, pdu.fault);
  if (options.binary) {
    if (isatty(STDOUT_FILENO) != 0) {
      return Fail("encode", kExitUsage, "--binary does not write to a terminal");
    }
    Write(pdu::AsText(pdu.octets));
    return kExitOk;
  }
  for (const uint8_t octet : pdu.octets) std::printf("%02x", octet);
  std::printf("\n");
  return kExitOk;
}

}  // namespace

void AddDecodeCommand(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<DecodeOptions>();
  CLI::App* decode =
      app.add_subcommand("decode", "Make PDUs readable: hex, dumps, captures")->group("Commands");
  decode->footer(kDecodeFooter);
  decode->add_option("WHAT", options->what, "A file, -, or hexadecimal digits")->type_name("WHAT");
  decode->add_option("--port", options->ports, "SMPP is spoken on this port too; repeatable")
      ->type_name("PORT")
      ->allow_extra_args(false);
  decode->add_flag("--lines", options->lines, "One line a PDU instead of a tree");
  decode->add_flag("--json", options->json, "JSON Lines; the last is a summary");
  decode->callback([options, exit_code] { *exit_code = Decode(*options); });
}

void AddEncodeCommand(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<EncodeOptions>();
  CLI::App* encode =
      app.add_subcommand("encode", "Build a PDU from the names of its fields")->group("Commands");
  encode->footer(kEncodeFooter);
  encode->add_option("WORDS", options->words, "COMMAND NAME=VALUE ...")
      ->type_name("COMMAND NAME=VALUE ...");
  encode->add_flag("--binary", options->binary, "Octets instead of hexadecimal digits");
  encode->callback([options, exit_code] { *exit_code = EncodeWords(*options); });
}

}  // namespace salvo::tools

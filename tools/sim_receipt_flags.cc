#include "tools/sim_receipt_flags.h"

#include <vector>

#include "tools/common/parse.h"

namespace salvo::tools {
namespace {

template <class Value>
struct Word {
  const char* word;
  Value value;
};

constexpr Word<sim::ReceiptStyle> kStyles[] = {
    {"canonical", sim::ReceiptStyle::kCanonical},
    {"text", sim::ReceiptStyle::kText},
    {"tlv", sim::ReceiptStyle::kTlv},
    {"payload", sim::ReceiptStyle::kPayload},
    {"data_sm", sim::ReceiptStyle::kDataSm},
    {"unmarked", sim::ReceiptStyle::kUnmarked},
    {"loose", sim::ReceiptStyle::kLoose},
    {"ucs2", sim::ReceiptStyle::kUcs2},
};

constexpr Word<sim::ReceiptBind> kBinds[] = {{"any", sim::ReceiptBind::kAny},
                                             {"other", sim::ReceiptBind::kOther},
                                             {"same", sim::ReceiptBind::kSame}};

constexpr Word<sim::ReceiptId> kIds[] = {
    {"same", sim::ReceiptId::kSame},         {"hex", sim::ReceiptId::kHex},
    {"decimal", sim::ReceiptId::kDecimal},   {"padded", sim::ReceiptId::kPadded},
    {"stripped", sim::ReceiptId::kStripped}, {"upper", sim::ReceiptId::kUpper},
};

template <class Value, size_t kCount>
std::vector<std::string> WordsOf(const Word<Value> (&words)[kCount]) {
  std::vector<std::string> list;
  for (const auto& word : words) list.emplace_back(word.word);
  return list;
}

// The flag was checked to be one of the words.
template <class Value, size_t kCount>
Value ValueOf(const Word<Value> (&words)[kCount], const std::string& text) {
  for (const auto& word : words) {
    if (text == word.word) return word.value;
  }
  return words[0].value;
}

template <class Value, size_t kCount>
CLI::Option* AddWord(CLI::App& sim, const Word<Value> (&words)[kCount], const char* name,
                     std::string& flag, const char* help) {
  return sim.add_option(name, flag, help)
      ->type_name("HOW")
      ->check(CLI::IsMember(WordsOf(words)).description(""));
}

absl::Status TakeShare(const std::string& text, double* share) {
  if (text.empty()) return absl::OkStatus();
  const auto parsed = ParseShare(text);
  if (!parsed.ok()) return parsed.status();
  *share = *parsed;
  return absl::OkStatus();
}

absl::Status TakeTime(const std::string& text, io::Nanos* time) {
  if (text.empty()) return absl::OkStatus();
  const auto parsed = ParseTime(text);
  if (!parsed.ok()) return parsed.status();
  *time = *parsed;
  return absl::OkStatus();
}

}  // namespace

const char* const kSimReceiptHelp =
    R"(Receipts (--receipts TIME), to submissions that ask for one; those that nobody is bound for wait:
  --receipt-style  canonical  text as in 3.4 appendix B, receipted_message_id and message_state
                   text       the text alone          tlv       the parameters alone
                   payload    text in message_payload data_sm   parameters and payload in data_sm
                   unmarked   text, esm_class 0       ucs2      the text in UCS-2
                   loose      the field's spellings in turn: submitdate:, Text:, no sub, no err ...
  --receipt-bind   any: round about; other: never the bind that submitted, where there is another;
                   same: that one
  --receipt-id     as against the id in the response: same, hex (8 digits), decimal (10 digits),
                   padded (zeros, to 20), stripped (no leading zeros), upper)";

void AddSimReceiptFlags(CLI::App& sim, SimReceiptFlags& flags) {
  CLI::Option* receipts =
      sim.add_option("--receipts", flags.delay, "Send delivery receipts after this time")
          ->type_name("TIME");
  sim.add_option("--receipt-mix", flags.mix,
                 "With --receipts: DELIVRD=95%,UNDELIV=5%; the rest is delivered")
      ->type_name("STATE=SHARE,...")
      ->needs(receipts);
  sim.add_option("--receipt-early", flags.early, "Of receipts, sent before the answer they follow")
      ->type_name("SHARE")
      ->needs(receipts);
  sim.add_option("--receipt-twice", flags.twice, "Of receipts, sent twice")
      ->type_name("SHARE")
      ->needs(receipts);
  sim.add_option("--receipt-intermediate", flags.intermediate,
                 "Of receipts, with an ENROUTE (esm_class 0x20) before them")
      ->type_name("SHARE")
      ->needs(receipts);
  AddWord(sim, kBinds, "--receipt-bind", flags.bind, "Which gets it, see below; default any")
      ->needs(receipts);
  AddWord(sim, kIds, "--receipt-id", flags.id, "How it writes the id, see below; default same")
      ->needs(receipts);
  AddWord(sim, kStyles, "--receipt-style", flags.style, "See below; default canonical")
      ->needs(receipts);
  sim.add_option("--receipt-resend", flags.resend,
                 "Send it again when nobody acknowledged it for so long")
      ->type_name("TIME")
      ->needs(receipts);
  sim.add_flag("--receipt-no-reference", flags.no_reference,
               "Do not echo user_message_reference in it");
}

absl::Status UnderstandReceipts(const SimReceiptFlags& flags, sim::Options* options) {
  sim::ReceiptOptions& receipts = options->receipts;
  for (const auto& [text, time] :
       {std::pair(&flags.delay, &receipts.delay), std::pair(&flags.resend, &receipts.resend)}) {
    const absl::Status status = TakeTime(*text, time);
    if (!status.ok()) return status;
  }
  for (const auto& [text, share] :
       {std::pair(&flags.early, &receipts.early), std::pair(&flags.twice, &receipts.twice),
        std::pair(&flags.intermediate, &receipts.intermediate)}) {
    const absl::Status status = TakeShare(*text, share);
    if (!status.ok()) return status;
  }
  if (!flags.mix.empty()) {
    auto mix = sim::ParseReceiptMix(flags.mix);
    if (!mix.ok()) return mix.status();
    options->receipt_mix = *std::move(mix);
  }
  receipts.bind = ValueOf(kBinds, flags.bind);
  receipts.id = ValueOf(kIds, flags.id);
  receipts.style = ValueOf(kStyles, flags.style);
  receipts.reference = !flags.no_reference;
  const bool is_number =
      receipts.id == sim::ReceiptId::kHex || receipts.id == sim::ReceiptId::kDecimal;
  if (is_number && options->id_format == sim::IdFormat::kUuid) {
    return absl::InvalidArgumentError("a uuid is no number: --receipt-id " + flags.id +
                                      " needs --id dec or hex");
  }
  return absl::OkStatus();
}

}  // namespace salvo::tools

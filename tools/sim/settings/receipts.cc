// Settings of delivery receipts.

#include "tools/sim/settings/make.h"
#include "tools/sim/settings/parse.h"

namespace salvo::sim {
namespace {

Words<ReceiptStyle> Styles() {
  return {{"canonical", ReceiptStyle::kCanonical},
          {"text", ReceiptStyle::kText},
          {"tlv", ReceiptStyle::kTlv},
          {"payload", ReceiptStyle::kPayload},
          {"data_sm", ReceiptStyle::kDataSm},
          {"unmarked", ReceiptStyle::kUnmarked},
          {"loose", ReceiptStyle::kLoose},
          {"ucs2", ReceiptStyle::kUcs2}};
}

Words<ReceiptBind> Binds() {
  return {{"any", ReceiptBind::kAny}, {"other", ReceiptBind::kOther}, {"same", ReceiptBind::kSame}};
}

Words<ReceiptId> Ids() {
  return {{"same", ReceiptId::kSame},         {"hex", ReceiptId::kHex},
          {"decimal", ReceiptId::kDecimal},   {"padded", ReceiptId::kPadded},
          {"stripped", ReceiptId::kStripped}, {"upper", ReceiptId::kUpper}};
}

// All but the first do nothing without it.
Setting OfReceipts(std::string name, std::string value, std::string help) {
  return {.name = std::move(name),
          .value = std::move(value),
          .help = std::move(help),
          .needs = "receipts"};
}

}  // namespace

std::vector<Setting> ReceiptSettings() {
  const auto field = [](auto ReceiptOptions::*member) { return Field(&Options::receipts, member); };
  return {
      One({"receipts", "TIMES", "Send delivery receipts after this time, as in --delay"},
          DelayDistribution::Parse, field(&ReceiptOptions::delay)),
      One(OfReceipts("receipt-mix", "STATE=WHEN,...",
                     "DELIVRD=95%,UNDELIV=5%; the rest is delivered"),
          ParseReceiptMix, Field(&Options::receipt_mix)),
      One(OfReceipts("receipt-lost", "SHARE", "Of receipts, never sent"), tools::ParseShare,
          field(&ReceiptOptions::lost)),
      One(OfReceipts("receipt-early", "SHARE", "Of receipts, sent before the answer they follow"),
          tools::ParseShare, field(&ReceiptOptions::early)),
      One(OfReceipts("receipt-twice", "SHARE", "Of receipts, sent twice"), tools::ParseShare,
          field(&ReceiptOptions::twice)),
      One(OfReceipts("receipt-intermediate", "SHARE",
                     "Of receipts, with an ENROUTE (esm_class 0x20) before them"),
          tools::ParseShare, field(&ReceiptOptions::intermediate)),
      One(OfReceipts("receipt-bind", "HOW", "Which gets it, see below; default any"), Binds(),
          field(&ReceiptOptions::bind)),
      One(OfReceipts("receipt-id", "HOW", "How it writes the id, see below; default same"), Ids(),
          field(&ReceiptOptions::id)),
      One(OfReceipts("receipt-style", "HOW", "See below; default canonical"), Styles(),
          field(&ReceiptOptions::style)),
      One(OfReceipts("receipt-resend", "TIME",
                     "Send it again when nobody acknowledged it for so long"),
          tools::ParseTime, field(&ReceiptOptions::resend)),
      One(OfReceipts("receipt-stop", "TIME",
                     "Send no more over a bind that acknowledged none for so long"),
          tools::ParseTime, field(&ReceiptOptions::stop)),
      One(OfReceipts("receipt-no-reference", "", "Do not echo user_message_reference in it"),
          ParseSwitch, field(&ReceiptOptions::no_reference)),
  };
}

}  // namespace salvo::sim

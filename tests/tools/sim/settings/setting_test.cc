#include "tools/sim/settings/setting.h"

#include <gtest/gtest.h>

#include <set>

namespace salvo::sim {
namespace {

constexpr io::Nanos kMilli = io::kNanosPerMilli;

absl::Status TakeAll(std::string_view name, const std::vector<std::string>& values,
                     Options* options) {
  const Setting* setting = FindSetting(name);
  EXPECT_NE(setting, nullptr) << name;
  return Take(*setting, values, options);
}

Options Taken(std::string_view name, const std::vector<std::string>& values) {
  Options options;
  const absl::Status status = TakeAll(name, values, &options);
  EXPECT_TRUE(status.ok()) << status.message();
  return options;
}

std::string ErrorOf(std::string_view name, const std::string& value) {
  Options options;
  return std::string(TakeAll(name, {value}, &options).message());
}

TEST(Settings, HaveNamesOfTheirOwnAndHelp) {
  std::set<std::string> names;
  for (const Setting& setting : AllSettings()) {
    EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
    EXPECT_FALSE(setting.help.empty()) << setting.name;
    EXPECT_EQ(FindSetting(setting.name), &setting);
    const bool knows_need = setting.needs.empty() || FindSetting(setting.needs) != nullptr;
    EXPECT_TRUE(knows_need) << setting.name;
  }
  EXPECT_EQ(FindSetting("no-such-setting"), nullptr);
}

TEST(Settings, NoValuesAreTheDefault) {
  Options options = Taken("tps", {"50", "demo=10"});
  EXPECT_EQ(options.tps.For("demo"), 10u);
  EXPECT_EQ(options.tps.For("other"), 50u);
  ASSERT_TRUE(TakeAll("tps", {}, &options).ok());
  EXPECT_EQ(options.tps.For("demo"), 0u);

  options = Taken("stop-reading-for", {"1s"});
  ASSERT_TRUE(TakeAll("stop-reading-for", {}, &options).ok());
  EXPECT_EQ(options.stop_reading_for, io::kNever);

  options = Taken("account", {"a:b"});
  ASSERT_EQ(options.accounts.size(), 1u);
  ASSERT_TRUE(TakeAll("account", {}, &options).ok());
  EXPECT_EQ(options.accounts.front().system_id, "demo");
}

TEST(Settings, TakingAgainReplaces) {
  Options options = Taken("error", {"ESME_RSYSERR=60%"});
  ASSERT_TRUE(TakeAll("error", {"ESME_RTHROTTLED=70%"}, &options).ok());
  EXPECT_DOUBLE_EQ(options.errors.shares(), 0.7);
}

TEST(Settings, OneValueIsOne) {
  Options options;
  EXPECT_EQ(TakeAll("idle", {"1s", "2s"}, &options).message(), "idle: takes one value");
}

TEST(Settings, TimesAndDelays) {
  EXPECT_EQ(Taken("idle", {"30ms"}).idle, 30 * kMilli);
  EXPECT_EQ(Taken("one-octet", {"0"}).one_octet, 0);
  EXPECT_EQ(Options().one_octet, std::nullopt);
  Random random(1);
  EXPECT_EQ(Taken("bind-delay", {"5ms"}).bind_delay.Draw(random), 5 * kMilli);
  EXPECT_EQ(Taken("receipts", {"0"}).receipts.delay->Draw(random), 0);
  EXPECT_FALSE(Options().receipts.delay.has_value());
  EXPECT_EQ(ErrorOf("idle", "0"), "idle: takes a time above 0");
  EXPECT_EQ(ErrorOf("linger", "soon"), "linger: 'soon' is not a time such as 30s, 500ms or 24h");
}

TEST(Settings, WordsSayWhichTheyAre) {
  EXPECT_EQ(Taken("tps-kind", {"bucket"}).tps_kind, TpsKind::kBucket);
  EXPECT_EQ(Taken("tls-max", {"1.2"}).tls.max_version, io::TlsVersion::k12);
  EXPECT_EQ(Taken("sc-version", {"none"}).sc_version, ToldVersion::kNone);
  EXPECT_EQ(Taken("receipt-style", {"ucs2"}).receipts.style, ReceiptStyle::kUcs2);
  EXPECT_EQ(ErrorOf("tps-kind", "minute"), "tps-kind: 'minute' is none of second, sliding, bucket");
}

TEST(Settings, SwitchesAreOnOrOff) {
  EXPECT_TRUE(Taken("magic", {"true"}).magic);
  EXPECT_FALSE(Taken("magic", {}).magic);
  EXPECT_EQ(ErrorOf("magic", "yes"), "magic: takes no value, only true or false");
}

TEST(Settings, ErrorsTakeNamesAndNumbers) {
  for (const char* text : {"ESME_RTHROTTLED=5%", "RTHROTTLED=5%", "0x58=0.05", "88=5%"}) {
    Options options = Taken("error", {text});
    EXPECT_DOUBLE_EQ(options.errors.shares(), 0.05) << text;
  }
  Options options = Taken("bind-error", {"ESME_RBINDFAIL"});
  Random random(1);
  EXPECT_EQ(options.bind_errors.Pick(random, 1), pdu::CommandStatus::ESME_RBINDFAIL);
  EXPECT_EQ(options.bind_errors.Pick(random, 2), pdu::CommandStatus::ESME_RBINDFAIL);
}

TEST(Settings, ErrorsSayWhatIsWrong) {
  for (const char* text : {"", "NONSENSE=5%", "=5%"}) {
    EXPECT_EQ(ErrorOf("error", text), "error: '" + std::string(text) +
                                          "' is not a status and how often, such as "
                                          "ESME_RTHROTTLED=5%");
  }
  Options options;
  EXPECT_EQ(TakeAll("error", {"ESME_RSYSERR=60%", "ESME_RTHROTTLED=50%"}, &options).message(),
            "error: the shares add up to more than 100%");
  EXPECT_TRUE(TakeAll("error", {"ESME_RSYSERR=60%", "ESME_RTHROTTLED=40%"}, &options).ok());
}

TEST(Settings, FaultsHaveTheirPlaces) {
  for (const FaultWord& word : AllFaults()) {
    const std::string text(word.word);
    Options options = Taken("fault", {text + "=x1"});
    Random random(1);
    EXPECT_EQ(options.faults.Pick(random, 1), word.fault);
    EXPECT_EQ(ErrorOf("bind-fault", text).empty(), word.on_request) << text;
    EXPECT_EQ(ErrorOf("unbind-fault", text).empty(), word.on_request) << text;
    EXPECT_EQ(ErrorOf("enquire-link-fault", text).empty(), word.on_request) << text;
    EXPECT_EQ(ErrorOf("connect", text).empty(), word.on_connect) << text;
  }
  EXPECT_EQ(ErrorOf("connect", "twice"),
            "connect: 'twice' is none of the faults here: silent garbage close reset");
}

TEST(Settings, RefusalsMayHaveOtherStatuses) {
  const Options options = Taken("refuse-with", {"password=0x0D", "limit=ESME_RBINDFAIL"});
  EXPECT_EQ(options.refuse_with.Of(Refusal::kPassword), pdu::CommandStatus::ESME_RBINDFAIL);
  EXPECT_EQ(options.refuse_with.Of(Refusal::kLimit), pdu::CommandStatus::ESME_RBINDFAIL);
  EXPECT_EQ(options.refuse_with.Of(Refusal::kSystemId), pdu::CommandStatus::ESME_RINVSYSID);
  for (const char* text : {"password", "password=x", "mood=0x0D"}) {
    EXPECT_EQ(ErrorOf("refuse-with", text),
              "refuse-with: '" + std::string(text) +
                  "' is not a reason and a status, such as password=0x0D");
  }
}

TEST(Settings, RefusalsAreOrderedAsTheEnumIs) {
  for (size_t i = 0; i < AllRefusals().size(); ++i) {
    EXPECT_EQ(static_cast<size_t>(AllRefusals()[i].refusal), i);
  }
  for (size_t i = 0; i < AllFaults().size(); ++i) {
    EXPECT_EQ(static_cast<size_t>(AllFaults()[i].fault), i);
  }
}

TEST(Settings, ALoginIsAPairWhosePasswordMayHoldColons) {
  const Options options = Taken("account", {"demo:a:b", "other:"});
  EXPECT_EQ(options.accounts[0].system_id, "demo");
  EXPECT_EQ(options.accounts[0].password, "a:b");
  EXPECT_EQ(options.accounts[1].password, "");
  for (const char* text : {"demo", ":x"}) {
    EXPECT_EQ(ErrorOf("account", text),
              "account: '" + std::string(text) + "' is not a login such as system_id:password");
  }
}

TEST(Settings, AddressesMayBeOfOneAccount) {
  const Options options = Taken("allow", {"192.0.2.7", "demo=10.0.0.0/8"});
  ASSERT_EQ(options.allow.size(), 2u);
  EXPECT_EQ(options.allow[0].system_id, "");
  EXPECT_EQ(options.allow[1].system_id, "demo");
}

TEST(Settings, TheReceiptMixTakesStatesAndShares) {
  Options options = Taken("receipt-mix", {"DELIVRD=95%,UNDELIV=0.05"});
  EXPECT_DOUBLE_EQ(options.receipt_mix.shares(), 1);
  for (const char* text : {"", "DELIVRD", "NONSENSE=5%"}) {
    EXPECT_EQ(ErrorOf("receipt-mix", text),
              "receipt-mix: '" + std::string(text) +
                  "' is not a state and how often, such as DELIVRD=95%");
  }
  EXPECT_EQ(ErrorOf("receipt-mix", "DELIVRD=95%,UNDELIV=6%"),
            "receipt-mix: the shares add up to more than 100%");
}

TEST(Settings, NumbersHaveTheirRanges) {
  EXPECT_EQ(Taken("congestion", {"100"}).congestion, 100);
  EXPECT_EQ(ErrorOf("congestion", "101"), "congestion: '101' is not a whole number from 0 to 100");
  EXPECT_DOUBLE_EQ(Taken("mo", {"0.5"}).mo.rate, 0.5);
  EXPECT_EQ(ErrorOf("mo", "-1"), "mo: '-1' is not a number from 0 to 1000000");
  EXPECT_EQ(Taken("tps", {"demo=1000000"}).tps.For("demo"), 1'000'000u);
  EXPECT_EQ(ErrorOf("tps", "1000001"), "tps: '1000001' is not a whole number from 0 to 1000000");
  EXPECT_EQ(ErrorOf("window", "many"), "window: 'many' is not a whole number from 0 to 4294967295");
}

TEST(CheckedSettings, MustGoTogether) {
  Options uuid;
  uuid.id_format = IdFormat::kUuid;
  uuid.receipts.id = ReceiptId::kHex;
  EXPECT_EQ(Check(uuid).message(), "a uuid is no number: receipt-id hex needs id dec or hex");
  Options tls;
  tls.tls.min_version = io::TlsVersion::k13;
  tls.tls.max_version = io::TlsVersion::k12;
  EXPECT_EQ(Check(tls).message(), "tls-min is above tls-max");
  Options two;
  two.tls.cert_file = "cert.pem";
  two.tls.made = MadeCertificate::kGood;
  EXPECT_EQ(Check(two).message(), "tls-cert and tls-make are two certificates: give one");
  Options plain;
  plain.tls.client_ca_file = "ca.pem";
  EXPECT_EQ(Check(plain).message(), "tls-client-ca needs tls-cert or tls-make");
  Options mo;
  mo.mo.text = std::string(161, 'x');
  EXPECT_EQ(Check(mo).message(), "mo-text: the text does not fit into one message");
  mo.mo.text = std::string(150, 'x') + "{n}";
  EXPECT_EQ(Check(mo).message(), "mo-text: the text does not fit into one message")
      << "once its number is long";
  mo.mo.text = std::string(140, 'x') + "{n}";
  EXPECT_TRUE(Check(mo).ok());
  mo.mo.to = std::string(20, '1');
  EXPECT_TRUE(Check(mo).ok());
  mo.mo.from = std::string(21, '1');
  EXPECT_EQ(Check(mo).message(), "mo-from: an address has at most 20 characters");
  EXPECT_TRUE(Check({}).ok());
}

}  // namespace
}  // namespace salvo::sim

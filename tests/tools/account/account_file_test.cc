#include "tools/account/account_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kPath = "provider.toml";
constexpr const char* kMinimal = "host = 'smsc.example'\nsystem_id = 'demo'\n";

absl::StatusOr<std::vector<AccountOptions>> Parse(const std::string& text) {
  return ParseAccounts(text, kPath, nullptr);
}

// The one account of a minimal file with `more` in it.
AccountOptions Account(const std::string& more = "") {
  const auto accounts = Parse(kMinimal + more);
  EXPECT_TRUE(accounts.ok()) << accounts.status().message();
  return accounts.ok() ? accounts->front() : AccountOptions();
}

std::string ErrorOf(const std::string& text) {
  const auto accounts = Parse(text);
  EXPECT_FALSE(accounts.ok()) << text;
  return std::string(accounts.status().message());
}

// The error of a minimal file whose third line is `line`, without the place.
std::string FaultOf(const std::string& line) {
  const std::string error = ErrorOf(kMinimal + line + "\n");
  const std::string place = std::string(kPath) + ", line 3: ";
  EXPECT_THAT(error, testing::StartsWith(place));
  return error.substr(std::min(error.size(), place.size()));
}

TEST(AccountFile, HasTheDefaultsOfTheContract) {
  const AccountOptions a = Account();
  ASSERT_EQ(a.hosts.size(), 1u);
  EXPECT_EQ(a.hosts[0].port, 2775);
  EXPECT_EQ(a.password, "");
  EXPECT_EQ(a.system_type, "");
  EXPECT_EQ(a.bind_type, BindType::kTransceiver);
  EXPECT_EQ(a.binds, 1u);
  EXPECT_EQ(a.window, 10u);
  EXPECT_EQ(a.rate, 0);
  EXPECT_EQ(a.burst, 0);
  EXPECT_EQ(a.bind_rate, 0);
  EXPECT_EQ(a.interface_version, InterfaceVersion::k34);
  EXPECT_EQ(a.source_addr, "");
  EXPECT_FALSE(a.source_ton || a.source_npi || a.dest_ton || a.dest_npi);
  EXPECT_EQ(a.service_type, "");
  EXPECT_EQ(a.validity, seconds(0));
  EXPECT_EQ(a.registered_delivery, 1);
  EXPECT_EQ(a.esm_mode, 0);
  EXPECT_EQ(a.protocol_id, 0);
  EXPECT_EQ(a.priority, 0);
  EXPECT_THAT(a.encodings, ElementsAre(Encoding::kGsm7, Encoding::kUcs2));
  EXPECT_EQ(a.data_coding_gsm7, 0);
  EXPECT_EQ(a.data_coding_ucs2, 8);
  EXPECT_EQ(a.data_coding_latin1, 3);
  EXPECT_EQ(a.long_messages, LongMessages::kUdh8);
  EXPECT_THAT(a.tlvs, IsEmpty());
}

TEST(AccountFile, HasTheTimesOfTheContract) {
  const AccountOptions a = Account();
  EXPECT_EQ(a.response_timeout, seconds(60));
  EXPECT_EQ(a.bind_timeout, seconds(10));
  EXPECT_EQ(a.connect_timeout, seconds(10));
  EXPECT_EQ(a.enquire_link, seconds(30));
  EXPECT_EQ(a.enquire_link_timeout, seconds(10));
  EXPECT_EQ(a.drain_timeout, seconds(30));
  EXPECT_EQ(a.reconnect.initial, seconds(2));
  EXPECT_EQ(a.reconnect.max, seconds(60));
  EXPECT_EQ(a.reconnect.jitter, 0.2);
  EXPECT_EQ(a.reconnect.bind_interval, milliseconds(200));
}

TEST(AccountFile, HasTheTlsOfTheContract) {
  const TlsOptions tls = Account().tls;
  EXPECT_FALSE(tls.enabled);
  EXPECT_EQ(tls.ca_file, "");
  EXPECT_EQ(tls.server_name, "");
  EXPECT_TRUE(tls.verify);
  EXPECT_EQ(tls.min_version, TlsOptions::Version::k12);
  EXPECT_EQ(tls.cert_file, "");
  EXPECT_EQ(tls.key_file, "");
}

TEST(AccountFile, TakesTheLogin) {
  const AccountOptions a = Account("password = 'secret'\nsystem_type = 'SMPP'\nport = 3000\n");
  EXPECT_EQ(a.name, "default");
  EXPECT_EQ(a.hosts[0].name, "smsc.example");
  EXPECT_EQ(a.hosts[0].port, 3000);
  EXPECT_EQ(a.system_id, "demo");
  EXPECT_EQ(a.password, "secret");
  EXPECT_EQ(a.system_type, "SMPP");
}

TEST(AccountFile, TakesEveryBindType) {
  EXPECT_EQ(Account("bind_type = 'transceiver'").bind_type, BindType::kTransceiver);
  EXPECT_EQ(Account("bind_type = 'transmitter+receiver'").bind_type,
            BindType::kTransmitterAndReceiver);
  EXPECT_EQ(Account("bind_type = 'transmitter'").bind_type, BindType::kTransmitter);
  EXPECT_EQ(Account("bind_type = 'receiver'").bind_type, BindType::kReceiver);
}

TEST(AccountFile, TakesEveryInterfaceVersion) {
  EXPECT_EQ(Account("interface_version = '3.4'").interface_version, InterfaceVersion::k34);
  EXPECT_EQ(Account("interface_version = '5.0'").interface_version, InterfaceVersion::k50);
  EXPECT_EQ(
      Account("interface_version = '3.3'\nbind_type = 'transmitter+receiver'").interface_version,
      InterfaceVersion::k33);
}

TEST(AccountFile, TakesTheLimits) {
  const AccountOptions a =
      Account("binds = 4\nwindow = 100\nrate = 50\nburst = 5\nbind_rate = 12.5\n");
  EXPECT_EQ(a.binds, 4u);
  EXPECT_EQ(a.window, 100u);
  EXPECT_EQ(a.rate, 50);
  EXPECT_EQ(a.burst, 5);
  EXPECT_EQ(a.bind_rate, 12.5);
}

TEST(AccountFile, TakesTheAddresses) {
  const AccountOptions a = Account(
      "source_addr = 'SALVO'\nsource_ton = 5\nsource_npi = 0\ndest_ton = 2\ndest_npi = 8\n"
      "dest_min_digits = 5\n");
  EXPECT_EQ(a.source_addr, "SALVO");
  EXPECT_EQ(a.source_ton, 5);
  EXPECT_EQ(a.source_npi, 0);
  EXPECT_EQ(a.dest_ton, 2);
  EXPECT_EQ(a.dest_npi, 8);
  EXPECT_EQ(a.dest_min_digits, 5u);
}

TEST(AccountFile, TakesTheMessageFields) {
  const AccountOptions a = Account(
      "service_type = 'CMT'\nvalidity = '24h'\nregistered_delivery = 0x11\nesm_mode = 2\n"
      "protocol_id = 64\npriority = 3\n");
  EXPECT_EQ(a.service_type, "CMT");
  EXPECT_EQ(a.validity, std::chrono::hours(24));
  EXPECT_EQ(a.registered_delivery, 0x11);
  EXPECT_EQ(a.esm_mode, 2);
  EXPECT_EQ(a.protocol_id, 64);
  EXPECT_EQ(a.priority, 3);
}

TEST(AccountFile, NoValidityLeavesItToTheSmsc) {
  EXPECT_EQ(Account("validity = 'none'").validity, seconds(0));
}

TEST(AccountFile, TakesTheModesByTheirNames) {
  EXPECT_EQ(Account("esm_mode = 'default'").esm_mode, 0);
  EXPECT_EQ(Account("esm_mode = 'datagram'").esm_mode, 1);
  EXPECT_EQ(Account("esm_mode = 'forward'").esm_mode, 2);
  EXPECT_EQ(Account("esm_mode = 'store'").esm_mode, 3);
}

TEST(AccountFile, TakesTheTexts) {
  const AccountOptions a = Account(
      "encodings = ['latin1', 'ucs2', 'gsm7']\n"
      "[data_coding]\ngsm7 = 1\nlatin1 = 4\nucs2 = 24\n");
  EXPECT_THAT(a.encodings, ElementsAre(Encoding::kLatin1, Encoding::kUcs2, Encoding::kGsm7));
  EXPECT_EQ(a.data_coding_gsm7, 1);
  EXPECT_EQ(a.data_coding_latin1, 4);
  EXPECT_EQ(a.data_coding_ucs2, 24);
}

TEST(AccountFile, TakesDottedKeysAsTables) {
  const AccountOptions a = Account("data_coding.gsm7 = 1\nreconnect.max = '5s'\n");
  EXPECT_EQ(a.data_coding_gsm7, 1);
  EXPECT_EQ(a.reconnect.max, seconds(5));
}

TEST(AccountFile, TakesEveryConcatenation) {
  EXPECT_EQ(Account("concatenation = 'udh8'").long_messages, LongMessages::kUdh8);
  EXPECT_EQ(Account("concatenation = 'udh16'").long_messages, LongMessages::kUdh16);
  EXPECT_EQ(Account("concatenation = 'sar'").long_messages, LongMessages::kSar);
  EXPECT_EQ(Account("concatenation = 'payload'").long_messages, LongMessages::kPayload);
}

TEST(AccountFile, TakesTlvsByNameAndByNumber) {
  const AccountOptions a = Account(
      "[tlv]\n'0x1400' = '1101'\nuser_message_reference = 7\n5121 = 'hex:0A0B'\n"
      "privacy_indicator = '0x03'\n");
  std::map<uint16_t, std::string> values;
  for (const OwnedTlv& tlv : a.tlvs) values[tlv.tag] = tlv.value;
  EXPECT_THAT(values, ElementsAre(std::pair(0x0201, std::string("\x03")),
                                  std::pair(0x0204, std::string("\0\x07", 2)),
                                  std::pair(0x1400, std::string("1101")),
                                  std::pair(0x1401, std::string("\x0A\x0B"))));
}

TEST(AccountFile, TakesTheTimes) {
  const AccountOptions a = Account(
      "response_timeout = '5s'\nbind_timeout = '6s'\nconnect_timeout = '7s'\n"
      "enquire_link = '8s'\nenquire_link_timeout = '9s'\ndrain_timeout = '1m'\n"
      "[reconnect]\ninitial = '500ms'\nmax = '10s'\njitter = 0.5\nbind_interval = '1s'\n");
  EXPECT_EQ(a.response_timeout, seconds(5));
  EXPECT_EQ(a.bind_timeout, seconds(6));
  EXPECT_EQ(a.connect_timeout, seconds(7));
  EXPECT_EQ(a.enquire_link, seconds(8));
  EXPECT_EQ(a.enquire_link_timeout, seconds(9));
  EXPECT_EQ(a.drain_timeout, seconds(60));
  EXPECT_EQ(a.reconnect.initial, milliseconds(500));
  EXPECT_EQ(a.reconnect.max, seconds(10));
  EXPECT_EQ(a.reconnect.jitter, 0.5);
  EXPECT_EQ(a.reconnect.bind_interval, seconds(1));
}

TEST(AccountFile, TakesTls) {
  const TlsOptions tls =
      Account(
          "[tls]\nenabled = true\nca_file = '/ca.pem'\nserver_name = 'other'\nverify = false\n"
          "min_version = '1.3'\ncert_file = '/c.pem'\nkey_file = '/k.pem'\n")
          .tls;
  EXPECT_TRUE(tls.enabled);
  EXPECT_EQ(tls.ca_file, "/ca.pem");
  EXPECT_EQ(tls.server_name, "other");
  EXPECT_FALSE(tls.verify);
  EXPECT_EQ(tls.min_version, TlsOptions::Version::k13);
  EXPECT_EQ(tls.cert_file, "/c.pem");
  EXPECT_EQ(tls.key_file, "/k.pem");
}

TEST(AccountFileRetry, HasTheDefaultsOfTheContract) {
  const RetryOptions retry = Account().retry;
  EXPECT_EQ(retry.profile, RetryProfile::kSalvo);
  EXPECT_EQ(retry.schedule.delay, seconds(30));
  EXPECT_EQ(retry.schedule.multiplier, 1);
  EXPECT_EQ(retry.schedule.delay_after_attempts, 2u);
  EXPECT_EQ(retry.schedule.delay_max, seconds(0));
  EXPECT_EQ(retry.schedule.max_attempts, 20u);
  EXPECT_EQ(retry.schedule.max_age, std::chrono::hours(24));
  EXPECT_FALSE(retry.reject_all);
  EXPECT_THAT(retry.reject, IsEmpty());
  EXPECT_THAT(retry.statuses, IsEmpty());
}

TEST(AccountFileRetry, TakesEveryKey) {
  const RetryOptions retry = Account(R"(
[retry]
profile = "nowsms"
delay = "10s"
multiplier = 1.5
delay_after_attempts = 3
delay_max = "5m"
max_attempts = 7
max_age = "2h"
max_waiting = 500
reject = [0xFE, "0x400", "ESME_RSYSERR", "all"]
)")
                                 .retry;
  EXPECT_EQ(retry.profile, RetryProfile::kNowSms);
  EXPECT_EQ(retry.schedule.delay, seconds(10));
  EXPECT_EQ(retry.schedule.multiplier, 1.5);
  EXPECT_EQ(retry.schedule.delay_after_attempts, 3u);
  EXPECT_EQ(retry.schedule.delay_max, seconds(300));
  EXPECT_EQ(retry.schedule.max_attempts, 7u);
  EXPECT_EQ(retry.schedule.max_age, std::chrono::hours(2));
  EXPECT_EQ(retry.max_waiting, 500u);
  EXPECT_TRUE(retry.reject_all);
  EXPECT_THAT(retry.reject, ElementsAre(0xFEu, 0x400u, 0x08u));
}

TEST(AccountFileRetry, TakesSettingsOfOneStatus) {
  const RetryOptions retry = Account(R"(
[retry.status.0x14]
class = "temporary"
delay = "3m"
multiplier = 0
delay_after_attempts = 1
delay_max = "none"
max_attempts = 2
max_age = "1h"
[retry.status.ESME_RSUBMITFAIL]
class = "throttling"
)")
                                 .retry;
  ASSERT_EQ(retry.statuses.size(), 2u);
  const StatusRetry& own =
      retry.statuses[0].command_status == 0x14 ? retry.statuses[0] : retry.statuses[1];
  EXPECT_EQ(own.status_class, StatusClass::kTemporary);
  EXPECT_EQ(own.delay, seconds(180));
  EXPECT_EQ(own.multiplier, 0);
  EXPECT_EQ(own.delay_after_attempts, 1u);
  EXPECT_EQ(own.delay_max, seconds(0));
  EXPECT_EQ(own.max_attempts, 2u);
  EXPECT_EQ(own.max_age, std::chrono::hours(1));
  EXPECT_EQ(RuleFor(retry, 0x45).status_class, StatusClass::kThrottling);
}

TEST(AccountFileRetry, SaysWhatIsWrong) {
  EXPECT_EQ(FaultOf("retry.reject = [58]"),
            "'retry.reject' has an entry that is no status: a status is written in hex, as 0x58, "
            "or by its name, as ESME_RTHROTTLED");
  EXPECT_THAT(FaultOf("retry.reject = ['14']"), HasSubstr("written in hex"));
  EXPECT_THAT(FaultOf("retry.reject = ['ESME_RNONSENSE']"), HasSubstr("written in hex"));
  EXPECT_THAT(FaultOf("retry.reject = 'all'"), HasSubstr("takes a list"));
  EXPECT_THAT(FaultOf("retry.dealy = '1s'"), HasSubstr("the nearest known one is 'retry.delay'"));
  EXPECT_THAT(FaultOf("retry.status.14.class = 'temporary'"),
              HasSubstr("'14', which is no status"));
  EXPECT_THAT(FaultOf("retry.status.0x14.clas = 'temporary'"),
              HasSubstr("the unknown key 'clas' in '0x14'; the nearest known one is 'class'"));
  EXPECT_THAT(FaultOf("retry.status.0x14.class = 'sometimes'"),
              HasSubstr("'0x14.class', which takes one of \"permanent\", \"temporary\""));
  EXPECT_THAT(FaultOf("retry.status = { '0x14' = {}, ESME_RMSGQFUL = {} }"),
              HasSubstr("twice, under two names"));
  EXPECT_THAT(FaultOf("retry.profile = 'kannel'"), HasSubstr("\"salvo\", \"nowsms\""));
  EXPECT_EQ(ErrorOf(std::string(kMinimal) + "retry.max_attempts = 0"),
            "provider.toml: account 'default': retry.max_attempts must be at least 1");
}

TEST(AccountFile, LooksForFilesBesideItself) {
  const auto accounts =
      ParseAccounts(std::string(kMinimal) + "[tls]\nca_file = 'ca.pem'\ncert_file = 'c.pem'\n",
                    "etc/salvo/provider.toml", nullptr);
  ASSERT_TRUE(accounts.ok());
  EXPECT_EQ(accounts->front().tls.ca_file, "etc/salvo/ca.pem");
  EXPECT_EQ(accounts->front().tls.cert_file, "etc/salvo/c.pem");
  EXPECT_EQ(accounts->front().tls.key_file, "");
}

TEST(AccountFileHosts, AreAListWithPortsOfTheirOwn) {
  const auto accounts = Parse(
      "host = ['one.example', 'two.example:3001', '::1', '[::2]', '[::3]:3002']\n"
      "port = 3000\nsystem_id = 'demo'\n");
  ASSERT_TRUE(accounts.ok()) << accounts.status().message();
  std::vector<std::pair<std::string, int>> hosts;
  for (const Host& host : accounts->front().hosts) hosts.emplace_back(host.name, host.port);
  EXPECT_THAT(hosts,
              ElementsAre(std::pair("one.example", 3000), std::pair("two.example", 3001),
                          std::pair("::1", 3000), std::pair("::2", 3000), std::pair("::3", 3002)));
}

TEST(AccountFileHosts, SayWhatIsWrong) {
  const auto error = [](const std::string& host) {
    return ErrorOf("system_id = 'demo'\nhost = " + host + "\n");
  };
  EXPECT_EQ(error("5"),
            "provider.toml, line 2: 'host' takes a name, or a list of names in brackets");
  EXPECT_EQ(error("['a', 5]"), "provider.toml, line 2: 'host' takes a text in quotes");
  EXPECT_EQ(error("[]"), "provider.toml: account 'default': host is missing");
  EXPECT_EQ(error("''"), "provider.toml: account 'default': host is missing");
  for (const char* host : {"'a:b'", "'a:0'", "'a:65536'", "':2775'"}) {
    EXPECT_THAT(error(host), HasSubstr("provider.toml: 'host': ")) << host;
  }
}

TEST(AccountFilePassword, ComesFromAFileBesideTheAccount) {
  const test::TempDir folder;
  folder.Write("secret", "hunter2\r\nmore\n");
  const std::string path =
      folder.Write("a.toml", std::string(kMinimal) + "password_file = 'secret'\n");
  const auto accounts = ReadAccountFile(path, nullptr);
  ASSERT_TRUE(accounts.ok()) << accounts.status().message();
  EXPECT_EQ(accounts->front().password, "hunter2");
}

TEST(AccountFilePassword, ComesFromTheEnvironment) {
  setenv("SALVO_TEST_PASSWORD", "hunter2", 1);
  EXPECT_EQ(Account("password_env = 'SALVO_TEST_PASSWORD'").password, "hunter2");
  unsetenv("SALVO_TEST_PASSWORD");
}

TEST(AccountFilePassword, SaysWhereItIsMissing) {
  EXPECT_EQ(ErrorOf(std::string(kMinimal) + "password_file = '/nowhere/secret'"),
            "provider.toml: cannot read a password from '/nowhere/secret' (password_file)");
  EXPECT_EQ(ErrorOf(std::string(kMinimal) + "password_env = 'SALVO_TEST_NO_SUCH'"),
            "provider.toml: the environment has no variable SALVO_TEST_NO_SUCH (password_env)");
}

TEST(AccountFilePassword, IsGivenInOneWayOnly) {
  EXPECT_EQ(ErrorOf(std::string(kMinimal) + "password = 'hunter2'\npassword_env = 'PATH'\n"),
            "provider.toml: password, password_file and password_env exclude each other");
}

TEST(AccountFilePassword, IsNeverShownWhateverIsWrongWithItsLine) {
  for (const char* line : {
           "password = hunter2",
           "password = \"hunter2",
           "password = 'hunter2",
           "password = \"\"\"hunter2",
           "password = \"\"\"\nhunter2\\q\"\"\"",
           "password = 'hunter2' hunter2",
           "password = \"hunter2\\q\"",
           "password hunter2",
           "password = 48151623421234567890123",
           "password = 4815.1623e999",
           "password = 0xhunter2",
           "password = truehunter2",
           "password = nhunter2",
           "password = {hunter2 = 1}",
           "password = [hunter2]",
           "password = ['hunter2']",
           "password = 'hunter2'\npassword = 'hunter2'",
           "password = 4815",
           "pasword = 'hunter2'",
           "bind_type = 'x'\npassword = 'hunter2'",
           "password = 'hunter2'\nwindow = 0",
       }) {
    const std::string error = ErrorOf(kMinimal + std::string(line) + "\n");
    EXPECT_THAT(error, Not(HasSubstr("hunter"))) << line;
    EXPECT_THAT(error, Not(HasSubstr("4815"))) << line;
    EXPECT_THAT(error, Not(HasSubstr("saw"))) << line;
    EXPECT_THAT(error, HasSubstr("provider.toml, line ")) << line;
  }
}

TEST(AccountFilePassword, IsNotInTheComplaintOfItsLength) {
  const std::string password(65, 'x');
  EXPECT_EQ(ErrorOf(std::string(kMinimal) + "password = '" + password + "'"),
            "provider.toml: account 'default': password is longer than 64 characters");
}

TEST(AccountFileKeys, AnUnknownOneIsNamedWithItsLineAndTheNearest) {
  EXPECT_EQ(FaultOf("windw = 5"), "unknown key 'windw'; the nearest known one is 'window'");
  EXPECT_EQ(FaultOf("Rate = 5"), "unknown key 'Rate'; the nearest known one is 'rate'");
  EXPECT_EQ(ErrorOf(std::string(kMinimal) + "[tls]\nenabled = true\ncafile = 'x'\n"),
            "provider.toml, line 5: unknown key 'tls.cafile'; the nearest known one is "
            "'tls.ca_file'");
  EXPECT_EQ(ErrorOf("host = 'x'\n\n\nsystemid = 'demo'\n"),
            "provider.toml, line 4: unknown key 'systemid'; the nearest known one is 'system_id'");
}

TEST(AccountFileKeys, ATableIsNotAValue) {
  EXPECT_EQ(FaultOf("tls = true"), "'tls' takes a table, as [tls] with its keys below");
  EXPECT_EQ(FaultOf("reconnect = '2s'"),
            "'reconnect' takes a table, as [reconnect] with its keys below");
  EXPECT_EQ(FaultOf("data_coding = 8"),
            "'data_coding' takes a table, as [data_coding] with its keys below");
}

TEST(AccountFileKeys, EachSaysWhatItTakes) {
  EXPECT_EQ(FaultOf("port = 0"), "'port' takes a whole number from 1 to 65535");
  EXPECT_EQ(FaultOf("port = '2775'"), "'port' takes a whole number from 1 to 65535");
  EXPECT_EQ(FaultOf("password = 5"), "'password' takes a text in quotes");
  EXPECT_EQ(FaultOf("system_type = 5"), "'system_type' takes a text in quotes");
  EXPECT_EQ(FaultOf("bind_type = 'trx'"),
            "'bind_type' takes one of \"transceiver\", \"transmitter+receiver\", \"transmitter\", "
            "\"receiver\", not \"trx\"");
  EXPECT_EQ(FaultOf("binds = 0"), "'binds' takes a whole number from 1 to 10000");
  EXPECT_EQ(FaultOf("window = 65537"), "'window' takes a whole number from 1 to 65536");
  EXPECT_EQ(FaultOf("rate = '5'"), "'rate' takes a number");
  EXPECT_EQ(FaultOf("burst = true"), "'burst' takes a number");
  EXPECT_EQ(FaultOf("bind_rate = 'x'"), "'bind_rate' takes a number");
  EXPECT_EQ(FaultOf("interface_version = 3.4"), "'interface_version' takes a text in quotes");
  EXPECT_EQ(FaultOf("source_ton = 256"), "'source_ton' takes a whole number from 0 to 255");
  EXPECT_EQ(FaultOf("source_npi = -1"), "'source_npi' takes a whole number from 0 to 255");
  EXPECT_EQ(FaultOf("dest_ton = 'x'"), "'dest_ton' takes a whole number from 0 to 255");
  EXPECT_EQ(FaultOf("dest_npi = 1.5"), "'dest_npi' takes a whole number from 0 to 255");
  EXPECT_EQ(FaultOf("dest_min_digits = 0"), "'dest_min_digits' takes a whole number from 1 to 20");
  EXPECT_EQ(FaultOf("registered_delivery = 32"),
            "'registered_delivery' takes a whole number from 0 to 31");
  EXPECT_EQ(FaultOf("esm_mode = 4"),
            "'esm_mode' takes a whole number from 0 to 3, or one of \"default\", \"datagram\", "
            "\"forward\", \"store\"");
  EXPECT_EQ(FaultOf("protocol_id = 256"), "'protocol_id' takes a whole number from 0 to 255");
  EXPECT_EQ(FaultOf("priority = 5"), "'priority' takes a whole number from 0 to 4");
  EXPECT_EQ(FaultOf("encodings = 'gsm7'"),
            "'encodings' takes a list, such as [\"gsm7\", \"ucs2\"]");
  EXPECT_EQ(FaultOf("encodings = ['gsm8']"),
            "'encodings' takes one of \"gsm7\", \"ucs2\", \"latin1\", not \"gsm8\"");
  EXPECT_EQ(FaultOf("data_coding.ucs2 = 256"),
            "'data_coding.ucs2' takes a whole number from 0 to 255");
  EXPECT_EQ(FaultOf("concatenation = 'udh'"),
            "'concatenation' takes one of \"udh8\", \"udh16\", \"sar\", \"payload\", not \"udh\"");
  EXPECT_EQ(FaultOf("tls.enabled = 'yes'"), "'tls.enabled' takes true or false");
  EXPECT_EQ(FaultOf("tls.min_version = '1.1'"),
            "'tls.min_version' takes one of \"1.2\", \"1.3\", not \"1.1\"");
}

TEST(AccountFileKeys, TimesNeedQuotesAndAUnit) {
  EXPECT_EQ(FaultOf("response_timeout = 30"),
            "'response_timeout' takes a time in quotes, such as \"30s\" or \"500ms\"");
  EXPECT_EQ(FaultOf("enquire_link = '30'"),
            "'enquire_link' '30' is not a time such as 30s, 500ms or 24h");
}

TEST(AccountFileKeys, ATimeTooShortToBeKeptIsRefusedAndNotTakenForZero) {
  EXPECT_EQ(FaultOf("enquire_link = '500us'"), "'enquire_link' takes a time of 1ms or more, or 0");
  EXPECT_EQ(FaultOf("validity = '500ms'"), "'validity' takes a time of 1s or more, or \"none\"");
  EXPECT_EQ(Account("enquire_link = '0'").enquire_link, milliseconds(0));
}

TEST(AccountFileKeys, TlvsSayWhatIsWrong) {
  EXPECT_EQ(FaultOf("tlv = 5"), "'tlv' takes a table, such as { \"0x1400\" = \"1101\" }");
  EXPECT_EQ(FaultOf("tlv.nonsense = 5"),
            "'tlv' has 'nonsense', which is neither a name nor a number");
  EXPECT_EQ(FaultOf("tlv.privacy_indicator = 256"),
            "'tlv' 'privacy_indicator': the number is too large for this parameter");
  EXPECT_EQ(FaultOf("tlv.privacy_indicator = 1.5"), "'tlv' takes a text in quotes");
}

TEST(AccountFileKeys, ARateIsAFiniteNumber) {
  for (const char* rate : {"nan", "inf", "-1"}) {
    EXPECT_EQ(
        ErrorOf(kMinimal + ("rate = " + std::string(rate))),
        "provider.toml: account 'default': rate must be from 0 to 100000000 segments a second")
        << rate;
  }
}

TEST(AccountFile, ASyntaxErrorNamesItsLine) {
  EXPECT_EQ(ErrorOf("host = 'x'\nbinds = = 5\n"),
            "provider.toml, line 2: Error while parsing value: could not determine value type "
            "(a text stands in quotes)");
  EXPECT_THAT(ErrorOf("host = 'x'\nhost = 'y'\n"), HasSubstr("line 2"));
  EXPECT_THAT(ErrorOf("host = 'x'\nhost = 'y'\n"), HasSubstr("cannot redefine"));
}

TEST(AccountFile, SaysWhatIsMissing) {
  EXPECT_EQ(ErrorOf(""), "provider.toml: account 'default': host is missing");
  EXPECT_EQ(ErrorOf("host = 'x'"), "provider.toml: account 'default': system_id is missing");
}

TEST(AccountFile, WarnsOfWhatIsLikelyNotMeant) {
  std::vector<std::string> warnings;
  ASSERT_TRUE(ParseAccounts(std::string(kMinimal) +
                                "password = 'hunter2hunter2'\nbind_type = 'transmitter'\n",
                            kPath, &warnings)
                  .ok());
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("8 characters"), HasSubstr("gets no receipts")));
  for (const std::string& warning : warnings) EXPECT_THAT(warning, Not(HasSubstr("hunter2")));
}

TEST(AccountFile, SeveralAccountsHaveTheirNamesAndTheirOwnDefaults) {
  const auto accounts = Parse(
      "[account.one]\nhost = 'one'\nsystem_id = 'a'\nwindow = 5\n[account.one.tls]\n"
      "enabled = true\n[account.two]\nhost = 'two'\nsystem_id = 'b'\n");
  ASSERT_TRUE(accounts.ok()) << accounts.status().message();
  ASSERT_EQ(accounts->size(), 2u);
  EXPECT_EQ((*accounts)[0].name, "one");
  EXPECT_EQ((*accounts)[0].window, 5u);
  EXPECT_TRUE((*accounts)[0].tls.enabled);
  EXPECT_EQ((*accounts)[1].name, "two");
  EXPECT_EQ((*accounts)[1].window, 10u);
  EXPECT_FALSE((*accounts)[1].tls.enabled);
}

TEST(AccountFile, SeveralAccountsKeepTheOrderOfTheFile) {
  const auto accounts = Parse(
      "[account.zulu]\nhost = 'z'\nsystem_id = 'a'\n[account.alpha]\nhost = 'a'\n"
      "system_id = 'b'\n");
  ASSERT_TRUE(accounts.ok()) << accounts.status().message();
  EXPECT_EQ((*accounts)[0].name, "zulu");
  EXPECT_EQ((*accounts)[1].name, "alpha");
}

TEST(AccountFile, SeveralAccountsShareNoKeys) {
  EXPECT_EQ(ErrorOf("host = 'x'\n[account.one]\nsystem_id = 'a'\n"),
            "provider.toml, line 1: 'host' stands outside of the accounts; with [account.NAME] "
            "every key belongs to one");
}

TEST(AccountFile, AnAccountIsATable) {
  EXPECT_EQ(ErrorOf("account = 5\n"),
            "provider.toml, line 1: 'account' takes tables: write [account.NAME]");
  EXPECT_EQ(ErrorOf("[account]\nhost = 'x'\n"),
            "provider.toml, line 2: write [account.host] with the keys below it");
  EXPECT_EQ(ErrorOf("[account]\n"), "provider.toml has no account");
}

TEST(AccountFile, ErrorsOfOneOfSeveralNameItsLine) {
  EXPECT_EQ(ErrorOf("[account.one]\nhost = 'x'\nsystem_id = 'a'\nwindw = 5\n"),
            "provider.toml, line 4: unknown key 'windw'; the nearest known one is 'window'");
  EXPECT_EQ(ErrorOf("[account.one]\nhost = 'x'\n"),
            "provider.toml: account 'one': system_id is missing");
}

TEST(AccountFile, SaysWhyItCannotBeRead) {
  const test::TempDir folder;
  const auto missing = ReadAccountFile(folder.Path("no.toml"), nullptr);
  EXPECT_EQ(missing.status().message(), "cannot read the account file '" + folder.Path("no.toml") +
                                            "': No such file or directory");
  const auto directory = ReadAccountFile(folder.Path(""), nullptr);
  EXPECT_EQ(directory.status().message(),
            "cannot read the account file '" + folder.Path("") + "': Is a directory");
}

}  // namespace
}  // namespace salvo::tools

#include "engine/core/account.h"

#include <gtest/gtest.h>

namespace salvo::engine {
namespace {

AccountOptions Valid() {
  AccountOptions options;
  options.hosts = {{"127.0.0.1", 2775}};
  options.system_id = "user";
  options.password = "secret";
  return options;
}

std::unique_ptr<Account> Make(const AccountOptions& options) {
  std::unique_ptr<Account> account;
  const Status status = Account::Create(options, 0, 1, 0, &account);
  EXPECT_TRUE(status.ok()) << status.message();
  return account;
}

const char* FaultOfTo(std::string_view text, size_t min_digits = 1) {
  return FaultOfDestination(InferAddress(text), min_digits);
}

TEST(Account, TellsTheTypeOfAnAddressFromItsCharacters) {
  const auto typed = [](std::string_view text) {
    const pdu::Address address = InferAddress(text);
    return std::to_string(address.ton) + "/" + std::to_string(address.npi) + " " +
           std::string(address.digits);
  };
  EXPECT_EQ(typed("+491701234567"), "1/1 491701234567");
  EXPECT_EQ(typed("491701234567"), "1/1 491701234567");
  EXPECT_EQ(typed("SALVO"), "5/0 SALVO");
  EXPECT_EQ(typed("12345"), "3/0 12345");
  EXPECT_EQ(typed("+12345"), "1/1 12345");
  EXPECT_EQ(typed(""), "0/0 ");
}

TEST(Account, WithoutASenderAllOfItIsZero) {
  const auto account = Make(Valid());
  const pdu::AddressBlock& source = account->default_source();
  EXPECT_EQ(std::vector<uint8_t>(source.data(), source.data() + source.size()),
            (std::vector<uint8_t>{0, 0, 0}));
}

TEST(Account, GivenTypesWinOverTheTold) {
  AccountOptions options = Valid();
  options.dest_ton = 2;
  options.dest_npi = 8;
  const auto account = Make(options);
  EXPECT_EQ(account->DestinationAddress("491701234567").ton, 2);
  EXPECT_EQ(account->DestinationAddress("491701234567").npi, 8);
}

TEST(Account, NamesWhatIsWrongWithANumber) {
  EXPECT_EQ(FaultOfTo("+491701234567"), nullptr);
  EXPECT_EQ(FaultOfTo("12345678901234567890"), nullptr);
  EXPECT_STREQ(FaultOfTo(""), "the number is empty");
  EXPECT_STREQ(FaultOfTo("+"), "the number is empty");
  EXPECT_STREQ(FaultOfTo("49 170"), "the number has a character that is not a digit");
  EXPECT_STREQ(FaultOfTo("123456789012345678901"), "the number has more than 20 digits");
  EXPECT_EQ(FaultOfTo("4911", 4), nullptr);
  EXPECT_STREQ(FaultOfTo("+491", 4), "the number has fewer digits than dest_min_digits");
  EXPECT_STREQ(FaultOfTo("", 4), "the number is empty");
  EXPECT_STREQ(FaultOfTo("a", 4), "the number has a character that is not a digit");
}

TEST(Account, ANumberHasNothingButDigits) {
  for (const size_t size : {1u, 7u, 8u, 12u, 16u, 20u}) {
    for (size_t at = 0; at < size; ++at) {
      for (int c = 0; c < 256; ++c) {
        std::string number(size, '5');
        number[at] = static_cast<char>(c);
        const bool is_digit = c >= '0' && c <= '9';
        const bool is_plus = c == '+' && at == 0 && size > 1;
        ASSERT_EQ(FaultOfTo(number) == nullptr, is_digit || is_plus)
            << "character " << c << " at " << at << " of " << size;
      }
    }
  }
}

TEST(Account, NamesWhatIsWrongWithASender) {
  EXPECT_EQ(FaultOfSource(""), nullptr);
  EXPECT_EQ(FaultOfSource("ELEVENCHARS"), nullptr);
  EXPECT_NE(FaultOfSource("TWELVE CHARS"), nullptr);
  EXPECT_NE(FaultOfSource("M\xC3\xBCLLER"), nullptr);
  EXPECT_NE(FaultOfSource("123456789012345678901"), nullptr);
  EXPECT_STREQ(FaultOfSource("+"), "the sender is a '+' without digits");
}

TEST(Account, BindsOfAnAccountKeepTheirDistance) {
  AccountOptions options = Valid();
  options.reconnect.bind_interval = std::chrono::milliseconds(200);
  const auto account = Make(options);
  constexpr io::Nanos kInterval = 200 * io::kNanosPerMilli;
  EXPECT_EQ(account->ReserveBindTime(1'000), 1'000);
  EXPECT_EQ(account->ReserveBindTime(1'000), 1'000 + kInterval);
  EXPECT_EQ(account->ReserveBindTime(1'000), 1'000 + 2 * kInterval);
  const io::Nanos later = 1'000 + 10 * kInterval;
  EXPECT_EQ(account->ReserveBindTime(later), later);
}

TEST(Account, IsStoppedByTheFirstWhoStopsIt) {
  const auto account = Make(Valid());
  EXPECT_FALSE(account->stopped());
  EXPECT_TRUE(account->Stop());
  EXPECT_FALSE(account->Stop());
  EXPECT_TRUE(account->stopped());
}

TEST(AccountValidation, NamesTheKeyThatIsWrong) {
  const auto fault = [](auto change) {
    AccountOptions options = Valid();
    change(options);
    const Status status = Validate(options);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    return status.message();
  };
  using A = AccountOptions;
  EXPECT_EQ(fault([](A& a) { a.hosts.clear(); }), "account 'default': host is missing");
  EXPECT_EQ(fault([](A& a) { a.system_id = ""; }), "account 'default': system_id is missing");
  EXPECT_NE(fault([](A& a) { a.system_id = "sixteen letters."; }).find("system_id"),
            std::string::npos);
  EXPECT_NE(fault([](A& a) { a.binds = 0; }).find("binds"), std::string::npos);
  EXPECT_NE(fault([](A& a) { a.window = 0; }).find("window"), std::string::npos);
  EXPECT_NE(fault([](A& a) { a.rate = -1; }).find("rate"), std::string::npos);
  EXPECT_NE(fault([](A& a) { a.burst = 0.5; }).find("burst"), std::string::npos);
  EXPECT_NE(fault([](A& a) { a.encodings.clear(); }).find("encodings"), std::string::npos);
  EXPECT_NE(fault([](A& a) { a.service_type = "toolong"; }).find("service_type"),
            std::string::npos);
  EXPECT_NE(fault([](A& a) { a.interface_version = InterfaceVersion::k33; }).find("bind_type"),
            std::string::npos);
  EXPECT_NE(
      fault([](A& a) { a.reconnect.max = std::chrono::milliseconds(1); }).find("reconnect.max"),
      std::string::npos);
}

TEST(AccountValidation, TakesNoNameWithANul) {
  const std::string name("127.0.0.1\0.example.com", 21);
  AccountOptions options = Valid();
  options.hosts = {{"127.0.0.1", 2775}, {name, 2775}};
  EXPECT_EQ(Validate(options).message(), "account 'default': host has a NUL, which is in no name");
  options = Valid();
  options.tls.server_name = name;
  EXPECT_EQ(Validate(options).message(),
            "account 'default': tls.server_name has a NUL, which is in no name");
  options = Valid();
  options.tls.key_file = name;
  EXPECT_EQ(Validate(options).message(),
            "account 'default': tls names a file with a NUL, which is in no name");
}

TEST(AccountValidation, TakesNoValueThatItsEnumerationDoesNotHave) {
  const auto key_of = [](auto change) {
    AccountOptions options = Valid();
    change(options);
    const std::string message = Validate(options).message();
    const std::string before = "account 'default': ";
    EXPECT_EQ(message.substr(0, before.size()), before);
    return message.substr(before.size(), message.find(" must") - before.size());
  };
  using A = AccountOptions;
  constexpr uint8_t kNone = 99;
  EXPECT_EQ(key_of([](A& a) { a.bind_type = BindType{kNone}; }), "bind_type");
  for (const uint8_t version : std::initializer_list<uint8_t>{0x00, 0x32, 0x35, 0x51}) {
    EXPECT_EQ(key_of([&](A& a) { a.interface_version = InterfaceVersion{version}; }),
              "interface_version");
  }
  EXPECT_EQ(key_of([](A& a) { a.long_messages = LongMessages{kNone}; }), "concatenation");
  EXPECT_EQ(key_of([](A& a) { a.encodings = {Encoding::kGsm7, Encoding{kNone}}; }), "encodings");
  EXPECT_EQ(key_of([](A& a) { a.tls.min_version = TlsOptions::Version{kNone}; }),
            "tls.min_version");
  EXPECT_EQ(key_of([](A& a) { a.receipts.id_receipt = IdForm{kNone}; }), "receipts");
  EXPECT_EQ(key_of([](A& a) { a.retry.profile = RetryProfile{kNone}; }), "retry.profile");
  EXPECT_EQ(key_of([](A& a) {
              a.retry.statuses = {{}};
              a.retry.statuses[0].command_status = 8;
              a.retry.statuses[0].status_class = StatusClass{kNone};
            }),
            "retry.status.class");
}

TEST(AccountValidation, LeavesTheParametersThatCarryATextToConcatenation) {
  for (const uint16_t tag : std::initializer_list<uint16_t>{0x0424, 0x020C, 0x020E, 0x020F}) {
    AccountOptions options = Valid();
    options.tlvs = {{tag, "x"}};
    EXPECT_EQ(Validate(options).message(),
              "account 'default': tlv cannot have message_payload or a sar parameter: "
              "concatenation sets them")
        << tag;
  }
}

TEST(AccountValidation, TakesAParameterTwiceOnlyWhereItMayRepeat) {
  AccountOptions options = Valid();
  options.tlvs = {{0x0381, "1111"}, {0x0381, "2222"}};
  EXPECT_TRUE(Validate(options).ok());
  options.tlvs = {{0x1400, "1"}, {0x1401, "1"}, {0x1400, "2"}};
  EXPECT_TRUE(Validate(options).ok()) << "a vendor's";
  options.tlvs = {{0x020A, "11"}, {0x1401, "1"}, {0x020A, "22"}};
  EXPECT_EQ(Validate(options).message(), "account 'default': tlv has a parameter twice");
}

TEST(AccountValidation, Version33HasNoOptionalParameters) {
  const auto fault = [](auto change) {
    AccountOptions options = Valid();
    options.interface_version = InterfaceVersion::k33;
    options.bind_type = BindType::kTransmitterAndReceiver;
    EXPECT_TRUE(Validate(options).ok());
    change(options);
    return Validate(options).message();
  };
  using A = AccountOptions;
  for (const LongMessages way : {LongMessages::kSar, LongMessages::kPayload}) {
    EXPECT_EQ(fault([way](A& a) { a.long_messages = way; }),
              "account 'default': concatenation must be \"udh8\" or \"udh16\": "
              "interface_version \"3.3\" has no optional parameters");
  }
  EXPECT_EQ(fault([](A& a) {
              a.tlvs = {{0x1400, "x"}};
            }),
            "account 'default': tlv must be empty: "
            "interface_version \"3.3\" has no optional parameters");
  EXPECT_EQ(fault([](A& a) { a.receipts.reference = true; }),
            "account 'default': receipts.reference must be false: "
            "interface_version \"3.3\" has no optional parameters");
}

TEST(AccountValidation, NeverShowsThePassword) {
  AccountOptions options = Valid();
  options.password = std::string(100, 'p');
  EXPECT_EQ(Validate(options).message().find("ppp"), std::string::npos);
}

TEST(AccountValidation, WarnsOfWhatIsLikelyNotMeant) {
  AccountOptions options = Valid();
  options.password = "longer than eight";
  options.bind_type = BindType::kTransmitter;
  options.tls.enabled = true;
  options.tls.verify = false;
  std::vector<std::string> warnings;
  EXPECT_TRUE(Validate(options, &warnings).ok());
  EXPECT_EQ(warnings.size(), 3u);
}

TEST(Account, RefusesTlsFilesThatCannotBeUsed) {
  AccountOptions options = Valid();
  options.tls.enabled = true;
  options.tls.ca_file = "/nonexistent/ca.pem";
  std::unique_ptr<Account> account;
  const Status status = Account::Create(options, 0, 1, 0, &account);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("/nonexistent/ca.pem"), std::string::npos);
}

}  // namespace
}  // namespace salvo::engine

#include "tools/account/masked_account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MaskedAccounts, ShowKeysAndValuesButThePassword) {
  const std::string text = MaskedAccounts(
      "host = ['a.example', 'b.example']  # hunter22\n"
      "port = 3550\nsystem_id = 'acme'\npassword = 'hunter22'\n"
      "[tls]\nenabled = true\nkey_file = 'client.key'\n"
      "[retry.status.0x14]\nmax_attempts = 3\n");
  EXPECT_THAT(text, HasSubstr("port = 3550\n"));
  EXPECT_THAT(text, HasSubstr("host = [ 'a.example', 'b.example' ]\n"));
  EXPECT_THAT(text, HasSubstr("system_id = 'acme'\n"));
  EXPECT_THAT(text, HasSubstr("password = \"***\"\n"));
  EXPECT_THAT(text, HasSubstr("tls.enabled = true\n"));
  EXPECT_THAT(text, HasSubstr("tls.key_file = 'client.key'\n"));
  EXPECT_THAT(text, HasSubstr("retry.status.0x14.max_attempts = 3\n"));
  EXPECT_THAT(text, Not(HasSubstr("hunter22")));
}

TEST(MaskedAccounts, ShowSeveralAccounts) {
  const std::string text = MaskedAccounts(
      "[account.one]\nhost = 'a'\npassword = 'hunter22'\n[account.two]\npassword_env = 'SECRET'\n");
  EXPECT_THAT(text, HasSubstr("account.one.host = 'a'\n"));
  EXPECT_THAT(text, HasSubstr("account.one.password = \"***\"\n"));
  EXPECT_THAT(text, HasSubstr("account.two.password_env = 'SECRET'\n"));
  EXPECT_THAT(text, Not(HasSubstr("hunter22")));
}

TEST(MaskedAccounts, ShowNoValueOfAKeyThatNobodyKnows) {
  const std::string text = MaskedAccounts(
      "pasword = 'hunter22'\nPassword = ['hunter22']\n[tls]\npassword = 'hunter22'\n"
      "[secrets]\nhost = 'hunter22'\n");
  EXPECT_THAT(text, HasSubstr("pasword = \"***\"\n"));
  EXPECT_THAT(text, HasSubstr("secrets.host = \"***\"\n"));
  EXPECT_THAT(text, Not(HasSubstr("hunter22")));
}

TEST(MaskedAccounts, ShowNothingOfAPasswordThatIsNoText) {
  const std::string text = MaskedAccounts(
      "password = { value = 'hunter22', file = ['hunter22'] }\n"
      "host = [{ name = 'a', password = 'hunter22' }]\n"
      "[[system_id]]\npassword = 'hunter22'\n"
      "[system_type]\npassword = 'hunter22'\n"
      "[tlv]\n0x1400 = 'shown'\npassword = 'hunter22'\n"
      "[retry]\npassword = 'hunter22'\n[retry.status.0x14]\nmax_attempts = 3\n");
  EXPECT_THAT(text, HasSubstr("password.value = \"***\"\n"));
  EXPECT_THAT(text, HasSubstr("host = \"***\"\n"));
  EXPECT_THAT(text, HasSubstr("tlv.0x1400 = 'shown'\n"));
  EXPECT_THAT(text, HasSubstr("retry.status.0x14.max_attempts = 3\n"));
  EXPECT_THAT(text, Not(HasSubstr("hunter22")));
}

TEST(MaskedAccounts, ShowNothingOfATextThatIsNoToml) {
  const std::string text = MaskedAccounts("host = 'a'\npassword = hunter22\n");
  EXPECT_THAT(text, HasSubstr("line 2"));
  EXPECT_THAT(text, Not(HasSubstr("hunter22")));
}

}  // namespace
}  // namespace salvo::tools

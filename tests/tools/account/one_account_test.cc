#include "tools/account/one_account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

using testing::HasSubstr;

class OneAccountTest : public testing::Test {
 protected:
  absl::StatusOr<AccountOptions> Read(const std::string& text, const std::string& name) {
    std::vector<std::string> warnings;
    return ReadOneAccount(folder_.Write("account.toml", text), name, &warnings);
  }
  std::string Fault(const std::string& text, const std::string& name) {
    return std::string(Read(text, name).status().message());
  }

  test::TempDir folder_;
  const std::string one_ = "host = \"a\"\nsystem_id = \"x\"\n";
  const std::string two_ = "[account.first]\n" + one_ + "[account.second]\n" + one_;
};

TEST_F(OneAccountTest, TheOnlyOneNeedsNoName) { EXPECT_EQ(Read(one_, "")->system_id, "x"); }

TEST_F(OneAccountTest, OfSeveralTheNamedOneIsTaken) {
  EXPECT_EQ(Read(two_, "second")->name, "second");
}

TEST_F(OneAccountTest, AChoiceThatIsMissingOrWrongListsWhatThereIs) {
  EXPECT_THAT(Fault(two_, ""), HasSubstr("--name: first, second"));
  EXPECT_THAT(Fault(two_, "third"), HasSubstr("no account 'third'"));
}

TEST_F(OneAccountTest, OneThatOnlyReceivesIsRefused) {
  EXPECT_THAT(Fault(one_ + "bind_type = \"receiver\"\n", ""), HasSubstr("cannot send"));
}

}  // namespace
}  // namespace salvo::tools

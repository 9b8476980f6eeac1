// The keys of [receipts] in an account file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/account/account_file.h"

namespace salvo::tools {
namespace {

using testing::HasSubstr;

constexpr const char* kMinimal = "host = 'smsc.example'\nsystem_id = 'demo'\n[receipts]\n";

absl::StatusOr<std::vector<AccountOptions>> Parse(const std::string& keys) {
  return ParseAccounts(kMinimal + keys, "provider.toml", nullptr);
}

std::string ErrorOf(const std::string& keys) {
  const auto accounts = Parse(keys);
  EXPECT_FALSE(accounts.ok()) << keys;
  return std::string(accounts.status().message());
}

TEST(ReceiptKeys, HaveTheDefaultsOfTheContract) {
  const auto accounts = Parse("");
  ASSERT_TRUE(accounts.ok());
  const ReceiptOptions receipts = accounts->front().receipts;
  EXPECT_EQ(receipts.id_response, IdForm::kAuto);
  EXPECT_EQ(receipts.id_receipt, IdForm::kAuto);
  EXPECT_EQ(receipts.park, std::chrono::seconds(60));
  EXPECT_EQ(receipts.late, std::chrono::hours(72));
  EXPECT_FALSE(receipts.unmarked);
  EXPECT_FALSE(receipts.reference);
}

TEST(ReceiptKeys, AreTakenOver) {
  const auto accounts = Parse(
      "id_resp = 'hex'\nid_receipt = 'decimal'\npark = '5s'\nlate = '48h'\nunmarked = true\n"
      "reference = true\n");
  ASSERT_TRUE(accounts.ok()) << accounts.status();
  const ReceiptOptions receipts = accounts->front().receipts;
  EXPECT_EQ(receipts.id_response, IdForm::kHex);
  EXPECT_EQ(receipts.id_receipt, IdForm::kDecimal);
  EXPECT_EQ(receipts.park, std::chrono::seconds(5));
  EXPECT_EQ(receipts.late, std::chrono::hours(48));
  EXPECT_TRUE(receipts.unmarked);
  EXPECT_TRUE(receipts.reference);
}

TEST(ReceiptKeys, SayWhatIsWrongAndWhere) {
  EXPECT_THAT(ErrorOf("id_resp = 'octal'\n"),
              HasSubstr("line 4: 'receipts.id_resp' takes one of \"auto\", \"raw\", \"hex\", "
                        "\"decimal\", not \"octal\""));
  EXPECT_THAT(ErrorOf("park = 5\n"), HasSubstr("'receipts.park' "));
  EXPECT_THAT(ErrorOf("id_response = 'hex'\n"),
              HasSubstr("unknown key 'receipts.id_response'; the nearest known one is "
                        "'receipts.id_resp'"));
}

}  // namespace
}  // namespace salvo::tools

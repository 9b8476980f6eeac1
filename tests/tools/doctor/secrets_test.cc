#include "tools/doctor/talk/secrets.h"

#include <gtest/gtest.h>

#include "pdu/encode.h"

namespace salvo::doctor {
namespace {

Secrets Of(std::initializer_list<std::string> passwords) {
  std::vector<AccountOptions> accounts;
  for (const std::string& password : passwords) {
    accounts.emplace_back();
    accounts.back().system_id = "demo";
    accounts.back().password = password;
  }
  return Secrets(accounts);
}

TEST(Secrets, AreMaskedWhereverTheyStand) {
  EXPECT_EQ(Of({"s3cret"}).Masked("a s3cret and s3crets3cret"), "a ****** and ************");
  EXPECT_EQ(Of({"s3cret"}).Masked("nothing of it"), "nothing of it");
}

TEST(Secrets, OneMayBeAPartOfAnother) {
  EXPECT_EQ(Of({"secret", "secret-long"}).Masked("secret-long secret"), "*********** ******");
}

TEST(Secrets, ThatAreCutAtTheEndAreMaskedToo) {
  EXPECT_EQ(Of({"s3cret"}).Masked("it is s3cr"), "it is ****");
  EXPECT_EQ(Of({"s3cret"}).Masked("it is s3c"), "it is ***");
  EXPECT_EQ(Of({"s3cret"}).Masked("it is s3"), "it is s3");
}

TEST(Secrets, ThatCannotBeToldFromOtherOctetsAreLeft) {
  EXPECT_EQ(Of({"demo"}).Masked("system_id demo"), "system_id demo");
  EXPECT_EQ(Of({"abc"}).Masked("abc"), "abc");
}

TEST(MaskBindPassword, TakesItOutOfABindAlone) {
  for (const pdu::CommandId command :
       {pdu::CommandId::kBindTransceiver, pdu::CommandId::kBindReceiver,
        pdu::CommandId::kBindTransmitter}) {
    pdu::BindRequest request;
    request.system_id = "demo";
    request.password = "abc";
    std::vector<uint8_t> octets(100);
    octets.resize(pdu::Encode(command, pdu::CommandStatus::ESME_ROK, 1, request, octets).octets);
    MaskBindPassword(octets);
    const std::string text(octets.begin(), octets.end());
    EXPECT_EQ(text.find("abc"), std::string::npos);
    EXPECT_NE(text.find(std::string("demo\0***\0", 9)), std::string::npos);
  }
  std::vector<uint8_t> other(16 + 9, 'x');
  const std::vector<uint8_t> before = other;
  MaskBindPassword(other);
  EXPECT_EQ(other, before);
}

TEST(MaskBindPassword, TakesAnyOctets) {
  for (size_t size = 0; size < 40; ++size) {
    std::vector<uint8_t> octets(size, 0);
    if (size > 7) octets[7] = 9;  // bind_transceiver
    MaskBindPassword(octets);
  }
}

}  // namespace
}  // namespace salvo::doctor

#include "engine/core/message_fault.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace salvo::engine {
namespace {

TEST(FaultOf, NamesTheFieldAndTheReason) {
  const auto fault = [](const Message& message) {
    return FaultOf({}, message, InferAddress(message.to),
                   pdu::PlanText(message.text, pdu::MeasureText(message.text), pdu::TextOptions{}));
  };
  Message message;
  message.to = "491701234567";
  message.text = "Hello";
  EXPECT_FALSE(fault(message).has_value());
  message.to = "x";
  EXPECT_EQ(fault(message)->field, MessageField::kTo);
  message.to = "491701234567";
  message.from = "much too long a name";
  EXPECT_EQ(fault(message)->field, MessageField::kFrom);
  message.from = {};
  message.text = "\xFF";
  EXPECT_EQ(fault(message)->field, MessageField::kText);
  message.text = "Hello";
  const std::string long_value(5000, 'v');
  const Tlv tlv{0x1400, long_value};
  message.tlvs = {&tlv, 1};
  EXPECT_EQ(fault(message)->field, MessageField::kTlvs);
}

TEST(FaultOf, TakesOnlyParametersThatCanStandBesideTheText) {
  const auto fault = [](InterfaceVersion version, uint16_t tag) {
    AccountOptions options;
    options.interface_version = version;
    const Tlv tlv{tag, "x"};
    Message message;
    message.to = "491701234567";
    message.text = "Hello";
    message.tlvs = {&tlv, 1};
    const auto found =
        FaultOf(options, message, InferAddress(message.to),
                pdu::PlanText(message.text, pdu::MeasureText(message.text), pdu::TextOptions{}));
    return std::string(found ? found->reason : "");
  };
  EXPECT_EQ(fault(InterfaceVersion::k34, 0x1400), "");
  for (const uint16_t tag : std::initializer_list<uint16_t>{0x0424, 0x020C, 0x020E, 0x020F}) {
    EXPECT_EQ(fault(InterfaceVersion::k34, tag),
              "message_payload and the sar parameters are set by concatenation alone");
  }
  EXPECT_EQ(fault(InterfaceVersion::k33, 0x1400),
            "interface_version \"3.3\" has no optional parameters");
}

}  // namespace
}  // namespace salvo::engine

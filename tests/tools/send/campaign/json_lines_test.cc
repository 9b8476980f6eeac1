#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/send/campaign/read_campaign.h"

namespace salvo::tools {
namespace {

using test::Describe;
using test::ReadResult;
using test::ReadText;

CampaignOptions WithTemplate(std::string text) {
  CampaignOptions options;
  options.text_template = *TextTemplate::Parse(text);
  return options;
}

// The reason for which the record is rejected, with its column: ", column to: the number is ...".
std::string FaultOf(const std::string& record, const CampaignOptions& options = {}) {
  const test::TempDir folder;
  Rejects rejects("", 10);
  CampaignOptions here = options;
  const std::string good = R"({"to":"1","text":"good","name":"x"})";
  here.source.path = folder.Write("campaign", good + "\n" + record + "\n");
  auto campaign = Campaign::Open(here, &rejects);
  EXPECT_TRUE(campaign.ok()) << campaign.status().message();
  auto batch = (*campaign)->NextBatch();
  Message message;
  EXPECT_TRUE((*batch)->Next(&message));
  EXPECT_FALSE((*batch)->Next(&message)) << record;
  const std::string reason = rejects.FirstReason();
  const std::string place = "line 2";
  EXPECT_EQ(reason.substr(0, place.size()), place);
  return reason.substr(std::min(reason.size(), place.size()));
}

TEST(JsonLines, ARecordIsALine) {
  EXPECT_EQ(Describe(ReadText("{\"to\":\"+491\",\"text\":\"Hello\"}\n"
                              " { \"text\" : \"World\", \"to\" : \"+492\" } \r\n\n"
                              "{\"to\":\"3\",\"text\":\"x\"}")),
            "1@1 +491: Hello\n2@2 +492: World\n3@4 3: x\n");
}

TEST(JsonLines, EscapesAreUndone) {
  const ReadResult result =
      ReadText(R"({"to":"1","text":"a\"b\\c\/d\n\té \u00e9 \u20AC \ud83d\ude00"})"
               "\n");
  EXPECT_EQ(result.messages.at(0).text, "a\"b\\c/d\n\té é € 😀");
}

TEST(JsonLines, EscapesInNamesAreUndone) {
  EXPECT_EQ(Describe(ReadText("{\"t\\u006f\":\"1\",\"text\":\"x\"}\n")), "1@1 1: x\n");
}

TEST(JsonLines, NumbersAndTruthValuesAreTakenAsTheyAreWritten) {
  EXPECT_EQ(Describe(ReadText(
                "{\"to\":491701234567,\"a\":-1.50,\"b\" : 1e3 ,\"c\":true,\"d\":false,\"e\":0}\n",
                WithTemplate("{a} {b} {c} {d} {e}"))),
            "1@1 491701234567: -1.50 1e3 true false 0\n");
}

TEST(JsonLines, NullIsEmpty) {
  CampaignOptions options = WithTemplate("a{name}b");
  options.from = "SALVO";
  const ReadResult result = ReadText("{\"to\":\"1\",\"name\":null,\"from\":null}\n", options);
  EXPECT_EQ(Describe(result), "1@1 1: ab\n");
  EXPECT_EQ(result.messages.at(0).from, "SALVO");
}

TEST(JsonLines, OtherKeysAreOfNoInterest) {
  EXPECT_EQ(Describe(ReadText("{\"id\":7,\"to\":\"1\",\"text\":\"x\",\"ok\":true}\n")),
            "1@1 1: x\n");
}

TEST(JsonLines, OfEqualKeysTheLastCounts) {
  EXPECT_EQ(Describe(ReadText("{\"to\":\"1\",\"to\":\"2\",\"text\":\"x\"}\n")), "1@1 2: x\n");
}

TEST(JsonLines, OfOneParameterTheLastCountsHoweverItIsWritten) {
  const ReadResult result = ReadText(
      "{\"to\":\"1\",\"text\":\"x\",\"tlv:0x1401\":\"a\",\"tlv:0x1402\":\"b\",\"tlv:5121\":\"c\"}"
      "\n");
  ASSERT_EQ(result.messages.at(0).tlvs.size(), 2u);
  EXPECT_EQ(result.messages[0].tlvs[1].tag, 0x1401);
  EXPECT_EQ(result.messages[0].tlvs[1].value, "c");
}

TEST(JsonLines, ParametersComeFromKeys) {
  const ReadResult result = ReadText(
      "{\"to\":\"1\",\"text\":\"x\",\"tlv:0x1400\":\"1101\",\"tlv:user_message_reference\":7,"
      "\"tlv:0x1401\":null}\n{\"to\":\"2\",\"text\":\"x\"}\n");
  ASSERT_EQ(result.messages.size(), 2u);
  ASSERT_EQ(result.messages[0].tlvs.size(), 2u);
  EXPECT_EQ(result.messages[0].tlvs[0].tag, 0x1400);
  EXPECT_EQ(result.messages[0].tlvs[0].value, "1101");
  EXPECT_EQ(result.messages[0].tlvs[1].value, std::string("\0\x07", 2));
  EXPECT_TRUE(result.messages[1].tlvs.empty());
}

TEST(JsonLinesRejects, WhatIsMissingIsNamed) {
  EXPECT_EQ(FaultOf("{\"text\":\"x\"}"), ", column to: the number is empty or missing");
  EXPECT_EQ(FaultOf("{\"to\":\"1\"}"), ", column text: the text is empty");
  EXPECT_EQ(FaultOf("{\"to\":\"1\"}", WithTemplate("{name}")), ", column name: it is missing");
  EXPECT_EQ(FaultOf("{}"), ", column to: the number is empty or missing");
}

TEST(JsonLinesRejects, AValueThatIsNotPlainIsNamed) {
  EXPECT_EQ(FaultOf("{\"to\":[\"1\"],\"text\":\"x\"}"),
            ", column to: the value is neither a text nor a number");
  EXPECT_EQ(FaultOf("{\"to\":\"1\",\"text\":{\"a\":1}}"),
            ", column text: the value is neither a text nor a number");
}

TEST(JsonLinesRejects, AValueOfNoInterestMayBeNested) {
  EXPECT_EQ(Describe(ReadText("{\"tags\":[1,{\"a\":\"}\"}],\"to\":\"1\",\"text\":\"x\"}\n")),
            "1@1 1: x\n");
}

TEST(JsonLinesRejects, WhatIsNoObjectIsSaidToBeNone) {
  for (const char* record :
       {"{\"to\":\"1\"", "{to:\"1\"}", "{\"to\":\"1\",}", "{\"to\" \"1\"}",
        "{\"to\":\"1\" \"text\":1}", "{\"to\":\"\\x\",\"text\":\"x\"}",
        "{\"to\":\"1\",\"text\":\"\xFF\"}", "{\"to\":1x,\"text\":\"x\"}",
        "{\"to\":01,\"text\":\"x\"}", "{\"to\":\"1\",\"text\":trux}", "{\"to\":\"1\",\"text\":nul}",
        "{\"to\":\"1\",\"text\":\"a}", "{\"to\":-,\"text\":\"x\"}", "{\"to\":\"1\",\"text\":}",
        "{\"to\":\"1\",\"text\":\"\\ud83d\"}"}) {
    EXPECT_EQ(FaultOf(record), ": it is not a JSON object") << record;
  }
  EXPECT_EQ(FaultOf("{\"to\":\"1\",\"text\":\"x\"} {\"to\":\"2\"}"),
            ": text follows the JSON object");
  EXPECT_EQ(FaultOf("{\"to\":\"1\",\"text\":\"x\"}]"), ": it is not a JSON object");
}

TEST(JsonLinesRejects, OneBadRecordDoesNotStopTheOthers) {
  const ReadResult result = ReadText(
      "{\"to\":\"1\",\"text\":\"a\"}\n[1]\nrubbish\n\"x\"\n{\"to\":\"2\",\"text\":\"b\"}\n   \n");
  EXPECT_EQ(Describe(result), "1@1 1: a\n5@5 2: b\n");
  EXPECT_EQ(result.rejects,
            "line,row,column,reason,record\n2,2,,it is not a JSON object,[1]\n"
            "3,3,,it is not a JSON object,rubbish\n4,4,,it is not a JSON object,\"\"\"x\"\"\"\n"
            "6,6,,it is not a JSON object,   \n");
}

TEST(JsonLinesRejects, AParameterThatCannotBeIsNamed) {
  EXPECT_EQ(FaultOf("{\"to\":\"1\",\"text\":\"x\",\"tlv:privacy_indicator\":\"high\"}"),
            ", column tlv:privacy_indicator: this parameter takes a number");
  EXPECT_EQ(FaultOf("{\"to\":\"1\",\"text\":\"x\",\"tlv:nonsense\":\"1\"}"),
            ", column tlv:nonsense: it names no parameter");
}

TEST(JsonLines, NumbersMayBeLongerThanAnIntegerOfTheMachine) {
  EXPECT_EQ(Describe(ReadText("{\"to\":\"1\",\"n\":123456789012345678901234567890}\n",
                              WithTemplate("{n}"))),
            "1@1 1: 123456789012345678901234567890\n");
}

}  // namespace
}  // namespace salvo::tools

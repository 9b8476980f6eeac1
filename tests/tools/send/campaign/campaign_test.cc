#include "tools/send/campaign/campaign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/send/campaign/pack.h"
#include "tests/tools/send/campaign/read_campaign.h"

namespace salvo::tools {
namespace {

using test::Describe;
using test::ReadResult;
using test::ReadText;
using testing::HasSubstr;
using testing::Not;

CampaignOptions WithTemplate(std::string text) {
  CampaignOptions options;
  options.text_template = *TextTemplate::Parse(text);
  return options;
}

// The error, without the path that it begins with.
std::string ErrorOf(std::string_view octets, const CampaignOptions& options = {}) {
  const ReadResult result = ReadText(octets, options);
  EXPECT_FALSE(result.status.ok());
  const std::string message(result.status.message());
  const size_t quote = message.find("campaign'");
  EXPECT_NE(quote, std::string::npos) << message;
  return message.substr(quote + 9);
}

TEST(Campaign, IsReadRowByRow) {
  const ReadResult result = ReadText("to,text\n+491,Hello\n+492,World\n");
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(Describe(result), "1@2 +491: Hello\n2@3 +492: World\n");
  EXPECT_EQ(result.rows_read, 2u);
  EXPECT_EQ(result.bad_rows, 0u);
}

TEST(Campaign, ColumnsStandInAnyOrder) {
  const ReadResult result = ReadText("x,text,from,to\n1,Hello,SALVO,+491\n");
  EXPECT_EQ(Describe(result), "1@2 +491: Hello\n");
  EXPECT_EQ(result.messages.at(0).from, "SALVO");
}

TEST(Campaign, DelimitersAreToldFromTheHeader) {
  EXPECT_EQ(Describe(ReadText("to\ttext\n+491\tHello, \"you\"; all\n")),
            "1@2 +491: Hello, \"you\"; all\n");
  EXPECT_EQ(Describe(ReadText("to;text\n+491;Hello, you\n")), "1@2 +491: Hello, you\n");
  EXPECT_EQ(Describe(ReadText("to,text\n+491,Hello; you\n")), "1@2 +491: Hello; you\n");
}

TEST(Campaign, ADelimiterInsideAQuotedNameIsNone) {
  EXPECT_EQ(Describe(ReadText("to;\"name, first\";text\n+491;x;Hello\n")), "1@2 +491: Hello\n");
}

TEST(Campaign, AHeaderOfOneColumnNeedsATemplate) {
  EXPECT_EQ(Describe(ReadText("to\n+491\n", WithTemplate("Hello {to}"))), "1@2 +491: Hello +491\n");
}

TEST(Campaign, NamesInTheHeaderMayHaveSpacesAroundThem) {
  EXPECT_EQ(Describe(ReadText("to , text\n+491,Hello\n")), "1@2 +491: Hello\n");
}

TEST(Campaign, ANameInTheHeaderMayHaveALineBreak) {
  const ReadResult result =
      ReadText("to,\"name of\r\ncustomer\",text\r\n+491,x,Hello\r\n", CampaignOptions());
  EXPECT_TRUE(result.status.ok()) << result.status.message();
  EXPECT_EQ(Describe(result), "1@3 +491: Hello\n");
}

TEST(Campaign, AByteOrderMarkIsNotPartOfTheFirstName) {
  EXPECT_EQ(Describe(ReadText("\xEF\xBB\xBFto,text\n+491,Hello\n")), "1@2 +491: Hello\n");
  EXPECT_EQ(Describe(ReadText("\xEF\xBB\xBF\"to\",text\n+491,Hello\n")), "1@2 +491: Hello\n");
}

TEST(Campaign, AByteOrderMarkIsNotPartOfTheFirstObject) {
  EXPECT_EQ(Describe(ReadText("\xEF\xBB\xBF{\"to\":\"+491\",\"text\":\"Hello\"}\n")),
            "1@1 +491: Hello\n");
}

TEST(Campaign, PackedFilesAreTakenAsTheyAre) {
  const std::string text = "to,text\n+491,Hello\n";
  EXPECT_EQ(Describe(ReadText(test::Gzip(text))), "1@2 +491: Hello\n");
  EXPECT_EQ(Describe(ReadText(test::Zstd(text))), "1@2 +491: Hello\n");
}

TEST(Campaign, BlankLinesAreNoRowsButAreLines) {
  EXPECT_EQ(Describe(ReadText("to,text\n\n+491,a\n\r\n\n+492,b\n\n")),
            "1@3 +491: a\n2@6 +492: b\n");
}

TEST(Campaign, TheLastRowNeedsNoNewline) {
  EXPECT_EQ(Describe(ReadText("to,text\n+491,a\n+492,b")), "1@2 +491: a\n2@3 +492: b\n");
}

TEST(Campaign, AHeaderAloneHasNoRows) {
  for (const char* text : {"to,text", "to,text\n", "to,text\r\n\n"}) {
    const ReadResult result = ReadText(text);
    EXPECT_TRUE(result.status.ok()) << text;
    EXPECT_EQ(result.rows_read, 0u) << text;
  }
}

TEST(Campaign, TheNumberAndTheSenderAreTrimmedAndTheTextIsNot) {
  const ReadResult result = ReadText("to,from,text\n \t+491 , SALVO , a \n");
  EXPECT_EQ(Describe(result), "1@2 +491:  a \n");
  EXPECT_EQ(result.messages.at(0).from, "SALVO");
}

TEST(Campaign, ARowWithoutASenderGetsTheDefault) {
  CampaignOptions options;
  options.from = "SALVO";
  const ReadResult result = ReadText("to,from,text\n1,OTHER,a\n2,,a\n3,  ,a\n", options);
  EXPECT_EQ(result.messages.at(0).from, "OTHER");
  EXPECT_EQ(result.messages.at(1).from, "SALVO");
  EXPECT_EQ(result.messages.at(2).from, "SALVO");
}

TEST(Campaign, ATemplateTakesItsColumnsFromTheRow) {
  EXPECT_EQ(Describe(ReadText("name,to,text\nAnna,1,ignored\n\"B, \"\"C\"\"\",2,x\n",
                              WithTemplate("Hello {name}, {{{to}}}"))),
            "1@2 1: Hello Anna, {1}\n2@3 2: Hello B, \"C\", {2}\n");
}

TEST(Campaign, ParametersComeFromColumns) {
  const ReadResult result = ReadText(
      "to,text,tlv:0x1400,tlv:user_message_reference\n1,a,1101,7\n2,b,,8\n3,c,hex:00FF,\n4,d,,\n");
  ASSERT_EQ(result.messages.size(), 4u);
  const auto& tlvs = result.messages[0].tlvs;
  ASSERT_EQ(tlvs.size(), 2u);
  EXPECT_EQ(tlvs[0].tag, 0x1400);
  EXPECT_EQ(tlvs[0].value, "1101");
  EXPECT_EQ(tlvs[1].tag, 0x0204);
  EXPECT_EQ(tlvs[1].value, std::string("\0\x07", 2));
  ASSERT_EQ(result.messages[1].tlvs.size(), 1u);
  EXPECT_EQ(result.messages[1].tlvs[0].value, std::string("\0\x08", 2));
  EXPECT_EQ(result.messages[2].tlvs.at(0).value, std::string("\0\xFF", 2));
  EXPECT_TRUE(result.messages[3].tlvs.empty());
}

TEST(Campaign, TheLimitIsOfRows) {
  CampaignOptions options;
  options.limit = 2;
  for (const char* text : {"to,text\n1,a\n2,b\n3,c\n", "to,text\n\n1,a\n\n2,b\n3,c\n"}) {
    const ReadResult result = ReadText(text, options);
    EXPECT_EQ(result.rows_read, 2u);
    EXPECT_EQ(result.messages.size(), 2u);
  }
}

TEST(Campaign, BadRowsCountTowardsTheLimit) {
  CampaignOptions options;
  options.limit = 2;
  const ReadResult result = ReadText("to,text\n1\n2,b\n3,c\n", options);
  EXPECT_EQ(result.rows_read, 2u);
  EXPECT_EQ(result.bad_rows, 1u);
  EXPECT_EQ(Describe(result), "2@3 2: b\n");
}

TEST(CampaignHeader, AMissingColumnIsNamedWithThoseThatAreThere) {
  EXPECT_EQ(ErrorOf("number,text\n1,a\n"), " has no column 'to'; it has: number, text");
  EXPECT_EQ(ErrorOf("to,message\n1,a\n"),
            " has no column 'text'; it has: to, message (or give the text with --text)");
  EXPECT_EQ(ErrorOf("to,text\n1,a\n", WithTemplate("{name}")),
            " has no column 'name'; it has: to, text (it stands in --text)");
}

TEST(CampaignHeader, AColumnStandsThereOnce) {
  EXPECT_EQ(ErrorOf("to,text,to\n1,a,2\n"), " has two columns 'to'");
}

TEST(CampaignHeader, ColumnsMayHaveNoName) {
  EXPECT_EQ(Describe(ReadText("to,text,,\n1,a,,\n")), "1@2 1: a\n");
}

TEST(CampaignHeader, AParametersColumnNamesAParameter) {
  EXPECT_EQ(ErrorOf("to,text,tlv:nonsense\n1,a,2\n"),
            ": the column 'tlv:nonsense' names no parameter; write tlv:0x1400 or "
            "tlv:user_message_reference");
}

TEST(CampaignHeader, AParameterHasOneColumnHoweverItIsWritten) {
  EXPECT_EQ(ErrorOf("to,text,tlv:0x1401,tlv:5121\n1,a,2,3\n"),
            " has two columns of one parameter: 'tlv:0x1401' and 'tlv:5121'");
}

TEST(CampaignHeader, AParameterThatCarriesTheTextIsNoColumn) {
  for (const std::string name : {"message_payload", "0x020C", "sar_total_segments", "527"}) {
    EXPECT_EQ(ErrorOf("to,text,tlv:" + name + "\n1,a,2\n"),
              ": the column 'tlv:" + name +
                  "' cannot be: message_payload and the sar parameters are set by concatenation "
                  "alone")
        << name;
  }
}

TEST(CampaignHeader, AQuoteThatIsNeverClosedIsSaidToBeOne) {
  EXPECT_EQ(ErrorOf("to,\"text\n1,a\n2,b\n"), ", line 1: a quote is never closed");
}

TEST(CampaignHeader, TextBehindAClosingQuoteIsAFault) {
  EXPECT_EQ(ErrorOf("to,\"text\"s\n1,a\n"), ", line 1: text follows a closing quote");
}

TEST(CampaignHeader, TheErrorDoesNotPourOutHundredsOfNames) {
  std::string header = "column0";
  for (int i = 1; i < 5000; ++i) header += ",column" + std::to_string(i);
  const std::string error = ErrorOf(header + "\n");
  EXPECT_THAT(error, HasSubstr("it has: column0, column1,"));
  EXPECT_THAT(error, HasSubstr(" and 4984 more"));
  EXPECT_LT(error.size(), 400u);
}

TEST(CampaignFile, AnEmptyOneIsSaidToBeEmpty) {
  EXPECT_EQ(ErrorOf(""), " is empty, or its first line is");
  EXPECT_EQ(ErrorOf("\nto,text\n"), " is empty, or its first line is");
  EXPECT_EQ(ErrorOf("\r\nto,text\r\n"), " is empty, or its first line is");
  EXPECT_EQ(ErrorOf("\xEF\xBB\xBF\n"), " is empty, or its first line is");
}

TEST(CampaignFile, Utf16IsRecognised) {
  const std::string little("\xFF\xFEt\0o\0\n\0", 8);
  const std::string big("\xFE\xFF\0t\0o\0\n", 8);
  for (const std::string& text : {little, big}) {
    EXPECT_EQ(ErrorOf(text), " is not a campaign file: it is UTF-16; save it as UTF-8");
  }
}

TEST(CampaignFile, ABinaryFileIsRecognised) {
  EXPECT_EQ(ErrorOf(std::string_view("\x7F"
                                     "ELF\x02\x01\0\0\0\n",
                                     10)),
            " is not a campaign file: its first line holds a NUL octet");
  EXPECT_EQ(ErrorOf("\x89PNG\r\n\x1A\n"), " is not a campaign file: its first line is not UTF-8");
}

TEST(CampaignFile, AnEndlessFirstLineIsSaidToBeOneAndNotShown) {
  for (const char* octet : {"x", ",", "{"}) {
    std::string text;
    for (int i = 0; i < 300'000; ++i) text += octet;
    EXPECT_EQ(ErrorOf(text),
              ": line 1 begins a record of more than 262144 octets: a quote that is "
              "never closed, or not a campaign file");
  }
}

TEST(CampaignFile, AnEndlessRowIsNamedByItsLine) {
  const ReadResult result = ReadText("to,text\n1,a\n2," + std::string(300'000, 'x'));
  EXPECT_THAT(std::string(result.status.message()),
              HasSubstr("line 3 begins a record of more than 262144 octets"));
  EXPECT_EQ(Describe(result), "1@2 1: a\n") << "what stands before it is read";
}

TEST(CampaignRejects, KeepTheRowAsItWasAndSayWhatIsWrong) {
  const ReadResult result =
      ReadText("to,text\n1\n2,b,c\n\"3\"x,d\n4,\n5,\"say \"\"hi\"\"\"\n6,\"never\nclosed\n");
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(Describe(result), "5@6 5: say \"hi\"\n");
  EXPECT_EQ(result.rejects,
            "line,row,column,reason,to,text\n"
            "2,1,,it has fewer fields than the header,1\n"
            "3,2,,it has more fields than the header,2,b,c\n"
            "4,3,,text follows a closing quote,3,d\n"
            "5,4,text,the text is empty,4,\n"
            "7,6,,a quote is never closed,6,\"never\nclosed\n\"\n");
}

TEST(CampaignRejects, AParameterThatCannotBeIsNamedByItsColumn) {
  const ReadResult result =
      ReadText("to,text,tlv:privacy_indicator\n1,a,high\n2,b,256\n3,c,hex:0\n4,d,3\n");
  EXPECT_EQ(Describe(result), "4@5 4: d\n");
  EXPECT_EQ(result.rejects,
            "line,row,column,reason,to,text,tlv:privacy_indicator\n"
            "2,1,tlv:privacy_indicator,this parameter takes a number,1,a,high\n"
            "3,2,tlv:privacy_indicator,the number is too large for this parameter,2,b,256\n"
            "4,3,tlv:privacy_indicator,hex: needs pairs of hexadecimal digits,3,c,hex:0\n");
}

TEST(CampaignRejects, WhatTheEngineRefusesIsRejectedWithItsRow) {
  const test::TempDir folder;
  Rejects rejects(folder.Path("rejects.csv"), 10);
  CampaignOptions options;
  options.source.path = folder.Write("campaign.csv", "to,from,text\n1,F,a\n2,F,b\n");
  auto campaign = Campaign::Open(options, &rejects);
  ASSERT_TRUE(campaign.ok());
  auto batch = (*campaign)->NextBatch();
  ASSERT_TRUE(batch.ok());
  Message message;
  ASSERT_TRUE((*batch)->Next(&message));
  ASSERT_TRUE((*batch)->Next(&message));
  for (const MessageField field :
       {MessageField::kTo, MessageField::kFrom, MessageField::kText, MessageField::kTlvs}) {
    (*batch)->OnInvalid({field, "the reason"});
  }
  EXPECT_EQ(test::ReadWhole(rejects.path()),
            "line,row,column,reason,to,from,text\n3,2,to,the reason,2,F,b\n"
            "3,2,from,the reason,2,F,b\n3,2,text,the reason,2,F,b\n3,2,tlv,the reason,2,F,b\n");
}

// Its last record may be a piece of one, and is none: what was sent of it nobody could say.
TEST(Campaign, OfAPipeThatBrokeOffEveryWholeRecordIsARow) {
  const std::string head = "to,text\n";
  const std::vector<std::string> records = {"+491,a\n", "+492,\"b\n\"\"c\"\n", "\n", "+493,d\n"};
  std::string text = head;
  for (const std::string& record : records) text += record;
  CampaignOptions options;
  options.source.broken_off = true;
  for (size_t cut = head.size(); cut <= text.size(); ++cut) {
    uint64_t whole = 0;
    size_t end = head.size();
    for (const std::string& record : records) {
      end += record.size();
      if (end <= cut && record != "\n") ++whole;
    }
    const ReadResult result = ReadText(text.substr(0, cut), options);
    EXPECT_TRUE(result.status.ok()) << cut << ": " << result.status;
    EXPECT_EQ(result.rows_read, whole) << cut;
    EXPECT_EQ(result.messages.size(), whole) << cut;
    EXPECT_EQ(result.bad_rows, 0u) << cut;
  }
}

TEST(CampaignProgress, IsTheShareOfTheFile) {
  const test::TempDir folder;
  Rejects rejects("", 10);
  CampaignOptions options;
  std::string text = "to,text\n";
  for (int i = 0; i < 100'000; ++i) text += "+491,Hello\n";
  options.source.path = folder.Write("campaign.csv", text);
  auto campaign = Campaign::Open(options, &rejects);
  ASSERT_TRUE(campaign.ok());
  EXPECT_FALSE((*campaign)->ended());
  double last = -1;
  for (;;) {
    auto batch = (*campaign)->NextBatch();
    ASSERT_TRUE(batch.ok());
    EXPECT_GT((*campaign)->Progress(), last);
    last = (*campaign)->Progress();
    if (*batch == nullptr) break;
    EXPECT_LE(last, 1);
    last = std::min(last, 0.999);
  }
  EXPECT_TRUE((*campaign)->ended());
  EXPECT_EQ((*campaign)->Progress(), 1);
}

TEST(CampaignProgress, IsTheShareOfTheLimitWhereThatIsLess) {
  const test::TempDir folder;
  Rejects rejects("", 10);
  CampaignOptions options;
  options.limit = 40'000;
  std::string text = "to,text\n";
  for (int i = 0; i < 100'000; ++i) text += "+491,Hello\n";
  options.source.path = folder.Write("campaign.csv", text);
  auto campaign = Campaign::Open(options, &rejects);
  ASSERT_TRUE(campaign.ok());
  auto batch = (*campaign)->NextBatch();
  ASSERT_TRUE(batch.ok());
  const auto rows = static_cast<double>((*campaign)->rows_read());
  EXPECT_NEAR((*campaign)->Progress(), rows / 40'000, 0.001);
}

}  // namespace
}  // namespace salvo::tools

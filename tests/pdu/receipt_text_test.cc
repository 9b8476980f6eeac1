#include "pdu/receipt_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace salvo::pdu {
namespace {

constexpr std::string_view kCanonical =
    "id:0123456789 sub:001 dlvrd:001 submit date:2411201530 done date:2411201531 stat:DELIVRD "
    "err:000 text:Hello World";

TEST(ReceiptText, HasEveryKeyOfTheCanonicalForm) {
  const ReceiptText fields = ParseReceiptText(kCanonical);
  EXPECT_EQ(fields.id, "0123456789");
  EXPECT_EQ(fields.sub, "001");
  EXPECT_EQ(fields.dlvrd, "001");
  EXPECT_EQ(fields.submit_date, "2411201530");
  EXPECT_EQ(fields.done_date, "2411201531");
  EXPECT_EQ(fields.stat, "DELIVRD");
  EXPECT_EQ(fields.err, "000");
  EXPECT_EQ(fields.text, "Hello World");
}

TEST(ReceiptText, TakesKeysInAnyCase) {
  const ReceiptText fields = ParseReceiptText(
      "ID:7 Sub:001 DLVRD:001 Submit Date:2411201530 Stat:delivrd Err:001 Text:Hi");
  EXPECT_EQ(fields.id, "7");
  EXPECT_EQ(fields.stat, "delivrd");
  EXPECT_EQ(fields.submit_date, "2411201530");
  EXPECT_EQ(fields.text, "Hi");
  EXPECT_EQ(ParseReceiptText("id:7 TEXT:Hi").text, "Hi");
}

TEST(ReceiptText, TakesDatesWithoutTheSpaceInTheirKeys) {
  const ReceiptText fields =
      ParseReceiptText("id:7 submitdate:2411201530 donedate:2411201531 stat:DELIVRD");
  EXPECT_EQ(fields.submit_date, "2411201530");
  EXPECT_EQ(fields.done_date, "2411201531");
}

TEST(ReceiptText, TakesDatesWithAnUnderscoreInTheirKeys) {
  const ReceiptText fields = ParseReceiptText("id:7 submit_date:2411201530 done_date:2411201531");
  EXPECT_EQ(fields.submit_date, "2411201530");
  EXPECT_EQ(fields.done_date, "2411201531");
}

TEST(ReceiptText, TakesSpacesBetweenKeyAndValue) {
  const ReceiptText fields = ParseReceiptText("id: 7  stat:  DELIVRD \r\n err: 0 text:Hi");
  EXPECT_EQ(fields.id, "7");
  EXPECT_EQ(fields.stat, "DELIVRD");
  EXPECT_EQ(fields.err, "0");
  EXPECT_EQ(fields.text, "Hi");
}

TEST(ReceiptText, TakesAKeyWithoutAValue) {
  const ReceiptText fields = ParseReceiptText("id:7 sub: dlvrd: stat:DELIVRD err: text:");
  EXPECT_EQ(fields.id, "7");
  EXPECT_EQ(fields.sub, "");
  EXPECT_EQ(fields.dlvrd, "");
  EXPECT_EQ(fields.stat, "DELIVRD");
  EXPECT_EQ(fields.err, "");
}

TEST(ReceiptText, TakesErrorsOfAnyLengthAndLetters) {
  for (const char* err : {"0", "01", "011", "0011", "65535", "EC_11", "1A"}) {
    EXPECT_EQ(ParseReceiptText("id:7 err:" + std::string(err) + " text:").err, err);
  }
}

TEST(ReceiptText, TakesDlvrdZeroWithDelivrd) {
  const ReceiptText fields = ParseReceiptText("id:7 sub:001 dlvrd:000 stat:DELIVRD err:000 text:");
  EXPECT_EQ(fields.dlvrd, "000");
  EXPECT_EQ(fields.stat, "DELIVRD");
}

TEST(ReceiptText, TakesKeysInAnotherOrder) {
  const ReceiptText fields = ParseReceiptText("stat:DELIVRD err:000 id:7 text:Hi");
  EXPECT_EQ(fields.id, "7");
  EXPECT_EQ(fields.stat, "DELIVRD");
}

TEST(ReceiptText, TakesATextThatEndsInANul) {
  const ReceiptText fields = ParseReceiptText(std::string_view("id:7 stat:DELIVRD\0", 18));
  EXPECT_EQ(fields.stat, "DELIVRD");
}

TEST(ReceiptText, FindsKeysAtTheStartOfAWordOnly) {
  const ReceiptText fields = ParseReceiptText("valid:9 id:7 substat:UNKNOWN stat:DELIVRD");
  EXPECT_EQ(fields.id, "7");
  EXPECT_EQ(fields.stat, "DELIVRD");
}

TEST(ReceiptText, LooksLikeAReceiptWhenItBeginsWithAnId) {
  EXPECT_TRUE(LooksLikeReceipt("id:7"));
  EXPECT_TRUE(LooksLikeReceipt("ID: 7"));
  EXPECT_FALSE(LooksLikeReceipt(""));
  EXPECT_FALSE(LooksLikeReceipt("id"));
  EXPECT_FALSE(LooksLikeReceipt(" id:7"));
  EXPECT_FALSE(LooksLikeReceipt("STOP id:7"));
}

struct Word {
  const char* word;
  MessageState state;
};

TEST(ReceiptState, IsReadFromEveryWordInUse) {
  constexpr Word kWords[] = {
      {"DELIVRD", MessageState::kDelivered},
      {"EXPIRED", MessageState::kExpired},
      {"DELETED", MessageState::kDeleted},
      {"UNDELIV", MessageState::kUndeliverable},
      {"ACCEPTD", MessageState::kAccepted},
      {"UNKNOWN", MessageState::kUnknown},
      {"REJECTD", MessageState::kRejected},
      {"ENROUTE", MessageState::kEnroute},
      {"ACKED", MessageState::kAccepted},
      {"BUFFRED", MessageState::kEnroute},
      {"BUFFERD", MessageState::kEnroute},
      {"DELIVERED", MessageState::kDelivered},
      {"UNDELIVERED", MessageState::kUndeliverable},
      {"UNDELIVERABLE", MessageState::kUndeliverable},
      {"ACCEPTED", MessageState::kAccepted},
      {"REJECTED", MessageState::kRejected},
      {"delivrd", MessageState::kDelivered},
      {"Expired", MessageState::kExpired},
      {"SKIPPED", MessageState::kSkipped},
      {"SCHEDULED", MessageState::kScheduled},
  };
  for (const Word& word : kWords) EXPECT_EQ(ParseReceiptState(word.word), word.state) << word.word;
}

TEST(ReceiptState, IsNotReadFromPartsOfWords) {
  for (const char* word : {"", "DELIV", "DELIVRDX", "XDELIVRD", "2", " DELIVRD"}) {
    EXPECT_EQ(ParseReceiptState(word), std::nullopt) << word;
  }
}

TEST(ReceiptState, HasTheSevenLettersOfTheSpecification) {
  EXPECT_EQ(ReceiptWord(MessageState::kEnroute), "ENROUTE");
  EXPECT_EQ(ReceiptWord(MessageState::kDelivered), "DELIVRD");
  EXPECT_EQ(ReceiptWord(MessageState::kExpired), "EXPIRED");
  EXPECT_EQ(ReceiptWord(MessageState::kDeleted), "DELETED");
  EXPECT_EQ(ReceiptWord(MessageState::kUndeliverable), "UNDELIV");
  EXPECT_EQ(ReceiptWord(MessageState::kAccepted), "ACCEPTD");
  EXPECT_EQ(ReceiptWord(MessageState::kUnknown), "UNKNOWN");
  EXPECT_EQ(ReceiptWord(MessageState::kRejected), "REJECTD");
  EXPECT_EQ(ReceiptWord(MessageState::kScheduled), "UNKNOWN");
  EXPECT_EQ(ReceiptWord(MessageState::kSkipped), "UNKNOWN");
}

TEST(ReceiptState, IsFinalWhenNoOtherCanFollow) {
  for (int state : {2, 3, 4, 5, 8, 9}) EXPECT_TRUE(IsFinal(static_cast<MessageState>(state)));
  for (int state : {0, 1, 6, 7, 10}) EXPECT_FALSE(IsFinal(static_cast<MessageState>(state)));
}

TEST(FormatReceipt, WritesTheCanonicalText) {
  std::vector<char> out(512);
  const size_t size = FormatReceiptText(ParseReceiptText(kCanonical), out);
  EXPECT_EQ(std::string_view(out.data(), size), kCanonical);
}

TEST(FormatReceipt, CutsTheSubscribersTextAfterTwentyOctets) {
  std::vector<char> out(512);
  ReceiptText fields;
  fields.text = "0123456789012345678901234";
  const std::string_view text(out.data(), FormatReceiptText(fields, out));
  EXPECT_TRUE(text.ends_with("text:01234567890123456789")) << text;
}

TEST(FormatReceipt, WritesNothingIntoTooLittleRoom) {
  std::vector<char> exact(kCanonical.size());
  EXPECT_EQ(FormatReceiptText(ParseReceiptText(kCanonical), exact), kCanonical.size());
  for (size_t size = 0; size < kCanonical.size(); ++size) {
    std::vector<char> out(size);
    EXPECT_EQ(FormatReceiptText(ParseReceiptText(kCanonical), out), 0u) << size;
  }
}

}  // namespace
}  // namespace salvo::pdu

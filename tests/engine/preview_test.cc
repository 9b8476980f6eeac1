#include "salvo/preview.h"

#include <gtest/gtest.h>

namespace salvo {
namespace {

MessagePreview PreviewOf(std::string_view text, std::string_view to = "491701234567") {
  AccountOptions account;
  account.hosts = {{"127.0.0.1", 2775}};
  account.system_id = "user";
  Message message;
  message.to = to;
  message.text = text;
  return Preview(account, message);
}

TEST(Preview, CountsSegmentsAsBilled) {
  EXPECT_EQ(PreviewOf(std::string(160, 'a')).segments, 1);
  EXPECT_EQ(PreviewOf(std::string(161, 'a')).segments, 2);
  EXPECT_EQ(PreviewOf(std::string(161, 'a')).encoding, Encoding::kGsm7);
}

TEST(Preview, HeedsTheFirstEncodingsOfMoreThanThereAre) {
  AccountOptions account;
  account.encodings.assign(9, Encoding::kUcs2);
  Message message;
  message.to = "491701234567";
  message.text = "Hello";
  EXPECT_EQ(Preview(account, message).encoding, Encoding::kUcs2);
}

TEST(Preview, NamesTheOneCharacterThatForcesUcs2) {
  const std::string text = std::string(100, 'a') + "\xE2\x80\x99" + "\xE2\x80\x99";
  const MessagePreview preview = PreviewOf(text);
  EXPECT_EQ(preview.encoding, Encoding::kUcs2);
  EXPECT_EQ(preview.costly_character, U'\u2019');
  EXPECT_EQ(preview.segments, 2);
  EXPECT_EQ(preview.segments_without, 1);
}

TEST(Preview, BlamesNoSingleCharacterWhereThereAreSeveral) {
  EXPECT_EQ(PreviewOf("\xE2\x80\x99 \xE2\x80\x9C").costly_character, char32_t{0});
}

TEST(Preview, TellsWhyAMessageCannotBeSent) {
  EXPECT_EQ(PreviewOf("Hello", "x").fault->field, MessageField::kTo);
}

}  // namespace
}  // namespace salvo

#include "tools/send/campaign/delimited.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tests/tools/send/campaign/reference_csv.h"
#include "tools/send/campaign/chunker.h"

namespace salvo::tools {
namespace {

using test::RandomCsv;
using test::ReferenceCsv;
using test::ReferenceRecord;
using testing::ElementsAre;

std::vector<ReferenceRecord> Read(std::string text, char delimiter = ',') {
  RecordIndex index;
  index.Find(text, delimiter, true);
  DelimitedReader reader(text.data(), index);
  std::vector<ReferenceRecord> records;
  while (reader.Next()) {
    ReferenceRecord record;
    for (const std::string_view field : reader.Fields()) record.fields.emplace_back(field);
    record.fault = reader.fault();
    record.row = records.size() + 1;
    record.line = reader.line() + 1;
    records.push_back(record);
  }
  return records;
}

RecordCount Count(std::string_view text, bool at_end) {
  RecordIndex index;
  return index.Find(text, ',', at_end);
}

std::vector<std::string> FieldsOf(const std::string& text, char delimiter = ',') {
  const auto records = Read(text, delimiter);
  EXPECT_EQ(records.size(), 1u);
  EXPECT_EQ(records.at(0).fault, "");
  return records.at(0).fields;
}

std::string FaultOf(const std::string& text) { return Read(text).at(0).fault; }

TEST(DelimitedReader, SplitsAtTheDelimiter) {
  EXPECT_THAT(FieldsOf("a,b,c\n"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(FieldsOf("a;b,c\n", ';'), ElementsAre("a", "b,c"));
  EXPECT_THAT(FieldsOf("a\tb c\n", '\t'), ElementsAre("a", "b c"));
}

TEST(DelimitedReader, EmptyFieldsAreFields) {
  EXPECT_THAT(FieldsOf(",\n"), ElementsAre("", ""));
  EXPECT_THAT(FieldsOf("a,,b,\n"), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(FieldsOf("\"\"\n"), ElementsAre(""));
}

TEST(DelimitedReader, TheLastRecordNeedsNoNewline) {
  EXPECT_THAT(FieldsOf("a,b"), ElementsAre("a", "b"));
  EXPECT_THAT(FieldsOf("a,"), ElementsAre("a", ""));
  EXPECT_THAT(FieldsOf("a,\"b\""), ElementsAre("a", "b"));
}

TEST(DelimitedReader, TakesCarriageReturnsBeforeNewlines) {
  EXPECT_THAT(FieldsOf("a,b\r\n"), ElementsAre("a", "b"));
  EXPECT_THAT(FieldsOf("a,b\r"), ElementsAre("a", "b"));
  EXPECT_THAT(FieldsOf("\"a\",\"b\"\r\n"), ElementsAre("a", "b"));
  EXPECT_THAT(FieldsOf("a\rb\n"), ElementsAre("a\rb"));
}

TEST(DelimitedReader, QuotesKeepDelimitersAndNewlines) {
  EXPECT_THAT(FieldsOf("\"a,b\",c\n"), ElementsAre("a,b", "c"));
  EXPECT_THAT(FieldsOf("\"a\nb\r\nc\",d\n"), ElementsAre("a\nb\r\nc", "d"));
}

TEST(DelimitedReader, ADoubledQuoteIsAQuote) {
  EXPECT_THAT(FieldsOf("\"say \"\"hi\"\"\",b\n"), ElementsAre("say \"hi\"", "b"));
  EXPECT_THAT(FieldsOf("\"\"\"\"\n"), ElementsAre("\""));
}

TEST(DelimitedReader, AQuoteInsideAFieldIsOrdinary) {
  EXPECT_THAT(FieldsOf("a\"b\"c,5\" pipe\n"), ElementsAre("a\"b\"c", "5\" pipe"));
  EXPECT_THAT(FieldsOf(" \"a\"\n"), ElementsAre(" \"a\""));
}

TEST(DelimitedReader, SkipsBlankLinesAndCountsThem) {
  const auto records = Read("\n\r\na\n\n\"b\nb\"\nc\n\n");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].line, 3u);
  EXPECT_EQ(records[1].line, 5u);
  EXPECT_EQ(records[2].line, 7u);
}

TEST(DelimitedReader, SaysWhatARecordLacks) {
  EXPECT_EQ(FaultOf("a,\"b\nc"), "a quote is never closed");
  EXPECT_EQ(FaultOf("\""), "a quote is never closed");
  EXPECT_EQ(FaultOf("\"a\"b,c\n"), "text follows a closing quote");
  EXPECT_EQ(FaultOf("\"a\" ,c\n"), "text follows a closing quote");
}

TEST(DelimitedReader, GoesOnBehindAFaultyRecord) {
  const auto records = Read("\"a\"b,c\nd,e\n");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[1].fault, "");
  EXPECT_THAT(records[1].fields, ElementsAre("d", "e"));
}

TEST(DelimitedReader, AnEmptyBufferHasNoRecord) { EXPECT_TRUE(Read("").empty()); }

// SALVO_TEST_SEED replays one seed.
std::vector<uint64_t> Seeds(uint64_t count) {
  if (const char* seed = std::getenv("SALVO_TEST_SEED")) return {std::strtoull(seed, nullptr, 10)};
  std::vector<uint64_t> seeds;
  for (uint64_t seed = 1; seed <= count; ++seed) seeds.push_back(seed);
  return seeds;
}

TEST(DelimitedProperty, ReadsWhatTheReferenceReads) {
  for (const uint64_t seed : Seeds(20'000)) {
    std::mt19937_64 random(seed);
    const std::string text = RandomCsv(random, random() % 60);
    for (const char delimiter : {',', ';', '\t'}) {
      ASSERT_EQ(Read(text, delimiter), ReferenceCsv(text, delimiter).Read())
          << "replay with SALVO_TEST_SEED=" << seed << ", delimiter '" << delimiter << "', text '"
          << text << "'";
    }
  }
}

// Marks are found 64 octets at a time: fields that fit in, and fields that do not.
TEST(DelimitedProperty, ReadsFieldsOfAnyLengthLikeTheReference) {
  for (const uint64_t seed : Seeds(5'000)) {
    std::mt19937_64 random(seed);
    std::string text;
    while (text.size() < 1000) {
      text += RandomCsv(random, random() % 12) + std::string(random() % 100, 'x');
    }
    ASSERT_EQ(Read(text), ReferenceCsv(text, ',').Read())
        << "replay with SALVO_TEST_SEED=" << seed << ", text '" << text << "'";
  }
}

// What the chunker counts must be what the reader finds, or row numbers drift.
TEST(DelimitedProperty, TheChunkerCountsTheRecordsAndLinesThatTheReaderFinds) {
  for (const uint64_t seed : Seeds(20'000)) {
    std::mt19937_64 random(seed);
    const std::string text = RandomCsv(random, random() % 60);
    SCOPED_TRACE("replay with SALVO_TEST_SEED=" + std::to_string(seed) + ", text '" + text + "'");
    for (const bool at_end : {false, true}) {
      const RecordCount count = Count(text, at_end);
      ASSERT_LE(count.end, text.size());
      if (at_end) {
        ASSERT_EQ(count.end, text.size());
      }
      const std::string taken = text.substr(0, count.end);
      ASSERT_EQ(count.rows, ReferenceCsv(taken, ',').Read().size());
      ASSERT_EQ(count.lines, static_cast<uint64_t>(std::count(taken.begin(), taken.end(), '\n')));
    }
  }
}

// A cut must not fall into a record: both halves read as the whole does.
TEST(DelimitedProperty, ACutAfterWholeRecordsChangesNothing) {
  for (const uint64_t seed : Seeds(5'000)) {
    std::mt19937_64 random(seed);
    const std::string text = RandomCsv(random, 40);
    const auto whole = ReferenceCsv(text, ',').Read();
    for (size_t cut = 0; cut <= text.size(); ++cut) {
      const RecordCount count = Count(text.substr(0, cut), false);
      auto halves = Read(text.substr(0, count.end));
      for (ReferenceRecord record : Read(text.substr(count.end))) {
        record.row += count.rows;
        record.line += count.lines;
        halves.push_back(record);
      }
      ASSERT_EQ(halves, whole) << "replay with SALVO_TEST_SEED=" << seed << ", cut at " << cut
                               << ", text '" << text << "'";
    }
  }
}

}  // namespace
}  // namespace salvo::tools

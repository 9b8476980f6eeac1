#include "tools/send/campaign/chunker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <thread>

#include "tests/tools/send/campaign/read_campaign.h"
#include "tests/tools/send/campaign/reference_csv.h"
#include "tools/common/csv_text.h"

namespace salvo::tools {
namespace {

using test::Describe;
using test::ReadResult;
using test::ReadText;

constexpr size_t kBoundary = Chunk::kUsualOctets;

// Rows of a known shape until the text has `octets`, to the octet.
std::string Filled(std::string text, size_t octets) {
  while (text.size() + 100 < octets) text += "+491,Hello\n";
  text += "+491," + std::string(octets - text.size() - 6, 'f') + "\n";
  return text;
}

// The record begins this far before the end of the first chunk.
class RecordAcrossChunks : public testing::TestWithParam<const char*> {};

TEST_P(RecordAcrossChunks, IsReadWholeWhereverTheCutFalls) {
  const std::string record = GetParam();
  const std::string header = "to,text\n";
  for (size_t offset = 0; offset <= record.size() + 2; ++offset) {
    const std::string text = Filled(header, header.size() + kBoundary - offset) + record +
                             "+4999,last\n" + "\n" + "+4998,\"end\"";
    const auto expected = test::ReferenceCsv(text, ',').Read();
    const ReadResult result = ReadText(text);
    ASSERT_TRUE(result.status.ok()) << result.status.message();
    ASSERT_EQ(result.bad_rows, 0u) << "offset " << offset << "\n" << result.rejects;
    ASSERT_EQ(result.messages.size(), expected.size() - 1) << "offset " << offset;
    for (size_t i = 0; i < result.messages.size(); ++i) {
      const test::ReadMessage& message = result.messages[i];
      const test::ReferenceRecord& record_i = expected[i + 1];
      ASSERT_EQ(message.row, record_i.row - 1) << "offset " << offset;
      ASSERT_EQ(message.line, record_i.line) << "offset " << offset;
      ASSERT_EQ(message.to, record_i.fields[0]) << "offset " << offset;
      ASSERT_EQ(message.text, record_i.fields[1]) << "offset " << offset;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Chunker, RecordAcrossChunks,
                         testing::Values("+4917,plain\n", "+4917,plain\r\n",
                                         "\"+4917\",\"a, \"\"b\"\"\"\n",
                                         "+4917,\"a\nb\r\n\n\"\"\nc\"\r\n", "\n\r\n+4917,x\n"));

TEST(Chunker, JsonRecordsAreWholeWhereverTheCutFalls) {
  const std::string record = "{\"to\":\"+4917\",\"text\":\"a \\\"b\\\"\"}\r\n";
  std::string before;
  while (before.size() + 200 < kBoundary) before += "{\"to\":\"+491\",\"text\":\"Hello\"}\n";
  const size_t rows = static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
  for (size_t offset = 0; offset <= record.size() + 1; ++offset) {
    // Blank characters before an object are no fault.
    const std::string filler(kBoundary - offset - before.size(), ' ');
    const ReadResult result =
        ReadText(before + filler + record + "\n{\"to\":\"1\",\"text\":\"last\"}");
    ASSERT_EQ(result.bad_rows, 0u) << "offset " << offset << "\n" << result.rejects;
    ASSERT_EQ(result.messages.size(), rows + 2) << "offset " << offset;
    EXPECT_EQ(result.messages[rows].text, "a \"b\"");
    EXPECT_EQ(result.messages[rows].row, rows + 1);
    EXPECT_EQ(result.messages[rows + 1].line, rows + 3);
  }
}

TEST(Chunker, AChunkGrowsToHoldALongRecord) {
  std::string text = "to,text\n";
  std::vector<size_t> sizes;
  for (size_t size = 1; size < Chunk::kMostOctets; size = size * 3 / 2 + 1) sizes.push_back(size);
  for (const size_t size : sizes) text += "+491,\"" + std::string(size - 1, '\n') + "x\"\n+492,y\n";
  const ReadResult result = ReadText(text);
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  ASSERT_EQ(result.messages.size(), 2 * sizes.size());
  uint64_t line = 2;
  for (size_t i = 0; i < sizes.size(); ++i) {
    EXPECT_EQ(result.messages[2 * i].text.size(), sizes[i]);
    EXPECT_EQ(result.messages[2 * i].line, line);
    line += sizes[i] + 1;
  }
}

TEST(Chunker, AShortCampaignIsSpreadOverManyChunks) {
  EXPECT_GE(ReadText(Filled("to,text\n", 100'000)).batches, 6u);
}

TEST(Chunker, TheLongestRecordIsOfAQuarterOfAMegabyte) {
  const std::string longest = "+491," + std::string(Chunk::kMostOctets - 6, 'x') + "\n";
  ReadResult result = ReadText("to,text\n+490,a\n" + longest + "+492,b\n");
  EXPECT_TRUE(result.status.ok()) << result.status.message();
  ASSERT_EQ(result.messages.size(), 3u);
  EXPECT_EQ(result.messages[1].text.size(), Chunk::kMostOctets - 6);
  EXPECT_EQ(result.messages[2].line, 4u);

  result = ReadText("to,text\n+490,a\n+491,x" + longest.substr(5) + "+492,b\n");
  EXPECT_THAT(std::string(result.status.message()),
              testing::HasSubstr("line 3 begins a record of more than 262144 octets: a quote that "
                                 "is never closed, or not a campaign file"));
}

TEST(Chunker, AQuoteThatIsNeverClosedIsFoundBeforeItEatsALargeFile) {
  std::string text = "to,text\n+490,a\n+491,\"open\n";
  while (text.size() < 3 * Chunk::kMostOctets) text += "+492,Hello\n";
  const ReadResult result = ReadText(text);
  EXPECT_THAT(std::string(result.status.message()),
              testing::HasSubstr("line 3 begins a record of more than"));
}

TEST(Chunker, AFileOfManyChunksReadsLikeTheReference) {
  const char* given = std::getenv("SALVO_TEST_SEED");
  const uint64_t first = given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
  for (uint64_t seed = first; seed < first + (given == nullptr ? 5 : 1); ++seed) {
    SCOPED_TRACE("replay with SALVO_TEST_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::string text = "to,text\n";
    while (text.size() < 30 * kBoundary) {
      std::string field = test::RandomCsv(random, random() % 80);
      std::string quoted;
      AppendCsvField(field, &quoted);
      text += "+491," + quoted + (random() % 2 == 0 ? "\n" : "\r\n");
      if (random() % 5 == 0) text += "\n";
    }
    const auto expected = test::ReferenceCsv(text, ',').Read();
    const ReadResult result = ReadText(text);
    ASSERT_TRUE(result.status.ok());
    EXPECT_GE(result.batches, 30u);
    ASSERT_EQ(result.rows_read, expected.size() - 1);
    size_t next = 0;
    for (size_t i = 1; i < expected.size(); ++i) {
      if (expected[i].fields[1].empty()) continue;  // no text: rejected
      ASSERT_LT(next, result.messages.size());
      ASSERT_EQ(result.messages[next].row, expected[i].row - 1);
      ASSERT_EQ(result.messages[next].line, expected[i].line);
      ASSERT_EQ(result.messages[next].text, expected[i].fields[1]);
      ++next;
    }
    EXPECT_EQ(next, result.messages.size());
  }
}

TEST(Chunker, RowsOfAPipeAreGivenOutAsTheyCome) {
  const test::TempDir folder;
  const std::string path = folder.Path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::fstream pipe(path, std::ios::in | std::ios::out);
  pipe << "to,text\n+491,a\n+492,\"b" << std::flush;
  Rejects rejects("", 10);
  CampaignOptions options;
  options.source.path = path;
  auto campaign = Campaign::Open(options, &rejects);
  ASSERT_TRUE(campaign.ok()) << campaign.status().message();
  const auto next = [&] {
    auto batch = (*campaign)->NextBatch();
    EXPECT_TRUE(batch.ok());
    std::string texts;
    Message message;
    while ((*batch)->Next(&message)) {
      texts += std::to_string(message.key) + ":" + std::string(message.text) + " ";
    }
    return texts;
  };
  EXPECT_EQ(next(), "1:a ");
  pipe << "\n\"\"c\"\n+493,d\n+49" << std::flush;
  EXPECT_EQ(next(), "2:b\n\"c 3:d ");
  pipe << "4,e\n" << std::flush;
  EXPECT_EQ(next(), "4:e ");
}

TEST(Chunker, AStopEndsTheWaitForAPipesNextRow) {
  const test::TempDir folder;
  const std::string path = folder.Path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::fstream pipe(path, std::ios::in | std::ios::out);
  pipe << "to,text\n+491,half a r" << std::flush;
  Rejects rejects("", 10);
  CampaignOptions options;
  options.source.path = path;
  auto campaign = Campaign::Open(options, &rejects);
  ASSERT_TRUE(campaign.ok()) << campaign.status().message();
  std::thread stopper([&] { (*campaign)->Stop(); });
  const auto batch = (*campaign)->NextBatch();
  stopper.join();
  EXPECT_EQ(batch.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ((*campaign)->rows_read(), 0u);
}

}  // namespace
}  // namespace salvo::tools

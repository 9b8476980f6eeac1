// Goal: a PDU log that has room and takes no samples is complete, whatever becomes of connections.
// Method: campaigns in the simulated world; the log's lines against what the SMSC wrote down.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <tuple>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"
#include "tests/support/temp_dir.h"

namespace salvo::test {
namespace {

// What a log says of submissions.
struct Log {
  // Which connection of an instance, its name, and the sequence_number: one submit_sm.
  using Place = std::tuple<uint32_t, std::string, std::string>;

  std::multiset<Place> writes;
  std::multiset<Place> reads;
  std::map<std::string, uint32_t> writes_to;  // by destination
  std::multiset<std::string> ids;
  std::vector<std::string> times;
  std::vector<std::string> others;
};

Log ReadLog(const std::string& path) {
  static const std::regex line_form(
      R"((\S+ \S+) \w+ +\(\w+,(\w+)\) (Write|Read) op:(\S+) \(\w+\) status:\d+ )"
      R"((?:\(\w+\) )?trn:(\d+) datalen:\d+(.*))");
  static const std::regex to_form(" DESTINATIONADDR:(\\d+)");
  static const std::regex id_form(" MESSAGEID:(\\S+)");
  Log log;
  std::map<std::string, uint32_t> connections;
  std::istringstream text(ReadWhole(path));
  for (std::string line; std::getline(text, line);) {
    std::smatch parts;
    if (!std::regex_match(line, parts, line_form)) {
      log.others.push_back(line);
      continue;
    }
    log.times.push_back(parts[1]);
    const std::string instance = parts[2];
    const std::string op = parts[4];
    const std::string fields = parts[6];
    if (op == "0x00000009") ++connections[instance];
    const Log::Place place{connections[instance], instance, parts[5]};
    std::smatch found;
    if (op == "0x00000004") {
      log.writes.insert(place);
      EXPECT_TRUE(std::regex_search(fields, found, to_form)) << line;
      ++log.writes_to[found[1]];
    } else if (op == "0x80000004") {
      log.reads.insert(place);
      if (std::regex_search(fields, found, id_form)) log.ids.insert(found[1]);
    }
  }
  return log;
}

class SimulatedLogs : public testing::Test {
 protected:
  CampaignOptions Logged() {
    CampaignOptions options;
    options.messages = 1000;
    options.account.binds = 3;
    options.log.pdu_path = path_;
    options.log.sample = 1;
    return options;
  }

  TempDir directory_;
  const std::string path_ = directory_.Path("pdu.log");
};

TEST_F(SimulatedLogs, HoldOneWriteAndOneReadASubmit) {
  CampaignWorld world(Logged());
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  world.EndLogs();
  const Log log = ReadLog(path_);
  EXPECT_EQ(log.writes.size(), 1000u);
  EXPECT_EQ(log.writes, log.reads);
  std::multiset<std::string> ids;
  for (const LedgerLine& line : world.Ledger()) {
    ids.insert(line.message_id);
    EXPECT_EQ(log.writes_to.at(line.dest), 1u);
  }
  EXPECT_EQ(log.ids, ids);
  EXPECT_TRUE(std::is_sorted(log.times.begin(), log.times.end()));
  EXPECT_EQ(log.others.size(), 3u) << "a total of each bind";
  world.CheckPromises();
}

TEST_F(SimulatedLogs, LackNothingWhenConnectionsAreLost) {
  CampaignOptions options = Logged();
  options.smsc.delay = *sim::DelayDistribution::Parse("uniform:1ms,50ms");
  CampaignWorld world(options);
  world.SubmitAll();
  for (int i = 1; i <= 5; ++i) {
    const Nanos at = world.world().now() + i * kSecond / 5;
    world.world().At(at, [&] { world.KillSmsc(); });
    world.world().At(at + kSecond / 20, [&] { world.StartSmsc(); });
  }
  ASSERT_TRUE(world.Run(kHour));
  world.EndLogs();
  const Log log = ReadLog(path_);
  EXPECT_GT(world.losses(), 0u);
  EXPECT_EQ(std::set(log.writes.begin(), log.writes.end()).size(), log.writes.size());
  EXPECT_TRUE(
      std::includes(log.writes.begin(), log.writes.end(), log.reads.begin(), log.reads.end()));
  EXPECT_EQ(log.ids.size(), world.Count(Result::kAccepted));
  std::map<std::string, uint32_t> taken;
  for (const LedgerLine& line : world.Ledger()) ++taken[line.dest];
  for (const auto& [to, count] : taken) EXPECT_GE(log.writes_to.at(to), count) << to;
  for (const std::string& line : log.others) {
    EXPECT_THAT(line, testing::HasSubstr(" sampled_out:0 dropped:0"));
  }
  world.CheckPromises();
}

}  // namespace
}  // namespace salvo::test

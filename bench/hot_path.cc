// What a message costs in instructions, from the campaign file to the line of its result:
// everything but the kernel, on one thread and without a clock, so that callgrind counts the same
// each time.
//
//   salvo_hot_path MESSAGES [campaign|library] [journal] [window=N]
//   salvo_hot_path compiler
//
// `campaign` reads a CSV file that it makes, renders, submits, settles and writes results;
// `library` submits messages from memory and only looks at their outcomes. bench/instructions.py
// runs it under callgrind. `compiler` names the one that it was built with.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "bench/memory_loop.h"
#include "bench/memory_messages.h"
#include "engine/shard/shard.h"
#include "tools/send/campaign/campaign.h"
#include "tools/send/results.h"
#include "tools/send/tally.h"

namespace salvo::bench {
namespace {

struct Options {
  uint64_t messages = 10'000;
  bool campaign = true;
  bool journal = false;
  uint32_t window = 100;
};

void WriteCampaign(const std::string& path, uint64_t rows) {
  std::ofstream file(path);
  file << "to,text\n";
  for (uint64_t row = 0; row < rows; ++row) {
    std::string text = "Dear customer " + std::to_string(row) + ", your parcel is on its way";
    text.resize(100, '.');
    file << '+' << 491'700'000'000 + row << ",\"" << text << "\"\n";
  }
}

// An engine of one shard, without its threads.
class Sender {
 public:
  Sender(const Options& options, const std::string& folder, Listener& listener)
      : shared_(std::make_unique<engine::SharedState>()) {
    AccountOptions account;
    account.hosts = {{"127.0.0.1", 2775}};
    account.system_id = "bench";
    account.password = "bench";
    account.source_addr = "SALVO";
    account.window = options.window;
    account.registered_delivery = 0;
    std::unique_ptr<engine::Account> made;
    if (!engine::Account::Create(account, 0, 1, loop_.now(), &made).ok()) std::abort();
    shared_->accounts.push_back(std::move(made));
    shared_->intake = std::make_unique<engine::Intake>(1, 16);
    shared_->reporter = std::make_unique<engine::Reporter>(&listener);
    shared_->wake_all = [] {};
    shared_->reporter->OnNews(shared_->wake_all);
    shared_->ConfigureReceipts(0, options.journal, nullptr, loop_.clock());
    shard_ = std::make_unique<engine::Shard>(*shared_, std::vector<engine::BindAssignment>{{0, 0}},
                                             loop_, 1);
    if (options.journal) UseJournal(folder + "/journal");
    shard_->Start();
  }

  // Has the shard work until it has taken the batch.
  void Submit(std::unique_ptr<MessageBatch> batch) {
    engine::Cursor cursor;
    cursor.batch = std::move(batch);
    while (shared_->intake->TryPut(cursor, engine::Intake::kAnyAccount) !=
           engine::Intake::Answer::kTaken) {
      Turn();
    }
  }

  void Finish() {
    shared_->intake->Close();
    shared_->finishing.store(true);
    while (!shard_->done()) Turn();
    Turn();
    shard_->EndJournal();
    shared_->reporter->RunOnce();
  }

 private:
  void UseJournal(const std::string& directory) {
    JournalOptions options;
    options.directory = directory;
    journal_ = *engine::JournalDirectory::Open(options);
    auto file = engine::ShardJournal::Start(*loop_.OpenForAppend(""), {1, 0, 1 << 20});
    shard_->UseJournal(*std::move(file), *journal_);
  }

  void Turn() {
    shard_->Turn();
    shared_->reporter->RunOnce();
  }

  MemoryLoop loop_;
  std::unique_ptr<engine::SharedState> shared_;
  std::unique_ptr<engine::JournalDirectory> journal_;
  std::unique_ptr<engine::Shard> shard_;
};

// Callgrind is told to count in these two only.
[[gnu::noinline]] uint64_t SendCampaign(const Options& options, const std::string& folder) {
  const std::string path = folder + "/campaign.csv";
  tools::Rejects rejects("", 0);
  tools::CampaignOptions campaign_options;
  campaign_options.source.path = path;
  auto campaign = *tools::Campaign::Open(campaign_options, &rejects);
  auto results = *tools::Results::Create(folder + "/results.csv");
  tools::Tally tally(results.get(), nullptr, [](const Event&) {});
  Sender sender(options, folder, tally);
  while (auto batch = *campaign->NextBatch()) sender.Submit(std::move(batch));
  sender.Finish();
  return tally.counts().accepted;
}

[[gnu::noinline]] uint64_t SendFromMemory(const Options& options, const std::string& folder) {
  AcceptedCounter counter;
  Sender sender(options, folder, counter);
  sender.Submit(std::make_unique<SameText>(options.messages));
  sender.Finish();
  return counter.accepted;
}

std::string Compiler() {
#ifdef __clang__
  return "clang " + std::to_string(__clang_major__);
#else
  return "g++ " + std::to_string(__GNUC__);
#endif
}

int Main(int argc, char** argv) {
  Options options;
  if (argc > 1 && std::string_view(argv[1]) == "compiler") {
    std::printf("%s\n", Compiler().c_str());
    return 0;
  }
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "campaign" || word == "library") options.campaign = word == "campaign";
    if (word == "journal") options.journal = true;
    if (i == 1) options.messages = std::strtoull(argv[i], nullptr, 10);
    if (word.starts_with("window=")) options.window = static_cast<uint32_t>(std::atoi(argv[i] + 7));
  }
  std::string folder = (std::filesystem::temp_directory_path() / "salvo-hot-path-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  if (options.campaign) WriteCampaign(folder + "/campaign.csv", options.messages);
  const uint64_t accepted =
      options.campaign ? SendCampaign(options, folder) : SendFromMemory(options, folder);
  std::filesystem::remove_all(folder);
  std::printf("%llu accepted\n", static_cast<unsigned long long>(accepted));
  return accepted == options.messages ? 0 : 1;
}

}  // namespace
}  // namespace salvo::bench

int main(int argc, char** argv) { return salvo::bench::Main(argc, argv); }

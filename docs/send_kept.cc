// Messages that nobody has a second time: they are kept in a journal before Submit returns.
// Whatever became of an earlier run, this one first sends what that left.
//
//   send_kept PORT DIRECTORY FIRST COUNT    sends to FIRST, FIRST + 1, ... ; keys are the numbers
#include <salvo/engine.h>

#include <cstdio>
#include <cstdlib>

class Printer : public salvo::Listener {
 public:
  void OnOutcomes(std::span<const salvo::Outcome> outcomes) override {
    for (const salvo::Outcome& outcome : outcomes) {
      std::printf("%s %s\n", std::to_string(outcome.key).c_str(),
                  std::string(salvo::NameOf(outcome.result)).c_str());
    }
    std::fflush(stdout);
  }
  void OnEvent(const salvo::Event& event) override {
    std::fprintf(stderr, "%s\n", std::string(event.text).c_str());
  }
};

static salvo::Status SendTheRest(salvo::Journal& journal, salvo::Engine& engine) {
  for (;;) {
    std::unique_ptr<salvo::MessageBatch> batch;
    salvo::Status status = journal.NextUnsettled(&batch);
    if (!status.ok() || batch == nullptr) return status;
    status = engine.Submit(std::move(batch));
    if (!status.ok()) return status;
  }
}

static salvo::Status SendNew(uint64_t first, uint64_t count, salvo::Engine& engine) {
  for (uint64_t key = first; key < first + count; ++key) {
    salvo::OwnedMessage message;
    message.key = key;
    message.to = std::to_string(key);
    message.text = "Hello from Salvo";
    std::vector<salvo::OwnedMessage> messages;
    messages.push_back(std::move(message));
    salvo::Status status = engine.Submit(salvo::MakeBatch(std::move(messages)));
    if (!status.ok()) return status;
    // From here on it is Salvo's.
    std::printf("%s kept\n", std::to_string(key).c_str());
    std::fflush(stdout);
  }
  return {};
}

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  salvo::AccountOptions account;
  account.hosts = {{"127.0.0.1", static_cast<uint16_t>(std::atoi(argv[1]))}};
  account.system_id = "demo";
  account.password = "demo";
  account.source_addr = "SALVO";

  std::unique_ptr<salvo::Journal> journal;
  salvo::JournalOptions journal_options;
  journal_options.directory = argv[2];
  journal_options.keep_messages = true;
  salvo::Status status = salvo::Journal::Open(journal_options, &journal);

  if (status.ok()) {
    // They left, and nobody knows whether they arrived: they are held.
    for (const uint64_t key : journal->Unknown()) {
      std::printf("%s unknown\n", std::to_string(key).c_str());
    }
  }
  Printer printer;
  salvo::EngineOptions options;
  options.journal = journal.get();
  std::unique_ptr<salvo::Engine> engine;
  if (status.ok()) status = salvo::Engine::Create(options, {account}, &printer, &engine);
  if (status.ok()) status = SendTheRest(*journal, *engine);
  if (status.ok()) {
    status =
        SendNew(std::strtoull(argv[3], nullptr, 10), std::strtoull(argv[4], nullptr, 10), *engine);
  }
  if (engine != nullptr) {
    engine->Finish();
    engine->WaitUntilDone();
  }
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.message().c_str());
  return status.ok() ? 0 : 1;
}

// The least that embeds Salvo: three messages, one account, every outcome on stdout.
#include <salvo/engine.h>

#include <cstdio>
#include <cstdlib>

class Printer : public salvo::Listener {
 public:
  void OnOutcomes(std::span<const salvo::Outcome> outcomes) override {
    for (const salvo::Outcome& outcome : outcomes) {
      std::printf("message %d: %s %s\n", static_cast<int>(outcome.key),
                  std::string(salvo::NameOf(outcome.result)).c_str(),
                  std::string(outcome.message_ids).c_str());
    }
  }
  void OnEvent(const salvo::Event& event) override {
    std::fprintf(stderr, "%s\n", std::string(event.text).c_str());
  }
};

int main(int argc, char** argv) {
  salvo::AccountOptions account;
  account.hosts = {{"127.0.0.1", 2775}};  // where `salvo sim` listens
  if (argc > 1) account.hosts[0].port = static_cast<uint16_t>(std::atoi(argv[1]));
  account.system_id = "demo";
  account.password = "demo";
  account.source_addr = "SALVO";
  account.rate = 100;

  Printer printer;
  std::unique_ptr<salvo::Engine> engine;
  salvo::Status status = salvo::Engine::Create({}, {account}, &printer, &engine);
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.message().c_str());
    return 1;
  }
  std::vector<salvo::OwnedMessage> messages(3);
  for (uint64_t i = 0; i < 3; ++i) {
    messages[i].key = i + 1;
    messages[i].to = "4917000000" + std::to_string(10 + i);
    messages[i].text = "Hello from Salvo";
  }
  status = engine->Submit(salvo::MakeBatch(std::move(messages)));
  engine->Finish();
  engine->WaitUntilDone();
  return status.ok() ? 0 : 1;
}

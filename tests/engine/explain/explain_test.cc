// The table is whole, agrees with the codec and with the machine, and is fit to be read.
#include "salvo/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include <cstring>
#include <map>
#include <set>
#include <string>

#include "engine/retry/classes.h"
#include "pdu/protocol.h"
#include "pdu/status.h"

namespace salvo {
namespace {

using testing::HasSubstr;

std::string Of(const Explanation& e) {
  return std::string(NameOf(e.topic)) + " " + std::string(e.name);
}

std::vector<std::string_view> AllTexts(const Texts& texts) {
  std::vector<std::string_view> all;
  for (const std::string_view text : texts) {
    if (!text.empty()) all.push_back(text);
  }
  return all;
}

TEST(Explanations, HoldEveryStatusOfTheCodecUnderItsName) {
  for (const pdu::StatusName& status : pdu::AllStatuses()) {
    const Explanation& e = ExplainStatus(static_cast<uint32_t>(status.status));
    EXPECT_EQ(e.name, status.name);
    EXPECT_EQ(e.first, static_cast<uint32_t>(status.status));
    EXPECT_EQ(e.last, e.first);
  }
}

TEST(Explanations, HoldNoStatusThatTheCodecDoesNotHave) {
  for (const Explanation& e : AllExplanations()) {
    if (e.topic != Topic::kStatus || !e.name.starts_with("ESME_R") || e.first != e.last) continue;
    EXPECT_EQ(pdu::NameOf(static_cast<pdu::CommandStatus>(e.first)), e.name);
  }
}

TEST(Explanations, CoverEveryNumberThatAStatusCanBe) {
  for (uint32_t status = 0; status < 0x600; ++status) {
    const Explanation& e = ExplainStatus(status);
    EXPECT_EQ(e.topic, Topic::kStatus) << status;
    EXPECT_TRUE(e.first <= status && status <= e.last) << status;
  }
  EXPECT_EQ(ExplainStatus(0x4AB).name, "ESME_RVENDOR");
  EXPECT_EQ(ExplainStatus(0x2FF).name, "RESERVED_113_3FF");
  EXPECT_EQ(ExplainStatus(0xFFFFFFFF).name, "RESERVED");
}

TEST(Explanations, HoldEveryReceiptStateOfTheCodec) {
  std::set<uint32_t> states;
  for (const Explanation& e : AllExplanations()) {
    if (e.topic != Topic::kReceiptState) continue;
    EXPECT_EQ(e.name, pdu::NameOf(static_cast<pdu::MessageState>(e.first)));
    states.insert(e.first);
  }
  for (uint32_t state = 0; state < 256; ++state) {
    const bool is_known = !pdu::NameOf(static_cast<pdu::MessageState>(state)).empty();
    EXPECT_EQ(states.contains(state), is_known) << state;
  }
}

TEST(Explanations, HoldEveryFaultOfACertificateThatOpenSslKnows) {
  std::set<uint32_t> numbers;
  for (const Explanation& e : AllExplanations()) {
    if (e.topic != Topic::kCertificate) continue;
    for (uint32_t number = e.first; number <= e.last; ++number) numbers.insert(number);
  }
  constexpr uint32_t kBeyond = 300;
  const std::string unknown = X509_verify_cert_error_string(kBeyond);
  for (uint32_t number = 1; number < kBeyond; ++number) {
    const std::string text = X509_verify_cert_error_string(static_cast<long>(number));
    EXPECT_TRUE(text == unknown || numbers.contains(number)) << number << ' ' << text;
  }
}

TEST(Explanations, CallErrorsOfSocketsAsTheSystemDoes) {
  int count = 0;
  for (const Explanation& e : AllExplanations()) {
    if (e.topic != Topic::kErrno) continue;
    EXPECT_EQ(e.title, strerrordesc_np(static_cast<int>(e.first)));
    EXPECT_EQ(e.name, strerrorname_np(static_cast<int>(e.first)));
    ++count;
  }
  EXPECT_GT(count, 20);
}

TEST(Explanations, AreInOrderAndDoNotOverlap) {
  const Explanation* before = nullptr;
  for (const Explanation& e : AllExplanations()) {
    EXPECT_LE(e.first, e.last) << Of(e);
    if (before != nullptr && before->topic == e.topic) {
      EXPECT_GT(e.first, before->last) << Of(e);
    }
    before = &e;
  }
}

TEST(Explanations, HoldEverySymptomOnce) {
  uint32_t next = 0;
  for (const Explanation& e : AllExplanations()) {
    if (e.topic != Topic::kSymptom) continue;
    EXPECT_EQ(e.first, next) << Of(e);
    EXPECT_EQ(&ExplainSymptom(static_cast<Symptom>(e.first)), &e);
    ++next;
  }
  EXPECT_EQ(next, static_cast<uint32_t>(Symptom::kTooManyBinds) + 1);
}

TEST(Explanations, AreFoundByTopicAndNumber) {
  EXPECT_EQ(FindExplanation(Topic::kErrno, 111)->name, "ECONNREFUSED");
  EXPECT_EQ(FindExplanation(Topic::kAlert, 116)->name, "certificate_required");
  EXPECT_EQ(FindExplanation(Topic::kCertificate, 10)->name, "X509_V_ERR_CERT_HAS_EXPIRED");
  EXPECT_EQ(FindExplanation(Topic::kStatus, 0x58)->name, "ESME_RTHROTTLED");
  EXPECT_EQ(FindExplanation(Topic::kNetworkError, 27)->name, "absentSubscriber");
  EXPECT_EQ(FindExplanation(Topic::kErrno, 9999), nullptr);
}

TEST(Explanations, HaveTextsThatAreNeitherEmptyNorTooLong) {
  constexpr size_t kMostTitle = 72;
  constexpr size_t kMostText = 260;
  constexpr size_t kMostLine = 110;
  for (const Explanation& e : AllExplanations()) {
    EXPECT_FALSE(e.name.empty());
    EXPECT_FALSE(e.title.empty()) << Of(e);
    EXPECT_LE(e.title.size(), kMostTitle) << Of(e);
    EXPECT_GT(e.meaning.size(), 10u) << Of(e);
    EXPECT_LE(e.meaning.size(), kMostText) << Of(e);
    EXPECT_TRUE(e.meaning.ends_with('.')) << Of(e);
    EXPECT_TRUE(e.mix_up.empty() || e.mix_up.ends_with('.')) << Of(e);
    EXPECT_FALSE(e.causes[0].empty()) << Of(e);
    EXPECT_FALSE(e.actions[0].empty()) << Of(e);
    for (const Texts* texts : {&e.causes, &e.actions}) {
      for (const std::string_view text : AllTexts(*texts)) {
        EXPECT_LE(text.size(), kMostLine) << text;
        EXPECT_FALSE(text.ends_with('.')) << text;
      }
    }
    EXPECT_FALSE(TreatmentOf(e).empty()) << Of(e);
    EXPECT_EQ(e.treatment.empty(), e.topic != Topic::kSymptom) << Of(e);
    EXPECT_EQ(NumberOf(e).empty(), e.topic == Topic::kSymptom) << Of(e);
    EXPECT_EQ(SourceOf(e).empty(), e.topic == Topic::kSymptom) << Of(e);
  }
}

// A text that stands twice says too little in one of the places.
TEST(Explanations, DoNotRepeatThemselves) {
  std::map<std::string_view, std::string> seen;
  for (const Explanation& e : AllExplanations()) {
    std::vector<std::string_view> texts = AllTexts(e.causes);
    texts.push_back(e.meaning);
    for (const std::string_view text : texts) {
      const auto [before, is_new] = seen.emplace(text, Of(e));
      EXPECT_TRUE(is_new) << text << ": " << before->second << " and " << Of(e);
    }
    const std::vector<std::string_view> actions = AllTexts(e.actions);
    EXPECT_EQ(std::set<std::string_view>(actions.begin(), actions.end()).size(), actions.size());
  }
}

TEST(Explanations, TellTheTreatmentThatTheEngineGives) {
  const std::map<StatusClass, std::string> beginnings = {
      {StatusClass::kPermanent, "permanent"},
      {StatusClass::kTemporary, "temporary"},
      {StatusClass::kThrottling, "throttling"},
      {StatusClass::kQueueFull, "queue-full"},
      {StatusClass::kStopsAccount, "stops the account"}};
  for (const engine::StatusDefault& status : engine::DefaultClasses()) {
    const Explanation& e = ExplainStatus(static_cast<uint32_t>(status.status));
    EXPECT_TRUE(TreatmentOf(e).starts_with(beginnings.at(status.status_class))) << Of(e);
  }
  EXPECT_THAT(TreatmentOf(ExplainStatus(0x45)), HasSubstr("up to 5 attempts"));
  EXPECT_THAT(TreatmentOf(ExplainStatus(0x08)), HasSubstr("up to 20 attempts within 24 hours"));
  EXPECT_THAT(TreatmentOf(ExplainStatus(0x05)), HasSubstr("a bind: tried again with growing "
                                                          "pauses, without a limit"));
  EXPECT_THAT(TreatmentOf(ExplainStatus(0x0D)), HasSubstr("given up after three rounds"));
  EXPECT_THAT(TreatmentOf(ExplainStatus(0x0E)), HasSubstr("three times in a row"));
}

TEST(Explanations, TellWhichAlertsAreFinal) {
  const auto treatment = [](uint32_t alert) {
    return TreatmentOf(*FindExplanation(Topic::kAlert, alert));
  };
  EXPECT_THAT(treatment(42), HasSubstr("one attempt at each host"));
  for (const uint32_t alert : {0u, 80u, 90u})
    EXPECT_THAT(treatment(alert), HasSubstr("three rounds"));
}

TEST(Explanations, NameTheKnownMixUps) {
  EXPECT_THAT(std::string(ExplainStatus(0x05).mix_up), HasSubstr("0x0B"));
  EXPECT_THAT(std::string(ExplainStatus(0x0B).mix_up), HasSubstr("0x05"));
  EXPECT_THAT(std::string(ExplainStatus(0x0D).mix_up), HasSubstr("0x0E"));
  EXPECT_THAT(std::string(ExplainStatus(0x0E).mix_up), HasSubstr("0x0D"));
}

}  // namespace
}  // namespace salvo

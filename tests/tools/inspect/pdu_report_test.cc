#include "tools/inspect/pdu_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/octets.h"
#include "tools/inspect/pdu_input.h"

namespace salvo::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr PduForm kForms[] = {PduForm::kTree, PduForm::kLine, PduForm::kJson};

struct Shown {
  explicit Shown(PduForm form) : report(form, [this](std::string_view lines) { text += lines; }) {}

  std::string text;
  PduReport report;
};

TEST(PduReport, ShowsNothingOfWhatFollowsABindThatIsCut) {
  // Cut before the password, within it, and before the system_id.
  for (const std::string octets :
       {"00000015 00000009 00000000 00000001 'demo' 00 'secret01' 00 00 34 00 00 00 00",
        "00000017 00000009 00000000 00000001 'demo' 00 'secret01' 00 00 34 00 00 00 00",
        "00000010 0000000B 00000000 00000001 'demo' 00 'secret01' 00",
        "00000015 00000009 00000000 00000001 'demo' 00 'secret01 and more' 00 00 34 00 00 00"}) {
    for (const PduForm form : kForms) {
      Shown shown(form);
      FindPdus(test::Hex(octets), &shown.report);
      EXPECT_EQ(shown.report.pdus(), 2u);
      EXPECT_EQ(shown.report.faulty(), 2u);
      EXPECT_THAT(shown.text, Not(HasSubstr("cret"))) << octets;
      EXPECT_THAT(shown.text, Not(HasSubstr("63726574"))) << octets;
    }
  }
}

TEST(PduReport, ShowsNothingOfItInTheNextBlockEither) {
  for (const PduForm form : kForms) {
    Shown shown(form);
    EXPECT_EQ(FindPdusInHex("00000000: 0000 0024 0000 0009 0000 0000 0000 0001\n"
                            "00000010: 6465 6d6f 00\n"
                            "00000000: 7365 6372 6574 3031 0000 3400 0000 00\n",
                            {}, &shown.report),
              absl::OkStatus());
    EXPECT_EQ(shown.report.pdus(), 2u);
    EXPECT_THAT(shown.text, Not(HasSubstr("secret01")));
  }
}

TEST(PduReport, ShowsWhatFollowsABindAndIsAPdu) {
  for (const PduForm form : kForms) {
    Shown shown(form);
    FindPdus(test::Hex("00000015 00000009 00000000 00000001 'demo' 00"
                       "00000010 00000015 00000000 00000002 'rest'"),
             &shown.report);
    EXPECT_EQ(shown.report.pdus(), 3u);
    EXPECT_THAT(shown.text, HasSubstr("enquire_link"));
    EXPECT_THAT(shown.text, Not(HasSubstr("may hold")));
  }
}

TEST(PduReport, LeavesOutTimesThatNobodyTold) {
  Origin origin;
  origin.packet = 3;
  for (const PduForm form : kForms) {
    Shown shown(form);
    shown.report.OnPdu(origin, test::Hex("00000010 00000015 00000000 00000002"));
    EXPECT_THAT(shown.text, Not(HasSubstr("1970")));
    origin.time_us = 0;
    shown.report.OnPdu(origin, test::Hex("00000010 00000015 00000000 00000002"));
    EXPECT_THAT(shown.text, HasSubstr("1970-01-01T00:00:00.000000Z"));
    origin.time_us.reset();
  }
}

}  // namespace
}  // namespace salvo::tools

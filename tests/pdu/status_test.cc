#include "pdu/status.h"

#include <gtest/gtest.h>

namespace salvo::pdu {
namespace {

struct KnownStatus {
  uint32_t value;
  std::string_view name;
};

// 3.4 section 5.1.3 and what 5.0 section 4.7.6 adds, with 5.0's spelling where they differ.
constexpr KnownStatus kKnownStatuses[] = {
    {0x00, "ESME_ROK"},
    {0x01, "ESME_RINVMSGLEN"},
    {0x02, "ESME_RINVCMDLEN"},
    {0x03, "ESME_RINVCMDID"},
    {0x04, "ESME_RINVBNDSTS"},
    {0x05, "ESME_RALYBND"},
    {0x06, "ESME_RINVPRTFLG"},
    {0x07, "ESME_RINVREGDLVFLG"},
    {0x08, "ESME_RSYSERR"},
    {0x0A, "ESME_RINVSRCADR"},
    {0x0B, "ESME_RINVDSTADR"},
    {0x0C, "ESME_RINVMSGID"},
    {0x0D, "ESME_RBINDFAIL"},
    {0x0E, "ESME_RINVPASWD"},
    {0x0F, "ESME_RINVSYSID"},
    {0x11, "ESME_RCANCELFAIL"},
    {0x13, "ESME_RREPLACEFAIL"},
    {0x14, "ESME_RMSGQFUL"},
    {0x15, "ESME_RINVSERTYP"},
    {0x33, "ESME_RINVNUMDESTS"},
    {0x34, "ESME_RINVDLNAME"},
    {0x40, "ESME_RINVDESTFLAG"},
    {0x42, "ESME_RINVSUBREP"},
    {0x43, "ESME_RINVESMCLASS"},
    {0x44, "ESME_RCNTSUBDL"},
    {0x45, "ESME_RSUBMITFAIL"},
    {0x48, "ESME_RINVSRCTON"},
    {0x49, "ESME_RINVSRCNPI"},
    {0x50, "ESME_RINVDSTTON"},
    {0x51, "ESME_RINVDSTNPI"},
    {0x53, "ESME_RINVSYSTYP"},
    {0x54, "ESME_RINVREPFLAG"},
    {0x55, "ESME_RINVNUMMSGS"},
    {0x58, "ESME_RTHROTTLED"},
    {0x61, "ESME_RINVSCHED"},
    {0x62, "ESME_RINVEXPIRY"},
    {0x63, "ESME_RINVDFTMSGID"},
    {0x64, "ESME_RX_T_APPN"},
    {0x65, "ESME_RX_P_APPN"},
    {0x66, "ESME_RX_R_APPN"},
    {0x67, "ESME_RQUERYFAIL"},
    {0xC0, "ESME_RINVTLVSTREAM"},
    {0xC1, "ESME_RTLVNOTALLWD"},
    {0xC2, "ESME_RINVTLVLEN"},
    {0xC3, "ESME_RMISSINGTLV"},
    {0xC4, "ESME_RINVTLVVAL"},
    {0xFE, "ESME_RDELIVERYFAILURE"},
    {0xFF, "ESME_RUNKNOWNERR"},
    {0x100, "ESME_RSERTYPUNAUTH"},
    {0x101, "ESME_RPROHIBITED"},
    {0x102, "ESME_RSERTYPUNAVAIL"},
    {0x103, "ESME_RSERTYPDENIED"},
    {0x104, "ESME_RINVDCS"},
    {0x105, "ESME_RINVSRCADDRSUBUNIT"},
    {0x106, "ESME_RINVDSTADDRSUBUNIT"},
    {0x107, "ESME_RINVBCASTFREQINT"},
    {0x108, "ESME_RINVBCASTALIAS_NAME"},
    {0x109, "ESME_RINVBCASTAREAFMT"},
    {0x10A, "ESME_RINVNUMBCAST_AREAS"},
    {0x10B, "ESME_RINVBCASTCNTTYPE"},
    {0x10C, "ESME_RINVBCASTMSGCLASS"},
    {0x10D, "ESME_RBCASTFAIL"},
    {0x10E, "ESME_RBCASTQUERYFAIL"},
    {0x10F, "ESME_RBCASTCANCELFAIL"},
    {0x110, "ESME_RINVBCAST_REP"},
    {0x111, "ESME_RINVBCASTSRVGRP"},
    {0x112, "ESME_RINVBCASTCHANIND"},
};

TEST(Status, KnowsEveryStatusOfTheSpecificationByName) {
  for (const KnownStatus& known : kKnownStatuses) {
    EXPECT_EQ(NameOf(static_cast<CommandStatus>(known.value)), known.name);
  }
  EXPECT_EQ(AllStatuses().size(), std::size(kKnownStatuses));
}

TEST(Status, ListsEachStatusOnceAscending) {
  for (size_t i = 1; i < AllStatuses().size(); ++i) {
    EXPECT_LT(AllStatuses()[i - 1].status, AllStatuses()[i].status) << AllStatuses()[i].name;
  }
}

TEST(Status, IsFoundByItsName) {
  for (const KnownStatus& known : kKnownStatuses) {
    EXPECT_EQ(ParseStatus(known.name), static_cast<CommandStatus>(known.value)) << known.name;
  }
}

TEST(Status, IsFoundWithoutThePrefixAndInLowerCase) {
  EXPECT_EQ(ParseStatus("RTHROTTLED"), CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(ParseStatus("rthrottled"), CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(ParseStatus("esme_RThrottled"), CommandStatus::ESME_RTHROTTLED);
}

TEST(Status, IsFoundByItsNumber) {
  EXPECT_EQ(ParseStatus("0x58"), CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(ParseStatus("0X00000058"), CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(ParseStatus("88"), CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(ParseStatus("0"), CommandStatus::ESME_ROK);
}

TEST(Status, IsTakenAsANumberEvenWhenNoVersionDefinesIt) {
  EXPECT_EQ(ParseStatus("0x4FF"), static_cast<CommandStatus>(0x4FF));
  EXPECT_EQ(ParseStatus("0xFFFFFFFF"), static_cast<CommandStatus>(0xFFFFFFFF));
}

TEST(Status, IsNotReadIntoAnythingElse) {
  for (std::string_view text : {"", "0x", "0x1_", "5x", "-1", "+1", " 88", "88 ", "0x100000000",
                                "4294967296", "RTHROTTLE", "ESME_", "ESME_RTHROTTLEDX"}) {
    EXPECT_EQ(ParseStatus(text), std::nullopt) << text;
  }
}

TEST(Status, OfTheVendorRangeHasTheNameOfTheRange) {
  EXPECT_EQ(NameOf(static_cast<CommandStatus>(0x400)), "ESME_RVENDOR");
  EXPECT_EQ(NameOf(static_cast<CommandStatus>(0x4FF)), "ESME_RVENDOR");
}

TEST(Status, ThatNoVersionDefinesHasNoName) {
  for (uint32_t value : {0x09u, 0x10u, 0x12u, 0x113u, 0x3FFu, 0x500u, 0xFFFFFFFFu}) {
    EXPECT_EQ(NameOf(static_cast<CommandStatus>(value)), "") << value;
  }
}

}  // namespace
}  // namespace salvo::pdu

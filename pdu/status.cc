#include "pdu/status.h"

#include <algorithm>

#include "pdu/number.h"

namespace salvo::pdu {
namespace {

constexpr StatusName kStatuses[] = {
    {CommandStatus::ESME_ROK, "ESME_ROK"},
    {CommandStatus::ESME_RINVMSGLEN, "ESME_RINVMSGLEN"},
    {CommandStatus::ESME_RINVCMDLEN, "ESME_RINVCMDLEN"},
    {CommandStatus::ESME_RINVCMDID, "ESME_RINVCMDID"},
    {CommandStatus::ESME_RINVBNDSTS, "ESME_RINVBNDSTS"},
    {CommandStatus::ESME_RALYBND, "ESME_RALYBND"},
    {CommandStatus::ESME_RINVPRTFLG, "ESME_RINVPRTFLG"},
    {CommandStatus::ESME_RINVREGDLVFLG, "ESME_RINVREGDLVFLG"},
    {CommandStatus::ESME_RSYSERR, "ESME_RSYSERR"},
    {CommandStatus::ESME_RINVSRCADR, "ESME_RINVSRCADR"},
    {CommandStatus::ESME_RINVDSTADR, "ESME_RINVDSTADR"},
    {CommandStatus::ESME_RINVMSGID, "ESME_RINVMSGID"},
    {CommandStatus::ESME_RBINDFAIL, "ESME_RBINDFAIL"},
    {CommandStatus::ESME_RINVPASWD, "ESME_RINVPASWD"},
    {CommandStatus::ESME_RINVSYSID, "ESME_RINVSYSID"},
    {CommandStatus::ESME_RCANCELFAIL, "ESME_RCANCELFAIL"},
    {CommandStatus::ESME_RREPLACEFAIL, "ESME_RREPLACEFAIL"},
    {CommandStatus::ESME_RMSGQFUL, "ESME_RMSGQFUL"},
    {CommandStatus::ESME_RINVSERTYP, "ESME_RINVSERTYP"},
    {CommandStatus::ESME_RINVNUMDESTS, "ESME_RINVNUMDESTS"},
    {CommandStatus::ESME_RINVDLNAME, "ESME_RINVDLNAME"},
    {CommandStatus::ESME_RINVDESTFLAG, "ESME_RINVDESTFLAG"},
    {CommandStatus::ESME_RINVSUBREP, "ESME_RINVSUBREP"},
    {CommandStatus::ESME_RINVESMCLASS, "ESME_RINVESMCLASS"},
    {CommandStatus::ESME_RCNTSUBDL, "ESME_RCNTSUBDL"},
    {CommandStatus::ESME_RSUBMITFAIL, "ESME_RSUBMITFAIL"},
    {CommandStatus::ESME_RINVSRCTON, "ESME_RINVSRCTON"},
    {CommandStatus::ESME_RINVSRCNPI, "ESME_RINVSRCNPI"},
    {CommandStatus::ESME_RINVDSTTON, "ESME_RINVDSTTON"},
    {CommandStatus::ESME_RINVDSTNPI, "ESME_RINVDSTNPI"},
    {CommandStatus::ESME_RINVSYSTYP, "ESME_RINVSYSTYP"},
    {CommandStatus::ESME_RINVREPFLAG, "ESME_RINVREPFLAG"},
    {CommandStatus::ESME_RINVNUMMSGS, "ESME_RINVNUMMSGS"},
    {CommandStatus::ESME_RTHROTTLED, "ESME_RTHROTTLED"},
    {CommandStatus::ESME_RINVSCHED, "ESME_RINVSCHED"},
    {CommandStatus::ESME_RINVEXPIRY, "ESME_RINVEXPIRY"},
    {CommandStatus::ESME_RINVDFTMSGID, "ESME_RINVDFTMSGID"},
    {CommandStatus::ESME_RX_T_APPN, "ESME_RX_T_APPN"},
    {CommandStatus::ESME_RX_P_APPN, "ESME_RX_P_APPN"},
    {CommandStatus::ESME_RX_R_APPN, "ESME_RX_R_APPN"},
    {CommandStatus::ESME_RQUERYFAIL, "ESME_RQUERYFAIL"},
    {CommandStatus::ESME_RINVTLVSTREAM, "ESME_RINVTLVSTREAM"},
    {CommandStatus::ESME_RTLVNOTALLWD, "ESME_RTLVNOTALLWD"},
    {CommandStatus::ESME_RINVTLVLEN, "ESME_RINVTLVLEN"},
    {CommandStatus::ESME_RMISSINGTLV, "ESME_RMISSINGTLV"},
    {CommandStatus::ESME_RINVTLVVAL, "ESME_RINVTLVVAL"},
    {CommandStatus::ESME_RDELIVERYFAILURE, "ESME_RDELIVERYFAILURE"},
    {CommandStatus::ESME_RUNKNOWNERR, "ESME_RUNKNOWNERR"},
    {CommandStatus::ESME_RSERTYPUNAUTH, "ESME_RSERTYPUNAUTH"},
    {CommandStatus::ESME_RPROHIBITED, "ESME_RPROHIBITED"},
    {CommandStatus::ESME_RSERTYPUNAVAIL, "ESME_RSERTYPUNAVAIL"},
    {CommandStatus::ESME_RSERTYPDENIED, "ESME_RSERTYPDENIED"},
    {CommandStatus::ESME_RINVDCS, "ESME_RINVDCS"},
    {CommandStatus::ESME_RINVSRCADDRSUBUNIT, "ESME_RINVSRCADDRSUBUNIT"},
    {CommandStatus::ESME_RINVDSTADDRSUBUNIT, "ESME_RINVDSTADDRSUBUNIT"},
    {CommandStatus::ESME_RINVBCASTFREQINT, "ESME_RINVBCASTFREQINT"},
    {CommandStatus::ESME_RINVBCASTALIAS_NAME, "ESME_RINVBCASTALIAS_NAME"},
    {CommandStatus::ESME_RINVBCASTAREAFMT, "ESME_RINVBCASTAREAFMT"},
    {CommandStatus::ESME_RINVNUMBCAST_AREAS, "ESME_RINVNUMBCAST_AREAS"},
    {CommandStatus::ESME_RINVBCASTCNTTYPE, "ESME_RINVBCASTCNTTYPE"},
    {CommandStatus::ESME_RINVBCASTMSGCLASS, "ESME_RINVBCASTMSGCLASS"},
    {CommandStatus::ESME_RBCASTFAIL, "ESME_RBCASTFAIL"},
    {CommandStatus::ESME_RBCASTQUERYFAIL, "ESME_RBCASTQUERYFAIL"},
    {CommandStatus::ESME_RBCASTCANCELFAIL, "ESME_RBCASTCANCELFAIL"},
    {CommandStatus::ESME_RINVBCAST_REP, "ESME_RINVBCAST_REP"},
    {CommandStatus::ESME_RINVBCASTSRVGRP, "ESME_RINVBCASTSRVGRP"},
    {CommandStatus::ESME_RINVBCASTCHANIND, "ESME_RINVBCASTCHANIND"},
};

constexpr uint32_t kFirstVendorStatus = 0x400;
constexpr uint32_t kLastVendorStatus = 0x4FF;

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return upper(x) == upper(y); });
}

}  // namespace

std::span<const StatusName> AllStatuses() { return kStatuses; }

std::string_view NameOf(CommandStatus status) {
  for (const StatusName& entry : kStatuses) {
    if (entry.status == status) return entry.name;
  }
  const auto value = static_cast<uint32_t>(status);
  if (value >= kFirstVendorStatus && value <= kLastVendorStatus) return "ESME_RVENDOR";
  return {};
}

std::optional<CommandStatus> ParseStatus(std::string_view text) {
  for (const StatusName& entry : kStatuses) {
    constexpr std::string_view kPrefix = "ESME_";
    if (EqualsIgnoringCase(text, entry.name)) return entry.status;
    if (EqualsIgnoringCase(text, entry.name.substr(kPrefix.size()))) return entry.status;
  }
  const std::optional<uint64_t> number = ParseNumber(text, UINT32_MAX);
  if (!number) return std::nullopt;
  return static_cast<CommandStatus>(*number);
}

}  // namespace salvo::pdu

#include "engine/retry/classes.h"

#include <algorithm>

namespace salvo::engine {
namespace {

using pdu::CommandStatus;

// Providers use these statuses for more than the specification says: worth a few attempts.
constexpr uint32_t kFew = 5;

constexpr StatusDefault kDefaults[] = {
    {CommandStatus::ESME_RINVMSGLEN, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVCMDLEN, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVCMDID, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVBNDSTS, StatusClass::kTemporary, kFew},
    {CommandStatus::ESME_RALYBND, StatusClass::kTemporary, kFew},
    {CommandStatus::ESME_RINVPRTFLG, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVREGDLVFLG, StatusClass::kPermanent},
    {CommandStatus::ESME_RSYSERR, StatusClass::kTemporary},
    {CommandStatus::ESME_RINVSRCADR, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVDSTADR, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVMSGID, StatusClass::kPermanent},
    {CommandStatus::ESME_RBINDFAIL, StatusClass::kTemporary, kFew},
    {CommandStatus::ESME_RINVPASWD, StatusClass::kStopsAccount},
    {CommandStatus::ESME_RINVSYSID, StatusClass::kStopsAccount},
    {CommandStatus::ESME_RCANCELFAIL, StatusClass::kPermanent},
    {CommandStatus::ESME_RREPLACEFAIL, StatusClass::kPermanent},
    {CommandStatus::ESME_RMSGQFUL, StatusClass::kQueueFull},
    {CommandStatus::ESME_RINVSERTYP, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVNUMDESTS, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVDLNAME, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVDESTFLAG, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVSUBREP, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVESMCLASS, StatusClass::kPermanent},
    {CommandStatus::ESME_RCNTSUBDL, StatusClass::kPermanent},
    {CommandStatus::ESME_RSUBMITFAIL, StatusClass::kTemporary, kFew},
    {CommandStatus::ESME_RINVSRCTON, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVSRCNPI, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVDSTTON, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVDSTNPI, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVSYSTYP, StatusClass::kStopsAccount},
    {CommandStatus::ESME_RINVREPFLAG, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVNUMMSGS, StatusClass::kPermanent},
    {CommandStatus::ESME_RTHROTTLED, StatusClass::kThrottling},
    {CommandStatus::ESME_RINVSCHED, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVEXPIRY, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVDFTMSGID, StatusClass::kPermanent},
    {CommandStatus::ESME_RX_T_APPN, StatusClass::kTemporary},
    {CommandStatus::ESME_RX_P_APPN, StatusClass::kPermanent},
    {CommandStatus::ESME_RX_R_APPN, StatusClass::kPermanent},
    {CommandStatus::ESME_RQUERYFAIL, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVTLVSTREAM, StatusClass::kPermanent},
    {CommandStatus::ESME_RTLVNOTALLWD, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVTLVLEN, StatusClass::kPermanent},
    {CommandStatus::ESME_RMISSINGTLV, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVTLVVAL, StatusClass::kPermanent},
    {CommandStatus::ESME_RDELIVERYFAILURE, StatusClass::kPermanent},
    {CommandStatus::ESME_RUNKNOWNERR, StatusClass::kTemporary, kFew},
    {CommandStatus::ESME_RSERTYPUNAUTH, StatusClass::kPermanent},
    {CommandStatus::ESME_RPROHIBITED, StatusClass::kPermanent},
    {CommandStatus::ESME_RSERTYPUNAVAIL, StatusClass::kTemporary},
    {CommandStatus::ESME_RSERTYPDENIED, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVDCS, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVSRCADDRSUBUNIT, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVDSTADDRSUBUNIT, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVBCASTFREQINT, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVBCASTALIAS_NAME, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVBCASTAREAFMT, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVNUMBCAST_AREAS, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVBCASTCNTTYPE, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVBCASTMSGCLASS, StatusClass::kPermanent},
    {CommandStatus::ESME_RBCASTFAIL, StatusClass::kPermanent},
    {CommandStatus::ESME_RBCASTQUERYFAIL, StatusClass::kPermanent},
    {CommandStatus::ESME_RBCASTCANCELFAIL, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVBCAST_REP, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVBCASTSRVGRP, StatusClass::kPermanent},
    {CommandStatus::ESME_RINVBCASTCHANIND, StatusClass::kPermanent},
};

}  // namespace

std::span<const StatusDefault> DefaultClasses() { return kDefaults; }

StatusDefault DefaultClassOf(CommandStatus status) {
  const auto* found =
      std::lower_bound(std::begin(kDefaults), std::end(kDefaults), status,
                       [](const StatusDefault& d, CommandStatus s) { return d.status < s; });
  if (found != std::end(kDefaults) && found->status == status) return *found;
  return {status, StatusClass::kTemporary, kFew};
}

}  // namespace salvo::engine

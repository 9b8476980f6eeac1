// Every command_status of SMPP 3.4 and 5.0, with its name.
// Pure data: no state, no thread, no allocation. Names returned are static storage.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace salvo::pdu {

// 3.4 section 5.1.3, 5.0 section 4.7.6. Spelled as the specification spells them, so that a log
// line, a provider's manual and this source can be searched with one word.
enum class CommandStatus : uint32_t {
  ESME_ROK = 0x00,
  ESME_RINVMSGLEN = 0x01,
  ESME_RINVCMDLEN = 0x02,
  ESME_RINVCMDID = 0x03,
  ESME_RINVBNDSTS = 0x04,
  ESME_RALYBND = 0x05,
  ESME_RINVPRTFLG = 0x06,
  ESME_RINVREGDLVFLG = 0x07,
  ESME_RSYSERR = 0x08,
  ESME_RINVSRCADR = 0x0A,
  ESME_RINVDSTADR = 0x0B,
  ESME_RINVMSGID = 0x0C,
  ESME_RBINDFAIL = 0x0D,
  ESME_RINVPASWD = 0x0E,
  ESME_RINVSYSID = 0x0F,
  ESME_RCANCELFAIL = 0x11,
  ESME_RREPLACEFAIL = 0x13,
  ESME_RMSGQFUL = 0x14,
  ESME_RINVSERTYP = 0x15,
  ESME_RINVNUMDESTS = 0x33,
  ESME_RINVDLNAME = 0x34,
  ESME_RINVDESTFLAG = 0x40,
  ESME_RINVSUBREP = 0x42,
  ESME_RINVESMCLASS = 0x43,
  ESME_RCNTSUBDL = 0x44,
  ESME_RSUBMITFAIL = 0x45,
  ESME_RINVSRCTON = 0x48,
  ESME_RINVSRCNPI = 0x49,
  ESME_RINVDSTTON = 0x50,
  ESME_RINVDSTNPI = 0x51,
  ESME_RINVSYSTYP = 0x53,
  ESME_RINVREPFLAG = 0x54,
  ESME_RINVNUMMSGS = 0x55,
  ESME_RTHROTTLED = 0x58,
  ESME_RINVSCHED = 0x61,
  ESME_RINVEXPIRY = 0x62,
  ESME_RINVDFTMSGID = 0x63,
  ESME_RX_T_APPN = 0x64,
  ESME_RX_P_APPN = 0x65,
  ESME_RX_R_APPN = 0x66,
  ESME_RQUERYFAIL = 0x67,
  ESME_RINVTLVSTREAM = 0xC0,  // 3.4: ESME_RINVOPTPARSTREAM
  ESME_RTLVNOTALLWD = 0xC1,   // 3.4: ESME_ROPTPARNOTALLWD
  ESME_RINVTLVLEN = 0xC2,     // 3.4: ESME_RINVPARLEN
  ESME_RMISSINGTLV = 0xC3,    // 3.4: ESME_RMISSINGOPTPARAM
  ESME_RINVTLVVAL = 0xC4,     // 3.4: ESME_RINVOPTPARAMVAL
  ESME_RDELIVERYFAILURE = 0xFE,
  ESME_RUNKNOWNERR = 0xFF,
  ESME_RSERTYPUNAUTH = 0x100,  // from here on 5.0
  ESME_RPROHIBITED = 0x101,
  ESME_RSERTYPUNAVAIL = 0x102,
  ESME_RSERTYPDENIED = 0x103,
  ESME_RINVDCS = 0x104,
  ESME_RINVSRCADDRSUBUNIT = 0x105,
  ESME_RINVDSTADDRSUBUNIT = 0x106,
  ESME_RINVBCASTFREQINT = 0x107,
  ESME_RINVBCASTALIAS_NAME = 0x108,
  ESME_RINVBCASTAREAFMT = 0x109,
  ESME_RINVNUMBCAST_AREAS = 0x10A,
  ESME_RINVBCASTCNTTYPE = 0x10B,
  ESME_RINVBCASTMSGCLASS = 0x10C,
  ESME_RBCASTFAIL = 0x10D,
  ESME_RBCASTQUERYFAIL = 0x10E,
  ESME_RBCASTCANCELFAIL = 0x10F,
  ESME_RINVBCAST_REP = 0x110,
  ESME_RINVBCASTSRVGRP = 0x111,
  ESME_RINVBCASTCHANIND = 0x112,
};

struct StatusName {
  CommandStatus status;
  std::string_view name;  // "ESME_RTHROTTLED"
};

// Every status of the enum, once, ascending.
std::span<const StatusName> AllStatuses();

// "ESME_RVENDOR" for the range 0x400-0x4FF that belongs to vendors, "" for other unknown values.
std::string_view NameOf(CommandStatus status);

// Takes "ESME_RTHROTTLED", "RTHROTTLED" (either case), "0x58" or "88"; nullopt for anything else.
std::optional<CommandStatus> ParseStatus(std::string_view text);

}  // namespace salvo::pdu

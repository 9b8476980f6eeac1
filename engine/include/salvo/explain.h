// What a failure means and what to do about it: one table of every command_status, socket error,
// TLS alert, fault of a certificate, receipt state and network error, and of the symptoms that have
// no number. Constant data and pure functions; any thread. Views have static storage.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace salvo {

enum class Topic : uint8_t {
  kStatus,        // a command_status
  kErrno,         // an error of connect() or of a socket, by Linux's numbers
  kAlert,         // a TLS alert
  kCertificate,   // why a certificate was not trusted: X509_V_ERR_...
  kReceiptState,  // message_state, or the word behind "stat:"
  kNetworkError,  // what stands behind "err:", by the numbers of GSM networks
  kSymptom,       // has no number
};

// "status", "errno", "alert", "certificate", "state", "err", "symptom"
std::string_view NameOf(Topic topic);

// A fault that is known by what it looks like.
enum class Symptom : uint8_t {
  kNoReceipts,
  kReceiptsStop,
  kDuplicateReceipts,
  kUnmatchedReceipts,
  kIdleDrops,
  kLoadDrops,
  kSlow,
  kStuckWindow,
  kDeadSessions,
  kClosedAtOnce,
  kWrongCharacters,
  kBrokenLongMessages,
  kHighCost,
  kMessagesTwice,
  kNotDelivered,
  kUnreachable,
  kUnresolved,
  kNotSmpp,
  kStopsByItself,
  kReceiptTimes,
  // What shows while an account is set up.
  kReadableSecret,
  kOddPassword,
  kNoRing,
  kLowLimits,
  kClock,
  kPlainPort,
  kTlsPort,
  kClosedInHandshake,
  kClientCertificate,
  kBindUnanswered,
  kSystemType,
  kNoTransceiver,
  kSecondClient,
  kOtherVersion,
  kSilentPeer,
  kUnbindUnanswered,
  kUnanswered,
  kSenderType,
  kUnmarkedReceipts,
  kNoInbound,
  kThrottledBelowRate,
  kTooManyBinds,
};

// Texts from the front; the empty ones at the end are none.
using Texts = std::array<std::string_view, 4>;

struct Explanation {
  Topic topic = Topic::kStatus;
  uint32_t first =
      0;  // the number, or the first and the last of a range; of a symptom, its Symptom
  uint32_t last = 0;
  std::string_view name;            // "ESME_RTHROTTLED", "ECONNREFUSED", "no receipts arrive"
  std::string_view also;            // what else it is called, for searches; may be empty
  std::string_view title;           // a few words: "sent too fast"
  std::string_view meaning;         // a sentence or two
  Texts causes;                     // the likeliest first
  Texts actions;                    // in the order to try them
  std::string_view mix_up;          // what it is taken for, or used for wrongly; mostly empty
  std::string_view treatment = "";  // of a symptom; of all others TreatmentOf tells it
};

// All entries, topic by topic, each ascending by number.
std::span<const Explanation> AllExplanations();

// The entry of a command_status; of a vendor's or a reserved one, that of its range.
const Explanation& ExplainStatus(uint32_t command_status);

// The entry of a symptom.
const Explanation& ExplainSymptom(Symptom symptom);

// The entry of a number of that topic; nullptr when there is none.
const Explanation* FindExplanation(Topic topic, uint32_t number);

// The entries that somebody may mean who typed that, best first: a number, hexadecimal or decimal;
// a name or a part of one; a number or a name behind its topic ("errno 111", "err 012", "stat
// UNDELIV"); words of a symptom or of an error message. Empty when there is none.
std::vector<const Explanation*> FindExplanations(std::string_view words);

// The number as it is usually written: "0x58", "111", "err 027"; "" of a symptom.
std::string NumberOf(const Explanation& explanation);

// Where it is defined: "SMPP 3.4 section 5.1.3"; "" of a symptom.
std::string_view SourceOf(const Explanation& explanation);

// What the engine does when it meets it, with the default settings.
std::string TreatmentOf(const Explanation& explanation);

}  // namespace salvo

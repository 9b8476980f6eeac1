// What goes into the engine, and what comes out of it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "salvo/account.h"

namespace salvo {

struct Tlv {
  uint16_t tag = 0;
  std::string_view value;  // octets
};

// One text to one recipient. Views must stay valid as the batch they come from says.
struct Message {
  uint64_t key = 0;       // the caller's; comes back in the outcome (the command line: the row)
  uint64_t tag = 0;       // the same, of no meaning to the engine (the command line: the line)
  std::string_view to;    // an international number, with or without '+', or a short code
  std::string_view from;  // "": the account's source_addr
  std::string_view text;  // UTF-8
  // They replace those of the account. Not message_payload or sar_msg_ref_num and its companions,
  // which are for the account's long_messages to set.
  std::span<const Tlv> tlvs;
};

// A part of a message, and why the message cannot be sent as it is.
enum class MessageField : uint8_t { kTo, kFrom, kText, kTlvs };
struct MessageFault {
  MessageField field = MessageField::kTo;
  std::string_view reason;  // one clause of static storage
};

// Messages that come one by one, made when they are asked for: a row of a file is not rendered
// before there is room to send it. A batch is moved between threads but used by one at a time: a
// shard that waits for answers or tokens leaves it to one that does not. While one shard sends all
// the time the others have nothing of it, so several batches, of some thousand messages at most,
// are faster than one.
class MessageBatch {
 public:
  virtual ~MessageBatch() = default;
  // False at the end. The message's views are valid until the next call or the batch's end. Runs
  // on a shard's thread: it must neither block nor throw, and so the next one.
  virtual bool Next(Message* message) = 0;
  // The message that Next gave last cannot be sent: called before its outcome (kInvalid) is made,
  // on the same thread as Next.
  virtual void OnInvalid(const MessageFault& /*fault*/) {}
};

struct OwnedMessage {
  uint64_t key = 0;
  uint64_t tag = 0;
  std::string to;
  std::string from;
  std::string text;
  std::vector<OwnedTlv> tlvs;

  static OwnedMessage Of(const Message& message);
};

// A batch that holds its messages.
std::unique_ptr<MessageBatch> MakeBatch(std::vector<OwnedMessage> messages);

enum class Result : uint8_t {
  kAccepted,  // the SMSC took all segments
  kRejected,  // it refused one for good, or until there was no further retry: command_status tells
  kUnknown,   // a segment left and no answer came: it may or may not have been taken
  kUnsent,    // still to be sent, all or a part of it: it never left, or was refused for now
  kInvalid,   // cannot be sent as it is: detail tells
};

// "accepted", "rejected", "unknown", "unsent", "invalid"
std::string_view NameOf(Result result);

// Every message submitted gets exactly one. Views are valid during the call that brings them.
struct Outcome {
  uint64_t key = 0;
  uint64_t tag = 0;
  std::string_view to;  // as it was sent
  Result result = Result::kUnsent;
  uint16_t segments = 0;         // as billed; 0 when invalid
  uint32_t command_status = 0;   // of the refusal that was final
  std::string_view message_ids;  // of the segments accepted, in order, joined by a space
  uint32_t attempts = 0;         // submissions of the segment that took most
  int64_t submitted_at_ns = 0;   // since 1970 UTC; 0: never
  int64_t answered_at_ns = 0;    // the last answer; 0: none
  std::string_view detail;       // one clause, when the result is kInvalid
  bool earlier = false;          // settled by an earlier run, as the journal says
};

// "ESME_RTHROTTLED"; "" for a status without a name.
std::string_view CommandStatusName(uint32_t command_status);

}  // namespace salvo

#include "salvo/message.h"

#include <utility>

#include "pdu/protocol.h"
#include "salvo/engine.h"

namespace salvo {
namespace {

class OwnedBatch : public MessageBatch {
 public:
  explicit OwnedBatch(std::vector<OwnedMessage> messages) : messages_(std::move(messages)) {}

  bool Next(Message* message) override {
    if (next_ == messages_.size()) return false;
    const OwnedMessage& owned = messages_[next_++];
    tlvs_.clear();
    for (const OwnedTlv& tlv : owned.tlvs) tlvs_.push_back({tlv.tag, tlv.value});
    *message = {owned.key, owned.tag, owned.to, owned.from, owned.text, tlvs_};
    return true;
  }

 private:
  std::vector<OwnedMessage> messages_;
  std::vector<Tlv> tlvs_;
  size_t next_ = 0;
};

}  // namespace

OwnedMessage OwnedMessage::Of(const Message& message) {
  OwnedMessage owned = {message.key,
                        message.tag,
                        std::string(message.to),
                        std::string(message.from),
                        std::string(message.text),
                        {}};
  for (const Tlv& tlv : message.tlvs) owned.tlvs.push_back({tlv.tag, std::string(tlv.value)});
  return owned;
}

std::unique_ptr<MessageBatch> MakeBatch(std::vector<OwnedMessage> messages) {
  return std::make_unique<OwnedBatch>(std::move(messages));
}

std::string_view NameOf(Result result) {
  switch (result) {
    case Result::kAccepted:
      return "accepted";
    case Result::kRejected:
      return "rejected";
    case Result::kUnknown:
      return "unknown";
    case Result::kUnsent:
      return "unsent";
    case Result::kInvalid:
      return "invalid";
  }
  return "";
}

std::string_view NameOf(BindState state) {
  switch (state) {
    case BindState::kWaiting:
      return "waiting";
    case BindState::kConnecting:
      return "connecting";
    case BindState::kBinding:
      return "binding";
    case BindState::kBound:
      return "bound";
    case BindState::kUnbinding:
      return "unbinding";
    case BindState::kStopped:
      return "stopped";
  }
  return "";
}

std::string_view CommandStatusName(uint32_t command_status) {
  return pdu::NameOf(static_cast<pdu::CommandStatus>(command_status));
}

}  // namespace salvo

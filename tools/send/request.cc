#include "tools/send/request.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "salvo/preview.h"
#include "tools/common/human.h"
#include "tools/send/files.h"

namespace salvo::tools {
namespace {

// Why the message of --to cannot be sent, with the flag that is to blame; "" when it can.
std::string FaultOfSingle(const SendOptions& options) {
  if (options.to.empty()) return "";
  const std::unique_ptr<MessageBatch> batch = SingleMessage(options);
  Message message;
  batch->Next(&message);
  if (message.text.empty()) return "--text: the text is empty";
  for (const AccountOptions& account : options.accounts) {
    const auto fault = Preview(account, message).fault;
    if (!fault) continue;
    const char* flag = fault->field == MessageField::kTo     ? "--to"
                       : fault->field == MessageField::kFrom ? "--from"
                                                             : "--text";
    return absl::StrFormat("%s: %s", flag, fault->reason);
  }
  return "";
}

}  // namespace

int Fail(const SendOptions& options, int code, std::string_view sentence) {
  std::fprintf(stderr, "salvo %s: %s\n", options.goes_on ? "resume" : "send",
               std::string(sentence).c_str());
  return code;
}

int Fail(const SendOptions& options, int code, const absl::Status& status) {
  const absl::string_view message = status.message();
  return Fail(options, code, std::string_view(message.data(), message.size()));
}

std::unique_ptr<MessageBatch> SingleMessage(const SendOptions& options) {
  OwnedMessage message;
  message.key = 1;
  message.tag = 1;
  message.to = options.to;
  message.from = options.from;
  if (options.text) {
    options.text->Render([](size_t) { return std::string_view(); }, &message.text);
  }
  std::vector<OwnedMessage> messages;
  messages.push_back(std::move(message));
  return MakeBatch(std::move(messages));
}

bool CanSend(const AccountOptions& account) { return account.bind_type != BindType::kReceiver; }

std::string FaultOf(const SendOptions& options) {
  if (std::none_of(options.accounts.begin(), options.accounts.end(), CanSend)) {
    return "no account can send: bind_type \"receiver\" only receives";
  }
  const std::string fault = FaultOfFiles(options);
  return fault.empty() ? FaultOfSingle(options) : fault;
}

std::string TooManyBadRows(const Rejects& rejects, const SendOptions& options) {
  return absl::StrFormat("there are too many bad rows: %s, where --max-bad-rows allows %s",
                         WithCommas(rejects.count()), WithCommas(options.max_bad_rows));
}

CampaignOptions CampaignOf(const SendOptions& options, const ByteSourceOptions& source) {
  CampaignOptions campaign;
  campaign.source = source;
  campaign.text_template = options.text;
  campaign.from = options.from;
  campaign.limit = options.limit;
  return campaign;
}

}  // namespace salvo::tools

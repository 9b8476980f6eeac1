// What `salvo send` was asked for, looked at: by the run and by the dry one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "tools/send/run.h"

namespace salvo::tools {

// Writes "salvo send: SENTENCE", or "salvo resume: ", to the standard error; returns `code`.
int Fail(const SendOptions& options, int code, std::string_view sentence);
int Fail(const SendOptions& options, int code, const absl::Status& status);

// Why it cannot be done, as a sentence; "" when it can.
std::string FaultOf(const SendOptions& options);
bool CanSend(const AccountOptions& account);

// The one message of --to.
std::unique_ptr<MessageBatch> SingleMessage(const SendOptions& options);
CampaignOptions CampaignOf(const SendOptions& options, const ByteSourceOptions& source);

// Says it of rejects that are more than may be.
std::string TooManyBadRows(const Rejects& rejects, const SendOptions& options);

}  // namespace salvo::tools

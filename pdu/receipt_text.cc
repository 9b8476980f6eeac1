#include "pdu/receipt_text.h"

#include <algorithm>

namespace salvo::pdu {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool StartsWithIgnoringCase(std::string_view text, std::string_view lower_prefix) {
  if (text.size() < lower_prefix.size()) return false;
  return std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(),
                    [](char want, char have) { return want == Lower(have); });
}

struct Key {
  std::string_view spelling;  // lower case, with its colon
  std::string_view ReceiptText::*field;
};

constexpr Key kKeys[] = {
    {"submit date:", &ReceiptText::submit_date},
    {"submitdate:", &ReceiptText::submit_date},
    {"submit_date:", &ReceiptText::submit_date},
    {"done date:", &ReceiptText::done_date},
    {"donedate:", &ReceiptText::done_date},
    {"done_date:", &ReceiptText::done_date},
    {"dlvrd:", &ReceiptText::dlvrd},
    {"stat:", &ReceiptText::stat},
    {"text:", &ReceiptText::text},
    {"sub:", &ReceiptText::sub},
    {"err:", &ReceiptText::err},
    {"id:", &ReceiptText::id},
};

const Key* KeyAt(std::string_view text) {
  if (text.empty()) return nullptr;
  const char first = Lower(text.front());  // most words begin like no key
  for (const Key& key : kKeys) {
    if (key.spelling.front() == first && StartsWithIgnoringCase(text, key.spelling)) return &key;
  }
  return nullptr;
}

// Some SMSCs end the text with a NUL.
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }

struct StateWord {
  std::string_view word;  // lower case
  MessageState state;
};

constexpr StateWord kStateWords[] = {
    {"delivrd", MessageState::kDelivered},
    {"delivered", MessageState::kDelivered},
    {"expired", MessageState::kExpired},
    {"deleted", MessageState::kDeleted},
    {"undeliv", MessageState::kUndeliverable},
    {"undeliverable", MessageState::kUndeliverable},
    {"undelivered", MessageState::kUndeliverable},
    {"acceptd", MessageState::kAccepted},
    {"accepted", MessageState::kAccepted},
    {"acked", MessageState::kAccepted},  // as Kannel reads it, too
    {"unknown", MessageState::kUnknown},
    {"rejectd", MessageState::kRejected},
    {"rejected", MessageState::kRejected},
    {"enroute", MessageState::kEnroute},
    {"buffred", MessageState::kEnroute},
    {"bufferd", MessageState::kEnroute},
    {"buffered", MessageState::kEnroute},
    {"scheduled", MessageState::kScheduled},
    {"skipped", MessageState::kSkipped},
};

}  // namespace

ReceiptText ParseReceiptText(std::string_view text) {
  ReceiptText out;
  size_t at = 0;
  while (at < text.size()) {
    const bool at_word = at == 0 || IsSpace(text[at - 1]);
    const Key* key = at_word ? KeyAt(text.substr(at)) : nullptr;
    if (key == nullptr) {
      ++at;
      continue;
    }
    at += key->spelling.size();
    if (key->field == &ReceiptText::text) {
      out.text = text.substr(at);
      break;
    }
    while (at < text.size() && IsSpace(text[at])) ++at;
    if (KeyAt(text.substr(at)) != nullptr) continue;
    size_t end = at;
    while (end < text.size() && !IsSpace(text[end])) ++end;
    std::string_view& field = out.*(key->field);
    if (field.empty()) field = text.substr(at, end - at);
    at = end;
  }
  return out;
}

bool LooksLikeReceipt(std::string_view text) { return StartsWithIgnoringCase(text, "id:"); }

std::optional<MessageState> ParseReceiptState(std::string_view stat) {
  for (const StateWord& entry : kStateWords) {
    if (stat.size() == entry.word.size() && StartsWithIgnoringCase(stat, entry.word)) {
      return entry.state;
    }
  }
  return std::nullopt;
}

std::string_view ReceiptWord(MessageState state) {
  switch (state) {
    case MessageState::kEnroute:
      return "ENROUTE";
    case MessageState::kDelivered:
      return "DELIVRD";
    case MessageState::kExpired:
      return "EXPIRED";
    case MessageState::kDeleted:
      return "DELETED";
    case MessageState::kUndeliverable:
      return "UNDELIV";
    case MessageState::kAccepted:
      return "ACCEPTD";
    case MessageState::kRejected:
      return "REJECTD";
    case MessageState::kScheduled:
    case MessageState::kUnknown:
    case MessageState::kSkipped:
      break;
  }
  return "UNKNOWN";
}

bool IsFinal(MessageState state) {
  switch (state) {
    case MessageState::kDelivered:
    case MessageState::kExpired:
    case MessageState::kDeleted:
    case MessageState::kUndeliverable:
    case MessageState::kRejected:
    case MessageState::kSkipped:
      return true;
    case MessageState::kScheduled:
    case MessageState::kEnroute:
    case MessageState::kAccepted:
    case MessageState::kUnknown:
      break;
  }
  return false;
}

size_t FormatReceiptText(const ReceiptText& fields, std::span<char> out) {
  constexpr size_t kTextOctets = 20;
  const std::string_view parts[] = {
      "id:",         fields.id,        " sub:",         fields.sub,
      " dlvrd:",     fields.dlvrd,     " submit date:", fields.submit_date,
      " done date:", fields.done_date, " stat:",        fields.stat,
      " err:",       fields.err,       " text:",        fields.text.substr(0, kTextOctets)};
  size_t size = 0;
  for (std::string_view part : parts) {
    if (part.size() > out.size() - size) return 0;
    std::copy(part.begin(), part.end(), out.begin() + static_cast<std::ptrdiff_t>(size));
    size += part.size();
  }
  return size;
}

}  // namespace salvo::pdu

// The part of a shard that receipts go through: it takes them, and tells the reporter's desk, where
// they are matched, which messages they can be about.
#include <algorithm>
#include <charconv>

#include "engine/journal/receipts.h"
#include "engine/shard/shard.h"
#include "pdu/decode.h"

namespace salvo::engine {
namespace {

using pdu::CommandStatus;

// Unknown messages of earlier runs that are kept for a receipt to settle them.
constexpr size_t kMostHeld = 100'000;
// A turn with more of them would keep the peers of its links waiting.
constexpr uint32_t kMostSettlementsATurn = 1'000;

// err of the text may have letters; network_error_code is a number.
class ErrorText {
 public:
  explicit ErrorText(const pdu::Receipt& receipt) {
    constexpr size_t kMostOctets = 16;
    text_ = receipt.fields.err.substr(0, kMostOctets);
    if (!text_.empty() || !receipt.network_error) return;
    const auto end =
        std::to_chars(digits_, digits_ + sizeof digits_, receipt.network_error->code).ptr;
    text_ = {digits_, static_cast<size_t>(end - digits_)};
  }
  ErrorText(const ErrorText&) = delete;
  ErrorText& operator=(const ErrorText&) = delete;

  std::string_view text() const { return text_; }

 private:
  char digits_[8];
  std::string_view text_;
};

DeliveryState StateOf(const pdu::Receipt& receipt, pdu::ReceiptKind kind) {
  if (receipt.state) return static_cast<DeliveryState>(*receipt.state);
  const bool is_intermediate = kind == pdu::ReceiptKind::kIntermediate;
  return is_intermediate ? DeliveryState::kEnroute : DeliveryState::kUnknown;
}

// What a submit_sm has that its receipt may have, too.
Correlation CorrelationOf(pdu::Octets submit_sm) {
  pdu::Pdu pdu;
  if (submit_sm.empty() || !pdu::Decode(submit_sm, &pdu).ok()) return {};
  const auto* submit = std::get_if<pdu::SubmitSm>(&pdu.body);
  if (submit == nullptr) return {};
  Correlation correlation;
  correlation.addresses = HashOfAddresses(submit->destination.digits, submit->source.digits);
  const auto reference = submit->tlvs.Find(pdu::Tag::kUserMessageReference);
  if (reference && reference->value.size() == sizeof(uint16_t)) {
    correlation.reference = pdu::Load16(reference->value.data());
  }
  return correlation;
}

// The same of a message of one segment that is given again. No reference: it cannot be told so, or
// is not the one that was begun.
Correlation CorrelationOf(const Account& account, const Message& message) {
  const std::optional<uint16_t> reference = account.ReferenceFor(message);
  const pdu::Address destination = account.DestinationAddress(message.to);
  if (!reference || FaultOfDestination(destination, 0) != nullptr) return {};
  const std::string_view from =
      message.from.empty() ? std::string_view(account.options().source_addr) : message.from;
  return {HashOfAddresses(destination.digits, account.SourceAddress(from).digits), reference};
}

// Nothing, where the submit_sm was not kept.
Correlation CorrelationOfPart(const MessageRecord& record, uint16_t part) {
  const bool is_kept = part == 0 || part <= record.more_parts.size();
  return is_kept ? CorrelationOf(pdu::AsOctets(record.part(part).pdu)) : Correlation();
}

// Over which account a message went that is given again, and the id of its receipt where that is in
// the journal. `account`: of the queue that it comes from. False when no receipt could tell.
bool FindWayOf(const Message& message, uint32_t account, const std::deque<AccountState>& accounts,
               const JournalDirectory& earlier, UnknownSegment* segment,
               std::string_view* receipt) {
  // Of several accounts it went over the one that has its receipt.
  const bool is_any = account == Intake::kAnyAccount && accounts.size() > 1;
  const uint32_t first = account == Intake::kAnyAccount ? 0 : account;
  const auto end = is_any ? static_cast<uint32_t>(accounts.size()) : first + 1;
  for (segment->account = first; segment->account < end; ++segment->account) {
    segment->correlation = CorrelationOf(*accounts[segment->account].account, message);
    if (!segment->correlation.reference) continue;
    *receipt = earlier.ReceiptOfUnknown(segment->account, segment->correlation, message.key);
    if (!receipt->empty() || !is_any) return true;
  }
  return false;
}

}  // namespace

CommandStatus Shard::OnInbound(Link& link, const pdu::Pdu& pdu) {
  AccountState& account = accounts_[link.account().index()];
  pdu::Receipt parsed;
  pdu::ReceiptKind kind = pdu::ReceiptKind::kNone;
  pdu::Address source;
  pdu::Address destination;
  if (const auto* deliver = std::get_if<pdu::DeliverSm>(&pdu.body)) {
    kind = account.receipts.Parse(*deliver, &parsed);
    source = deliver->source;
    destination = deliver->destination;
  } else if (const auto* data = std::get_if<pdu::DataSm>(&pdu.body)) {
    kind = account.receipts.Parse(*data, &parsed);
    source = data->source;
    destination = data->destination;
  }
  if (kind == pdu::ReceiptKind::kNone) {
    counters_.inbound.Add(1);
    return CommandStatus::ESME_ROK;
  }
  if (!MayTakeReceipt()) return CommandStatus::ESME_RX_T_APPN;
  counters_.receipts.Add(1);
  const ErrorText error(parsed);
  InboundReceipt receipt;
  receipt.account = link.account().index();
  receipt.state = StateOf(parsed, kind);
  receipt.source_number = HashOfNumber(source.digits);
  receipt.destination_number = HashOfNumber(destination.digits);
  receipt.id = parsed.id.substr(0, kMostIdOctets);
  receipt.error = error.text();
  // A receipt goes the other way.
  receipt.correlation = {HashOfAddresses(source.digits, destination.digits),
                         parsed.user_message_reference};
  receipt.received_at_ns = WallNow();
  // The answer leaves no sooner than this is written.
  if (journal_ != nullptr) journal_->Add(RecordOf(receipt), WallNow());
  outbox_.Add(receipt);
  return CommandStatus::ESME_ROK;
}

// One that cannot be kept is asked for again.
bool Shard::MayTakeReceipt() const {
  if (shared_.reporter->overwhelmed() || outbox_.congested()) return false;
  return journal_ == nullptr || (!journal_stopped_ && journal_->has_room());
}

void Shard::RecordAccepted(const AccountState& account, const MessageRecord& record, uint16_t part,
                           std::string_view message_id) {
  if (journal_ == nullptr) return;
  const bool is_usual = record.parts == 1 && !account.wants_receipts;
  if (is_usual) return journal_->AddAccepted(record.key, message_id, WallNow());
  JournalRecord accepted;
  accepted.kind = RecordKind::kAccepted;
  accepted.key = record.key;
  accepted.part = part;
  accepted.parts = record.parts;
  accepted.message_id = message_id;
  accepted.wants_receipt = account.wants_receipts;
  if (accepted.wants_receipt) {
    accepted.account = account.account->index();
    accepted.number = MarkOf(HashOfNumber(record.to()));
    if (message_id.empty()) accepted.correlation = CorrelationOfPart(record, accepted.part);
  }
  journal_->Add(accepted, WallNow());
}

void Shard::AwaitReceipt(const AccountState& account, const MessageRecord& record, uint16_t part,
                         std::string_view message_id, uint64_t receipt_claim) {
  Acceptance acceptance;
  acceptance.key = record.key;
  acceptance.account = account.account->index();
  acceptance.part = part;
  acceptance.parts = record.parts;
  acceptance.number = HashOfNumber(record.to());
  acceptance.id = message_id;
  acceptance.receipt_claim = receipt_claim;
  if (message_id.empty()) acceptance.correlation = CorrelationOfPart(record, part);
  outbox_.Add(acceptance);
}

void Shard::TellUnknown(uint32_t account, uint64_t cookie) {
  if (!accounts_[account].wants_receipts) return;
  const MessageRecord& record = messages_[MessageTable::IndexOf(cookie)];
  UnknownSegment segment;
  segment.shard = index_;
  segment.cookie = cookie;
  segment.key = record.key;
  segment.account = account;
  segment.correlation = CorrelationOfPart(record, MessageTable::PartOf(cookie));
  segment.intended_at_ns = record.submitted_at_ns;
  outbox_.Add(segment);
}

// Keeps a message of one segment whose fate has been unknown since an earlier run, when a receipt
// could still settle it: it is told at the end of the run, and now when the receipt is in the
// journal. False when it is to be told now as it is, or sent again.
bool Shard::HoldUnknown(const Message& message, const Outcome& outcome, uint32_t account) {
  const RowProgress* progress = earlier_->rows().ProgressOf(message.key);
  if (outcome.result != Result::kUnknown || phase_ != Phase::kRunning ||
      (progress != nullptr && progress->parts > 1)) {
    return false;
  }
  UnknownSegment segment;
  segment.shard = index_;
  segment.key = message.key;
  std::string_view receipt;
  if (!FindWayOf(message, account, accounts_, *earlier_, &segment, &receipt)) return false;
  if (!accounts_[segment.account].wants_receipts) return false;
  const bool is_settled = !receipt.empty() && MayTakeReceipt();
  const bool is_sent_again = receipt.empty() && earlier_->IsOpen(message.key);
  if (!is_settled && (is_sent_again || unknowns_.size() >= kMostHeld)) return false;
  // Whoever has such a receipt has a number that fits.
  const uint32_t index =
      messages_.Add(message, AsSent(message.to), outcome.segments, 1, loop_.now());
  MessageRecord& record = messages_[index];
  record.unsubmitted = 0;
  record.unknown = 1;
  record.earlier = true;
  record.attempts = outcome.attempts;
  record.submitted_at_ns = outcome.submitted_at_ns;
  record.answered_at_ns = outcome.answered_at_ns;
  segment.cookie = MessageTable::Cookie(index, 0);
  if (is_settled) {
    Settle({segment.cookie, segment.key, segment.account, 0, std::string(receipt)});
    return true;
  }
  unknowns_.Add(index);
  outbox_.Add(segment);
  return true;
}

void Shard::TakeSettlements() {
  Settlement settlement;
  for (uint32_t taken = 0; taken < kMostSettlementsATurn; ++taken) {
    turn_.settles = shared_.reporter->desk().TakeSettlement(index_, &settlement);
    if (!turn_.settles) return;
    Settle(settlement);
  }
}

// A receipt said that a segment was accepted whose fate was unknown, unless it was told so
// meanwhile.
void Shard::Settle(const Settlement& settlement) {
  const uint32_t index = MessageTable::IndexOf(settlement.cookie);
  const uint16_t part = MessageTable::PartOf(settlement.cookie);
  MessageRecord& record = messages_[index];
  if (record.key != settlement.key || record.unknown == 0) return;
  const AccountState& account = accounts_[settlement.account];
  RecordAccepted(account, record, part, settlement.id);
  --record.unknown;
  record.answered_at_ns = WallNow();
  if (record.parts > 1) record.part_ids[part] = settlement.id;
  const bool is_last = record.unknown == 0 && record.settled();
  if (is_last) {
    unknowns_.Remove(index);
    if (record.parts == 1) {
      Conclude(index, Result::kAccepted, settlement.id);
    } else {
      SettleIfComplete(index);
    }
  }
  TellAccepted(account, record, part, settlement.id, settlement.receipt_claim);
}

// Whether the binds are to stay up, although every message of this shard has its outcome.
bool Shard::AwaitsReceipts() {
  if (shared_.wait_receipts == 0) return false;
  if (!is_settled_) {
    // The desk has to know of all that was accepted.
    settles_with_outbox_ = !outbox_.empty();
    if (settles_with_outbox_) return true;
    is_settled_ = true;
    shared_.settled_shards.fetch_add(1);
    shared_.wake_all();
  }
  if (shared_.settled_shards.load() < shared_.shards) return true;
  if (receipts_until_ == io::kNever) {
    receipts_until_ = io::Later(loop_.now(), shared_.wait_receipts);
  }
  return !shared_.reporter->AllIn() && loop_.now() < receipts_until_;
}

}  // namespace salvo::engine

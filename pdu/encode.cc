#include "pdu/encode.h"

#include "pdu/fields.h"

namespace salvo::pdu {
namespace {

class EncodeVisitor {
 public:
  EncodeVisitor(Writer& writer, const EncodeOptions& options)
      : writer_(writer), options_(options) {}

  void Text(const char* name, std::string_view text, size_t max_octets) {
    if (text.size() + 1 > max_octets) return Fail(EncodeError::kFieldTooLong, name);
    if (text.find('\0') != std::string_view::npos) return Fail(EncodeError::kNulInText, name);
    writer_.CString(text);
    CheckRoom(name);
  }

  void Password(std::string_view text) { Text("password", text, options_.max_password); }

  void Number(const char* name, uint8_t value) {
    writer_.U8(value);
    CheckRoom(name);
  }

  void ShortMessage(Octets text) {
    if (text.size() > kMaxShortMessage) return Fail(EncodeError::kFieldTooLong, "short_message");
    writer_.U8(static_cast<uint8_t>(text.size()));
    writer_.Bytes(text);
    CheckRoom("short_message");
  }

  void Destinations(const DestinationList& list) { Counted("dest_address", list, ReadDestination); }
  void Unsuccesses(const UnsuccessList& list) { Counted("unsuccess_sme", list, ReadUnsuccess); }

  void Tlvs(const TlvList& list) {
    writer_.Bytes(list.octets());
    CheckRoom("optional parameters");
  }

  void Opaque(Octets octets) {
    writer_.Bytes(octets);
    CheckRoom("body");
  }

  const EncodeResult& result() const { return result_; }

 private:
  template <class Entry>
  void Counted(const char* name, const auto& list, bool (*read)(Reader&, Entry*)) {
    Reader entries(list.octets);
    Entry entry;
    for (int i = 0; i < list.count; ++i) {
      if (!read(entries, &entry)) return Fail(EncodeError::kBrokenList, name);
      if (IsTooLong(entry)) return Fail(EncodeError::kFieldTooLong, name);
    }
    if (entries.left() > 0) return Fail(EncodeError::kBrokenList, name);
    writer_.U8(list.count);
    writer_.Bytes(list.octets);
    CheckRoom(name);
  }

  void CheckRoom(const char* name) {
    if (!writer_.ok()) Fail(EncodeError::kNoRoom, name);
  }

  void Fail(EncodeError error, const char* name) {
    if (!result_.ok()) return;
    result_.error = error;
    result_.field = name;
  }

  Writer& writer_;
  const EncodeOptions& options_;
  EncodeResult result_;
};

}  // namespace

size_t EncodeHeaderOnly(CommandId id, CommandStatus status, uint32_t sequence,
                        std::span<uint8_t> out) {
  Store32(out.data(), kHeaderOctets);
  Store32(out.data() + 4, static_cast<uint32_t>(id));
  Store32(out.data() + 8, static_cast<uint32_t>(status));
  Store32(out.data() + 12, sequence);
  return kHeaderOctets;
}

template <class B>
EncodeResult Encode(CommandId id, CommandStatus status, uint32_t sequence, const B& body,
                    std::span<uint8_t> out, const EncodeOptions& options) {
  if (out.size() < kHeaderOctets) return {0, EncodeError::kNoRoom, "header"};
  EncodeHeaderOnly(id, status, sequence, out);
  Writer writer(out.subspan(kHeaderOctets));
  EncodeVisitor visitor(writer, options);
  Fields(visitor, body);
  EncodeResult result = visitor.result();
  if (result.ok()) {
    result.octets = kHeaderOctets + writer.size();
    Store32(out.data(), static_cast<uint32_t>(result.octets));
  }
  return result;
}

EncodeResult Encode(const Pdu& pdu, std::span<uint8_t> out, const EncodeOptions& options) {
  return std::visit(
      [&](const auto& body) {
        return Encode(pdu.header.command_id, pdu.header.command_status, pdu.header.sequence_number,
                      body, out, options);
      },
      pdu.body);
}

#define SALVO_INSTANTIATE(B)                                                                     \
  template EncodeResult Encode(CommandId, CommandStatus, uint32_t, const B&, std::span<uint8_t>, \
                               const EncodeOptions&)
SALVO_INSTANTIATE(NoBody);
SALVO_INSTANTIATE(BindRequest);
SALVO_INSTANTIATE(BindResponse);
SALVO_INSTANTIATE(Outbind);
SALVO_INSTANTIATE(SubmitSm);
SALVO_INSTANTIATE(MessageIdResponse);
SALVO_INSTANTIATE(DataSm);
SALVO_INSTANTIATE(SubmitMulti);
SALVO_INSTANTIATE(SubmitMultiResponse);
SALVO_INSTANTIATE(QuerySm);
SALVO_INSTANTIATE(QuerySmResponse);
SALVO_INSTANTIATE(CancelSm);
SALVO_INSTANTIATE(ReplaceSm);
SALVO_INSTANTIATE(AlertNotification);
SALVO_INSTANTIATE(BroadcastSm);
SALVO_INSTANTIATE(QueryBroadcastSm);
SALVO_INSTANTIATE(CancelBroadcastSm);
SALVO_INSTANTIATE(OpaqueBody);
#undef SALVO_INSTANTIATE

}  // namespace salvo::pdu

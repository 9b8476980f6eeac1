#include "pdu/decode.h"

#include <cstring>

#include "pdu/fields.h"

namespace salvo::pdu {
namespace {

class DecodeVisitor {
 public:
  // `lenient_end`: a response, which may stop at any field boundary or without its last NUL.
  DecodeVisitor(Octets body, bool lenient_end) : reader_(body), lenient_end_(lenient_end) {}

  void Text(const char* name, std::string_view& out, size_t max_octets) {
    if (!Begin(name)) return;
    const size_t start = reader_.position();
    Reader ahead = reader_;
    out = ahead.CString();
    if (ahead.ok()) {
      reader_ = ahead;
    } else if (lenient_end_) {
      out = AsText(reader_.Rest());
      Warn(Fault::kMissingNul, name, start);
    } else {
      return Fail(Fault::kMissingNul, name, start);
    }
    if (out.size() + 1 > max_octets) Warn(Fault::kFieldTooLong, name, start);
  }

  void Password(std::string_view& out) { Text("password", out, kMaxPassword); }

  void Number(const char* name, uint8_t& out) {
    if (Begin(name)) out = reader_.U8();
  }

  void ShortMessage(Octets& out) {
    if (!Begin("sm_length")) return;
    const size_t start = reader_.position();
    const uint8_t sm_length = reader_.U8();
    out = reader_.Bytes(sm_length);
    if (!reader_.ok()) Fail(Fault::kCutShort, "short_message", start);
  }

  void Destinations(DestinationList& out) {
    Counted("number_of_dests", "dest_address", out, ReadDestination);
  }

  void Unsuccesses(UnsuccessList& out) {
    Counted("no_unsuccess", "unsuccess_sme", out, ReadUnsuccess);
  }

  void Tlvs(TlvList& out) {
    if (Stopped()) return;
    const size_t start = reader_.position();
    const Octets rest = reader_.Rest();
    size_t trailing = 0;
    out = DecodeTlvs(rest, &trailing);
    if (trailing == 0) return;
    const Fault fault = trailing < kTlvHeaderOctets ? Fault::kTrailingOctets : Fault::kBrokenTlvs;
    Warn(fault, "optional parameters", start + rest.size() - trailing);
  }

  void Opaque(Octets& out) {
    if (!Stopped()) out = reader_.Rest();
  }

  DecodeResult Finish() {
    if (!Stopped() && reader_.left() > 0) {
      Warn(Fault::kTrailingOctets, "body", reader_.position());
    }
    return result_;
  }

 private:
  bool Stopped() const { return !result_.ok() || ended_; }

  // False when the field is not there to be read.
  bool Begin(const char* name) {
    if (Stopped()) return false;
    if (reader_.left() > 0) return true;
    if (lenient_end_) {
      ended_ = true;
      Warn(Fault::kCutShort, name, reader_.position());
    } else {
      Fail(Fault::kCutShort, name, reader_.position());
    }
    return false;
  }

  template <class Entry>
  void Counted(const char* name, const char* entry_name, auto& out, bool (*read)(Reader&, Entry*)) {
    if (!Begin(name)) return;
    const size_t start = reader_.position();
    out.count = reader_.U8();
    Reader entries = reader_;
    Entry entry;
    for (int i = 0; i < out.count; ++i) {
      const size_t entry_start = entries.position();
      if (!read(entries, &entry)) return Fail(Fault::kBrokenList, name, start);
      if (IsTooLong(entry)) Warn(Fault::kFieldTooLong, entry_name, entry_start);
    }
    out.octets = reader_.Bytes(entries.position() - reader_.position());
  }

  void Warn(Fault fault, const char* name, size_t position) {
    if (result_.warning != Fault::kNone || !result_.ok()) return;
    result_.warning = fault;
    result_.field = name;
    result_.offset = static_cast<uint32_t>(kHeaderOctets + position);
  }

  void Fail(Fault fault, const char* name, size_t position) {
    result_.error = fault;
    result_.field = name;
    result_.offset = static_cast<uint32_t>(kHeaderOctets + position);
  }

  Reader reader_;
  DecodeResult result_;
  bool lenient_end_;
  bool ended_ = false;
};

}  // namespace

std::string_view Describe(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return "nothing is wrong";
    case Fault::kBadLength:
      return "command_length is not the length of the PDU";
    case Fault::kCutShort:
      return "the PDU ends before this field";
    case Fault::kMissingNul:
      return "the NUL that ends this field is missing";
    case Fault::kFieldTooLong:
      return "this field is longer than the specification allows";
    case Fault::kBrokenList:
      return "the list of addresses breaks its layout";
    case Fault::kTrailingOctets:
      return "octets follow the last field";
    case Fault::kBrokenTlvs:
      return "the length of an optional parameter goes beyond the PDU";
  }
  return "";
}

template <class B>
DecodeResult DecodeBody(Octets pdu, B* out) {
  const Header header = DecodeHeader(pdu);
  DecodeVisitor visitor(pdu.subspan(kHeaderOctets), IsResponse(header.command_id));
  Fields(visitor, *out);
  DecodeResult result = visitor.Finish();
  // 3.4 sections 4.1 and 4.4.2: a response that refuses has no body.
  const bool body_left_out = pdu.size() == kHeaderOctets && IsResponse(header.command_id) &&
                             header.command_status != CommandStatus::ESME_ROK;
  if (body_left_out && result.warning == Fault::kCutShort) return {};
  return result;
}

DecodeResult Decode(Octets pdu, Pdu* out) {
  if (pdu.size() < kHeaderOctets) return {Fault::kBadLength, Fault::kNone, "command_length", 0};
  out->header = DecodeHeader(pdu);
  out->body = EmptyBodyFor(out->header.command_id);
  if (out->header.command_length != pdu.size()) {
    return {Fault::kBadLength, Fault::kNone, "command_length", 0};
  }
  return std::visit([&](auto& body) { return DecodeBody(pdu, &body); }, out->body);
}

#define SALVO_INSTANTIATE(B) template DecodeResult DecodeBody(Octets, B*)
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

#include "tools/send/campaign/row.h"

#include "tools/common/tlv_text.h"

namespace salvo::tools {

std::optional<uint16_t> TagOfColumn(std::string_view name) {
  if (!name.starts_with(kTlvColumnPrefix)) return std::nullopt;
  const auto tag = pdu::ParseTag(name.substr(kTlvColumnPrefix.size()));
  if (!tag) return std::nullopt;
  return static_cast<uint16_t>(*tag);
}

std::optional<RowFault> RowRenderer::Render(const RowColumns& columns, Message* message) {
  message->to = Trim(columns.to);
  message->from = Trim(columns.from);
  if (message->from.empty()) message->from = default_from_;
  if (text_template_ == nullptr) {
    message->text = columns.text;
  } else {
    text_.clear();
    text_template_->Render([&](size_t i) { return columns.template_values[i]; }, &text_);
    message->text = text_;
  }
  if (message->text.empty()) return RowFault{"text", "the text is empty"};

  message->tlvs = {};
  return columns.tlvs.empty() ? std::nullopt : RenderTlvs(columns.tlvs, message);
}

std::optional<RowFault> RowRenderer::RenderTlvs(std::span<const TlvField> fields,
                                                Message* message) {
  tlvs_.clear();
  tlv_octets_.clear();
  for (const TlvField& field : fields) {
    if (field.text.empty()) continue;
    const size_t start = tlv_octets_.size();
    const std::string_view fault =
        AppendTlvValue(static_cast<pdu::Tag>(field.tag), field.text, &tlv_octets_);
    if (!fault.empty()) return RowFault{field.column, fault};
    // An offset for now: the octets may still move.
    tlvs_.push_back({field.tag, {nullptr, tlv_octets_.size() - start}});
  }
  size_t start = 0;
  for (Tlv& tlv : tlvs_) {
    tlv.value = std::string_view(tlv_octets_).substr(start, tlv.value.size());
    start += tlv.value.size();
  }
  message->tlvs = tlvs_;
  return std::nullopt;
}

}  // namespace salvo::tools

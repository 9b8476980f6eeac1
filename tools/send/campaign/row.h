// From a record's columns to a message.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "salvo/message.h"
#include "tools/send/campaign/template.h"

namespace salvo::tools {

// A column "tlv:0x1400" or "tlv:message_payload".
inline constexpr std::string_view kTlvColumnPrefix = "tlv:";

// What is wrong with a row, and in which column; views of static storage or of the campaign.
struct RowFault {
  std::string_view column;
  std::string_view reason;
};

struct TlvField {
  std::string_view column;  // its whole name
  uint16_t tag = 0;
  std::string_view text;
};

// A record's columns by their meaning. Views of the record.
struct RowColumns {
  std::string_view to;
  std::string_view from;
  std::string_view text;                          // of the column "text"
  std::vector<std::string_view> template_values;  // as TextTemplate::columns() has them
  std::vector<TlvField> tlvs;
};

// Makes messages, one at a time, with room of its own for what cannot be a view. One thread.
class RowRenderer {
 public:
  // `text_template` nullptr: the text is that of the column "text". `default_from`: for rows
  // without a sender. Neither is owned.
  RowRenderer(const TextTemplate* text_template, std::string_view default_from)
      : text_template_(text_template), default_from_(default_from) {}

  // Fills to, from, text and tlvs of `message`: valid until the next call. The fault when the row
  // cannot be a message.
  std::optional<RowFault> Render(const RowColumns& columns, Message* message);

 private:
  std::optional<RowFault> RenderTlvs(std::span<const TlvField> fields, Message* message);

  const TextTemplate* text_template_;
  std::string_view default_from_;
  std::string text_;
  std::string tlv_octets_;
  std::vector<Tlv> tlvs_;
};

// Without the blanks and tabs around it.
inline std::string_view Trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// The tag in the name of a TLV column; nullopt when it is none or names no tag.
std::optional<uint16_t> TagOfColumn(std::string_view name);

}  // namespace salvo::tools

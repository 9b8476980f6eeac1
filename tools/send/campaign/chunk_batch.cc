// The batches of a campaign: records become messages when the engine asks for them.
#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "tools/send/campaign/campaign.h"
#include "tools/send/campaign/delimited.h"

namespace salvo::tools {
namespace {

static_assert(Chunk::kPadding >= simdjson::SIMDJSON_PADDING);

constexpr std::string_view kNotJson = "it is not a JSON object";

// The parser looks at a number only when it is asked for its value, and that of a long one has no
// room in the machine's.
bool IsJsonNumber(std::string_view text) {
  const auto take_digits = [&text] {
    size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    text.remove_prefix(digits);
    return digits;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool zero_first = text.starts_with('0');
  const size_t digits = take_digits();
  if (digits == 0 || (zero_first && digits > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (take_digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (take_digits() == 0) return false;
  }
  return text.empty();
}

// The records of a chunk, and their columns by meaning. Each format has a class of this shape:
//
//   bool Next();                               goes to the next record that is not blank; false at
//                                              the end
//   size_t line() const;                       lines from the chunk's start to it
//   std::optional<RowFault> Read(RowColumns*); what stands in it
//   std::vector<std::string_view> Fields();    as the rejects show them
class DelimitedRecords {
 public:
  DelimitedRecords(const CampaignLayout& layout, Chunk& chunk)
      : layout_(layout), reader_(chunk.octets.get(), chunk.index) {}

  bool Next() { return reader_.Next(); }
  size_t line() const { return reader_.line(); }
  std::vector<std::string_view> Fields() const { return reader_.Fields(); }

  std::optional<RowFault> Read(RowColumns* columns) const {
    if (!reader_.fault().empty()) return RowFault{"", reader_.fault()};
    const size_t fields = reader_.field_count();
    if (fields < layout_.header.size()) return RowFault{"", "it has fewer fields than the header"};
    if (fields > layout_.header.size()) return RowFault{"", "it has more fields than the header"};
    columns->to = Field(layout_.to);
    columns->from = Field(layout_.from);
    columns->text = Field(layout_.text);
    for (size_t i = 0; i < layout_.template_columns.size(); ++i) {
      columns->template_values[i] = Field(layout_.template_columns[i]);
    }
    columns->tlvs.clear();
    for (const CampaignLayout::TlvColumn& column : layout_.tlv_columns) {
      const std::string_view name = layout_.header[static_cast<size_t>(column.place)];
      columns->tlvs.push_back({name, column.tag, Field(column.place)});
    }
    return std::nullopt;
  }

 private:
  std::string_view Field(int place) const {
    return place < 0 ? std::string_view() : reader_.Field(static_cast<size_t>(place));
  }

  const CampaignLayout& layout_;
  DelimitedReader reader_;
};

class JsonRecords {
 public:
  JsonRecords(const CampaignLayout& layout, const Chunk& chunk) : layout_(layout), chunk_(chunk) {}

  bool Next() {
    for (;;) {
      if (at_ == chunk_.size) return false;
      const std::string_view rest(chunk_.octets.get() + at_, chunk_.size - at_);
      const size_t newline = rest.find('\n');
      record_ = rest.substr(0, newline);
      if (record_.ends_with('\r')) record_.remove_suffix(1);
      line_ = next_line_++;
      at_ += newline == std::string_view::npos ? rest.size() : newline + 1;
      if (!record_.empty()) return true;
    }
  }
  size_t line() const { return line_; }
  std::vector<std::string_view> Fields() const { return {record_}; }

  std::optional<RowFault> Read(RowColumns* columns) {
    columns->to = columns->from = columns->text = {};
    columns->tlvs.clear();
    seen_.assign(columns->template_values.size(), false);
    try {
      return ReadObject(columns);
    } catch (const simdjson::simdjson_error&) {
      return RowFault{"", kNotJson};
    }
  }

 private:
  std::optional<RowFault> ReadObject(RowColumns* columns) {
    const auto offset = static_cast<size_t>(record_.data() - chunk_.octets.get());
    const size_t readable = chunk_.capacity + Chunk::kPadding - offset;
    document_ = parser_.iterate(record_.data(), record_.size(), readable);
    simdjson::ondemand::object object = document_.get_object();
    for (auto field : object) {
      const std::string_view name = field.unescaped_key();
      if (!IsWanted(name)) continue;
      std::string_view value;
      const std::string_view reason = ReadValue(field.value(), &value);
      if (reason == kNotJson) return RowFault{"", reason};
      if (!reason.empty()) return RowFault{name, reason};
      if (name.starts_with(kTlvColumnPrefix)) {
        const std::optional<uint16_t> tag = TagOfColumn(name);
        if (!tag) return RowFault{name, "it names no parameter"};
        AssignTlv({name, *tag, value}, columns);
      }
      Assign(name, value, columns);
    }
    const bool more_follows = document_.current_location().error() == simdjson::SUCCESS;
    if (more_follows) return RowFault{"", "text follows the JSON object"};
    if (columns->to.empty()) return RowFault{"to", "the number is empty or missing"};
    for (size_t i = 0; i < seen_.size(); ++i) {
      if (!seen_[i]) return RowFault{layout_.text_template->columns()[i], "it is missing"};
    }
    return std::nullopt;
  }

  // A text, or a number or a truth value as it is written. Returns why not, "" when it could.
  static std::string_view ReadValue(simdjson::ondemand::value value, std::string_view* out) {
    const simdjson::ondemand::json_type type = value.type();
    if (type == simdjson::ondemand::json_type::string) {
      *out = value.get_string();
      return {};
    }
    if (type == simdjson::ondemand::json_type::object ||
        type == simdjson::ondemand::json_type::array) {
      return "the value is neither a text nor a number";
    }
    const std::string_view token = value.raw_json_token();
    *out = token.substr(0, token.find_first_of(" \t\r\n"));
    if (*out == "true" || *out == "false" || IsJsonNumber(*out)) return {};
    if (*out != "null") return kNotJson;
    *out = {};
    return {};
  }

  bool IsWanted(std::string_view name) const {
    if (name == "to" || name == "from" || name == "text") return true;
    if (name.starts_with(kTlvColumnPrefix)) return true;
    return PlaceInTemplate(name) >= 0;
  }

  int PlaceInTemplate(std::string_view name) const {
    if (!layout_.text_template) return -1;
    const std::vector<std::string>& wanted = layout_.text_template->columns();
    const auto found = std::find(wanted.begin(), wanted.end(), name);
    return found == wanted.end() ? -1 : static_cast<int>(found - wanted.begin());
  }

  void Assign(std::string_view name, std::string_view value, RowColumns* columns) {
    if (name == "to") columns->to = value;
    if (name == "from") columns->from = value;
    if (name == "text") columns->text = value;
    const int place = PlaceInTemplate(name);
    if (place < 0) return;
    columns->template_values[static_cast<size_t>(place)] = value;
    seen_[static_cast<size_t>(place)] = true;
  }

  // Of equal ones the last counts, as of equal keys.
  static void AssignTlv(const TlvField& field, RowColumns* columns) {
    std::erase_if(columns->tlvs, [&](const TlvField& other) { return other.tag == field.tag; });
    columns->tlvs.push_back(field);
  }

  const CampaignLayout& layout_;
  const Chunk& chunk_;
  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::vector<bool> seen_;  // template columns of this record
  std::string_view record_;
  size_t at_ = 0;
  size_t line_ = 0;
  size_t next_line_ = 0;
};

// A chunk's messages: counting, rejecting, and the message being made.
template <class Records>
class ChunkBatch final : public MessageBatch {
 public:
  ChunkBatch(const CampaignLayout& layout, std::unique_ptr<Chunk> chunk, uint64_t most_rows,
             ChunkPool& pool, Rejects& rejects)
      : chunk_(std::move(chunk)),
        most_rows_(most_rows),
        pool_(pool),
        rejects_(rejects),
        records_(layout, *chunk_),
        renderer_(layout.text_template ? &*layout.text_template : nullptr, layout.default_from) {
    if (layout.text_template) {
      columns_.template_values.resize(layout.text_template->columns().size());
    }
  }
  ~ChunkBatch() override { pool_.Put(std::move(chunk_)); }

  bool Next(Message* message) override {
    while (rows_ < most_rows_ && records_.Next()) {
      message->key = chunk_->first_row + rows_++;
      message->tag = chunk_->first_line + records_.line();
      std::optional<RowFault> fault = records_.Read(&columns_);
      if (!fault) fault = renderer_.Render(columns_, message);
      if (!fault) return true;
      Reject(*fault);
    }
    return false;
  }

  void OnInvalid(const MessageFault& fault) override {
    switch (fault.field) {
      case MessageField::kTo:
        return Reject({"to", fault.reason});
      case MessageField::kFrom:
        return Reject({"from", fault.reason});
      case MessageField::kText:
        return Reject({"text", fault.reason});
      case MessageField::kTlvs:
        return Reject({"tlv", fault.reason});
    }
  }

 private:
  void Reject(const RowFault& fault) {
    const std::vector<std::string_view> fields = records_.Fields();
    rejects_.Add({chunk_->first_line + records_.line(), chunk_->first_row + rows_ - 1, fault.column,
                  fault.reason, fields});
  }

  std::unique_ptr<Chunk> chunk_;
  const uint64_t most_rows_;
  uint64_t rows_ = 0;
  ChunkPool& pool_;
  Rejects& rejects_;
  Records records_;
  RowColumns columns_;
  RowRenderer renderer_;
};

}  // namespace

std::unique_ptr<MessageBatch> MakeChunkBatch(const CampaignLayout& layout,
                                             std::unique_ptr<Chunk> chunk, uint64_t most_rows,
                                             ChunkPool& pool, Rejects& rejects) {
  if (layout.format == CampaignFormat::kJsonLines) {
    return std::make_unique<ChunkBatch<JsonRecords>>(layout, std::move(chunk), most_rows, pool,
                                                     rejects);
  }
  return std::make_unique<ChunkBatch<DelimitedRecords>>(layout, std::move(chunk), most_rows, pool,
                                                        rejects);
}

}  // namespace salvo::tools

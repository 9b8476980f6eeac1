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

// What both formats share: counting, rejecting, and the message being made.
class ChunkBatch : public MessageBatch {
 public:
  ChunkBatch(const CampaignLayout& layout, std::unique_ptr<Chunk> chunk, uint64_t most_rows,
             ChunkPool& pool, Rejects& rejects)
      : layout_(layout),
        chunk_(std::move(chunk)),
        most_rows_(most_rows),
        pool_(pool),
        rejects_(rejects),
        renderer_(layout.text_template ? &*layout.text_template : nullptr, layout.default_from) {
    if (layout.text_template) {
      columns_.template_values.resize(layout.text_template->columns().size());
    }
  }
  ~ChunkBatch() override { pool_.Put(std::move(chunk_)); }

  bool Next(Message* message) final {
    while (rows_ < most_rows_ && NextRecord()) {
      ++rows_;
      message->key = chunk_->first_row + rows_ - 1;
      message->tag = chunk_->first_line + line();
      std::optional<RowFault> fault = ReadColumns();
      if (!fault) fault = renderer_.Render(columns_, message);
      if (!fault) return true;
      Reject(*fault);
    }
    return false;
  }

  void OnInvalid(const MessageFault& fault) final {
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

 protected:
  // Goes to the next record that is not blank; false at the end.
  virtual bool NextRecord() = 0;
  // Fills columns_ from it.
  virtual std::optional<RowFault> ReadColumns() = 0;
  // The record's fields as they stand in the rejects.
  virtual std::span<const std::string_view> Fields() = 0;
  // Lines from the chunk's start to the record.
  virtual size_t line() const = 0;

  void Reject(const RowFault& fault) {
    rejects_.Add({chunk_->first_line + line(), chunk_->first_row + rows_ - 1, fault.column,
                  fault.reason, Fields()});
  }

  const CampaignLayout& layout_;
  std::unique_ptr<Chunk> chunk_;
  RowColumns columns_;

 private:
  const uint64_t most_rows_;
  uint64_t rows_ = 0;
  ChunkPool& pool_;
  Rejects& rejects_;
  RowRenderer renderer_;
};

class DelimitedBatch final : public ChunkBatch {
 public:
  DelimitedBatch(const CampaignLayout& layout, std::unique_ptr<Chunk> chunk, uint64_t most_rows,
                 ChunkPool& pool, Rejects& rejects)
      : ChunkBatch(layout, std::move(chunk), most_rows, pool, rejects),
        reader_(chunk_->octets.get(), chunk_->index.fields()) {
    columns_.tlvs.resize(layout.tlv_columns.size());
  }

 private:
  bool NextRecord() override { return reader_.Next(); }
  std::span<const std::string_view> Fields() override { return reader_.fields(); }
  size_t line() const override { return reader_.line(); }

  std::optional<RowFault> ReadColumns() override {
    if (!reader_.fault().empty()) return RowFault{"", reader_.fault()};
    const size_t fields = reader_.fields().size();
    if (fields < layout_.header.size()) return RowFault{"", "it has fewer fields than the header"};
    if (fields > layout_.header.size()) return RowFault{"", "it has more fields than the header"};
    columns_.to = Field(layout_.to);
    columns_.from = Field(layout_.from);
    columns_.text = Field(layout_.text);
    for (size_t i = 0; i < layout_.template_columns.size(); ++i) {
      columns_.template_values[i] = Field(layout_.template_columns[i]);
    }
    for (size_t i = 0; i < layout_.tlv_columns.size(); ++i) {
      const CampaignLayout::TlvColumn& column = layout_.tlv_columns[i];
      columns_.tlvs[i] = {layout_.header[static_cast<size_t>(column.place)], column.tag,
                          Field(column.place)};
    }
    return std::nullopt;
  }

  std::string_view Field(int place) const {
    return place < 0 ? std::string_view() : reader_.fields()[static_cast<size_t>(place)];
  }

  DelimitedReader reader_;
};

class JsonLinesBatch final : public ChunkBatch {
 public:
  using ChunkBatch::ChunkBatch;

 private:
  bool NextRecord() override {
    for (;;) {
      if (at_ == chunk_->size) return false;
      const std::string_view rest(chunk_->octets.get() + at_, chunk_->size - at_);
      const size_t newline = rest.find('\n');
      record_ = rest.substr(0, newline);
      if (record_.ends_with('\r')) record_.remove_suffix(1);
      line_ = next_line_++;
      at_ += newline == std::string_view::npos ? rest.size() : newline + 1;
      if (!record_.empty()) return true;
    }
  }
  std::span<const std::string_view> Fields() override { return {&record_, 1}; }
  size_t line() const override { return line_; }

  std::optional<RowFault> ReadColumns() override {
    columns_.to = columns_.from = columns_.text = {};
    columns_.tlvs.clear();
    seen_.assign(columns_.template_values.size(), false);
    try {
      return ReadObject();
    } catch (const simdjson::simdjson_error&) {
      return RowFault{"", kNotJson};
    }
  }

  std::optional<RowFault> ReadObject() {
    const auto offset = static_cast<size_t>(record_.data() - chunk_->octets.get());
    const size_t readable = chunk_->capacity + Chunk::kPadding - offset;
    document_ = parser_.iterate(record_.data(), record_.size(), readable);
    simdjson::ondemand::object object = document_.get_object();
    for (auto field : object) {
      const std::string_view name = field.unescaped_key();
      if (!IsWanted(name)) continue;
      std::string_view value;
      const std::string_view reason = ReadValue(field.value(), &value);
      if (reason == kNotJson) return RowFault{"", reason};
      if (!reason.empty()) return RowFault{name, reason};
      Assign(name, value);
    }
    const bool more_follows = document_.current_location().error() == simdjson::SUCCESS;
    if (more_follows) return RowFault{"", "text follows the JSON object"};
    if (columns_.to.empty()) return RowFault{"to", "the number is empty or missing"};
    for (size_t i = 0; i < seen_.size(); ++i) {
      if (!seen_[i]) return RowFault{layout_.text_template->columns()[i], "it is missing"};
    }
    for (const TlvField& tlv : columns_.tlvs) {
      if (!TagOfColumn(tlv.column)) return RowFault{tlv.column, "it names no parameter"};
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

  void Assign(std::string_view name, std::string_view value) {
    if (name == "to") columns_.to = value;
    if (name == "from") columns_.from = value;
    if (name == "text") columns_.text = value;
    if (name.starts_with(kTlvColumnPrefix)) {
      columns_.tlvs.push_back({name, TagOfColumn(name).value_or(0), value});
    }
    const int place = PlaceInTemplate(name);
    if (place < 0) return;
    columns_.template_values[static_cast<size_t>(place)] = value;
    seen_[static_cast<size_t>(place)] = true;
  }

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::vector<bool> seen_;  // template columns of this record
  std::string_view record_;
  size_t at_ = 0;
  size_t line_ = 0;
  size_t next_line_ = 0;
};

}  // namespace

std::unique_ptr<MessageBatch> MakeChunkBatch(const CampaignLayout& layout,
                                             std::unique_ptr<Chunk> chunk, uint64_t most_rows,
                                             ChunkPool& pool, Rejects& rejects) {
  if (layout.format == CampaignFormat::kJsonLines) {
    return std::make_unique<JsonLinesBatch>(layout, std::move(chunk), most_rows, pool, rejects);
  }
  return std::make_unique<DelimitedBatch>(layout, std::move(chunk), most_rows, pool, rejects);
}

}  // namespace salvo::tools

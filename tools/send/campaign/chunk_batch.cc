// The batches of a campaign: records become messages when the engine asks for them.
#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "tools/send/campaign/campaign.h"
#include "tools/send/campaign/delimited.h"

namespace salvo::tools {
namespace {

static_assert(Chunk::kPadding >= simdjson::SIMDJSON_PADDING);

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
        reader_(chunk_->octets.get(), chunk_->size, layout.delimiter) {
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
      return RowFault{"", "it is not a JSON object"};
    }
  }

  std::optional<RowFault> ReadObject() {
    const auto offset = static_cast<size_t>(record_.data() - chunk_->octets.get());
    const size_t readable = Chunk::kOctets + Chunk::kPadding - offset;
    document_ = parser_.iterate(record_.data(), record_.size(), readable);
    simdjson::ondemand::object object = document_.get_object();
    for (auto field : object) {
      const std::string_view name = field.unescaped_key();
      std::string_view value;
      if (!ReadValue(field.value(), &value)) {
        return RowFault{"", "a value is neither a text nor a number"};
      }
      Assign(name, value);
    }
    const bool more_follows = document_.current_location().error() == simdjson::SUCCESS;
    if (more_follows) return RowFault{"", "text follows the JSON object"};
    if (columns_.to.empty()) return RowFault{"to", "the number is empty or missing"};
    for (size_t i = 0; i < seen_.size(); ++i) {
      if (!seen_[i]) return RowFault{layout_.text_template->columns()[i], "it is missing"};
    }
    for (const TlvField& tlv : columns_.tlvs) {
      if (!TagOfColumn(tlv.column)) return RowFault{"tlv", "it names no parameter"};
    }
    return std::nullopt;
  }

  static bool ReadValue(simdjson::ondemand::value value, std::string_view* out) {
    switch (value.type()) {
      case simdjson::ondemand::json_type::string:
        *out = value.get_string();
        return true;
      case simdjson::ondemand::json_type::number:
      case simdjson::ondemand::json_type::boolean: {
        const std::string_view token = value.raw_json_token();
        *out = token.substr(0, token.find_first_of(" \t\r\n"));
        return true;
      }
      case simdjson::ondemand::json_type::null:
        *out = {};
        return value.is_null();
      default:
        return false;
    }
  }

  void Assign(std::string_view name, std::string_view value) {
    if (name == "to") columns_.to = value;
    if (name == "from") columns_.from = value;
    if (name == "text") columns_.text = value;
    if (name.starts_with(kTlvColumnPrefix)) {
      columns_.tlvs.push_back({name, TagOfColumn(name).value_or(0), value});
    }
    if (!layout_.text_template) return;
    const std::vector<std::string>& wanted = layout_.text_template->columns();
    const auto found = std::find(wanted.begin(), wanted.end(), name);
    if (found == wanted.end()) return;
    const auto place = static_cast<size_t>(found - wanted.begin());
    columns_.template_values[place] = value;
    seen_[place] = true;
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

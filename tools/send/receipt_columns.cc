#include "tools/send/receipt_columns.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>

#include "absl/strings/str_format.h"
#include "tools/common/csv_text.h"
#include "tools/common/descriptor_name.h"
#include "tools/common/json_line.h"
#include "tools/common/private_file.h"
#include "tools/send/results.h"

namespace salvo::tools {
namespace {

constexpr size_t kBlockOctets = size_t{256} * 1024;
constexpr size_t kColumnsBefore = 10;
constexpr std::string_view kJsonColumns = ",\"receipt_state\":\"";

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

absl::Status Failed(const std::string& path) {
  return absl::UnavailableError(
      absl::StrFormat("cannot write the results file '%s': %s", path, std::strerror(errno)));
}

// Lines of a file, their ends included. A line of CSV goes on behind an end that is quoted.
class LineReader {
 public:
  LineReader(std::FILE* file, bool quotes) : file_(file), quotes_(quotes) {}

  // False at the end. The line is valid until the next call.
  bool Next(std::string_view* line) {
    size_t looked_at = 0;
    bool quoted = false;
    for (;;) {
      for (; begin_ + looked_at < block_.size(); ++looked_at) {
        const char c = block_[begin_ + looked_at];
        if (c == '"') quoted = quotes_ && !quoted;
        if (c == '\n' && !quoted) return Take(looked_at + 1, line);
      }
      if (!ReadMore()) return looked_at > 0 && Take(looked_at, line);
    }
  }
  bool failed() const { return std::ferror(file_) != 0; }

 private:
  bool Take(size_t octets, std::string_view* line) {
    *line = std::string_view(block_).substr(begin_, octets);
    begin_ += octets;
    return true;
  }
  bool ReadMore() {
    block_.erase(0, begin_);
    begin_ = 0;
    const size_t had = block_.size();
    block_.resize(had + kBlockOctets);
    const size_t got = std::fread(block_.data() + had, 1, kBlockOctets, file_);
    block_.resize(had + got);
    return got > 0;
  }

  std::FILE* file_;
  const bool quotes_;
  std::string block_;
  size_t begin_ = 0;
};

// A line, cut where the receipt columns begin and end.
struct CutLine {
  uint64_t row = 0;  // 0: it is no line of a row
  std::string_view before;
  std::string_view after;
};

CutLine CutCsv(std::string_view line) {
  CutLine cut;
  if (!line.ends_with('\n')) return cut;
  bool quoted = false;
  size_t commas = 0;
  size_t at = 0;
  for (; at < line.size() && commas < kColumnsBefore; ++at) {
    if (line[at] == '"') quoted = !quoted;
    if (line[at] == ',' && !quoted) ++commas;
  }
  if (commas < kColumnsBefore) return cut;
  std::from_chars(line.data(), line.data() + line.size(), cut.row);  // the header has none
  cut.before = line.substr(0, at);
  cut.after = "\n";
  return cut;
}

CutLine CutJson(std::string_view line) {
  constexpr std::string_view kRow = "\"row\":";
  CutLine cut;
  if (!line.ends_with("}\n")) return cut;
  const size_t row_at = line.find(kRow);
  const size_t columns_at = line.rfind(kJsonColumns);
  if (row_at == std::string_view::npos || columns_at == std::string_view::npos) return cut;
  std::from_chars(line.data() + row_at + kRow.size(), line.data() + line.size(), cut.row);
  cut.before = line.substr(0, columns_at);
  cut.after = "}\n";
  return cut;
}

class Filler {
 public:
  Filler(const ReceiptStore& store, bool json) : store_(store), json_(json) {}

  // Appends the line, with its columns where the store has them.
  void Append(std::string_view line, std::string* out) {
    const CutLine cut = json_ ? CutJson(line) : CutCsv(line);
    RowReceipt receipt;
    if (cut.row == 0 || !store_.Find(cut.row, &receipt)) {
      out->append(line);
      return;
    }
    out->append(cut.before);
    if (json_) {
      AppendJson(receipt, out);
    } else {
      AppendCsv(receipt, out);
    }
    out->append(cut.after);
  }

 private:
  void AppendCsv(const RowReceipt& receipt, std::string* out) {
    out->append(NameOf(receipt.state)) += ',';
    AppendCsvText(receipt.error, out);
    *out += ',';
    out->append(times_.Format(receipt.at_ns));
  }

  void AppendJson(const RowReceipt& receipt, std::string* out) {
    members_.clear();
    JsonLine line(&members_);
    line.Add("receipt_state", NameOf(receipt.state));
    line.Add("receipt_error", receipt.error);
    line.Add("receipt_at", times_.Format(receipt.at_ns));
    *out += ',';
    out->append(members_, 1);  // without the brace
  }

  const ReceiptStore& store_;
  const bool json_;
  TimeFormatter times_;
  std::string members_;
};

bool Write(std::string* text, std::FILE* file) {
  const bool ok = std::fwrite(text->data(), 1, text->size(), file) == text->size();
  text->clear();
  return ok;
}

bool Copy(std::FILE* in, std::FILE* out, bool json, const ReceiptStore& store) {
  LineReader lines(in, !json);
  Filler filler(store, json);
  std::string text;
  std::string_view line;
  bool ok = true;
  while (ok && lines.Next(&line)) {
    filler.Append(line, &text);
    if (text.size() >= kBlockOctets) ok = Write(&text, out);
  }
  return ok && !lines.failed() && Write(&text, out);
}

}  // namespace

bool CanBeRewritten(const std::string& path) {
  if (NamesADescriptor(path)) return false;
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  return type == std::filesystem::file_type::regular ||
         type == std::filesystem::file_type::not_found;
}

absl::Status FillReceiptColumns(const std::string& path, const ReceiptStore& store) {
  std::error_code error;
  // Where the name is a link, the file that it leads to.
  const std::string target = std::filesystem::canonical(path, error).string();
  if (error == std::errc::no_such_file_or_directory) return absl::OkStatus();
  const std::string copy = target + ".receipts";
  const bool json = path.ends_with(".jsonl") || path.ends_with(".ndjson");
  const File in(std::fopen(target.c_str(), "re"));
  if (in == nullptr) return Failed(path);
  File out(CreatePrivateFile(copy));
  if (out == nullptr) return Failed(copy);
  std::setvbuf(out.get(), nullptr, _IONBF, 0);  // blocks are written at once
  bool ok = Copy(in.get(), out.get(), json, store) && fdatasync(fileno(out.get())) == 0;
  ok = std::fclose(out.release()) == 0 && ok;
  ok = ok && std::rename(copy.c_str(), target.c_str()) == 0;
  if (ok) return absl::OkStatus();
  const absl::Status failure = Failed(path);
  std::remove(copy.c_str());
  return failure;
}

}  // namespace salvo::tools

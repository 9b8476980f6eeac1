#include "tools/send/receipt_columns.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "tools/common/cannot.h"
#include "tools/common/csv_text.h"
#include "tools/common/json_line.h"
#include "tools/common/open_file.h"
#include "tools/common/private_file.h"
#include "tools/common/replace_file.h"
#include "tools/send/results.h"
#include "tools/send/results_layout.h"
#include "tools/send/results_lines.h"

namespace salvo::tools {
namespace {

constexpr size_t kBlockOctets = size_t{256} * 1024;
constexpr std::string_view kJsonColumns = ",\"receipt_state\":\"";

absl::Status Failed(const std::string& path) {
  return absl::UnavailableError(Cannot(kWriteResults, path));
}

// A line, cut where the receipt columns begin and end.
struct CutLine {
  uint64_t row = 0;  // 0: it is no line of a row
  std::string_view before;
  std::string_view after;
};

CutLine CutCsv(std::string_view line) {
  CutLine cut;
  bool quoted = false;
  size_t fields = 1;
  size_t before = 0;  // octets in front of the receipt's fields
  for (size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '"') quoted = !quoted;
    if (line[at] != ',' || quoted) continue;
    if (fields == kFieldsBeforeReceipt) before = at + 1;
    ++fields;
  }
  if (fields != kResultsFields) return cut;
  std::from_chars(line.data(), line.data() + line.size(), cut.row);  // the header has none
  cut.before = line.substr(0, before);
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

  // Appends the line, with its columns where it is one of ours and the store has them.
  void Append(const ResultsLine& line, std::string* out) {
    CutLine cut;
    if (line.is_whole) cut = json_ ? CutJson(line.text) : CutCsv(line.text);
    RowReceipt receipt;
    if (cut.row == 0 || !store_.Find(cut.row, &receipt)) {
      out->append(line.text);
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
  ResultsLines lines(in, json);
  Filler filler(store, json);
  std::string text;
  bool ok = true;
  for (ResultsLine line; ok && lines.Next(&line);) {
    filler.Append(line, &text);
    if (text.size() >= kBlockOctets) ok = Write(&text, out);
  }
  return ok && !lines.failed() && Write(&text, out);
}

}  // namespace

absl::Status FillReceiptColumns(const std::string& path, const ReceiptStore& store) {
  std::error_code error;
  // Where the name is a link, the file that it leads to.
  const std::string target = std::filesystem::canonical(path, error).string();
  if (error == std::errc::no_such_file_or_directory) return absl::OkStatus();
  const std::string copy = target + ".receipts";
  const File in(std::fopen(target.c_str(), "re"));
  if (in == nullptr) return Failed(path);
  File out(CreatePrivateFile(copy));
  if (out == nullptr) return Failed(copy);
  std::setvbuf(out.get(), nullptr, _IONBF, 0);  // blocks are written at once
  const bool copied = Copy(in.get(), out.get(), IsJsonName(path), store);
  const int error_of_copy = errno;
  const bool is_on_disk = CloseOnDisk(out.release());
  if (copied && is_on_disk && RenameOnDisk(copy, target)) return absl::OkStatus();
  if (!copied) errno = error_of_copy;
  const absl::Status failure = Failed(path);
  std::remove(copy.c_str());
  return failure;
}

}  // namespace salvo::tools

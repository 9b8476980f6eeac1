// What a person sees while a campaign goes out: notes that stay, and on a terminal a view below
// them that is drawn anew. Everything goes to stderr.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace salvo::tools {

// How often a person is shown how far it is, and the signals are looked at.
inline constexpr auto kLookInterval = std::chrono::milliseconds(100);

enum class Style : uint8_t {
  kFull,     // a live view with colour
  kNoColor,  // the same without
  kBasic,    // plain lines only
};

// "auto", "full", "basic", "nocolor"; auto looks at the terminal and at NO_COLOR.
Style ChooseStyle(std::string_view name);

// Thread-safe.
class Console {
 public:
  explicit Console(Style style) : style_(style) {}

  bool live() const { return style_ != Style::kBasic; }
  // That a line of the view may have: what is longer is cut.
  size_t columns() const;
  // A line that stays, above the view.
  void Note(std::string_view line);
  // Draws the view, over the one before; nothing when there is no live view.
  void Show(const std::vector<std::string>& lines);
  // Leaves the view as it is: what follows is written below.
  void Finish();

  // The text in bold, or in a colour of warning, where colours are wanted.
  std::string Strong(std::string_view text) const { return Wrap("1", text); }
  std::string Bad(std::string_view text) const { return Wrap("31", text); }

 private:
  std::string Wrap(const char* code, std::string_view text) const;
  void Erase(std::string* out);

  const Style style_;
  std::mutex mutex_;
  std::vector<std::string> shown_;
};

}  // namespace salvo::tools

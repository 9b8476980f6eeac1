#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/explain/tables.h"

namespace salvo {
namespace {

using Found = std::vector<const Explanation*>;

constexpr size_t kMostFound = 12;
constexpr size_t kStatusDigits = 8;  // of a command_status in full

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }
bool IsWordCharacter(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z') || c == '_'; }

// Lower-case words; everything else but digits and underscores parts them.
std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    const char lower = Lower(c);
    const bool is_symbol = c == '@';  // a character that people ask about
    if (IsWordCharacter(lower) || is_symbol) {
      words.back() += lower;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

void Add(const Explanation& e, Found* found) {
  if (std::find(found->begin(), found->end(), &e) == found->end()) found->push_back(&e);
}

std::optional<uint32_t> ParseNumber(std::string_view digits, int base) {
  uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc() || stop != end || digits.empty()) return std::nullopt;
  return value;
}

bool HasHexPrefix(std::string_view word) { return word.starts_with("0x"); }
bool IsDecimal(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), IsDigit);
}
// "0b", "0000000e": as logs and manuals have statuses. A word such as "bad" is none.
bool IsBareHex(std::string_view word) {
  return word.size() >= 2 && word.size() <= kStatusDigits && IsDigit(word.front()) &&
         std::all_of(word.begin(), word.end(), IsHexDigit);
}
bool IsNumber(std::string_view word) {
  return HasHexPrefix(word) ? ParseNumber(word.substr(2), 16).has_value()
                            : IsBareHex(word) || IsDecimal(word);
}

// A status that the specification or its vendor gave a meaning.
bool IsDefined(const Explanation& e) { return !e.name.starts_with("RESERVED"); }

void AddStatus(std::optional<uint32_t> number, bool only_defined, Found* found) {
  if (!number) return;
  const Explanation& e = ExplainStatus(*number);
  for (const Explanation& entry : AllExplanations()) {
    const bool same = entry.topic == Topic::kStatus && entry.name == e.name;
    if (same && (!only_defined || IsDefined(e))) Add(entry, found);
  }
}

void AddOfTopic(Topic topic, std::optional<uint32_t> number, Found* found) {
  if (!number) return;
  for (const Explanation& e : AllExplanations()) {
    if (e.topic == topic && e.first <= *number && *number <= e.last) Add(e, found);
  }
}

void AddNumber(std::string_view word, Topic topic, Found* found) {
  const bool hex = HasHexPrefix(word);
  const std::optional<uint32_t> number =
      hex ? ParseNumber(word.substr(2), 16) : ParseNumber(word, 10);
  if (topic != Topic::kStatus) return AddOfTopic(topic, number, found);
  const bool two_readings = !hex && IsDecimal(word) && word.size() < kStatusDigits;
  if (hex || two_readings) AddStatus(number, two_readings, found);
  if (!hex) AddStatus(ParseNumber(word, 16), two_readings, found);
  if (found->empty()) AddStatus(number, false, found);
}

// A number alone: what it may be in each table.
Found ByNumber(std::string_view word) {
  Found found;
  const bool is_status = HasHexPrefix(word) || !IsDecimal(word) || word.size() == kStatusDigits;
  if (is_status) {
    AddNumber(word, Topic::kStatus, &found);
    return found;
  }
  const bool is_padded = word.size() == 3 && word.front() == '0';
  if (is_padded) AddNumber(word, Topic::kNetworkError, &found);
  for (const Topic topic : {Topic::kStatus, Topic::kErrno, Topic::kNetworkError, Topic::kAlert,
                            Topic::kCertificate, Topic::kReceiptState}) {
    AddNumber(word, topic, &found);
  }
  return found;
}

struct TopicWord {
  std::string_view word;
  Topic topic;
};

constexpr TopicWord kTopicWords[] = {
    {"status", Topic::kStatus},
    {"command_status", Topic::kStatus},
    {"smpp", Topic::kStatus},
    {"errno", Topic::kErrno},
    {"alert", Topic::kAlert},
    {"certificate", Topic::kCertificate},
    {"verify", Topic::kCertificate},
    {"x509", Topic::kCertificate},
    {"state", Topic::kReceiptState},
    {"message_state", Topic::kReceiptState},
    {"stat", Topic::kReceiptState},
    {"err", Topic::kNetworkError},
    {"receipt_error", Topic::kNetworkError},
    {"network_error_code", Topic::kNetworkError},
};

// Without what every name of its table begins with.
std::string_view WithoutPrefix(std::string_view lower_name) {
  for (const std::string_view prefix : {"esme_r", "x509_v_err_"}) {
    if (lower_name.starts_with(prefix)) return lower_name.substr(prefix.size());
  }
  return lower_name;
}

bool IsCalled(const Explanation& e, std::string_view word) {
  const auto matches = [&](const std::string& name) {
    return name == word || WithoutPrefix(name) == word || "esme_" + std::string(word) == name;
  };
  for (const std::string& name : WordsOf(e.name)) {
    if (e.topic != Topic::kSymptom && matches(name)) return true;
  }
  const bool has_names = e.topic == Topic::kReceiptState;
  for (const std::string& name : WordsOf(e.also)) {
    const bool is_name = has_names || name.find('_') != std::string::npos;
    if (is_name && e.topic != Topic::kSymptom && matches(name)) return true;
  }
  return false;
}

Found ByName(std::string_view word, std::optional<Topic> topic) {
  Found found;
  for (const Explanation& e : AllExplanations()) {
    if ((!topic || e.topic == *topic) && IsCalled(e, word)) Add(e, &found);
  }
  return found;
}

std::optional<Topic> TopicOf(std::string_view word) {
  for (const TopicWord& entry : kTopicWords) {
    if (entry.word == word) return entry.topic;
  }
  return std::nullopt;
}

// A word behind its topic.
Found OfTopic(Topic topic, std::string_view word) {
  Found found;
  if (IsNumber(word)) AddNumber(word, topic, &found);
  for (const Explanation* e : ByName(word, topic)) Add(*e, &found);
  return found;
}

// "errno 111", "stat:UNDELIV err:012", wherever they stand in what was typed. A number that its
// topic does not have is taken out of the words, with the topic: it stands for nothing else.
Found ByTopic(std::vector<std::string>* words) {
  Found found;
  std::vector<std::string> left;
  for (size_t i = 0; i < words->size(); ++i) {
    const std::optional<Topic> topic = TopicOf((*words)[i]);
    const std::string word = i + 1 < words->size() ? (*words)[i + 1] : "";
    const Found here = topic ? OfTopic(*topic, word) : Found();
    for (const Explanation* e : here) Add(*e, &found);
    if (topic && here.empty() && IsNumber(word)) {
      ++i;
    } else {
      left.push_back(std::move((*words)[i]));
    }
  }
  *words = std::move(left);
  return found;
}

// Numbers and names that stand out of a line of a log.
Found InALine(const std::vector<std::string>& words) {
  Found found;
  for (const std::string& word : words) {
    const bool is_name = word.find('_') != std::string::npos || word.starts_with("econn");
    if (HasHexPrefix(word) && IsNumber(word)) AddNumber(word, Topic::kStatus, &found);
    if (!is_name) continue;
    for (const Explanation* e : ByName(word, std::nullopt)) Add(*e, &found);
  }
  return found;
}

std::string StemOf(std::string word) {
  for (const std::string_view end : {"ing", "ed", "es", "s"}) {
    constexpr size_t kLeast = 3;
    if (!word.ends_with(end) || word.size() < end.size() + kLeast) continue;
    word.resize(word.size() - end.size());
    break;
  }
  return word;
}

bool IsFiller(std::string_view word) {
  for (const std::string_view filler :
       {"the", "a",    "an", "is",    "are",  "my",  "i",  "of", "to",  "in",    "with", "what",
        "why", "does", "do", "error", "code", "get", "we", "it", "and", "salvo", "esme"}) {
    if (word == filler) return true;
  }
  return false;
}

// How well a word of the question fits one text of an entry: in full, by its stem, or as a part of
// a name.
enum class Fit : uint8_t { kNone, kPart, kStem, kFull };

Fit FitOf(std::string_view word, std::string_view text) {
  constexpr size_t kLeastPart = 4;
  Fit best = Fit::kNone;
  for (std::string& name : WordsOf(text)) {
    std::vector<std::string> pieces = {name};
    if (name.find('_') != std::string::npos) {
      std::replace(name.begin(), name.end(), '_', ' ');
      for (std::string& piece : WordsOf(name)) pieces.push_back(piece);
    }
    for (const std::string& piece : pieces) {
      if (piece == word) return Fit::kFull;
      if (StemOf(piece) == StemOf(std::string(word))) best = std::max(best, Fit::kStem);
      const bool is_part = word.size() >= kLeastPart && piece.find(word) != std::string::npos;
      if (is_part) best = std::max(best, Fit::kPart);
    }
  }
  return best;
}

int ScoreOf(const Explanation& e, std::string_view word) {
  constexpr int kName[] = {0, 5, 7, 8};
  constexpr int kAlso[] = {0, 3, 5, 6};
  constexpr int kTitle[] = {0, 3, 5, 6};
  constexpr int kText[] = {0, 0, 1, 1};
  int score = std::max({kName[static_cast<size_t>(FitOf(word, e.name))],
                        kAlso[static_cast<size_t>(FitOf(word, e.also))],
                        kTitle[static_cast<size_t>(FitOf(word, e.title))]});
  if (score > 0) return score;
  score = kText[static_cast<size_t>(FitOf(word, e.meaning))];
  for (const std::string_view cause : e.causes) {
    score = std::max(score, kText[static_cast<size_t>(FitOf(word, cause))]);
  }
  return score;
}

// The title in full, word by word: what the system and OpenSSL write into logs.
int TitleBonus(const Explanation& e, const std::vector<std::string>& words) {
  constexpr int kBonus = 4;  // a word
  std::vector<std::string> title = WordsOf(e.title);
  std::erase_if(title, [](const std::string& word) { return IsFiller(word); });
  const bool has_it =
      std::search(words.begin(), words.end(), title.begin(), title.end()) != words.end();
  return has_it ? kBonus * static_cast<int>(title.size()) : 0;
}

struct Candidate {
  const Explanation* explanation;
  size_t missing;  // words that the entry does not have
  int score;
};

std::vector<Candidate> Candidates(const std::vector<std::string>& words) {
  std::vector<Candidate> candidates;
  for (const Explanation& e : AllExplanations()) {
    Candidate candidate = {&e, 0, TitleBonus(e, words)};
    for (const std::string& word : words) {
      const int score = ScoreOf(e, word);
      candidate.score += score;
      if (score == 0) ++candidate.missing;
    }
    if (2 * candidate.missing <= words.size() && candidate.score > 0) {
      candidates.push_back(candidate);
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
    return a.missing != b.missing ? a.missing < b.missing : a.score > b.score;
  });
  return candidates;
}

// The entries that have most of the words, and of these those that have them in the best places.
Found ByWords(std::vector<std::string> words) {
  Found found;
  std::erase_if(words, [](const std::string& word) { return IsFiller(word); });
  if (words.empty()) return found;
  const std::vector<Candidate> candidates = Candidates(words);
  for (const Candidate& candidate : candidates) {
    const Candidate& best = candidates.front();
    const bool is_near = candidate.missing == best.missing && 4 * candidate.score >= 3 * best.score;
    if (is_near && found.size() < kMostFound) Add(*candidate.explanation, &found);
  }
  return found;
}

}  // namespace

Found FindExplanations(std::string_view text) {
  std::vector<std::string> words = WordsOf(text);
  Found found = ByTopic(&words);
  if (!found.empty() || words.empty()) return found;
  if (words.size() == 1) {
    found = IsNumber(words[0]) ? ByNumber(words[0]) : ByName(words[0], std::nullopt);
    if (!found.empty()) return found;
  }
  // The words of a symptom are what its entry is called.
  for (const Explanation& e : AllExplanations()) {
    if (e.topic == Topic::kSymptom && WordsOf(e.name) == words) return {&e};
  }
  found = InALine(words);
  return found.empty() ? ByWords(words) : found;
}

}  // namespace salvo

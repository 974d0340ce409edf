#include "policy/official_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace dandang::policy {
namespace {

// How official documents number (GB/T 9704-2012, 7.3.3), and articles of rules.
enum class Level { kArticle, kFirst, kSecond, kThird, kFourth };
constexpr size_t kLevels = 5;
// A leap of more is a number within the text, not a clause.
constexpr int kMaxLeap = 3;
// Headings of parts are short; a longer paragraph with such a number is text.
constexpr size_t kMaxHeading = 60;

struct Numbered {
  Level level = Level::kFirst;
  int number = 0;
  std::string mark;  // as written, in full-width forms
  std::string rest;
};

// The value of 一 … 九十九 …; none if it is no such number.
std::optional<int> chinese_value(std::u32string_view text) {
  static constexpr std::u32string_view kDigits = U"零一二三四五六七八九";
  if (text.empty() || text.size() > 7) return {};
  int total = 0;
  int digit = -1;
  for (const char32_t c : text) {
    const int unit = c == U'十' ? 10 : c == U'百' ? 100 : 0;
    if (unit > 0) {
      total += (digit < 0 ? 1 : digit) * unit;
      digit = 0;
      continue;
    }
    const size_t at = c == U'〇' ? 0 : kDigits.find(c);
    if (at == std::u32string_view::npos) return {};
    digit = static_cast<int>(at);
  }
  return total + std::max(digit, 0);
}

std::optional<int> digit_value(std::u32string_view text) {
  if (text.empty() || text.size() > 3) return {};
  int total = 0;
  for (const char32_t c : text) {
    if (c < U'0' || c > U'9') return {};
    total = total * 10 + static_cast<int>(c - U'0');
  }
  return total;
}

std::string utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) append_code_point(out, c);
  return out;
}

// Without what a scan or a Markdown writer puts in front and behind.
std::u32string bare(const std::string& line) {
  std::u32string text = to_code_points(trimmed(line));
  const auto is_mark = [](char32_t c) {
    return c == U'#' || c == U'*' || c == U'>' || c == U'\\' || is_blank(c);
  };
  size_t begin = 0;
  while (begin < text.size() && is_mark(text[begin])) ++begin;
  size_t end = text.size();
  while (end > begin && is_mark(text[end - 1])) --end;
  return text.substr(begin, end - begin);
}

char32_t full_width(char32_t c) {
  switch (c) {
    case U'(':
      return U'（';
    case U')':
      return U'）';
    case U'．':
      return U'.';
    default:
      return c >= U'０' && c <= U'９' ? c - U'０' + U'0' : c;
  }
}

std::optional<Numbered> numbered(const std::u32string& line) {
  constexpr size_t kLongestMark = 10;
  std::u32string head = line.substr(0, kLongestMark);
  for (char32_t& c : head) c = full_width(c);
  const auto made = [&](Level level, std::optional<int> number,
                        size_t length) -> std::optional<Numbered> {
    if (!number || *number < 1) return {};
    return Numbered{level, *number, utf8(head.substr(0, length)),
                    trimmed(utf8(std::u32string_view(line).substr(length)))};
  };
  if (head.starts_with(U'第')) {
    const size_t end = head.find(U'条');
    if (end == std::u32string::npos || end < 2) return {};
    const std::u32string_view number = std::u32string_view(head).substr(1, end - 1);
    const auto value = chinese_value(number);
    return made(Level::kArticle, value ? value : digit_value(number), end + 1);
  }
  if (head.starts_with(U'（')) {
    const size_t end = head.find(U'）');
    if (end == std::u32string::npos || end < 2) return {};
    const std::u32string_view number = std::u32string_view(head).substr(1, end - 1);
    if (const auto value = chinese_value(number)) return made(Level::kSecond, value, end + 1);
    return made(Level::kFourth, digit_value(number), end + 1);
  }
  if (const size_t end = head.find(U'、'); end != std::u32string::npos && end > 0) {
    const std::u32string_view number = std::u32string_view(head).substr(0, end);
    if (const auto value = chinese_value(number)) return made(Level::kFirst, value, end + 1);
    if (const auto value = digit_value(number)) return made(Level::kThird, value, end + 1);
  }
  if (const size_t end = head.find(U'.'); end != std::u32string::npos && end > 0) {
    const bool decimal = end + 1 < head.size() && head[end + 1] >= U'0' && head[end + 1] <= U'9';
    if (!decimal) return made(Level::kThird, digit_value(head.substr(0, end)), end + 1);
  }
  return {};
}

// What one level would give as clauses.
struct Count {
  int clauses = 0;
  bool through = true;  // never begins again
};

std::array<Count, kLevels> count_levels(const std::vector<std::u32string>& lines) {
  std::array<Count, kLevels> counts;
  std::array<int, kLevels> last{};
  for (const std::u32string& line : lines) {
    const auto found = numbered(line);
    if (!found) continue;
    const auto level = static_cast<size_t>(found->level);
    const bool again = found->number == 1 && last[level] > 0;
    if (!again && (found->number <= last[level] || found->number > last[level] + kMaxLeap))
      continue;
    if (again) counts[level].through = false;
    last[level] = found->number;
    ++counts[level].clauses;
  }
  return counts;
}

std::optional<Level> choose_level(const std::array<Count, kLevels>& counts, int expected) {
  if (counts[static_cast<size_t>(Level::kArticle)].clauses > 1) return Level::kArticle;
  std::optional<size_t> best;
  const auto rank = [&](size_t level) {
    const Count& count = counts[level];
    const int away = expected > 0 ? std::abs(count.clauses - expected) : 0;
    return std::tuple(away, count.through ? 0 : 1, -count.clauses);
  };
  for (size_t level = 0; level < kLevels; ++level) {
    if (counts[level].clauses == 0) continue;
    if (!best || rank(level) < rank(*best)) best = level;
  }
  return best ? std::optional(static_cast<Level>(*best)) : std::nullopt;
}

bool ends_sentence(const std::string& text) {
  static const std::u32string kEnds = U"。！？；：”）.!?;:)";
  const std::u32string points = to_code_points(text);
  return points.empty() || kEnds.find(points.back()) != std::u32string::npos;
}

// A line of rules and dashes, as between pages.
bool is_rule(const std::u32string& line) {
  return line.find_first_not_of(U"-—_=·") == std::u32string::npos;
}

// "宁办发〔2019〕45号", whatever brackets the line has.
std::string document_number_in(const std::u32string& line) {
  static const std::u32string kOpen = U"〔[［（(【";
  static const std::u32string kClose = U"〕]］）)】";
  for (size_t open = 1; open < line.size(); ++open) {
    if (kOpen.find(line[open]) == std::u32string::npos || open + 6 >= line.size()) continue;
    if (!digit_value(std::u32string_view(line).substr(open + 1, 2)) ||
        !digit_value(std::u32string_view(line).substr(open + 3, 2)) ||
        kClose.find(line[open + 5]) == std::u32string::npos) {
      continue;
    }
    size_t end = open + 6;
    while (end < line.size() && (is_blank(line[end]) || line[end] == U'第')) ++end;
    const size_t digits = end;
    while (end < line.size() && line[end] >= U'0' && line[end] <= U'9') ++end;
    if (end == digits || end >= line.size() || line[end] != U'号') continue;
    size_t begin = open;
    while (begin > 0 && line[begin - 1] >= 0x4E00 && line[begin - 1] <= 0x9FFF) --begin;
    if (begin == open) continue;
    return utf8(line.substr(begin, open - begin)) + "〔" + utf8(line.substr(open + 1, 4)) + "〕" +
           utf8(line.substr(digits, end - digits)) + "号";
  }
  return {};
}

void append(std::vector<std::string>& paragraphs, const std::string& line) {
  if (!paragraphs.empty() && !ends_sentence(paragraphs.back())) {
    paragraphs.back() += line;
  } else {
    paragraphs.push_back(line);
  }
}

std::string first_sentence(const std::string& text) {
  const size_t end = text.find("。");
  return end == std::string::npos ? text : text.substr(0, end);
}

}  // namespace

OfficialText split_official_text(const std::vector<std::string>& lines, int expected) {
  std::vector<std::u32string> bared;
  for (const std::string& line : lines) {
    if (std::u32string text = bare(line); !text.empty() && !is_rule(text)) {
      bared.push_back(std::move(text));
    }
  }
  OfficialText out;
  const auto level = choose_level(count_levels(bared), expected);
  std::string part;
  int last = 0;
  for (const std::u32string& line : bared) {
    if (out.document_number.empty() && out.clauses.empty()) {
      out.document_number = document_number_in(line);
    }
    const auto found = numbered(line);
    const bool begins_again = found && found->number == 1 && last > 0;
    const bool is_clause =
        found && level && found->level == *level &&
        (begins_again || (found->number > last && found->number <= last + kMaxLeap));
    if (is_clause) {
      if (begins_again) last = 0;
      for (int missed = last + 1; missed < found->number; ++missed) {
        out.leapt.push_back(std::to_string(missed));
      }
      last = found->number;
      out.clauses.push_back({found->mark, part, {}, {found->rest}});
    } else if (found && found->level == Level::kFirst && line.size() <= kMaxHeading) {
      part = utf8(line);
    } else if (line.starts_with(U"抄送") || line.starts_with(U"附件")) {
      if (!out.clauses.empty()) break;
    } else if (out.clauses.empty()) {
      out.front.push_back(utf8(line));
    } else {
      append(out.clauses.back().paragraphs, utf8(line));
    }
  }
  for (OfficialClause& clause : out.clauses)
    clause.title = first_sentence(clause.paragraphs.front());
  return out;
}

namespace {

using Pair = std::pair<char32_t, char32_t>;

std::set<Pair> pairs_of(const std::string& text) {
  std::set<Pair> out;
  const std::u32string points = to_code_points(text);
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    const auto is_word = [](char32_t c) { return c >= 0x4E00 && c <= 0x9FFF; };
    if (is_word(points[i]) && is_word(points[i + 1])) out.emplace(points[i], points[i + 1]);
  }
  return out;
}

std::set<Pair> words_of(const Clause& clause) {
  std::string all = clause.title.zh;
  for (const std::string& paragraph : clause.sense_zh) all += "\n" + paragraph;
  return pairs_of(all);
}

std::set<Pair> words_of(const OfficialClause& clause) {
  std::string all;
  for (const std::string& paragraph : clause.paragraphs) all += "\n" + paragraph;
  return pairs_of(all);
}

// A match must share this much of our words, in thousandths, to be better than none.
constexpr int64_t kLeast = 80;
constexpr int64_t kSameNumber = 60;

}  // namespace

std::vector<ClauseMatch> match_clauses(const Package& package, const OfficialText& text) {
  std::vector<const Clause*> ours;
  for (const Clause& clause : package.clauses) ours.push_back(&clause);
  std::stable_sort(ours.begin(), ours.end(),
                   [](const Clause* a, const Clause* b) { return a->number < b->number; });
  std::vector<std::set<Pair>> our_words;
  std::map<Pair, int64_t> spread;  // in how many of our clauses
  for (const Clause* clause : ours) {
    our_words.push_back(words_of(*clause));
    for (const Pair& pair : our_words.back()) ++spread[pair];
  }
  const size_t rows = ours.size();
  const size_t columns = text.clauses.size();
  // Words that many of our clauses use say little of one of them.
  const auto weight = [&](const Pair& pair) { return 1000 / spread[pair]; };
  std::vector<std::vector<int64_t>> score(rows, std::vector<int64_t>(columns));
  for (size_t j = 0; j < columns; ++j) {
    const std::set<Pair> words = words_of(text.clauses[j]);
    for (size_t i = 0; i < rows; ++i) {
      int64_t all = 0;
      int64_t shared = 0;
      for (const Pair& pair : our_words[i]) {
        all += weight(pair);
        if (words.contains(pair)) shared += weight(pair);
      }
      score[i][j] = (all == 0 ? 0 : shared * 1000 / all) - kLeast;
      if (ours[i]->number == static_cast<int>(j) + 1) score[i][j] += kSameNumber;
    }
  }
  // The best alignment: best[i][j] of ours from i on and theirs from j on.
  std::vector<std::vector<int64_t>> best(rows + 1, std::vector<int64_t>(columns + 1));
  for (size_t i = rows; i-- > 0;) {
    for (size_t j = columns; j-- > 0;) {
      best[i][j] = std::max({best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + score[i][j]});
    }
  }
  std::vector<ClauseMatch> out;
  size_t i = 0;
  size_t j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && best[i][j] == best[i + 1][j + 1] + score[i][j]) {
      out.push_back({ours[i++], &text.clauses[j++]});
    } else if (j == columns || (i < rows && best[i][j] == best[i + 1][j])) {
      out.push_back({ours[i++], nullptr});
    } else {
      out.push_back({nullptr, &text.clauses[j++]});
    }
  }
  return out;
}

std::vector<const Package*> packages_of_text(const PolicySet& set,
                                             const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += without_blanks(utf8(bare(line))) + "\n";
  std::vector<const Package*> out;
  for (const Package& package : set.packages) {
    if (package.document_number.empty()) continue;
    const std::string wanted = without_blanks(package.document_number);
    bool found = contains(all, wanted);
    for (const std::string& line : lines) found |= document_number_in(bare(line)) == wanted;
    if (found) out.push_back(&package);
  }
  return out;
}

std::string attached_path(const std::string& package) {
  return package + "/attached.txt";
}

}  // namespace dandang::policy

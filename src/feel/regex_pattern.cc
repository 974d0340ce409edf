// XPath's patterns in ICU's words. The two differ in what . $ \w \i \c and classes mean, and ICU
// knows much that XPath refuses: look-ahead, possessive quantifiers, \b, \x41.

#include <algorithm>

#include "base/text.h"
#include "feel/regex.h"

namespace dandang::feel {
namespace {

bool is_digit(char32_t c) {
  return c >= U'0' && c <= U'9';
}

bool is_letter_or_digit(char32_t c) {
  return is_digit(c) || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

// A character as itself, in and outside a class.
void append_literal(std::string& out, char32_t c) {
  if (c < 0x80 && !is_letter_or_digit(c)) out += '\\';
  if (c == U'\n' || c == U'\r' || c == U'\t') {
    out += c == U'\n' ? 'n' : c == U'\r' ? 'r' : 't';
  } else {
    append_code_point(out, c);
  }
}

// What the letter of a class escape stands for, as it is written inside a class of ICU.
const char* class_of(char32_t letter) {
  switch (letter) {
    case U's':
      return "[ \\t\\n\\r]";
    case U'S':
      return "[^ \\t\\n\\r]";
    case U'd':
      return "\\p{Nd}";
    case U'D':
      return "\\P{Nd}";
    case U'w':
      return "[^\\p{P}\\p{Z}\\p{C}]";
    case U'W':
      return "[\\p{P}\\p{Z}\\p{C}]";
    case U'i':
      return "[\\p{L}\\p{Nl}_:]";
    case U'I':
      return "[^\\p{L}\\p{Nl}_:]";
    case U'c':
      return "[\\p{L}\\p{Nl}\\p{Nd}\\p{Mn}\\p{Mc}_:.\\-\\u00B7]";
    case U'C':
      return "[^\\p{L}\\p{Nl}\\p{Nd}\\p{Mn}\\p{Mc}_:.\\-\\u00B7]";
    default:
      return nullptr;
  }
}

constexpr std::u32string_view kEscaped = U"\\|.-^?*+{}()[]$";

class Translator {
 public:
  Translator(std::u32string_view pattern, const RegexFlags& flags)
      : pattern_(pattern), flags_(flags) {}

  std::optional<std::string> run() {
    alternatives();
    if (failed_ || !at_end()) return std::nullopt;
    return out_;
  }

 private:
  static constexpr int kMaxDepth = 100;

  bool at_end() const { return at_ >= pattern_.size(); }
  char32_t peek(size_t ahead = 0) const {
    return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : 0;
  }
  bool next_is(char32_t c) const { return !at_end() && peek() == c; }
  bool take(char32_t c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }
  void fail() { failed_ = true; }

  void alternatives() {
    do {
      while (!failed_ && !at_end() && !next_is(U'|') && !next_is(U')')) piece();
      if (failed_ || !take(U'|')) return;
      out_ += '|';
    } while (true);
  }

  void piece() {
    const char32_t c = peek();
    if (c == U'^' || c == U'$') {
      ++at_;
      anchor(c);
      return;
    }
    atom();
    if (!failed_) quantifier();
  }

  void anchor(char32_t c) {
    if (flags_.multi_line) {
      out_ += c == U'^' ? "(?:^)" : "(?:$)";
    } else {
      out_ += c == U'^' ? "\\A" : "\\z";
    }
  }

  void atom() {
    const char32_t c = peek();
    if (c == U'(') return group();
    if (c == U'[') return char_class();
    if (c == U'\\') return escape();
    if (c == U'.') {
      ++at_;
      out_ += flags_.dot_all ? "[\\s\\S]" : "[^\\n\\r]";
      return;
    }
    if (std::u32string_view(U"?*+{}]").find(c) != std::u32string_view::npos) return fail();
    ++at_;
    append_literal(out_, c);
  }

  void group() {
    ++at_;
    if (++depth_ > kMaxDepth) return fail();
    const bool captures = !next_is(U'?');
    size_t number = 0;
    if (captures) {
      number = ++groups_;
      out_ += '(';
    } else if (peek(1) == U':') {
      at_ += 2;
      out_ += "(?:";
    } else {
      return fail();
    }
    alternatives();
    if (failed_ || !take(U')')) return fail();
    if (captures) closed_.push_back(number);
    out_ += ')';
    --depth_;
  }

  void quantifier() {
    const char32_t c = peek();
    if (at_end() || std::u32string_view(U"?*+{").find(c) == std::u32string_view::npos) return;
    ++at_;
    if (c == U'{') {
      counts();
    } else {
      append_code_point(out_, c);
    }
    if (failed_) return;
    if (take(U'?')) out_ += '?';
    // A second one has nothing to repeat; for ICU it would mean another kind of match.
    const char32_t next = peek();
    if (!at_end() && std::u32string_view(U"?*+{").find(next) != std::u32string_view::npos) fail();
  }

  // {n}, {n,} and {n,m}; larger counts than ICU can hold in its program are refused by it.
  void counts() {
    const auto number = [&]() -> std::optional<std::string> {
      std::string digits;
      while (!at_end() && is_digit(peek())) digits += static_cast<char>(pattern_[at_++]);
      return digits.empty() || digits.size() > 6 ? std::nullopt : std::optional(digits);
    };
    const auto least = number();
    if (!least) return fail();
    out_ += '{' + *least;
    if (take(U',')) {
      out_ += ',';
      if (!next_is(U'}')) {
        const auto most = number();
        if (!most || std::stoi(*most) < std::stoi(*least)) return fail();
        out_ += *most;
      }
    }
    if (!take(U'}')) return fail();
    out_ += '}';
  }

  void escape() {
    ++at_;
    const char32_t c = peek();
    if (at_end()) return fail();
    if (is_digit(c)) return back_reference();
    if (c == U'p' || c == U'P') return property();
    ++at_;
    if (const char* known = class_of(c)) {
      out_ += known;
    } else if (!control(c)) {
      if (kEscaped.find(c) == std::u32string_view::npos) return fail();
      append_literal(out_, c);
    }
  }

  bool control(char32_t c) {
    if (c != U'n' && c != U'r' && c != U't') return false;
    out_ += '\\';
    append_code_point(out_, c);
    return true;
  }

  // As many digits as name a group that is there; the group must be closed.
  void back_reference() {
    size_t number = pattern_[at_++] - U'0';
    while (!at_end() && is_digit(peek()) && number * 10 + (peek() - U'0') <= groups_) {
      number = number * 10 + (pattern_[at_++] - U'0');
    }
    if (std::find(closed_.begin(), closed_.end(), number) == closed_.end()) return fail();
    out_ += "(?:\\" + std::to_string(number) + ")";
  }

  // \p{Lu}, \p{IsBasicLatin}; the letter p stands here.
  void property() {
    const char p = static_cast<char>(pattern_[at_++]);
    if (!take(U'{')) return fail();
    std::string name;
    while (!at_end() && !next_is(U'}')) {
      const char32_t c = pattern_[at_++];
      if (!is_letter_or_digit(c) && c != U'-') return fail();
      name += static_cast<char>(c);
    }
    if (!take(U'}') || name.empty()) return fail();
    const bool block = name.starts_with("Is");
    if (!block && name.size() > 2) return fail();
    out_ += std::string("\\") + p + "{" + (block ? "block=" + name.substr(2) : name) + "}";
  }

  void char_class() {
    ++at_;
    if (++depth_ > kMaxDepth) return fail();
    out_ += '[';
    if (take(U'^')) out_ += '^';
    bool empty = true;
    while (!failed_) {
      if (at_end()) return fail();
      if (next_is(U']') && !empty) break;
      if (next_is(U'-') && peek(1) == U'[') {
        subtraction();
        break;
      }
      class_part(empty);
      empty = false;
    }
    if (failed_ || !take(U']')) return fail();
    out_ += ']';
    --depth_;
  }

  void subtraction() {
    ++at_;
    out_ += "--";
    char_class();
    if (!failed_ && !next_is(U']')) fail();
  }

  // A character, a range of them, or a class escape.
  void class_part(bool first) {
    if (next_is(U'\\')) {
      const char32_t c = peek(1);
      if (c == U'p' || c == U'P') {
        ++at_;
        return property();
      }
      if (const char* known = class_of(c)) {
        at_ += 2;
        out_ += known;
        return;
      }
    }
    const auto low = class_char(first);
    if (!low) return fail();
    append_literal(out_, *low);
    const bool range =
        next_is(U'-') && peek(1) != U']' && peek(1) != U'[' && at_ + 1 < pattern_.size();
    if (!range) return;
    ++at_;
    const auto high = class_char(false);
    if (!high || *high < *low) return fail();
    out_ += '-';
    append_literal(out_, *high);
  }

  // One character of a class, escaped or not.
  std::optional<char32_t> class_char(bool first) {
    const char32_t c = pattern_[at_++];
    if (c == U'[' || c == U']') return std::nullopt;
    if (c == U'-') return first || next_is(U']') ? std::optional(c) : std::nullopt;
    if (c != U'\\') return c;
    if (at_end()) return std::nullopt;
    const char32_t escaped = pattern_[at_++];
    if (escaped == U'n') return U'\n';
    if (escaped == U'r') return U'\r';
    if (escaped == U't') return U'\t';
    return kEscaped.find(escaped) == std::u32string_view::npos ? std::nullopt
                                                               : std::optional(escaped);
  }

  std::u32string_view pattern_;
  const RegexFlags& flags_;
  std::string out_;
  size_t at_ = 0;
  size_t groups_ = 0;
  std::vector<size_t> closed_;  // groups whose bracket is closed
  int depth_ = 0;
  bool failed_ = false;
};

// Blanks outside classes mean nothing under the flag x.
std::u32string without_free_blanks(std::u32string_view pattern) {
  std::u32string out;
  int depth = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char32_t c = pattern[i];
    const bool blank = c == U' ' || c == U'\t' || c == U'\n' || c == U'\r';
    if (blank && depth == 0) continue;
    out += c;
    if (c == U'\\' && i + 1 < pattern.size()) {
      const char32_t next = pattern[i + 1];
      const bool next_blank = next == U' ' || next == U'\t' || next == U'\n' || next == U'\r';
      if (!next_blank || depth > 0) out += pattern[++i];
    } else if (c == U'[') {
      ++depth;
    } else if (c == U']' && depth > 0) {
      --depth;
    }
  }
  return out;
}

std::string quoted(std::u32string_view pattern) {
  std::string out;
  for (const char32_t c : pattern) append_literal(out, c);
  return out;
}

}  // namespace

std::optional<RegexFlags> read_regex_flags(std::string_view flags) {
  RegexFlags out;
  for (const char c : flags) {
    switch (c) {
      case 's':
        out.dot_all = true;
        break;
      case 'm':
        out.multi_line = true;
        break;
      case 'i':
        out.ignore_case = true;
        break;
      case 'x':
        out.blanks = true;
        break;
      case 'q':
        out.quoted = true;
        break;
      default:
        return std::nullopt;
    }
  }
  return out;
}

std::optional<std::string> to_icu_pattern(std::string_view pattern, const RegexFlags& flags) {
  // XPath sets no bound; ICU's program for a pattern grows with it.
  constexpr size_t kMaxPattern = 8192;
  std::u32string points = to_code_points(pattern);
  if (points.size() > kMaxPattern) return std::nullopt;
  if (flags.quoted) return quoted(points);
  if (flags.blanks) points = without_free_blanks(points);
  return Translator(points, flags).run();
}

}  // namespace dandang::feel

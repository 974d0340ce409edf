#include "feel/lexer.h"

#include <array>
#include <optional>

#include "base/text.h"
#include "feel/wording.h"

namespace dandang::feel {
namespace {

struct WideForm {
  char32_t wide;
  const char* half;
};

// Marks a Chinese keyboard gives where FEEL wants ASCII.
constexpr std::array kWideForms = {
    WideForm{U'，', ","}, WideForm{U'、', ","},  WideForm{U'；', ";"}, WideForm{U'：', ":"},
    WideForm{U'（', "("}, WideForm{U'）', ")"},  WideForm{U'［', "["}, WideForm{U'］', "]"},
    WideForm{U'【', "["}, WideForm{U'】', "]"},  WideForm{U'｛', "{"}, WideForm{U'｝', "}"},
    WideForm{U'＝', "="}, WideForm{U'＞', ">"},  WideForm{U'＜', "<"}, WideForm{U'≥', ">="},
    WideForm{U'≤', "<="}, WideForm{U'≠', "!="},  WideForm{U'＋', "+"}, WideForm{U'－', "-"},
    WideForm{U'＊', "*"}, WideForm{U'×', "*"},   WideForm{U'÷', "/"},  WideForm{U'／', "/"},
    WideForm{U'。', "."}, WideForm{U'．', "."},  WideForm{U'！', "!"}, WideForm{U'“', "\""},
    WideForm{U'”', "\""}, WideForm{U'＂', "\""}, WideForm{U'＠', "@"},
};

const char* half_form(char32_t c) {
  for (const WideForm& form : kWideForms) {
    if (form.wide == c) return form.half;
  }
  return nullptr;
}

bool is_wide_digit(char32_t c) {
  return c >= U'０' && c <= U'９';
}

bool is_digit(char32_t c) {
  return c >= U'0' && c <= U'9';
}

// DMN 1.5 §10.3.1.2, rule 28.
bool is_name_start(char32_t c) {
  return c == U'?' || (c >= U'A' && c <= U'Z') || c == U'_' || (c >= U'a' && c <= U'z') ||
         (c >= 0xC0 && c <= 0xD6) || (c >= 0xD8 && c <= 0xF6) || (c >= 0xF8 && c <= 0x2FF) ||
         (c >= 0x370 && c <= 0x37D) || (c >= 0x37F && c <= 0x1FFF) ||
         (c >= 0x200C && c <= 0x200D) || (c >= 0x2070 && c <= 0x218F) ||
         (c >= 0x2C00 && c <= 0x2FEF) || (c >= 0x3001 && c <= 0xD7FF) ||
         (c >= 0xF900 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFFC) ||
         (c >= 0x10000 && c <= 0xEFFFF);
}

// DMN 1.5 §10.3.1.2, rule 29.
bool is_name_part(char32_t c) {
  return is_name_start(c) || is_digit(c) || c == 0xB7 || (c >= 0x300 && c <= 0x36F) ||
         (c >= 0x203F && c <= 0x2040);
}

class Lexer {
 public:
  Lexer(const Source& source, Punctuation punctuation, Diagnostics& diagnostics)
      : source_(source), text_(source.text), punctuation_(punctuation), diagnostics_(diagnostics) {}

  std::vector<Token> run() {
    while (true) {
      skip_blanks_and_comments();
      if (pos_ >= text_.size()) break;
      next_token();
    }
    tokens_.push_back({TokenKind::kEnd, "", {text_.size(), text_.size()}});
    return std::move(tokens_);
  }

 private:
  char32_t peek() const {
    size_t p = pos_;
    return pos_ < text_.size() ? next_code_point(text_, p) : 0;
  }

  bool starts_with(std::string_view s) const { return text_.substr(pos_).substr(0, s.size()) == s; }

  void skip_blanks_and_comments() {
    while (pos_ < text_.size()) {
      size_t p = pos_;
      const char32_t c = next_code_point(text_, p);
      if (is_blank(c)) {
        pos_ = p;
      } else if (starts_with("//")) {
        while (pos_ < text_.size() && text_[pos_] != '\n') ++pos_;
      } else if (starts_with("/*")) {
        const size_t end = text_.find("*/", pos_ + 2);
        if (end == std::string_view::npos) {
          error("unfinished-comment", pos_, {"注释没有结束", "the comment has no end"},
                {"在注释末尾写 */", "write */ where the comment ends"});
          pos_ = text_.size();
        } else {
          pos_ = end + 2;
        }
      } else {
        return;
      }
    }
  }

  void next_token() {
    const size_t begin = pos_;
    const char32_t c = peek();
    const bool wide = punctuation_ == Punctuation::kDiagnoseWide;
    if (is_digit(c) || (c == U'.' && pos_ + 1 < text_.size() &&
                        is_digit(static_cast<unsigned char>(text_[pos_ + 1])))) {
      number(begin);
    } else if (wide && is_wide_digit(c)) {
      wide_number(begin);
    } else if (c == U'"') {
      string(begin, U'"');
    } else if (wide && (c == U'“' || c == U'＂' || c == U'”')) {
      report_wide(begin, c, "\"");
      string(begin, c == U'＂' ? U'＂' : U'”');
    } else if (const char* half = half_form(c); wide && half != nullptr) {
      report_wide(begin, c, half);
      next_code_point(text_, pos_);
      push(TokenKind::kSymbol, half, begin);
    } else if (is_name_start(c)) {
      name(begin);
    } else {
      symbol(begin);
    }
  }

  void report_wide(size_t at, char32_t c, const std::string& half) {
    std::string shown;
    append_code_point(shown, c);
    error("full-width-punctuation", at,
          worded("公式里用了全角符号“%”", "full-width \"%\" in a formula", {shown}),
          worded("改用半角 %", "write the half-width %", {half}));
  }

  void number(size_t begin) {
    auto digits = [&] {
      while (pos_ < text_.size() && is_digit(static_cast<unsigned char>(text_[pos_]))) ++pos_;
    };
    digits();
    if (pos_ + 1 < text_.size() && text_[pos_] == '.' &&
        is_digit(static_cast<unsigned char>(text_[pos_ + 1]))) {
      ++pos_;
      digits();
    }
    if (pos_ < text_.size() && (text_[pos_] == 'e' || text_[pos_] == 'E')) {
      size_t p = pos_ + 1;
      if (p < text_.size() && (text_[p] == '+' || text_[p] == '-')) ++p;
      if (p < text_.size() && is_digit(static_cast<unsigned char>(text_[p]))) {
        pos_ = p;
        digits();
      }
    }
    push(TokenKind::kNumber, std::string(text_.substr(begin, pos_ - begin)), begin);
  }

  void wide_number(size_t begin) {
    std::string digits;
    while (pos_ < text_.size()) {
      size_t p = pos_;
      const char32_t c = next_code_point(text_, p);
      if (!is_wide_digit(c) && !is_digit(c) && c != U'．') break;
      append_code_point(digits, is_wide_digit(c) ? c - U'０' + U'0' : c == U'．' ? U'.' : c);
      pos_ = p;
    }
    error("full-width-digit", begin, {"公式里用了全角数字", "full-width digits in a formula"},
          worded("改用半角 %", "write %", {digits}));
    push(TokenKind::kNumber, digits, begin);
  }

  static std::optional<char32_t> hex(std::string_view digits) {
    char32_t value = 0;
    for (const char d : digits) {
      const int v = d >= '0' && d <= '9'   ? d - '0'
                    : d >= 'a' && d <= 'f' ? d - 'a' + 10
                    : d >= 'A' && d <= 'F' ? d - 'A' + 10
                                           : -1;
      if (v < 0) return std::nullopt;
      value = value * 16 + static_cast<char32_t>(v);
    }
    return value;
  }

  // DMN 1.5 §10.3.1.2, rule 64 (string escape sequence).
  bool escape(std::string& out) {
    if (pos_ + 1 >= text_.size()) return false;
    const char e = text_[pos_ + 1];
    switch (e) {
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'r':
        out += '\r';
        break;
      case '"':
        out += '"';
        break;
      case '\'':
        out += '\'';
        break;
      case '\\':
        out += '\\';
        break;
      case 'u':
      case 'U': {
        const size_t length = e == 'u' ? 4 : 6;
        if (pos_ + 2 + length > text_.size()) return false;
        auto value = hex(text_.substr(pos_ + 2, length));
        if (!value || *value > 0x10FFFF) return false;
        pos_ += 2 + length;
        // A surrogate pair written as two \u escapes is one character.
        if (*value >= 0xD800 && *value < 0xDC00 && starts_with("\\u") && pos_ + 6 <= text_.size()) {
          const auto low = hex(text_.substr(pos_ + 2, 4));
          if (low && *low >= 0xDC00 && *low < 0xE000) {
            value = 0x10000 + ((*value - 0xD800) << 10) + (*low - 0xDC00);
            pos_ += 6;
          }
        }
        append_code_point(out, *value);
        return true;
      }
      default:
        return false;
    }
    pos_ += 2;
    return true;
  }

  void string(size_t begin, char32_t close) {
    next_code_point(text_, pos_);
    std::string content;
    while (pos_ < text_.size()) {
      size_t p = pos_;
      const char32_t c = next_code_point(text_, p);
      if (c == close || (close != U'"' && c == U'"')) {
        pos_ = p;
        push(TokenKind::kString, content, begin);
        return;
      }
      if (c == U'\\' && escape(content)) continue;
      append_code_point(content, c);
      pos_ = p;
    }
    error("unfinished-string", begin, {"引号没有配对", "the string has no closing quote"},
          {"在字符串末尾写 \"", "write \" where the string ends"});
    push(TokenKind::kString, content, begin);
  }

  void name(size_t begin) {
    while (pos_ < text_.size()) {
      size_t p = pos_;
      const char32_t c = next_code_point(text_, p);
      if (!is_name_part(c)) break;
      if (punctuation_ == Punctuation::kDiagnoseWide && half_form(c) != nullptr) break;
      pos_ = p;
    }
    push(TokenKind::kName, std::string(text_.substr(begin, pos_ - begin)), begin);
  }

  void symbol(size_t begin) {
    for (const std::string_view s : {"**", "..", "<=", ">=", "!=", "->"}) {
      if (starts_with(s)) {
        pos_ += s.size();
        push(TokenKind::kSymbol, std::string(s), begin);
        return;
      }
    }
    const char c = text_[pos_];
    if (std::string_view("+-*/()[]{},:.<>=@'").find(c) != std::string_view::npos) {
      ++pos_;
      push(TokenKind::kSymbol, std::string(1, c), begin);
      return;
    }
    next_code_point(text_, pos_);
    const std::string shown(text_.substr(begin, pos_ - begin));
    error("unexpected-character", begin,
          worded("公式里不能用字符“%”", "the character \"%\" has no meaning here", {shown}),
          {"删去它，或者放进引号", "remove it, or put it inside quotes"});
  }

  void push(TokenKind kind, std::string text, size_t begin) {
    tokens_.push_back({kind, std::move(text), {begin, pos_}});
  }

  void error(const char* code, size_t at, Text message, Text hint) {
    diagnostics_.error(code, source_.place_at(at), std::move(message), std::move(hint));
  }

  const Source& source_;
  std::string_view text_;
  Punctuation punctuation_;
  Diagnostics& diagnostics_;
  size_t pos_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(const Source& source, Punctuation punctuation,
                            Diagnostics& diagnostics) {
  return Lexer(source, punctuation, diagnostics).run();
}

}  // namespace dandang::feel

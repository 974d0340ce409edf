#include "format/number_format.h"

#include <algorithm>

namespace dandang::format {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_word(std::string_view text, std::string_view lower_word) {
  return text.size() >= lower_word.size() &&
         std::equal(lower_word.begin(), lower_word.end(), text.begin(),
                    [](char word, char c) { return word == lower(c); });
}

// One section of a code ("positive;negative;zero;text"), as far as it matters here.
struct Section {
  bool date_letters = false;  // y m d h s e and weekday letters: never anything but a date
  bool date_words = false;    // 年月日 as bare text: a date unless digits are shown ("0年")
  bool digits = false;
  bool point = false;
  bool unfixed = false;  // General, a fraction, scientific
  int places = 0;
  int percents = 0;
  int trailing_commas = 0;  // each shows the value in thousands
};

void scan(std::string_view code, Section& section) {
  size_t at = 0;
  const auto skip_words = [&](std::initializer_list<std::string_view> words) {
    for (std::string_view word : words) {
      if (starts_with_word(code.substr(at), word)) {
        at += word.size();
        return true;
      }
    }
    return false;
  };
  while (at < code.size()) {
    if (skip_words({"general", "g/通用格式", "通用格式"})) {
      section.unfixed = true;
      continue;
    }
    if (skip_words({"am/pm", "a/p", "上午/下午"})) {
      section.date_letters = true;
      continue;
    }
    if (skip_words({"年", "月", "日"})) {
      section.date_words = true;
      continue;
    }
    const char c = lower(code[at++]);
    switch (c) {
      case '"':
        at = std::min(code.find('"', at), code.size() - 1) + 1;
        break;
      case '[':
        at = std::min(code.find(']', at), code.size() - 1) + 1;
        break;
      // Escapes and fillers hide the next character; "!" is the East Asian escape.
      case '\\':
      case '!':
      case '_':
      case '*':
        at += at < code.size() ? 1 : 0;
        break;
      case 'y':
      case 'm':
      case 'd':
      case 'h':
      case 's':
      case 'g':
        section.date_letters = true;
        break;
      case 'a':
        if (starts_with_word(code.substr(at), "aa")) section.date_letters = true;
        break;
      case 'e':
        if (at < code.size() && (code[at] == '+' || code[at] == '-')) {
          section.unfixed = true;
        } else {
          section.date_letters = true;
        }
        break;
      case '0':
      case '#':
      case '?':
        section.digits = true;
        section.trailing_commas = 0;
        if (section.point) ++section.places;
        break;
      case '.':
        section.point = true;
        break;
      case ',':
        ++section.trailing_commas;
        break;
      case '%':
        ++section.percents;
        break;
      case '/':
        section.unfixed = true;
        break;
      case '@':
        section.unfixed = true;
        break;
      default:
        break;
    }
  }
}

}  // namespace

NumberFormat parse_number_format(std::string_view code) {
  NumberFormat format;
  bool places_known = false;
  size_t begin = 0;
  while (begin <= code.size()) {
    // A separator inside quotes or brackets is text.
    size_t end = begin;
    for (; end < code.size() && code[end] != ';'; ++end) {
      if (code[end] == '"') {
        end = std::min(code.find('"', end + 1), code.size() - 1);
      } else if (code[end] == '\\' || code[end] == '!') {
        ++end;
      }
    }
    end = std::min(end, code.size());
    Section section;
    scan(code.substr(begin, end - begin), section);
    if (section.date_letters || (section.date_words && !section.digits)) format.date = true;
    // Positive numbers come first; the sections behind show the same value.
    if (!places_known && section.digits) {
      places_known = true;
      const int places = section.places + 2 * section.percents;
      if (!section.unfixed && section.trailing_commas == 0) {
        format.decimals = std::min(places, 30);
      }
    } else if (section.unfixed) {
      places_known = true;
    }
    begin = end + 1;
  }
  if (format.date) format.decimals = -1;
  return format;
}

NumberFormat builtin_number_format(uint32_t id) {
  const bool date = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
                    (id >= 50 && id <= 58);
  if (date) return {true, -1};
  switch (id) {
    case 1:  // 0
    case 3:  // #,##0
    case 5:  // currency
    case 6:
    case 37:  // #,##0;(#,##0)
    case 38:
    case 41:  // accounting
    case 42:
      return {false, 0};
    case 2:  // 0.00
    case 4:  // #,##0.00
    case 7:
    case 8:
    case 9:  // 0%
    case 39:
    case 40:
    case 43:
    case 44:
      return {false, 2};
    case 10:
      return {false, 4};  // 0.00%
    default:
      return {};
  }
}

}  // namespace dandang::format

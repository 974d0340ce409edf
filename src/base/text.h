#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dandang {

enum class Language { kChinese, kEnglish };

// Words shown to people, in both languages. Chinese is the first language; English falls back to
// it where nobody has written any.
struct Text {
  std::string zh;
  std::string en;

  const std::string& in(Language language) const {
    return language == Language::kEnglish && !en.empty() ? en : zh;
  }
  bool empty() const { return zh.empty() && en.empty(); }
  bool operator==(const Text&) const = default;
};

// Decodes the code point at `pos` and moves `pos` behind it. Bytes that are not UTF-8 come back as
// U+FFFD, one byte at a time, so that a damaged text never stops a scan.
char32_t next_code_point(std::string_view text, size_t& pos);
void append_code_point(std::string& out, char32_t code_point);
std::u32string to_code_points(std::string_view text);
// Number of code points; columns of diagnostics count these, not bytes.
size_t code_point_count(std::string_view text);
bool is_valid_utf8(std::string_view text);

// ASCII blanks, tabs, line breaks, and the blanks offices type: U+00A0, U+2000-200B, U+3000,
// U+FEFF.
bool is_blank(char32_t code_point);
// Without any blank anywhere, as names, grades and headings are compared.
std::string without_blanks(std::string_view text);
// Without blanks at both ends.
std::string trimmed(std::string_view text);
// Full-width forms (U+FF01-FF5E, U+3000) as their ASCII counterparts.
std::string to_half_width(std::string_view text);
std::string to_upper_ascii(std::string_view text);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool contains(std::string_view text, std::string_view part);

// Columns a terminal gives to the text: two for an East Asian wide character.
size_t display_width(std::string_view text);

// The candidate closest to `word` by edit distance over code points, if close enough to be a
// likely slip (at most a third of the length, at least one); empty otherwise.
std::string closest_match(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace dandang

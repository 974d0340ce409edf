#include "document/plain_text.h"

#include <algorithm>

#include "base/text.h"

namespace dandang::document {
namespace {

using format::CellKind;
using format::WorkbookCell;

// Numbers pasted from mail and chat programs bring direction marks along.
bool is_invisible(char32_t c) {
  return is_blank(c) || c < 0x20 || c == 0x7F || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2064);
}

char32_t half_width(char32_t c) {
  return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c;
}

char32_t upper(char32_t c) {
  return c >= 'a' && c <= 'z' ? c - 32 : c;
}

bool is_middle_dot(char32_t c) {
  return c == 0x00B7 || c == 0x2022 || c == 0x30FB || c == 0x2027 || c == 0xFF65 || c == 0x2219 ||
         c == 0x22C5;
}

bool is_closing(std::string_view text, size_t& length) {
  for (std::string_view mark : {")", "]", "】", "〕"}) {
    if (ends_with(text, mark)) {
      length = mark.size();
      return true;
    }
  }
  return false;
}

size_t last_opening(std::string_view text, size_t& length) {
  size_t found = std::string_view::npos;
  for (std::string_view mark : {"(", "[", "【", "〔"}) {
    const size_t at = text.rfind(mark);
    if (at != std::string_view::npos && (found == std::string_view::npos || at > found)) {
      found = at;
      length = mark.size();
    }
  }
  return found;
}

}  // namespace

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

size_t digit_count(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), is_digit));
}

std::string compact(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const char c = text[pos];
    if (static_cast<unsigned char>(c) < 0x80) {
      ++pos;
      if (!is_invisible(static_cast<char32_t>(c))) {
        out.push_back(static_cast<char>(upper(static_cast<char32_t>(c))));
      }
      continue;
    }
    const char32_t code_point = next_code_point(text, pos);
    if (!is_invisible(code_point)) append_code_point(out, upper(half_width(code_point)));
  }
  return out;
}

std::string compact_date(std::string_view text) {
  std::string out;
  bool blank_before = false;
  for (size_t pos = 0; pos < text.size();) {
    const char32_t raw = next_code_point(text, pos);
    const char32_t c = upper(half_width(raw));
    if (is_invisible(raw)) {
      blank_before = blank_before || is_blank(raw);
      continue;
    }
    const bool digits_meet = c >= '0' && c <= '9' && !out.empty() && is_digit(out.back());
    if (blank_before && digits_meet) out.push_back('.');
    blank_before = false;
    if (c != '\'') append_code_point(out, c);
  }
  return out;
}

std::string_view without_trailing_bracket(std::string_view compacted) {
  size_t closing = 0;
  size_t opening = 0;
  if (!is_closing(compacted, closing)) return compacted;
  const size_t at = last_opening(compacted, opening);
  return at == std::string_view::npos || at == 0 ? compacted : compacted.substr(0, at);
}

std::string_view trailing_bracket(std::string_view compacted) {
  size_t closing = 0;
  size_t opening = 0;
  if (!is_closing(compacted, closing)) return {};
  const size_t at = last_opening(compacted, opening);
  if (at == std::string_view::npos) return {};
  const size_t from = at + opening;
  return compacted.substr(from, compacted.size() - closing - from);
}

std::string plain_name(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const char32_t c = next_code_point(text, pos);
    if (is_invisible(c)) continue;
    append_code_point(out, is_middle_dot(c) ? U'·' : c);
  }
  return out;
}

std::string comparable_name(std::string_view text) {
  const std::string name = compact(plain_name(text));
  return std::string(without_trailing_bracket(name));
}

std::string shown_text(const WorkbookCell& cell) {
  switch (cell.kind) {
    case CellKind::kBlank:
      return {};
    case CellKind::kText:
    case CellKind::kError:
      return cell.text;
    case CellKind::kNumber:
      return cell.number.to_string();
    case CellKind::kDate:
      return cell.date.to_string();
    case CellKind::kBoolean:
      return cell.boolean ? "TRUE" : "FALSE";
  }
  return {};
}

bool has_content(const WorkbookCell& cell) {
  if (cell.kind == CellKind::kBlank) return false;
  if (cell.kind != CellKind::kText) return true;
  for (size_t pos = 0; pos < cell.text.size();) {
    if (!is_invisible(next_code_point(cell.text, pos))) return true;
  }
  return false;
}

}  // namespace dandang::document

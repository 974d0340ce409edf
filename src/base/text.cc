#include "base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dandang {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

constexpr unsigned byte_at(std::string_view text, size_t pos) {
  return static_cast<unsigned char>(text[pos]);
}

struct Decoded {
  char32_t code_point;
  size_t length;
  bool valid;
};

constexpr Decoded kDamaged{kReplacement, 1, false};

// Overlong forms, surrogates and what lies beyond U+10FFFF are not UTF-8: each would be a second
// spelling of a text that had been checked under another one.
Decoded decode(std::string_view text, size_t pos) {
  const unsigned lead = byte_at(text, pos);
  if (lead < 0x80) return {lead, 1, true};
  size_t length = 0;
  char32_t code_point = 0;
  char32_t smallest = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2, code_point = lead & 0x1F, smallest = 0x80;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3, code_point = lead & 0x0F, smallest = 0x800;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4, code_point = lead & 0x07, smallest = 0x10000;
  } else {
    return kDamaged;
  }
  if (text.size() - pos < length) return kDamaged;
  for (size_t i = 1; i < length; ++i) {
    const unsigned byte = byte_at(text, pos + i);
    if ((byte & 0xC0) != 0x80) return kDamaged;
    code_point = (code_point << 6) | (byte & 0x3F);
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < smallest || code_point > 0x10FFFF || surrogate) return kDamaged;
  return {code_point, length, true};
}

struct Range {
  char32_t first;
  char32_t last;
};

// Marks that sit on the character before them. Ascending, as the search below needs.
constexpr std::array kZeroWidth = std::to_array<Range>({
    {0x0300, 0x036F},
    {0x0483, 0x0489},
    {0x0591, 0x05BD},
    {0x0610, 0x061A},
    {0x064B, 0x065F},
    {0x0E34, 0x0E3A},
    {0x0E47, 0x0E4E},
    {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF},
    {0x200B, 0x200F},
    {0x2060, 0x2064},
    {0x20D0, 0x20FF},
    {0x302A, 0x302D},
    {0x3099, 0x309A},
    {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F},
    {0xFEFF, 0xFEFF},
    {0xE0100, 0xE01EF},
});

// Unicode's East Asian Width W and F, blocks taken whole.
constexpr std::array kWide = std::to_array<Range>({
    {0x1100, 0x115F},
    {0x2E80, 0x303F},
    {0x3041, 0x4DBF},
    {0x4E00, 0xA4CF},
    {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},
    {0xFE30, 0xFE6F},
    {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF},
    {0x1FA70, 0x1FAFF},
    {0x20000, 0x3FFFD},
});

template <size_t kSize>
bool is_in(const std::array<Range, kSize>& ranges, char32_t code_point) {
  const auto it = std::upper_bound(ranges.begin(), ranges.end(), code_point,
                                   [](char32_t c, const Range& range) { return c < range.first; });
  return it != ranges.begin() && code_point <= std::prev(it)->last;
}

// Damerau-Levenshtein, each place edited at most once: a typist's slips, one neighbour swap
// counting as one.
size_t edit_distance(const std::u32string& a, const std::u32string& b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> previous(b.size() + 1);
  std::vector<size_t> current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({replaced, previous[j] + 1, current[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

char32_t next_code_point(std::string_view text, size_t& pos) {
  const Decoded decoded = decode(text, pos);
  pos += decoded.length;
  return decoded.code_point;
}

void append_code_point(std::string& out, char32_t code_point) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (surrogate || code_point > 0x10FFFF) code_point = kReplacement;
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

std::u32string to_code_points(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) out += next_code_point(text, pos);
  return out;
}

size_t code_point_count(std::string_view text) {
  size_t count = 0;
  for (size_t pos = 0; pos < text.size(); ++count) next_code_point(text, pos);
  return count;
}

bool is_valid_utf8(std::string_view text) {
  for (size_t pos = 0; pos < text.size();) {
    const Decoded decoded = decode(text, pos);
    if (!decoded.valid) return false;
    pos += decoded.length;
  }
  return true;
}

bool is_blank(char32_t code_point) {
  return code_point == ' ' || (code_point >= '\t' && code_point <= '\r') || code_point == 0x00A0 ||
         (code_point >= 0x2000 && code_point <= 0x200B) || code_point == 0x3000 ||
         code_point == 0xFEFF;
}

// Bytes are copied as they came, so that a damaged text stays recognisably the author's.
std::string without_blanks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const size_t start = pos;
    if (!is_blank(next_code_point(text, pos))) out += text.substr(start, pos - start);
  }
  return out;
}

std::string trimmed(std::string_view text) {
  size_t first = text.size();
  size_t last = 0;
  for (size_t pos = 0; pos < text.size();) {
    const size_t start = pos;
    if (is_blank(next_code_point(text, pos))) continue;
    first = std::min(first, start);
    last = pos;
  }
  return first < last ? std::string(text.substr(first, last - first)) : std::string();
}

std::string to_half_width(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const size_t start = pos;
    const char32_t code_point = next_code_point(text, pos);
    if (code_point >= 0xFF01 && code_point <= 0xFF5E) {
      out += static_cast<char>(code_point - 0xFF01 + '!');
    } else if (code_point == 0x3000) {
      out += ' ';
    } else {
      out += text.substr(start, pos - start);
    }
  }
  return out;
}

std::string to_upper_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  for (size_t pos = 0; pos < text.size();) {
    const char32_t code_point = next_code_point(text, pos);
    if (is_in(kZeroWidth, code_point)) continue;
    width += is_in(kWide, code_point) ? 2 : 1;
  }
  return width;
}

std::string closest_match(std::string_view word, const std::vector<std::string>& candidates) {
  const std::u32string wanted = to_code_points(word);
  const size_t allowed = std::max<size_t>(1, wanted.size() / 3);
  const std::string* best = nullptr;
  size_t best_distance = allowed + 1;
  for (const std::string& candidate : candidates) {
    const std::u32string points = to_code_points(candidate);
    const size_t longer = std::max(wanted.size(), points.size());
    const size_t shorter = std::min(wanted.size(), points.size());
    if (longer - shorter >= best_distance) continue;
    const size_t distance = edit_distance(wanted, points);
    // Two words of one character differ by one edit whatever they are: a slip keeps something.
    if (distance > 0 && distance >= longer) continue;
    if (distance < best_distance) {
      best_distance = distance;
      best = &candidate;
    }
  }
  return best == nullptr ? std::string() : *best;
}

}  // namespace dandang

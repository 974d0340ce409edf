#include "feel/regex.h"

#include <unicode/uregex.h>
#include <unicode/ustring.h>

#include <map>
#include <memory>
#include <utility>

#include "base/text.h"
#include "feel/value.h"

namespace dandang::feel {
namespace {

using Utf16 = std::u16string;

struct CloseRegex {
  void operator()(URegularExpression* regex) const { uregex_close(regex); }
};
using RegexPtr = std::unique_ptr<URegularExpression, CloseRegex>;

// ICU counts both in its own work, not in the time of a clock: the same search stops at the same
// place everywhere. A unit of the first is about a millisecond.
constexpr int32_t kMaxWork = 300;
constexpr int32_t kMaxStackBytes = 4 << 20;

constexpr uint64_t kStepsPerUnit = 50'000;
constexpr uint64_t kStepsPerPatternByte = 20;

uint64_t& work_done() {
  thread_local uint64_t steps = 0;
  return steps;
}

// ICU tells of every unit of work.
UBool U_CALLCONV count_unit(const void*, int32_t) {
  work_done() += kStepsPerUnit;
  return 1;
}

Utf16 to_utf16(std::string_view text) {
  Utf16 out;
  out.reserve(text.size());
  size_t at = 0;
  while (at < text.size()) {
    const char32_t c = next_code_point(text, at);
    if (c < 0x10000) {
      out += static_cast<char16_t>(c);
    } else {
      out += static_cast<char16_t>(0xD7C0 + (c >> 10));
      out += static_cast<char16_t>(0xDC00 + (c & 0x3FF));
    }
  }
  return out;
}

std::string to_utf8(std::u16string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    const bool pair = c >= 0xD800 && c < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 &&
                      text[i + 1] < 0xE000;
    if (pair) c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00);
    append_code_point(out, c);
  }
  return out;
}

RegexPtr compile(const std::string& pattern, const RegexFlags& flags) {
  work_done() += pattern.size() * kStepsPerPatternByte;
  const auto translated = to_icu_pattern(pattern, flags);
  if (!translated) return nullptr;
  const Utf16 text = to_utf16(*translated);
  uint32_t options = 0;
  if (flags.ignore_case) options |= UREGEX_CASE_INSENSITIVE;
  if (flags.multi_line) options |= UREGEX_MULTILINE;
  UErrorCode status = U_ZERO_ERROR;
  UParseError where;
  // ICU takes no empty pattern.
  const Utf16 some = text.empty() ? u"(?:)" : text;
  RegexPtr regex(
      uregex_open(some.data(), static_cast<int32_t>(some.size()), options, &where, &status));
  if (U_FAILURE(status)) return nullptr;
  uregex_setTimeLimit(regex.get(), kMaxWork, &status);
  uregex_setStackLimit(regex.get(), kMaxStackBytes, &status);
  uregex_setMatchCallback(regex.get(), count_unit, nullptr, &status);
  return U_SUCCESS(status) ? std::move(regex) : nullptr;
}

// A thread's compiled patterns, thrown away together when there are too many: rules ask for the
// same few again and again.
class Cache {
 public:
  URegularExpression* find(const std::string& pattern, const std::string& flags) {
    constexpr size_t kMost = 64;
    const auto key = std::pair(pattern, flags);
    const auto known = compiled_.find(key);
    if (known != compiled_.end()) return known->second.get();
    if (compiled_.size() >= kMost) compiled_.clear();
    const auto read = read_regex_flags(flags);
    return compiled_.emplace(key, read ? compile(pattern, *read) : nullptr).first->second.get();
  }

 private:
  std::map<std::pair<std::string, std::string>, RegexPtr> compiled_;
};

URegularExpression* compiled(const std::string& pattern, const std::string& flags) {
  thread_local Cache cache;
  return cache.find(pattern, flags);
}

// A search through one text.
class Search {
 public:
  Search(URegularExpression* regex, const Utf16& text) : regex_(regex), text_(text) {
    uregex_setText(regex_, text_.data(), static_cast<int32_t>(text_.size()), &status_);
  }
  // The regex outlives the text it was given.
  ~Search() {
    UErrorCode ignored = U_ZERO_ERROR;
    uregex_setText(regex_, u"", 0, &ignored);
  }
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  bool next() { return uregex_findNext(regex_, &status_) != 0 && U_SUCCESS(status_); }
  bool failed() const { return U_FAILURE(status_) != 0; }
  size_t begin() { return static_cast<size_t>(uregex_start(regex_, 0, &status_)); }
  size_t end() { return static_cast<size_t>(uregex_end(regex_, 0, &status_)); }
  int32_t groups() { return uregex_groupCount(regex_, &status_); }
  // Empty if the group took no part.
  std::u16string_view group(int32_t number) {
    const int32_t from = uregex_start(regex_, number, &status_);
    const int32_t to = uregex_end(regex_, number, &status_);
    if (failed() || from < 0) return {};
    return std::u16string_view(text_).substr(static_cast<size_t>(from),
                                             static_cast<size_t>(to - from));
  }

 private:
  URegularExpression* regex_;
  const Utf16& text_;
  UErrorCode status_ = U_ZERO_ERROR;
};

// What stands in for a match: texts, and numbers of groups.
struct Part {
  Utf16 text;
  int32_t group = -1;
};

bool is_digit(char16_t c) {
  return c >= u'0' && c <= u'9';
}

// XPath's replacement: $N is a group, with as many digits as there are groups for; \$ and \\ stand
// for themselves, and nothing else follows a backslash.
std::optional<std::vector<Part>> replacement_parts(const Utf16& text, int32_t groups) {
  std::vector<Part> parts;
  Utf16 plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == u'\\') {
      if (++i >= text.size() || (text[i] != u'\\' && text[i] != u'$')) return std::nullopt;
      plain += text[i];
    } else if (text[i] == u'$') {
      if (++i >= text.size() || !is_digit(text[i])) return std::nullopt;
      int32_t number = text[i] - u'0';
      while (i + 1 < text.size() && is_digit(text[i + 1]) &&
             number * 10 + (text[i + 1] - u'0') <= groups) {
        number = number * 10 + (text[++i] - u'0');
      }
      parts.push_back({std::move(plain), number <= groups ? number : -1});
      plain.clear();
    } else {
      plain += text[i];
    }
  }
  parts.push_back({std::move(plain), -1});
  return parts;
}

// The regex, if it does not match the empty text: what replaces or splits must find something.
URegularExpression* compiled_to_consume(const std::string& pattern, const std::string& flags) {
  URegularExpression* regex = compiled(pattern, flags);
  if (regex == nullptr) return nullptr;
  const Utf16 empty;
  Search search(regex, empty);
  return search.next() || search.failed() ? nullptr : regex;
}

}  // namespace

uint64_t take_regex_work() {
  return std::exchange(work_done(), 0);
}

std::optional<bool> regex_matches(const std::string& input, const std::string& pattern,
                                  const std::string& flags) {
  URegularExpression* regex = compiled(pattern, flags);
  if (regex == nullptr) return std::nullopt;
  const Utf16 text = to_utf16(input);
  Search search(regex, text);
  const bool found = search.next();
  return search.failed() ? std::nullopt : std::optional(found);
}

std::optional<std::string> regex_replace(const std::string& input, const std::string& pattern,
                                         const std::string& replacement, const std::string& flags) {
  URegularExpression* regex = compiled_to_consume(pattern, flags);
  if (regex == nullptr) return std::nullopt;
  const Utf16 text = to_utf16(input);
  Search search(regex, text);
  const bool quoted = contains(flags, "q");
  const auto parts = quoted ? std::optional(std::vector<Part>{{to_utf16(replacement), -1}})
                            : replacement_parts(to_utf16(replacement), search.groups());
  if (!parts) return std::nullopt;
  Utf16 out;
  size_t behind = 0;
  while (search.next()) {
    out += std::u16string_view(text).substr(behind, search.begin() - behind);
    for (const Part& part : *parts) {
      out += part.text;
      if (part.group >= 0) out += search.group(part.group);
    }
    behind = search.end();
    if (out.size() > kMaxTextBytes) return std::nullopt;
  }
  if (search.failed()) return std::nullopt;
  out += std::u16string_view(text).substr(behind);
  std::string result = to_utf8(out);
  return result.size() > kMaxTextBytes ? std::nullopt : std::optional(std::move(result));
}

std::optional<std::vector<std::string>> regex_split(const std::string& input,
                                                    const std::string& pattern) {
  URegularExpression* regex = compiled_to_consume(pattern, "");
  if (regex == nullptr) return std::nullopt;
  const Utf16 text = to_utf16(input);
  Search search(regex, text);
  std::vector<std::string> parts;
  size_t behind = 0;
  while (search.next()) {
    parts.push_back(to_utf8(std::u16string_view(text).substr(behind, search.begin() - behind)));
    behind = search.end();
  }
  if (search.failed()) return std::nullopt;
  parts.push_back(to_utf8(std::u16string_view(text).substr(behind)));
  return parts;
}

}  // namespace dandang::feel

// Functions of texts (DMN 1.5 §10.3.4.3).

#include "base/text.h"
#include "feel/functions_internal.h"
#include "feel/letter_case.h"
#include "feel/regex.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;
using T = BasicType;

std::string encode(std::u32string_view points) {
  std::string out;
  for (const char32_t c : points) append_code_point(out, c);
  return out;
}

// A part of a place between two characters counts for nothing.
std::optional<int64_t> place_number(const Value& value) {
  if (!value.is(Kind::kNumber)) return std::nullopt;
  const auto whole = value.number().round(0, Rounding::kDown);
  return whole ? whole->to_int64() : std::nullopt;
}

Value substring(const Args& args) {
  if (!args[0].is(Kind::kString)) return {};
  const std::u32string points = to_code_points(args[0].string());
  const auto size = static_cast<int64_t>(points.size());
  const auto start = place_number(args[1]);
  if (!start || *start == 0 || *start > size || *start < -size) return {};
  const int64_t begin = *start > 0 ? *start - 1 : size + *start;
  int64_t length = size - begin;
  if (args.size() > 2 && !args[2].is_null()) {
    const auto given = place_number(args[2]);
    if (!given || *given < 1) return {};
    length = std::min(length, *given);
  }
  return encode(
      std::u32string_view(points).substr(static_cast<size_t>(begin), static_cast<size_t>(length)));
}

Value string_length(const Args& args) {
  if (!args[0].is(Kind::kString)) return {};
  return static_cast<int64_t>(code_point_count(args[0].string()));
}

Value bounded_text(std::string text) {
  return text.size() > kMaxTextBytes ? Value() : Value(std::move(text));
}

Value upper_case(const Args& args) {
  return args[0].is(Kind::kString) ? bounded_text(to_upper_case(args[0].string())) : Value();
}

Value lower_case(const Args& args) {
  return args[0].is(Kind::kString) ? bounded_text(to_lower_case(args[0].string())) : Value();
}

Value contains_text(const std::string& text, const std::string& match) {
  return contains(text, match);
}
Value starts_with(const std::string& text, const std::string& match) {
  return text.starts_with(match);
}
Value ends_with(const std::string& text, const std::string& match) {
  return text.ends_with(match);
}
Value substring_before(const std::string& text, const std::string& match) {
  const size_t at = text.find(match);
  return at == std::string::npos ? Value("") : Value(text.substr(0, at));
}
Value substring_after(const std::string& text, const std::string& match) {
  const size_t at = text.find(match);
  return at == std::string::npos ? Value("") : Value(text.substr(at + match.size()));
}

// The flags of a pattern, none where they are left out or null.
std::optional<std::string> flags_in(const Args& args, size_t at) {
  if (args.size() <= at || args[at].is_null()) return "";
  return args[at].is(Kind::kString) ? std::optional(args[at].string()) : std::nullopt;
}

Value matches_function(const Args& args) {
  const auto flags = flags_in(args, 2);
  if (!args[0].is(Kind::kString) || !args[1].is(Kind::kString) || !flags) return {};
  return Value::from(regex_matches(args[0].string(), args[1].string(), *flags));
}

Value replace_function(const Args& args) {
  const auto flags = flags_in(args, 3);
  for (size_t i = 0; i < 3; ++i) {
    if (!args[i].is(Kind::kString)) return {};
  }
  if (!flags) return {};
  return Value::from(regex_replace(args[0].string(), args[1].string(), args[2].string(), *flags));
}

Value split_function(const Args& args) {
  if (!all_of_kind(args, Kind::kString)) return {};
  const auto parts = regex_split(args[0].string(), args[1].string());
  if (!parts) return {};
  return list_of_items({parts->begin(), parts->end()});
}

Value string_join(const Args& args) {
  std::string by;
  if (args.size() > 1 && !args[1].is_null()) {
    if (!args[1].is(Kind::kString)) return {};
    by = args[1].string();
  }
  return over_list(args, [&](const std::vector<Value>& items) -> Value {
    std::string out;
    bool first = true;
    for (const Value& item : items) {
      if (item.is_null()) continue;
      if (!item.is(Kind::kString)) return {};
      if (!first) out += by;
      out += item.string();
      first = false;
      if (out.size() > kMaxTextBytes) return {};
    }
    return out;
  });
}

Builtin text_function(const char* name, std::vector<const char*> parameters, int min_args, T result,
                      const char* wants, Value (*call)(const Args&)) {
  const int count = static_cast<int>(parameters.size());
  return {.name = name,
          .parameters = std::move(parameters),
          .min_args = min_args,
          .max_args = count,
          .result = result,
          .wants = wants,
          .call = call};
}

using OfTwoTexts = Value (*)(const std::string&, const std::string&);

Builtin of_two_texts(const char* name, T result, OfTwoTexts call) {
  return {.name = name,
          .parameters = {"string", "match"},
          .min_args = 2,
          .max_args = 2,
          .result = result,
          .wants = "s",
          .call = [call](const Args& args) {
            return all_of_kind(args, Kind::kString) ? call(args[0].string(), args[1].string())
                                                    : Value();
          }};
}

Builtin searching(Builtin builtin) {
  builtin.searches = true;
  return builtin;
}

}  // namespace

void add_text_functions(Builtins& out) {
  out.push_back(text_function("substring", {"string", "start position", "length"}, 2, T::kString,
                              "sn", substring));
  out.push_back(text_function("string length", {"string"}, 1, T::kNumber, "s", string_length));
  out.push_back(text_function("upper case", {"string"}, 1, T::kString, "s", upper_case));
  out.push_back(text_function("lower case", {"string"}, 1, T::kString, "s", lower_case));
  out.push_back(of_two_texts("contains", T::kBoolean, contains_text));
  out.push_back(of_two_texts("starts with", T::kBoolean, starts_with));
  out.push_back(of_two_texts("ends with", T::kBoolean, ends_with));
  out.push_back(of_two_texts("substring before", T::kString, substring_before));
  out.push_back(of_two_texts("substring after", T::kString, substring_after));
  out.push_back(searching(text_function("matches", {"input", "pattern", "flags"}, 2, T::kBoolean,
                                        "s", matches_function)));
  out.push_back(searching(text_function("replace", {"input", "pattern", "replacement", "flags"}, 3,
                                        T::kString, "s", replace_function)));
  out.push_back(
      searching(text_function("split", {"string", "delimiter"}, 2, T::kList, "s", split_function)));
  out.push_back(
      text_function("string join", {"list", "delimiter"}, 1, T::kString, ".s", string_join));
}

}  // namespace dandang::feel

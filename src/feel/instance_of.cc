#include "feel/instance_of.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;

// A type as written: number, list<T>, context<a: T, b: T>, range<T>, function<T, T> -> T.
struct TypeText {
  std::string name;
  std::vector<TypeText> parts;
  std::vector<std::string> members;  // a context's: names of the parts
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<TypeText> run() {
    auto type = read(0);
    return type && at_ == text_.size() ? type : std::nullopt;
  }

 private:
  // Words up to the next mark, blanks between them made one.
  std::string words() {
    std::string out;
    bool gap = false;
    for (;
         at_ < text_.size() && std::string_view("<>,:").find(text_[at_]) == std::string_view::npos;
         ++at_) {
      if (text_[at_] == '-' && at_ + 1 < text_.size() && text_[at_ + 1] == '>') break;
      const bool blank = is_blank(static_cast<unsigned char>(text_[at_]));
      if (!blank && gap && !out.empty()) out += ' ';
      if (!blank) out += text_[at_];
      gap = blank;
    }
    return out;
  }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool take(std::string_view mark) {
    skip_blanks();
    if (text_.substr(at_, mark.size()) != mark) return false;
    at_ += mark.size();
    return true;
  }

  std::optional<TypeText> read(int depth) {
    constexpr int kMaxDepth = 50;
    TypeText type;
    type.name = words();
    if (type.name.empty() || depth > kMaxDepth) return std::nullopt;
    if (take("<")) {
      while (!take(">")) {
        if (at_ >= text_.size()) return std::nullopt;
        if (type.name == "context") {
          type.members.push_back(words());
          if (!take(":")) return std::nullopt;
        }
        auto part = read(depth + 1);
        if (!part) return std::nullopt;
        type.parts.push_back(std::move(*part));
        skip_blanks();
        if (!take(",") && text_.substr(at_, 1) != ">") return std::nullopt;
      }
    }
    if (type.name == "function" && take("->")) {
      skip_blanks();
      if (!read(depth + 1)) return std::nullopt;
    }
    skip_blanks();
    return type;
  }

  std::string_view text_;
  size_t at_ = 0;
};

std::optional<Kind> simple_kind(const std::string& name) {
  static const std::vector<std::pair<std::string, Kind>> kKinds = {
      {"number", Kind::kNumber},
      {"string", Kind::kString},
      {"boolean", Kind::kBoolean},
      {"date", Kind::kDate},
      {"years and months duration", Kind::kMonthsDuration},
      {"days and time duration", Kind::kDaysDuration},
      {"function", Kind::kFunction},
  };
  for (const auto& [known, kind] : kKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

Value conforms(const Value& value, const TypeText& type);

// A null part is of every type.
Value part_conforms(const Value& part, const TypeText& type) {
  return part.is_null() ? Value(true) : conforms(part, type);
}

Value list_conforms(const List& list, const TypeText& element) {
  if (element.name == "Any") return true;
  Value all = true;
  for (size_t i = 0; i < list.items.size(); ++i) {
    Value fits = part_conforms(list.items[i], element);
    if (list.is_maybe(i) && !fits.is_true()) fits = Value::unknown(list.maybe_causes);
    all = logical_and(all, fits);
  }
  const auto open = open_causes(list);
  return open ? logical_and(all, Value::unknown(open)) : all;
}

Value context_conforms(const Context& context, const TypeText& type) {
  Value all = true;
  for (size_t i = 0; i < type.parts.size(); ++i) {
    const Value* found = context.find(type.members[i]);
    all = logical_and(all, found == nullptr ? Value(false) : part_conforms(*found, type.parts[i]));
  }
  return all;
}

Value conforms(const Value& value, const TypeText& type) {
  if (value.is_unknown()) return value;
  if (type.name == "Any") return !value.is_null();
  if (type.name == "Null") return value.is_null();
  // Kinds of value this engine does not have.
  if (type.name == "time" || type.name == "date and time") return false;
  if (const auto kind = simple_kind(type.name)) return value.is(*kind);
  if (type.name == "list") {
    if (!value.is(Kind::kList)) return false;
    return type.parts.size() == 1 ? list_conforms(value.list(), type.parts[0]) : Value(true);
  }
  if (type.name == "context") {
    if (value.is(Kind::kEntity)) return type.parts.empty();
    return value.is(Kind::kContext) ? context_conforms(value.context(), type) : Value(false);
  }
  if (type.name == "range") {
    if (!value.is(Kind::kRange)) return false;
    if (type.parts.size() != 1) return true;
    return logical_and(part_conforms(value.range().low, type.parts[0]),
                       part_conforms(value.range().high, type.parts[0]));
  }
  return {};
}

}  // namespace

Value instance_of(const Value& value, std::string_view type_text) {
  const auto type = Reader(type_text).run();
  return type ? conforms(value, *type) : Value();
}

}  // namespace dandang::feel

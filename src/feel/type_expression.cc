#include "feel/type_expression.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;
using TypeKind = TypeExpression::Kind;

// Item definitions may speak of each other, and of themselves.
constexpr int kMaxDepth = 50;

struct TypeName {
  const char* name;
  TypeKind kind;
};

// The names of FEEL, and those that DMN's type references and XML Schema use for the same.
constexpr TypeName kTypeNames[] = {
    {"Any", TypeKind::kAny},
    {"Null", TypeKind::kNull},
    {"number", TypeKind::kNumber},
    {"string", TypeKind::kString},
    {"boolean", TypeKind::kBoolean},
    {"date", TypeKind::kDate},
    {"time", TypeKind::kTime},
    {"date and time", TypeKind::kDateTime},
    {"dateTime", TypeKind::kDateTime},
    {"years and months duration", TypeKind::kMonthsDuration},
    {"yearMonthDuration", TypeKind::kMonthsDuration},
    {"days and time duration", TypeKind::kDaysDuration},
    {"dayTimeDuration", TypeKind::kDaysDuration},
    {"duration", TypeKind::kDuration},
    {"list", TypeKind::kList},
    {"context", TypeKind::kContext},
    {"range", TypeKind::kRange},
    {"function", TypeKind::kFunction},
};

std::optional<TypeKind> kind_of_name(std::string_view name) {
  for (const TypeName& known : kTypeNames) {
    if (name == known.name) return known.kind;
  }
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  TypeExpressionPtr run() {
    auto type = read(0);
    return at_ == text_.size() ? type : nullptr;
  }

 private:
  // Words up to the next mark, blanks between them made one.
  std::string words() {
    std::string out;
    bool gap = false;
    for (; at_ < text_.size() && !is_mark(); ++at_) {
      const bool blank = is_blank(static_cast<unsigned char>(text_[at_]));
      if (!blank && gap && !out.empty()) out += ' ';
      if (!blank) out += text_[at_];
      gap = blank;
    }
    return out;
  }
  bool is_mark() const {
    return std::string_view("<>,:").find(text_[at_]) != std::string_view::npos ||
           text_.substr(at_, 2) == "->";
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

  TypeExpressionPtr read(int depth) {
    if (depth > kMaxDepth) return nullptr;
    TypeExpression type;
    std::string name = words();
    if (name.empty()) return nullptr;
    const auto kind = kind_of_name(name);
    type.kind = kind.value_or(TypeKind::kNamed);
    if (!kind) type.name = std::move(name);
    if (take("<") && !read_parts(type, depth)) return nullptr;
    if (type.kind == TypeKind::kFunction && take("->")) {
      skip_blanks();
      type.result = read(depth + 1);
      if (type.result == nullptr) return nullptr;
    }
    skip_blanks();
    return std::make_shared<const TypeExpression>(std::move(type));
  }

  bool read_parts(TypeExpression& type, int depth) {
    const bool one = type.kind == TypeKind::kList || type.kind == TypeKind::kRange;
    const bool many = type.kind == TypeKind::kContext || type.kind == TypeKind::kFunction;
    if (!one && !many) return false;
    while (!take(">")) {
      if (at_ >= text_.size() || (one && !type.parts.empty())) return false;
      if (type.kind == TypeKind::kContext) {
        type.members.push_back(words());
        if (!take(":")) return false;
      }
      skip_blanks();
      auto part = read(depth + 1);
      if (part == nullptr) return false;
      type.parts.push_back(std::move(part));
      skip_blanks();
      if (!take(",") && text_.substr(at_, 1) != ">") return false;
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

class Conformance {
 public:
  explicit Conformance(const TypeLookup& lookup) : lookup_(lookup) {}

  Value of(const Value& value, const TypeExpression& type, int depth) const {
    if (value.is_unknown()) return value;
    if (depth > kMaxDepth) return {};
    const Value fits = by_kind(value, type, depth);
    return type.allows && fits.is_true() ? type.allows(value) : fits;
  }

 private:
  Value by_kind(const Value& value, const TypeExpression& type, int depth) const {
    switch (type.kind) {
      case TypeKind::kAny:
        return !value.is_null();
      case TypeKind::kNull:
        return value.is_null();
      case TypeKind::kNumber:
        return value.is(Kind::kNumber);
      case TypeKind::kString:
        return value.is(Kind::kString);
      case TypeKind::kBoolean:
        return value.is(Kind::kBoolean);
      case TypeKind::kDate:
        return value.is(Kind::kDate);
      case TypeKind::kTime:
        return value.is(Kind::kTime);
      case TypeKind::kDateTime:
        return value.is(Kind::kDateTime);
      case TypeKind::kMonthsDuration:
        return value.is(Kind::kMonthsDuration);
      case TypeKind::kDaysDuration:
        return value.is(Kind::kDaysDuration);
      case TypeKind::kDuration:
        return value.is(Kind::kMonthsDuration) || value.is(Kind::kDaysDuration);
      case TypeKind::kList:
        return list(value, type, depth);
      case TypeKind::kContext:
        return context(value, type, depth);
      case TypeKind::kRange:
        return range(value, type, depth);
      case TypeKind::kFunction:
        return function(value, type);
      case TypeKind::kNamed:
        return named(value, type, depth);
    }
    return {};
  }

  // A null part is of every type.
  Value part(const Value& value, const TypeExpression& type, int depth) const {
    if (value.is_null()) return true;
    return type.kind == TypeKind::kAny && !type.allows ? Value(true) : of(value, type, depth + 1);
  }

  Value named(const Value& value, const TypeExpression& type, int depth) const {
    const TypeExpressionPtr found = lookup_ ? lookup_(type.name) : nullptr;
    return found ? of(value, *found, depth + 1) : Value();
  }

  Value list(const Value& value, const TypeExpression& type, int depth) const {
    if (!value.is(Kind::kList)) return false;
    if (type.parts.empty()) return true;
    const TypeExpression& element = *type.parts[0];
    if (element.kind == TypeKind::kAny && !element.allows) return true;
    const List& list = value.list();
    Value all = true;
    for (size_t i = 0; i < list.items.size() && !all.is_false(); ++i) {
      Value fits = part(list.items[i], element, depth);
      if (list.is_maybe(i) && !fits.is_true()) fits = Value::unknown(list.maybe_causes);
      all = logical_and(all, fits);
    }
    const auto open = open_causes(list);
    return open ? logical_and(all, Value::unknown(open)) : all;
  }

  Value context(const Value& value, const TypeExpression& type, int depth) const {
    if (value.is(Kind::kEntity)) return type.parts.empty();
    if (!value.is(Kind::kContext)) return false;
    Value all = true;
    for (size_t i = 0; i < type.parts.size(); ++i) {
      const Value* found = value.context().find(type.members[i]);
      all = logical_and(all, found == nullptr ? Value(false) : part(*found, *type.parts[i], depth));
    }
    return all;
  }

  Value range(const Value& value, const TypeExpression& type, int depth) const {
    if (!value.is(Kind::kRange)) return false;
    if (type.parts.empty()) return true;
    return logical_and(part(value.range().low, *type.parts[0], depth),
                       part(value.range().high, *type.parts[0], depth));
  }

  // Parameters and result are compared where both sides say what they are: what a built-in
  // function wants is not written down as types.
  Value function(const Value& value, const TypeExpression& type) const {
    if (!value.is(Kind::kFunction)) return false;
    const Function& function = value.function();
    const bool written = !type.parts.empty() || type.result != nullptr;
    if (!written || function.parameter_types.empty()) return true;
    if (function.parameter_types.size() != type.parts.size()) return false;
    for (size_t i = 0; i < type.parts.size(); ++i) {
      if (!same(*type.parts[i], function.parameter_types[i].get(), 0)) return false;
    }
    return type.result == nullptr || same(*type.result, function.result_type.get(), 0);
  }

  // Whether two types mean the same, as far as is known.
  bool same(const TypeExpression& a, const TypeExpression* b, int depth) const {
    if (b == nullptr || depth > kMaxDepth) return true;
    if (a.kind == TypeKind::kAny || b->kind == TypeKind::kAny) return true;
    if (a.kind == TypeKind::kNamed || b->kind == TypeKind::kNamed) {
      if (a.kind == b->kind && a.name == b->name) return true;
      return same_resolved(a, *b, depth);
    }
    if (a.kind != b->kind || a.parts.size() != b->parts.size() || a.members != b->members) {
      return a.kind == b->kind && (a.parts.empty() || b->parts.empty());
    }
    for (size_t i = 0; i < a.parts.size(); ++i) {
      if (!same(*a.parts[i], b->parts[i].get(), depth + 1)) return false;
    }
    return true;
  }

  bool same_resolved(const TypeExpression& a, const TypeExpression& b, int depth) const {
    const auto resolved = [&](const TypeExpression& type) -> TypeExpressionPtr {
      return type.kind == TypeKind::kNamed && lookup_ ? lookup_(type.name) : nullptr;
    };
    const TypeExpressionPtr left = resolved(a);
    const TypeExpressionPtr right = resolved(b);
    const bool left_known = left != nullptr || a.kind != TypeKind::kNamed;
    const bool right_known = right != nullptr || b.kind != TypeKind::kNamed;
    if (!left_known || !right_known) return true;
    return same(left ? *left : a, right ? right.get() : &b, depth + 1);
  }

  const TypeLookup& lookup_;
};

// The type behind its names; null if a name is not known.
TypeExpressionPtr resolved(TypeExpressionPtr type, const TypeLookup& lookup) {
  for (int i = 0; type != nullptr && type->kind == TypeKind::kNamed; ++i) {
    type = lookup && i < kMaxDepth ? lookup(type->name) : nullptr;
  }
  return type;
}

// Whether the list surely has just the one item that stands in it.
bool is_sure_single(const List& list) {
  return list.items.size() == 1 && row_causes(list) == nullptr;
}

// The value, if the type's allowed values have it.
Value if_allowed(const Value& value, const TypeExpression& type) {
  const Value allowed = type.allows ? type.allows(value) : Value(true);
  if (allowed.is_unknown()) return allowed;
  return allowed.is_true() ? value : Value();
}

Value coerced(const Value& value, const TypeExpression& type, const TypeLookup& lookup, int depth) {
  if (value.is_null() || value.is_unknown() || depth > kMaxDepth) return value;
  if (type.kind == TypeKind::kNamed) {
    const TypeExpressionPtr known = resolved(lookup ? lookup(type.name) : nullptr, lookup);
    return known ? coerced(value, *known, lookup, depth + 1) : Value();
  }
  const Value fits = instance_of(value, type, lookup);
  if (fits.is_true() || fits.is_unknown()) return fits.is_true() ? value : fits;
  if (value.is(Kind::kList) && type.kind != TypeKind::kList) {
    if (const auto causes = row_causes(value.list())) return Value::unknown(causes);
    if (is_sure_single(value.list())) {
      return coerced(value.list().items[0], type, lookup, depth + 1);
    }
  }
  if (type.kind == TypeKind::kDateTime && value.is(Kind::kDate)) {
    return if_allowed(midnight_utc(value.date()), type);
  }
  if (type.kind == TypeKind::kList && !value.is(Kind::kList)) {
    const Value item =
        type.parts.empty() ? value : coerced(value, *type.parts[0], lookup, depth + 1);
    if (item.is_null()) return {};
    List list;
    list.items = {item};
    return if_allowed(list, type);
  }
  return {};
}

}  // namespace

TypeExpressionPtr TypeExpression::of(Kind kind) {
  auto type = std::make_shared<TypeExpression>();
  type->kind = kind;
  return type;
}

TypeExpressionPtr TypeExpression::list_of(TypeExpressionPtr element) {
  auto type = std::make_shared<TypeExpression>();
  type->kind = Kind::kList;
  type->parts.push_back(std::move(element));
  return type;
}

TypeExpressionPtr TypeExpression::named(std::string name) {
  auto type = std::make_shared<TypeExpression>();
  type->kind = Kind::kNamed;
  type->name = std::move(name);
  return type;
}

TypeExpressionPtr parse_type(std::string_view text) {
  return Reader(trimmed(text)).run();
}

Value instance_of(const Value& value, const TypeExpression& type, const TypeLookup& lookup) {
  return Conformance(lookup).of(value, type, 0);
}

Value instance_of(const Value& value, std::string_view type_text) {
  const auto type = parse_type(type_text);
  return type ? instance_of(value, *type) : Value();
}

Value coerce(const Value& value, const TypeExpression& type, const TypeLookup& lookup) {
  return coerced(value, type, lookup, 0);
}

}  // namespace dandang::feel

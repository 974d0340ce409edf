#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/text.h"
#include "feel/temporal.h"

namespace dandang::feel {

class Value;
struct Node;
struct Expression;

// Why a value is not known (docs/decisions/0001-unknown.md).
struct Cause {
  enum class Kind { kFact, kParameter, kOther };
  Kind kind = Kind::kFact;
  std::string record;  // record type; the package for a parameter
  std::string field;   // empty: the whole record is missing; the name for a parameter
  std::string key;     // which record, for people: "谢欣 2025"
  Text note;           // kOther: what is the matter

  auto operator<=>(const Cause& other) const {
    return std::tie(kind, record, field, key, note.zh) <=>
           std::tie(other.kind, other.record, other.field, other.key, other.note.zh);
  }
  bool operator==(const Cause& other) const { return (*this <=> other) == 0; }
};

// Causes in order, without repeats. Bounded: beyond kMaxCauses they are only counted.
struct Causes {
  static constexpr size_t kMaxCauses = 64;
  std::vector<Cause> items;
  bool more = false;

  bool has_parameter() const;
  static std::shared_ptr<const Causes> one(Cause cause);
  static std::shared_ptr<const Causes> merged(const std::shared_ptr<const Causes>& a,
                                              const std::shared_ptr<const Causes>& b);
};
using CausesPtr = std::shared_ptr<const Causes>;

// A record (or group of records) that lives outside the evaluator and gives its members on demand.
class EntitySource;
struct Entity {
  const EntitySource* source = nullptr;
  uint32_t kind = 0;  // what the source distinguishes: a record type, a group
  uint32_t row = 0;

  auto operator<=>(const Entity&) const = default;
};

class EntitySource {
 public:
  virtual ~EntitySource() = default;
  virtual bool has_member(const Entity& entity, const std::string& name) const = 0;
  virtual Value member(const Entity& entity, const std::string& name) const = 0;
  // For people: "年度考核 谢欣 2025".
  virtual std::string describe(const Entity& entity) const = 0;
};

// What is known about rows a list may lack.
class Openness {
 public:
  virtual ~Openness() = default;
  // Fields which, pinned by equality in a filter, may close the list.
  virtual const std::vector<std::string>& key_names() const = 0;
  // Whether a row would answer the name itself: such a name in a filter pins nothing.
  virtual bool row_has(const std::string& name) const = 0;
  // Null if no row with the pinned keys can be missing; else why one may be.
  virtual CausesPtr missing(const std::map<std::string, Value>& pinned) const = 0;
};

struct List;
struct Context;
struct Range;
struct Function;

// A text that would be longer has no value (FEEL null).
constexpr size_t kMaxTextBytes = size_t{1} << 20;

// How much a value holds, so that its size can be bounded before anybody walks through it.
struct Extent {
  uint64_t weight = 1;  // values inside, itself included; long texts count by their length
  int depth = 0;        // nesting
};

class Value {
 public:
  enum class Kind {
    kNull,
    kUnknown,
    kBoolean,
    kNumber,
    kString,
    kDate,
    kMonthsDuration,
    kDaysDuration,
    kList,
    kContext,
    kRange,
    kFunction,
    kEntity,
    kTime,
    kDateTime,
  };

  Value() = default;
  Value(bool value) : data_(value) {}
  Value(Decimal value) : data_(value) {}
  Value(int value) : data_(Decimal(value)) {}
  Value(int64_t value) : data_(Decimal(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(Date value) : data_(value) {}
  Value(MonthsDuration value) : data_(value) {}
  Value(DaysDuration value) : data_(value) {}
  Value(Entity value) : data_(value) {}
  Value(Time value) : data_(value) {}
  Value(DateTime value) : data_(value) {}
  Value(List list);
  Value(Context context);
  Value(Range range);
  Value(Function function);
  static Value unknown(CausesPtr causes);
  static Value unknown(Cause cause) { return unknown(Causes::one(std::move(cause))); }
  // A decimal that may have left the range.
  static Value from(const std::optional<Decimal>& number) {
    return number ? Value(*number) : Value();
  }
  // A value that may have left its range: null if it has.
  template <typename T>
  static Value from(const std::optional<T>& value) {
    return value ? Value(*value) : Value();
  }

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_unknown() const { return kind() == Kind::kUnknown; }
  bool is_true() const { return kind() == Kind::kBoolean && std::get<bool>(data_); }
  bool is_false() const { return kind() == Kind::kBoolean && !std::get<bool>(data_); }

  bool boolean() const { return std::get<bool>(data_); }
  const Decimal& number() const { return std::get<Decimal>(data_); }
  const std::string& string() const { return std::get<std::string>(data_); }
  Date date() const { return std::get<Date>(data_); }
  MonthsDuration months() const { return std::get<MonthsDuration>(data_); }
  DaysDuration days() const { return std::get<DaysDuration>(data_); }
  const List& list() const { return *std::get<std::shared_ptr<const List>>(data_); }
  const Context& context() const { return *std::get<std::shared_ptr<const Context>>(data_); }
  const Range& range() const { return *std::get<std::shared_ptr<const Range>>(data_); }
  const Function& function() const { return *std::get<std::shared_ptr<const Function>>(data_); }
  Entity entity() const { return std::get<Entity>(data_); }
  const Time& time() const { return std::get<Time>(data_); }
  const DateTime& date_and_time() const { return std::get<DateTime>(data_); }
  const CausesPtr& causes() const { return std::get<CausesPtr>(data_); }

  bool is(Kind k) const { return kind() == k; }

  // As FEEL's string() gives it; strings without quotes. Cut off behind kMaxTextBytes.
  std::string to_string() const;
  Extent extent() const;

 private:
  // The order is Kind's.
  std::variant<std::monostate, CausesPtr, bool, Decimal, std::string, Date, MonthsDuration,
               DaysDuration, std::shared_ptr<const List>, std::shared_ptr<const Context>,
               std::shared_ptr<const Range>, std::shared_ptr<const Function>, Entity, Time,
               DateTime>
      data_;
};

struct List {
  std::vector<Value> items;
  // Rows that are there only if something unknown holds: one flag an item, empty if none.
  std::vector<bool> maybe;
  CausesPtr maybe_causes;
  // Rows may be missing beside the items; null: the list is complete.
  std::shared_ptr<const Openness> openness;
  Extent extent;  // set when the list becomes a value

  bool has_maybes() const { return maybe_causes != nullptr; }
  bool is_maybe(size_t i) const { return i < maybe.size() && maybe[i]; }
  // Adds an item; `why` says what its presence hangs on, null if it is surely there.
  void push(Value item, const CausesPtr& why);
};

struct Context {
  std::vector<std::pair<std::string, Value>> entries;  // in the order written
  Extent extent;                                       // set when the context becomes a value
  const Value* find(std::string_view name) const;
};

// The values from low to high, or those that a comparison standing alone accepts: (< 5), (!= 5).
struct Range {
  enum class Form { kBetween, kBelow, kAbove, kEqual, kNotEqual };
  Form form = Form::kBetween;
  Value low;  // null where the form has none
  Value high;
  bool closed_low = true;
  bool closed_high = true;
};

struct TypeExpression;

struct Function {
  std::vector<std::string> parameters;
  std::function<Value(const std::vector<Value>&)> call;
  int depth = 0;  // nesting of the values it carries along
  // What is known of its types: one a parameter, null where nothing is; empty if nothing at all is.
  std::vector<std::shared_ptr<const TypeExpression>> parameter_types;
  std::shared_ptr<const TypeExpression> result_type;
};

// Three-valued logic with unknown (decision 0001). FEEL null stays null among known operands.
Value logical_and(const Value& a, const Value& b);
Value logical_or(const Value& a, const Value& b);
Value logical_not(const Value& a);

// FEEL comparison (DMN 1.5 table 53, 54): equality over equal kinds; unknown if an operand is.
Value equal(const Value& a, const Value& b);
// The same value in every part, as is() asks: of one kind, and times in one zone.
Value identical(const Value& a, const Value& b);
// -1, 0, 1 for comparable kinds; no value otherwise.
std::optional<int> compare(const Value& a, const Value& b);
// Why rows may be missing from the list; null if it is complete.
CausesPtr open_causes(const List& list);
// Why the list's rows are uncertain at all: maybes or missing rows; null if they are certain.
CausesPtr row_causes(const List& list);
// Unknown causes found in the value itself (not inside lists).
CausesPtr causes_of(const Value& a, const Value& b);
// Unknown causes anywhere in the value: elements, entries, uncertain rows, at any depth.
CausesPtr causes_within(const Value& value);

static_assert(sizeof(Value) <= 48);

}  // namespace dandang::feel

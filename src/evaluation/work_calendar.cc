#include "evaluation/work_calendar.h"

#include <cstdlib>
#include <string>

namespace dandang::evaluation {

using feel::Cause;
using feel::Causes;
using feel::CausesPtr;
using feel::Value;
using policy::WorkFunction;

namespace {

constexpr int kSaturday = 6;

Value too_long() {
  const std::string days = std::to_string(WorkDays::kMaxSpan);
  return Value::unknown(Cause{
      Cause::Kind::kOther,
      {},
      {},
      {},
      {"数工作日超过 " + days + " 天", "working days are counted over at most " + days + " days"}});
}

}  // namespace

WorkDays::WorkDays(const record::Dataset& data, const policy::WorkCalendar& calendar)
    : data_(data), type_(*data.catalogue().find_type(calendar.over)) {
  const record::Table& table = *data.find_table(calendar.over);
  const auto day = type_.field_index(calendar.day);
  const auto kind = type_.field_index(calendar.kind);
  if (!day || !kind) return;
  for (size_t row = 0; row < table.size(); ++row) {
    if (table.columns[*day].is_blank(row)) continue;
    Row known{static_cast<uint32_t>(row), std::nullopt};
    if (!table.columns[*kind].is_blank(row)) {
      const auto word = table.columns[*kind].text_at(row);
      if (word == calendar.on) known.worked = true;
      if (word == calendar.off) known.worked = false;
    }
    rows_.insert_or_assign(table.columns[*day].int64_at(row), known);
  }
}

bool WorkDays::covers(int year) const {
  const auto [at, added] = covered_.try_emplace(year, false);
  if (added) at->second = data_.covers(type_, {std::to_string(year)});
  return at->second;
}

Value WorkDays::worked(Date day, const Use& use) const {
  const auto at = rows_.find(day.days());
  if (at != rows_.end() && at->second.worked) {
    use(at->second.row);
    return *at->second.worked;
  }
  if (at == rows_.end() && covers(day.year())) return day.weekday() < kSaturday;
  const std::string key = at == rows_.end() ? std::to_string(day.year()) : day.to_string();
  return Value::unknown(Cause{Cause::Kind::kFact, type_.name, "", key, {}});
}

Value WorkDays::day_after(Date from, int64_t days, const Use& use) const {
  const int64_t step = days < 0 ? -1 : 1;
  int64_t left = std::abs(days);
  for (int64_t i = 1; left > 0; ++i) {
    if (i > kMaxSpan) return too_long();
    from = from.add_days(step);
    const Value is_worked = worked(from, use);
    if (is_worked.is_unknown()) return is_worked;
    if (is_worked.is_true()) --left;
  }
  return from;
}

// All missing years are told, not only the first.
Value WorkDays::count(Date from, Date to, const Use& use) const {
  const int64_t span = to.days() - from.days();
  if (std::abs(span) > kMaxSpan) return too_long();
  const int64_t step = span < 0 ? -1 : 1;
  int64_t found = 0;
  CausesPtr causes;
  for (int64_t i = 1; i <= std::abs(span); ++i) {
    const Value is_worked = worked(from.add_days(step * i), use);
    if (is_worked.is_unknown()) causes = Causes::merged(causes, is_worked.causes());
    if (is_worked.is_true()) found += step;
  }
  return causes != nullptr ? Value::unknown(causes) : Value(found);
}

Value WorkDays::put_off(Date day, const Use& use) const {
  for (int64_t i = 0; i <= kMaxSpan; ++i) {
    const Date next = day.add_days(i);
    const Value is_worked = worked(next, use);
    if (is_worked.is_unknown()) return is_worked;
    if (is_worked.is_true()) return next;
  }
  return too_long();
}

Value WorkDays::call(WorkFunction function, const std::vector<Value>& arguments,
                     const Use& use) const {
  const bool two = function == WorkFunction::kAfter || function == WorkFunction::kCount;
  if (arguments.size() != (two ? 2u : 1u)) return {};
  CausesPtr causes;
  for (const Value& argument : arguments) {
    if (argument.is_unknown()) causes = Causes::merged(causes, argument.causes());
  }
  if (causes != nullptr) return Value::unknown(causes);
  if (!arguments[0].is(Value::Kind::kDate)) return {};
  const Date first = arguments[0].date();
  switch (function) {
    case WorkFunction::kIsWorked:
      return worked(first, use);
    case WorkFunction::kPutOff:
      return put_off(first, use);
    case WorkFunction::kCount:
      if (!arguments[1].is(Value::Kind::kDate)) return {};
      return count(first, arguments[1].date(), use);
    case WorkFunction::kAfter: {
      if (!arguments[1].is(Value::Kind::kNumber)) return {};
      const auto days = arguments[1].number().to_int64();
      if (!days) return {};  // half a day is none
      if (*days > kMaxSpan || *days < -kMaxSpan) return too_long();
      return day_after(first, *days, use);
    }
  }
  return {};
}

}  // namespace dandang::evaluation

#include "evaluation/retention.h"

#include <optional>
#include <unordered_map>
#include <utility>

#include "evaluation/model.h"

namespace dandang::evaluation {

namespace {

using feel::Value;
using policy::Retention;
using record::Dataset;
using record::EndedVersion;
using record::FieldKind;
using record::KeptVersion;
using record::RecordStore;
using record::RecordType;
using record::Table;

constexpr int64_t kMonthsAYear = 12;
constexpr int64_t kSecondsADay = 86'400;
// Whoever keeps for longer keeps for ever.
constexpr int64_t kMaxYears = 1'000;

// How long records are kept.
struct Period {
  int64_t months = 0;
  int64_t days = 0;

  // The day after the period that begins on `from`.
  Date after(Date from) const { return from.add_months(months).add_days(days + 1); }
};

std::optional<Period> period_of(const Value& value) {
  std::optional<Period> period;
  if (value.is(Value::Kind::kNumber)) {
    const std::optional<int64_t> years = value.number().to_int64();
    if (years && *years <= kMaxYears) period = Period{*years * kMonthsAYear, 0};
  } else if (value.is(Value::Kind::kMonthsDuration)) {
    period = Period{value.months().months, 0};
  } else if (value.is(Value::Kind::kDaysDuration)) {
    period = Period{0, value.days().seconds / kSecondsADay};
  }
  const bool usable = period && period->months >= 0 && period->days >= 0 &&
                      period->months <= kMaxYears * kMonthsAYear;
  return usable ? period : std::nullopt;
}

Date day_of(const std::string& time) {
  return Date::parse_iso(time.substr(0, 10)).value_or(Date::from_days(INT32_MAX));
}

class Clock {
 public:
  Clock(const Dataset& data, RecordStore& store, const RecordType& type, const Retention& retention,
        Period period, Date as_of)
      : data_(data),
        store_(store),
        type_(type),
        retention_(retention),
        period_(period),
        as_of_(as_of) {}

  Result<std::vector<DueRecord>> due() {
    switch (retention_.from) {
      case Retention::From::kField:
        DD_RETURN_IF_ERROR(by_field());
        break;
      case Retention::From::kWithdrawn:
        DD_RETURN_IF_ERROR(store_.withdrawn(
            data_.catalogue(), type_.name, [&](const KeptVersion& kept) -> Result<void> {
              note(kept.version.key, day_of(kept.ended->recorded_at));
              return {};
            }));
        break;
      case Retention::From::kSuperseded:
        DD_RETURN_IF_ERROR(by_ending());
        break;
    }
    return std::move(due_);
  }

 private:
  Result<void> by_field() {
    const Table& table = *data_.find_table(type_.name);
    for (size_t row = 0; row < table.size(); ++row) {
      if (const auto from = date_at(table, row, 0)) note(std::string(table.key(row)), *from);
    }
    // A record that was withdrawn was there all the same: its clock runs by what it last said.
    return store_.withdrawn(data_.catalogue(), type_.name,
                            [&](const KeptVersion& kept) -> Result<void> {
                              if (const auto from = date_of(kept)) note(kept.version.key, *from);
                              return {};
                            });
  }

  Result<void> by_ending() {
    std::unordered_map<std::string, size_t> places;
    return store_.ended_versions(type_.name, [&](const EndedVersion& version) -> Result<void> {
      const Date since = period_.after(day_of(version.ended_at));
      if (as_of_ < since) return {};
      const auto [place, added] = places.try_emplace(version.key, due_.size());
      if (added) due_.push_back({version.key, since, 0, 0});
      DueRecord& due = due_[place->second];
      due.ended_by = version.ended_in;
      ++due.versions;
      return {};
    });
  }

  void note(std::string key, Date from) {
    const Date since = period_.after(from);
    if (since <= as_of_) due_.push_back({std::move(key), since, 0, 0});
  }

  // Along the path from its place `part` on.
  std::optional<Date> date_at(const Table& table, size_t row, size_t part) const {
    const std::optional<size_t> field = table.type->field_index(retention_.path[part]);
    if (!field || table.columns[*field].is_blank(row)) return std::nullopt;
    const Column& column = table.columns[*field];
    if (part + 1 == retention_.path.size()) {
      return date_from(table.type->fields[*field], column.int64_at(row));
    }
    const Table* target = data_.find_table(table.type->fields[*field].ref_type);
    return date_at(*target, static_cast<size_t>(column.int64_at(row)), part + 1);
  }

  std::optional<Date> date_of(const KeptVersion& kept) const {
    const std::optional<size_t> field = type_.field_index(retention_.path.front());
    if (!field || is_blank(kept.version.cells[*field])) return std::nullopt;
    const Cell& cell = kept.version.cells[*field];
    const record::Field& declared = type_.fields[*field];
    if (const auto* number = std::get_if<int64_t>(&cell)) return date_from(declared, *number);
    // A ref, by key; what it means may be gone.
    const auto* key = std::get_if<std::string>(&cell);
    const Table* target = data_.find_table(declared.ref_type);
    if (key == nullptr || target == nullptr) return std::nullopt;
    const std::optional<size_t> row = target->row_of(*key);
    return row ? date_at(*target, *row, 1) : std::nullopt;
  }

  // A year alone is over with its last day.
  static std::optional<Date> date_from(const record::Field& field, int64_t value) {
    if (field.kind == FieldKind::kYear) return Date::from_ymd(static_cast<int>(value), 12, 31);
    return Date::from_days(value);
  }

  const Dataset& data_;
  RecordStore& store_;
  const RecordType& type_;
  const Retention& retention_;
  Period period_;
  Date as_of_;
  std::vector<DueRecord> due_;
};

Result<size_t> count_of(const Dataset& data, RecordStore& store, const RecordType& type) {
  size_t count = data.find_table(type.name)->size();
  DD_RETURN_IF_ERROR(
      store.withdrawn(data.catalogue(), type.name, [&](const KeptVersion&) -> Result<void> {
        ++count;
        return {};
      }));
  return count;
}

}  // namespace

Result<std::vector<RetentionOfType>> find_due(const policy::PolicySet& set, const Dataset& data,
                                              RecordStore& store, Date as_of) {
  Model model(set, data, as_of);
  std::vector<RetentionOfType> out;
  for (const RecordType& type : data.catalogue().types) {
    RetentionOfType of_type;
    of_type.type = &type;
    DD_ASSIGN_OR_RETURN(of_type.records, count_of(data, store, type));
    const auto declared = set.retentions.find(type.name);
    if (declared == set.retentions.end()) {
      out.push_back(std::move(of_type));
      continue;
    }
    of_type.retention = &declared->second;
    const Value keep = model.evaluate(declared->second.keep, declared->second.package);
    const std::optional<Period> period = period_of(keep);
    if (period) {
      Clock clock(data, store, type, declared->second, *period, as_of);
      DD_ASSIGN_OR_RETURN(of_type.due, clock.due());
    }
    of_type.unusable = !period;
    if (keep.is_unknown()) {
      for (const feel::Cause& cause : keep.causes()->items) {
        if (cause.kind == feel::Cause::Kind::kParameter) of_type.unset.push_back(cause.field);
      }
      of_type.unusable = of_type.unset.empty();
    }
    out.push_back(std::move(of_type));
  }
  return out;
}

}  // namespace dandang::evaluation

#include "evaluation/nearest_change_values.h"

#include <algorithm>
#include <functional>

namespace dandang::evaluation {

using feel::Value;
using record::Blank;
using record::Field;
using record::FieldKind;

namespace {

constexpr size_t kMostOnScale = 48;
constexpr size_t kMostTargets = 300;
constexpr size_t kMostTexts = 12;
constexpr size_t kRowsLookedAt = 4000;

bool is_date(FieldKind kind) {
  return kind == FieldKind::kDate || kind == FieldKind::kDay;
}

// How far from a known value others are looked for before halving.
std::vector<int64_t> distances(FieldKind kind) {
  if (is_date(kind)) return {1, 31, 366, 1096, 3653, 18263};
  if (kind == FieldKind::kYear) return {1, 2, 3, 5, 10};
  return {1, 10, 100, 1000, 10'000, 100'000, 1'000'000, 100'000'000};
}

}  // namespace

ValueSource::ValueSource(Trial& trial) : trial_(trial) {
  std::vector<Value> values = trial.values_met();
  const std::vector<Value>& written = trial.reading().values();
  values.insert(values.end(), written.begin(), written.end());
  for (const size_t index : trial.reading().parameters()) {
    values.push_back(trial.model().parameter_value(trial.set().parameters[index]));
  }
  values.emplace_back(trial.as_of());
  for (const Value& value : values) {
    if (value.is(Value::Kind::kNumber)) numbers_.insert(value.number());
    if (value.is(Value::Kind::kDate)) dates_.insert(value.date());
    if (!value.is(Value::Kind::kString)) continue;
    if (std::find(texts_.begin(), texts_.end(), value.string()) == texts_.end()) {
      texts_.push_back(value.string());
    }
  }
}

const Scale& ValueSource::scale(size_t type, size_t field) {
  return trial_.scale(type, field);
}

bool ValueSource::formula_says(const policy::Formula& formula, const std::string& name) const {
  if (!formula) return false;
  const std::function<bool(const feel::Node&)> says = [&](const feel::Node& node) {
    return node.name == name || std::any_of(node.children.begin(), node.children.end(),
                                            [&](const auto& child) { return says(*child); });
  };
  return says(*formula.expression->root);
}

std::set<int64_t> ValueSource::critical_units(size_t type, size_t field) {
  const FieldKind kind = trial_.data().catalogue().types[type].fields[field].kind;
  std::set<int64_t> out;
  const auto add = [&](std::optional<int64_t> units) {
    if (!units) return;
    for (const int64_t near : {*units - 1, *units, *units + 1}) out.insert(near);
  };
  if (is_date(kind)) {
    for (const Date date : dates_) add(date.days());
    return out;
  }
  const Scale& scale = this->scale(type, field);
  for (const Decimal& number : numbers_) add(scale.units_below(number));
  if (kind == FieldKind::kYear) {
    for (const Date date : dates_) add(date.year());
    std::erase_if(out, [](int64_t year) { return year < 1900 || year > 2200; });
  }
  return out;
}

std::vector<Cell> ValueSource::on_scale(size_t type, size_t field, const Cell& from) {
  const Scale& scale = this->scale(type, field);
  const FieldKind kind = trial_.data().catalogue().types[type].fields[field].kind;
  std::set<int64_t> units = critical_units(type, field);
  const auto now = scale.units_of(from);
  const int64_t origin = now                        ? *now
                         : is_date(kind)            ? trial_.as_of().days()
                         : kind == FieldKind::kYear ? trial_.as_of().year()
                                                    : 0;
  for (const int64_t distance : distances(kind)) {
    units.insert(origin - distance);
    units.insert(origin + distance);
  }
  units.insert(origin);
  if (now) units.erase(*now);
  // A figure that is not negative does not become so.
  if (!is_date(kind) && origin >= 0) {
    units.erase(units.begin(), units.lower_bound(0));
    if (origin != 0 || !now) units.insert(0);
  }
  std::vector<int64_t> sorted(units.begin(), units.end());
  const auto distance = [&](int64_t u) { return u > origin ? u - origin : origin - u; };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](int64_t a, int64_t b) { return distance(a) < distance(b); });
  // The far ends stay: from them the nearest is found.
  while (sorted.size() > kMostOnScale) sorted.erase(sorted.begin() + kMostOnScale / 2);
  std::vector<Cell> out;
  for (const int64_t u : sorted) out.push_back(scale.cell_at(u));
  return out;
}

std::vector<Cell> ValueSource::words(size_t type, size_t field) const {
  const Field& declared = trial_.data().catalogue().types[type].fields[field];
  const record::CodeList* list = trial_.data().catalogue().find_code_list(declared.code_list);
  std::vector<Cell> out;
  if (list == nullptr) return out;
  for (const record::CodeValue& value : list->values) out.emplace_back(value.name);
  return out;
}

// Words the rule names, then some that others have, then one that nobody has.
std::vector<Cell> ValueSource::texts(size_t type, size_t field) const {
  std::vector<std::string> out = texts_;
  const record::Table& table = trial_.data().table(type);
  const Column& column = table.columns[field];
  for (size_t row = 0; row < std::min(table.size(), kRowsLookedAt); ++row) {
    if (out.size() >= texts_.size() + kMostTexts) break;
    if (column.is_blank(row)) continue;
    if (std::find(out.begin(), out.end(), column.text_at(row)) == out.end()) {
      out.emplace_back(column.text_at(row));
    }
  }
  out.emplace_back("其他");
  return {out.begin(), out.end()};
}

std::vector<Cell> ValueSource::targets(size_t type, size_t field) const {
  const Field& declared = trial_.data().catalogue().types[type].fields[field];
  const auto target = trial_.data().catalogue().type_index(declared.ref_type);
  std::vector<Cell> out;
  for (size_t row = 0; row < trial_.rows_on_record(*target) && out.size() < kMostTargets; ++row) {
    if (trial_.is_visible(*target, row)) out.emplace_back(static_cast<int64_t>(row));
  }
  return out;
}

std::vector<Cell> ValueSource::choices(size_t type, size_t field, const Cell& from) {
  const Field& declared = trial_.data().catalogue().types[type].fields[field];
  std::vector<Cell> out;
  switch (declared.kind) {
    case FieldKind::kCode:
      out = words(type, field);
      break;
    case FieldKind::kFlag:
      out = {int64_t{1}, int64_t{0}};
      break;
    case FieldKind::kText:
      out = texts(type, field);
      break;
    case FieldKind::kRef:
      out = targets(type, field);
      break;
    case FieldKind::kName:
    case FieldKind::kIdentityNumber:
      break;
    default:
      out = on_scale(type, field, from);
  }
  std::erase(out, from);
  // A blank that means something is a fact too; one that means "not known" answers nothing.
  if (!declared.required && declared.blank.kind != Blank::Kind::kUnknown && !is_blank(from)) {
    out.emplace_back();
  }
  return out;
}

std::vector<Cell> ValueSource::first_values(size_t type, size_t field) {
  const Field& declared = trial_.data().catalogue().types[type].fields[field];
  const bool dates_it = declared.name == trial_.data().catalogue().types[type].valid_field;
  std::vector<Cell> out;
  if (!declared.required && !dates_it && declared.blank.kind != Blank::Kind::kUnknown) {
    out.emplace_back();
  }
  if (is_date(declared.kind)) {
    // Recent first; a record dated after the day asked about would not count yet.
    for (const int64_t years : {0, 1, 2, 3, 5, 10}) {
      out.emplace_back(int64_t{trial_.as_of().add_months(-12 * years).days()});
    }
    return out;
  }
  // Records are told apart by several fields: few values of each, or there are too many ways.
  const bool few = declared.kind == FieldKind::kText || scale(type, field).is_ordered();
  const size_t most = few ? 8 : 14;
  for (Cell& cell : choices(type, field, {})) {
    if (out.size() < most) out.push_back(std::move(cell));
  }
  return out;
}

}  // namespace dandang::evaluation

#include "procedure/case_book.h"

#include <algorithm>

#include "base/text.h"

namespace dandang::procedure {

using policy::Procedure;
using record::RecordType;
using record::Table;

namespace {

std::string text_at(const Table& table, const std::string& field, size_t row) {
  const auto index = table.type->field_index(field);
  if (!index || table.columns[*index].is_blank(row)) return {};
  return record::to_display(table.type->fields[*index], table.columns[*index].cell_at(row));
}

Error no_case(std::string_view words) {
  return {ErrorCode::kNotFound,
          {"没有这个案件", "there is no such case"},
          std::string(words),
          {"写编号，或者 流程/主键；dandang case list 列出全部案件",
           "write its number, or PROCEDURE/KEY; dandang case list shows all cases"}};
}

}  // namespace

CaseBook::CaseBook(const policy::PolicySet& set, const record::Dataset& data)
    : set_(set), data_(data) {
  if (set.steps) read_steps();
}

void CaseBook::read_steps() {
  const policy::StepsType& names = *set_.steps;
  const Table* table = data_.find_table(names.type);
  if (table == nullptr) return;
  const auto by = table->type->field_index(names.by);
  const auto on = table->type->field_index(names.on);
  for (size_t row = 0; row < table->size(); ++row) {
    StepTaken step;
    step.row = row;
    const auto order = Decimal::parse(text_at(*table, names.order, row));
    step.order = order ? order->to_int64().value_or(0) : 0;
    step.transition = text_at(*table, names.transition, row);
    if (by && !table->columns[*by].is_blank(row)) {
      step.by = static_cast<size_t>(table->columns[*by].int64_at(row));
    }
    step.role = text_at(*table, names.role, row);
    if (on && !table->columns[*on].is_blank(row)) {
      step.on = Date::from_days(table->columns[*on].int64_at(row));
    }
    step.from = text_at(*table, names.from, row);
    step.to = text_at(*table, names.to, row);
    step.content = text_at(*table, names.content, row);
    step.cites = text_at(*table, names.cites, row);
    steps_[{text_at(*table, names.procedure, row), text_at(*table, names.case_key, row)}].push_back(
        std::move(step));
  }
  for (auto& [of, steps] : steps_) {
    std::stable_sort(steps.begin(), steps.end(),
                     [](const StepTaken& a, const StepTaken& b) { return a.order < b.order; });
  }
}

std::vector<CaseRef> CaseBook::cases(const Procedure& procedure) const {
  std::vector<CaseRef> out;
  const auto type = data_.catalogue().type_index(procedure.cases);
  if (!type) return out;
  const Table& table = data_.table(*type);
  const auto state = table.type->field_index(procedure.state);
  if (!state) return out;
  for (size_t row = 0; row < table.size(); ++row) {
    if (!table.columns[*state].is_blank(row)) out.push_back({&procedure, *type, row});
  }
  return out;
}

std::optional<CaseRef> CaseBook::find(const Procedure& procedure, std::string_view key) const {
  const auto type = data_.catalogue().type_index(procedure.cases);
  if (!type) return std::nullopt;
  const auto row = data_.table(*type).row_of(key);
  if (!row) return std::nullopt;
  return CaseRef{&procedure, *type, *row};
}

Result<CaseRef> CaseBook::find(std::string_view words) const {
  std::vector<CaseRef> found;
  for (const Procedure& procedure : set_.procedures) {
    if (words.starts_with(procedure.name + "/")) {
      const auto rest = words.substr(procedure.name.size() + 1);
      if (const auto one = find(procedure, record::key_text(split(rest, '/')))) return *one;
    }
    for (const CaseRef& one : cases(procedure)) {
      if (number(one) == words || shown(one) == words) found.push_back(one);
    }
  }
  if (found.empty()) return no_case(words);
  if (found.size() == 1) return found.front();
  std::vector<std::string> names;
  for (const CaseRef& one : found) names.push_back(one.procedure->name + "/" + shown(one));
  return Error{ErrorCode::kConflict,
               {"不止一个案件叫这个编号", "several cases have this number"},
               std::string(words),
               {"写明流程：" + join(names, "、"), "name the procedure: " + join(names, ", ")}};
}

std::string CaseBook::key(const CaseRef& one) const {
  return std::string(data_.table(one.type).key(one.row));
}

std::string CaseBook::shown(const CaseRef& one) const {
  return record::key_for_display(data_.table(one.type).key(one.row));
}

std::string CaseBook::number(const CaseRef& one) const {
  const std::string number = text_at(data_.table(one.type), one.procedure->number, one.row);
  return number.empty() ? shown(one) : number;
}

const std::vector<StepTaken>& CaseBook::steps(const CaseRef& one) const {
  static const std::vector<StepTaken> kNone;
  const auto found = steps_.find({one.procedure->name, shown(one)});
  return found == steps_.end() ? kNone : found->second;
}

Standing standing_after(const std::vector<StepTaken>& steps, std::string state,
                        std::optional<Date> until) {
  Standing out{std::move(state), std::nullopt};
  bool any = false;
  for (const StepTaken& step : steps) {
    if (step.to.empty() || (until && *until < step.on)) continue;
    // A step that leaves the case where it is does not begin its state anew.
    if (!any || step.to != out.state) out.entered = step.on;
    out.state = step.to;
    any = true;
  }
  return out;
}

Standing CaseBook::standing(const CaseRef& one) const {
  Standing out = standing_after(steps(one), {}, {});
  out.state = text_at(data_.table(one.type), one.procedure->state, one.row);
  return out;
}

Standing CaseBook::standing_on(const CaseRef& one, Date day) const {
  const std::vector<StepTaken>& done = steps(one);
  if (done.empty()) return standing(one);
  return standing_after(done, {}, day);
}

std::vector<const StepTaken*> CaseBook::waiting(const CaseRef& one, std::optional<Date> day) const {
  std::vector<const StepTaken*> out;
  for (const StepTaken& step : steps(one)) {
    if (day && *day < step.on) break;
    if (step.to.empty()) {
      out.push_back(&step);
    } else {
      out.clear();
    }
  }
  return out;
}

std::optional<size_t> CaseBook::subject(const CaseRef& one) const {
  const Table& table = data_.table(one.type);
  const auto field = table.type->field_index(one.procedure->subject);
  if (!field || table.type->fields[*field].kind != record::FieldKind::kRef ||
      table.columns[*field].is_blank(one.row)) {
    return std::nullopt;
  }
  return static_cast<size_t>(table.columns[*field].int64_at(one.row));
}

Result<size_t> find_person(const record::Dataset& data, const std::string& words) {
  const RecordType* type = policy::person_type(data.catalogue());
  const Table* table = type != nullptr ? data.find_table(type->name) : nullptr;
  if (table != nullptr) {
    if (const auto row = table->row_of(record::key_text({words}))) return *row;
    std::vector<size_t> named;
    for (size_t row = 0; row < table->size(); ++row) {
      if (!words.empty() && text_at(*table, type->name_field, row) == words) named.push_back(row);
    }
    if (named.size() == 1) return named.front();
    if (named.size() > 1) {
      return Error{ErrorCode::kConflict,
                   {"名册里不止一人叫这个名字", "several persons have this name"},
                   words,
                   {"写身份证号", "give the identity number"}};
    }
  }
  return Error{ErrorCode::kNotFound,
               {"名册里没有这个人", "this person is not in the register"},
               words,
               {"写身份证号或者姓名；先导入名册",
                "give the identity number or the name; import "
                "the register first"}};
}

}  // namespace dandang::procedure

#include <fmt/format.h>

#include "base/text.h"
#include "procedure/cells.h"
#include "procedure/step_taker.h"
#include "procedure/write_guards.h"
#include "record/version.h"

namespace dandang::procedure {

using evaluation::Model;
using feel::Value;
using policy::Formula;
using policy::Transition;
using record::Field;
using record::NewVersion;
using record::RecordType;

// What a value is in a field that the program fills in. A missing fact is not written as "none".
std::optional<Cell> StepTaker::cell_for(const Taking& taking, const CaseScope& scope,
                                        const Field& field, const Value& value) {
  if (value.is_unknown()) {
    if (field.blank.kind == record::Blank::Kind::kUnknown && !field.required) return Cell();
    refuse(taking, "form",
           {"“" + field.name + "”要由程序填写，但还不知道",
            "\"" + field.name + "\" is filled in by the program and not known"},
           causes_of(scope.model(), value));
    outcome_.refusals.back().field = field.name;
    return std::nullopt;
  }
  CellReading reading = read_value(set_, scope.model(), field, value);
  if (!reading.fault) return std::move(reading.cell);
  refuse(taking, "form", *std::move(reading.fault));
  outcome_.refusals.back().field = field.name;
  return std::nullopt;
}

void StepTaker::set_fields(const Taking& taking) {
  for (const auto& set : taking.transition->sets) {
    const auto field = taking.type->field_index(set.first);
    std::optional<Cell> cell;
    with_scope(taking, [&](const CaseScope& scope) {
      cell = cell_for(taking, scope, taking.type->fields[*field], evaluate(scope, set.second));
    });
    if (!cell) continue;
    NewVersion version = case_version(taking);
    version.cells[*field] = *std::move(cell);
    record::set_valid_time(*taking.type, version);
    draft_.put({std::move(version)});
  }
}

std::string StepTaker::reached(const Taking& taking) {
  const Transition& transition = *taking.transition;
  if (transition.choose.empty()) return transition.to;
  const auto field = taking.type->field_index(transition.choose);
  const std::string word =
      word_of(taking.type->fields[*field], table(taking).columns[*field].cell_at(ref(taking).row));
  std::vector<std::string> words;
  for (const auto& [value, state] : transition.chosen) {
    if (value == word) return state;
    words.push_back(value);
  }
  refuse(taking, "form",
         {"“" + transition.choose + "”决定下一步，可填：" + join(words, "、"),
          "\"" + transition.choose + "\" chooses what follows: " + join(words, ", ")});
  outcome_.refusals.back().field = transition.choose;
  return {};
}

// Whether a write or an opening is asked for; no value: that is not known, and refused.
std::optional<bool> StepTaker::asked(const Taking& taking, const CaseScope& scope,
                                     const Formula& when, const Value& item) {
  if (!when.written()) return true;
  const Value value = when ? scope.evaluate_item(when, item) : Value();
  if (value.is_true()) return true;
  if (value.is_false()) return false;
  refuse(taking, "when",
         {"说不清是否：" + when.source.text, "it is not known whether " + when.source.text},
         causes_of(scope.model(), value));
  return std::nullopt;
}

void StepTaker::write_item(const Taking& taking, const CaseScope& scope,
                           const policy::CaseWrite& write, const Value& item,
                           std::vector<NewVersion>& out) {
  const auto wanted = asked(taking, scope, write.when, item);
  if (!wanted.value_or(false)) return;
  const size_t type_index = *draft_.data().catalogue().type_index(write.type);
  const RecordType& type = draft_.data().catalogue().types[type_index];
  std::vector<std::pair<size_t, Cell>> named;
  for (const auto& [name, formula] : write.fields) {
    const auto field = type.field_index(name);
    if (!field || !formula) continue;
    auto cell = cell_for(taking, scope, type.fields[*field], scope.evaluate_item(formula, item));
    if (!cell) return;
    named.emplace_back(*field, *std::move(cell));
  }
  NewVersion version;
  version.type = type.name;
  version.cells.resize(type.fields.size());
  for (const auto& [field, cell] : named) version.cells[field] = cell;
  version.key = free_key(type, record::key_of(type, version.cells));
  if (const auto row = draft_.data().table(type_index).row_of(version.key)) {
    version = record::version_at(draft_.data(), type_index, *row);
    version.source = {};
    for (const auto& [field, cell] : named) version.cells[field] = cell;
  }
  for (size_t f = 0; f < type.fields.size(); ++f) {
    if (!type.fields[f].required || !is_blank(version.cells[f])) continue;
    refuse(taking, "form",
           {"要写入的“" + type.name + "”缺“" + type.fields[f].name + "”",
            "the \"" + type.name + "\" to be written lacks \"" + type.fields[f].name + "\""});
    return;
  }
  record::set_valid_time(type, version);
  out.push_back(std::move(version));
}

void StepTaker::write_records(const Taking& taking) {
  for (const policy::CaseWrite& write : taking.transition->writes) {
    std::vector<NewVersion> versions;
    with_scope(taking, [&](const CaseScope& scope) {
      if (!write.for_each.written()) {
        write_item(taking, scope, write, Value(), versions);
        return;
      }
      const Value list = evaluate(scope, write.for_each);
      const bool closed = list.is(Value::Kind::kList) && list.list().openness == nullptr &&
                          !list.list().has_maybes();
      if (!closed) {
        refuse(taking, "when",
               {"说不清要写哪些记录：" + write.for_each.source.text,
                "it is not known which records to write: " + write.for_each.source.text},
               causes_of(scope.model(), list));
        return;
      }
      for (const Value& item : list.list().items) {
        if (versions.size() >= kMaxWritten) {
          refuse(taking, "when",
                 {fmt::format("一步最多写 {} 条记录", kMaxWritten),
                  fmt::format("a step writes {} records at the most", kMaxWritten)});
          return;
        }
        write_item(taking, scope, write, item, versions);
      }
    });
    draft_.put(std::move(versions));
  }
}

// The cases to be opened along with the step, with their forms.
std::vector<Taking> StepTaker::openings(const Taking& taking) {
  std::vector<Taking> out;
  for (const policy::CaseOpening& opening : taking.transition->opens) {
    Taking child;
    child.procedure = set_.find_procedure(opening.procedure);
    child.transition =
        child.procedure != nullptr ? child.procedure->find_transition(opening.transition) : nullptr;
    if (child.transition == nullptr) continue;
    child.opens = true;
    child.along = true;
    child.type_index = *draft_.data().catalogue().type_index(child.procedure->cases);
    child.type = &draft_.data().catalogue().types[child.type_index];
    with_scope(taking, [&](const CaseScope& scope) {
      const auto wanted = asked(taking, scope, opening.when, Value());
      if (!wanted.value_or(false)) return;
      for (const auto& [name, formula] : opening.fields) {
        const auto index = child.type->field_index(name);
        if (!index || !formula) continue;
        const Field& field = child.type->fields[*index];
        auto cell = cell_for(child, scope, field, scope.evaluate(formula));
        if (cell) child.form.cells.emplace_back(*index, *std::move(cell));
      }
      out.push_back(std::move(child));
    });
  }
  return out;
}

void StepTaker::put_step(const Taking& taking, const std::string& to) {
  const policy::StepsType& names = *set_.steps;
  const RecordType& type = *draft_.data().catalogue().find_type(names.type);
  NewVersion row;
  row.type = type.name;
  row.cells.resize(type.fields.size());
  const auto put = [&](const std::string& field, Cell cell) {
    if (const auto index = type.field_index(field)) row.cells[*index] = std::move(cell);
  };
  const auto words = [](const std::string& text) { return text.empty() ? Cell() : Cell(text); };
  const record::Table& people =
      *draft_.data().find_table(policy::person_type(draft_.data().catalogue())->name);
  const int64_t order = taking.before.empty() ? 1 : taking.before.back().order + 1;
  put(names.procedure, taking.procedure->name);
  put(names.case_key, record::key_for_display(taking.key));
  put(names.order, Decimal(order));
  put(names.transition, taking.transition->name);
  put(names.by, std::string(people.key(request_.person)));
  put(names.role, words(taking.role));
  put(names.on, int64_t{request_.on.days()});
  put(names.from, words(taking.standing.state));
  put(names.to, words(to));
  if (!taking.form.cells.empty() || !taking.form.rows.empty()) {
    put(names.content, content_of(draft_.data().catalogue(), *taking.type, taking.form));
  }
  put(names.cites, words(taking.cites));
  row.key = record::key_of(type, row.cells);
  record::set_valid_time(type, row);
  draft_.put({std::move(row)});
}

Result<void> StepTaker::carry_out(Taking& taking) {
  const size_t reasons = outcome_.refusals.size();
  set_fields(taking);
  const std::string to = reached(taking);
  write_records(taking);
  std::vector<Taking> children = openings(taking);
  if (outcome_.refusals.size() > reasons) return {};
  NewVersion version = case_version(taking);
  version.cells[*taking.type->field_index(taking.procedure->state)] = to;
  draft_.put({std::move(version)});
  put_step(taking, to);
  if (!taking.along) outcome_.to = to;
  for (Taking& child : children) {
    if (outcome_.opened.size() >= kMaxOpenings) {
      return Error{ErrorCode::kLimit,
                   {fmt::format("一步最多打开 {} 个案件", kMaxOpenings),
                    fmt::format("a step opens {} cases at the most", kMaxOpenings)},
                   taking.procedure->name + "." + taking.transition->name,
                   {"检查流程的 opens", "look at the procedure's opens"}};
    }
    check_form(child);
    DD_RETURN_IF_ERROR(enter(child));
    outcome_.opened.push_back({child.procedure->name, child.transition->name, child.key});
    const size_t before = outcome_.refusals.size();
    judge(child);
    if (outcome_.refusals.size() > before || !child.form.sound || !child.known) continue;
    DD_RETURN_IF_ERROR(carry_out(child));
  }
  return {};
}

void StepTaker::check_writes() {
  Model model(set_, draft_.data(), request_.on, overrides_);
  WriteGuards guards(model);
  for (const NewVersion& version : draft_.versions()) {
    const RecordType& type = *draft_.data().catalogue().find_type(version.type);
    if (!guards.guards(type.name)) continue;
    for (Refusal& refusal : guards.check(type, version.cells, request_.on)) {
      refusal.transition = request_.procedure + "." + request_.transition;
      outcome_.refusals.push_back(std::move(refusal));
    }
  }
}

}  // namespace dandang::procedure

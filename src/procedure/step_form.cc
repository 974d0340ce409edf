#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "procedure/cells.h"
#include "procedure/step_taker.h"
#include "record/version.h"

namespace dandang::procedure {

using policy::Procedure;
using policy::Transition;
using record::NewVersion;
using record::RecordType;

namespace {

// Under this key stands a case that cannot be opened, so that its other faults can be told.
const std::string kNoCase = "\x01";

}  // namespace

bool contains_word(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<size_t> owner_of(const RecordType& type, const std::string& cases) {
  for (size_t f = 0; f < type.fields.size(); ++f) {
    if (type.fields[f].kind == record::FieldKind::kRef && type.fields[f].ref_type == cases) {
      return f;
    }
  }
  return std::nullopt;
}

void StepTaker::fault(Taking& taking, const std::string& field, Text message) {
  taking.form.sound = false;
  if (!field.empty()) taking.form.faulty.push_back(field);
  refuse(taking, "form", std::move(message));
  outcome_.refusals.back().field = field;
}

void StepTaker::read_form(Taking& taking) {
  const Transition& transition = *taking.transition;
  std::set<std::string> seen;
  for (const auto& [name, word] : request_.form) {
    const auto index = taking.type->field_index(name);
    if (!index ||
        (!contains_word(transition.form, name) && !contains_word(transition.optional_form, name))) {
      fault(taking, "", {"这一步不填“" + name + "”", "\"" + name + "\" is not of this form"});
      continue;
    }
    if (!seen.insert(name).second) {
      fault(taking, name, {"“" + name + "”填了两次", "\"" + name + "\" is entered twice"});
      continue;
    }
    CellReading reading = read_word(set_, draft_.data(), taking.type->fields[*index], word);
    if (reading.fault) {
      fault(taking, name, *std::move(reading.fault));
    } else {
      taking.form.cells.emplace_back(*index, std::move(reading.cell));
    }
  }
  read_rows(taking);
  check_form(taking);
}

void StepTaker::check_form(Taking& taking) {
  for (const std::string& name : taking.transition->form) {
    if (contains_word(taking.form.faulty, name)) continue;
    const auto index = taking.type->field_index(name);
    const bool entered = std::any_of(
        taking.form.cells.begin(), taking.form.cells.end(),
        [&](const auto& one) { return index && one.first == *index && !is_blank(one.second); });
    if (!entered) {
      fault(taking, name, {"没有填“" + name + "”", "\"" + name + "\" is not filled in"});
    }
  }
  // In the order of the type, so that equal answers are kept alike.
  std::sort(taking.form.cells.begin(), taking.form.cells.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
}

void StepTaker::read_rows(Taking& taking) {
  const Transition& transition = *taking.transition;
  for (const RowsEntered& entered : request_.rows) {
    const auto type = draft_.data().catalogue().type_index(entered.type);
    if (!type || (!contains_word(transition.rows, entered.type) &&
                  !contains_word(transition.optional_rows, entered.type))) {
      fault(taking, "",
            {"这一步不填“" + entered.type + "”的行",
             "rows of \"" + entered.type + "\" are not of this form"});
      continue;
    }
    for (const Words& words : entered.rows) {
      auto cells = read_row(taking, draft_.data().catalogue().types[*type], words);
      if (cells) taking.form.rows.emplace_back(*type, *std::move(cells));
    }
  }
  for (const std::string& name : transition.rows) {
    const bool any = std::any_of(
        request_.rows.begin(), request_.rows.end(),
        [&](const RowsEntered& entered) { return entered.type == name && !entered.rows.empty(); });
    if (!any) {
      fault(taking, "",
            {"至少填一行“" + name + "”", "at least one row of \"" + name + "\" is needed"});
    }
  }
}

std::optional<std::vector<Cell>> StepTaker::read_row(Taking& taking, const RecordType& type,
                                                     const Words& words) {
  std::vector<Cell> cells(type.fields.size());
  const size_t faults = outcome_.refusals.size();
  const auto owner = owner_of(type, taking.type->name);
  for (const auto& [name, word] : words) {
    const auto index = type.field_index(name);
    if (!index || index == owner) {
      fault(taking, "",
            {"“" + type.name + "”的行不填“" + name + "”",
             "\"" + name + "\" is not entered in rows of \"" + type.name + "\""});
      continue;
    }
    CellReading reading = read_word(set_, draft_.data(), type.fields[*index], word);
    if (reading.fault) fault(taking, "", *std::move(reading.fault));
    cells[*index] = std::move(reading.cell);
  }
  for (size_t f = 0; f < cells.size(); ++f) {
    if (!type.fields[f].required || !is_blank(cells[f]) || f == owner) continue;
    if (outcome_.refusals.size() > faults) break;  // it may be the one that could not be read
    fault(taking, "",
          {"“" + type.name + "”有一行没有填“" + type.fields[f].name + "”",
           "a row of \"" + type.name + "\" lacks \"" + type.fields[f].name + "\""});
  }
  if (outcome_.refusals.size() > faults) return std::nullopt;
  return cells;
}

// ---- the case's record ----

Result<std::string> StepTaker::next_number(const Taking& taking) const {
  const Procedure& procedure = *taking.procedure;
  const std::string start = procedure.number_start + std::to_string(request_.on.year()) + "-";
  const auto field = taking.type->field_index(procedure.number);
  const Column& column = table(taking).columns[*field];
  int64_t last = 0;
  for (size_t row = 0; row < column.size(); ++row) {
    if (column.is_blank(row)) continue;
    const std::string_view number = column.text_at(row);
    if (!number.starts_with(start)) continue;
    const auto running = Decimal::parse(number.substr(start.size()));
    last = std::max(last, running ? running->to_int64().value_or(0) : 0);
  }
  const bool is_key = taking.type->key.size() == 1 && taking.type->key[0] == procedure.number;
  for (;;) {
    std::string number = start + fmt::format("{:04}", ++last);
    if (!is_key || !ever_known_) return number;
    DD_ASSIGN_OR_RETURN(const bool used,
                        ever_known_(taking.type->name, record::key_text({number})));
    if (!used) return number;
  }
}

NewVersion StepTaker::case_version(const Taking& taking) const {
  return record::version_at(draft_.data(), taking.type_index, *table(taking).row_of(taking.key));
}

// Puts the form and the rows into the records, as the formulas of the step see them.
Result<void> StepTaker::enter(Taking& taking) {
  NewVersion version;
  if (taking.opens) {
    version.type = taking.type->name;
    version.cells.resize(taking.type->fields.size());
  } else {
    version = case_version(taking);
  }
  for (const auto& [field, cell] : taking.form.cells) version.cells[field] = cell;
  if (taking.opens && !taking.procedure->number.empty()) {
    DD_ASSIGN_OR_RETURN(version.cells[*taking.type->field_index(taking.procedure->number)],
                        next_number(taking));
  }
  const std::string key = record::key_of(*taking.type, version.cells);
  const bool whole_key =
      std::all_of(taking.type->key.begin(), taking.type->key.end(), [&](const std::string& name) {
        const auto index = taking.type->field_index(name);
        return index && (!taking.type->fields[*index].required || !is_blank(version.cells[*index]));
      });
  if (taking.opens) {
    taking.key = key;
    if (key.empty() || !whole_key) {
      if (taking.form.sound) {
        fault(taking, "",
              {"主键没有填全：" + join(taking.type->key, "、"),
               "the key is not complete: " + join(taking.type->key, ", ")});
      }
      taking.known = false;
    } else if (const auto row = table(taking).row_of(key)) {
      refuse(taking, "from",
             {"“" + taking.type->name + "”已经有 " + record::key_for_display(key),
              "there is already a \"" + taking.type->name + "\" " + record::key_for_display(key)});
      taking.known = false;
    }
    if (!taking.known) taking.key = kNoCase;
  } else if (key != taking.key) {
    fault(taking, "", {"案件的主键不能改", "the key of a case is not changed"});
    return {};
  }
  version.key = taking.key;
  record::set_valid_time(*taking.type, version);
  draft_.put({std::move(version)});
  enter_rows(taking);
  return {};
}

// Two equal rows are two rows, where the type says so: they are told apart by a number.
std::string StepTaker::free_key(const RecordType& type, const std::string& key) const {
  if (!type.repeats) return key;
  const record::Table& rows = *draft_.data().find_table(type.name);
  for (size_t number = 1;; ++number) {
    std::string numbered = record::key_text({key, std::to_string(number)});
    if (!rows.row_of(numbered)) return numbered;
  }
}

void StepTaker::enter_rows(Taking& taking) {
  std::set<std::pair<size_t, std::string>> seen;
  for (auto& [type_index, cells] : taking.form.rows) {
    const RecordType& type = draft_.data().catalogue().types[type_index];
    NewVersion version;
    version.type = type.name;
    version.cells = cells;
    if (const auto owner = owner_of(type, taking.type->name)) version.cells[*owner] = taking.key;
    version.key = free_key(type, record::key_of(type, version.cells));
    record::set_valid_time(type, version);
    if (version.key.empty() || !seen.emplace(type_index, version.key).second) {
      fault(taking, "",
            {"“" + type.name + "”有两行分不清：" + join(type.key, "、") + " 相同或没有填",
             "two rows of \"" + type.name + "\" cannot be told apart: " + join(type.key, ", ") +
                 " are the same or blank"});
      continue;
    }
    draft_.put({std::move(version)});
  }
}

}  // namespace dandang::procedure

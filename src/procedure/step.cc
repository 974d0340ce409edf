#include "procedure/step.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/text.h"
#include "evaluation/describe.h"
#include "evaluation/explain.h"
#include "evaluation/run.h"
#include "procedure/case_book.h"
#include "procedure/case_scope.h"
#include "procedure/cells.h"
#include "procedure/draft.h"
#include "procedure/write_guards.h"
#include "record/version.h"

namespace dandang::procedure {

namespace json = boost::json;
using evaluation::Model;
using feel::Value;
using policy::Formula;
using policy::Guard;
using policy::Procedure;
using policy::Transition;
using record::Field;
using record::NewVersion;
using record::RecordType;

namespace {

// What was entered, as cells: of the case, and of rows beside it.
struct Form {
  std::vector<std::pair<size_t, Cell>> cells;  // field of the case's type, its value
  std::vector<std::string> faulty;             // fields whose value is not known to be good
  std::vector<std::pair<size_t, std::vector<Cell>>> rows;  // type, its cells
  bool sound = true;
};

// A step being taken: the one asked for, or one that opens a case along with it.
struct Taking {
  const Procedure* procedure = nullptr;
  const Transition* transition = nullptr;
  const RecordType* type = nullptr;
  size_t type_index = 0;
  std::string key;     // of the case
  bool opens = false;  // a case
  bool along = false;  // with another procedure's step
  bool known = true;   // false: the key is made up, for there is no case it could be about
  Form form;
  std::vector<StepTaken> before;
  Standing standing;
  std::string role;
  std::string cites;
  bool waits = false;
};

// Under this key stands a case that cannot be opened, so that its other faults can be told.
const std::string kNoCase = "\x01";

bool contains_word(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

size_t size_of(const Words& words) {
  size_t out = 0;
  for (const auto& [field, word] : words) out += field.size() + word.size();
  return out;
}

Error unknown_name(Text what, const std::string& name, const std::vector<std::string>& known) {
  const std::string close = closest_match(name, known);
  return {ErrorCode::kNotFound, std::move(what), name,
          close.empty() ? Text{"有：" + join(known, "、"), "there are: " + join(known, ", ")}
                        : Text{"是不是 " + close + "？", "did you mean " + close + "?"}};
}

// Which of the type's refs says whose a row is.
std::optional<size_t> owner_of(const RecordType& type, const std::string& cases) {
  for (size_t f = 0; f < type.fields.size(); ++f) {
    if (type.fields[f].kind == record::FieldKind::kRef && type.fields[f].ref_type == cases) {
      return f;
    }
  }
  return std::nullopt;
}

// What is entered as the steps' record keeps it.
json::object content_of(const record::Catalogue& catalogue, const RecordType& type,
                        const Form& form) {
  const auto shown = [](const Field& field, const Cell& cell) {
    return is_blank(cell) ? json::value(nullptr) : json::value(word_of(field, cell));
  };
  json::object out;
  for (const auto& [field, cell] : form.cells) {
    out[type.fields[field].name] = shown(type.fields[field], cell);
  }
  for (const auto& [row_type, cells] : form.rows) {
    const RecordType& of = catalogue.types[row_type];
    json::object row;
    for (size_t f = 0; f < cells.size(); ++f) {
      if (!is_blank(cells[f])) row[of.fields[f].name] = shown(of.fields[f], cells[f]);
    }
    json::value& rows = out[of.name];
    if (!rows.is_array()) rows = json::array();
    rows.as_array().push_back(std::move(row));
  }
  return out;
}

class StepTaker {
 public:
  StepTaker(const policy::PolicySet& set, record::Dataset data, const StepRequest& request,
            const evaluation::Overrides& overrides, const EverKnown& ever_known)
      : set_(set),
        draft_(std::move(data)),
        request_(request),
        overrides_(overrides),
        ever_known_(ever_known) {}

  Result<StepOutcome> take();

 private:
  Result<Taking> find() const;
  Result<void> check_bounds() const;

  // ---- the form ----
  void read_form(Taking& taking);
  void read_rows(Taking& taking);
  std::optional<std::vector<Cell>> read_row(Taking& taking, const RecordType& type,
                                            const Words& words);
  void check_form(Taking& taking);
  void fault(Taking& taking, const std::string& field, Text message);

  // ---- the case's record ----
  Result<void> enter(Taking& taking);
  Result<std::string> next_number(const Taking& taking) const;
  void enter_rows(Taking& taking);
  std::string free_key(const RecordType& type, const std::string& key) const;
  NewVersion case_version(const Taking& taking) const;
  const record::Table& table(const Taking& taking) const {
    return draft_.data().table(taking.type_index);
  }
  CaseRef ref(const Taking& taking) const {
    return {taking.procedure, taking.type_index, *table(taking).row_of(taking.key)};
  }
  template <typename Use>
  void with_scope(const Taking& taking, const Use& use);

  // ---- its own reasons ----
  void judge(Taking& taking);
  void check_state(const Taking& taking);
  void check_person(Taking& taking, const CaseScope& scope);
  void check_not_by(const Taking& taking, const CaseScope& scope);
  void check_dates(const Taking& taking, const CaseScope& scope);
  void check_when(const Taking& taking, const CaseScope& scope);
  void check_cites(Taking& taking, const CaseScope& scope);
  void check_guards(const Taking& taking, const CaseScope& scope);
  void check_persons(Taking& taking);
  feel::Entity citing_subject(const CaseScope& scope, const policy::Rule& rule) const;

  // ---- what it does ----
  Result<void> carry_out(Taking& taking);
  void set_fields(const Taking& taking);
  std::string reached(const Taking& taking);
  void write_records(const Taking& taking);
  void write_item(const Taking& taking, const CaseScope& scope, const policy::CaseWrite& write,
                  const Value& item, std::vector<NewVersion>& out);
  std::vector<Taking> openings(const Taking& taking);
  std::optional<Cell> cell_for(const Taking& taking, const CaseScope& scope, const Field& field,
                               const Value& value);
  void put_step(const Taking& taking, const std::string& to);
  void check_writes();
  std::optional<bool> asked(const Taking& taking, const CaseScope& scope, const Formula& when,
                            const Value& item);

  Value evaluate(const CaseScope& scope, const Formula& formula) const {
    if (formula) return scope.evaluate(formula);
    return Value::unknown(
        feel::Cause{feel::Cause::Kind::kOther, {}, {}, {}, {"公式有错", "the formula is faulty"}});
  }
  void refuse(const Taking& taking, std::string name, Text message, std::vector<Text> missing = {});
  // With a form that is at fault, what hangs on it is not told: it is asked again once it is good.
  bool hangs_on_form(const Taking& taking, const Value& value) const {
    return !taking.form.sound && (value.is_unknown() || value.is_null());
  }

  const policy::PolicySet& set_;
  Draft draft_;
  const StepRequest& request_;
  const evaluation::Overrides& overrides_;
  const EverKnown& ever_known_;
  StepOutcome outcome_{{}, {}, {}, {}, {}, {}, false, {}, record::Dataset(set_.catalogue)};
};

// ---- what is asked ----

Result<void> StepTaker::check_bounds() const {
  size_t bytes = size_of(request_.form);
  size_t rows = 0;
  for (const RowsEntered& entered : request_.rows) {
    rows += entered.rows.size();
    for (const Words& row : entered.rows) bytes += size_of(row);
  }
  if (bytes <= kMaxFormBytes && rows <= kMaxRows) return {};
  return Error{
      ErrorCode::kLimit,
      {fmt::format("一步最多填 {} 字节、{} 行", kMaxFormBytes, kMaxRows),
       fmt::format("a step takes {} bytes and {} rows at the most", kMaxFormBytes, kMaxRows)},
      request_.procedure + "." + request_.transition,
      {"缩短文字，长的材料另行存放", "shorten the words; keep long papers elsewhere"}};
}

Result<Taking> StepTaker::find() const {
  Taking out;
  out.procedure = set_.find_procedure(request_.procedure);
  if (out.procedure == nullptr || !set_.steps) {
    std::vector<std::string> names;
    for (const Procedure& procedure : set_.procedures) names.push_back(procedure.name);
    return unknown_name({"没有这个流程", "there is no such procedure"}, request_.procedure, names);
  }
  out.transition = out.procedure->find_transition(request_.transition);
  if (out.transition == nullptr) {
    std::vector<std::string> names;
    for (const Transition& one : out.procedure->transitions) names.push_back(one.name);
    return unknown_name({"这个流程没有这一步", "the procedure has no such step"},
                        request_.transition, names);
  }
  out.type_index = *draft_.data().catalogue().type_index(out.procedure->cases);
  out.type = &draft_.data().catalogue().types[out.type_index];
  out.opens = !request_.case_key.has_value();
  if (out.opens) return out;
  out.key = *request_.case_key;
  const CaseBook book(set_, draft_.data());
  const auto one = book.find(*out.procedure, out.key);
  if (!one) {
    return Error{ErrorCode::kNotFound,
                 {"没有这个案件", "there is no such case"},
                 record::key_for_display(out.key),
                 {"dandang case list 列出全部案件", "dandang case list shows all cases"}};
  }
  out.before = book.steps(*one);
  out.standing = book.standing(*one);
  return out;
}

Result<StepOutcome> StepTaker::take() {
  DD_RETURN_IF_ERROR(check_bounds());
  DD_ASSIGN_OR_RETURN(Taking taking, find());
  // A first entry is only tried: what stays of it is the step's row.
  const bool first_of_two = taking.transition->persons == 2;
  std::optional<record::Dataset> before;
  if (first_of_two) before = draft_.data();
  read_form(taking);
  DD_RETURN_IF_ERROR(enter(taking));
  judge(taking);
  if (outcome_.refusals.empty()) DD_RETURN_IF_ERROR(carry_out(taking));
  if (outcome_.refusals.empty()) check_writes();
  if (outcome_.refusals.empty() && taking.waits) {
    draft_ = Draft(*std::move(before));
    put_step(taking, "");
    outcome_.opened.clear();
    outcome_.to.clear();
  }
  outcome_.waits = taking.waits;
  outcome_.case_key = taking.key;
  outcome_.role = taking.role;
  outcome_.from = taking.standing.state;
  if (outcome_.refusals.empty()) outcome_.versions = draft_.take_versions();
  outcome_.data = draft_.take_data();
  return std::move(outcome_);
}

void StepTaker::refuse(const Taking& taking, std::string name, Text message,
                       std::vector<Text> missing) {
  Refusal refusal;
  refusal.name = std::move(name);
  refusal.clause = taking.procedure->clause;
  refusal.message = std::move(message);
  refusal.missing = std::move(missing);
  refusal.transition = taking.procedure->name + "." + taking.transition->name;
  outcome_.refusals.push_back(std::move(refusal));
}

// ---- the form ----

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

template <typename Use>
void StepTaker::with_scope(const Taking& taking, const Use& use) {
  Model model(set_, draft_.data(), request_.on, overrides_);
  evaluation::Doubt doubt;
  const CaseRef one = ref(taking);
  for (const std::string& field : taking.form.faulty) {
    if (const auto index = taking.type->field_index(field)) {
      doubt.add_cell(taking.type_index, one.row, *index);
    }
  }
  model.doubt(&doubt);
  const CaseScope scope(model, one, taking.before,
                        taking.opens ? request_.on : taking.standing.entered, request_.person);
  use(scope);
}

// ---- its own reasons ----

void StepTaker::judge(Taking& taking) {
  check_state(taking);
  if (!table(taking).row_of(taking.key)) return;
  with_scope(taking, [&](const CaseScope& scope) {
    if (!taking.along) check_person(taking, scope);
    check_not_by(taking, scope);
    check_when(taking, scope);
    check_dates(taking, scope);
    check_cites(taking, scope);
    check_guards(taking, scope);
  });
  if (!taking.along) check_persons(taking);
}

void StepTaker::check_state(const Taking& taking) {
  const Transition& transition = *taking.transition;
  const Procedure& procedure = *taking.procedure;
  if (taking.opens) {
    if (!transition.from.empty()) {
      refuse(taking, "from",
             {"“" + transition.name + "”不能开启案件，要写明案件",
              "\"" + transition.name + "\" opens no case; name the case"});
    }
    if (!procedure.validity.holds_on(request_.on)) {
      refuse(taking, "when",
             {"这个流程在这一天不施行", "the procedure is not in force on the day"});
    }
    return;
  }
  const std::string& state = taking.standing.state;
  if (!contains_word(transition.from, state)) {
    const Text now = state_label(procedure, state);
    std::vector<std::string> zh;
    std::vector<std::string> en;
    for (const std::string& from : transition.from) {
      zh.push_back(from);
      en.push_back(state_label(procedure, from).en);
    }
    if (state.empty()) {
      refuse(taking, "from",
             {"这条记录不是在这里办理的案件", "this record is no case driven here"});
    } else if (transition.from.empty()) {
      refuse(taking, "from",
             {"案件已经开启，现在是“" + now.zh + "”", "the case is open already: " + now.en});
    } else {
      refuse(
          taking, "from",
          {"案件现在是“" + now.zh + "”，这一步要在“" + join(zh, "”或“") + "”时办",
           "the case is in \"" + now.en + "\"; this step leaves \"" + join(en, "\" or \"") + "\""});
    }
  }
  if (!taking.before.empty() && request_.on < taking.before.back().on) {
    const std::string last = taking.before.back().on.to_string();
    refuse(taking, "date",
           {"日期早于上一步（" + last + "）", "the day is before the last step's, " + last});
  }
}

void StepTaker::check_person(Taking& taking, const CaseScope& scope) {
  const std::vector<std::string>& by = taking.transition->by;
  const std::vector<std::string> held = scope.held(by);
  std::vector<std::string> zh;
  std::vector<std::string> en;
  for (const std::string& role : by) {
    const Text label = role_label(set_, *taking.procedure, role);
    zh.push_back(label.zh);
    en.push_back(label.en);
  }
  const std::string person = scope.model().name_of(*scope.person());
  if (!held.empty()) {
    taking.role = held.front();
    if (!taking.opens && !scope.visible()) {
      refuse(taking, "by", {person + "看不到这个案件", person + " may not see this case"});
    }
    return;
  }
  Value any = false;
  for (const std::string& role : by) any = feel::logical_or(any, scope.holds(role));
  if (any.is_true()) {  // then it is the subject's own case
    refuse(taking, "self",
           {person + "是案件的当事人，不能以别的身份办理自己的案件",
            person + " is the case's subject and acts in it as nothing else"});
    return;
  }
  if (hangs_on_form(taking, any)) return;
  if (by.empty()) {
    refuse(taking, "by",
           {"这一步只随别的流程打开：" + join(taking.transition->opened_by, "、"),
            "only another step opens it: " + join(taking.transition->opened_by, ", ")});
    return;
  }
  refuse(taking, "by",
         {person + "在这一天不是" + join(zh, "、") + "，办不了这一步",
          person + " does not act on that day as " + join(en, " or ")},
         causes_of(scope.model(), any));
}

void StepTaker::check_not_by(const Taking& taking, const CaseScope& scope) {
  const Formula& formula = taking.transition->not_by;
  if (!formula.written()) return;
  const Value value = evaluate(scope, formula);
  Value named = false;
  const auto add = [&](const Value& one) {
    if (!one.is_null()) named = feel::logical_or(named, feel::equal(one, *scope.person()));
  };
  if (value.is(Value::Kind::kList)) {
    const feel::List& list = value.list();
    for (const Value& one : list.items) add(one);
    if (list.openness != nullptr && !named.is_true()) {
      const feel::CausesPtr open = list.openness->missing({});
      if (open != nullptr) named = Value::unknown(open);
    }
  } else {
    add(value);
  }
  if (named.is_false() || hangs_on_form(taking, named)) return;
  const std::string person = scope.model().name_of(*scope.person());
  if (named.is_true()) {
    refuse(
        taking, "not_by",
        {person + "要回避：不能由同一人再办这一步", person + " must stand aside from this step"});
  } else {
    refuse(taking, "not_by",
           {"说不清" + person + "是否要回避",
            "it is not known whether " + person + " must stand aside"},
           causes_of(scope.model(), named));
  }
}

void StepTaker::check_when(const Taking& taking, const CaseScope& scope) {
  if (!taking.transition->when.written()) return;
  const Value value = evaluate(scope, taking.transition->when);
  if (value.is_true() || hangs_on_form(taking, value)) return;
  refuse(taking, "when",
         value.is_false() ? Text{"现在不具备办这一步的条件：" + taking.transition->when.source.text,
                                 "the step is not open: " + taking.transition->when.source.text}
                          : Text{"说不清现在能不能办这一步：" + taking.transition->when.source.text,
                                 "it is not known whether the step is open: " +
                                     taking.transition->when.source.text},
         causes_of(scope.model(), value));
}

void StepTaker::check_dates(const Taking& taking, const CaseScope& scope) {
  const auto check = [&](const char* name, const Formula& formula, bool earliest) {
    if (!formula.written()) return;
    const Value value = evaluate(scope, formula);
    if (value.is(Value::Kind::kDate)) {
      const bool good = earliest ? value.date() <= request_.on : request_.on <= value.date();
      if (good) return;
      const std::string day = value.date().to_string();
      refuse(taking, name,
             earliest ? Text{"最早 " + day + " 才能办", "not before " + day}
                      : Text{"最晚 " + day + " 以前办，已经过了", "only until " + day});
      return;
    }
    if (hangs_on_form(taking, value)) return;
    refuse(taking, name, {"说不清这一步的期限", "the step's date is not known"},
           causes_of(scope.model(), value));
  };
  check("not_before", taking.transition->not_before, true);
  check("until", taking.transition->until, false);
}

// Whom a finding is about, for the case: its subject, the case itself, or a group the subject
// makes.
feel::Entity StepTaker::citing_subject(const CaseScope& scope, const policy::Rule& rule) const {
  if (rule.subject == scope.one().procedure->cases) return scope.record();
  const auto subject = scope.subject();
  if (!subject) return {};
  if (scope.model().type_of(*subject).name == rule.subject) return *subject;
  for (const feel::Entity& group : scope.model().subjects(rule.subject)) {
    if (!scope.model().is_group(group)) break;
    for (const policy::Subject& declared : set_.subjects) {
      if (declared.name != rule.subject) continue;
      for (const std::string& by : declared.by) {
        const Value value = scope.model().member(group, by);
        if (value.is(Value::Kind::kEntity) && value.entity() == *subject) return group;
      }
    }
  }
  return {};
}

void StepTaker::check_cites(Taking& taking, const CaseScope& scope) {
  const Transition& transition = *taking.transition;
  if (transition.cites.empty() && (request_.cites.empty() || taking.along)) return;
  evaluation::RunOptions options;
  options.overrides = overrides_;
  evaluation::Run run(set_, draft_.data(), request_.on, options);
  const std::vector<const policy::Rule*> in_force = run.rules();
  const bool chosen = !request_.cites.empty() && !taking.along;
  bool stands = false;
  std::vector<Text> missing;
  for (const std::string& id : chosen ? request_.cites : transition.cites) {
    if (!contains_word(transition.cites, id)) {
      refuse(taking, "cites", {"这一步不能引用 " + id, id + " is not what this step rests on"});
      continue;
    }
    const auto rule = std::find_if(in_force.begin(), in_force.end(),
                                   [&](const policy::Rule* one) { return one->id == id; });
    feel::Entity subject = rule == in_force.end() ? feel::Entity{} : citing_subject(scope, **rule);
    if (subject.source == nullptr) continue;
    run.model().subjects((*rule)->subject);
    subject.source = &run.model();
    const evaluation::Finding finding = run.evaluate(**rule, subject);
    if (!evaluation::concerns(finding)) continue;
    const auto wanted = (*rule)->is_duty ? evaluation::Verdict::kNotMet : evaluation::Verdict::kMet;
    const bool fits = finding.verdict == wanted;
    stands = stands || fits;
    for (const feel::Cause& cause : finding.missing) {
      missing.push_back(evaluation::describe_cause(run.model(), cause));
    }
    if (!fits && !chosen) continue;
    taking.cites += (taking.cites.empty() ? "" : "; ") + id + " " + verdict_id(finding.verdict);
  }
  if (stands || transition.cites.empty()) return;
  if (!transition.departs.empty()) {
    const auto field = taking.type->field_index(transition.departs);
    if (field && !table(taking).columns[*field].is_blank(scope.one().row)) return;
  }
  if (!taking.form.sound && !missing.empty()) return;
  const std::string rules = join(chosen ? request_.cites : transition.cites, "、");
  const std::string otherwise =
      transition.departs.empty() ? "" : "；另有理由的填“" + transition.departs + "”";
  const std::string otherwise_en =
      transition.departs.empty() ? ""
                                 : "; with another reason, fill in \"" + transition.departs + "\"";
  refuse(
      taking, "cites",
      {"没有认定可以引用：" + rules + otherwise, "no finding to rest on: " + rules + otherwise_en},
      std::move(missing));
}

void StepTaker::check_guards(const Taking& taking, const CaseScope& scope) {
  const std::string step = taking.procedure->name + "." + taking.transition->name;
  for (const Guard& guard : set_.guards) {
    if (guard.kind != Guard::Kind::kTransition || !contains_word(guard.on, step) ||
        !guard.validity.holds_on(request_.on)) {
      continue;
    }
    const Formula& condition =
        guard.refuse_unless.written() ? guard.refuse_unless : guard.refuse_if;
    const Value value = condition ? scope.evaluate(condition, guard.package) : Value();
    if (!refuses(guard, value) || hangs_on_form(taking, value)) continue;
    std::vector<std::pair<std::string, Text>> values;
    for (const auto& [name, formula] : guard.values) {
      if (formula) {
        values.emplace_back(name, text_of(scope.model(), scope.evaluate(formula, guard.package)));
      }
    }
    refuse(taking, guard.name, filled(guard.message, values), causes_of(scope.model(), value));
    outcome_.refusals.back().clause = guard.clause;
    outcome_.refusals.back().values = std::move(values);
  }
}

// The first person's entry waits; a second one must enter the same.
void StepTaker::check_persons(Taking& taking) {
  if (taking.transition->persons != 2) return;
  if (taking.opens) {
    refuse(taking, "persons",
           {"开启案件的一步不能由两人分别填报", "a step that opens a case is not entered by two"});
    return;
  }
  const StepTaken* first = nullptr;
  for (const StepTaken& step : taking.before) {
    if (!step.to.empty()) {
      first = nullptr;
    } else if (step.transition == taking.transition->name) {
      first = &step;
    }
  }
  taking.waits = first == nullptr;
  if (first == nullptr) return;
  if (first->by == request_.person) {
    refuse(taking, "persons", {"第二次填报要由另一人办理", "a second person must enter it"});
    return;
  }
  if (!taking.form.sound) return;
  boost::system::error_code code;
  const json::value parsed = json::parse(first->content, code);
  const json::object theirs = parsed.is_object() ? parsed.as_object() : json::object();
  const json::object ours = content_of(draft_.data().catalogue(), *taking.type, taking.form);
  std::vector<std::string> differing;
  for (const auto& [name, value] : ours) {
    const json::value* other = theirs.if_contains(name);
    if (other == nullptr || *other != value) differing.emplace_back(name);
  }
  for (const auto& [name, value] : theirs) {
    if (!ours.contains(name)) differing.emplace_back(name);
  }
  if (differing.empty()) return;
  refuse(taking, "persons",
         {"两人填报不一致：" + join(differing, "、"),
          "the two entries differ: " + join(differing, ", ")});
}

// ---- what it does ----

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
  for (const auto& [name, formula] : taking.transition->sets) {
    const auto field = taking.type->field_index(name);
    std::optional<Cell> cell;
    with_scope(taking, [&](const CaseScope& scope) {
      cell = cell_for(taking, scope, taking.type->fields[*field], evaluate(scope, formula));
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
  const json::object content = content_of(draft_.data().catalogue(), *taking.type, taking.form);
  put(names.content, content.empty() ? Cell() : Cell(json::serialize(content)));
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

}  // namespace

Result<StepOutcome> take_step(const policy::PolicySet& set, record::Dataset data,
                              const StepRequest& request, const evaluation::Overrides& overrides,
                              const EverKnown& ever_known) {
  return StepTaker(set, std::move(data), request, overrides, ever_known).take();
}

}  // namespace dandang::procedure

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "app/command.h"
#include "app/workspace.h"
#include "base/text.h"
#include "evaluation/describe.h"
#include "format/file_io.h"
#include "procedure/case_book.h"
#include "procedure/case_scope.h"
#include "procedure/step.h"
#include "procedure/tasks.h"

namespace dandang::app {
namespace json = boost::json;

namespace {

using evaluation::Model;
using policy::Procedure;
using procedure::CaseBook;
using procedure::CaseRef;
using procedure::Refusal;
using procedure::StepOutcome;
using procedure::StepRequest;
using procedure::StepTaken;
using procedure::Task;

// What a command says, and its exit code.
struct Answer {
  std::string text;
  int code = kDone;
};

std::string padded(const std::string& text, size_t width) {
  const size_t used = display_width(text);
  return text + std::string(used < width ? width - used : 1, ' ');
}

// ---- what is asked ----

Result<std::pair<std::string, std::string>> assignment_of(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals != std::string::npos && equals > 0) {
    return std::pair(text.substr(0, equals), text.substr(equals + 1));
  }
  return Error{ErrorCode::kBadUsage,
               {"要写成 项目=内容", "write FIELD=VALUE"},
               text,
               {"例：--with 情形=先行先试", "as --with FIELD=VALUE"}};
}

Error bad_form(const std::string& path) {
  return {ErrorCode::kBadInput,
          {"不是一份表单", "this is no form"},
          path,
          {"写成 {\"项目\": \"内容\", \"记录类型\": [{\"项目\": \"内容\"}]}",
           "write {\"FIELD\": \"VALUE\", \"RECORD TYPE\": [{\"FIELD\": \"VALUE\"}]}"}};
}

Result<std::string> word_from(const json::value& value, const std::string& path) {
  if (value.is_null()) return std::string();
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_bool()) return std::string(value.as_bool() ? "true" : "false");
  if (value.is_int64()) return std::to_string(value.as_int64());
  // Written as a number with a point it has been through binary floating point already.
  return bad_form(path);
}

Result<void> read_form_file(const std::string& path, StepRequest& request) {
  constexpr size_t kMaxFile = 4 * procedure::kMaxFormBytes;
  DD_ASSIGN_OR_RETURN(const std::string text, format::read_file(path, kMaxFile));
  boost::system::error_code code;
  const json::value parsed = json::parse(text, code);
  if (code || !parsed.is_object()) return bad_form(path);
  for (const auto& [name, value] : parsed.as_object()) {
    if (!value.is_array()) {
      DD_ASSIGN_OR_RETURN(std::string word, word_from(value, path));
      request.form.emplace_back(name, std::move(word));
      continue;
    }
    procedure::RowsEntered entered{std::string(name), {}};
    for (const json::value& row : value.as_array()) {
      if (!row.is_object()) return bad_form(path);
      procedure::Words words;
      for (const auto& [field, cell] : row.as_object()) {
        DD_ASSIGN_OR_RETURN(std::string word, word_from(cell, path));
        words.emplace_back(field, std::move(word));
      }
      entered.rows.push_back(std::move(words));
    }
    request.rows.push_back(std::move(entered));
  }
  return {};
}

// The transition that opens cases of the procedure, if there is one that people take.
Result<std::string> opening_of(const Procedure& procedure) {
  std::vector<std::string> names;
  for (const policy::Transition& transition : procedure.transitions) {
    if (transition.from.empty() && !transition.by.empty()) names.push_back(transition.name);
  }
  if (names.size() == 1) return names.front();
  return Error{
      ErrorCode::kBadUsage,
      names.empty() ? Text{"这个流程只随别的流程开启",
                           "cases of this procedure are only opened by other steps"}
                    : Text{"有几种开启方式", "there are several ways to open it"},
      procedure.name,
      {"写 流程.动作：" + join(names, "、"), "write PROCEDURE.STEP: " + join(names, ", ")}};
}

Result<StepRequest> request_from(const Arguments& arguments, const Workspace& workspace,
                                 bool opens) {
  StepRequest out;
  DD_ASSIGN_OR_RETURN(out.on, required_date(arguments, "--on"));
  if (arguments.value("--by").empty()) {
    return Error{ErrorCode::kBadUsage,
                 {"没有写经办人", "nobody is named who acts"},
                 "--by",
                 {"补上 --by 身份证号或者姓名", "add --by with an identity number or a name"}};
  }
  DD_ASSIGN_OR_RETURN(out.person, procedure::find_person(*workspace.data, arguments.value("--by")));
  if (opens) {
    const std::string& what = arguments.positional[2];
    const size_t dot = what.find('.');
    out.procedure = what.substr(0, dot);
    const Procedure* procedure = workspace.policy->find_procedure(out.procedure);
    if (dot != std::string::npos) {
      out.transition = what.substr(dot + 1);
    } else if (procedure != nullptr) {
      DD_ASSIGN_OR_RETURN(out.transition, opening_of(*procedure));
    }
  } else {
    const CaseBook book(*workspace.policy, *workspace.data);
    DD_ASSIGN_OR_RETURN(const CaseRef one, book.find(arguments.positional[2]));
    out.procedure = one.procedure->name;
    out.case_key = book.key(one);
    out.transition = arguments.positional[3];
  }
  for (const std::string& text : arguments.list("--with")) {
    DD_ASSIGN_OR_RETURN(auto pair, assignment_of(text));
    out.form.push_back(std::move(pair));
  }
  if (arguments.has("--form")) {
    DD_RETURN_IF_ERROR(read_form_file(arguments.value("--form"), out));
  }
  out.cites = arguments.list("--cite");
  return out;
}

// ---- a step ----

json::object refusal_json(const Refusal& refusal) {
  json::object values;
  for (const auto& [name, value] : refusal.values) values[name] = value.zh;
  json::array missing;
  for (const Text& line : refusal.missing) missing.emplace_back(line.zh);
  return {{"name", refusal.name},
          {"clause", refusal.clause},
          {"step", refusal.transition},
          {"message", refusal.message.zh},
          {"message_en", refusal.message.in(Language::kEnglish)},
          {"field", refusal.field},
          {"values", std::move(values)},
          {"missing", std::move(missing)}};
}

std::string number_of(const CaseBook& book, const Procedure& procedure, const std::string& key) {
  const auto one = book.find(procedure, key);
  return one ? book.number(*one) : record::key_for_display(key);
}

json::object outcome_json(const policy::PolicySet& set, const StepRequest& request,
                          const StepOutcome& outcome,
                          const std::optional<record::ChangeSetId>& id) {
  const CaseBook book(set, outcome.data);
  const Procedure& procedure = *set.find_procedure(request.procedure);
  json::array refusals;
  for (const Refusal& refusal : outcome.refusals) refusals.push_back(refusal_json(refusal));
  json::array opened;
  for (const procedure::OpenedCase& one : outcome.opened) {
    const Procedure& of = *set.find_procedure(one.procedure);
    opened.push_back(json::object{{"procedure", one.procedure},
                                  {"case", number_of(book, of, one.key)},
                                  {"key", record::key_for_display(one.key)}});
  }
  json::object out{{"procedure", request.procedure},
                   {"step", request.transition},
                   {"taken", outcome.refusals.empty() && !outcome.waits},
                   {"waits", outcome.refusals.empty() && outcome.waits},
                   {"role", outcome.role},
                   {"from", outcome.from},
                   {"to", outcome.to}};
  if (outcome.refusals.empty()) {
    out["case"] = number_of(book, procedure, outcome.case_key);
    out["key"] = record::key_for_display(outcome.case_key);
    out["opened"] = std::move(opened);
  }
  out["refusals"] = std::move(refusals);
  out["change_set"] = id ? json::value(*id) : json::value(nullptr);
  return out;
}

std::string refusals_text(const StepRequest& request, const std::vector<Refusal>& refusals,
                          Language language) {
  const bool zh = language == Language::kChinese;
  const std::string step = request.procedure + "." + request.transition;
  std::string out = zh ? "不能办“" + step + "”，什么也没有写入：\n"
                       : "\"" + step + "\" is refused; nothing was written:\n";
  for (const Refusal& refusal : refusals) {
    const std::string clause = refusal.clause.empty() ? "" : refusal.clause + "  ";
    const std::string where =
        refusal.transition.empty() || refusal.transition == step
            ? ""
            : (zh ? "（" + refusal.transition + "）" : " (" + refusal.transition + ")");
    out += "  " + refusal.name + "  " + clause + refusal.message.in(language) + where + "\n";
    for (const Text& missing : refusal.missing) out += "      " + missing.in(language) + "\n";
  }
  return out;
}

std::string taken_text(const policy::PolicySet& set, const StepRequest& request,
                       const StepOutcome& outcome, const std::optional<record::ChangeSetId>& id,
                       Language language) {
  const bool zh = language == Language::kChinese;
  const CaseBook book(set, outcome.data);
  const Procedure& procedure = *set.find_procedure(request.procedure);
  const std::string number = number_of(book, procedure, outcome.case_key);
  const std::string step = request.procedure + "." + request.transition;
  const std::string written =
      id ? (zh ? "（第 " + std::to_string(*id) + " 批）"
               : " (change set " + std::to_string(*id) + ")")
         : (zh ? "（试办：什么都没有写入）" : " (dry run: nothing was written)");
  std::string out;
  if (outcome.waits) {
    return zh ? number + "  " + step + "：已记下第一人所填，等另一人填报同样的内容" + written + "\n"
              : number + "  " + step +
                    ": the first entry is kept, a second person enters the same" + written + "\n";
  }
  const std::string from = procedure::state_label(procedure, outcome.from).in(language);
  const std::string to = procedure::state_label(procedure, outcome.to).in(language);
  out += number + "  " + step + (zh ? "：" : ": ") + (from.empty() ? "" : from + " ") + "→ " + to +
         written + "\n";
  for (const procedure::OpenedCase& one : outcome.opened) {
    const std::string opened =
        one.procedure + " " + number_of(book, *set.find_procedure(one.procedure), one.key);
    out += zh ? "  同时开启 " + opened + "\n" : "  opened with it: " + opened + "\n";
  }
  return out;
}

Result<record::ApplyOutcome> write(const Workspace& workspace, const StepRequest& request,
                                   const StepOutcome& outcome) {
  const record::Table& people =
      *outcome.data.find_table(policy::person_type(*workspace.policy->catalogue)->name);
  const auto name_field = people.type->field_index(people.type->name_field);
  const std::string number = record::key_for_display(people.key(request.person));
  const CaseBook book(*workspace.policy, outcome.data);
  record::ChangeSet change_set;
  change_set.recorded_at = utc_now();
  change_set.author = number;
  if (name_field && !people.columns[*name_field].is_blank(request.person)) {
    change_set.author =
        std::string(people.columns[*name_field].text_at(request.person)) + " " + number;
  }
  change_set.reason =
      request.procedure + "." + request.transition + " " +
      number_of(book, *workspace.policy->find_procedure(request.procedure), outcome.case_key);
  change_set.versions = outcome.versions;
  return workspace.store->apply(*workspace.policy->catalogue, change_set);
}

Result<Answer> step(const Arguments& arguments, Language language, bool opens) {
  DD_ASSIGN_OR_RETURN(Workspace workspace, open_workspace(arguments.positional[1], std::nullopt));
  DD_ASSIGN_OR_RETURN(const StepRequest request, request_from(arguments, workspace, opens));
  const procedure::EverKnown ever_known = [&](const std::string& type,
                                              const std::string& key) -> Result<bool> {
    DD_ASSIGN_OR_RETURN(const auto versions,
                        workspace.store->history(*workspace.policy->catalogue, type, key));
    return !versions.empty();
  };
  // Only this step is tried on the records, so they need no copy.
  DD_ASSIGN_OR_RETURN(
      const StepOutcome outcome,
      procedure::take_step(*workspace.policy, std::move(*workspace.data), request, {}, ever_known));
  const bool taken = outcome.refusals.empty();
  std::optional<record::ChangeSetId> id;
  if (taken && !arguments.has("--dry-run")) {
    DD_ASSIGN_OR_RETURN(const record::ApplyOutcome applied, write(workspace, request, outcome));
    id = applied.id;
  }
  Answer answer;
  answer.code = taken ? kDone : kAnswerIsNo;
  if (arguments.has("--json")) {
    answer.text = json::serialize(outcome_json(*workspace.policy, request, outcome, id)) + "\n";
  } else if (taken) {
    answer.text = taken_text(*workspace.policy, request, outcome, id, language);
  } else {
    answer.text = refusals_text(request, outcome.refusals, language);
  }
  return answer;
}

// ---- people and cases by name ----

std::string name_of(const Model& model, const std::string& type, std::optional<size_t> row) {
  const auto index = model.data().catalogue().type_index(type);
  if (!row || !index) return {};
  return model.name_of({&model, static_cast<uint32_t>(*index), static_cast<uint32_t>(*row)});
}

std::string person_name(const Model& model, std::optional<size_t> row) {
  const record::RecordType* type = policy::person_type(model.data().catalogue());
  return type == nullptr ? std::string() : name_of(model, type->name, row);
}

std::string subject_name(const Model& model, const CaseBook& book, const CaseRef& one) {
  const record::RecordType& type = model.data().catalogue().types[one.type];
  const record::Field* field = type.find_field(one.procedure->subject);
  return field == nullptr ? std::string() : name_of(model, field->ref_type, book.subject(one));
}

std::string names_of(const Model& model, const std::vector<size_t>& persons, Language language) {
  constexpr size_t kShown = 5;
  const bool zh = language == Language::kChinese;
  if (persons.empty()) return zh ? "没有人担任" : "nobody";
  std::vector<std::string> names;
  for (size_t i = 0; i < std::min(persons.size(), kShown); ++i) {
    names.push_back(person_name(model, persons[i]));
  }
  std::string out = join(names, zh ? "、" : ", ");
  if (persons.size() > kShown) {
    const std::string all = std::to_string(persons.size());
    out += zh ? "等 " + all + " 人" : " and others, " + all + " in all";
  }
  return out;
}

std::string roles_text(const Model& model, const Procedure& procedure,
                       const std::vector<std::string>& roles, Language language) {
  std::vector<std::string> names;
  for (const std::string& role : roles) {
    names.push_back(procedure::role_label(model.set(), procedure, role).in(language));
  }
  return join(names, language == Language::kChinese ? "、" : ", ");
}

// Whether the person may see the case on the model's day; without a person everybody may.
bool may_see(Model& model, const CaseBook& book, const CaseRef& one,
             const std::optional<size_t>& person) {
  if (!person) return true;
  return procedure::CaseScope(model, one, book.steps(one), book.standing(one).entered, person)
      .visible();
}

Result<std::optional<size_t>> person_from(const Arguments& arguments, const char* option,
                                          const record::Dataset& data) {
  if (arguments.value(option).empty()) return std::optional<size_t>();
  DD_ASSIGN_OR_RETURN(const size_t row, procedure::find_person(data, arguments.value(option)));
  return std::optional<size_t>(row);
}

// ---- list ----

Result<Answer> list(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(Workspace workspace, open_workspace(arguments.positional[1], std::nullopt));
  DD_ASSIGN_OR_RETURN(const auto viewer, person_from(arguments, "--as", *workspace.data));
  Model model(*workspace.policy, *workspace.data, as_of);
  const CaseBook book(*workspace.policy, *workspace.data);
  const bool zh = language == Language::kChinese;
  const std::string wanted = arguments.value("--procedure");
  if (!wanted.empty() && workspace.policy->find_procedure(wanted) == nullptr) {
    return Error{ErrorCode::kNotFound,
                 {"没有这个流程", "there is no such procedure"},
                 wanted,
                 {"核对名称", "check it"}};
  }
  json::array rows;
  std::string text = padded(zh ? "案件" : "case", 20) + padded(zh ? "流程" : "procedure", 20) +
                     padded(zh ? "状态" : "state", 14) + padded(zh ? "当事人" : "subject", 12) +
                     (zh ? "进入日期" : "since") + "\n";
  size_t count = 0;
  for (const Procedure& procedure : workspace.policy->procedures) {
    if (!wanted.empty() && procedure.name != wanted) continue;
    for (const CaseRef& one : book.cases(procedure)) {
      const procedure::Standing standing = book.standing_on(one, as_of);
      const std::string state = arguments.value("--state");
      if (standing.state.empty() || (!state.empty() && standing.state != state)) continue;
      const std::string subject = subject_name(model, book, one);
      if (const std::string id = arguments.value("--subject"); !id.empty()) {
        const record::Field* field =
            workspace.data->catalogue().types[one.type].find_field(procedure.subject);
        const auto row = book.subject(one);
        const bool same =
            subject == id ||
            (field != nullptr && row &&
             record::key_for_display(workspace.data->find_table(field->ref_type)->key(*row)) == id);
        if (!same) continue;
      }
      if (!may_see(model, book, one, viewer)) continue;
      ++count;
      const std::string since = standing.entered ? standing.entered->to_string() : "";
      rows.push_back(json::object{{"procedure", procedure.name},
                                  {"case", book.number(one)},
                                  {"key", book.shown(one)},
                                  {"state", standing.state},
                                  {"subject", subject},
                                  {"since", since}});
      text += padded(book.number(one), 20) +
              padded(zh || procedure.label_en.empty() ? procedure.name : procedure.label_en, 20) +
              padded(procedure::state_label(procedure, standing.state).in(language), 14) +
              padded(subject, 12) + since + "\n";
    }
  }
  if (arguments.has("--json")) return Answer{json::serialize(rows) + "\n"};
  return Answer{
      text + (zh ? "共 " + std::to_string(count) + " 件\n" : std::to_string(count) + " cases\n")};
}

// ---- tasks ----

json::array names_json(const Model& model, const std::vector<size_t>& persons) {
  json::array out;
  for (const size_t person : persons) out.emplace_back(person_name(model, person));
  return out;
}

json::object task_json(const Model& model, const CaseBook& book, const Task& task) {
  json::array roles;
  for (const std::string& role : task.roles) roles.emplace_back(role);
  json::array told;
  for (const std::string& role : task.escalated_to) told.emplace_back(role);
  json::array missing;
  for (const Text& line : task.missing) missing.emplace_back(line.zh);
  const auto date = [](const std::optional<Date>& day) {
    return day ? json::value(day->to_string()) : json::value(nullptr);
  };
  return {{"procedure", task.one.procedure->name},
          {"case", book.number(task.one)},
          {"key", book.shown(task.one)},
          {"subject", subject_name(model, book, task.one)},
          {"state", task.state},
          {"since", date(task.entered)},
          {"days", task.age ? json::value(*task.age) : json::value(nullptr)},
          {"step", task.transition->name},
          {"roles", std::move(roles)},
          {"persons", names_json(model, task.persons)},
          {"due", date(task.due)},
          {"overdue", task.overdue},
          {"not_configured", task.not_configured},
          {"missing", std::move(missing)},
          {"escalated_to", std::move(told)},
          {"told", names_json(model, task.told)},
          {"second_person", task.second_person},
          {"lapsed", task.lapsed}};
}

std::string due_text(const Task& task, Date as_of, Language language) {
  const bool zh = language == Language::kChinese;
  std::string out;
  if (task.due) {
    out = (zh ? "期限 " : "due ") + task.due->to_string();
    const std::string days = std::to_string(as_of.days() - task.due->days());
    if (task.overdue) out += zh ? "，超期 " + days + " 天" : ", " + days + " days late";
  } else if (task.age) {
    const std::string days = std::to_string(*task.age);
    out = zh ? "已 " + days + " 天" : days + " days so far";
    if (task.not_configured) out += zh ? "，期限未设定" : ", no term set";
  }
  if (task.lapsed) out += zh ? "，已过可办的日期" : ", past the last day for it";
  return out;
}

std::string task_lines(const Model& model, const Task& task, const std::string& head, Date as_of,
                       Language language) {
  const bool zh = language == Language::kChinese;
  const Procedure& procedure = *task.one.procedure;
  std::string out = head + task.transition->name;
  if (task.second_person) out += zh ? "（等第二人）" : " (a second person)";
  out += (zh ? "：" : ": ") + roles_text(model, procedure, task.roles, language);
  out += zh ? "（" + names_of(model, task.persons, language) + "）"
            : " (" + names_of(model, task.persons, language) + ")";
  const std::string due = due_text(task, as_of, language);
  if (!due.empty()) out += "  " + due;
  out += "\n";
  if (!task.escalated_to.empty()) {
    const std::string roles = roles_text(model, procedure, task.escalated_to, language);
    const std::string names = names_of(model, task.told, language);
    out += zh ? "      上报 " + roles + "（" + names + "）\n"
              : "      told to " + roles + " (" + names + ")\n";
  }
  for (const Text& missing : task.missing) out += "      " + missing.in(language) + "\n";
  return out;
}

Result<Answer> tasks(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(Workspace workspace, open_workspace(arguments.positional[1], std::nullopt));
  procedure::TaskOptions options;
  DD_ASSIGN_OR_RETURN(options.person, person_from(arguments, "--for", *workspace.data));
  options.overdue = arguments.has("--overdue");
  evaluation::Run run(*workspace.policy, *workspace.data, as_of);
  Model& model = run.model();
  const CaseBook book(*workspace.policy, *workspace.data);
  const std::vector<Task> found = procedure::tasks(model, book, options);
  // What the findings propose is everybody's to see, and nobody's task.
  std::vector<procedure::Proposal> proposed;
  if (!options.person && !options.overdue) proposed = procedure::proposals(run, book);
  const bool zh = language == Language::kChinese;
  if (arguments.has("--json")) {
    json::array list;
    for (const Task& task : found) list.push_back(task_json(model, book, task));
    json::array proposals;
    for (const procedure::Proposal& one : proposed) {
      proposals.push_back(json::object{{"rule", one.rule->id},
                                       {"procedure", one.procedure->name},
                                       {"subject", model.key_of(one.subject)},
                                       {"name", model.name_of(one.subject)}});
    }
    return Answer{json::serialize(json::object{{"tasks", std::move(list)},
                                               {"proposals", std::move(proposals)}}) +
                  "\n"};
  }
  std::string out;
  for (const Task& task : found) {
    const std::string subject = subject_name(model, book, task.one);
    const std::string head = book.number(task.one) + (subject.empty() ? "" : " " + subject) + "  " +
                             procedure::state_label(*task.one.procedure, task.state).in(language) +
                             " → ";
    out += task_lines(model, task, head, as_of, language);
  }
  const auto overdue =
      std::count_if(found.begin(), found.end(), [](const Task& task) { return task.overdue; });
  out += zh ? "共 " + std::to_string(found.size()) + " 项待办，" + std::to_string(overdue) +
                  " 项超期\n"
            : std::to_string(found.size()) + " tasks, " + std::to_string(overdue) + " overdue\n";
  if (proposed.empty()) return Answer{out};
  out += zh ? "可以开启（由有权的人决定）：\n" : "may be opened (people decide):\n";
  for (const procedure::Proposal& one : proposed) {
    out += "  " + one.procedure->name + "  " + model.name_of(one.subject) + "  " + one.rule->id +
           " " + one.rule->title.in(language) + "\n";
  }
  return Answer{out};
}

// ---- show ----

std::string content_lines(const StepTaken& step) {
  std::string out;
  boost::system::error_code code;
  const json::value content = json::parse(step.content.empty() ? "{}" : step.content, code);
  if (code || !content.is_object()) return out;
  const auto words = [](const json::value& value) {
    return value.is_string() ? std::string(value.as_string()) : std::string("（空）");
  };
  for (const auto& [name, value] : content.as_object()) {
    if (!value.is_array()) {
      out += "      " + std::string(name) + ": " + words(value) + "\n";
      continue;
    }
    for (const json::value& row : value.as_array()) {
      std::vector<std::string> cells;
      if (!row.is_object()) continue;
      for (const auto& [field, cell] : row.as_object()) {
        cells.push_back(std::string(field) + " " + words(cell));
      }
      out += "      " + std::string(name) + ": " + join(cells, "，") + "\n";
    }
  }
  return out;
}

std::string history_line(const Model& model, const Procedure& procedure, const StepTaken& step,
                         Language language) {
  const bool zh = language == Language::kChinese;
  const std::string role =
      step.role.empty() ? ""
                        : procedure::role_label(model.set(), procedure, step.role).in(language);
  std::string out = "  " + step.on.to_string() + "  " + person_name(model, step.by);
  if (!role.empty()) out += zh ? "（" + role + "）" : " (" + role + ")";
  out += "  " + step.transition + (zh ? "：" : ": ");
  const std::string from = procedure::state_label(procedure, step.from).in(language);
  if (step.to.empty()) {
    out += zh ? "第一人所填，等另一人" : "the first entry of two";
  } else {
    out += (from.empty() ? "" : from + " ") + "→ " +
           procedure::state_label(procedure, step.to).in(language);
  }
  if (!step.cites.empty()) {
    out += zh ? "（引用 " + step.cites + "）" : " (citing " + step.cites + ")";
  }
  return out + "\n" + content_lines(step);
}

json::object step_json(const Model& model, const StepTaken& step) {
  boost::system::error_code code;
  json::value content = json::parse(step.content.empty() ? "{}" : step.content, code);
  return {{"on", step.on.to_string()},
          {"by", person_name(model, step.by)},
          {"role", step.role},
          {"step", step.transition},
          {"from", step.from},
          {"to", step.to},
          {"content", code ? json::value(nullptr) : std::move(content)},
          {"cites", step.cites}};
}

std::string fields_text(const Model& model, const CaseRef& one, Language language) {
  const record::RecordType& type = model.data().catalogue().types[one.type];
  const record::Table& table = model.data().table(one.type);
  std::string out;
  for (size_t f = 0; f < type.fields.size(); ++f) {
    if (table.columns[f].is_blank(one.row)) continue;
    const Text label = evaluation::label_of(type.fields[f].name, type.fields[f].label_en);
    const Text value =
        evaluation::cell_text(model, type.fields[f], table.columns[f].cell_at(one.row));
    out += "  " + label.in(language) + ": " + value.in(language) + "\n";
  }
  return out;
}

Result<Answer> show(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(Workspace workspace, open_workspace(arguments.positional[1], std::nullopt));
  const CaseBook book(*workspace.policy, *workspace.data);
  DD_ASSIGN_OR_RETURN(const CaseRef one, book.find(arguments.positional[2]));
  std::vector<StepTaken> steps = book.steps(one);
  Date day = steps.empty() ? Date() : steps.back().on;
  if (arguments.has("--as-of")) {
    DD_ASSIGN_OR_RETURN(day, required_date(arguments, "--as-of"));
    std::erase_if(steps, [&](const StepTaken& step) { return day < step.on; });
  }
  DD_ASSIGN_OR_RETURN(const auto viewer, person_from(arguments, "--as", *workspace.data));
  Model model(*workspace.policy, *workspace.data, day);
  const bool zh = language == Language::kChinese;
  if (!may_see(model, book, one, viewer)) {
    return Error{ErrorCode::kNotFound,
                 {"这个人看不到这个案件", "this person may not see the case"},
                 arguments.positional[2],
                 {"由有权的人查看", "ask somebody who may"}};
  }
  const procedure::Standing standing = book.standing_on(one, day);
  std::vector<Task> next;
  if (arguments.has("--as-of")) next = procedure::next_steps(model, book, one);
  if (arguments.has("--json")) {
    json::array history;
    for (const StepTaken& step : steps) history.push_back(step_json(model, step));
    json::array may;
    for (const Task& task : next) may.push_back(task_json(model, book, task));
    const json::object out{
        {"procedure", one.procedure->name},
        {"case", book.number(one)},
        {"key", book.shown(one)},
        {"subject", subject_name(model, book, one)},
        {"state", standing.state},
        {"since", standing.entered ? json::value(standing.entered->to_string()) : nullptr},
        {"history", std::move(history)},
        {"next", std::move(may)}};
    return Answer{json::serialize(out) + "\n"};
  }
  const std::string since = standing.entered ? standing.entered->to_string() : "";
  std::string out = one.procedure->name + " " + book.number(one) + "  " +
                    procedure::state_label(*one.procedure, standing.state).in(language);
  if (!since.empty()) out += zh ? "（" + since + " 起）" : " (since " + since + ")";
  out += "\n" + fields_text(model, one, language) + (zh ? "经过\n" : "What was done\n");
  for (const StepTaken& step : steps) out += history_line(model, *one.procedure, step, language);
  if (!arguments.has("--as-of")) return Answer{out};
  out += zh ? "下一步\n" : "What may follow\n";
  if (next.empty()) out += zh ? "  没有\n" : "  nothing\n";
  for (const Task& task : next) out += task_lines(model, task, "  ", day, language);
  return Answer{out};
}

// ---- which of them ----

struct Subcommand {
  const char* name;
  CommandShape shape;
  Result<Answer> (*run)(const Arguments&, Language);
};

const std::vector<Subcommand>& subcommands() {
  static const std::vector<std::string> kStepValues{"--by", "--on", "--form"};
  static const std::vector<std::string> kStepLists{"--with", "--cite"};
  static const std::vector<std::string> kStepSwitches{"--dry-run", "--json"};
  static const std::vector<Subcommand> kAll{
      {"open",
       {"case open DIR PROCEDURE[.STEP] --by PERSON --on DATE [--with FIELD=VALUE…] [--form "
        "FILE.json] [--cite RULE…] [--dry-run] [--json]",
        3, 3, kStepValues, kStepLists, kStepSwitches},
       [](const Arguments& a, Language l) { return step(a, l, true); }},
      {"do",
       {"case do DIR CASE STEP --by PERSON --on DATE [--with FIELD=VALUE…] [--form FILE.json] "
        "[--cite RULE…] [--dry-run] [--json]",
        4, 4, kStepValues, kStepLists, kStepSwitches},
       [](const Arguments& a, Language l) { return step(a, l, false); }},
      {"list",
       {"case list DIR --as-of DATE [--procedure P] [--state S] [--subject ID] [--as PERSON] "
        "[--json]",
        2,
        2,
        {"--as-of", "--procedure", "--state", "--subject", "--as"},
        {},
        {"--json"}},
       list},
      {"show",
       {"case show DIR CASE [--as-of DATE] [--as PERSON] [--json]",
        3,
        3,
        {"--as-of", "--as"},
        {},
        {"--json"}},
       show},
      {"tasks",
       {"case tasks DIR --as-of DATE [--for PERSON] [--overdue] [--json]",
        2,
        2,
        {"--as-of", "--for"},
        {},
        {"--overdue", "--json"}},
       tasks},
  };
  return kAll;
}

}  // namespace

int run_case(const Words& words, Language language) {
  const std::string what = words.empty() ? std::string() : words[0];
  if (what == "document") return run_case_document(words, language);
  for (const Subcommand& command : subcommands()) {
    if (what != command.name) continue;
    const auto arguments = parse_arguments(command.shape, words);
    if (!arguments) return fail(arguments.error(), language);
    const auto answer = command.run(*arguments, language);
    if (!answer) return fail(answer.error(), language);
    std::printf("%s", answer->text.c_str());
    return answer->code;
  }
  return fail(Error{ErrorCode::kBadUsage,
                    {"没有这个子命令", "there is no such subcommand"},
                    what,
                    {"用 open、do、list、show、tasks 或 document",
                     "use open, do, list, show, tasks or document"}},
              language);
}

}  // namespace dandang::app

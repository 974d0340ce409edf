#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "app/command.h"
#include "app/parameter_value.h"
#include "app/recording_time.h"
#include "app/rule_lookup.h"
#include "app/simulation_output.h"
#include "app/workspace.h"
#include "policy/link.h"

namespace dandang::app {
namespace fs = std::filesystem;

namespace {

// Trials spent on who is one fact away, for each side: a few seconds.
constexpr size_t kNearEvaluations = 30'000;

using evaluation::Setting;

struct Draft {
  std::vector<std::string> ids;
  std::vector<policy::SourceFile> files;  // all packages, the drafts among them
  policy::PolicySet set;
  std::unique_ptr<record::Dataset> data;
};

Result<std::vector<TriedSetting>> read_settings(const std::vector<std::string>& assignments,
                                                const policy::PolicySet& set,
                                                const evaluation::Model& model) {
  if (assignments.size() > evaluation::kMaxSettings) {
    const std::string most = std::to_string(evaluation::kMaxSettings);
    return Error{
        ErrorCode::kLimit,
        {"一次最多试改 " + most + " 个标准", "at most " + most + " settings at once"},
        "--set",
        {"每一种组合都要算一遍；分几次模拟", "every combination is run; simulate in several goes"}};
  }
  std::vector<TriedSetting> out;
  for (const std::string& assignment : assignments) {
    const size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{ErrorCode::kBadUsage, {"要写成 名称=值", "write NAME=VALUE"}, assignment, {}};
    }
    TriedSetting setting;
    DD_ASSIGN_OR_RETURN(setting.parameter, find_parameter(set, assignment.substr(0, equals)));
    setting.value = assignment.substr(equals + 1);
    if (!fits_parameter(*setting.parameter, setting.value)) {
      const std::string range = range_of(*setting.parameter);
      return Error{
          ErrorCode::kBadInput,
          {"值不合参数的类型或范围（" + range + "）",
           "the value is not of the parameter's type or range (" + range + ")"},
          assignment,
          {"数字写 0.2 的形式，日期写 2026-06-30", "write numbers as 0.2, dates as 2026-06-30"}};
    }
    const bool repeated = std::any_of(out.begin(), out.end(), [&](const TriedSetting& other) {
      return other.parameter == setting.parameter;
    });
    if (repeated) {
      return Error{ErrorCode::kBadUsage,
                   {"同一个标准写了两次", "the same parameter is given twice"},
                   assignment,
                   {"只留一个", "keep one"}};
    }
    const feel::Value was = model.parameter_value(*setting.parameter);
    if (!was.is_unknown()) setting.was = was.to_string();
    out.push_back(std::move(setting));
  }
  return out;
}

void print_diagnostics(const Diagnostics& diagnostics, Language language) {
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == Severity::kError) {
      std::fprintf(stderr, "%s\n", diagnostic.to_string(language).c_str());
    }
  }
}

std::string package_of(const policy::SourceFile& file) {
  return file.path.substr(0, file.path.find('/'));
}

// The stored packages with the drafts in the place of those of the same name.
Result<Draft> read_draft(const std::string& path, Workspace& workspace, Language language) {
  DD_ASSIGN_OR_RETURN(const auto files, policy::read_package_files(path));
  std::error_code code;
  const fs::path root = fs::weakly_canonical(path, code);
  // Of a single package, what it uses is taken from the store.
  const bool single = fs::exists(root / "policy.yaml", code);
  Draft out;
  std::set<std::string> ids;
  for (const policy::SourceFile& file : files) {
    if (single && package_of(file) != root.filename().string()) continue;
    ids.insert(package_of(file));
    out.files.push_back(file);
  }
  DD_ASSIGN_OR_RETURN(const auto stored, workspace.store->packages(workspace.data->known_at));
  for (const record::PackageFile& file : stored) {
    if (!ids.contains(file.package)) out.files.push_back({file.path, file.content});
  }
  std::sort(out.files.begin(), out.files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  out.ids.assign(ids.begin(), ids.end());
  Diagnostics diagnostics;
  out.set = policy::load_packages(out.files, diagnostics);
  if (diagnostics.has_errors()) {
    print_diagnostics(diagnostics, language);
    return Error{ErrorCode::kBadInput,
                 {"草案有 " + std::to_string(diagnostics.error_count()) + " 个错误",
                  "the draft has " + std::to_string(diagnostics.error_count()) + " errors"},
                 path,
                 {"改正后再模拟", "mend them and simulate again"}};
  }
  // Not defined in the store: a type that is only being tried has no records.
  DD_ASSIGN_OR_RETURN(record::Dataset data,
                      workspace.store->load(out.set.catalogue, workspace.data->known_at));
  out.data = std::make_unique<record::Dataset>(std::move(data));
  return out;
}

// ---- digests ----

std::string digest_of_text(const std::string& name, std::string content) {
  return policy::digest_of({{name, std::move(content)}});
}

// Every parameter's value on the day, a line each.
std::string parameters_digest(const evaluation::Model& model) {
  std::string text;
  for (const policy::Parameter& parameter : model.set().parameters) {
    const feel::Value value = model.parameter_value(parameter);
    text += parameter.package + "." + parameter.name + "=" +
            (value.is_unknown() ? "" : value.to_string()) + "\n";
  }
  return digest_of_text("parameters", std::move(text));
}

// Every record known, a line each: key, validity, cells.
std::string records_digest(const record::Dataset& data) {
  std::vector<policy::SourceFile> tables;
  for (size_t t = 0; t < data.catalogue().types.size(); ++t) {
    const record::Table& table = data.table(t);
    std::string text;
    for (size_t row = 0; row < table.size(); ++row) {
      text += table.key(row);
      for (const auto& day : {table.valid_from(row), table.valid_to(row)}) {
        text += '\x1e' + (day ? day->to_string() : std::string());
      }
      for (size_t f = 0; f < table.columns.size(); ++f) {
        text += '\x1e' + record::to_display(table.type->fields[f], table.columns[f].cell_at(row));
      }
      text += '\n';
    }
    tables.push_back({table.type->name, std::move(text)});
  }
  return policy::digest_of(tables);
}

Result<std::string> stored_packages_digest(Workspace& workspace) {
  DD_ASSIGN_OR_RETURN(const auto stored, workspace.store->packages(workspace.data->known_at));
  std::vector<policy::SourceFile> files;
  for (const record::PackageFile& file : stored) files.push_back({file.path, file.content});
  return policy::digest_of(files);
}

// ---- the command ----

// A word as a shell needs it.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 ||
           std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-_=./:,+@%").find(c) != std::string_view::npos;
  });
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string command_line(const Words& words) {
  std::string out = "dandang simulate";
  for (const std::string& word : words) out += " " + quoted(word);
  return out;
}

Result<void> check_usage(const Arguments& arguments) {
  if (!arguments.has("--set") && !arguments.has("--package")) {
    return Error{ErrorCode::kBadUsage,
                 {"没有写要试改什么", "nothing to try was given"},
                 {},
                 {"写 --set 名称=值，或者 --package 草案文件夹",
                  "write --set NAME=VALUE, or --package FOLDER"}};
  }
  if (arguments.has("--names") && arguments.value("--by").empty()) {
    return Error{ErrorCode::kBadUsage,
                 {"看名单要写明是谁看的", "who looks at names must be given"},
                 "--by",
                 {"补上 --by 姓名；会记入历史", "add --by WHO; it goes on record"}};
  }
  return {};
}

// That somebody looked at names is part of the history.
Result<record::ChangeSetId> log_names(Workspace& workspace, const Arguments& arguments,
                                      const std::string& command) {
  record::ChangeSet change_set;
  change_set.author = arguments.value("--by");
  change_set.reason = "查看模拟名单";
  DD_RETURN_IF_ERROR(stamp(*workspace.store, arguments, change_set));
  change_set.basis = command;
  DD_ASSIGN_OR_RETURN(const auto outcome,
                      workspace.store->apply(*workspace.policy->catalogue, change_set));
  return outcome.id;
}

Result<void> simulate(const Arguments& arguments, const Words& words, Language language) {
  DD_RETURN_IF_ERROR(check_usage(arguments));
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(const auto known_at, known_at_time(arguments.value("--known-at")));
  DD_ASSIGN_OR_RETURN(Workspace workspace, open_workspace(arguments.positional[0], known_at));
  Draft draft;
  const bool drafted = arguments.has("--package");
  if (drafted) {
    DD_ASSIGN_OR_RETURN(draft, read_draft(arguments.value("--package"), workspace, language));
  }
  const policy::PolicySet& after = drafted ? draft.set : *workspace.policy;
  const record::Dataset& after_data = drafted ? *draft.data : *workspace.data;
  DD_RETURN_IF_ERROR(check_rules(after, arguments.list("--rule")));

  SimulationFrame frame;
  frame.as_of = as_of;
  frame.known_at = workspace.data->known_at;
  frame.known_at_time = workspace.data->known_at_time;
  frame.command = command_line(words);
  frame.packages = draft.ids;
  frame.names = arguments.has("--names");
  const evaluation::Model before_model(*workspace.policy, *workspace.data, as_of);
  const evaluation::Model drafted_model(after, after_data, as_of);
  DD_ASSIGN_OR_RETURN(frame.settings, read_settings(arguments.list("--set"), after, drafted_model));

  evaluation::SimulationInput input{
      *workspace.policy, after, *workspace.data, after_data, as_of, {}, {}, drafted,
      kNearEvaluations,  {}};
  for (const TriedSetting& setting : frame.settings) {
    input.settings.push_back({setting.parameter->package, setting.parameter->name, setting.value});
  }
  input.rules = arguments.list("--rule");
  Progress progress(language == Language::kChinese ? "模拟" : "simulating",
                    !arguments.has("--json"));
  input.progress = [&](size_t done, size_t all) { progress.update(done, all); };
  const evaluation::Simulation simulation = evaluation::simulate(input);
  progress.finish();

  const auto all = static_cast<evaluation::SettingMask>((size_t{1} << input.settings.size()) - 1);
  const evaluation::Model after_model(after, after_data, as_of,
                                      evaluation::overrides_of(after, input.settings, all));
  DD_ASSIGN_OR_RETURN(frame.packages_before, stored_packages_digest(workspace));
  frame.packages_after = drafted ? policy::digest_of(draft.files) : frame.packages_before;
  frame.parameters_before = parameters_digest(before_model);
  frame.parameters_after = parameters_digest(after_model);
  frame.records = records_digest(*workspace.data);
  if (frame.names) {
    // On record before it is shown.
    DD_ASSIGN_OR_RETURN(frame.logged, log_names(workspace, arguments, frame.command));
  }
  const std::string text = arguments.has("--json")
                               ? boost::json::serialize(simulation_json(simulation, frame)) + "\n"
                               : simulation_text(simulation, frame, language);
  std::printf("%s", text.c_str());
  return {};
}

}  // namespace

int run_simulate(const Words& words, Language language) {
  const CommandShape shape{
      "simulate DIR --as-of DATE --set NAME=VALUE… | --package PATH [--rule ID…] [--known-at TIME] "
      "[--json] [--names --by WHO]",
      1,
      1,
      {"--as-of", "--known-at", "--package", "--by", kAfterClockFault},
      {"--set", "--rule"},
      {"--json", "--names"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto status = simulate(*arguments, words, language);
  return status ? kDone : fail(status.error(), language);
}

}  // namespace dandang::app

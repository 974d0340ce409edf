#include <cstdio>

#include "app/command.h"
#include "app/parameter_value.h"
#include "app/recording_time.h"
#include "app/workspace.h"
#include "evaluation/explain.h"

namespace dandang::app {
namespace {

using policy::Parameter;

Error needs(const char* option, const Text& why) {
  return {ErrorCode::kBadUsage,
          why,
          option,
          {"补上 " + std::string(option), "add " + std::string(option)}};
}

Result<std::string> set_parameter(const Arguments& arguments, Language language) {
  const std::string& assignment = arguments.positional[2];
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Error{ErrorCode::kBadUsage, {"要写成 名称=值", "write NAME=VALUE"}, assignment, {}};
  }
  const std::string name = assignment.substr(0, equals);
  const std::string value = assignment.substr(equals + 1);
  DD_ASSIGN_OR_RETURN(const Date from, required_date(arguments, "--from"));
  if (arguments.value("--basis").empty()) {
    return needs("--basis", {"没有写依据：标准由谁在哪份文件里定的",
                             "no basis given: who decided it, in what document"});
  }
  if (arguments.value("--by").empty()) return needs("--by", {"没有写经办人", "no author given"});
  if (arguments.has("--for")) {
    return Error{
        ErrorCode::kBadUsage,
        {"这个版本还没有干部主管机关的记录，不能只为一个机关设定",
         "this version keeps no managing authorities yet, so a value cannot be set for one body"},
        "--for",
        {"去掉 --for，为整个数据目录设定", "leave --for out to set it for the whole directory"}};
  }
  DD_ASSIGN_OR_RETURN(Workspace workspace, open_workspace(arguments.positional[1], std::nullopt));
  DD_ASSIGN_OR_RETURN(const Parameter* parameter, find_parameter(*workspace.policy, name));
  if (!fits_parameter(*parameter, value)) {
    return Error{
        ErrorCode::kBadInput,
        {"值不合参数的类型或范围（" + range_of(*parameter) + "）",
         "the value is not of the parameter's type or range (" + range_of(*parameter) + ")"},
        assignment,
        {"数字写 0.2 的形式，日期写 2026-06-30", "write numbers as 0.2, dates as 2026-06-30"}};
  }
  if (parameter->source == policy::ParameterSource::kText ||
      parameter->source == policy::ParameterSource::kLaw) {
    return Error{ErrorCode::kBadInput,
                 {"这个数是文件或法规原定的，不能在本地改",
                  "this figure is stated in the document or in law and is not set locally"},
                 parameter->name,
                 {"文件修订时换新的政策包", "when the document is revised, publish a new package"}};
  }
  record::ChangeSet change_set;
  change_set.author = arguments.value("--by");
  change_set.reason = "parameter";
  DD_RETURN_IF_ERROR(stamp(*workspace.store, arguments, change_set));
  change_set.basis = arguments.value("--basis");
  change_set.parameters.push_back(
      {parameter->package, parameter->name, value, from, "", change_set.basis});
  DD_ASSIGN_OR_RETURN(const auto outcome,
                      workspace.store->apply(*workspace.policy->catalogue, change_set));
  const bool zh = language == Language::kChinese;
  return zh ? parameter->name + " = " + value + "，自 " + from.to_string() + " 起（第 " +
                  std::to_string(outcome.id) + " 批）\n"
            : parameter->name + " = " + value + " from " + from.to_string() + " (change set " +
                  std::to_string(outcome.id) + ")\n";
}

Result<std::string> list_parameters(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(Workspace workspace, open_workspace(arguments.positional[1], std::nullopt));
  const evaluation::Model model(*workspace.policy, *workspace.data, as_of);
  std::string out;
  for (const Parameter& parameter : workspace.policy->parameters) {
    const evaluation::ParameterUse use{&parameter, model.parameter_value(parameter),
                                       model.set_by_authority(parameter)};
    out +=
        (parameter.clause + "  ") + evaluation::describe_parameter(model, use).in(language) + "\n";
  }
  return out;
}

}  // namespace

int run_parameter(const Words& words, Language language) {
  const CommandShape shape{
      "parameter set DIR NAME=VALUE --from DATE --basis TEXT --by WHO | parameter list DIR --as-of "
      "DATE",
      2,
      3,
      {"--from", "--basis", "--by", "--for", "--as-of", kAfterClockFault},
      {},
      {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const std::string& what = arguments->positional[0];
  const bool set = what == "set" && arguments->positional.size() == 3;
  if (!set && !(what == "list" && arguments->positional.size() == 2)) {
    return fail(Error{ErrorCode::kBadUsage,
                      {"用法有误", "wrong usage"},
                      what,
                      {"用法：dandang " + shape.usage, "usage: dandang " + shape.usage}},
                language);
  }
  const auto text =
      set ? set_parameter(*arguments, language) : list_parameters(*arguments, language);
  if (!text) return fail(text.error(), language);
  std::printf("%s", text->c_str());
  return kDone;
}

}  // namespace dandang::app

// dandang list: people or other records in the order a package declares.

#include <boost/json.hpp>
#include <cstdio>

#include "app/command.h"
#include "app/finding_json.h"
#include "app/workspace.h"
#include "evaluation/explain.h"
#include "evaluation/list.h"

namespace dandang::app {
namespace {

namespace json = boost::json;

using evaluation::ListResult;
using evaluation::ListRow;

Result<const policy::ListDeclaration*> find_list(const policy::PolicySet& set,
                                                 const std::string& name) {
  std::vector<std::string> names;
  for (const policy::ListDeclaration& list : set.lists) {
    if (list.name == name) return &list;
    names.push_back(list.name);
  }
  const std::string all_zh = names.empty() ? "政策包里没有名单" : "已有：" + join(names, "、");
  const std::string all_en =
      names.empty() ? "the packages declare none" : "there are: " + join(names, ", ");
  return Error{
      ErrorCode::kNotFound, {"没有这个名单", "there is no such list"}, name, {all_zh, all_en}};
}

class Printer {
 public:
  Printer(const ListResult& result, const evaluation::Model& model, Language language)
      : result_(result), model_(model), language_(language), zh_(language == Language::kChinese) {}

  void print_text() const {
    const policy::ListDeclaration& list = *result_.list;
    const std::string title = list.title.empty() ? list.name : list.title.in(language_);
    std::printf("%s\n", title.c_str());
    for (const evaluation::PlacedRow& row : result_.placed) {
      std::printf("  %3zu  %s\n", row.place, words(row).c_str());
    }
    if (result_.placed.empty()) std::printf("%s", zh_ ? "  没有人\n" : "  nobody\n");
    part(zh_ ? "不列入" : "held back", result_.held, [&](const evaluation::HeldRow& row) {
      std::vector<std::string> by;
      for (const policy::Rule* rule : row.by) {
        by.push_back(rule->id + " " + rule->title.in(language_));
      }
      return join(by, zh_ ? "；" : "; ");
    });
    part(zh_ ? "资料不足，待补" : "not known yet", result_.open,
         [&](const evaluation::OpenRow& row) {
           std::vector<std::string> missing;
           for (const feel::Cause& cause : row.missing) {
             missing.push_back(evaluation::describe_cause(model_, cause).in(language_));
           }
           return join(missing, zh_ ? "；" : "; ");
         });
  }

  void print_json() const {
    for (const evaluation::PlacedRow& row : result_.placed) {
      json::object out = fields(row);
      out["part"] = "placed";
      out["place"] = row.place;
      std::printf("%s\n", json::serialize(out).c_str());
    }
    for (const evaluation::HeldRow& row : result_.held) {
      json::object out = fields(row);
      out["part"] = "held";
      json::array by;
      for (const policy::Rule* rule : row.by) by.push_back(json::value(rule->id));
      out["by"] = std::move(by);
      std::printf("%s\n", json::serialize(out).c_str());
    }
    for (const evaluation::OpenRow& row : result_.open) {
      json::object out = fields(row);
      out["part"] = "open";
      out["missing"] = causes_json(row.missing);
      std::printf("%s\n", json::serialize(out).c_str());
    }
  }

 private:
  std::string words(const ListRow& row) const {
    std::vector<std::string> parts;
    for (size_t i = 0; i < row.values.size(); ++i) {
      parts.push_back(result_.list->columns[i].first + " " + value_words(row.values[i]));
    }
    if (parts.empty()) parts.push_back(model_.name_of(row.subject));
    return join(parts, "  ");
  }
  std::string value_words(const feel::Value& value) const {
    if (value.is_unknown()) return zh_ ? "（不详）" : "(not known)";
    if (value.is_null()) return zh_ ? "（无）" : "(none)";
    const json::value as_json = value_json(value);
    return as_json.is_string() ? std::string(as_json.as_string()) : json::serialize(as_json);
  }
  json::object fields(const ListRow& row) const {
    json::object out{{"list", result_.list->name}, {"subject", model_.key_of(row.subject)}};
    const std::string identity_number = model_.identity_number_of(row.subject);
    if (!identity_number.empty()) out["identity_number"] = identity_number;
    json::object columns;
    for (size_t i = 0; i < row.values.size(); ++i) {
      columns[result_.list->columns[i].first] = value_json(row.values[i]);
    }
    out["columns"] = std::move(columns);
    return out;
  }
  template <typename Row, typename Why>
  void part(const char* title, const std::vector<Row>& rows, Why why) const {
    if (rows.empty()) return;
    std::printf(zh_ ? "%s（%zu）\n" : "%s (%zu)\n", title, rows.size());
    for (const Row& row : rows) {
      std::printf("       %s：%s\n", words(row).c_str(), why(row).c_str());
    }
  }

  const ListResult& result_;
  const evaluation::Model& model_;
  Language language_;
  bool zh_;
};

Result<void> list(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(const auto known_at, known_at_time(arguments.value("--known-at")));
  DD_ASSIGN_OR_RETURN(const Workspace workspace, open_workspace(arguments.positional[0], known_at));
  if (arguments.positional.size() == 1) {
    for (const policy::ListDeclaration& one : workspace.policy->lists) {
      std::printf("%s  %s\n", one.clause.c_str(), one.name.c_str());
    }
    return {};
  }
  DD_ASSIGN_OR_RETURN(const auto* wanted, find_list(*workspace.policy, arguments.positional[1]));
  evaluation::Run run(*workspace.policy, *workspace.data, as_of);
  const ListResult result = evaluation::make_list(run, *wanted);
  const Printer printer(result, run.model(), language);
  arguments.has("--json") ? printer.print_json() : printer.print_text();
  return {};
}

}  // namespace

int run_list(const Words& words, Language language) {
  const CommandShape shape{"list DIR [NAME] --as-of DATE [--known-at TIME] [--json]",
                           1,
                           2,
                           {"--as-of", "--known-at"},
                           {},
                           {"--json"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto status = list(*arguments, language);
  return status ? kDone : fail(status.error(), language);
}

}  // namespace dandang::app

#include "procedure/paper.h"

#include "procedure/case_scope.h"

namespace dandang::procedure {
namespace {

using policy::DocumentDeclaration;

Result<const DocumentDeclaration*> find_paper(const policy::PolicySet& set,
                                              const policy::Procedure& procedure,
                                              const std::string& name) {
  std::vector<std::string> names;
  for (const DocumentDeclaration& document : set.documents) {
    if (document.of != procedure.name) continue;
    if (document.name == name) return &document;
    names.push_back(document.name);
  }
  const Text hint = names.empty()
                        ? Text{"这个流程没有文书", "this procedure has no papers"}
                        : Text{"可用：" + join(names, "、"), "there are: " + join(names, ", ")};
  return Error{ErrorCode::kNotFound, {"没有这份文书", "there is no such paper"}, name, hint};
}

Error not_known(const std::string& name, const std::vector<Text>& missing) {
  Text all{"补齐后再做：", "complete it first: "};
  for (size_t i = 0; i < missing.size(); ++i) {
    all.zh += (i > 0 ? "；" : "") + missing[i].zh;
    all.en += (i > 0 ? "; " : "") + missing[i].in(Language::kEnglish);
  }
  return {ErrorCode::kConflict,
          {"文书要写的内容还不清楚", "what the paper shows is not known yet"},
          name,
          all};
}

Result<void> check_withdrawn(const CaseScope& scope, const DocumentDeclaration& document) {
  if (!document.withdrawn) return {};
  const feel::Value day = scope.evaluate(document.withdrawn, document.package);
  if (day.is_unknown()) return not_known(document.name, causes_of(scope.model(), day));
  if (day.kind() != feel::Value::Kind::kDate || scope.model().as_of() < day.date()) return {};
  const std::string words = day.date().to_string();
  return Error{
      ErrorCode::kConflict,
      {"这份文书自 " + words + " 起已撤下", "the paper was withdrawn on " + words},
      document.name,
      {"撤下的公示不再出；要查当时的内容，用更早的 --as-of",
       "a notice withdrawn is not made again; use an earlier --as-of to see what it said"}};
}

}  // namespace

Result<Paper> make_paper(evaluation::Model& model, const CaseBook& book, const CaseRef& one,
                         const std::string& name) {
  DD_ASSIGN_OR_RETURN(const DocumentDeclaration* document,
                      find_paper(model.set(), *one.procedure, name));
  std::vector<StepTaken> steps = book.steps(one);
  std::erase_if(steps, [&](const StepTaken& step) { return model.as_of() < step.on; });
  const CaseScope scope(model, one, steps, book.standing_on(one, model.as_of()).entered, {});
  DD_RETURN_IF_ERROR(check_withdrawn(scope, *document));
  Paper out{document->title.empty() ? Text{document->name, document->label_en} : document->title,
            document->body,
            {},
            document->is_public};
  for (const auto& [placeholder, formula] : document->shows) {
    const feel::Value value = scope.evaluate(formula, document->package);
    if (value.is_unknown()) return not_known(placeholder, causes_of(model, value));
    std::string words = value.is_null() ? "（无）" : value.to_string();
    if (value.kind() == feel::Value::Kind::kString) words = value.string();
    if (value.kind() == feel::Value::Kind::kEntity) words = model.name_of(value.entity());
    out.values.emplace_back(placeholder, std::move(words));
  }
  return out;
}

}  // namespace dandang::procedure

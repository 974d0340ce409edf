#include "policy/field_fit.h"

#include <algorithm>

namespace dandang::policy {

using feel::Node;
using feel::NodeKind;
using feel::Type;

namespace {

// The words an expression gives as they stand: itself, or the branches of its ifs.
void literal_words(const Node& node, std::vector<const Node*>& out) {
  if (node.kind == NodeKind::kString) out.push_back(&node);
  if (node.kind != NodeKind::kIf) return;
  literal_words(node.child(1), out);
  literal_words(node.child(2), out);
}

std::vector<std::string> words_of(const FormulaLinker& linker, const std::string& code_list) {
  std::vector<std::string> out;
  if (const record::CodeList* list = linker.set().catalogue->find_code_list(code_list)) {
    for (const record::CodeValue& value : list->values) out.push_back(value.name);
  }
  return out;
}

bool holds(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Words of another list may be kept if they are all words of the field's.
bool is_other_list(const FormulaLinker& linker, const Type& wanted, const Type& found) {
  if (!wanted.is(Type::Kind::kString) || wanted.name.empty() || found.name.empty()) return false;
  const std::vector<std::string> known = words_of(linker, wanted.name);
  const std::vector<std::string> given = words_of(linker, found.name);
  return !std::all_of(given.begin(), given.end(),
                      [&](const std::string& word) { return holds(known, word); });
}

void check_words(const FormulaLinker& linker, const record::Field& field, const Formula& formula) {
  const std::vector<std::string> words = words_of(linker, field.code_list);
  if (words.empty()) return;
  std::vector<const Node*> literals;
  literal_words(*formula.expression->root, literals);
  for (const Node* literal : literals) {
    if (holds(words, literal->name)) continue;
    linker.unknown_reference(formula.expression->source.place_at(literal->span.begin),
                             "unknown-code", field.name + "的取值", "value of " + field.name,
                             literal->name, words);
  }
}

}  // namespace

void fit_field(const FormulaLinker& linker, const record::Field& field, const Formula& formula) {
  if (!formula) return;
  const feel::TypePtr wanted = field_type(field);
  const Type& found = *formula.type;
  const bool open = found.is(Type::Kind::kAny) || found.is(Type::Kind::kNull);
  const bool other_list = is_other_list(linker, *wanted, found);
  const bool other_type = wanted->is(Type::Kind::kEntity) && wanted->name != found.name;
  if (!open && (wanted->kind != found.kind || other_type || other_list)) {
    const Text want = wanted->describe();
    const Text have = found.describe();
    linker.diagnostics().error(
        "type-mismatch", formula.place,
        {"字段 " + field.name + " 要" + want.zh + "，却是" + have.zh,
         "the field " + field.name + " wants a " + want.en + ", this is a " + have.en});
    return;
  }
  if (field.kind == record::FieldKind::kCode) check_words(linker, field, formula);
}

}  // namespace dandang::policy

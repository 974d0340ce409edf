#include "procedure/write_guards.h"

#include <algorithm>

#include "evaluation/cell_value.h"
#include "evaluation/explain.h"
#include "policy/placeholders.h"
#include "procedure/cells.h"

namespace dandang::procedure {

using feel::Value;
using policy::Guard;
using record::FieldKind;

Text filled(const Text& message, const std::vector<std::pair<std::string, Text>>& values) {
  const auto in = [&](const std::string& text, Language language) {
    return policy::fill_placeholders(text, [&](const std::string& name) {
      for (const auto& [key, value] : values) {
        if (key == name) return value.in(language);
      }
      return "{" + name + "}";
    });
  };
  return {in(message.zh, Language::kChinese), in(message.en, Language::kEnglish)};
}

bool refuses(const Guard& guard, const Value& condition) {
  const bool unless = guard.refuse_unless.written();
  if (condition.is_true()) return !unless;
  if (condition.is_false()) return unless;
  return guard.unknown_refuses;
}

// One row of cells as an entity whose members are its fields.
class WriteGuards::Row : public feel::Environment, public feel::EntitySource {
 public:
  explicit Row(evaluation::Model& model) : model_(model), evaluator_(*this) {}

  void set(const record::RecordType& type, const std::vector<Cell>& cells, Date on) {
    type_ = &type;
    cells_ = &cells;
    on_ = on;
  }
  Value evaluate(const policy::Formula& formula, const std::string& package) {
    if (!formula) return unknown("");
    package_ = package;
    const Value item(feel::Entity{this, 0, 0});
    const feel::Frame frame{nullptr, &item, nullptr};
    Value value = evaluator_.evaluate(*formula.expression, &frame);
    evaluator_.uses().clear();
    model_.evaluator().uses().clear();
    return value;
  }

  std::optional<Value> lookup(const std::string& name) override {
    if (name == "as_of") return on_;
    return model_.lookup_from(package_, name);
  }
  bool has_member(const feel::Entity&, const std::string& name) const override {
    return type_->find_field(name) != nullptr;
  }
  Value member(const feel::Entity&, const std::string& name) const override {
    const auto index = type_->field_index(name);
    if (!index) return {};
    const record::Field& field = type_->fields[*index];
    const Cell& cell = (*cells_)[*index];
    if (is_blank(cell)) return evaluation::value_of_blank(field).value_or(unknown(name));
    return field.kind == FieldKind::kRef ? unknown(name) : evaluation::value_of_cell(field, cell);
  }
  std::string describe(const feel::Entity&) const override { return type_->name; }

 private:
  Value unknown(const std::string& field) const {
    return Value::unknown(feel::Cause{feel::Cause::Kind::kFact, type_->name, field, "", {}});
  }
  evaluation::Model& model_;
  feel::Evaluator evaluator_;
  std::string package_;
  const record::RecordType* type_ = nullptr;
  const std::vector<Cell>* cells_ = nullptr;
  Date on_;
};

WriteGuards::WriteGuards(evaluation::Model& model)
    : model_(model), row_(std::make_unique<Row>(model)) {}
WriteGuards::~WriteGuards() = default;

namespace {

bool is_on(const Guard& guard, const std::string& type) {
  return guard.kind == Guard::Kind::kWrite &&
         std::find(guard.on.begin(), guard.on.end(), type) != guard.on.end();
}

// The first field of the type that is named in the formula, in the order of the text.
std::string first_field(const feel::Node& node, const record::RecordType& type) {
  if (node.kind == feel::NodeKind::kName && type.find_field(node.name) != nullptr) return node.name;
  for (const auto& child : node.children) {
    std::string found = child != nullptr ? first_field(*child, type) : std::string();
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace

bool WriteGuards::any() const {
  const std::vector<Guard>& all = model_.set().guards;
  return std::any_of(all.begin(), all.end(),
                     [](const Guard& guard) { return guard.kind == Guard::Kind::kWrite; });
}

bool WriteGuards::guards(const std::string& type) const {
  const std::vector<Guard>& all = model_.set().guards;
  return std::any_of(all.begin(), all.end(),
                     [&](const Guard& guard) { return is_on(guard, type); });
}

std::vector<Refusal> WriteGuards::check(const record::RecordType& type,
                                        const std::vector<Cell>& cells, Date on) {
  std::vector<Refusal> out;
  for (const Guard& guard : model_.set().guards) {
    if (!is_on(guard, type.name) || !guard.validity.holds_on(on)) continue;
    row_->set(type, cells, on);
    const policy::Formula& condition =
        guard.refuse_unless.written() ? guard.refuse_unless : guard.refuse_if;
    const Value value = row_->evaluate(condition, guard.package);
    if (!refuses(guard, value)) continue;
    Refusal refusal;
    refusal.name = guard.name;
    refusal.clause = guard.clause;
    if (condition) refusal.field = first_field(*condition.expression->root, type);
    for (const auto& [name, formula] : guard.values) {
      refusal.values.emplace_back(name, text_of(model_, row_->evaluate(formula, guard.package)));
    }
    refusal.message = filled(guard.message, refusal.values);
    if (value.is_unknown()) {
      for (const feel::Cause& cause : value.causes()->items) {
        refusal.missing.push_back(evaluation::describe_cause(model_, cause));
      }
    }
    out.push_back(std::move(refusal));
  }
  return out;
}

}  // namespace dandang::procedure

#include "evaluation/row_check.h"

#include "evaluation/cell_value.h"

namespace dandang::evaluation {

using feel::Value;
using record::FieldKind;

// One row of cells as an entity whose members are its fields.
class RowChecker::Row : public feel::Environment, public feel::EntitySource {
 public:
  Row() : evaluator(*this) {}

  std::optional<Value> lookup(const std::string& name) override {
    if (name == "填报时间") return sheet_date;
    return std::nullopt;
  }
  bool has_member(const feel::Entity&, const std::string& name) const override {
    return type->find_field(name) != nullptr;
  }
  Value member(const feel::Entity&, const std::string& name) const override {
    const size_t index = *type->field_index(name);
    const Cell& cell = (*cells)[index];
    const record::Field& field = type->fields[index];
    if (is_blank(cell) || field.kind == FieldKind::kRef) {
      return Value::unknown(feel::Cause{feel::Cause::Kind::kFact, type->name, name, "", {}});
    }
    return value_of_cell(field, cell);
  }
  std::string describe(const feel::Entity&) const override { return type->name; }

  feel::Evaluator evaluator;
  const record::RecordType* type = nullptr;
  const std::vector<Cell>* cells = nullptr;
  Date sheet_date;
};

RowChecker::RowChecker(const policy::PolicySet& set) : set_(set), row_(std::make_unique<Row>()) {}
RowChecker::~RowChecker() = default;

std::optional<bool> RowChecker::check(const record::RecordType& type, size_t check_index,
                                      const std::vector<Cell>& cells, Date sheet_date) {
  const auto formulas = set_.check_formulas.find(type.name);
  if (formulas == set_.check_formulas.end() || check_index >= formulas->second.size()) {
    return std::nullopt;
  }
  const policy::Formula& formula = formulas->second[check_index];
  if (!formula) return std::nullopt;
  row_->type = &type;
  row_->cells = &cells;
  row_->sheet_date = sheet_date;
  const Value item(feel::Entity{row_.get(), 0, 0});
  const feel::Frame frame{nullptr, &item, nullptr};
  const Value value = row_->evaluator.evaluate(*formula.expression, &frame);
  row_->evaluator.uses().clear();
  if (!value.is(Value::Kind::kBoolean)) return std::nullopt;
  return value.boolean();
}

}  // namespace dandang::evaluation

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dmn/model.h"
#include "feel/evaluator.h"
#include "feel/type_expression.h"

namespace dandang::dmn {

// The item definition that the name means in the model, with those of its imports; null if none.
const ItemType* find_type(const Model& model, std::string_view name);

// What formulas of a model see beside the names bound around them: the model's own types, as in
// "x instance of tLoan", and the moment of now(). Allowed values make no type of their own there:
// they only count where a value becomes one of an item definition's (item_type.h).
class ModelEnvironment : public feel::Environment {
 public:
  explicit ModelEnvironment(std::optional<feel::DateTime> now) : now_(now) {}

  // The model whose formulas are evaluated; gives back the one before.
  const Model* set_model(const Model* model) { return std::exchange(model_, model); }

  std::optional<feel::Value> lookup(const std::string&) override { return std::nullopt; }
  feel::TypeExpressionPtr type(const std::string& name) override;
  std::optional<feel::DateTime> now() override { return now_; }

 private:
  feel::TypeExpressionPtr expression_of(const ItemType* type);
  feel::TypeExpressionPtr element_of(const ItemType& type);
  feel::TypeExpressionPtr reference_to(const ItemType* type);

  std::optional<feel::DateTime> now_;
  const Model* model_ = nullptr;
  // Types refer to each other, and to themselves, by names like "#3": their number here.
  std::vector<const ItemType*> numbered_;
  std::map<const ItemType*, feel::TypeExpressionPtr> known_;
};

}  // namespace dandang::dmn

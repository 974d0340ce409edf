#include "evaluation/list.h"

#include <algorithm>

#include "feel/operators.h"

namespace dandang::evaluation {
namespace {

using feel::Value;

void add_causes(std::vector<feel::Cause>& out, const Value& value) {
  for (const feel::Cause& cause : value.causes()->items) {
    if (std::find(out.begin(), out.end(), cause) == out.end()) out.push_back(cause);
  }
}

std::vector<const policy::Rule*> rules_of(const Run& run, const policy::ListDeclaration& list) {
  std::vector<const policy::Rule*> out;
  for (const std::string& wanted : list.except) {
    for (const policy::Rule* rule : run.rules()) {
      if (rule->id == wanted || rule->name == wanted) out.push_back(rule);
    }
  }
  return out;
}

// Keys of different kinds, and blanks, come last in either direction.
bool before(const Value& a, const Value& b, bool descending) {
  return feel::compare_op(descending ? feel::Op::kGt : feel::Op::kLt, a, b).is_true() ||
         (!a.is_null() && b.is_null());
}

struct Keyed {
  PlacedRow row;
  std::vector<Value> keys;
};

void place(std::vector<Keyed>& rows, const policy::ListDeclaration& list,
           std::vector<PlacedRow>& out) {
  const auto ahead = [&](const Keyed& a, const Keyed& b) {
    for (size_t i = 0; i < list.order.size(); ++i) {
      const bool descending = list.order[i].descending;
      if (before(a.keys[i], b.keys[i], descending)) return true;
      if (before(b.keys[i], a.keys[i], descending)) return false;
    }
    return false;
  };
  std::stable_sort(rows.begin(), rows.end(), ahead);
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool alike = i > 0 && !ahead(rows[i - 1], rows[i]);
    rows[i].row.place = alike ? rows[i - 1].row.place : i + 1;
  }
  for (Keyed& keyed : rows) out.push_back(std::move(keyed.row));
}

}  // namespace

ListResult make_list(Run& run, const policy::ListDeclaration& list) {
  Model& model = run.model();
  ListResult out;
  out.list = &list;
  const std::vector<const policy::Rule*> except = rules_of(run, list);
  std::vector<Keyed> rows;
  for (const feel::Entity& subject : model.subjects(list.of)) {
    const auto value_of = [&](const policy::Formula& formula) {
      return model.evaluate(formula, list.package, subject, nullptr);
    };
    const Value on_it = list.where ? value_of(list.where) : Value(true);
    if (!on_it.is_true() && !on_it.is_unknown()) continue;
    ListRow row{subject, {}};
    std::vector<feel::Cause> missing;
    if (on_it.is_unknown()) add_causes(missing, on_it);
    std::vector<const policy::Rule*> held_by;
    for (const policy::Rule* rule : except) {
      const Finding finding = run.evaluate(*rule, subject);
      if (finding.verdict == Verdict::kMet) held_by.push_back(rule);
      if (finding.verdict == Verdict::kInsufficient || finding.verdict == Verdict::kNotConfigured) {
        for (const feel::Cause& cause : finding.missing) {
          if (std::find(missing.begin(), missing.end(), cause) == missing.end()) {
            missing.push_back(cause);
          }
        }
      }
    }
    std::vector<Value> keys;
    for (const auto& order : list.order) {
      keys.push_back(value_of(order.by));
      if (keys.back().is_unknown()) add_causes(missing, keys.back());
    }
    for (const auto& column : list.columns) row.values.push_back(value_of(column.second));
    if (!held_by.empty()) {
      out.held.push_back({std::move(row), std::move(held_by)});
    } else if (!missing.empty()) {
      out.open.push_back({std::move(row), std::move(missing)});
    } else {
      rows.push_back({{std::move(row), 0}, std::move(keys)});
    }
  }
  place(rows, list, out.placed);
  return out;
}

}  // namespace dandang::evaluation

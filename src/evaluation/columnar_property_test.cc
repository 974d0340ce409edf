// Columns and plain evaluator agree in everything (docs/decisions/0008-columnar-engine.md): small
// random packages over small random records, evaluated both ways.
//
// DANDANG_PROPERTY_ROUNDS and DANDANG_PROPERTY_SEED make it longer, or repeat one run.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "evaluation/columnar_run.h"
#include "evaluation/random_package.h"
#include "evaluation/test_findings.h"

namespace dandang::evaluation {
namespace {

using namespace random_package;
using record::Dataset;

// ---- the property ----

std::optional<Difference> differs(const Package& package, const World& world) {
  const auto set = load(package);
  if (!set) return std::nullopt;
  const Dataset data = dataset_of(*set, world);
  Overrides overrides;
  overrides.parameters = world.parameters;
  return first_difference(*set, data, kAsOf, overrides);
}

// Makes a failing case small: without declarations, rows and parts of formulas that it fails
// without.
class Shrinker {
 public:
  Shrinker(Package package, World world) : package_(std::move(package)), world_(std::move(world)) {}

  std::string shrink() {
    bool smaller = true;
    while (smaller && tries_ < kMostTries) {
      smaller = drop(package_.rules);
      smaller = drop(package_.measures) || smaller;
      smaller = drop(package_.subjects) || smaller;
      smaller = drop(world_.rows) || smaller;
      smaller = drop(world_.coverage) || smaller;
      smaller = reduce(package_.rules) || smaller;
      smaller = reduce(package_.measures) || smaller;
      smaller = reduce(package_.subjects) || smaller;
    }
    const auto difference = differs(package_, world_);
    std::string out;
    for (const Declaration& subject : package_.subjects) out += subject.words();
    for (const Declaration& measure : package_.measures) out += measure.words();
    for (const Declaration& rule : package_.rules) out += rule.words();
    return out + "  absence of 考核: " + package_.absence + "\n" + in_words(world_) +
           (difference ? difference->text : "");
  }

 private:
  static constexpr int kMostTries = 6000;

  bool still_fails() {
    ++tries_;
    return tries_ < kMostTries && differs(package_, world_).has_value();
  }

  // In halves, then quarters, down to single ones.
  template <typename T>
  bool drop(std::vector<T>& items) {
    bool dropped = false;
    for (size_t size = std::max<size_t>(items.size() / 2, 1); size > 0; size /= 2) {
      for (size_t at = 0; at < items.size();) {
        std::vector<T> saved = items;
        const auto from = items.begin() + static_cast<std::ptrdiff_t>(at);
        items.erase(from, from + static_cast<std::ptrdiff_t>(std::min(size, items.size() - at)));
        if (still_fails()) {
          dropped = true;
        } else {
          items = std::move(saved);
          at += size;
        }
      }
    }
    return dropped;
  }

  bool reduce(std::vector<Declaration>& declarations) {
    bool reduced = false;
    for (Declaration& declaration : declarations) {
      for (Formula& formula : declaration.formulas) reduced = reduce(formula) || reduced;
    }
    return reduced;
  }

  static void collect(const Formula& formula, char type, std::vector<Formula>& out) {
    for (const Formula& part : formula.parts) {
      if (part.type == type) out.push_back(part);
      collect(part, type, out);
    }
  }

  bool reduce(Formula& formula) {
    bool reduced = false;
    std::vector<Formula> smaller;
    if (formula.type == 't') smaller = {{'t', "true", {}}, {'t', "false", {}}};
    if (formula.type == 'n') smaller = {{'n', "1", {}}, {'n', "0", {}}};
    if (formula.parts.empty() && !smaller.empty() &&
        (formula.text == smaller[0].text || formula.text == smaller[1].text)) {
      smaller.clear();
    }
    if (!formula.parts.empty()) collect(formula, formula.type, smaller);
    for (const Formula& instead : smaller) {
      const Formula saved = formula;
      formula = instead;
      if (still_fails()) {
        reduced = true;
        break;
      }
      formula = saved;
    }
    for (Formula& part : formula.parts) reduced = reduce(part) || reduced;
    return reduced;
  }

  Package package_;
  World world_;
  int tries_ = 0;
};

// Whether every step computes on rows of the table that its inputs are of.
bool sound(const engine::Node& node, uint32_t table) {
  using engine::NodeKind;
  if (node.table != table) return false;
  const auto list_is_sound = [](const engine::ListPlan& list) {
    return (list.where == nullptr || sound(*list.where, list.table)) &&
           (list.body == nullptr || sound(*list.body, list.table));
  };
  switch (node.kind) {
    case NodeKind::kGather:
      return sound(*node.in[0], table) && sound(*node.in[1], node.in[1]->table);
    case NodeKind::kOwner:
      return sound(*node.in[0], node.in[0]->table);
    case NodeKind::kStreak:
      return sound(*node.streak->holds, node.streak->table);
    case NodeKind::kPick:
      return list_is_sound(node.pick->list) && sound(*node.pick->complete, table);
    case NodeKind::kSome:
    case NodeKind::kEvery:
      return list_is_sound(*node.list) && sound(*node.in[0], table) &&
             sound(*node.in[1], node.list->table);
    case NodeKind::kCount:
    case NodeKind::kSum:
    case NodeKind::kMin:
    case NodeKind::kMax:
      return list_is_sound(*node.list) && sound(*node.in[0], table);
    default:
      return std::all_of(node.in.begin(), node.in.end(),
                         [&](const engine::Node* input) { return sound(*input, table); });
  }
}

struct Counts {
  size_t rules = 0;
  size_t planned = 0;
  size_t subjects = 0;  // of planned rules
  size_t by_columns = 0;
  std::map<std::string, size_t> refused;
};

void count(const policy::PolicySet& set, const Dataset& data, const World& world, Counts& counts) {
  Overrides overrides;
  overrides.parameters = world.parameters;
  Model model(set, data, kAsOf, overrides);
  std::vector<const policy::Rule*> rules;
  for (const policy::Rule& rule : set.rules) rules.push_back(&rule);
  ColumnarRun run(model, rules, 1);
  for (const PlannedRule& planned : run.plans()) {
    ++counts.rules;
    if (!planned.is_planned()) {
      ++counts.refused[planned.refused.en];
      continue;
    }
    ++counts.planned;
    for (const engine::Node* node :
         {planned.year, planned.needs, planned.when, planned.gives, planned.for_each,
          planned.excused, planned.done, planned.due}) {
      EXPECT_TRUE(node == nullptr || sound(*node, planned.table)) << planned.rule->id;
    }
    for (const feel::Entity& subject : model.subjects(planned.rule->subject)) {
      ++counts.subjects;
      ColumnarRun::Answer answer;
      counts.by_columns += run.answer(*planned.rule, subject, answer) ? 1 : 0;
    }
  }
}

TEST(ColumnarProperty, ColumnsAndPlainEvaluatorAgreeInEverything) {
  constexpr size_t kRulesAPackage = 16;
  constexpr size_t kWorldsAPackage = 3;
  const uint64_t first_seed = setting("DANDANG_PROPERTY_SEED", 20190801);
  const uint64_t rounds = setting("DANDANG_PROPERTY_ROUNDS", kSanitized ? 15 : 120);
  Counts counts;
  for (uint64_t seed = first_seed; seed < first_seed + rounds; ++seed) {
    Random random(seed);
    const Package package = PackageMaker(random).make(kRulesAPackage);
    std::string why;
    const auto set = load(package, &why);
    ASSERT_TRUE(set) << "DANDANG_PROPERTY_SEED=" << seed << "\n" << why << package_text(package);
    for (size_t i = 0; i < kWorldsAPackage; ++i) {
      const World world = WorldMaker(random, 3 + random.below(8)).make();
      const Dataset data = dataset_of(*set, world);
      count(*set, data, world, counts);
      Overrides overrides;
      overrides.parameters = world.parameters;
      if (!first_difference(*set, data, kAsOf, overrides)) continue;
      FAIL() << "DANDANG_PROPERTY_SEED=" << seed << " world " << i << "\n"
             << Shrinker(package, world).shrink();
    }
  }
  std::printf("%zu rules, %zu planned; %zu of %zu answers from columns\n", counts.rules,
              counts.planned, counts.by_columns, counts.subjects);
  // A test of nothing would pass as well.
  EXPECT_GT(counts.planned * 5, counts.rules * 2);
  EXPECT_GT(counts.by_columns * 2, counts.subjects);
  if (std::getenv("DANDANG_PROPERTY_ROUNDS") != nullptr) {
    for (const auto& [reason, times] : counts.refused) {
      std::printf("  %6zu %s\n", times, reason.c_str());
    }
  }
}

}  // namespace
}  // namespace dandang::evaluation

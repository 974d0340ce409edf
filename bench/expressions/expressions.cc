// FEEL one row at a time: formulas and a decision table of twenty rules, by the plain evaluator and
// as plans. Every answer of the plan is compared with the plain evaluator's.
//
//   bench_expressions [SECONDS]
//
// Prints "engine;what;evaluations a second" a line; bench/expressions.sh makes a table of it and of
// the same formulas in other engines.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "engine/compiler.h"
#include "engine/executor.h"
#include "feel/evaluator.h"
#include "feel/parser.h"

namespace {

namespace engine = dandang::engine;
namespace feel = dandang::feel;
using dandang::Decimal;
using feel::Value;

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "bench_expressions: %s\n", what.c_str());
  std::exit(2);
}

double now_s() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

// The facts of one official, as the caller gets them: values, anew for each evaluation.
struct Facts {
  Decimal age;
  Decimal points;
  std::string grade;
  Decimal years;
};

std::vector<Facts> invented_facts() {
  static const char* const kGrades[] = {"优秀", "称职", "基本称职", "不称职"};
  std::vector<Facts> facts;
  for (int i = 0; i < 1024; ++i) {
    const int points = 6000 + i * 7919 % 4001;
    facts.push_back({Decimal(22 + i % 39), *Decimal::make(points, -2), kGrades[i * 31 % 4],
                     Decimal(i * 13 % 40)});
  }
  return facts;
}

constexpr const char* kNames[] = {"年龄", "积分", "等次", "工龄"};

// A table of one row whose cells are set before each evaluation.
class OneRow : public engine::Tables, public engine::Scope {
 public:
  OneRow() {
    for (Cell& cell : cells_) {
      cell.column.values = {reinterpret_cast<const uint8_t*>(&cell.value), &cell.state, 0, 8};
      cell.column.low = -kBound;
      cell.column.high = kBound;
    }
    cells_[1].column.scale = 2;
    cells_[2].column.type = engine::Type::kWord;
    cells_[2].column.low = 0;
  }
  void set(const Facts& facts) {
    put(0, facts.age);
    put(1, facts.points);
    put(3, facts.years);
    const auto word = dictionary_.find(facts.grade);
    cells_[2].value = word.value_or(kNoWord);
    cells_[2].state = engine::state::kValue;
  }

  size_t rows(uint32_t) const override { return 1; }
  const engine::Column* column(uint32_t, uint32_t field) override { return &cells_[field].column; }
  const engine::Panel* panel(uint32_t) const override { return nullptr; }
  const engine::BackList* back_list(uint32_t, uint32_t) override { return nullptr; }
  engine::Dictionary& dictionary() override { return dictionary_; }

  engine::Operand member(engine::Compiler& compiler, uint32_t, const std::string& name) override {
    for (uint32_t i = 0; i < cells_.size(); ++i) {
      if (name == kNames[i]) return engine::Operand::of(compiler.column(0, i));
    }
    return unknown();
  }
  engine::Operand global(engine::Compiler&, const std::string&) override { return unknown(); }
  engine::Operand member_of(const feel::Entity&, const std::string&) override { return unknown(); }
  const engine::Node* complete(engine::Compiler&, uint32_t, uint32_t,
                               const std::map<std::string, Value>&) override {
    return nullptr;
  }
  bool pins(uint32_t, const std::string&) const override { return false; }

 private:
  static constexpr int64_t kBound = int64_t{1} << 40;
  static constexpr int64_t kNoWord = int64_t{1} << 30;
  struct Cell {
    engine::Column column;
    int64_t value = 0;
    engine::State state = engine::state::kValue;
  };
  static engine::Operand unknown() {
    engine::Operand none;
    none.kind = engine::Operand::Kind::kUnknownName;
    return none;
  }
  void put(size_t field, const Decimal& number) {
    Cell& cell = cells_[field];
    const auto digits = cell.column.scale == 0 ? number.to_int64() : hundredths(number);
    cell.value = digits.value_or(0);
    cell.state = digits ? engine::state::kValue : engine::state::kAsk;
  }
  static std::optional<int64_t> hundredths(const Decimal& number) {
    const auto shifted = number.multiply(Decimal(100));
    return shifted ? shifted->to_int64() : std::nullopt;
  }

  std::array<Cell, 4> cells_;
  engine::Dictionary dictionary_;
};

class Names : public feel::Environment {
 public:
  void set(const Facts& facts) {
    values_[0] = facts.age;
    values_[1] = facts.points;
    values_[2] = Value(facts.grade);
    values_[3] = facts.years;
  }
  std::optional<Value> lookup(const std::string& name) override {
    for (size_t i = 0; i < values_.size(); ++i) {
      if (name == kNames[i]) return values_[i];
    }
    return std::nullopt;
  }

 private:
  std::array<Value, 4> values_;
};

using ExpressionPtr = std::shared_ptr<const feel::Expression>;

ExpressionPtr parsed(const std::string& text, bool tests) {
  dandang::Diagnostics diagnostics;
  auto expression = tests ? feel::parse_unary_tests(feel::Source::plain(text), {}, diagnostics)
                          : feel::parse_expression(feel::Source::plain(text), {}, diagnostics);
  if (expression == nullptr) give_up("does not read: " + text);
  return expression;
}

Value value_of(const engine::Node& node, engine::Executor::Cell cell) {
  using engine::state::kFalse;
  using engine::state::kTrue;
  if (node.type == engine::Type::kTruth) {
    return cell.first == kTrue ? Value(true) : cell.first == kFalse ? Value(false) : Value();
  }
  if (cell.first != engine::state::kValue) return {};
  return Value::from(Decimal::make(cell.second, -node.scale));
}

// Calls `body` with the number of each evaluation for about so long; evaluations a second.
template <typename Body>
double rate(double seconds, const Body& body) {
  const double start = now_s();
  size_t count = 0;
  double passed = 0;
  while (passed < seconds) {
    for (int i = 0; i < 1024; ++i) body(count++);
    passed = now_s() - start;
  }
  return static_cast<double>(count) / passed;
}

void measure_formula(const std::string& what, const std::string& text, double seconds) {
  const std::vector<Facts> facts = invented_facts();
  const ExpressionPtr expression = parsed(text, false);
  OneRow row;
  engine::Plan plan;
  engine::Compiler compiler(plan, row, row);
  const engine::Node* node = compiler.compile(*expression, {engine::PlanFrame{}});
  if (node == nullptr) give_up("cannot be planned: " + text);
  engine::Executor executor(plan, row, 1);
  executor.ready(*node);
  Names names;
  feel::Evaluator evaluator(names);
  for (const Facts& one : facts) {
    row.set(one);
    names.set(one);
    const Value planned = value_of(*node, executor.at(*node, 0));
    if (planned.to_string() != evaluator.evaluate(*expression).to_string()) {
      give_up("plan and evaluator differ: " + text);
    }
  }
  int64_t sum = 0;
  const double compiled = rate(seconds, [&](size_t i) {
    row.set(facts[i % facts.size()]);
    sum += executor.at(*node, 0).second;
  });
  const double plain = rate(seconds, [&](size_t i) {
    names.set(facts[i % facts.size()]);
    sum += evaluator.evaluate(*expression).is_true() ? 1 : 0;
  });
  std::printf("plan;%s;%.0f\nplain evaluator;%s;%.0f\n", what.c_str(), compiled, what.c_str(),
              plain);
  if (sum == -1) std::puts("");
}

// Twenty rules over three inputs, one of which always holds, and none of which overlap.
std::vector<std::pair<std::vector<std::string>, std::string>> twenty_rules() {
  std::vector<std::pair<std::vector<std::string>, std::string>> rules;
  const char* const grades[] = {"\"优秀\"", "\"称职\"", "\"基本称职\"", "\"不称职\""};
  const char* const points[] = {"< 65", "[65..75)", "[75..85)", "[85..95)", ">= 95"};
  for (int g = 0; g < 4; ++g) {
    for (int p = 0; p < 5; ++p) {
      rules.push_back({{grades[g], points[p], "-"}, std::to_string(g * 5 + p)});
    }
  }
  return rules;
}

void measure_table(double seconds) {
  const std::vector<Facts> facts = invented_facts();
  OneRow row;
  engine::Plan plan;
  engine::Compiler compiler(plan, row, row);
  std::vector<engine::Operand> inputs;
  for (const uint32_t field : {2U, 1U, 3U}) {
    inputs.push_back(engine::Operand::of(compiler.column(0, field)));
  }
  struct Rule {
    std::vector<ExpressionPtr> tests;
    ExpressionPtr output;
  };
  std::vector<Rule> rules;
  std::vector<std::pair<const engine::Node*, const engine::Node*>> planned;
  for (const auto& [tests, output] : twenty_rules()) {
    Rule rule;
    const engine::Node* condition = nullptr;
    for (size_t i = 0; i < tests.size(); ++i) {
      rule.tests.push_back(parsed(tests[i], true));
      const engine::Node* test = compiler.compile_test(*rule.tests[i], inputs[i], {{}});
      condition = condition == nullptr ? test : compiler.truth_and(condition, test);
    }
    rule.output = parsed(output, false);
    planned.emplace_back(condition, compiler.compile(*rule.output, {engine::PlanFrame{}}));
    rules.push_back(std::move(rule));
  }
  const engine::Node* node = compiler.choose(planned, true);
  if (node == nullptr) give_up("the table cannot be planned");
  engine::Executor executor(plan, row, 1);
  executor.ready(*node);
  Names names;
  feel::Evaluator evaluator(names);
  const auto plain = [&](const Facts& one) {
    const Value values[] = {Value(one.grade), one.points, one.years};
    Value found;
    for (const Rule& rule : rules) {
      bool holds = true;
      for (size_t i = 0; i < rule.tests.size() && holds; ++i) {
        holds = evaluator.test(*rule.tests[i], values[i]).is_true();
      }
      if (holds) found = evaluator.evaluate(*rule.output);
    }
    return found;
  };
  for (const Facts& one : facts) {
    row.set(one);
    if (value_of(*node, executor.at(*node, 0)).to_string() != plain(one).to_string()) {
      give_up("plan and evaluator differ on the table");
    }
  }
  int64_t sum = 0;
  const double compiled = rate(seconds, [&](size_t i) {
    row.set(facts[i % facts.size()]);
    sum += executor.at(*node, 0).second;
  });
  const double slow =
      rate(seconds, [&](size_t i) { sum += plain(facts[i % facts.size()]).is_null() ? 1 : 0; });
  std::printf("plan;table of 20 rules;%.0f\nplain evaluator;table of 20 rules;%.0f\n", compiled,
              slow);
  if (sum == -1) std::puts("");
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::strtod(argv[1], nullptr) : 1.0;
  measure_formula("comparison", "年龄 >= 35", seconds);
  measure_formula("condition", "年龄 >= 35 and 等次 in (\"优秀\", \"称职\") and 工龄 >= 10",
                  seconds);
  measure_formula("arithmetic", "if 等次 = \"优秀\" then 积分 * 1.2 + 工龄 else 积分 - 5", seconds);
  measure_table(seconds);
  return 0;
}

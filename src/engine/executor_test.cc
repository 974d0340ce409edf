#include "engine/executor.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/column_store.h"
#include "engine/compiler.h"
#include "feel/parser.h"

namespace dandang::engine {
namespace {

constexpr uint32_t kPersons = 0;
constexpr uint32_t kHonours = 1;
// Enough for two threads, and no whole number of chunks.
constexpr size_t kRows = 20 * Executor::kChunk + 77;

// Fields by name; the list of honours, which is complete.
class Names : public Scope {
 public:
  Operand member(Compiler& compiler, uint32_t table, const std::string& name) override {
    static const std::map<std::string, std::pair<uint32_t, uint32_t>> kFields = {
        {"score", {kPersons, 0}}, {"group", {kPersons, 1}}, {"since", {kPersons, 2}},
        {"boss", {kPersons, 3}},  {"owner", {kHonours, 0}}, {"level", {kHonours, 1}}};
    if (table == kPersons && name == "honours") {
      Operand list;
      list.kind = Operand::Kind::kList;
      list.table = kHonours;
      list.owner_table = kPersons;
      return list;
    }
    const auto found = kFields.find(name);
    if (found == kFields.end() || found->second.first != table) {
      Operand none;
      none.kind = Operand::Kind::kUnknownName;
      return none;
    }
    const Node* column = compiler.column(table, found->second.second);
    Operand operand = Operand::of(column);
    if (column->type == Type::kRow) {
      operand.kind = Operand::Kind::kRow;
      operand.table = kPersons;
    }
    return operand;
  }
  Operand global(Compiler&, const std::string&) override {
    Operand none;
    none.kind = Operand::Kind::kUnknownName;
    return none;
  }
  Operand member_of(const feel::Entity&, const std::string&) override { return {}; }
  const Node* complete(Compiler& compiler, const Operand& list) override {
    return compiler.truth_constant(state::kTrue, list.owner_table);
  }
  bool pins(uint32_t, const std::string&) const override { return false; }
};

ColumnStore sample() {
  std::mt19937 random(7);
  ColumnStore store;
  store.add_table(kPersons, kRows);
  std::vector<int64_t> scores(kRows);
  std::vector<int64_t> groups(kRows);
  std::vector<int64_t> dates(kRows);
  std::vector<int64_t> bosses(kRows);
  std::vector<State> known(kRows, state::kValue);
  for (size_t i = 0; i < kRows; ++i) {
    scores[i] = static_cast<int64_t>(random() % 3000);
    groups[i] = static_cast<int64_t>(random() % 90);
    dates[i] = static_cast<int64_t>(random() % 20'000);
    bosses[i] = static_cast<int64_t>(random() % kRows);
    if (random() % 10 == 0) known[i] = random() % 2 == 0 ? state::kNull : state::kMissing;
  }
  store.add_column(kPersons, 0, Type::kNumber, 1, scores, known);
  store.add_column(kPersons, 1, Type::kNumber, 0, groups);
  store.add_column(kPersons, 2, Type::kDate, 0, dates);
  store.add_column(kPersons, 3, Type::kRow, 0, bosses);
  constexpr size_t kListed = kRows * 2;
  store.add_table(kHonours, kListed);
  std::vector<int64_t> owners(kListed);
  std::vector<int64_t> levels(kListed);
  for (size_t i = 0; i < kListed; ++i) {
    owners[i] = static_cast<int64_t>(random() % kRows);
    levels[i] = static_cast<int64_t>(random() % 5);
  }
  store.add_column(kHonours, 0, Type::kRow, 0, owners);
  store.add_column(kHonours, 1, Type::kNumber, 0, levels);
  store.add_back_list(kHonours, 0, kPersons);
  return store;
}

std::shared_ptr<const feel::Expression> parsed(const char* text) {
  Diagnostics diagnostics;
  feel::Source source;
  source.text = text;
  return feel::parse_expression(std::move(source), {}, diagnostics);
}

class Plans {
 public:
  explicit Plans(Tables& tables) : compiler_(plan_, tables, names_) {}

  const Node* add(const char* text) {
    const auto expression = parsed(text);
    const Node* node = compiler_.compile(*expression, {PlanFrame{kPersons, "", {}, false}});
    EXPECT_NE(node, nullptr) << text << ": " << compiler_.reason().en;
    return node;
  }
  const Node* rank_test() {
    GroupPlan groups;
    groups.table = kPersons;
    groups.value = compiler_.column(kPersons, 0);
    groups.within = {compiler_.column(kPersons, 1)};
    RankPlan rank;
    rank.groups = plan_.add(std::move(groups));
    Operand place;
    place.kind = Operand::Kind::kRank;
    place.table = kPersons;
    place.rank = plan_.add(std::move(rank));
    ranked_ = place;
    PlanFrame frame;
    frame.variable = "place";
    frame.bound = ranked_;
    const auto expression = parsed("place.名次 * 10 <= place.人数");
    return compiler_.compile(*expression, {PlanFrame{kPersons, "", {}, false}, frame});
  }
  const Plan& plan() const { return plan_; }

 private:
  Names names_;
  Plan plan_;
  Compiler compiler_;
  Operand ranked_;
};

std::vector<const Node*> outputs_of(Plans& plans) {
  return {plans.add("score > 150 and since < date(\"2010-01-01\")"),
          plans.add("score * 2 + group"),
          plans.add("floor(score) - floor(group / 7)"),
          plans.add("some h in honours satisfies h.level > 3"),
          plans.add("count(honours[level = 2])"),
          plans.add("max(honours.level)"),
          plans.add("boss.score"),
          plans.add("if score = null then boss.group else 3"),
          plans.add("boss.boss.since + duration(\"P5M\")"),
          plans.rank_test()};
}

TEST(ExecutorTest, OneThreadAndMoreGiveTheSame) {
  ColumnStore store = sample();
  Plans plans(store);
  const auto outputs = outputs_of(plans);
  Executor one(plans.plan(), store, 1);
  one.run(outputs);
  for (const unsigned threads : {2U, 3U}) {
    Executor more(plans.plan(), store, threads);
    more.run(outputs);
    for (const Node* node : outputs) {
      for (size_t row = 0; row < kRows; ++row) {
        const auto [a, x] = one.at(*node, row);
        const auto [b, y] = more.at(*node, row);
        ASSERT_EQ(a, b) << row;
        ASSERT_TRUE(a != state::kValue || x == y) << row;
      }
    }
  }
}

// A sink sees each row once, its outputs ready and as they are in the end.
TEST(ExecutorTest, ChunksAreToldAsTheyAreDone) {
  ColumnStore store = sample();
  Plans plans(store);
  const auto outputs = outputs_of(plans);
  Executor alone(plans.plan(), store, 1);
  alone.run(outputs);
  for (const unsigned threads : {1U, 3U}) {
    Executor executor(plans.plan(), store, threads);
    std::vector<int> times(kRows, 0);
    std::vector<std::vector<Executor::Cell>> told(outputs.size(),
                                                  std::vector<Executor::Cell>(kRows));
    for (int run = 1; run <= 2; ++run) {
      executor.run(outputs, [&](const Executor::Done& done) {
        EXPECT_EQ(done.table, kPersons);
        EXPECT_LT(done.worker, threads);
        for (size_t row = done.begin; row < done.begin + done.count; ++row) {
          ++times[row];
          for (size_t i = 0; i < outputs.size(); ++i) {
            told[i][row] = executor.at(*outputs[i], row, done.worker);
          }
        }
      });
      for (size_t row = 0; row < kRows; ++row) {
        ASSERT_EQ(times[row], run) << row;
        for (size_t i = 0; i < outputs.size(); ++i) {
          const auto [known, value] = alone.at(*outputs[i], row);
          ASSERT_EQ(told[i][row].first, known) << row;
          ASSERT_TRUE(known != state::kValue || told[i][row].second == value) << row;
        }
      }
    }
  }
}

TEST(ExecutorTest, MayRunAgain) {
  ColumnStore store = sample();
  Plans plans(store);
  const auto outputs = outputs_of(plans);
  Executor executor(plans.plan(), store, 2);
  executor.run(outputs);
  std::vector<std::vector<State>> first;
  for (const Node* node : outputs) {
    first.emplace_back(executor.states(*node), executor.states(*node) + kRows);
  }
  executor.run(outputs);
  for (size_t i = 0; i < outputs.size(); ++i) {
    EXPECT_TRUE(std::equal(first[i].begin(), first[i].end(), executor.states(*outputs[i])));
  }
}

// Evidence asks about single rows of nodes that were made ready, but not kept.
TEST(ExecutorTest, ARowByItselfIsAsInItsChunk) {
  ColumnStore store = sample();
  Plans plans(store);
  std::vector<const Node*> wholes;
  for (const Node* node : outputs_of(plans)) wholes.push_back(node);
  const Node* both =
      plans.add("(score > 150 or count(honours[level = 2]) > 1) and not(boss.score * 2 + 1 > 100)");
  Executor kept(plans.plan(), store, 1);
  kept.run({both, both->in[0], both->in[1]});
  Executor asked(plans.plan(), store, 1);
  asked.run({both});
  for (size_t row = 0; row < kRows; row += 13) {
    for (const Node* part : {both->in[0], both->in[1]}) {
      ASSERT_EQ(kept.at(*part, row).first, asked.at(*part, row).first) << row;
    }
  }
}

// Nobody's place is computed for such a test; these are the places all the same.
TEST(ExecutorTest, ACutIsWhereThePlacesAre) {
  ColumnStore store = sample();
  Plans plans(store);
  const Node* test = plans.rank_test();
  ASSERT_EQ(test->kind, NodeKind::kRankTest);
  Executor executor(plans.plan(), store, 2);
  executor.run({test});
  const Column& score = *store.column(kPersons, 0);
  const Column& group = *store.column(kPersons, 1);
  std::map<int64_t, std::vector<int64_t>> values;
  for (size_t i = 0; i < kRows; ++i) {
    if (score.values.state_at(i) == state::kValue) {
      values[group.values.value_at(i)].push_back(score.values.value_at(i));
    }
  }
  for (auto& [key, list] : values) std::sort(list.begin(), list.end(), std::greater<>());
  for (size_t i = 0; i < kRows; ++i) {
    State expected = state::kMissing;
    if (score.values.state_at(i) == state::kValue) {
      const auto& list = values[group.values.value_at(i)];
      const auto place =
          std::lower_bound(list.begin(), list.end(), score.values.value_at(i), std::greater<>()) -
          list.begin() + 1;
      expected =
          place * 10 <= static_cast<std::ptrdiff_t>(list.size()) ? state::kTrue : state::kFalse;
    }
    ASSERT_EQ(executor.states(*test)[i], expected) << i;
  }
}

}  // namespace
}  // namespace dandang::engine

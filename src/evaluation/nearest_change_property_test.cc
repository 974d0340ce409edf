// "Nearest means nearest" (docs/decisions/0009-nearest-change.md): small random rules over small
// random records. Every answer must give the other verdict when it is written into the records, and
// no smaller change may do so, tried one by one and two by two over the whole small domains.
//
// DANDANG_PROPERTY_ROUNDS and DANDANG_PROPERTY_SEED make it longer, or repeat one run.

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <random>

#include "evaluation/nearest_change.h"
#include "feel/wording.h"
#include "policy/link.h"

namespace dandang::evaluation {
namespace {

using record::Dataset;

const char* kPackage = R"(---
clause: T1
title: {zh: 试, en: trial}
---
```code 等级
values: [甲, 乙, 丙]
```
```record 单位
key: [名]
fields:
  名: {type: text, required: true}
  级: {type: number, blank: none}
absence: {none: []}
```
```record 人
key: [编号]
fields:
  编号: {type: text, required: true}
  旗: {type: flag, blank: none}
  数: {type: number, blank: none}
  码: {type: code 等级, blank: none}
  单位: {type: ref 单位, blank: none}
absence: {none: []}
```
```record 考核
key: [人, 年度]
fields:
  人: {type: ref 人, required: true}
  年度: {type: year, required: true}
  等次: {type: code 等级, required: true}
  分: {type: number, blank: none}
absence: {none: []}
```
```record 处分
key: [人, 号]
valid: {from: 生效}
fields:
  人: {type: ref 人, required: true}
  号: {type: number, required: true}
  生效: {type: date, required: true}
  重: {type: flag, blank: none}
absence: {none: []}
```
```measure 连续甲
on: 人
streak: {over: 考核, by: 年度, ending: 2024, length: 2, holds: 等次 = "甲"}
```
```measure 今年
on: 人
pick: {over: 考核, where: 年度 = 2024}
```
```measure 位
on: 考核
rank: {of: 分, order: descending, within: [年度]}
```
```measure 高
on: 考核
aggregate: {max: 分, within: [年度]}
```
```decision 档 first
| 数值 | = 档次 |
|---|---|
| > 2 | "甲" |
| > 1 | "乙" |
| - | "丙" |
```
)";

policy::PolicySet load(const std::vector<std::string>& formulas) {
  std::string text = kPackage;
  for (size_t i = 0; i < formulas.size(); ++i) {
    const std::string n = std::to_string(i + 1);
    text += feel::worded("```rule T1.R%\nname: 规则%\nsubject: 人\ntitle: 试\nwhen: |\n  %\n```\n",
                         {n, n, formulas[i]});
  }
  Diagnostics diagnostics;
  policy::PolicySet set = policy::load_packages(
      {{"t/policy.yaml", "prefix: T\nclauses: 1\ntitle: {zh: 试, en: trial}\n"},
       {"t/clauses/01.md", text}},
      diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.code != "rule-without-test") {
      ADD_FAILURE() << diagnostic.to_string(Language::kEnglish);
    }
  }
  return set;
}

// ---- records, and every single change to them ----

struct Row {
  std::string type;
  std::vector<Cell> cells;
};
using World = std::vector<Row>;

// A fact by what it is about, with one thing it may become; no cells: the row goes.
struct Atom {
  std::string fact;
  std::optional<size_t> row;  // of the world; else a row is added
  std::optional<size_t> field;
  Cell to;
  Row added;
};

std::string key_of(const Row& row) {
  const size_t parts = row.type == "考核" || row.type == "处分" ? 2 : 1;
  std::vector<std::string> out;
  for (size_t i = 0; i < parts; ++i) {
    if (const auto* number = std::get_if<int64_t>(&row.cells[i])) {
      out.push_back(std::to_string(*number));
    } else if (const auto* text = std::get_if<std::string>(&row.cells[i])) {
      out.push_back(*text);
    } else {
      out.push_back(std::get<Decimal>(row.cells[i]).to_string());
    }
  }
  return record::key_text(out);
}

Dataset dataset_of(const policy::PolicySet& set, const World& world) {
  Dataset data(set.catalogue);
  for (const Row& row : world) {
    record::NewVersion version;
    version.type = row.type;
    version.cells = row.cells;
    version.key = key_of(row);
    if (row.type == "处分") {
      version.valid_from = Date::from_days(static_cast<int32_t>(std::get<int64_t>(row.cells[2])));
    }
    data.append(*set.catalogue->type_index(row.type), version, 1);
  }
  data.resolve_refs();
  for (const char* type : {"人", "单位", "考核", "处分"}) data.add_coverage({type, {}, {}});
  return data;
}

const Date kAsOf = *Date::parse_iso("2025-01-01");
const int64_t kPast = Date::parse_iso("2024-03-01")->days();
const int64_t kFuture = Date::parse_iso("2026-01-01")->days();

const std::vector<Cell> kFlags = {int64_t{0}, int64_t{1}, {}};
const std::vector<Cell> kNumbers = {Decimal(0), Decimal(1), Decimal(2), Decimal(3), {}};
const std::vector<Cell> kCodes = {"甲", "乙", "丙"};

std::vector<Cell> with_blank(std::vector<Cell> cells) {
  cells.emplace_back();
  return cells;
}

std::vector<Cell> domain(const std::string& type, size_t field) {
  if (type == "单位") return field == 1 ? kNumbers : std::vector<Cell>{};
  if (type == "人") {
    const std::vector<Cell> units = {"A", "B", {}};
    return field == 1   ? kFlags
           : field == 2 ? kNumbers
           : field == 3 ? with_blank(kCodes)
           : field == 4 ? units
                        : std::vector<Cell>{};
  }
  if (type == "考核") return field == 2 ? kCodes : field == 3 ? kNumbers : std::vector<Cell>{};
  if (field == 2) return {kPast, kFuture};
  return field == 3 ? kFlags : std::vector<Cell>{};
}

bool is_own(const World& world, const Row& row) {
  if (row.type == "人") return row.cells[0] == Cell("张");
  if (row.type == "单位") {
    for (const Row& other : world) {
      if (other.type == "人" && other.cells[0] == Cell("张")) return other.cells[4] == row.cells[0];
    }
  }
  return row.cells[0] == Cell("张");
}

void add_atoms_of_row(const World& world, size_t r, std::vector<Atom>& out) {
  const Row& row = world[r];
  for (size_t f = 0; f < row.cells.size(); ++f) {
    for (const Cell& to : domain(row.type, f)) {
      if (to == row.cells[f]) continue;
      out.push_back({std::to_string(r) + " " + std::to_string(f), r, f, to, {}});
    }
  }
  if (row.type == "考核" || row.type == "处分") {
    out.push_back({"row " + std::to_string(r), r, std::nullopt, {}, {}});
  }
}

void add_missing_rows(const World& world, std::vector<Atom>& out) {
  const auto on_record = [&](const Row& row) {
    return std::any_of(world.begin(), world.end(), [&](const Row& other) {
      return other.type == row.type && key_of(other) == key_of(row);
    });
  };
  const auto add = [&](Row row) {
    const std::string fact = "new " + row.type + key_of(row);
    if (!on_record(row)) out.push_back({fact, std::nullopt, std::nullopt, {}, std::move(row)});
  };
  for (const int64_t year : {2023, 2024}) {
    for (const Cell& code : kCodes) {
      for (const Cell& number : kNumbers) add({"考核", {Cell("张"), year, code, number}});
    }
  }
  for (const int number : {7, 8}) {
    for (const Cell& flag : kFlags) add({"处分", {Cell("张"), Decimal(number), kPast, flag}});
  }
}

std::vector<Atom> atoms_of(const World& world) {
  std::vector<Atom> out;
  for (size_t r = 0; r < world.size(); ++r) {
    if (is_own(world, world[r])) add_atoms_of_row(world, r, out);
  }
  add_missing_rows(world, out);
  return out;
}

World changed(const World& world, const std::vector<const Atom*>& atoms) {
  World out = world;
  std::vector<size_t> gone;
  for (const Atom* atom : atoms) {
    if (!atom->row) {
      out.push_back(atom->added);
    } else if (atom->field) {
      out[*atom->row].cells[*atom->field] = atom->to;
    } else {
      gone.push_back(*atom->row);
    }
  }
  std::sort(gone.rbegin(), gone.rend());
  for (const size_t row : gone) out.erase(out.begin() + static_cast<std::ptrdiff_t>(row));
  return out;
}

// ---- random worlds and rules ----

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  size_t below(size_t n) { return static_cast<size_t>(engine_() % n); }
  bool one_in(size_t n) { return below(n) == 0; }
  template <typename T>
  const T& of(const std::vector<T>& items) {
    return items[below(items.size())];
  }

 private:
  std::mt19937_64 engine_;
};

World make_world(Random& random) {
  World out;
  for (const char* unit : {"A", "B"}) out.push_back({"单位", {Cell(unit), random.of(kNumbers)}});
  for (const char* person : {"张", "李", "王"}) {
    out.push_back({"人",
                   {Cell(person), random.of(kFlags), random.of(kNumbers),
                    random.of(with_blank(kCodes)), random.of<Cell>({"A", "B", {}})}});
    for (const int64_t year : {2023, 2024}) {
      if (random.one_in(4)) continue;
      out.push_back({"考核", {Cell(person), year, random.of(kCodes), random.of(kNumbers)}});
    }
    if (random.one_in(2)) {
      out.push_back(
          {"处分",
           {Cell(person), Decimal(1), random.of<Cell>({kPast, kFuture}), random.of(kFlags)}});
    }
  }
  return out;
}

class RuleMaker {
 public:
  explicit RuleMaker(Random& random) : random_(random) {}

  std::string make() { return yes_or_no(3); }

 private:
  std::string number() {
    return random_.of<std::string>({"数", "数", "单位.级", "今年.分", "今年.位.名次",
                                    "今年.位.人数", "今年.高", "count(处分)", "count(处分[重])",
                                    "count(考核[等次 = \"甲\"])", "sum(考核.分)", "数 + 今年.分",
                                    "(if 旗 then 数 else 3)"});
  }

  std::string code() {
    return random_.of<std::string>({"码", "今年.等次", "档(数)", "\"甲\"", "\"乙\""});
  }

  std::string simple() {
    const std::string op = random_.of<std::string>({" >= ", " > ", " <= ", " < ", " = ", " != "});
    switch (random_.below(9)) {
      case 0:
        return "旗 = true";
      case 1:
        return "连续甲";
      case 2:
        return "(some x in 处分 satisfies x.重 = true)";
      case 3:
        return "(every x in 考核 satisfies x.等次 != \"丙\")";
      case 4:
        return "(some x in 考核 satisfies x.分 >= " + random_.of<std::string>({"2", "数"}) + ")";
      case 5:
        return "(" + code() + random_.of<std::string>({" = ", " != "}) + code() + ")";
      case 6:
        return "(" + number() + op + number() + ")";
      default:
        return "(" + number() + op + random_.of<std::string>({"0", "1", "2", "3"}) + ")";
    }
  }

  std::string yes_or_no(int depth) {
    if (depth <= 0 || random_.one_in(4)) return simple();
    switch (random_.below(6)) {
      case 0:
      case 1:
        return "(" + yes_or_no(depth - 1) + " and " + yes_or_no(depth - 1) + ")";
      case 2:
      case 3:
        return "(" + yes_or_no(depth - 1) + " or " + yes_or_no(depth - 1) + ")";
      case 4:
        return "not(" + yes_or_no(depth - 1) + ")";
      default:
        return "(if " + simple() + " then " + yes_or_no(depth - 1) + " else " +
               yes_or_no(depth - 1) + ")";
    }
  }

  Random& random_;
};

// ---- the property ----

bool is_decided(Verdict verdict) {
  return verdict == Verdict::kMet || verdict == Verdict::kNotMet;
}

std::vector<Verdict> verdicts(const policy::PolicySet& set, const World& world) {
  const Dataset data = dataset_of(set, world);
  Run run(set, data, kAsOf);
  std::vector<Verdict> out;
  for (const feel::Entity& subject : run.model().subjects("人")) {
    if (run.model().key_of(subject) != "张") continue;
    for (const policy::Rule& rule : set.rules) out.push_back(run.evaluate(rule, subject).verdict);
  }
  return out;
}

// The size of the smallest change found one by one and two by two, a number a rule; 3: none.
std::vector<size_t> brute_force(const policy::PolicySet& set, const World& world) {
  const std::vector<Verdict> now = verdicts(set, world);
  std::vector<size_t> out(now.size(), 3);
  const std::vector<Atom> atoms = atoms_of(world);
  const auto look = [&](const std::vector<const Atom*>& change) {
    const std::vector<Verdict> then = verdicts(set, changed(world, change));
    for (size_t i = 0; i < now.size(); ++i) {
      if (is_decided(then[i]) && then[i] != now[i]) out[i] = std::min(out[i], change.size());
    }
  };
  for (const Atom& atom : atoms) look({&atom});
  for (size_t i = 0; i < atoms.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const bool same_row = atoms[i].row && atoms[i].row == atoms[j].row;
      const bool goes = same_row && (!atoms[i].field || !atoms[j].field);
      if (atoms[i].fact != atoms[j].fact && !goes) look({&atoms[i], &atoms[j]});
    }
  }
  return out;
}

// The change written into the records as a person would write it.
World with_change(const policy::PolicySet& set, const World& world,
                  const std::vector<Change>& changes) {
  World out = world;
  const auto place_of = [&](size_t type, size_t row) {
    size_t seen = 0;
    for (size_t i = 0; i < world.size(); ++i) {
      if (world[i].type == set.catalogue->types[type].name && seen++ == row) return i;
    }
    return world.size();
  };
  const auto cell_of = [&](size_t type, const Edit& edit) {
    const record::Field& field = set.catalogue->types[type].fields[edit.field];
    if (field.kind != record::FieldKind::kRef || is_blank(edit.to)) return edit.to;
    const size_t target = *set.catalogue->type_index(field.ref_type);
    return world[place_of(target, static_cast<size_t>(std::get<int64_t>(edit.to)))].cells[0];
  };
  std::vector<size_t> gone;
  for (const Change& change : changes) {
    const record::RecordType& type = set.catalogue->types[change.type];
    if (change.kind == Change::Kind::kAdded) {
      Row row{type.name, std::vector<Cell>(type.fields.size())};
      row.cells[0] = "张";
      if (type.name == "处分") row.cells[2] = kPast;
      if (type.name == "处分") row.cells[1] = Decimal(100 + static_cast<int64_t>(change.row));
      if (type.name == "考核") row.cells[2] = "甲";
      for (const Edit& edit : change.edits) row.cells[edit.field] = cell_of(change.type, edit);
      out.push_back(std::move(row));
    } else if (change.kind == Change::Kind::kCell) {
      const Edit& edit = change.edits[0];
      out[place_of(change.type, change.row)].cells[edit.field] = cell_of(change.type, edit);
    } else {
      gone.push_back(place_of(change.type, change.row));
    }
  }
  std::sort(gone.rbegin(), gone.rend());
  for (const size_t row : gone) out.erase(out.begin() + static_cast<std::ptrdiff_t>(row));
  return out;
}

struct Counts {
  size_t decided = 0;
  size_t found[8] = {};
  size_t unproved = 0;
  size_t evaluations = 0;
};

void check(const policy::PolicySet& set, const World& world, const std::vector<size_t>& sizes,
           const std::vector<std::string>& formulas, Counts& counts) {
  const Dataset data = dataset_of(set, world);
  const std::vector<Verdict> now = verdicts(set, world);
  ChangeBounds bounds;
  bounds.evaluations = 6000;
  ChangeSearch search(set, data, kAsOf, {}, bounds);
  for (size_t i = 0; i < formulas.size(); ++i) {
    if (!is_decided(now[i])) continue;
    SCOPED_TRACE(formulas[i]);
    const size_t type = *set.catalogue->type_index("人");
    const size_t row = data.table(type).row_of("张").value();
    const NearestChange nearest = search.find(
        set.rules[i], {nullptr, static_cast<uint32_t>(type), static_cast<uint32_t>(row)});
    ++counts.decided;
    counts.evaluations += nearest.evaluations;
    ASSERT_EQ(nearest.from, now[i]);
    if (!nearest.proved) ++counts.unproved;
    const bool found = nearest.outcome == NearestChange::Outcome::kFound;
    if (found) ++counts.found[std::min<size_t>(nearest.size, 7)];
    // Nothing smaller, wherever the search claims so.
    if (nearest.proved) {
      const size_t mine = found ? nearest.size : 3;
      EXPECT_LE(std::min<size_t>(mine, 3), sizes[i]);
    }
    for (const std::vector<Change>& changes : nearest.alternatives) {
      EXPECT_EQ(changes.size(), nearest.size);
      const Verdict then = verdicts(set, with_change(set, world, changes))[i];
      EXPECT_TRUE(is_decided(then) && then != now[i])
          << describe_nearest(search.model(), set.rules[i], nearest)[0].zh << verdict_id(then);
    }
  }
}

uint64_t setting(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

TEST(NearestChangeProperty, AnswersGiveTheOtherVerdictAndNothingSmallerDoes) {
  constexpr size_t kRulesAWorld = 16;
  const uint64_t first_seed = setting("DANDANG_PROPERTY_SEED", 20200115);
  const uint64_t rounds = setting("DANDANG_PROPERTY_ROUNDS", 6);
  Counts counts;
  for (uint64_t seed = first_seed; seed < first_seed + rounds; ++seed) {
    SCOPED_TRACE("DANDANG_PROPERTY_SEED=" + std::to_string(seed));
    Random random(seed);
    const World world = make_world(random);
    RuleMaker maker(random);
    std::vector<std::string> formulas;
    for (size_t i = 0; i < kRulesAWorld; ++i) formulas.push_back(maker.make());
    const policy::PolicySet set = load(formulas);
    check(set, world, brute_force(set, world), formulas, counts);
    if (HasFailure()) break;
  }
  // A test of nothing would pass as well.
  EXPECT_GT(counts.decided, 4 * rounds);
  EXPECT_LT(counts.unproved * 4, counts.decided);
  std::printf("%zu decided; 1 fact: %zu, 2: %zu, 3 and more: %zu; %zu unproved; %zu trials\n",
              counts.decided, counts.found[1], counts.found[2],
              counts.found[3] + counts.found[4] + counts.found[5], counts.unproved,
              counts.evaluations);
}

}  // namespace
}  // namespace dandang::evaluation

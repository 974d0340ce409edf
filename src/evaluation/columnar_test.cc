// The columnar engine where it meets unknown, null, ties and empty lists, on the packages there
// are, and on the formulas of the DMN compatibility kit. The property is in
// columnar_property_test.cc.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include "dmn/model_reader.h"
#include "evaluation/columnar_run.h"
#include "evaluation/package_tests.h"
#include "evaluation/test_findings.h"
#include "feel/parser.h"
#include "policy/link.h"

namespace dandang::evaluation {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = DANDANG_SOURCE_DIR;

policy::PolicySet load_text(const std::string& clauses, const std::string& policy = "prefix: T\n") {
  Diagnostics diagnostics;
  policy::PolicySet set = policy::load_packages(
      {{"t/policy.yaml", policy + "clauses: 1\ntitle: {zh: 试, en: trial}\n"},
       {"t/clauses/01.md", "---\nclause: T1\ntitle: {zh: 试, en: trial}\n---\n" + clauses}},
      diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.code == "rule-without-test") continue;
    if (diagnostic.severity == Severity::kError) {
      ADD_FAILURE() << diagnostic.to_string(Language::kEnglish);
    }
  }
  return set;
}

// Whether the rules' answers come from columns, by rule id: planned, and for how many subjects.
std::map<std::string, size_t> answered(const policy::PolicySet& set, const record::Dataset& data,
                                       Date as_of, const Overrides& overrides = {}) {
  Model model(set, data, as_of, overrides);
  std::vector<const policy::Rule*> rules;
  for (const policy::Rule& rule : set.rules) rules.push_back(&rule);
  ColumnarRun run(model, rules, 1);
  std::map<std::string, size_t> out;
  for (const policy::Rule* rule : rules) {
    if (!run.has(*rule)) continue;
    size_t& count = out[rule->id];
    for (const feel::Entity& subject : model.subjects(rule->subject)) {
      ColumnarRun::Answer answer;
      count += run.answer(*rule, subject, answer) ? 1 : 0;
    }
  }
  return out;
}

// The findings' verdicts by rule, a letter each: + met, - not met, u insufficient, p not
// configured.
std::map<std::string, std::string> verdict_letters(const policy::PolicySet& set,
                                                   const record::Dataset& data, Date as_of) {
  evaluation::Run run(set, data, as_of);
  std::map<std::string, std::string> out;
  for (const Finding& finding : run.findings()) {
    out[finding.rule->id] += finding.verdict == Verdict::kMet            ? '+'
                             : finding.verdict == Verdict::kNotMet       ? '-'
                             : finding.verdict == Verdict::kInsufficient ? 'u'
                                                                         : 'p';
  }
  return out;
}

// ---- corners ----

const char* const kCorners = R"(
```code 等级
ordered: true
values: [低, 中, 高]
```
```record 人
key: [编号]
fields:
  编号: {type: text, required: true}
  数: {type: number, blank: none}
  量: {type: number, blank: unknown}
  旗: {type: flag, blank: none}
  级: {type: code 等级, blank: none}
  师: {type: ref 人, blank: none}
absence: {none: []}
```
```record 考核
key: [人, 年度]
fields:
  人: {type: ref 人, required: true}
  年度: {type: year, required: true}
  分: {type: number, blank: none}
absence: unknown
```
```record 处分
key: [人, 号]
fields:
  人: {type: ref 人, required: true}
  号: {type: number, required: true}
  月: {type: number, blank: unknown}
  时: {type: day, blank: none}
absence: {none: []}
```
```record 从未
key: [人]
fields:
  人: {type: ref 人, required: true}
  空: {type: number, blank: none}
absence: {none: []}
```
```parameter
未定: {source: local, unit: 分}
```
```measure 位
on: 人
rank: {of: 数, order: descending}
```
```measure 大组位
on: 人
rank: {of: 数, order: descending, within: [级], least: 3}
```
```measure 连
on: 人
streak: {over: 考核, by: 年度, ending: 2024, length: 2, holds: 分 >= 1}
```
```measure 逐人连
on: 人
streak: {over: 处分, each: 时, by: 号, ending: 2, length: 2, holds: 月 >= 1}
```
```measure 末次
on: 人
pick: {over: 处分, latest: 时}
```
```measure 唯一
on: 人
pick: {over: 处分, where: 月 >= 3}
```
```measure 组和
on: 人
aggregate:
  max: 数
  within: [级]
```
)";

struct Row {
  std::string type;
  std::string key;
  std::vector<Cell> cells;
};

Cell number(const char* text) {
  return Cell(*Decimal::parse(text));
}
Cell word(const char* text) {
  return Cell(std::string(text));
}
Cell year(int64_t value) {
  return Cell(value);
}
Cell day(const char* text) {
  return Cell(int64_t{Date::parse_iso(text)->days()});
}

record::Dataset corner_records(const policy::PolicySet& set) {
  const Cell none;
  const Cell yes(int64_t{1});
  const std::vector<Row> rows = {
      // 数, 量, 旗, 级, 师
      {"人", "甲", {word("甲"), number("9"), number("1"), yes, word("低"), word("乙")}},
      {"人", "乙", {word("乙"), number("7"), none, none, word("低"), none}},
      {"人", "丙", {word("丙"), number("7.0"), number("3"), none, word("低"), word("甲")}},
      {"人", "丁", {word("丁"), number("1"), number("3"), yes, word("高"), word("丙")}},
      {"人", "戊", {word("戊"), none, number("0"), none, none, none}},
      {"考核", "甲3", {word("甲"), year(2023), number("1")}},
      {"考核", "甲4", {word("甲"), year(2024), number("2")}},
      {"考核", "乙3", {word("乙"), year(2023), number("0")}},
      {"考核", "丙4", {word("丙"), year(2024), none}},
      {"考核", "丁4", {word("丁"), year(2024), number("5")}},
      {"处分", "甲1", {word("甲"), number("1"), number("3"), day("2024-01-01")}},
      {"处分", "甲2", {word("甲"), number("2"), number("2"), day("2024-05-01")}},
      {"处分", "乙1", {word("乙"), number("1"), none, none}},
      {"处分", "丙1", {word("丙"), number("1"), number("5"), day("2024-01-01")}},
      {"处分", "丙2", {word("丙"), number("2"), number("5"), day("2024-01-01")}},
  };
  record::Dataset data(set.catalogue);
  for (const Row& row : rows) {
    record::NewVersion version;
    version.type = row.type;
    version.cells = row.cells;
    version.key = row.key;
    data.append(*set.catalogue->type_index(row.type), version, 1);
  }
  data.resolve_refs();
  data.add_coverage({"人", {}, {}});
  data.add_coverage({"处分", {}, {}});
  return data;
}

TEST(ColumnarTest, CornersAreAsThePlainEvaluatorHasThem) {
  // Verdicts of 甲 to 戊: + met, - not met, u insufficient, p not configured; and how many of the
  // five the columns answer, causes included.
  struct Case {
    const char* formula;
    const char* verdicts;
    size_t by_columns;
  };
  const std::vector<Case> cases = {
      // Null compared is null, but for equality; unknown stays unknown, also against null.
      {"数 > 5", "+++-u", 5},
      {"数 = null", "----+", 5},
      {"数 != 7", "+--++", 5},
      {"量 = null", "-u---", 5},
      {"旗", "+uu+u", 5},
      {"旗 and 数 < 0", "----u", 5},
      {"旗 or 数 > 6", "++++u", 5},
      {"not(旗)", "-uu-u", 5},
      {"旗 = null", "-++-+", 5},
      {"量 > 未定", "ppppp", 5},
      {"量 > 2 or 未定 > 1", "pp++p", 5},
      {"if 旗 then 数 > 5 else 数 > 6", "+++-u", 5},
      {"数 between 7 and 8", "-++-u", 5},
      {"量 in (1, 3)", "+u++-", 5},
      {"级 = \"低\"", "+++--", 5},
      {"级 in (\"中\", \"高\")", "---+-", 5},
      {"等级序(级) >= 2", "---+u", 5},
      {"师.数 > 8", "-u+-u", 5},
      {"师.师 = null", "++--+", 5},
      {"数 * 2 - 1 = 13", "-++--", 5},
      {"floor(数 / 2) = 3", "-++--", 5},
      // Lists: empty, open, never taken in.
      {"count(处分) = 0", "---++", 5},
      {"count(处分[月 >= 3]) = 1", "+u---", 5},
      {"some x in 处分 satisfies x.月 > 2", "+u+--", 5},
      {"every x in 处分 satisfies x.月 > 2", "-u+++", 5},
      {"sum(处分.月) = 10", "-u+--", 4},
      {"max(处分.时) > date(\"2024-02-01\")", "+u-uu", 4},
      {"count(考核) = 2", "uuuuu", 5},
      {"some x in 考核 satisfies x.分 >= 1", "+uu+u", 5},
      {"every x in 考核 satisfies x.分 >= 1", "u-uuu", 5},
      {"count(考核[年度 = 2024]) = 1", "+u++u", 0},
      {"count(从未) = 0", "uuuuu", 5},
      {"旗 or count(从未) = 0", "+uu+u", 5},
      {"every x in 师.处分 satisfies x.月 > 1", "uu++u", 3},
      // Absent rows of a panel: a period that fails decides; one that is missing does not.
      {"连", "+--uu", 5},
      // The latest; a tie; one without a date; none.
      {"末次.月 = 2", "+uu--", 4},
      {"末次 = null", "--u++", 4},
      {"唯一.月 = 3", "+uu--", 3},
      // Ties share the better place; a null value has none; small groups have none.
      {"位.名次 <= 2", "+++-u", 5},
      {"位.名次 = 2", "-++-u", 5},
      {"位.名次 <= 0.5 * 位.人数", "+++-u", 5},
      {"位.名次 < 2", "+---u", 5},
      {"位.人数 = 4", "++++u", 5},
      {"大组位.名次 <= 1", "+--uu", 4},
      {"大组位.人数 - 大组位.名次 >= 1", "+++uu", 4},
      {"数 = 组和", "+--++", 0},
  };
  std::string text = kCorners;
  for (size_t i = 0; i < cases.size(); ++i) {
    const std::string n = std::to_string(i + 1);
    text += "```rule T1.R" + n + "\nname: 规则" + n + "\nsubject: 人\ntitle: 试\nwhen: |\n  " +
            cases[i].formula + "\n```\n";
  }
  const policy::PolicySet set = load_text(text);
  const record::Dataset data = corner_records(set);
  const Date as_of = *Date::parse_iso("2025-01-01");
  const auto columns = answered(set, data, as_of);
  auto verdicts = verdict_letters(set, data, as_of);
  for (size_t i = 0; i < cases.size(); ++i) {
    const std::string id = "T1.R" + std::to_string(i + 1);
    EXPECT_EQ(verdicts[id], cases[i].verdicts) << cases[i].formula;
    ASSERT_TRUE(columns.contains(id)) << cases[i].formula;
    EXPECT_EQ(columns.at(id), cases[i].by_columns) << cases[i].formula;
  }
  const auto difference = first_difference(set, data, as_of, {});
  EXPECT_FALSE(difference) << difference->text;
}

// ---- items and groups ----

const char* const kGroups = R"(
```record 人
key: [编号]
fields:
  编号: {type: text, required: true}
  级: {type: text, blank: none}
  数: {type: number, blank: unknown}
absence: {none: []}
```
```record 榜
key: [人, 年度, 项]
fields:
  人: {type: ref 人, required: true}
  年度: {type: year, required: true}
  项: {type: text, blank: unknown}
  名次: {type: number, blank: unknown}
absence: {none: [年度]}
```
```record 从未
key: [人, 年度, 项]
fields:
  人: {type: ref 人, required: true}
  年度: {type: year, required: true}
  项: {type: text, required: true}
absence: {none: [年度]}
```
```parameter
未定: {source: local, unit: 年}
```
```measure 连项
on: 人
streak: {over: 榜, each: 项, by: 年度, ending: 2024, length: 2, holds: 名次 = 1}
```
```measure 未定连项
on: 人
streak: {over: 榜, each: 项, by: 年度, ending: 2024, length: 未定, holds: 名次 = 1}
```
```measure 从未连项
on: 人
streak: {over: 从未, each: 项, by: 年度, ending: 2024, length: 2, holds: 年度 > 0}
```
```subject 级组
of: 人
by: [级]
```
```subject 大数组
of: 人
by: [级]
where: 数 > 2
```
)";

record::Dataset group_records(const policy::PolicySet& set) {
  const Cell none;
  const std::vector<Row> rows = {
      {"人", "甲", {word("甲"), word("低"), number("5")}},
      {"人", "乙", {word("乙"), word("低"), none}},
      {"人", "丙", {word("丙"), word("高"), number("7")}},
      {"人", "丁", {word("丁"), word("高"), number("3")}},
      {"人", "戊", {word("戊"), none, number("2")}},
      {"榜", "1", {word("甲"), year(2023), word("修路"), number("1")}},
      {"榜", "2", {word("甲"), year(2024), word("修路"), number("1")}},
      {"榜", "3", {word("乙"), year(2024), word("修路"), number("1")}},
      {"榜", "4", {word("丙"), year(2023), word("修路"), number("1")}},
      {"榜", "5", {word("丙"), year(2024), word("修路"), number("2")}},
      {"榜", "6", {word("戊"), year(2024), none, number("1")}},
  };
  record::Dataset data(set.catalogue);
  for (const Row& row : rows) {
    record::NewVersion version;
    version.type = row.type;
    version.cells = row.cells;
    version.key = row.key;
    data.append(*set.catalogue->type_index(row.type), version, 1);
  }
  data.resolve_refs();
  data.add_coverage({"人", {}, {}});
  data.add_coverage({"榜", {"2024"}, {}});
  return data;
}

TEST(ColumnarTest, ItemsAndGroupsAreAsThePlainEvaluatorHasThem) {
  struct Case {
    const char* subject;
    const char* formula;
    const char* verdicts;  // of 甲 to 戊, or of the groups 低, 高 and the one without; as above
    size_t by_columns;
  };
  const std::vector<Case> cases = {
      // An item that holds; one whose list of 2023 is missing; one that fails; none; one of which
      // it is not known what it is.
      {"人", "count(连项) > 0", "+u--u", 4},
      {"人", "count(连项) = 0", "-u++u", 4},
      {"人", "count(未定连项) > 0", "ppppp", 5},
      {"人", "count(从未连项) > 0", "uuuuu", 5},
      {"级组", "count(members) = 2", "++-", 3},
      {"级组", "级 = \"低\"", "+--", 3},
      {"级组", "级 = null", "--+", 3},
      {"级组", "sum(members.数) = 10", "u+-", 2},
      {"级组", "some x in members satisfies x.数 > 4", "++-", 3},
      {"级组", "every x in members satisfies x.数 > 4", "u--", 3},
      {"级组", "every x in members satisfies x.级 = 级", "+++", 3},
      {"级组", "count(members[数 > 未定]) > 0", "ppp", 3},
      {"级组", "max(max(members[数 > 4].数), 6) = 7", "u+-", 2},
      {"级组", "round half up(sum(members[数 > 0].数) * 0.25, 0) = 3", "u+-", 2},
      // 乙 may be a member; who is one for certain still decides.
      {"大数组", "some x in members satisfies x.数 > 4", "++", 2},
      {"大数组", "count(members) = 2", "u+", 1},
  };
  std::string text = kGroups;
  for (size_t i = 0; i < cases.size(); ++i) {
    const std::string n = std::to_string(i + 1);
    text += "```rule T1.R" + n + "\nname: 规则" + n + "\nsubject: " + cases[i].subject +
            "\ntitle: 试\nwhen: |\n  " + cases[i].formula + "\n```\n";
  }
  const policy::PolicySet set = load_text(text);
  const record::Dataset data = group_records(set);
  const Date as_of = *Date::parse_iso("2025-01-01");
  const auto columns = answered(set, data, as_of);
  const auto verdicts = verdict_letters(set, data, as_of);
  for (size_t i = 0; i < cases.size(); ++i) {
    const std::string id = "T1.R" + std::to_string(i + 1);
    EXPECT_EQ(verdicts.at(id), cases[i].verdicts) << cases[i].formula;
    ASSERT_TRUE(columns.contains(id)) << cases[i].formula;
    EXPECT_EQ(columns.at(id), cases[i].by_columns) << cases[i].formula;
  }
  const auto difference = first_difference(set, data, as_of, {});
  EXPECT_FALSE(difference) << difference->text;
}

TEST(ColumnarTest, SaysWhatItLeavesToThePlainEvaluatorAndWhy) {
  struct Case {
    const char* formula;
    const char* why;  // empty: planned
  };
  const std::vector<Case> cases = {
      {"数 > 1 and some x in 处分 satisfies x.月 > 数", ""},
      {"count(for x in 处分 return x.月) > 1", "this form is not computed by columns"},
      {"some x in 处分, y in 考核 satisfies x.月 > y.分", "iteration over several variables"},
      {"处分[1].月 > 1", "a row taken by its position"},
      {"mean(处分.月) > 1", "function \"mean\" is not computed by columns"},
      {"数 / 3 > 1", "this arithmetic is not computed by columns"},
      {"list contains(处分.月, 3)", "function \"list contains\" is not computed by columns"},
      {"some i in 逐人连 satisfies 数 > 1", "iteration over items"},
      {"count(逐人连[item != null]) > 0", "a filter on items"},
  };
  std::string text = kCorners;
  for (size_t i = 0; i < cases.size(); ++i) {
    const std::string n = std::to_string(i + 1);
    text += "```rule T1.R" + n + "\nname: 规则" + n + "\nsubject: 人\ntitle: 试\nwhen: |\n  " +
            cases[i].formula + "\n```\n";
  }
  const policy::PolicySet set = load_text(text);
  std::map<std::string, Text> reasons;
  for (const auto& [rule, why] : not_planned(set)) reasons[rule->id] = why;
  for (size_t i = 0; i < cases.size(); ++i) {
    const Text& why = reasons["T1.R" + std::to_string(i + 1)];
    EXPECT_EQ(why.en, cases[i].why) << cases[i].formula;
    EXPECT_EQ(why.zh.empty(), why.en.empty()) << cases[i].formula;
  }
}

// What can be planned does not hang on records; the others fall back to the plain evaluator, and
// `policy check` names them. Most rules are planned, those of the two documents' first clauses all.
TEST(ColumnarTest, RulesOfThePackagesArePlannedEvenWithoutRecords) {
  Diagnostics diagnostics;
  const auto files = policy::read_package_files((kSource / "policies").string());
  ASSERT_TRUE(files);
  const policy::PolicySet set = policy::load_packages(*files, diagnostics);
  const std::set<std::string> must = {"N4.R1",  "N4.R2a", "N4.R2b", "N4.R2c", "N4.R8",
                                      "N5.R2",  "N5.R4",  "N14.R3", "N16.R3", "N16.R4",
                                      "N16.R6", "S11.R1", "S13.R1", "S16.R1", "S17.R1"};
  std::set<std::string> declared;
  for (const policy::Rule& rule : set.rules) declared.insert(rule.id);
  for (const std::string& id : must) EXPECT_TRUE(declared.contains(id)) << id;
  const auto refused = not_planned(set);
  EXPECT_LT(refused.size() * 2, set.rules.size());
  for (const auto& [rule, why] : refused) {
    EXPECT_FALSE(must.contains(rule->id)) << rule->id << ": " << why.en;
  }
}

// ---- random records of any types ----

// Records of every type of the packages: cells at random, some blank.
class AnyRecords {
 public:
  AnyRecords(const policy::PolicySet& set, uint64_t seed, size_t people, size_t blanks)
      : catalogue_(*set.catalogue),
        random_(seed),
        people_(people),
        blanks_(blanks),
        data_(set.catalogue),
        keys_(catalogue_.types.size()),
        made_(catalogue_.types.size(), false) {}

  record::Dataset make() {
    for (size_t t = 0; t < catalogue_.types.size(); ++t) make_type(t);
    data_.resolve_refs();
    for (const record::RecordType& type : catalogue_.types) {
      if (below(10) < 8) data_.add_coverage({type.name, {}, {}});
    }
    return std::move(data_);
  }

 private:
  size_t below(size_t n) { return static_cast<size_t>(random_() % n); }

  void make_type(size_t t) {
    if (made_[t]) return;
    made_[t] = true;
    const record::RecordType& type = catalogue_.types[t];
    const record::Field* owner = nullptr;
    bool yearly = false;
    for (const record::Field& field : type.fields) {
      if (field.kind != record::FieldKind::kRef) continue;
      const size_t target = *catalogue_.type_index(field.ref_type);
      if (target != t) make_type(target);
    }
    for (const std::string& part : type.key) {
      const record::Field& field = *type.find_field(part);
      if (field.kind == record::FieldKind::kRef && owner == nullptr) owner = &field;
      yearly = yearly || field.kind == record::FieldKind::kYear;
    }
    if (owner == nullptr) {
      for (size_t i = 0; i < people_; ++i) add_row(t, {}, 0);
      return;
    }
    const size_t target = *catalogue_.type_index(owner->ref_type);
    for (const std::string& key : std::vector<std::string>(keys_[target])) {
      if (!yearly) {
        for (size_t i = below(3); i > 0; --i) add_row(t, key, 0);
        continue;
      }
      for (int64_t of_year = 2022; of_year <= 2026; ++of_year) {
        if (below(8) > 0) add_row(t, key, of_year);
      }
    }
  }

  void add_row(size_t t, const std::string& owner, int64_t of_year) {
    const record::RecordType& type = catalogue_.types[t];
    record::NewVersion version;
    version.type = type.name;
    const auto is_key = [&](const record::Field& field) {
      return std::find(type.key.begin(), type.key.end(), field.name) != type.key.end();
    };
    std::vector<std::string> parts;
    bool owned = false;
    for (const record::Field& field : type.fields) {
      Cell cell = cell_of(field, is_key(field));
      if (field.kind == record::FieldKind::kRef && is_key(field) && !owned && !owner.empty()) {
        cell = owner;
        owned = true;
      }
      if (field.kind == record::FieldKind::kYear && is_key(field) && of_year > 0) cell = of_year;
      version.cells.push_back(std::move(cell));
    }
    for (const std::string& part : type.key) {
      const size_t at = *type.field_index(part);
      const bool is_ref = type.fields[at].kind == record::FieldKind::kRef;
      const Cell& cell = version.cells[at];
      parts.push_back(is_ref && !is_blank(cell) ? std::get<std::string>(cell)
                                                : record::to_display(type.fields[at], cell));
    }
    if (type.repeats) parts.push_back(std::to_string(serial_++));
    version.key = record::key_text(parts);
    if (!seen_.insert(type.name + version.key).second) return;
    if (type.valid == record::RecordType::Valid::kFrom) {
      const Cell& from = version.cells[*type.field_index(type.valid_field)];
      if (!is_blank(from)) version.valid_from = Date::from_days(std::get<int64_t>(from));
    }
    keys_[t].push_back(version.key);
    data_.append(t, version, 1);
  }

  Cell cell_of(const record::Field& field, bool is_key) {
    using record::FieldKind;
    if (!field.required && !is_key && below(blanks_) == 0) return {};
    switch (field.kind) {
      case FieldKind::kDate:
      case FieldKind::kDay:
        return int64_t{Date::from_ymd(2018, 1, 1)->days()} + static_cast<int64_t>(below(3200));
      case FieldKind::kYear:
        return static_cast<int64_t>(2022 + below(5));
      case FieldKind::kNumber:
        return *Decimal::make(static_cast<Int128>(below(is_key ? 1000 : 14) * 5), is_key ? 0 : -1);
      case FieldKind::kMoney:
        return static_cast<int64_t>(300000 + below(9) * 50000);
      case FieldKind::kFlag:
        return static_cast<int64_t>(below(2));
      case FieldKind::kCode: {
        const auto& values = catalogue_.find_code_list(field.code_list)->values;
        return values[below(values.size())].name;
      }
      case FieldKind::kRef: {
        const auto& keys = keys_[*catalogue_.type_index(field.ref_type)];
        if (keys.empty()) return {};
        return keys[below(keys.size())];
      }
      default:
        return (is_key ? "名" + std::to_string(serial_++) : "词" + std::to_string(below(4)));
    }
  }

  const record::Catalogue& catalogue_;
  std::mt19937_64 random_;
  size_t people_;
  size_t blanks_;
  record::Dataset data_;
  std::vector<std::vector<std::string>> keys_;
  std::vector<bool> made_;
  std::set<std::string> seen_;
  size_t serial_ = 0;
};

policy::PolicySet load_folder(const fs::path& folder) {
  const auto files = policy::read_package_files(folder.string());
  EXPECT_TRUE(files);
  Diagnostics diagnostics;
  return policy::load_packages(*files, diagnostics);
}

// ---- the province's rules, said otherwise ----

// What is planned hangs on the kinds of formulas, not on the workload that is measured.
TEST(ColumnarTest, TheMeasuredRulesRenamedAndReorderedStayPlanned) {
  std::ifstream file(kSource / "bench/province/policies/province/clauses/01-annual-run.md");
  const std::string original{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(original.empty());
  using Changes = std::vector<std::pair<std::string, std::string>>;
  const std::vector<Changes> variants = {
      {},
      {{"年度考核", "考评"},
       {"单位考核", "机构评分"},
       {"人员", "职员"},
       {"职务层次", "层级"},
       {"积分", "得点"},
       {"优秀", "上等"},
       {"县级", "区级"},
       {"连年末位", "总在后面"}},
      {{"{value: 3, unit", "{value: 2, unit"},
       {"value: 15,", "value: 40,"},
       {"value: 0.1,", "value: 0.35,"},
       {"value: 0.05,", "value: 0.5,"},
       {"value: 市级", "value: 县级"}},
      {{"[当年县域, 当年职务组, 年度]", "[年度, 当年职务组]"},
       {"[所在县域, 所在组, 年度]", "[所在组, 年度]"},
       {"[所在县域, 年度]", "[年度]"},
       {"(职务层次 + 1) / 2", "(职务层次 + 5) / 3"}},
      {{"积分 != null and 积分前位.名次 <= 积分靠前比例 * 积分前位.人数",
        "积分前位.人数 * 积分靠前比例 >= 积分前位.名次 and 积分 > 1"},
       {"县内名次.名次 * 100 <= 单位靠前百分比 * 县内名次.人数",
        "县内名次.名次 <= ceiling(0.3 * 县内名次.人数)"},
       {"个人连年优秀 or 积分靠前 or 近年受表彰", "近年受表彰 or (个人连年优秀 or 积分靠前)"}},
  };
  for (const Changes& changes : variants) {
    std::string text = original.substr(0, original.find("## 验证"));
    for (const auto& [from, to] : changes) {
      ASSERT_NE(text.find(from), std::string::npos) << from;
      for (size_t at = text.find(from); at != std::string::npos;
           at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
      }
    }
    // The rules in the opposite order.
    if (!changes.empty()) {
      const std::string open = "```rule ";
      std::vector<std::string> rules;
      const size_t first = text.find(open);
      for (size_t at = first; at != std::string::npos;) {
        const size_t next = text.find(open, at + 1);
        rules.push_back(text.substr(at, next == std::string::npos ? next : next - at));
        at = next;
      }
      text.resize(first);
      for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) text += *rule + "\n";
    }
    Diagnostics diagnostics;
    const policy::PolicySet set = policy::load_packages(
        {{"w/policy.yaml", "prefix: W\nclauses: 1\ntitle: {zh: 试, en: trial}\n"},
         {"w/clauses/01.md", text}},
        diagnostics);
    ASSERT_EQ(set.rules.size(), 11U);
    for (const auto& [rule, why] : not_planned(set)) ADD_FAILURE() << rule->id << ": " << why.en;
    const Date as_of = *Date::from_ymd(2026, 12, 31);
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      // More people than a chunk has rows, once.
      const bool large = seed == 1 && (!kSanitized || &changes == &variants.front());
      const size_t people = large ? engine::Executor::kChunk + 60 : 40;
      const record::Dataset data = AnyRecords(set, seed, people, 6).make();
      Model model(set, data, as_of);
      RecordColumns columns(model);
      Planner planner(model, columns);
      for (const policy::Rule& rule : set.rules) {
        EXPECT_EQ(planner.plan(rule).refused.en, "") << rule.id << " seed " << seed;
      }
      const auto difference = first_difference(set, data, as_of, {});
      EXPECT_FALSE(difference) << difference->text;
    }
  }
}

// ---- the packages ----

Overrides some_parameters(const policy::PolicySet& set, uint64_t seed) {
  std::mt19937_64 random(seed);
  Overrides overrides;
  for (const policy::Parameter& parameter : set.parameters) {
    if (random() % 4 == 0 || parameter.source != policy::ParameterSource::kLocal) continue;
    switch (parameter.type) {
      case policy::ParameterType::kNumber:
        overrides.parameters[parameter.name] =
            parameter.unit == "比例" ? "0.3" : std::to_string(1 + random() % 5);
        break;
      case policy::ParameterType::kFlag:
        overrides.parameters[parameter.name] = "true";
        break;
      default:
        break;
    }
  }
  return overrides;
}

TEST(ColumnarTest, EveryRuleOfThePackagesAgreesOnRandomRecords) {
  const policy::PolicySet set = load_folder(kSource / "policies");
  ASSERT_FALSE(set.rules.empty());
  std::map<std::string, size_t> by_columns;
  std::map<std::string, std::string> refused;
  const uint64_t seeds = kSanitized ? 1 : 6;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    const record::Dataset data = AnyRecords(set, seed, 30, 3 + seed * 4).make();
    const Overrides overrides = some_parameters(set, seed);
    const Date as_of = *Date::from_ymd(seed % 2 == 0 ? 2026 : 2025, 6, 30);
    const auto difference = first_difference(set, data, as_of, overrides);
    EXPECT_FALSE(difference) << "seed " << seed << "\n" << difference->text;
    for (const auto& [rule, count] : answered(set, data, as_of, overrides)) {
      by_columns[rule] += count;
    }
    Model model(set, data, as_of, overrides);
    RecordColumns columns(model);
    Planner planner(model, columns);
    for (const policy::Rule& rule : set.rules) {
      const PlannedRule planned = planner.plan(rule);
      if (!planned.is_planned()) refused[rule.id] = planned.refused.en;
    }
  }
  size_t decided = 0;
  for (const auto& [rule, count] : by_columns) decided += count;
  std::printf("%zu of %zu rules planned, %zu answers from columns\n", by_columns.size(),
              set.rules.size(), decided);
  for (const auto& [rule, why] : refused) std::printf("  %s: %s\n", rule.c_str(), why.c_str());
  EXPECT_GT(by_columns.size() * 2, set.rules.size());
  EXPECT_GT(decided, 500 * seeds);
}

TEST(ColumnarTest, EveryTestOfThePackagesAgrees) {
  const policy::PolicySet set = load_folder(kSource / "policies");
  ASSERT_FALSE(set.tests.empty());
  const size_t step_size = kSanitized ? 10 : 1;
  for (size_t i = 0; i < set.tests.size(); i += step_size) {
    const policy::TestCase& test = set.tests[i];
    std::vector<policy::TestStep> steps = {test.first};
    steps.insert(steps.end(), test.also.begin(), test.also.end());
    for (const policy::TestStep& step : steps) {
      if (!step.as_of) continue;
      Diagnostics diagnostics;
      const record::Dataset data = dataset_of(set, test, step, diagnostics);
      Overrides overrides;
      overrides.measures = test.set;
      for (const auto& [name, value] : step.parameters) {
        overrides.parameters[name] =
            value == "unset" ? std::nullopt : std::optional<std::string>(value);
      }
      const auto difference = first_difference(set, data, *step.as_of, overrides);
      EXPECT_FALSE(difference) << test.title << "\n" << difference->text;
    }
  }
}

// ---- the compatibility kit's formulas ----

// One row; its columns are a formula's inputs.
class OneRow : public engine::Tables, public engine::Scope, public feel::Environment {
 public:
  void add(const std::string& name, const feel::Value& value) {
    values_[name] = value;
    engine::State known = engine::state::kValue;
    engine::Type type = engine::Type::kNumber;
    int scale = 0;
    int64_t digits = 0;
    if (value.is(feel::Value::Kind::kNumber)) {
      scale = 2;
      digits = *value.number().multiply(Decimal(100))->to_int64();
    } else if (value.is(feel::Value::Kind::kString)) {
      type = engine::Type::kWord;
      digits = dictionary_.add(value.string());
    } else if (value.is(feel::Value::Kind::kBoolean)) {
      digits = value.boolean() ? 1 : 0;
      flags_.insert(name);
    } else if (value.is(feel::Value::Kind::kDate)) {
      type = engine::Type::kDate;
      digits = value.date().days();
    }
    auto held = std::make_unique<Held>();
    held->digits = digits;
    held->known = known;
    held->column.type = type;
    held->column.scale = scale;
    held->column.low = held->column.high = digits;
    held->column.values =
        engine::Vector{reinterpret_cast<const uint8_t*>(&held->digits), &held->known, 0, 8};
    columns_[name] = std::move(held);
  }

  size_t rows(uint32_t) const override { return 1; }
  const engine::Column* column(uint32_t, uint32_t) override { return nullptr; }
  const engine::Panel* panel(uint32_t) const override { return nullptr; }
  const engine::BackList* back_list(uint32_t, uint32_t) override { return nullptr; }
  engine::Dictionary& dictionary() override { return dictionary_; }

  engine::Operand member(engine::Compiler& compiler, uint32_t, const std::string& name) override {
    const auto found = columns_.find(name);
    if (found == columns_.end()) return unknown_name();
    engine::Node node = {};
    node.kind = engine::NodeKind::kColumn;
    node.type = found->second->column.type;
    node.scale = static_cast<uint8_t>(found->second->column.scale);
    node.column = &found->second->column;
    node.low = node.high = found->second->digits;
    node.may_lack = true;
    const engine::Node* column = compiler.plan().add(std::move(node));
    if (!flags_.contains(name)) return engine::Operand::of(column);
    engine::Node truth = {};
    truth.kind = engine::NodeKind::kTruthOf;
    truth.may_lack = true;
    truth.in = {column};
    return engine::Operand::of(compiler.plan().add(std::move(truth)));
  }
  engine::Operand global(engine::Compiler&, const std::string&) override { return unknown_name(); }
  engine::Operand member_of(const feel::Entity&, const std::string&) override { return {}; }
  const engine::Node* complete(engine::Compiler& compiler, const engine::Operand&) override {
    return compiler.truth_constant(engine::state::kTrue, 0);
  }
  bool pins(uint32_t, const std::string&) const override { return false; }

  std::optional<feel::Value> lookup(const std::string& name) override {
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  struct Held {
    engine::Column column;
    int64_t digits = 0;
    engine::State known = engine::state::kValue;
  };
  static engine::Operand unknown_name() {
    engine::Operand none;
    none.kind = engine::Operand::Kind::kUnknownName;
    return none;
  }

  std::map<std::string, feel::Value> values_;
  std::map<std::string, std::unique_ptr<Held>> columns_;
  std::set<std::string> flags_;
  engine::Dictionary dictionary_;
};

// What the engine computed, as a value; nothing where it asks the plain evaluator.
std::optional<feel::Value> value_of(const engine::Node& node, engine::Executor& executor,
                                    const engine::Dictionary& dictionary) {
  using engine::Type;
  const auto [known, digits] = executor.at(node, 0);
  if ((known & engine::state::kUndecided) != 0) return std::nullopt;
  if (known == engine::state::kNull) return feel::Value();
  switch (node.type) {
    case Type::kTruth:
      return feel::Value(known == engine::state::kTrue);
    case Type::kNumber:
      return feel::Value::from(Decimal::make(digits, -node.scale));
    case Type::kDate:
      return feel::Value(Date::from_days(digits));
    case Type::kMonths:
      return feel::Value(feel::MonthsDuration{digits});
    case Type::kWord:
      return feel::Value(dictionary.word(digits));
    default:
      return std::nullopt;
  }
}

// A value of the type; false if it is none that columns hold.
bool simple_value(const std::string& type, std::mt19937& random, feel::Value& out) {
  if (type == "number") {
    out = *Decimal::make(static_cast<Int128>(random() % 800) * 25 - 5000, -2);
  } else if (type == "string") {
    out = std::string(random() % 2 == 0 ? "foo" : "bar");
  } else if (type == "boolean") {
    out = random() % 2 == 0;
  } else if (type == "date") {
    out = Date::from_days(16000 + static_cast<int64_t>(random() % 4000));
  } else {
    return false;
  }
  return true;
}

struct KitCounts {
  size_t formulas = 0;
  size_t planned = 0;
  size_t compared = 0;
};

void compare_formula(const feel::Source& source, const std::map<std::string, std::string>& inputs,
                     KitCounts& counts) {
  ++counts.formulas;
  bool planned = false;
  for (unsigned seed = 1; seed <= 8; ++seed) {
    std::mt19937 random(seed);
    OneRow row;
    feel::ParseOptions options;
    for (const auto& [name, type] : inputs) {
      feel::Value value;
      if (!simple_value(type, random, value)) return;
      if (random() % 6 != 0) row.add(name, value);
      options.names.insert(name);
    }
    Diagnostics diagnostics;
    const auto expression = feel::parse_expression(source, options, diagnostics);
    if (expression == nullptr) return;
    engine::Plan plan;
    engine::Compiler compiler(plan, row, row);
    const engine::Node* node = compiler.compile(*expression, {engine::PlanFrame{0, "", {}, false}});
    if (node == nullptr) continue;
    planned = true;
    engine::Executor executor(plan, row, 1);
    executor.run({node});
    const auto value = value_of(*node, executor, row.dictionary());
    if (!value) continue;
    feel::Evaluator evaluator(row);
    const feel::Value expected = evaluator.evaluate(*expression);
    EXPECT_EQ(value->to_string(), expected.to_string()) << source.text;
    EXPECT_EQ(value->kind(), expected.kind()) << source.text;
    ++counts.compared;
  }
  counts.planned += planned ? 1 : 0;
}

// Literal expressions of the compatibility kit whose names are all simple inputs.
TEST(ColumnarTest, TheCompatibilityKitsFormulasAgree) {
  const fs::path kit = kSource / ".." / "shared" / "dmn-tck" / "TestCases";
  if (!fs::exists(kit)) GTEST_SKIP() << "no compatibility kit at " << kit;
  KitCounts counts;
  for (const auto& entry : fs::recursive_directory_iterator(kit)) {
    if (entry.path().extension() != ".dmn") continue;
    std::ifstream file(entry.path());
    const std::string xml{std::istreambuf_iterator<char>(file), {}};
    Diagnostics diagnostics;
    const auto model = dmn::read_model({entry.path().string(), xml}, diagnostics);
    if (model == nullptr) continue;
    std::map<std::string, std::string> inputs;
    for (const auto& element : model->elements) {
      if (element->kind != dmn::Element::Kind::kInputData) continue;
      inputs[element->name] = dmn::basic_type_name(element->variable.type_reference);
    }
    for (const auto& element : model->elements) {
      if (element->kind != dmn::Element::Kind::kDecision || element->logic == nullptr) continue;
      if (element->logic->kind != dmn::Boxed::Kind::kLiteral) continue;
      // Of the inputs only those that the formula may name.
      std::map<std::string, std::string> named;
      for (const auto& [name, type] : inputs) {
        if (element->logic->source.text.find(name) != std::string::npos) named[name] = type;
      }
      compare_formula(element->logic->source, named, counts);
    }
  }
  std::printf("%zu formulas of the kit, %zu planned, %zu values compared\n", counts.formulas,
              counts.planned, counts.compared);
  EXPECT_GT(counts.planned, 50U);
}

}  // namespace
}  // namespace dandang::evaluation

#pragma once

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "evaluation/model.h"
#include "policy/link.h"
#include "record/dataset.h"

// What property tests share: random packages over random small records, of every kind of field,
// measure, group and rule.
namespace dandang::evaluation::random_package {

using record::Dataset;

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  size_t below(size_t n) { return static_cast<size_t>(engine_() % n); }
  bool one_in(size_t n) { return below(n) == 0; }
  template <typename T>
  const T& of(const std::vector<T>& items) {
    return items[below(items.size())];
  }
  std::string word(const std::vector<std::string>& words) { return of(words); }

 private:
  std::mt19937_64 engine_;
};

// ---- record types ----

// What a field or formula is: n number, t yes or no, w word, d date, m months; e a row, l a list of
// rows, k places in a rank, c a list of items.
struct FieldForm {
  std::string name;
  char type = 'n';
  std::string declared;  // as a package writes the type
  std::string blank;     // empty: required
  std::string target;    // of a ref
};

struct TypeForm {
  std::string name;
  size_t key_size = 1;
  std::string rest;  // further lines
  std::vector<FieldForm> fields;
};

inline const std::vector<TypeForm>& types() {
  static const std::vector<TypeForm> kTypes = {
      {"单位",
       1,
       "absence: {none: []}\n",
       {{"编号", 'w', "text", "", ""},
        {"类", 'w', "code 等级", "unknown", ""},
        {"县", 'n', "number", "none", ""},
        {"得分", 'n', "number", "none", ""},
        {"上级", 'e', "ref 单位", "none", "单位"},
        {"立", 'd', "date", "none", ""},
        {"牌", 't', "flag", "\"false\"", ""}}},
      {"人",
       1,
       "absence: {none: []}\n",
       {{"编号", 'w', "text", "", ""},
        {"旗", 't', "flag", "unknown", ""},
        {"正", 't', "flag", "\"true\"", ""},
        {"净", 't', "flag", "none", ""},
        {"数", 'n', "number", "none", ""},
        {"量", 'n', "number", "floor(数 * 2)", ""},
        {"龄", 'n', "number", "1.5", ""},
        {"码", 'w', "code 等级", "unknown", ""},
        {"级", 'w', "code 等级", "乙", ""},
        {"型", 'w', "甲|乙|丙", "none", ""},
        {"日", 'd', "date", "unknown", ""},
        {"入", 'd', "day", "none", ""},
        {"钱", 'n', "money", "unknown", ""},
        {"届", 'n', "year", "none", ""},
        {"位", 'e', "ref 单位", "none", "单位"},
        {"挂", 'e', "ref 单位", "unknown", "单位"},
        {"师", 'e', "ref 人", "none", "人"}}},
      {"考核",
       2,
       "absence: ABSENCE\n",
       {{"人", 'e', "ref 人", "", "人"},
        {"年度", 'n', "year", "", ""},
        {"等次", 'w', "code 等级", "unknown", ""},
        {"分", 'n', "number", "none", ""},
        {"重", 't', "flag", "unknown", ""},
        {"单", 'e', "ref 单位", "none", "单位"},
        {"期", 'd', "date", "none", ""}}},
      {"单评",
       2,
       "absence: {none: [年度]}\n",
       {{"单位", 'e', "ref 单位", "", "单位"},
        {"年度", 'n', "year", "", ""},
        {"评分", 'n', "number", "none", ""},
        {"末", 't', "flag", "\"false\"", ""}}},
      {"处分",
       2,
       "absence: {none: []}\n",
       {{"人", 'e', "ref 人", "", "人"},
        {"号", 'n', "number", "", ""},
        {"处重", 't', "flag", "unknown", ""},
        {"月", 'n', "number", "none", ""},
        {"时", 'd', "day", "", ""},
        {"种", 'w', "code 等级", "", ""}}},
      {"表彰",
       2,
       "repeats: true\nvalid: {from: 授时}\nabsence: {none: []}\n",
       {{"人", 'e', "ref 人", "", "人"},
        {"号", 'n', "number", "", ""},
        {"级别", 'w', "code 等级", "", ""},
        {"授时", 'd', "date", "", ""},
        {"值", 'n', "number", "none", ""}}},
      {"排名",
       3,
       "absence: {none: [年度]}\n",
       {{"人", 'e', "ref 人", "", "人"},
        {"年度", 'n', "year", "", ""},
        {"项", 'w', "code 等级", "", ""},
        {"位次", 'n', "number", "none", ""}}},
      {"旁证",
       1,
       "absence: {none: []}\n",
       {{"编码", 'w', "text", "", ""},
        {"人", 'e', "ref 人", "none", "人"},
        {"年度", 'n', "year", "unknown", ""},
        {"证", 'n', "number", "none", ""}}},
      {"无主",
       1,
       "absence: {none: []}\n",
       {{"编码", 'w', "text", "", ""},
        {"人", 'e', "ref 人", "unknown", "人"},
        {"多", 'n', "number", "none", ""}}},
      {"从未",
       2,
       "absence: {none: []}\n",
       {{"人", 'e', "ref 人", "", "人"},
        {"年度", 'n', "year", "", ""},
        {"空", 'n', "number", "none", ""}}},
  };
  return kTypes;
}

inline const TypeForm& form_of(const std::string& type) {
  return *std::find_if(types().begin(), types().end(),
                       [&](const TypeForm& form) { return form.name == type; });
}

struct Member {
  std::string name;
  char type = 'n';
  std::string target;  // of e and l
};
using Members = std::map<std::string, std::vector<Member>>;

// Fields, and the lists of those that refer to the type.
inline Members declared_members() {
  Members out;
  for (const TypeForm& form : types()) {
    for (const FieldForm& field : form.fields) {
      out[form.name].push_back({field.name, field.type, field.target});
    }
  }
  for (const TypeForm& form : types()) {
    for (const FieldForm& field : form.fields) {
      if (field.target.empty()) continue;
      std::vector<Member>& members = out[field.target];
      // 单位's own 单位 is its field or nothing.
      const bool known = std::any_of(members.begin(), members.end(),
                                     [&](const Member& m) { return m.name == form.name; });
      if (!known) members.push_back({form.name, 'l', form.name});
    }
  }
  return out;
}

// ---- formulas ----

// Each % of the text stands for a part.
struct Formula {
  char type = 't';
  std::string text;
  std::vector<Formula> parts;

  std::string words() const {
    std::string out;
    size_t next = 0;
    for (const char c : text) {
      if (c == '%') {
        out += parts[next++].words();
      } else {
        out += c;
      }
    }
    return out;
  }
};

// A measure, rule or duty; each % of the text is a formula.
struct Declaration {
  std::string text;
  std::vector<Formula> formulas;

  std::string words() const { return Formula{'t', text, formulas}.words(); }
};

struct Package {
  std::string absence;  // of 考核
  std::vector<Declaration> subjects;
  std::vector<Declaration> measures;
  std::vector<Declaration> rules;
};

inline std::string package_text(const Package& package) {
  std::string text = "---\nclause: T1\ntitle: {zh: 试, en: trial}\n---\n";
  for (const TypeForm& form : types()) {
    text += "```record " + form.name + "\nkey: [";
    for (size_t i = 0; i < form.key_size; ++i) text += (i > 0 ? ", " : "") + form.fields[i].name;
    text += "]\nfields:\n";
    for (const FieldForm& field : form.fields) {
      text += "  " + field.name + ": {type: " + field.declared;
      text += field.blank.empty() ? ", required: true}\n" : ", blank: " + field.blank + "}\n";
    }
    text += form.rest + "```\n";
  }
  const std::string absence = "ABSENCE";
  text.replace(text.find(absence), absence.size(), package.absence);
  text += R"(
```parameter
标准: {source: local, unit: 分}
年数: {source: local, unit: 年}
比例: {value: 0.4, source: text}
底线: {value: 2, source: text}
从严: {source: local, type: flag}
界日: {value: 2024-06-01, source: text}
好词: {value: 甲, source: text}
```
```measure 末年
value: max(考核.年度)
```
```measure 加分
on: 人
args: [基数]
value: 基数 + (if 正 then 1 else 数)
```
```measure 翻倍
args: [一数, 二数]
value: 一数 * 2 + 二数
```
```decision 定级 unique partial
| 数值 | 等级 | = 结果 |
|---|---|---|
| < 2 | - | 1 |
| >= 2 | "甲" | 2 |
| [2..3) | not("甲") | 0.5 |
| > 3 | "乙","丙" | 1 |
```
```decision 大小 first
| 数值 | = 结果 |
|---|---|
| > 标准 | "甲" |
| > 2 | "乙" |
| - | "丙" |
```
```decision 轻重 first partial
| 数值 | 等级 | = 结果 |
|---|---|---|
| (0..3] | - | "甲" |
| 5, 7 | - | "乙" |
| - | "丙" | "丙" |
```
```decision 够格 any partial
| 数值 | 旗值: flag | = 结果 |
|---|---|---|
| > 1 | true | true |
| > 2 | - | true |
| < 0 | false | false |
```
)";
  for (const Declaration& subject : package.subjects) text += subject.words();
  for (const Declaration& measure : package.measures) text += measure.words();
  for (const Declaration& rule : package.rules) text += rule.words();
  return text;
}

inline const char* const kCommon = R"(---
clause: C1
title: {zh: 通, en: common}
---
```code 等级
ordered: true
values: [甲, 乙, 丙]
```
```parameter
通用数: {value: 2, source: text}
通用限: {source: local, unit: 分}
```
```measure 通用倍
args: [原数]
value: 原数 * 通用数
```
```decision 通用级 first partial
| 数值 | = 结果 |
|---|---|
| < 2 | "甲" |
| >= 2 | "乙" |
```
)";

inline std::optional<policy::PolicySet> load(const Package& package, std::string* why = nullptr) {
  Diagnostics diagnostics;
  policy::PolicySet set = policy::load_packages(
      {{"c/policy.yaml", "prefix: C\nclauses: 1\ntitle: {zh: 通, en: common}\n"},
       {"c/clauses/01.md", kCommon},
       {"t/policy.yaml", "prefix: T\nclauses: 1\ntitle: {zh: 试, en: trial}\nuses: [c]\n"},
       {"t/clauses/01.md", package_text(package)}},
      diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.code == "rule-without-test" || diagnostic.severity != Severity::kError) continue;
    if (why != nullptr) *why += diagnostic.to_string(Language::kEnglish) + "\n";
    if (why == nullptr) return std::nullopt;
  }
  if (why != nullptr && !why->empty()) return std::nullopt;
  return set;
}

// ---- records ----

struct Row {
  std::string type;
  std::vector<Cell> cells;
};

struct World {
  std::vector<Row> rows;
  std::vector<record::Coverage> coverage;
  std::map<std::string, std::optional<std::string>> parameters;
  std::optional<std::string> standard_set;  // 标准, as the authority recorded it
};

inline std::string cell_text(const Cell& cell) {
  if (const auto* number = std::get_if<int64_t>(&cell)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* decimal = std::get_if<Decimal>(&cell)) return decimal->to_string();
  return "_";
}

inline Dataset dataset_of(const policy::PolicySet& set, const World& world) {
  Dataset data(set.catalogue);
  for (const Row& row : world.rows) {
    record::NewVersion version;
    version.type = row.type;
    version.cells = row.cells;
    std::vector<std::string> parts;
    const TypeForm& form = form_of(row.type);
    for (size_t i = 0; i < form.key_size; ++i) parts.push_back(cell_text(row.cells[i]));
    version.key = record::key_text(parts);
    if (row.type == "表彰") {
      version.valid_from = Date::from_days(std::get<int64_t>(row.cells[3]));
    }
    data.append(*set.catalogue->type_index(row.type), version, 1);
  }
  data.resolve_refs();
  for (const record::Coverage& coverage : world.coverage) data.add_coverage(coverage);
  if (world.standard_set) {
    data.parameters.push_back(
        {"t", "标准", *world.standard_set, *Date::parse_iso("2020-01-01"), "", ""});
  }
  return data;
}

inline std::string in_words(const World& world) {
  std::string out;
  for (const Row& row : world.rows) {
    out += "    " + row.type + ":";
    for (const Cell& cell : row.cells) out += " " + cell_text(cell);
    out += '\n';
  }
  for (const record::Coverage& coverage : world.coverage) {
    out += "    covered: " + coverage.type;
    for (const std::string& value : coverage.key_values) out += " " + value;
    if (!coverage.open_for.empty()) out += " but for " + coverage.open_for;
    out += "\n";
  }
  for (const auto& [name, value] : world.parameters) {
    out += "    " + name + " = " + value.value_or("_") + "\n";
  }
  if (world.standard_set) out += "    标准 set to " + *world.standard_set + "\n";
  return out;
}

class WorldMaker {
 public:
  WorldMaker(Random& random, size_t people) : random_(random), people_(people) {}

  World make() {
    gap_ = 3 + random_.below(20);
    const size_t units = 2 + random_.below(3);
    for (size_t i = 0; i < units; ++i) units_.push_back("单" + std::to_string(i));
    for (size_t i = 0; i < people_; ++i) persons_.push_back("人" + std::to_string(i));
    for (const std::string& unit : units_) begin("单位", {Cell(unit)});
    for (const std::string& person : persons_) begin("人", {Cell(person)});
    panel("考核", persons_, 2021 + static_cast<int64_t>(random_.below(2)));
    panel("单评", units_, 2022);
    const std::vector<Cell> codes = {Cell(std::string("甲")), Cell(std::string("乙"))};
    const size_t sanctions = random_.below(3);
    for (const std::string& person : persons_) {
      for (size_t i = random_.below(sanctions + 1); i > 0; --i) {
        begin("处分", {Cell(person), Cell(Decimal(static_cast<int64_t>(i)))});
      }
      for (size_t i = random_.below(3); i > 0; --i) {
        begin("表彰", {Cell(person), Cell(Decimal(static_cast<int64_t>(random_.below(2))))});
      }
      for (const int64_t year : {2023, 2024}) {
        for (const Cell& code : codes) {
          if (!random_.one_in(3)) begin("排名", {Cell(person), Cell(year), code});
        }
      }
      if (random_.one_in(2)) begin("旁证", {Cell("证" + person)});
    }
    for (const std::string& code : {std::string("一"), std::string("二")}) {
      if (random_.one_in(2)) begin("无主", {Cell(code)});
    }
    cover();
    for (const char* name : {"标准", "年数", "通用限"}) {
      if (!random_.one_in(4)) world_.parameters[name] = random_.word({"1", "2", "3", "0.5"});
    }
    if (world_.parameters.contains("年数") && random_.one_in(4)) world_.standard_set = "2";
    if (!random_.one_in(3)) world_.parameters["从严"] = random_.word({"true", "false"});
    if (random_.one_in(3)) world_.parameters["底线"] = random_.word({"1", "3", "5", "2.5"});
    return std::move(world_);
  }

 private:
  // A row with this beginning, the rest at random.
  void begin(const std::string& type, std::vector<Cell> cells) {
    const TypeForm& form = form_of(type);
    while (cells.size() < form.fields.size()) cells.push_back(cell(form.fields[cells.size()]));
    world_.rows.push_back({type, std::move(cells)});
  }

  Cell cell(const FieldForm& field) {
    if (!field.blank.empty() && random_.one_in(gap_)) return {};
    static const std::vector<const char*> kNumbers = {"0",   "1",  "2",     "3",
                                                      "0.5", "-1", "12.25", "2.0"};
    switch (field.type) {
      case 'e':
        return Cell(random_.of(field.target == "人" ? persons_ : units_));
      case 'w':
        return Cell(random_.word({"甲", "乙", "丙"}));
      case 't':
        return Cell(static_cast<int64_t>(random_.below(2)));
      case 'd':
        return Cell(Date::parse_iso(random_.word({"2024-01-31", "2023-12-31", "2024-02-29",
                                                  "2025-01-01", "2026-03-15", "2021-06-30"}))
                        ->days());
      default:
        break;
    }
    if (field.declared == "year") return Cell(static_cast<int64_t>(2022 + random_.below(4)));
    if (field.declared == "money") return Cell(static_cast<int64_t>(random_.below(4) * 150));
    return Cell(*Decimal::parse(random_.of(kNumbers)));
  }

  // Rows by owner and year, mostly in an order and a number that lets them lie as a panel.
  void panel(const std::string& type, const std::vector<std::string>& owners, int64_t first) {
    const size_t missing = 2 + random_.below(8);
    const bool backwards = random_.one_in(5);
    for (const std::string& owner : owners) {
      for (int64_t i = 0; i < 2025 - first; ++i) {
        const int64_t year = backwards ? 2024 - i : first + i;
        if (!random_.one_in(missing)) begin(type, {Cell(owner), Cell(year)});
      }
    }
  }

  void cover() {
    for (const TypeForm& form : types()) {
      if (form.name == "从未" && !random_.one_in(6)) continue;
      const size_t how = random_.below(6);
      if (how > 0) {
        const bool yearly = form.rest.find("年度") != std::string::npos;
        if (!yearly || how < 4) {
          world_.coverage.push_back({form.name, {}, {}});
        } else {
          for (const char* year : {"2022", "2023", "2024"}) {
            if (!random_.one_in(4)) world_.coverage.push_back({form.name, {year}, {}});
          }
        }
      }
      if (!random_.one_in(5)) continue;
      record::Coverage open{form.name, {}, {}};
      open.open_for = form.name == "单评" ? random_.of(units_) : random_.of(persons_);
      world_.coverage.push_back(open);
    }
  }

  Random& random_;
  size_t people_;
  size_t gap_ = 8;
  std::vector<std::string> units_;
  std::vector<std::string> persons_;
  World world_;
};

// ---- rules ----

// What a formula can name: rows by their members, or by a variable's.
struct Scope {
  std::string prefix;  // "" or "x1."
  std::string type;
};

class PackageMaker {
 public:
  explicit PackageMaker(Random& random) : random_(random), members_(declared_members()) {}

  Package make(size_t rules) {
    package_.absence = random_.word({"unknown", "{none: []}", "{none: [年度]}"});
    for (const char* on : {"考核", "单评", "表彰", "人"}) ranks(on);
    streak("人", "考核");
    streak("人", random_.word({"考核", "排名", "旁证"}));
    streak("单位", "单评");
    streak_each(random_.word({"排名", "排名", "考核", "旁证"}));
    for (const char* name : {"组一", "组二"}) subject(name);
    pick("人", "考核", "年度");
    pick("人", random_.word({"处分", "表彰"}), "");
    pick("单位", "单评", "年度");
    pick("人", "表彰", "授时");
    pick("人", "旁证", "年度");
    for (const char* on : {"人", "人", "单位", "考核", "处分", "组一", "组二"}) value_measure(on);
    lists();
    for (size_t i = 0; i < rules; ++i) rule();
    return std::move(package_);
  }

 private:
  static Formula leaf(char type, std::string text) { return {type, std::move(text), {}}; }

  std::string fresh(const std::string& stem) { return stem + std::to_string(++names_); }

  // ---- names ----

  bool has_member(const std::string& type, const std::string& name) const {
    const auto& members = members_.at(type);
    return std::any_of(members.begin(), members.end(),
                       [&](const Member& m) { return m.name == name; });
  }

  // What stands for a value or row of the kind; by itself, or through a row.
  struct Found {
    std::string text;
    std::string target;
  };
  std::vector<Found> named(char type, bool through) const {
    std::vector<Found> out;
    std::vector<std::string> hiding;  // types of rows whose names stand before those outside
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      for (const Member& member : members_.at(scope->type)) {
        const bool hidden = scope->prefix.empty() &&
                            std::any_of(hiding.begin(), hiding.end(), [&](const auto& inner) {
                              return has_member(inner, member.name);
                            });
        if (hidden) continue;
        const std::string text = scope->prefix + member.name;
        if (!through) {
          if (member.type == type) out.push_back({text, member.target});
          continue;
        }
        if (member.type != 'e') continue;
        for (const Member& beyond : members_.at(member.target)) {
          if (beyond.type == type) out.push_back({text + "." + beyond.name, beyond.target});
          if (beyond.type != 'e') continue;
          for (const Member& last : members_.at(beyond.target)) {
            if (last.type == type) {
              out.push_back({text + "." + beyond.name + "." + last.name, last.target});
            }
          }
        }
      }
      if (scope->prefix.empty()) hiding.push_back(scope->type);
    }
    return out;
  }

  std::optional<Found> name_of(char type) {
    const bool through = random_.one_in(4);
    auto found = named(type, through);
    if (found.empty()) found = named(type, !through);
    if (found.empty()) return std::nullopt;
    return random_.of(found);
  }

  // ---- values ----

  Formula number(int depth) {
    if (depth <= 0 || random_.one_in(3)) return simple_number();
    switch (random_.below(14)) {
      case 0:
        if (random_.one_in(3)) {
          if (const auto items = name_of('c')) return leaf('n', "count(" + items->text + ")");
        }
        return {'n', "count(%)", {rows(depth - 1)}};
      case 13:
        return random_.one_in(2) ? Formula{'n',
                                           "round half up(%, " + random_.word({"0", "1"}) + ")",
                                           {number(depth - 1)}}
                                 : Formula{'n',
                                           random_.word({"max", "min"}) + "(%, %)",
                                           {number(depth - 1), number(depth - 1)}};
      case 1:
      case 2: {
        const auto values = member_list(depth - 1, 'n');
        if (!values) return simple_number();
        return {'n', random_.word({"sum", "min", "max", "count"}) + "(%)", {*values}};
      }
      case 3:
      case 4:
        return {'n',
                "(%" + random_.word({" + ", " - ", " * "}) + "%)",
                {number(depth - 1), number(depth - 1)}};
      case 5:
        return {
            'n', "(if % then % else %)", {truth(depth - 1), number(depth - 1), number(depth - 1)}};
      case 6:
        return {'n', random_.word({"floor", "ceiling"}) + "(%)", {number(depth - 1)}};
      case 7:
        return {'n', "floor(% / " + random_.word({"2", "3", "7"}) + ")", {number(depth - 1)}};
      case 8:
        return {'n', "定级(%, %)", {number(depth - 1), word(depth - 1)}};
      case 9:
        return {'n', "等级序(%)", {word(depth - 1)}};
      case 10:
        return {'n', "%." + random_.word({"year", "month", "day"}), {date(depth - 1)}};
      case 11:
        return {'n', "%." + random_.word({"years", "months"}), {months(depth - 1)}};
      default:
        switch (random_.below(4)) {
          case 0:
            return {'n', "翻倍(%, %)", {number(depth - 1), number(depth - 1)}};
          case 1:
            return {'n', random_.word({"通用倍", "C.通用倍"}) + "(%)", {number(depth - 1)}};
          case 2:
            return {'n', "(-%)", {simple_number()}};
          default:
            return scopes_.front().type == "人" && scopes_.size() == 1
                       ? Formula{'n', "加分(%)", {number(depth - 1)}}
                       : simple_number();
        }
    }
  }

  Formula simple_number() {
    if (random_.one_in(3)) {
      return leaf('n', random_.word({"0", "1", "2", "3", "0.5", "2023", "2024", "12.25"}));
    }
    if (random_.one_in(5)) {
      return leaf('n', random_.word({"标准", "年数", "比例", "底线", "末年", "通用数", "C.通用限",
                                     "as_of.year", "T.标准"}));
    }
    if (in_year_ && random_.one_in(6)) return leaf('n', "年");
    if (random_.one_in(6)) {
      if (const auto rank = name_of('k')) {
        return leaf('n', rank->text + random_.word({".名次", ".人数"}));
      }
    }
    if (const auto found = name_of('n')) return leaf('n', found->text);
    return leaf('n', "1");
  }

  Formula word(int depth) {
    if (depth > 0 && random_.one_in(5)) {
      return {'w', "(if % then % else %)", {truth(depth - 1), word(depth - 1), word(depth - 1)}};
    }
    if (depth > 0 && random_.one_in(6)) {
      return {'w', random_.word({"大小", "通用级"}) + "(%)", {number(depth - 1)}};
    }
    if (depth > 0 && random_.one_in(8)) {
      return {'w', "轻重(%, %)", {number(depth - 1), word(depth - 1)}};
    }
    if (random_.one_in(8)) return leaf('w', "好词");
    const auto found = random_.one_in(3) ? std::nullopt : name_of('w');
    return found ? leaf('w', found->text) : leaf('w', random_.word({"\"甲\"", "\"乙\"", "\"丙\""}));
  }

  Formula date(int depth) {
    if (depth > 0 && random_.one_in(4)) {
      return {
          'd', "(%" + random_.word({" + ", " - "}) + "%)", {date(depth - 1), months(depth - 1)}};
    }
    if (depth > 0 && random_.one_in(8)) {
      return {'d', "(if % then % else %)", {truth(depth - 1), date(depth - 1), date(depth - 1)}};
    }
    if (depth > 0 && random_.one_in(8)) {
      if (const auto values = member_list(depth - 1, 'd')) {
        return {'d', random_.word({"min", "max"}) + "(%)", {*values}};
      }
    }
    if (depth > 0 && random_.one_in(8)) {
      return {'d', random_.word({"max", "min"}) + "(%, %)", {date(depth - 1), date(depth - 1)}};
    }
    const auto found = random_.one_in(3) ? std::nullopt : name_of('d');
    return found ? leaf('d', found->text)
                 : leaf('d', random_.word({"as_of", "界日", "date(\"2024-02-29\")"}));
  }

  Formula months(int depth) {
    switch (random_.below(depth > 0 ? 5 : 2)) {
      case 0:
        return leaf('m', random_.word({"duration(\"P1M\")", "duration(\"P1Y2M\")"}));
      case 1:
        return leaf('m', "(duration(\"P1M\") * " + random_.word({"年数", "底线", "3"}) + ")");
      case 2:
        return {'m', "(duration(\"P1M\") * %)", {number(depth - 1)}};
      case 3:
        return {'m',
                "(%" + random_.word({" + ", " - "}) + "%)",
                {months(depth - 1), months(depth - 1)}};
      default:
        return {'m', "years and months duration(%, %)", {date(depth - 1), date(depth - 1)}};
    }
  }

  // ---- lists ----

  std::string listed_;  // the type of the last list made

  Formula rows(int depth) {
    const auto found = name_of('l');
    if (!found) {
      listed_ = "处分";
      return {'l', "处分[%]", {leaf('t', "true")}};
    }
    const std::string type = found->target;
    Formula out = leaf('l', found->text);
    for (int filters = 0; depth > 0 && filters < 2 && !random_.one_in(3); ++filters) {
      scopes_.push_back({"", type});
      Formula condition = truth(depth - 1);
      if (has_member(type, "年度") && random_.one_in(2)) {
        const std::string year = random_.word({"2023", "2024", "末年", "as_of.year - 1", "年度"});
        const std::string pin = random_.one_in(3) ? year + " = 年度" : "年度 = " + year;
        condition = {'t', pin + " and %", {std::move(condition)}};
      }
      if (has_member(type, "项") && random_.one_in(3)) {
        condition = {'t', "项 = \"甲\" and %", {std::move(condition)}};
      }
      scopes_.pop_back();
      out = {'l', "%[%]", {std::move(out), std::move(condition)}};
    }
    listed_ = type;
    return out;
  }

  // The values of a member of a list's rows.
  std::optional<Formula> member_list(int depth, char wanted) {
    for (int tries = 0; tries < 3; ++tries) {
      Formula list = rows(depth);
      const std::string type = listed_;
      std::vector<std::string> fits;
      for (const Member& member : members_.at(type)) {
        if (member.type == wanted) fits.push_back(member.name);
      }
      if (fits.empty()) continue;
      return Formula{'v', "%." + random_.of(fits), {std::move(list)}};
    }
    return std::nullopt;
  }

  Formula quantified(int depth) {
    Formula list = rows(depth - 1);
    const std::string type = listed_;
    const std::string x = "x" + std::to_string(++variables_);
    scopes_.push_back({x + ".", type});
    Formula body = truth(depth - 1);
    scopes_.pop_back();
    return {'t',
            "(" + random_.word({"some ", "every "}) + x + " in % satisfies %)",
            {std::move(list), std::move(body)}};
  }

  // ---- yes or no ----

  std::string comparison() { return random_.word({" = ", " != ", " < ", " <= ", " > ", " >= "}); }

  Formula simple_truth() {
    const auto found = random_.one_in(8) ? std::nullopt : name_of('t');
    return found ? leaf('t', found->text) : leaf('t', random_.word({"true", "false", "从严"}));
  }

  Formula truth(int depth) {
    if (depth <= 0) return simple_truth();
    switch (random_.below(20)) {
      case 0:
      case 1:
      case 2:
        return {'t', "(% and %)", {truth(depth - 1), truth(depth - 1)}};
      case 3:
      case 4:
      case 5:
        return {'t', "(% or %)", {truth(depth - 1), truth(depth - 1)}};
      case 6:
        return {'t', "not(%)", {truth(depth - 1)}};
      case 7:
      case 8:
        return {'t', "(%" + comparison() + "%)", {number(depth - 1), number(depth - 1)}};
      case 9:
        return {'t', "(%" + comparison() + "%)", {date(depth - 1), date(depth - 1)}};
      case 10:
        return {
            't', "(%" + random_.word({" = ", " != "}) + "%)", {word(depth - 1), word(depth - 1)}};
      case 11:
      case 12:
        return quantified(depth);
      case 13:
        return between_or_in(depth);
      case 14:
        return {
            't', "(if % then % else %)", {truth(depth - 1), truth(depth - 1), truth(depth - 1)}};
      case 15:
        return is_null(depth);
      case 16:
        return ranked(depth);
      case 17:
        return {'t', "(%" + comparison() + "%)", {months(depth - 1), months(depth - 1)}};
      case 18:
        return random_.one_in(2)
                   ? Formula{'t',
                             "(%" + random_.word({" = ", " != "}) + "%)",
                             {truth(depth - 1), truth(depth - 1)}}
                   : Formula{'t', "够格(%, %)", {number(depth - 1), truth(depth - 1)}};
      default:
        return simple_truth();
    }
  }

  Formula is_null(int depth) {
    const std::string how = random_.word({"(% = null)", "(% != null)", "(null = %)"});
    if (random_.one_in(4)) {
      if (const auto row = name_of('e')) return {'t', how, {leaf('e', row->text)}};
    }
    switch (random_.below(4)) {
      case 0:
        return {'t', how, {date(depth - 1)}};
      case 1:
        return {'t', how, {word(depth - 1)}};
      case 2:
        return {'t', how, {truth(depth - 1)}};
      default:
        return {'t', how, {number(depth - 1)}};
    }
  }

  Formula between_or_in(int depth) {
    Formula input = number(depth - 1);
    Formula low = number(depth - 1);
    Formula high = number(depth - 1);
    switch (random_.below(7)) {
      case 0:
      case 1:
        return {'t', "(% between % and %)", {std::move(input), std::move(low), std::move(high)}};
      case 2:
        return {'t', "(% in [%..%))", {std::move(input), std::move(low), std::move(high)}};
      case 3:
        return {'t', "(% in (< %, %))", {std::move(input), std::move(low), std::move(high)}};
      case 4:
        return {'t', "(% in [%, %])", {std::move(input), std::move(low), std::move(high)}};
      case 5:
        return {'t', "(% between % and %)", {date(depth - 1), date(depth - 1), date(depth - 1)}};
      default:
        return {'t', "(% in (%, \"乙\"))", {word(depth - 1), word(depth - 1)}};
    }
  }

  // Comparisons of places, such as columns can answer without knowing anybody's place, and others.
  Formula ranked(int depth) {
    const auto rank = name_of('k');
    if (!rank) return simple_truth();
    const std::string place = rank->text + ".名次";
    const std::string count = rank->text + ".人数";
    switch (random_.below(7)) {
      case 0:
        return {'t',
                "(" + place + " <= % * " + count + ")",
                {leaf('n', random_.word({"比例", "0.5", "标准"}))}};
      case 1:
        return leaf('t', "(" + place + " * 100 < 60 * " + count + ")");
      case 2:
        return leaf('t', "(" + count + " - " + place + " >= 1)");
      case 3:
        return leaf('t', "(floor(0.5 * " + count + ") >= " + place + ")");
      case 4:
        return {'t', "(" + place + comparison() + "%)", {number(depth - 1)}};
      case 5:
        return leaf('t', "(" + place + random_.word({" > ", " = ", " >= "}) + "2)");
      default:
        return leaf('t', "(" + place + " <= " + random_.word({"1", "2", "3"}) + ")");
    }
  }

  // ---- measures ----

  void measure(const std::string& name, const std::string& on, const std::string& text,
               std::vector<Formula> formulas, char type, const std::string& target = "") {
    package_.measures.push_back(
        {"```measure " + name + "\non: " + on + "\n" + text + "```\n", std::move(formulas)});
    members_[on].push_back({name, type, target});
  }

  std::string within(const std::string& on) {
    std::vector<std::string> keys;
    for (const Member& member : members_.at(on)) {
      const bool word_or_number = member.type == 'w' || member.type == 'n' || member.type == 'e';
      if (word_or_number && member.name != "编号") keys.push_back(member.name);
    }
    std::string out;
    if (has_member(on, "年度") && !random_.one_in(4)) out = "年度";
    for (size_t i = random_.below(3); i > 0; --i) {
      out += (out.empty() ? "" : ", ") + random_.of(keys);
    }
    return out;
  }

  void ranks(const std::string& on) {
    scopes_ = {{"", on}};
    if (!random_.one_in(3)) {
      measure(fresh("组键"), on, "value: |\n  %\n", {random_.one_in(2) ? number(1) : word(1)}, 'w');
      // Its kind is for `within` alone.
      members_[on].back().type = package_.measures.back().formulas[0].type;
    }
    for (const char* order : {"descending", "ascending"}) {
      scopes_ = {{"", on}};
      Formula of = random_.one_in(6) ? date(1) : number(random_.one_in(2) ? 0 : 1);
      std::string text = std::string("rank:\n  order: ") + order + "\n  within: [" + within(on) +
                         "]\n  of: |\n    %\n";
      scopes_ = {};
      if (random_.one_in(2)) text += "  least: " + random_.word({"2", "底线", "年数", "1"}) + "\n";
      measure(fresh("位"), on, text, {std::move(of)}, 'k');
    }
    const std::string function = random_.word({"min", "max", "sum", "count"});
    scopes_ = {{"", on}};
    Formula of = number(random_.one_in(2) ? 0 : 1);
    measure(fresh("汇"), on,
            "aggregate:\n  within: [" + within(on) + "]\n  " + function + ": |\n    %\n",
            {std::move(of)}, 'n');
  }

  void streak(const std::string& on, const std::string& over) {
    scopes_ = {{"", on}, {"", over}};
    const std::string ending = random_.word({"2024", "末年", "as_of.year - 1"});
    const std::string length = random_.word({"1", "2", "3", "年数", "底线"});
    measure(fresh("连"), on,
            "streak:\n  over: " + over + "\n  by: 年度\n  ending: " + ending +
                "\n  length: " + length + "\n  holds: |\n    %\n",
            {truth(2)}, 't');
  }

  // Items of which the streak is asked one by one.
  void streak_each(const std::string& over) {
    scopes_ = {{"", "人"}, {"", over}};
    const std::string each = over == "排名" ? "项" : over == "考核" ? "等次" : "证";
    const std::string ending = random_.word({"2024", "末年", "as_of.year - 1"});
    const std::string length = random_.word({"1", "2", "年数", "底线"});
    measure(fresh("连项"), "人",
            "streak:\n  over: " + over + "\n  each: " + each + "\n  by: 年度\n  ending: " + ending +
                "\n  length: " + length + "\n  holds: |\n    %\n",
            {random_.one_in(3) ? leaf('t', "true") : truth(1)}, 'c');
  }

  // Groups of records: their fields that make them, and `members`.
  void subject(const std::string& name) {
    const std::string of = random_.word({"人", "考核", "表彰", "处分", "排名", "旁证"});
    Declaration out;
    out.text = "```subject " + name + "\nof: " + of + "\n";
    std::vector<Member> members = {{"members", 'l', of}};
    const TypeForm& form = form_of(of);
    std::string by;
    for (size_t i = 1 + random_.below(2); i > 0; --i) {
      const FieldForm& field = random_.of(form.fields);
      if (field.name == "编号" || field.name == "编码") continue;
      if (std::any_of(members.begin(), members.end(),
                      [&](const Member& m) { return m.name == field.name; })) {
        continue;
      }
      members.push_back({field.name, field.type, field.target});
      by += (by.empty() ? "" : ", ") + field.name;
    }
    if (by.empty()) {
      members.push_back({form.fields[1].name, form.fields[1].type, form.fields[1].target});
      by = form.fields[1].name;
    }
    out.text += "by: [" + by + "]\n";
    if (random_.one_in(2)) {
      scopes_ = {{"", of}};
      out.text += "where: |\n  %\n";
      out.formulas.push_back(truth(random_.one_in(2) ? 1 : 2));
    }
    members_[name] = members;
    if (random_.one_in(4)) {
      scopes_ = {{"", name}};
      out.text += "exists: |\n  %\n";
      out.formulas.push_back(truth(1));
    }
    out.text += "```\n";
    package_.subjects.push_back(std::move(out));
  }

  void pick(const std::string& on, const std::string& over, const std::string& latest) {
    scopes_ = {{"", on}, {"", over}};
    std::string text = "pick:\n  over: " + over + "\n";
    if (!latest.empty() && !random_.one_in(4)) text += "  latest: " + latest + "\n";
    std::vector<Formula> formulas;
    if (!random_.one_in(4)) {
      Formula where = truth(2);
      if (has_member(over, "年度") && random_.one_in(2)) {
        where = {'t', "年度 = " + random_.word({"2024", "末年"}) + " and %", {std::move(where)}};
      }
      text += "  where: |\n    %\n";
      formulas.push_back(std::move(where));
    }
    measure(fresh("选"), on, text, std::move(formulas), 'e', over);
  }

  void value_measure(const std::string& on) {
    scopes_ = {{"", on}};
    Formula value;
    switch (random_.below(5)) {
      case 0:
        value = number(2);
        break;
      case 1:
        value = word(2);
        break;
      case 2:
        value = date(2);
        break;
      default:
        value = truth(2);
    }
    const char type = value.type;
    measure(fresh("算"), on, "value: |\n  %\n", {std::move(value)}, type);
  }

  // Measures that are rows, lists and places.
  void lists() {
    for (const char* on : {"人", "单位", "组一"}) {
      scopes_ = {{"", on}};
      Formula list = rows(2);
      const std::string type = listed_;
      measure(fresh("列"), on, "value: |\n  %\n", {std::move(list)}, 'l', type);
    }
    scopes_ = {{"", "人"}};
    if (const auto row = name_of('e')) {
      measure(fresh("行"), "人", "value: |\n  %\n", {leaf('e', row->text)}, 'e', row->target);
    }
    if (const auto rank = name_of('k')) {
      measure(fresh("名"), "人", "value: |\n  %\n", {leaf('k', rank->text)}, 'k');
    }
  }

  // ---- rules ----

  void rule() {
    const std::string on =
        random_.word({"人", "人", "人", "人", "考核", "单位", "处分", "表彰", "组一", "组二"});
    const bool duty = random_.one_in(6);
    const std::string id = "T1.R" + std::to_string(package_.rules.size() + 1);
    const std::string name = fresh(duty ? "责" : "规");
    Declaration out;
    out.text = "```" + std::string(duty ? "duty " : "rule ") + id + "\nname: " + name +
               "\ntitle: 试\n" + (duty ? "owes: 单位\nto: " : "subject: ") + on + "\n";
    scopes_ = {{"", on}};
    in_year_ = random_.one_in(4);
    const auto add = [&](const std::string& key, Formula formula) {
      out.text += key + ": |\n  %\n";
      out.formulas.push_back(std::move(formula));
    };
    if (in_year_) {
      in_year_ = false;
      out.text += "year: " + random_.word({"as_of.year - 1", "2024", "2022 + 年数", "底线"}) + "\n";
      in_year_ = true;
    }
    char type = 't';
    if (duty) {
      if (random_.one_in(2)) add("for_each", truth(2));
      add("done", truth(3));
      if (random_.one_in(2)) add("excused", truth(2));
      if (random_.one_in(2)) add("due", date(2));
    } else {
      if (random_.one_in(4)) {
        add("needs", truth(2));
        out.text += "needs_reason: {zh: 缺, en: lacking}\n";
      }
      const bool amount = random_.one_in(4);
      if (!amount || random_.one_in(2)) {
        add("when", truth(3));
      } else {
        type = 'n';
      }
      if (amount) add("gives", number(3));
      if (random_.one_in(10)) {
        out.text += "flags:\n  旗号: |\n    %\n";
        out.formulas.push_back(truth(1));
      }
      if (random_.one_in(8)) out.text += "evidence: totals\n";
    }
    in_year_ = false;
    out.text += "```\n";
    package_.rules.push_back(std::move(out));
    members_[on].push_back({name, type, ""});
  }

  Random& random_;
  Members members_;
  Package package_;
  std::vector<Scope> scopes_;
  int names_ = 0;
  int variables_ = 0;
  bool in_year_ = false;
};

inline const Date kAsOf = *Date::parse_iso("2025-01-01");

inline uint64_t setting(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

}  // namespace dandang::evaluation::random_package

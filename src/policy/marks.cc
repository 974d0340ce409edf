#include "policy/marks.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/scope.h"
#include "policy/work_function.h"

namespace dandang::policy {
namespace {

// What can be read: a field, the rows of a type as a list, or a declaration.
struct Thing {
  enum class Kind { kField, kRows, kMeasure, kRule, kDecision, kSubject, kList, kOrder };
  Kind kind = Kind::kField;
  size_t index = 0;    // of the declaration
  std::string name;    // of the type
  std::string detail;  // kField: the field

  auto operator<=>(const Thing&) const = default;
};

class Dependencies {
 public:
  explicit Dependencies(const PolicySet& set) : set_(set) { mark_transitions(); }

  // The marks of the thing itself.
  std::set<std::string> marks_of(const Thing& thing) const {
    std::set<std::string> out;
    const auto add = [&](const std::string& mark) {
      if (!mark.empty()) out.insert(mark);
    };
    const auto noted = transition_marks_.find(thing);
    if (noted != transition_marks_.end()) out = noted->second;
    if (thing.kind != Thing::Kind::kField && thing.kind != Thing::Kind::kRows) return out;
    const record::RecordType* type = set_.catalogue->find_type(thing.name);
    if (type == nullptr) return out;
    add(type->mark);
    const record::Field* field = type->find_field(thing.detail);
    if (field != nullptr) add(field->mark);
    return out;
  }

  // What it reads directly.
  std::vector<Thing> read_by(const Thing& thing) const {
    Readings out{*this, {}};
    switch (thing.kind) {
      case Thing::Kind::kRows:
        break;
      case Thing::Kind::kField: {
        const auto blank = set_.blank_formulas.find({thing.name, thing.detail});
        const record::RecordType* type = set_.catalogue->find_type(thing.name);
        if (blank != set_.blank_formulas.end() && type != nullptr) {
          out.formula(blank->second, type->package);
        }
        break;
      }
      case Thing::Kind::kMeasure:
        out.measure(set_.measures[thing.index]);
        break;
      case Thing::Kind::kRule:
        out.rule(set_.rules[thing.index]);
        break;
      case Thing::Kind::kDecision:
        out.names(set_.decisions[thing.index].reads, set_.decisions[thing.index].package);
        break;
      case Thing::Kind::kSubject:
        out.subject(set_.subjects[thing.index]);
        break;
      case Thing::Kind::kList:
        out.list(set_.lists[thing.index]);
        break;
      case Thing::Kind::kOrder:
        out.order(set_.lists[thing.index]);
        break;
    }
    return out.things;
  }

  Text describe(const Thing& thing) const {
    switch (thing.kind) {
      case Thing::Kind::kField:
        return {thing.name + "." + thing.detail, thing.name + "." + thing.detail};
      case Thing::Kind::kRows:
        return {thing.name + "的记录", "records of " + thing.name};
      case Thing::Kind::kMeasure:
        return {"度量 " + set_.measures[thing.index].name,
                "measure " + set_.measures[thing.index].name};
      case Thing::Kind::kRule:
        return {"规则 " + set_.rules[thing.index].id, "rule " + set_.rules[thing.index].id};
      case Thing::Kind::kDecision:
        return {"决策表 " + set_.decisions[thing.index].name,
                "decision " + set_.decisions[thing.index].name};
      case Thing::Kind::kSubject:
        return {"对象组 " + set_.subjects[thing.index].name,
                "subject " + set_.subjects[thing.index].name};
      case Thing::Kind::kList:
        return {"名单 " + set_.lists[thing.index].name, "list " + set_.lists[thing.index].name};
      case Thing::Kind::kOrder:
        return {"名单 " + set_.lists[thing.index].name + " 的先后",
                "order of list " + set_.lists[thing.index].name};
    }
    return {};
  }

 private:
  // A marked transition marks the state of its cases and the steps; one that opens cases marks
  // their rows too, for each of them is such a step.
  void mark_transitions() {
    for (const Procedure& procedure : set_.procedures) {
      for (const Transition& transition : procedure.transitions) {
        if (transition.mark.empty()) continue;
        note({Thing::Kind::kField, 0, procedure.cases, procedure.state}, transition.mark);
        if (set_.steps) note({Thing::Kind::kRows, 0, set_.steps->type, {}}, transition.mark);
        if (transition.from.empty()) {
          note({Thing::Kind::kRows, 0, procedure.cases, {}}, transition.mark);
        }
      }
    }
  }
  void note(const Thing& thing, const std::string& mark) { transition_marks_[thing].insert(mark); }

  // Collects what declarations read.
  struct Readings {
    const Dependencies& dependencies;
    std::vector<Thing> things;

    const PolicySet& set() const { return dependencies.set_; }
    void field(const std::string& type, const std::string& name) {
      things.push_back({Thing::Kind::kField, 0, type, name});
    }
    void rows(const std::string& type) { things.push_back({Thing::Kind::kRows, 0, type, {}}); }

    void formula(const Formula& each, const std::string& package) { names(each.reads, package); }

    void names(const std::set<NameRead>& reads, const std::string& package) {
      for (const NameRead& read : reads) {
        switch (read.kind) {
          case NameRead::Kind::kMember:
            member(read.type, read.name, package);
            break;
          case NameRead::Kind::kGlobal:
            global(read.name, package);
            break;
          case NameRead::Kind::kUntyped:
            untyped(read.name, package);
            break;
        }
      }
    }

    void measure(const Measure& each) {
      for (const Formula* part :
           {&each.value, &each.where, &each.ending, &each.length, &each.holds, &each.least}) {
        formula(*part, each.package);
      }
      if (!each.over.empty()) rows(each.over);
      for (const std::string& name : {each.by, each.each, each.latest}) {
        if (!name.empty()) field(each.over, name);
      }
      for (const std::string& name : each.within) member(each.on, name, each.package);
      const bool of_all =
          each.kind == Measure::Kind::kRank || each.kind == Measure::Kind::kAggregate;
      if (of_all) rows(each.on);
      group(each.on);
    }

    void rule(const Rule& each) {
      for (const Formula* part : {&each.year, &each.needs, &each.when, &each.gives, &each.for_each,
                                  &each.due, &each.done, &each.excused}) {
        formula(*part, each.package);
      }
      for (const auto& [name, flag] : each.flags) formula(flag, each.package);
      group(each.subject);
    }

    void subject(const Subject& each) {
      rows(each.of);
      for (const std::string& name : each.by) field(each.of, name);
      formula(each.where, each.package);
      formula(each.exists, each.package);
    }

    void list(const ListDeclaration& each) {
      formula(each.where, each.package);
      order(each);
      for (const auto& [name, column] : each.columns) formula(column, each.package);
      for (size_t i = 0; i < set().rules.size(); ++i) {
        const auto& ids = each.except;
        if (std::find(ids.begin(), ids.end(), set().rules[i].id) == ids.end()) continue;
        things.push_back({Thing::Kind::kRule, i, {}, {}});
      }
      rows(each.of);
      group(each.of);
    }

    void order(const ListDeclaration& each) {
      for (const ListDeclaration::Order& one : each.order) formula(one.by, each.package);
    }

    // A declared group of records, if the name is one.
    void group(const std::string& name) {
      for (size_t i = 0; i < set().subjects.size(); ++i) {
        if (set().subjects[i].name == name) things.push_back({Thing::Kind::kSubject, i, {}, {}});
      }
    }

    void member(const std::string& on, const std::string& name, const std::string& package) {
      if (on.starts_with("@")) {
        declared(on.substr(1), name);
        return;
      }
      const record::RecordType* type = set().catalogue->find_type(on);
      if (type != nullptr && type->find_field(name) != nullptr) {
        field(on, name);
        return;
      }
      for (size_t i = 0; i < set().subjects.size(); ++i) {
        if (set().subjects[i].name == on) things.push_back({Thing::Kind::kSubject, i, {}, {}});
      }
      bool found = false;
      for (size_t i = 0; i < set().measures.size(); ++i) {
        const Measure& each = set().measures[i];
        if (each.on != on || each.name != name || !set().in_view(package, each.package)) continue;
        things.push_back({Thing::Kind::kMeasure, i, {}, {}});
        found = true;
      }
      for (size_t i = 0; i < set().rules.size(); ++i) {
        const Rule& each = set().rules[i];
        if (each.subject != on || each.name != name || !set().in_view(package, each.package)) {
          continue;
        }
        things.push_back({Thing::Kind::kRule, i, {}, {}});
        found = true;
      }
      if (!found && set().catalogue->find_type(name) != nullptr) rows(name);
    }

    // Measures of the whole run and decisions of the package.
    bool declared(const std::string& package, const std::string& name) {
      bool found = false;
      for (size_t i = 0; i < set().measures.size(); ++i) {
        const Measure& each = set().measures[i];
        if (each.package != package || each.name != name || !each.on.empty()) continue;
        things.push_back({Thing::Kind::kMeasure, i, {}, {}});
        found = true;
      }
      for (size_t i = 0; i < set().decisions.size(); ++i) {
        const Decision& each = set().decisions[i];
        if (each.package != package || each.name != name) continue;
        things.push_back({Thing::Kind::kDecision, i, {}, {}});
        found = true;
      }
      return found;
    }

    void global(const std::string& name, const std::string& package) {
      if (declared(package, name)) return;
      if (const Package* own = set().find_package(package)) {
        for (const std::string& used : own->uses) {
          if (declared(used, name)) return;
        }
      }
      if (const auto work = find_work_function(set(), package, name)) rows(work->calendar->over);
      if (set().catalogue->find_type(name) != nullptr) rows(name);
    }

    // Of what it is read nobody knows: it may be any member of that name.
    void untyped(const std::string& name, const std::string& package) {
      for (const record::RecordType& type : set().catalogue->types) {
        if (type.find_field(name) != nullptr) field(type.name, name);
        if (type.name == name) rows(name);
      }
      for (size_t i = 0; i < set().measures.size(); ++i) {
        const Measure& each = set().measures[i];
        if (each.name == name && !each.on.empty() && set().in_view(package, each.package)) {
          things.push_back({Thing::Kind::kMeasure, i, {}, {}});
        }
      }
      for (size_t i = 0; i < set().rules.size(); ++i) {
        if (set().rules[i].name == name && set().in_view(package, set().rules[i].package)) {
          things.push_back({Thing::Kind::kRule, i, {}, {}});
        }
      }
    }
  };

  const PolicySet& set_;
  std::map<Thing, std::set<std::string>> transition_marks_;
};

class MarkCheck {
 public:
  MarkCheck(const PolicySet& set, Diagnostics& diagnostics)
      : set_(set), diagnostics_(diagnostics), dependencies_(set) {}

  void run() {
    for (const Guard& guard : set_.guards) {
      if (guard.kind == Guard::Kind::kDefinition) run(guard);
    }
  }

 private:
  void run(const Guard& guard) {
    const auto is_on = [&](const char* kind) {
      return std::find(guard.on.begin(), guard.on.end(), kind) != guard.on.end();
    };
    if (is_on("measure")) {
      for (size_t i = 0; i < set_.measures.size(); ++i) {
        check(guard, {Thing::Kind::kMeasure, i, {}, {}}, set_.measures[i].name,
              set_.measures[i].place);
      }
    }
    if (is_on("list")) {
      for (size_t i = 0; i < set_.lists.size(); ++i) {
        check(guard, {Thing::Kind::kList, i, {}, {}}, set_.lists[i].name, set_.lists[i].place);
      }
    }
    if (is_on("order")) {
      for (size_t i = 0; i < set_.lists.size(); ++i) {
        check(guard, {Thing::Kind::kOrder, i, {}, {}}, set_.lists[i].name, set_.lists[i].place);
      }
    }
    if (is_on("rule")) {
      for (size_t i = 0; i < set_.rules.size(); ++i) {
        if (!set_.rules[i].gives.written()) continue;
        check(guard, {Thing::Kind::kRule, i, {}, {}}, set_.rules[i].id, set_.rules[i].place);
      }
    }
  }

  void check(const Guard& guard, const Thing& thing, const std::string& name, const Place& place) {
    if (std::find(guard.except.begin(), guard.except.end(), name) != guard.except.end()) return;
    for (const std::string& mark : guard.carries) {
      const std::vector<Thing> way = way_to(mark, thing);
      if (way.empty()) continue;
      Text path;
      for (const Thing& each : way) {
        const Text text = dependencies_.describe(each);
        path.zh += (path.zh.empty() ? "" : " → ") + text.zh;
        path.en += (path.en.empty() ? "" : " → ") + text.en;
      }
      diagnostics_.error(
          "carries-mark", place,
          {"带有标记“" + mark + "”：" + path.zh, "carries the mark \"" + mark + "\": " + path.en},
          {"防线“" + guard.name + "”（" + guard.clause + "）：" + guard.message.zh,
           "guard " + guard.name + " (" + guard.clause +
               "): " + guard.message.in(Language::kEnglish)});
    }
  }

  // The shortest way by which the thing reads something of the mark; empty if it does not.
  std::vector<Thing> way_to(const std::string& mark, const Thing& start) const {
    std::map<Thing, Thing> read_by;
    std::deque<Thing> open{start};
    while (!open.empty()) {
      const Thing at = open.front();
      open.pop_front();
      if (dependencies_.marks_of(at).contains(mark)) return way_from(start, at, read_by);
      for (const Thing& next : dependencies_.read_by(at)) {
        if (next != start && read_by.emplace(next, at).second) open.push_back(next);
      }
    }
    return {};
  }

  static std::vector<Thing> way_from(const Thing& start, const Thing& end,
                                     const std::map<Thing, Thing>& read_by) {
    std::vector<Thing> way{end};
    while (way.back() != start) way.push_back(read_by.at(way.back()));
    std::reverse(way.begin(), way.end());
    return way;
  }

  const PolicySet& set_;
  Diagnostics& diagnostics_;
  Dependencies dependencies_;
};

}  // namespace

void check_marks(const PolicySet& set, Diagnostics& diagnostics) {
  MarkCheck(set, diagnostics).run();
}

}  // namespace dandang::policy

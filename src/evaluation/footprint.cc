#include "evaluation/footprint.h"

#include <map>
#include <optional>
#include <utility>

#include "feel/ast.h"

namespace dandang::evaluation {

using feel::Node;
using feel::NodeKind;
using policy::Formula;
using policy::Measure;
using record::FieldKind;
using record::RecordType;

namespace {

const std::string kYear = "年";
const std::string kItem = "item";
const std::string kInput = "?";
const std::string kPartial = "partial";

// The entities that a value can be, or hold at any depth.
struct Reached {
  std::set<uint32_t> kinds;
  bool any = false;       // or entities of every kind
  bool contexts = false;  // or contexts that hold them
  // Surely one of these entities, surely a list of nothing else; else neither is sure: it may be
  // null, or a list of lists.
  enum class Form { kOne, kList, kUnsure };
  Form form = Form::kUnsure;

  void add(const Reached& other) {
    kinds.insert(other.kinds.begin(), other.kinds.end());
    any = any || other.any;
    contexts = contexts || other.contexts;
    form = Form::kUnsure;
  }
  // Each of its items, or itself.
  Reached item() const {
    Reached out = *this;
    if (form == Form::kList) out.form = Form::kOne;
    return out;
  }
};

Reached of_kind(uint32_t kind, Reached::Form form) {
  Reached out;
  out.kinds = {kind};
  out.form = form;
  return out;
}

Reached one(uint32_t kind) {
  return of_kind(kind, Reached::Form::kOne);
}

Reached list_of(uint32_t kind) {
  return of_kind(kind, Reached::Form::kList);
}

Reached anything() {
  Reached out;
  out.any = out.contexts = true;
  return out;
}

// As feel::Frame, for what is reached instead of values.
struct ReachFrame {
  const ReachFrame* parent = nullptr;
  const Reached* value = nullptr;
  const std::string* variable = nullptr;  // null: an item frame
};

}  // namespace

void Footprint::add(const Footprint& other) {
  fields.insert(other.fields.begin(), other.fields.end());
  lists.insert(other.lists.begin(), other.lists.end());
  registers.insert(other.registers.begin(), other.registers.end());
  members.insert(other.members.begin(), other.members.end());
  group_measures.insert(other.group_measures.begin(), other.group_measures.end());
  whole_run.insert(other.whole_run.begin(), other.whole_run.end());
  parameters.insert(other.parameters.begin(), other.parameters.end());
}

// Walks formulas as the evaluator would, with every branch taken. What a declaration reads is found
// once; while it is being found, a declaration that comes back to itself adds nothing.
class Footprints::Walker {
 public:
  explicit Walker(const Model& model) : model_(model), set_(model.set()) {
    for (uint32_t kind = 0; kind < model_.package_kind(0); ++kind) all_kinds_.push_back(kind);
  }

  // What the walk has come upon since the last take().
  Footprint take() {
    Footprint out = std::move(found_);
    found_ = {};
    return out;
  }

  Reached formula(const Formula& formula, const std::string& package, const ReachFrame* frame) {
    if (!formula) return {};
    const std::string outer = std::exchange(package_, package);
    Reached out = walk(*formula.expression->root, frame);
    package_ = outer;
    return out;
  }

  void rule(const policy::Rule& rule) {
    if (!walking_rules_.insert(&rule).second) return;
    Reached subject;
    if (const auto kind = kind_of(rule.subject)) subject = one(*kind);
    const ReachFrame item{nullptr, &subject, nullptr};
    const Reached number;
    const ReachFrame with_year{&item, &number, &kYear};
    for (const Formula* formula : {&rule.year, &rule.needs, &rule.when, &rule.gives, &rule.for_each,
                                   &rule.due, &rule.done, &rule.excused}) {
      this->formula(*formula, rule.package, rule.year ? &with_year : &item);
    }
    for (const auto& [name, flag] : rule.flags) {
      formula(flag, rule.package, rule.year ? &with_year : &item);
    }
    walking_rules_.erase(&rule);
  }

  // The measure's own work, whatever its kind.
  Reached measure(size_t index) {
    const Measure& measure = set_.measures[index];
    Reached on;
    if (const auto kind = kind_of(measure.on)) on = one(*kind);
    const ReachFrame item{nullptr, &on, nullptr};
    const ReachFrame* frame = measure.on.empty() ? nullptr : &item;
    switch (measure.kind) {
      case Measure::Kind::kValue:
        return value(measure, frame);
      case Measure::Kind::kPick:
        return pick(measure, on, frame);
      case Measure::Kind::kStreak:
        return streak(measure, on, frame);
      case Measure::Kind::kRank:
      case Measure::Kind::kAggregate:
        for (const std::string& name : measure.within) {
          package_ = measure.package;
          member(on, name);
        }
        formula(measure.least, measure.package, nullptr);
        return formula(measure.value, measure.package, frame);
    }
    return {};
  }

  void groups(const policy::Subject& subject) {
    const auto of = model_.data().catalogue().type_index(subject.of);
    const auto kind = kind_of(subject.name);
    if (!of || !kind) return;
    const Reached row = one(static_cast<uint32_t>(*of));
    package_ = subject.package;
    for (const std::string& name : subject.by) member(row, name);
    const ReachFrame item{nullptr, &row, nullptr};
    formula(subject.where, subject.package, &item);
    const Reached group = one(*kind);
    const ReachFrame group_item{nullptr, &group, nullptr};
    formula(subject.exists, subject.package, &group_item);
  }

  std::optional<uint32_t> kind_of(const std::string& name) const {
    if (const auto type = model_.data().catalogue().type_index(name)) {
      return static_cast<uint32_t>(*type);
    }
    for (size_t i = 0; i < set_.subjects.size(); ++i) {
      if (set_.subjects[i].name == name) return group_kind(i);
    }
    return std::nullopt;
  }

 private:
  uint32_t group_kind(size_t subject) const {
    return static_cast<uint32_t>(model_.data().catalogue().types.size() + subject);
  }
  const RecordType& type(uint32_t kind) const { return model_.data().catalogue().types[kind]; }

  // ---- kinds of measure ----

  Reached value(const Measure& measure, const ReachFrame* frame) {
    const Reached unknown = anything();
    std::vector<ReachFrame> frames(measure.args.size());
    const ReachFrame* top = frame;
    for (size_t i = 0; i < measure.args.size(); ++i) {
      frames[i] = {top, &unknown, &measure.args[i]};
      top = &frames[i];
    }
    return formula(measure.value, measure.package, top);
  }

  Reached rows_of(const Measure& measure, const Reached& on) {
    const auto over = model_.data().catalogue().type_index(measure.over);
    if (!over) return {};
    if (on.kinds.empty()) {
      found_.registers.insert(*over);
    } else {
      list(*on.kinds.begin(), static_cast<uint32_t>(*over));
    }
    return list_of(static_cast<uint32_t>(*over));
  }

  Reached pick(const Measure& measure, const Reached& on, const ReachFrame* frame) {
    const Reached rows = rows_of(measure, on);
    const Reached one_row = rows.item();
    const ReachFrame row{frame, &one_row, nullptr};
    formula(measure.where, measure.package, &row);
    package_ = measure.package;
    if (!measure.latest.empty()) member(rows, measure.latest);
    Reached out = rows;
    out.form = Reached::Form::kUnsure;  // there may be none
    return out;
  }

  Reached streak(const Measure& measure, const Reached& on, const ReachFrame* frame) {
    const Reached rows = rows_of(measure, on).item();
    const ReachFrame row{frame, &rows, nullptr};
    formula(measure.ending, measure.package, frame);
    formula(measure.length, measure.package, frame);
    formula(measure.holds, measure.package, &row);
    package_ = measure.package;
    member(rows, measure.by);
    return measure.each.empty() ? Reached() : member(rows, measure.each);
  }

  // What a measure reads is walked once for all who read it.
  Reached read_measure(size_t index) {
    const auto known = measures_.find(index);
    if (known != measures_.end()) {
      found_.add(known->second.footprint);
      return known->second.value;
    }
    if (!walking_measures_.insert(index).second) {
      // It reads itself: its first round will have told what of.
      cyclic_ = true;
      return anything();
    }
    Footprint outer = take();
    const std::string package = package_;
    const Reached out = measure(index);
    package_ = package;
    const Footprint own = take();
    found_ = std::move(outer);
    found_.add(own);
    walking_measures_.erase(index);
    // Inside of a circle what was found may lack what is still being walked.
    if (!cyclic_) measures_.emplace(index, Known{own, out});
    if (walking_measures_.empty()) cyclic_ = false;
    return out;
  }

  // ---- what names mean ----

  Reached list(uint32_t owner, uint32_t referring) {
    found_.lists.emplace(owner, referring);
    // What says whose a row is, and what a list that may lack rows is closed by.
    field(referring, static_cast<uint32_t>(model_.owner_field(owner, referring)));
    const RecordType& rows = type(referring);
    for (const auto& names : {rows.key, rows.absence_keys}) {
      for (const std::string& name : names) {
        if (const auto index = rows.field_index(name)) {
          field(referring, static_cast<uint32_t>(*index));
        }
      }
    }
    return list_of(referring);
  }

  Reached field(uint32_t kind, uint32_t index) {
    const record::Field& field = type(kind).fields[index];
    Reached out;
    if (field.kind == FieldKind::kRef) {
      const auto target = model_.data().catalogue().type_index(field.ref_type);
      out.kinds = {static_cast<uint32_t>(*target)};
    }
    found_.fields.emplace(kind, index);
    if (field.blank.kind != record::Blank::Kind::kFormula) return out;
    const auto blank = set_.blank_formulas.find({type(kind).name, field.name});
    if (blank == set_.blank_formulas.end()) return out;
    if (!walking_blanks_.emplace(kind, index).second) return out;
    const Reached row = one(kind);
    const ReachFrame item{nullptr, &row, nullptr};
    out.add(formula(blank->second, type(kind).package, &item));
    walking_blanks_.erase({kind, index});
    return out;
  }

  // Whether every entity it can be has the member.
  bool all_have(const Reached& object, const std::string& name) const {
    if (object.any || object.kinds.empty()) return false;
    for (const uint32_t kind : object.kinds) {
      if (kind >= model_.package_kind(0) || !model_.member_in(package_, kind, name)) return false;
    }
    return true;
  }

  bool may_have(const Reached& object, const std::string& name) const {
    if (object.contexts || object.any) return true;
    for (const uint32_t kind : object.kinds) {
      if (kind >= model_.package_kind(0) || model_.member_in(package_, kind, name)) return true;
    }
    return false;
  }

  Reached member(const Reached& object, const std::string& name) {
    Reached out;
    std::vector<uint32_t> kinds(object.kinds.begin(), object.kinds.end());
    if (object.any) kinds = all_kinds_;
    // The members of a list's items are a list, of lists perhaps.
    if (object.form == Reached::Form::kOne && kinds.size() == 1) return member_of(kinds[0], name);
    for (const uint32_t kind : kinds) out.add(member_of(kind, name));
    if (object.contexts) out.add(object);  // its entries are not told apart
    return out;
  }

  Reached member_of(uint32_t kind, const std::string& name) {
    if (kind >= model_.package_kind(0)) {
      const size_t package = kind - model_.package_kind(0);
      const auto found = model_.declared_in(set_.packages[package].id, name);
      return found ? declared(*found) : Reached();
    }
    const auto found = model_.member_in(package_, kind, name);
    if (!found) return {};
    const auto index = static_cast<uint32_t>(found->index);
    switch (found->kind) {
      case Model::Member::Kind::kField:
        return field(kind, index);
      case Model::Member::Kind::kBackList:
        return list(kind, index);
      case Model::Member::Kind::kMeasure:
        return measure_member(index);
      case Model::Member::Kind::kRule:
        rule(set_.rules[index]);
        return {};
      case Model::Member::Kind::kMembers:
      case Model::Member::Kind::kGroupKey:
        return group_member(kind, *found);
    }
    return {};
  }

  Reached measure_member(uint32_t index) {
    const Measure::Kind kind = set_.measures[index].kind;
    if (kind != Measure::Kind::kRank && kind != Measure::Kind::kAggregate) {
      return read_measure(index);
    }
    // Who reads a place reads its value and the least size, not how it is come by.
    found_.group_measures.insert(index);
    formula(set_.measures[index].least, set_.measures[index].package, nullptr);
    Footprint outer = take();
    Reached out = read_measure(index);
    take();
    found_ = std::move(outer);
    return out;
  }

  Reached group_member(uint32_t kind, const Model::Member& member) {
    const size_t subject = kind - model_.data().catalogue().types.size();
    const policy::Subject& declared = set_.subjects[subject];
    const auto of = model_.data().catalogue().type_index(declared.of);
    if (!of) return {};
    found_.members.insert(subject);
    if (member.kind == Model::Member::Kind::kMembers) return list_of(static_cast<uint32_t>(*of));
    const auto index = type(static_cast<uint32_t>(*of)).field_index(declared.by[member.index]);
    if (!index) return {};
    return field(static_cast<uint32_t>(*of), static_cast<uint32_t>(*index));
  }

  Reached declared(const Model::Declared& declared) {
    using Kind = Model::Declared::Kind;
    switch (declared.kind) {
      case Kind::kParameter:
        found_.parameters.insert(declared.index);
        return {};
      case Kind::kMeasure:
        return whole_run(declared.index);
      case Kind::kDecision:
        return decision(set_.decisions[declared.index]);
      case Kind::kRecords:
        found_.registers.insert(declared.index);
        return list_of(static_cast<uint32_t>(declared.index));
      case Kind::kWorkFunction:
        return work_function(set_.calendars[declared.index]);
      case Kind::kPackage: {
        Reached out;
        out.kinds = {model_.package_kind(declared.index)};
        return out;
      }
      case Kind::kAsOf:
      case Kind::kOrder:
        return {};
    }
    return {};
  }

  // Its days may be any of the register, and what they are may stand in any of its fields.
  Reached work_function(const policy::WorkCalendar& calendar) {
    const auto days = model_.data().catalogue().type_index(calendar.over);
    if (!days) return {};
    found_.registers.insert(*days);
    for (size_t f = 0; f < model_.data().catalogue().types[*days].fields.size(); ++f) {
      field(static_cast<uint32_t>(*days), static_cast<uint32_t>(f));
    }
    return {};
  }

  Reached whole_run(size_t index) {
    // A function of the whole run is worked out anew for whoever calls it.
    if (!set_.measures[index].args.empty()) return read_measure(index);
    found_.whole_run.insert(index);
    Footprint outer = take();
    Reached out = read_measure(index);
    take();
    found_ = std::move(outer);
    return out;
  }

  Reached decision(const policy::Decision& decision) {
    Reached out = anything();
    if (!walking_decisions_.insert(&decision).second) return out;
    const std::string outer = std::exchange(package_, decision.package);
    const Reached unknown = anything();
    std::vector<ReachFrame> frames(decision.table.inputs.size() + 1);
    frames[0] = {nullptr, &unknown, &kInput};
    for (size_t i = 0; i < decision.table.inputs.size(); ++i) {
      frames[i + 1] = {&frames[i], &unknown, &decision.table.inputs[i]};
    }
    const auto walk_all = [&](const std::vector<dmn::ExpressionPtr>& cells) {
      for (const auto& cell : cells) {
        if (cell != nullptr) walk(*cell->root, &frames.back());
      }
    };
    for (const dmn::DecisionRule& rule : decision.table.rules) {
      walk_all(rule.tests);
      walk_all(rule.outputs);
    }
    walk_all(decision.table.input_values);
    walk_all(decision.table.priorities);
    walk_all(decision.table.default_outputs);
    package_ = outer;
    walking_decisions_.erase(&decision);
    return out;
  }

  // ---- formulas ----

  // An item that is surely one of these records answers the names they all have. Any other may be
  // null, or something else, and the name then means what stands further out.
  Reached name(const Node& node, const ReachFrame* frame) {
    Reached out;
    bool found_any = false;
    const auto meet = [&](const Reached& found) {
      if (found_any) {
        out.add(found);
      } else {
        out = found;
      }
      found_any = true;
    };
    for (const ReachFrame* f = frame; f != nullptr; f = f->parent) {
      if (f->value == nullptr) continue;
      if (f->variable != nullptr) {
        if (*f->variable != node.name) continue;
        meet(*f->value);
        return out;
      }
      if (node.name == kItem) {
        meet(*f->value);
        return out;
      }
      const bool surely = f->value->form == Reached::Form::kOne && all_have(*f->value, node.name);
      if (surely || may_have(*f->value, node.name)) meet(member(*f->value, node.name));
      if (surely) return out;
    }
    if (const auto found = model_.declared(package_, node.name)) meet(declared(*found));
    return out;
  }

  Reached walk(const Node& node, const ReachFrame* frame) {
    switch (node.kind) {
      case NodeKind::kName:
        return name(node, frame);
      case NodeKind::kPath:
        return member(walk(node.child(0), frame), node.name);
      case NodeKind::kFilter: {
        Reached rows = walk(node.child(0), frame);
        const Reached row = rows.item();
        const ReachFrame item{frame, &row, nullptr};
        walk(node.child(1), &item);
        rows.form = feel::is_condition(node.child(1)) && row.form == Reached::Form::kOne
                        ? Reached::Form::kList
                        : Reached::Form::kUnsure;
        return rows;
      }
      case NodeKind::kIn: {
        const Reached input = walk(node.child(0), frame);
        const ReachFrame tested{frame, &input, &kInput};
        for (size_t i = 1; i < node.children.size(); ++i) walk(node.child(i), &tested);
        return {};
      }
      case NodeKind::kCall: {
        Reached out;
        for (const auto& child : node.children) out.add(walk(*child, frame));
        out.contexts = true;
        return out;
      }
      case NodeKind::kFor:
      case NodeKind::kSome:
      case NodeKind::kEvery:
        return iteration(node, 0, frame);
      case NodeKind::kContext:
        return context(node, frame);
      case NodeKind::kFunction:
        return function(node, frame);
      default: {
        Reached out;
        for (const auto& child : node.children) out.add(walk(*child, frame));
        return out;
      }
    }
  }

  Reached iteration(const Node& node, size_t index, const ReachFrame* frame) {
    if (index == node.names.size()) {
      Reached out = walk(*node.children.back(), frame);
      out.form = Reached::Form::kUnsure;
      return out;
    }
    const Reached domain = walk(node.child(index), frame).item();
    const ReachFrame variable{frame, &domain, &node.names[index]};
    const Reached unknown = anything();
    const ReachFrame partial{&variable, &unknown, &kPartial};
    return iteration(node, index + 1, node.kind == NodeKind::kFor ? &partial : &variable);
  }

  Reached context(const Node& node, const ReachFrame* frame) {
    Reached out;
    std::vector<Reached> values(node.children.size());
    std::vector<ReachFrame> frames(node.children.size());
    const ReachFrame* top = frame;
    for (size_t i = 0; i < node.children.size(); ++i) {
      values[i] = walk(*node.children[i], top);
      out.add(values[i]);
      frames[i] = {top, &values[i], &node.names[i]};
      top = &frames[i];
    }
    out.contexts = true;
    return out;
  }

  Reached function(const Node& node, const ReachFrame* frame) {
    const Reached unknown = anything();
    std::vector<ReachFrame> frames(node.names.size());
    const ReachFrame* top = frame;
    for (size_t i = 0; i < node.names.size(); ++i) {
      frames[i] = {top, &unknown, &node.names[i]};
      top = &frames[i];
    }
    Reached out;
    out.add(walk(node.child(0), top));
    return out;
  }

  struct Known {
    Footprint footprint;
    Reached value;
  };
  const Model& model_;
  const policy::PolicySet& set_;
  std::vector<uint32_t> all_kinds_;  // but for packages
  std::string package_;              // whose formula is walked
  Footprint found_;
  std::map<size_t, Known> measures_;
  std::set<size_t> walking_measures_;
  std::set<const policy::Rule*> walking_rules_;
  std::set<Footprint::Member> walking_blanks_;
  std::set<const policy::Decision*> walking_decisions_;
  bool cyclic_ = false;
};

Footprints::Footprints(const Model& model)
    : model_(model), walker_(std::make_unique<Walker>(model)) {}

Footprints::~Footprints() = default;

Footprint Footprints::of(const policy::Rule& rule) {
  walker_->take();
  walker_->rule(rule);
  return walker_->take();
}

Footprint Footprints::of_measure(size_t measure) {
  walker_->take();
  walker_->measure(measure);
  return walker_->take();
}

Footprint Footprints::of_groups(size_t subject) {
  walker_->take();
  walker_->groups(model_.set().subjects[subject]);
  return walker_->take();
}

Footprint Footprints::of_names(const std::string& subject) const {
  const record::Catalogue& catalogue = model_.data().catalogue();
  Footprint out;
  std::vector<size_t> types;
  const auto kind = walker_->kind_of(subject);
  if (!kind) return out;
  if (*kind < catalogue.types.size()) {
    types.push_back(*kind);
  } else {
    const size_t group = *kind - catalogue.types.size();
    out.members.insert(group);
    if (const auto of = catalogue.type_index(model_.set().subjects[group].of)) {
      types.push_back(*of);
    }
  }
  // References are followed to a person, from type to type.
  std::set<size_t> seen(types.begin(), types.end());
  for (size_t i = 0; i < types.size(); ++i) {
    const RecordType& type = catalogue.types[types[i]];
    for (size_t f = 0; f < type.fields.size(); ++f) {
      const FieldKind field = type.fields[f].kind;
      if (field != FieldKind::kRef && field != FieldKind::kIdentityNumber) continue;
      out.fields.emplace(static_cast<uint32_t>(types[i]), static_cast<uint32_t>(f));
      if (field != FieldKind::kRef) continue;
      const auto target = catalogue.type_index(type.fields[f].ref_type);
      if (target && seen.insert(*target).second) types.push_back(*target);
    }
  }
  return out;
}

}  // namespace dandang::evaluation

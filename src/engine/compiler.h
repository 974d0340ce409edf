#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "engine/plan.h"
#include "feel/ast.h"
#include "feel/value.h"

namespace dandang::engine {

class Compiler;
struct Operand;

// What a function's call means, given its arguments and the frame whose row it belongs to.
using Inline = std::function<Operand(Compiler&, size_t frame, const std::vector<Operand>&)>;

// What a part of a formula is while a plan is made.
struct Operand {
  enum class Kind {
    kNone,  // cannot be planned
    kUnknownName,
    kConstant,  // `constant`, resting on `definitions`
    kNode,      // a value a row
    kRow,       // a row of `table`: the frame's own, or where `node` points
    kList,      // rows of `table` owned by the frame's row
    kValues,    // a list's rows, each with the value `node` of the listed table
    kRank,      // places of the row in `rank`
    kFunction,
  };
  Kind kind = Kind::kNone;
  const Node* node = nullptr;
  uint32_t table = 0;
  size_t frame = 0;  // kRow without node, kList, kValues: whose
  // kRow: the row that owns the panel's row; `node` says the same with a lookup.
  std::optional<uint32_t> owner_of;
  const Node* through = nullptr;     // kList: the row that owns it, where it is not the frame's
  uint32_t owner_table = 0;          // kList
  const Node* where = nullptr;       // kList
  std::vector<const Node*> filters;  // kList: what `where` is made of, in order
  std::optional<int64_t> only_period;
  bool kept_only = false;  // kList: items, of which only how many there are can be asked
  std::map<std::string, feel::Value> pinned;  // kList: keys fixed by filters
  bool may_pin_more = false;  // kList: a filter may fix a key to what differs from row to row
  const RankPlan* rank = nullptr;
  feel::Value constant;
  std::vector<int> definitions;
  Inline call;

  static Operand of(const Node* node) {
    Operand operand;
    operand.kind = node == nullptr ? Kind::kNone : Kind::kNode;
    operand.node = node;
    return operand;
  }
  static Operand of(feel::Value value, std::vector<int> definitions = {}) {
    Operand operand;
    operand.kind = Kind::kConstant;
    operand.constant = std::move(value);
    operand.definitions = std::move(definitions);
    return operand;
  }
  bool is(Kind k) const { return kind == k; }
};

// What names mean; asked while a plan is made.
class Scope {
 public:
  virtual ~Scope() = default;
  // A member of the table's rows, as it is on that table; kUnknownName if there is none.
  virtual Operand member(Compiler& compiler, uint32_t table, const std::string& name) = 0;
  virtual Operand global(Compiler& compiler, const std::string& name) = 0;
  // A member of what stands outside of all tables: a package's name.
  virtual Operand member_of(const feel::Entity& entity, const std::string& name) = 0;
  // A truth on the owner's table: true where no row of the list with the pinned keys can be
  // missing, else unknown; kAsk where more may be pinned than is told here.
  virtual const Node* complete(Compiler& compiler, const Operand& list) = 0;
  // Whether a filter that fixes the field may make the list complete.
  virtual bool pins(uint32_t list_table, const std::string& field) const = 0;
};

// Rows and variables that names may mean, outermost first.
struct PlanFrame {
  uint32_t table = 0;
  std::string variable;          // empty: the row's members are names too
  std::optional<Operand> bound;  // a variable that is no row
  bool linked = false;           // each row is owned by a row of the frame before
  // Names that mean it: seen; cannot be planned; do not mean it at all.
  enum class Sight { kSeen, kBarred, kUnseen };
  Sight sight = Sight::kSeen;
};

// Translates FEEL into nodes (docs/architecture.md, "The columnar engine"). What it cannot
// translate exactly it leaves to the plain evaluator, and says why.
class Compiler {
 public:
  Compiler(Plan& plan, Tables& tables, Scope& scope)
      : plan_(plan), tables_(tables), scope_(scope) {}

  // The formula's value on the rows of the innermost frame's table; null if it cannot be planned.
  const Node* compile(const feel::Expression& expression, std::vector<PlanFrame> frames);
  Operand compile_operand(const feel::Expression& expression, std::vector<PlanFrame> frames);
  // A list's condition on the list's rows; null if it may also mean a position in the list.
  const Node* compile_filter(const feel::Expression& condition, std::vector<PlanFrame> frames);
  // Whether the input passes a decision table's cell.
  const Node* compile_test(const feel::Expression& tests, const Operand& input,
                           std::vector<PlanFrame> frames);

  // Notes the keys that the condition fixes to a constant, on rows of the innermost frame.
  void pin(const feel::Expression& condition, Operand& list, std::vector<PlanFrame> frames);

  // The operand as a node, of the wanted type if it is a constant that fits several.
  const Node* node_of(const Operand& operand);
  // Both at the same scale.
  bool align(const Node*& a, const Node*& b);
  // in[1] at the rows that in[0] says.
  const Node* gather(const Node* index, const Node* target, Looks looks = Looks::kBoth);
  // A node of the owner's table, at the rows of the list.
  const Node* at_owner(uint32_t list_table, uint32_t owner_table, const Node* node,
                       bool reads_row = false);
  const Node* column(uint32_t table, uint32_t field);
  // The row that owns each row of the panel.
  const Node* owner_row(uint32_t table);
  // And the period it lies in.
  const Node* period(uint32_t table);
  const Node* truth_and(const Node* a, const Node* b, Looks looks = Looks::kDeciding);
  const Node* truth_or(const Node* a, const Node* b, Looks looks = Looks::kDeciding);
  const Node* truth_constant(State state, uint32_t table);
  // The constant, on rows of the table.
  const Node* constant_on(const Node* constant, uint32_t table);
  // The node, of the state instead where it is null.
  const Node* null_as(const Node* node, State instead);
  // The truth, left to the plain evaluator where it is unknown.
  const Node* unknown_as_ask(const Node* truth);
  const Node* choose(const std::vector<std::pair<const Node*, const Node*>>& rules, bool unique);
  // The result, with what its arguments rest on.
  const Node* called(const Node* result, const std::vector<Operand>& arguments, uint32_t on_table);

  Plan& plan() { return plan_; }
  Tables& tables() { return tables_; }
  // The table whose rows are being computed.
  uint32_t table() const;
  // What a function's body sees: the row it belongs to (none: only globals), and its arguments.
  std::vector<PlanFrame> frames_of_call(std::optional<size_t> row,
                                        const std::vector<std::string>& names,
                                        const std::vector<Operand>& arguments) const;

  // Why something could not be planned; the first reason of the last compile.
  const Text& reason() const { return reason_; }
  void forget_reason() { reason_ = {}; }
  Operand refuse(std::string zh, std::string en);
  const Node* refuse_node(std::string zh, std::string en) {
    refuse(std::move(zh), std::move(en));
    return nullptr;
  }

 private:
  class Frames;
  Operand visit(const feel::Node& node);
  Operand visit_name(const feel::Node& node);
  Operand visit_path(const feel::Node& node);
  Operand visit_filter(const feel::Node& node);
  Operand visit_call(const feel::Node& node);
  Operand visit_builtin(const std::string& name, const std::vector<Operand>& arguments);
  Operand visit_arithmetic(const feel::Node& node);
  Operand visit_compare(feel::Op op, const Operand& a, const Operand& b);
  Operand visit_in(const feel::Node& node);
  Operand visit_junction(const feel::Node& node);
  Operand visit_if(const feel::Node& node);
  Operand visit_quantified(const feel::Node& node);
  Operand test(const feel::Node& node, const Operand& input);
  Operand satisfies(const Operand& input, const feel::Value& value);
  Operand member(const Operand& object, const std::string& name);
  Operand member_of_row(size_t frame, const std::string& name);
  Operand lifted(size_t frame, Operand operand);
  bool is_innermost(size_t frame) const;
  std::optional<size_t> row_at(size_t frame) const;
  const Node* lift(size_t frame, const Node* node);
  Operand aggregate(NodeKind kind, const Operand& list);
  const Node* reduced(NodeKind kind, const Operand& list, const Node* body, const Node* combined);
  const Node* only_condition(const feel::Node& condition, const Node* where);
  // False where the truth is null.
  const Node* is_true(const Node* truth);
  static bool may_be_position(const Operand& list);
  bool means_nothing(const std::string& name);
  // Compiles on the listed table, then goes back to where it was.
  const Node* on_list(const Operand& list, const std::string& variable, const feel::Node& body);
  Operand arithmetic(feel::Op op, const Operand& a, const Operand& b);
  const Node* add_nodes(feel::Op op, const Node* a, const Node* b);
  const Node* multiply_nodes(const Node* a, const Node* b);
  Operand extreme(const std::string& name, const std::vector<Operand>& arguments);
  const Node* months_from(const feel::Value& unit, const Operand& factor);
  const Node* divided(NodeKind kind, const Node* value, int scale);
  const Node* retyped(const Node* node, Type type);
  const Node* rank_test(const Node* compare);
  void pin_conjuncts(const feel::Node& condition, Operand& list);

  Plan& plan_;
  Tables& tables_;
  Scope& scope_;
  std::vector<PlanFrame> frames_;
  Text reason_;
};

}  // namespace dandang::engine

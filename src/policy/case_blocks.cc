#include "policy/case_blocks.h"

#include "policy/block_reader.h"

namespace dandang::policy {
namespace {

// What every named declaration begins with.
template <typename T>
T declaration_of(const DeclarationContext& context, const FencedBlock& block) {
  T out;
  out.name = block.argument;
  out.package = context.package;
  out.clause = context.clause;
  out.place = block.place;
  return out;
}

void guard_form(const DeclarationContext& context, const Place& place, Text message, Text hint) {
  context.diagnostics.error("guard-form", place, std::move(message), std::move(hint));
}

// on: P.step | [P.step, …] | {write: TYPE} | {definition: [measure, …]}
void read_guard_on(const DeclarationContext& context, BlockReader& reader, Guard& guard) {
  const YamlNode* on = reader.find("on");
  if (on == nullptr) {
    reader.missing("on");
    return;
  }
  if (!on->is_mapping()) {
    guard.on = reader.list("on");
    return;
  }
  BlockReader inner(*on, "on", context.diagnostics);
  const bool writes = inner.has("write");
  const bool defines = inner.has("definition");
  guard.kind = defines ? Guard::Kind::kDefinition : Guard::Kind::kWrite;
  guard.on = inner.list(defines ? "definition" : "write");
  inner.finish();
  guard.words = inner.words_at();
  if (writes == defines) {
    guard_form(context, inner.place(),
               {"防线 " + guard.name + " 的 on 要写动作、write 或 definition 之一",
                "guard " + guard.name + " is on exactly one of steps, write, definition"},
               {"例：on: 流程.动作；on: {write: 记录类型}；on: {definition: [measure, list]}",
                "as on: PROCEDURE.STEP, on: {write: RECORD TYPE}, on: {definition: [measure]}"});
  }
}

void check_guard_form(const DeclarationContext& context, const Guard& guard) {
  const bool definition = guard.kind == Guard::Kind::kDefinition;
  const int conditions =
      (guard.refuse_if.written() ? 1 : 0) + (guard.refuse_unless.written() ? 1 : 0);
  if (!definition && conditions != 1) {
    guard_form(context, guard.place,
               {"防线 " + guard.name + " 要写 refuse_if、refuse_unless 之一",
                "guard " + guard.name + " needs exactly one of refuse_if, refuse_unless"},
               {"什么情况下拒绝写 refuse_if；必须具备什么写 refuse_unless",
                "refuse_if says when to refuse, refuse_unless what there must be"});
  }
  if (definition && conditions != 0) {
    guard_form(context, guard.place,
               {"防线 " + guard.name + " 管的是声明，不能写 refuse_if、refuse_unless",
                "guard " + guard.name + " is on declarations and takes no refuse_if"},
               {"写 carries：带哪些标记的拒绝", "say by carries which marks are refused"});
  }
  if (definition == guard.carries.empty()) {
    guard_form(context, guard.place,
               {"carries 只用于、也必须用于管声明的防线（" + guard.name + "）",
                "carries goes with guards on declarations, and must stand there: " + guard.name},
               {"例：on: {definition: [measure]}，carries: [标记]",
                "as on: {definition: [measure]}, carries: [MARK]"});
  }
}

void need_formula(BlockReader& reader, const char* key, const Formula& formula) {
  if (!formula.written()) reader.missing(key);
}

}  // namespace

void read_role(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node = block_yaml(context, block);
  BlockReader reader(node, "role " + block.argument, context.diagnostics);
  auto role = declaration_of<Role>(context, block);
  role.label_en = reader.text("en");
  role.holds = reader.formula("holds");
  need_formula(reader, "holds", role.holds);
  reader.finish();
  context.set.roles.push_back(std::move(role));
}

void read_calendar(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node = block_yaml(context, block);
  BlockReader reader(node, "calendar " + block.argument, context.diagnostics);
  auto calendar = declaration_of<WorkCalendar>(context, block);
  calendar.label_en = reader.text("en");
  calendar.over = reader.required_text("over");
  calendar.day = reader.required_text("day");
  calendar.kind = reader.required_text("kind");
  calendar.off = reader.required_text("off");
  calendar.on = reader.required_text("on");
  reader.finish();
  calendar.words = reader.words_at();
  context.set.calendars.push_back(std::move(calendar));
}

void read_steps(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node = block_yaml(context, block);
  BlockReader reader(node, "steps " + block.argument, context.diagnostics);
  StepsType steps;
  steps.type = block.argument;
  steps.place = block.place;
  steps.procedure = reader.required_text("procedure");
  steps.case_key = reader.required_text("case");
  steps.order = reader.required_text("order");
  steps.transition = reader.required_text("transition");
  steps.by = reader.required_text("by");
  steps.role = reader.required_text("role");
  steps.on = reader.required_text("on");
  steps.from = reader.required_text("from");
  steps.to = reader.required_text("to");
  steps.content = reader.required_text("content");
  steps.cites = reader.required_text("cites");
  reader.finish();
  steps.words = reader.words_at();
  if (context.set.steps) {
    const Place& other = context.set.steps->place;
    context.diagnostics.error(
        "steps-type", block.place,
        {"全部政策包只能有一个 steps 块", "there is one steps block in the whole set"},
        {"另一处在 " + other.file + ":" + std::to_string(other.line) + "；去掉一处",
         "the other stands at " + other.file + ":" + std::to_string(other.line) +
             "; remove one of them"});
    return;
  }
  context.set.steps = std::move(steps);
}

void read_guard(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node = block_yaml(context, block);
  BlockReader reader(node, "guard " + block.argument, context.diagnostics);
  auto guard = declaration_of<Guard>(context, block);
  read_guard_on(context, reader, guard);
  guard.refuse_if = reader.formula("refuse_if");
  guard.refuse_unless = reader.formula("refuse_unless");
  guard.unknown_refuses = reader.choice("unknown", {"refuse", "allow"}, 0) == 0;
  guard.carries = reader.list("carries");
  guard.except = reader.list("except");
  guard.message = reader.words("message");
  if (guard.message.empty()) reader.missing("message");
  guard.values = reader.formulas("values");
  guard.law = reader.words("law");
  guard.validity = reader.in_force();
  reader.finish();
  guard.words.add(reader.words_at());
  check_guard_form(context, guard);
  context.set.guards.push_back(std::move(guard));
}

void read_list_declaration(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node = block_yaml(context, block);
  BlockReader reader(node, "list " + block.argument, context.diagnostics);
  auto list = declaration_of<ListDeclaration>(context, block);
  list.label_en = reader.text("en");
  list.title = reader.words("title");
  list.of = reader.required_text("of");
  list.where = reader.formula("where");
  list.except = reader.list("except");
  if (const YamlNode* order = reader.find("order")) {
    for (const YamlNode& item : order->items) {
      BlockReader inner(item, "order", context.diagnostics);
      ListDeclaration::Order by;
      by.by = inner.formula("by");
      need_formula(inner, "by", by.by);
      by.descending = inner.flag("descending", false);
      inner.finish();
      list.order.push_back(std::move(by));
    }
    if (!order->is_sequence()) {
      context.diagnostics.error("list-form", order->place,
                                {"order 应是一列 {by: 公式, descending: true}",
                                 "order is a list of {by: FORMULA, descending: true}"});
    }
  }
  list.columns = reader.formulas("columns");
  if (list.columns.empty()) reader.missing("columns");
  reader.finish();
  list.words = reader.words_at();
  context.set.lists.push_back(std::move(list));
}

void read_document(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node = block_yaml(context, block);
  BlockReader reader(node, "document " + block.argument, context.diagnostics);
  auto document = declaration_of<DocumentDeclaration>(context, block);
  document.label_en = reader.text("en");
  document.title = reader.words("title");
  document.of = reader.required_text("of");
  document.is_public = reader.flag("public", false);
  document.withdrawn = reader.formula("withdrawn");
  document.shows = reader.formulas("shows");
  document.body = reader.required_text("body");
  reader.finish();
  document.words = reader.words_at();
  context.set.documents.push_back(std::move(document));
}

}  // namespace dandang::policy

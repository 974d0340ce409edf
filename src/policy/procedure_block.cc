#include "policy/procedure_block.h"

#include <algorithm>

#include "policy/block_reader.h"

namespace dandang::policy {
namespace {

class ProcedureReader {
 public:
  ProcedureReader(const DeclarationContext& context, const FencedBlock& block)
      : diagnostics_(context.diagnostics),
        node_(block_yaml(context, block)),
        reader_(node_, "procedure " + block.argument, diagnostics_) {
    procedure_.name = block.argument;
    procedure_.package = context.package;
    procedure_.clause = context.clause;
    procedure_.place = block.place;
  }

  Procedure read() {
    procedure_.label_en = reader_.text("en");
    procedure_.title = reader_.words("title");
    procedure_.cases = reader_.required_text("cases");
    read_number();
    procedure_.state = reader_.text("state");
    if (procedure_.state.empty()) procedure_.state = procedure_.name + "状态";
    procedure_.subject = reader_.text("subject");
    procedure_.self = reader_.text("self");
    procedure_.visible = reader_.list("visible");
    procedure_.validity = reader_.in_force();
    read_roles();
    read_states();
    read_transitions();
    read_never();
    reader_.finish();
    procedure_.words.add(reader_.words_at());
    return std::move(procedure_);
  }

 private:
  void read_number() {
    const YamlNode* node = reader_.find("number");
    if (node == nullptr) return;
    BlockReader inner(*node, "number", diagnostics_);
    procedure_.number = inner.required_text("field");
    procedure_.number_start = inner.required_text("start");
    inner.finish();
    procedure_.words.add(inner.words_at());
  }

  // NAME: FORMULA, or NAME: {en: …, holds: FORMULA}
  void read_roles() {
    const YamlNode* roles = reader_.find("roles");
    if (roles == nullptr) return;
    for (const auto& [name, details] : roles->members) {
      Role role;
      role.name = trimmed(name.text);
      role.package = procedure_.package;
      role.clause = procedure_.clause;
      role.place = name.place;
      if (details.is_mapping()) {
        BlockReader inner(details, "role " + role.name, diagnostics_);
        role.label_en = inner.text("en");
        role.holds = inner.formula("holds");
        if (!role.holds.written()) inner.missing("holds");
        inner.finish();
      } else {
        role.holds = read_formula(details, role.name, diagnostics_);
      }
      procedure_.roles.push_back(std::move(role));
    }
  }

  void read_states() {
    const YamlNode* states = reader_.find("states");
    if (states == nullptr) {
      reader_.missing("states");
      return;
    }
    for (const auto& [name, details] : states->members) {
      CaseState state;
      state.name = trimmed(name.text);
      state.place = name.place;
      if (!details.is_none()) {
        BlockReader inner(details, "state " + state.name, diagnostics_);
        state.label_en = inner.text("en");
        state.final = inner.flag("final", false);
        inner.finish();
      }
      no_second(procedure_.states, state, "状态", "state");
      procedure_.states.push_back(std::move(state));
    }
  }

  void read_transitions() {
    const YamlNode* transitions = reader_.find("transitions");
    if (transitions == nullptr) {
      reader_.missing("transitions");
      return;
    }
    for (const auto& [name, details] : transitions->members) {
      Transition transition = read_transition(name, details);
      no_second(procedure_.transitions, transition, "动作", "step");
      procedure_.transitions.push_back(std::move(transition));
    }
  }

  template <typename T>
  void no_second(const std::vector<T>& before, const T& item, const char* zh, const char* en) {
    const bool repeated = std::any_of(before.begin(), before.end(),
                                      [&](const T& other) { return other.name == item.name; });
    if (!repeated) return;
    diagnostics_.error("repeated-key", item.place,
                       {std::string(zh) + " " + item.name + " 写了两次",
                        std::string(en) + " " + item.name + " stands twice"});
  }

  Transition read_transition(const YamlNode& name, const YamlNode& node) {
    Transition out;
    out.name = trimmed(name.text);
    out.place = name.place;
    BlockReader reader(node, "step " + out.name, diagnostics_);
    out.title = reader.words("title");
    out.law = reader.words("law");
    out.from = reader.list("from");
    out.to = reader.text("to");
    read_choice(reader, out);
    out.by = reader.list("by");
    out.opened_by = reader.list("opened_by");
    out.persons = reader.choice("persons", {"1", "2"}, 0) == 1 ? 2 : 1;
    out.not_by = reader.formula("not_by");
    split_optional(reader, "form", out.form, out.optional_form, out.words);
    split_optional(reader, "rows", out.rows, out.optional_rows, out.words);
    out.cites = reader.list("cites");
    out.departs = reader.text("departs");
    out.when = reader.formula("when");
    out.not_before = reader.formula("not_before");
    out.until = reader.formula("until");
    out.due = reader.formula("due");
    out.wanted = reader.formula("wanted");
    read_escalation(reader, out);
    out.sets = reader.formulas("sets");
    for_items(reader, "writes",
              [&](const YamlNode& item) { out.writes.push_back(read_write(item)); });
    for_items(reader, "opens",
              [&](const YamlNode& item) { out.opens.push_back(read_opening(item)); });
    out.documents = reader.list("documents");
    out.mark = reader.text("mark");
    reader.finish();
    out.words.add(reader.words_at());
    if (out.by.empty() && out.opened_by.empty()) reader.missing("by");
    if (out.to.empty() == out.choose.empty()) {
      diagnostics_.error("block-form", out.place,
                         {"动作 " + out.name + " 要写 to、choose 之一",
                          "step " + out.name + " needs exactly one of to, choose"});
    }
    return out;
  }

  // choose: {by: FIELD, to: {VALUE: STATE, …}}
  void read_choice(BlockReader& reader, Transition& out) {
    const YamlNode* node = reader.find("choose");
    if (node == nullptr) return;
    BlockReader inner(*node, "choose", diagnostics_);
    out.choose = inner.required_text("by");
    out.words.note("choose", out.choose, inner.words_at().of("by", out.choose, node->place));
    if (const YamlNode* to = inner.find("to"); to != nullptr && to->is_mapping()) {
      for (const auto& [value, state] : to->members) {
        out.chosen.emplace_back(trimmed(value.text), trimmed(state.text));
        out.words.note("chosen", out.chosen.back().first, value.place);
        out.words.note("to", out.chosen.back().second, state.place);
      }
    } else {
      inner.missing("to");
    }
    inner.finish();
  }

  // Words with a question mark behind them may be left out.
  static void split_optional(BlockReader& reader, const std::string& key,
                             std::vector<std::string>& required, std::vector<std::string>& optional,
                             WordPlaces& words) {
    for (std::string word : reader.list(key)) {
      const bool may_lack = word.ends_with("?");
      const Place place = reader.words_at().of(key, word, reader.place());
      if (may_lack) word = trimmed(word.substr(0, word.size() - 1));
      words.note(key, word, place);
      (may_lack ? optional : required).push_back(std::move(word));
    }
  }

  void read_escalation(BlockReader& reader, Transition& out) {
    const YamlNode* node = reader.find("escalate");
    if (node == nullptr) return;
    BlockReader inner(*node, "escalate", diagnostics_);
    out.escalate_to = inner.list("to");
    if (out.escalate_to.empty()) inner.missing("to");
    out.escalate_after = inner.formula("after");
    if (!out.escalate_after.written()) inner.missing("after");
    inner.finish();
    for (const std::string& role : out.escalate_to) {
      out.words.note("escalate", role, inner.words_at().of("to", role, node->place));
    }
  }

  template <typename Read>
  void for_items(BlockReader& reader, const std::string& key, Read read) {
    const YamlNode* node = reader.find(key);
    if (node == nullptr || node->is_none()) return;
    if (!node->is_sequence()) {
      diagnostics_.error("block-form", node->place,
                         {key + " 应是一列，每项以 - 开头", key + " is a list"},
                         {"每项写成 - {…}", "write each item as - {…}"});
      return;
    }
    for (const YamlNode& item : node->items) read(item);
  }

  CaseWrite read_write(const YamlNode& node) {
    CaseWrite out;
    BlockReader inner(node, "writes", diagnostics_);
    out.place = inner.place();
    out.type = inner.required_text("record");
    out.fields = inner.formulas("fields");
    if (out.fields.empty()) inner.missing("fields");
    out.when = inner.formula("when");
    out.for_each = inner.formula("for_each");
    inner.finish();
    out.words = inner.words_at();
    return out;
  }

  CaseOpening read_opening(const YamlNode& node) {
    CaseOpening out;
    BlockReader inner(node, "opens", diagnostics_);
    out.place = inner.place();
    const std::string target = inner.required_text("case");
    const size_t dot = target.find('.');
    out.procedure = target.substr(0, dot);
    if (dot != std::string::npos) out.transition = target.substr(dot + 1);
    out.fields = inner.formulas("with");
    out.when = inner.formula("when");
    inner.finish();
    out.words = inner.words_at();
    return out;
  }

  void read_never() {
    for_items(reader_, "never", [&](const YamlNode& item) {
      NeverWithout never;
      BlockReader inner(item, "never", diagnostics_);
      never.place = inner.place();
      never.from = inner.text("from");
      never.to = inner.required_text("to");
      never.without = inner.required_text("without");
      inner.finish();
      never.words = inner.words_at();
      procedure_.never.push_back(std::move(never));
    });
  }

  Diagnostics& diagnostics_;
  YamlNode node_;
  BlockReader reader_;
  Procedure procedure_;
};

// The states as a field of the cases' type, unless the type declares it itself.
void add_state_field(const Procedure& procedure, record::Catalogue& catalogue) {
  const auto index = catalogue.type_index(procedure.cases);
  if (!index || catalogue.types[*index].find_field(procedure.state) != nullptr) return;
  record::CodeList list;
  list.name = procedure.cases + "." + procedure.state;
  list.place = procedure.place;
  for (const CaseState& state : procedure.states) {
    list.values.push_back({state.name, state.label_en, {}, state.place});
  }
  record::Field field;
  field.name = procedure.state;
  field.label_en = procedure.label_en.empty() ? "" : procedure.label_en + ": state";
  field.kind = record::FieldKind::kCode;
  field.code_list = list.name;
  field.blank.kind = record::Blank::Kind::kNone;
  field.blank.text = "none";
  field.place = procedure.place;
  catalogue.types[*index].fields.push_back(std::move(field));
  catalogue.code_lists.push_back(std::move(list));
}

}  // namespace

void read_procedure(const DeclarationContext& context, const FencedBlock& block) {
  context.set.procedures.push_back(ProcedureReader(context, block).read());
}

void add_state_fields(PolicySet& set, Diagnostics& diagnostics) {
  for (size_t i = 0; i < set.procedures.size(); ++i) {
    const Procedure& procedure = set.procedures[i];
    for (size_t j = 0; j < i; ++j) {
      const Procedure& other = set.procedures[j];
      if (other.cases != procedure.cases || other.state != procedure.state) continue;
      if (other.name == procedure.name) continue;  // two versions of one procedure
      diagnostics.error(
          "unknown-state", procedure.words.of("state", procedure.state, procedure.place),
          {"程序 " + procedure.name + " 与 " + other.name + " 用了 " + procedure.cases +
               " 的同一个状态字段 " + procedure.state,
           "procedures " + procedure.name + " and " + other.name + " keep their states in one " +
               "field of " + procedure.cases + ": " + procedure.state},
          {"给其中一个写另外的 state", "give one of them another \"state\""});
    }
    add_state_field(procedure, *set.catalogue);
  }
}

}  // namespace dandang::policy

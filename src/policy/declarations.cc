#include "policy/declarations.h"

#include <algorithm>
#include <functional>

#include "base/decimal.h"
#include "feel/parser.h"
#include "policy/block_reader.h"
#include "policy/case_blocks.h"
#include "policy/decision_block.h"
#include "policy/procedure_block.h"
#include "policy/test_block.h"

namespace dandang::policy {
namespace {

using record::Blank;
using record::CodeList;
using record::Field;
using record::FieldKind;
using record::RecordType;

void need_name(const DeclarationContext& context, const FencedBlock& block) {
  if (!block.argument.empty()) return;
  context.diagnostics.error(
      "missing-name", block.place, {block.kind + " 后面没有写名称", "no name after " + block.kind},
      {"写成 ```" + block.kind + " 名称", "write ```" + block.kind + " NAME"});
}

// ---- code lists ----

void read_code(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node = block_yaml(context, block);
  BlockReader reader(node, "code", context.diagnostics);
  CodeList list;
  list.name = block.argument;
  list.place = block.place;
  list.label_en = reader.text("en");
  list.ordered = reader.flag("ordered", false);
  if (const YamlNode* values = reader.find("values")) {
    for (const YamlNode& item : values->items) {
      if (item.is_scalar()) list.values.push_back({trimmed(item.text), "", {}, item.place});
    }
    for (const auto& [name, details] : values->members) {
      record::CodeValue value{trimmed(name.text), "", {}, name.place};
      if (!details.is_none()) {
        BlockReader inner(details, "code value", context.diagnostics);
        value.label_en = inner.text("en");
        value.label_zh = inner.text("zh");
        value.aliases = inner.list("aliases");
        inner.finish();
      }
      list.values.push_back(std::move(value));
    }
  } else {
    reader.missing("values");
  }
  reader.finish();
  context.set.catalogue->code_lists.push_back(std::move(list));
}

// ---- record types ----

struct KindWord {
  const char* word;
  FieldKind kind;
};

constexpr KindWord kKindWords[] = {
    {"text", FieldKind::kText},
    {"name", FieldKind::kName},
    {"identity number", FieldKind::kIdentityNumber},
    {"date", FieldKind::kDate},
    {"day", FieldKind::kDay},
    {"year", FieldKind::kYear},
    {"number", FieldKind::kNumber},
    {"money", FieldKind::kMoney},
    {"flag", FieldKind::kFlag},
};

void field_type(const DeclarationContext& context, const std::string& type_name,
                const std::string& text, const Place& place, Field& field) {
  for (const KindWord& known : kKindWords) {
    if (text == known.word) {
      field.kind = known.kind;
      return;
    }
  }
  if (text.starts_with("code ")) {
    field.kind = FieldKind::kCode;
    field.code_list = trimmed(text.substr(5));
    return;
  }
  if (text.starts_with("ref ")) {
    field.kind = FieldKind::kRef;
    field.ref_type = trimmed(text.substr(4));
    return;
  }
  if (contains(text, "|")) {
    // Words written in place are a code list of the field's own.
    CodeList list;
    list.name = type_name + "." + field.name;
    list.place = place;
    for (const std::string& word : split(text, '|')) {
      list.values.push_back({trimmed(word), "", {}, place});
    }
    field.kind = FieldKind::kCode;
    field.code_list = list.name;
    context.set.catalogue->code_lists.push_back(std::move(list));
    return;
  }
  std::vector<std::string> words;
  for (const KindWord& known : kKindWords) words.emplace_back(known.word);
  words.insert(words.end(), {"code NAME", "ref TYPE", "A|B|C"});
  context.diagnostics.error(
      "unknown-type", place,
      {"没有字段类型“" + text + "”", "there is no field type \"" + text + "\""},
      {"可用：" + join(words, "、"), "one of: " + join(words, ", ")});
}

Blank read_blank(const DeclarationContext& context, const YamlNode& node, const Field& field) {
  Blank blank;
  blank.place = node.place;
  blank.text = trimmed(node.text);
  if (blank.text == "unknown") {
    blank.kind = Blank::Kind::kUnknown;
  } else if (blank.text == "none") {
    blank.kind = Blank::Kind::kNone;
  } else if (contains(blank.text, "(")) {
    blank.kind = Blank::Kind::kFormula;
  } else {
    blank.kind = Blank::Kind::kValue;
    const bool numeric = field.kind == FieldKind::kNumber || field.kind == FieldKind::kMoney ||
                         field.kind == FieldKind::kYear;
    const bool flag = field.kind == FieldKind::kFlag;
    if ((numeric && !Decimal::parse(blank.text)) ||
        (flag && blank.text != "true" && blank.text != "false")) {
      context.diagnostics.error(
          "bad-blank", node.place,
          {"blank 的值与字段类型不合", "the blank value does not fit the field's type"},
          {"写 unknown、none 或者一个合类型的值", "write unknown, none, or a value of the type"});
    }
  }
  return blank;
}

Field read_field(const DeclarationContext& context, const std::string& type_name,
                 const YamlNode& name, const YamlNode& node) {
  Field field;
  field.name = trimmed(name.text);
  field.place = name.place;
  BlockReader reader(node, "field " + field.name, context.diagnostics);
  field.label_en = reader.text("en");
  if (const YamlNode* type = reader.find("type")) {
    field_type(context, type_name, trimmed(type->text), type->place, field);
  } else {
    reader.missing("type");
  }
  field.headings = reader.list("heading");
  field.true_words = reader.list("true");
  field.false_words = reader.list("false");
  field.required = reader.flag("required", false);
  field.column_required =
      field.required || reader.choice("column", {"optional", "required"}, 0) == 1;
  field.agrees =
      static_cast<record::Agrees>(reader.choice("agrees", {"nothing", "birth", "sex"}, 0));
  field.from_title = reader.flag("from_title", false);
  field.mark = reader.text("mark");
  if (const YamlNode* blank = reader.find("blank")) {
    field.blank = read_blank(context, *blank, field);
    if (field.blank.kind == Blank::Kind::kFormula) {
      Formula formula;
      formula.place = blank->place;
      formula.source = feel_source(*blank, context.diagnostics);
      context.set.blank_formulas[{type_name, field.name}] = std::move(formula);
    }
  }
  reader.finish();
  return field;
}

void read_validity(BlockReader& reader, RecordType& type, Diagnostics& diagnostics) {
  const YamlNode* valid = reader.find("valid");
  if (valid == nullptr) return;
  BlockReader inner(*valid, "valid", diagnostics);
  if (inner.has("from")) {
    type.valid = RecordType::Valid::kFrom;
    type.valid_field = inner.text("from");
  } else if (inner.has("year")) {
    type.valid = RecordType::Valid::kYear;
    type.valid_field = inner.text("year");
  } else if (inner.has("snapshot")) {
    type.valid = RecordType::Valid::kSnapshot;
    type.valid_field = inner.text("snapshot");
  }
  inner.finish();
}

void read_absence(BlockReader& reader, RecordType& type, Diagnostics& diagnostics) {
  const YamlNode* absence = reader.find("absence");
  if (absence == nullptr || absence->text == "unknown") return;
  BlockReader inner(*absence, "absence", diagnostics);
  if (inner.has("none")) {
    type.absence = RecordType::Absence::kNone;
    type.absence_keys = inner.list("none");
  } else {
    inner.missing("none");
  }
  inner.finish();
}

void read_checks(const DeclarationContext& context, BlockReader& reader, RecordType& type) {
  const YamlNode* checks = reader.find("checks");
  if (checks == nullptr) return;
  for (const YamlNode& item : checks->items) {
    BlockReader inner(item, "check", context.diagnostics);
    record::RowCheck check;
    Formula formula = inner.formula("holds");
    if (!formula.written()) inner.missing("holds");
    check.formula = formula.source.text;
    check.place = formula.place;
    check.message = inner.words("message");
    if (check.message.empty()) inner.missing("message");
    check.field = inner.text("field");
    inner.finish();
    context.set.check_formulas[type.name].push_back(std::move(formula));
    type.checks.push_back(std::move(check));
  }
}

void read_record(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node = block_yaml(context, block);
  BlockReader reader(node, "record " + block.argument, context.diagnostics);
  RecordType type;
  type.name = block.argument;
  type.package = context.package;
  type.place = block.place;
  type.label_en = reader.text("en");
  type.key = reader.list("key");
  if (type.key.empty()) reader.missing("key");
  type.repeats = reader.flag("repeats", false);
  type.sheets = reader.list("sheets");
  type.taken_with = reader.text("taken_with");
  type.name_field = reader.text("named_by");
  type.sensitivity = reader.text("sensitivity");
  type.mark = reader.text("mark");
  read_validity(reader, type, context.diagnostics);
  read_absence(reader, type, context.diagnostics);
  if (const YamlNode* fields = reader.find("fields")) {
    for (const auto& [name, details] : fields->members) {
      type.fields.push_back(read_field(context, type.name, name, details));
    }
  } else {
    reader.missing("fields");
  }
  read_checks(context, reader, type);
  reader.finish();
  context.set.catalogue->types.push_back(std::move(type));
}

// ---- parameters ----

ParameterType infer_parameter_type(const std::string& word,
                                   const std::optional<std::string>& value) {
  if (word == "text") return ParameterType::kText;
  if (word == "date") return ParameterType::kDate;
  if (word == "flag") return ParameterType::kFlag;
  if (word == "number" || !value) return ParameterType::kNumber;
  if (Decimal::parse(*value)) return ParameterType::kNumber;
  if (*value == "true" || *value == "false") return ParameterType::kFlag;
  if (Date::parse_iso(*value)) return ParameterType::kDate;
  return ParameterType::kText;
}

ParameterVersion read_parameter_version(BlockReader& reader) {
  ParameterVersion version;
  version.place = reader.place();
  if (const YamlNode* value = reader.find("value"); value != nullptr && value->is_scalar()) {
    version.value = trimmed(value->text);
    version.place = value->place;
  }
  version.validity = reader.dates();
  return version;
}

std::optional<Decimal> read_bound(const DeclarationContext& context, BlockReader& reader,
                                  const std::string& key) {
  const YamlNode* node = reader.find(key);
  if (node == nullptr) return std::nullopt;
  const auto bound = Decimal::parse(trimmed(node->text));
  if (!bound) {
    context.diagnostics.error(
        "bad-number", node->place,
        {"“" + node->text + "”不是数字", "\"" + node->text + "\" is not a number"});
  }
  return bound;
}

Parameter read_one_parameter(const DeclarationContext& context, const YamlNode& name,
                             const YamlNode& node) {
  Parameter parameter;
  parameter.name = trimmed(name.text);
  parameter.package = context.package;
  parameter.clause = context.clause;
  parameter.place = name.place;
  BlockReader reader(node, "parameter " + parameter.name, context.diagnostics);
  parameter.unit = reader.text("unit");
  parameter.law = reader.words("law");
  parameter.label_en = reader.text("en");
  parameter.why = reader.words("why");
  if (!reader.has("source")) {
    context.diagnostics.error(
        "parameter-source", name.place,
        {"参数 " + parameter.name + " 没有写来源",
         "parameter " + parameter.name + " has no source"},
        {"写 source: text（文件原定）、law（法规）、local（本地设定）或 reading（本系统的理解）",
         "write source: text (in the document), law, local (set by the authority) or reading (our "
         "interpretation)"});
  }
  parameter.source =
      static_cast<ParameterSource>(reader.choice("source", {"text", "law", "local", "reading"}, 2));
  parameter.min = read_bound(context, reader, "min");
  parameter.max = read_bound(context, reader, "max");
  parameter.versions.push_back(read_parameter_version(reader));
  if (const YamlNode* versions = reader.find("versions")) {
    parameter.versions.clear();
    for (const YamlNode& item : versions->items) {
      BlockReader inner(item, "version", context.diagnostics);
      parameter.versions.push_back(read_parameter_version(inner));
      inner.finish();
    }
  }
  const std::string type_word = reader.text("type");
  parameter.type = infer_parameter_type(
      type_word, parameter.versions.empty() ? std::nullopt : parameter.versions[0].value);
  reader.finish();
  const bool has_value = std::any_of(parameter.versions.begin(), parameter.versions.end(),
                                     [](const ParameterVersion& v) { return v.value.has_value(); });
  if (!has_value && parameter.source != ParameterSource::kLocal) {
    context.diagnostics.error(
        "parameter-value", name.place,
        {"参数 " + parameter.name + " 没有值", "parameter " + parameter.name + " has no value"},
        {"写 value，或者改成 source: local", "give a value, or make it source: local"});
  }
  if (parameter.source == ParameterSource::kLaw && parameter.law.empty()) {
    context.diagnostics.error("parameter-source", name.place,
                              {"参数 " + parameter.name + " 没有写依据的法规",
                               "parameter " + parameter.name + " does not cite its law"},
                              {"写 law: 法规名 条", "write law: NAME art. N"});
  }
  if (parameter.source == ParameterSource::kReading && parameter.why.empty()) {
    context.diagnostics.error("parameter-source", name.place,
                              {"参数 " + parameter.name + " 没有说明为什么这样理解",
                               "parameter " + parameter.name + " does not say why it is read so"},
                              {"写 why: …", "write why: …"});
  }
  return parameter;
}

void read_parameters(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node = block_yaml(context, block);
  for (const auto& [name, details] : node.members) {
    context.set.parameters.push_back(read_one_parameter(context, name, details));
  }
}

// ---- measures ----

void read_streak(const YamlNode& node, Measure& measure, Diagnostics& diagnostics) {
  BlockReader reader(node, "streak", diagnostics);
  measure.kind = Measure::Kind::kStreak;
  measure.over = reader.required_text("over");
  measure.by = reader.required_text("by");
  measure.each = reader.text("each");
  measure.ending = reader.formula("ending");
  measure.length = reader.formula("length");
  measure.holds = reader.formula("holds");
  for (const auto& [key, formula] :
       {std::pair{"ending", &measure.ending}, std::pair{"length", &measure.length},
        std::pair{"holds", &measure.holds}}) {
    if (!formula->written()) reader.missing(key);
  }
  reader.finish();
}

void read_pick(const YamlNode& node, Measure& measure, Diagnostics& diagnostics) {
  BlockReader reader(node, "pick", diagnostics);
  measure.kind = Measure::Kind::kPick;
  measure.over = reader.required_text("over");
  measure.where = reader.formula("where");
  measure.latest = reader.text("latest");
  reader.finish();
}

void read_rank(const YamlNode& node, Measure& measure, Diagnostics& diagnostics) {
  BlockReader reader(node, "rank", diagnostics);
  measure.kind = Measure::Kind::kRank;
  measure.value = reader.formula("of");
  if (!measure.value.written()) reader.missing("of");
  measure.descending = reader.choice("order", {"descending", "ascending"}, 0) == 0;
  measure.within = reader.list("within");
  measure.least = reader.formula("least");
  reader.finish();
}

void read_aggregate(const YamlNode& node, Measure& measure, Diagnostics& diagnostics) {
  BlockReader reader(node, "aggregate", diagnostics);
  measure.kind = Measure::Kind::kAggregate;
  for (const char* function : {"max", "min", "sum", "mean", "count"}) {
    if (!reader.has(function)) continue;
    measure.function = function;
    measure.value = reader.formula(function);
  }
  if (measure.function.empty()) reader.missing("max | min | sum | mean | count");
  measure.within = reader.list("within");
  reader.finish();
}

void read_measure(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node = block_yaml(context, block);
  BlockReader reader(node, "measure " + block.argument, context.diagnostics);
  Measure measure;
  measure.name = block.argument;
  measure.package = context.package;
  measure.clause = context.clause;
  measure.place = block.place;
  measure.label_en = reader.text("en");
  measure.on = reader.text("on");
  measure.args = reader.list("args");
  measure.validity = reader.in_force();
  measure.value = reader.formula("value");
  int kinds = measure.value.written() ? 1 : 0;
  if (const YamlNode* inner = reader.find("streak")) {
    read_streak(*inner, measure, context.diagnostics);
    ++kinds;
  }
  if (const YamlNode* inner = reader.find("pick")) {
    read_pick(*inner, measure, context.diagnostics);
    ++kinds;
  }
  if (const YamlNode* inner = reader.find("rank")) {
    read_rank(*inner, measure, context.diagnostics);
    ++kinds;
  }
  if (const YamlNode* inner = reader.find("aggregate")) {
    read_aggregate(*inner, measure, context.diagnostics);
    ++kinds;
  }
  reader.finish();
  if (kinds != 1) {
    context.diagnostics.error(
        "measure-kind", block.place,
        {"度量 " + measure.name + " 要写 value、streak、pick、rank、aggregate 之一",
         "measure " + measure.name + " needs exactly one of value, streak, pick, rank, aggregate"});
  }
  context.set.measures.push_back(std::move(measure));
}

// ---- subjects ----

void read_subject(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node = block_yaml(context, block);
  BlockReader reader(node, "subject " + block.argument, context.diagnostics);
  Subject subject;
  subject.name = block.argument;
  subject.package = context.package;
  subject.clause = context.clause;
  subject.place = block.place;
  subject.label_en = reader.text("en");
  subject.of = reader.required_text("of");
  subject.by = reader.list("by");
  if (subject.by.empty()) reader.missing("by");
  subject.key = reader.text("key");
  subject.where = reader.formula("where");
  subject.exists = reader.formula("exists");
  reader.finish();
  context.set.subjects.push_back(std::move(subject));
}

// ---- rules and duties ----

void read_flags(const DeclarationContext& context, BlockReader& reader, Rule& rule) {
  const YamlNode* flags = reader.find("flags");
  if (flags == nullptr) return;
  for (const auto& [name, value] : flags->members) {
    Formula formula;
    formula.place = value.place;
    formula.source = feel_source(value, context.diagnostics);
    rule.flags.emplace_back(trimmed(name.text), std::move(formula));
  }
}

void read_rule(const DeclarationContext& context, const FencedBlock& block, bool is_duty) {
  const YamlNode node = block_yaml(context, block);
  BlockReader reader(node, block.kind + " " + block.argument, context.diagnostics);
  Rule rule;
  rule.id = block.argument;
  rule.package = context.package;
  rule.clause = context.clause;
  rule.place = block.place;
  rule.is_duty = is_duty;
  rule.name = reader.required_text("name");
  rule.force = static_cast<Force>(
      reader.choice("force", {"must", "may", "encourages", "orients", "forbids"}, 0));
  rule.bearing = static_cast<Bearing>(reader.choice("bears", {"for", "against", "neutral"}, 2));
  rule.title = reader.words("title");
  rule.finding = reader.words("finding");
  rule.law = reader.words("law");
  rule.year = reader.formula("year");
  rule.unit = reader.text("unit");
  rule.validity = reader.in_force();
  read_flags(context, reader, rule);
  if (is_duty) {
    rule.owes = reader.required_text("owes");
    rule.to = reader.required_text("to");
    rule.subject = rule.to;
    rule.for_each = reader.formula("for_each");
    rule.due = reader.formula("due");
    rule.done = reader.formula("done");
    if (!rule.done.written()) reader.missing("done");
    rule.excused = reader.formula("excused");
  } else {
    rule.subject = reader.required_text("subject");
    rule.needs = reader.formula("needs");
    rule.needs_reason = reader.words("needs_reason");
    rule.when = reader.formula("when");
    rule.gives = reader.formula("gives");
    rule.opens = reader.text("opens");
    rule.totals_only = reader.choice("evidence", {"records", "totals"}, 0) == 1;
    if (!rule.when.written() && !rule.gives.written()) reader.missing("when");
  }
  if (rule.title.empty()) reader.missing("title");
  reader.finish();
  context.set.rules.push_back(std::move(rule));
}

}  // namespace

YamlNode block_yaml(const DeclarationContext& context, const FencedBlock& block) {
  YamlNode node =
      parse_yaml(block.content, block.place.file, block.first_line, context.diagnostics);
  if (node.is_none()) node.place = block.place;
  return node;
}

void read_block(const DeclarationContext& context, const FencedBlock& block) {
  using Read = std::function<void(const DeclarationContext&, const FencedBlock&)>;
  static const std::map<std::string, Read> kReaders = {
      {"code", read_code},
      {"record", read_record},
      {"parameter", read_parameters},
      {"measure", read_measure},
      {"subject", read_subject},
      {"rule", [](const auto& c, const auto& b) { read_rule(c, b, false); }},
      {"duty", [](const auto& c, const auto& b) { read_rule(c, b, true); }},
      {"decision", read_decision},
      {"role", read_role},
      {"calendar", read_calendar},
      {"steps", read_steps},
      {"procedure", read_procedure},
      {"guard", read_guard},
      {"list", read_list_declaration},
      {"document", read_document},
      {"test", read_test},
  };
  const auto found = kReaders.find(block.kind);
  if (found != kReaders.end()) {
    if (block.kind != "parameter" && block.kind != "test") need_name(context, block);
    found->second(context, block);
    return;
  }
  std::vector<std::string> kinds;
  for (const auto& [kind, read] : kReaders) kinds.push_back(kind);
  const std::string close = closest_match(block.kind, kinds);
  Text hint{"可用：" + join(kinds, "、"), "known: " + join(kinds, ", ")};
  if (!close.empty()) hint = {"是不是 " + close + "？", "did you mean " + close + "?"};
  context.diagnostics.error(
      "unknown-block", block.place,
      {"没有“" + block.kind + "”这种块", "there is no block \"" + block.kind + "\""},
      std::move(hint));
}

}  // namespace dandang::policy

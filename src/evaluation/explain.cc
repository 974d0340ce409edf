#include "evaluation/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "evaluation/describe.h"
#include "evaluation/explain_trace.h"

namespace dandang::evaluation {

using feel::TraceNode;
using feel::Value;
using policy::Measure;
using policy::Rule;
using record::Field;
using record::FieldKind;

namespace {

constexpr size_t kMaxShown = 30;  // lines of one kind; the rest is counted

Text field_label(const Model& model, const std::string& type_name, const std::string& field_name) {
  const record::RecordType* type = model.data().catalogue().find_type(type_name);
  const Field* field = type == nullptr ? nullptr : type->find_field(field_name);
  if (field != nullptr) return label_of(field->name, field->label_en);
  for (const Measure& measure : model.set().measures) {
    if (measure.on == type_name && measure.name == field_name) {
      return label_of(measure.name, measure.label_en);
    }
  }
  return {field_name, field_name};
}

// A field's value for people, in both languages; codes have English labels.
Text field_text(const Model& model, const feel::Entity& entity, size_t index) {
  const Field& field = model.type_of(entity).fields[index];
  const Column& column = model.table_of(entity).columns[index];
  if (column.is_blank(entity.row)) {
    const Value value = model.field_value(entity, index);
    if (value.is_unknown() || value.is_null()) return {"空白", "blank"};
    // What a blank means is the record type's to say: a formula or a value.
    // Named, never called a regulation: the package says there whose the figures are.
    return {"空白，按“" + field.blank.text + "”计为 " + value.to_string(),
            "blank, taken as " + value.to_string() + " by " + field.blank.text};
  }
  return cell_text(model, field, column.cell_at(entity.row));
}

Text source_text(const record::Source& source) {
  if (source.row == 0) return {};
  return {fmt::format("（{}「{}」第 {} 行）", source.file, source.sheet, source.row),
          fmt::format(" ({}, sheet {}, row {})", source.file, source.sheet, source.row)};
}

}  // namespace

Text describe_record(const Model& model, const feel::Entity& record) {
  if (!model.is_record(record)) return {model.key_of(record), model.key_of(record)};
  const record::RecordType& type = model.type_of(record);
  Text out = label_of(type.name, type.label_en);
  out.zh += "：";
  out.en += ": ";
  bool first = true;
  for (size_t i = 0; i < type.fields.size(); ++i) {
    const Field& field = type.fields[i];
    // Whose record it is stands in the explanation's head; blanks that mean none say nothing.
    const bool own = field.kind == FieldKind::kRef && i == 0;
    const bool silent = model.table_of(record).columns[i].is_blank(record.row) &&
                        (field.blank.kind == record::Blank::Kind::kNone ||
                         field.blank.kind == record::Blank::Kind::kValue);
    if (own || silent || field.kind == FieldKind::kIdentityNumber) continue;
    const Text value = field_text(model, record, i);
    const Text label = label_of(field.name, field.label_en);
    out.zh += (first ? "" : "，") + label.zh + " " + value.zh;
    out.en += (first ? "" : ", ") + label.en + " " + value.en;
    first = false;
  }
  const Text source = source_text(model.table_of(record).source(record.row));
  return {out.zh + source.zh, out.en + source.en};
}

Text describe_amount(const Rule& rule, const Value& amount) {
  if (!amount.is(Value::Kind::kNumber)) return {};
  const std::string number = amount.number().to_string();
  if (rule.unit == "分") {
    const auto yuan = amount.number().divide(Decimal(100));
    std::string shown = yuan ? yuan->to_string() : number;
    const size_t point = shown.find('.');
    if (point == std::string::npos) {
      shown += ".00";
    } else if (shown.size() - point == 2) {
      shown += "0";
    }
    return {shown + " 元", shown + " yuan"};
  }
  static const std::map<std::string, std::string> kUnits = {
      {"日", "days"}, {"年", "years"}, {"月", "months"}, {"人", "persons"}, {"次", "times"}};
  const auto unit = kUnits.find(rule.unit);
  return {number + (rule.unit.empty() ? "" : " " + rule.unit),
          number + (unit == kUnits.end() ? "" : " " + unit->second)};
}

Text describe_cause(const Model& model, const feel::Cause& cause) {
  switch (cause.kind) {
    case feel::Cause::Kind::kParameter: {
      for (const policy::Parameter& parameter : model.set().parameters) {
        if (parameter.package != cause.record || parameter.name != cause.field) continue;
        const Text label = label_of(parameter.name, parameter.label_en);
        Text out{"本地标准“" + label.zh + "”还没有设定",
                 "the local standard \"" + label.en + "\" has not been set"};
        if (!parameter.why.empty()) {
          out.zh += "（" + parameter.why.in(Language::kChinese) + "）";
          out.en += " (" + parameter.why.in(Language::kEnglish) + ")";
        }
        out.zh += "；由主管机关研究确定后录入";
        out.en += "; the managing authority decides it and enters it";
        return out;
      }
      return {"参数 " + cause.field + " 没有设定", "parameter " + cause.field + " is not set"};
    }
    case feel::Cause::Kind::kOther:
      return cause.note;
    case feel::Cause::Kind::kFact:
      break;
  }
  const Text type = type_label(model, cause.record);
  if (cause.field.empty()) {
    if (!cause.note.empty()) {
      return {"“" + type.zh + "”台账从未导入，不能把没有记录当作没有；请导入这本台账",
              "the register \"" + type.en +
                  "\" was never taken in, and no record is not the same as none; import it"};
    }
    if (cause.key.empty()) {
      return {"“" + type.zh + "”可能不全；请补齐后再看",
              "\"" + type.en + "\" may be incomplete; complete it"};
    }
    return {"没有“" + type.zh + "”" + cause.key + " 的记录，请补报这一条",
            "no record of \"" + type.en + "\" for " + cause.key + "; supply it"};
  }
  const Text field = field_label(model, cause.record, cause.field);
  return {"“" + type.zh + "”的“" + field.zh + "”空白（" + cause.key + "）；请补填",
          "\"" + field.en + "\" is blank in \"" + type.en + "\" (" + cause.key + "); fill it in"};
}

Text describe_parameter(const Model& model, const ParameterUse& use) {
  const policy::Parameter& parameter = *use.parameter;
  const Text label = label_of(parameter.name, parameter.label_en);
  const bool set = !use.value.is_unknown();
  const std::string value = set ? use.value.to_string() : "";
  // A share or a word needs no unit behind it.
  const bool unit_shown =
      parameter.type == policy::ParameterType::kNumber && parameter.unit != "比例";
  Text out;
  out.zh = label.zh + (set ? " = " + value +
                                 (unit_shown && !parameter.unit.empty() ? " " + parameter.unit : "")
                           : " 未设定");
  out.en = label.en + (set ? " = " + value : ": not set");
  if (use.by_authority) {
    std::string basis;
    for (const record::ParameterValue& stored : model.data().parameters) {
      if (stored.package == parameter.package && stored.name == parameter.name)
        basis = stored.basis;
    }
    out.zh +=
        "（主管机关设定" + (basis.empty() ? "" : "，依据：" + basis) + "；文件本身没有这个数）";
    out.en += " (set by the authority" + (basis.empty() ? "" : ", basis: " + basis) +
              "; the document itself has no such figure)";
    return out;
  }
  if (!set) {
    out.zh += "（由主管机关设定）";
    out.en += " (for the authority to set)";
    return out;
  }
  out.zh += "（" + std::string(policy::source_word(parameter.source, Language::kChinese)) +
            (parameter.law.empty() ? "" : "：" + parameter.law.zh) +
            (parameter.why.empty() ? "" : "：" + parameter.why.zh) + "）";
  out.en += " (" + std::string(policy::source_word(parameter.source, Language::kEnglish)) +
            (parameter.law.empty() ? "" : ": " + parameter.law.in(Language::kEnglish)) +
            (parameter.why.empty() ? "" : ": " + parameter.why.in(Language::kEnglish)) + ")";
  return out;
}

namespace {

// What is said of the subject: 符合“…” for what speaks for it, 有此情形 for the rest, so that
// nothing adverse reads as praise.
struct Predicate {
  std::string holds, fails, asks;
};

Predicate predicate_zh(const Rule& rule) {
  const std::string& title = rule.title.zh;
  if (rule.is_duty) {
    return {"这项职责已落实：" + title, "这项职责没有落实：" + title,
            "这项职责是否落实（" + title + "）"};
  }
  if (rule.bearing == policy::Bearing::kFor) {
    return {"符合“" + title + "”", "不符合“" + title + "”", "是否符合“" + title + "”"};
  }
  return {"有此情形：" + title, "没有此情形：" + title, "是否有此情形（" + title + "）"};
}

bool only_other_causes(const Finding& finding) {
  return !finding.missing.empty() &&
         std::all_of(finding.missing.begin(), finding.missing.end(),
                     [](const auto& c) { return c.kind == feel::Cause::Kind::kOther; });
}

Text conclusion_of(const Explanation& e, const Model& model) {
  const Rule& rule = *e.finding.rule;
  const std::string& who = e.subject_name;
  const std::string& title = rule.title.in(Language::kEnglish);
  const std::string zh = fmt::format("截至 {}，{}：", model.as_of().to_string(), who);
  const std::string en = fmt::format("As of {}, {}: ", model.as_of().to_string(), who);
  const Predicate predicate = predicate_zh(rule);
  const Text amount = describe_amount(rule, e.finding.amount);
  switch (e.finding.verdict) {
    case Verdict::kMet:
      if (e.finding.excused)
        return {zh + rule.title.zh + "，已说明不适用。", en + "excused: " + title + "."};
      if (!amount.empty()) {
        return {zh + rule.title.zh + "为 " + amount.zh + "。", en + title + ": " + amount.en + "."};
      }
      return {zh + predicate.holds + "。", en + (rule.is_duty ? "done: " : "yes: ") + title + "."};
    case Verdict::kNotMet:
      return {zh + predicate.fails + "。",
              en + (rule.is_duty ? "not done: " : "no: ") + title + "."};
    case Verdict::kInsufficient:
      if (only_other_causes(e.finding)) {
        return {zh + predicate.asks + "，不具备比较条件，不作判断。",
                en + "nothing to compare with, so nothing is said: " + title + "."};
      }
      return {zh + predicate.asks + "，资料不足，不能判断；缺资料不等于没有。",
              en + "not enough on record to say: " + title + ". Missing is not the same as no."};
    case Verdict::kNotConfigured:
      return {zh + predicate.asks + "，主管机关还没有设定标准，不能判断。",
              en + "cannot be said, the authority has not set the standard: " + title + "."};
    case Verdict::kPending:
      return {zh + "这项职责还没有到期：" + rule.title.zh + "。",
              en + "not yet due: " + title + "."};
  }
  return {};
}

}  // namespace

Explanation explain(Run& run, const Rule& rule, const feel::Entity& subject) {
  Model& model = run.model();
  Explanation out;
  TraceNode root;
  model.evaluator().trace_into(&root);
  out.finding = run.evaluate(rule, subject);
  model.evaluator().trace_into(nullptr);
  out.finding.rule = &rule;
  out.subject_name = model.name_of(subject);
  if (model.is_group(subject) || model.type_of(subject).name_field.empty()) {
    // A group about a person is called by the person, with the rest of its key.
    const std::string key = model.key_of(subject);
    if (out.subject_name != key) out.subject_name += "（" + key + "）";
  }
  out.clause = model.set().find_clause(rule.clause);
  out.package = model.set().find_package(rule.package);
  out.conclusion = conclusion_of(out, model);
  out.reasons = narrate(model, rule.totals_only, root.children);
  for (const feel::Entity& record : out.finding.evidence) {
    out.records.push_back(describe_record(model, record));
    if (!model.table_of(record).valid_assumed(record.row)) continue;
    const Text label = type_label(model, model.type_of(record).name);
    const Text note{
        "“" + label.zh + "”按填报时的情况认定，此前何时起如此没有说明",
        "\"" + label.en + "\" is taken as it stood when reported; since when is not stated"};
    if (std::find(out.assumed.begin(), out.assumed.end(), note) == out.assumed.end()) {
      out.assumed.push_back(note);
    }
  }
  for (const ParameterUse& use : out.finding.parameters) {
    out.parameters.push_back(describe_parameter(model, use));
  }
  for (const feel::Cause& cause : out.finding.missing) {
    out.missing.push_back(describe_cause(model, cause));
  }
  return out;
}

void explain_nearest(Explanation& explanation, const Model& model) {
  const Rule& rule = *explanation.finding.rule;
  const feel::Entity& subject = explanation.finding.subject;
  const Verdict verdict = explanation.finding.verdict;
  const bool decided = verdict == Verdict::kMet || verdict == Verdict::kNotMet;
  if (rule.totals_only) {
    if (decided) {
      explanation.otherwise.push_back(
          {"这一条只引用合计，不指出哪一条记录要改",
           "this rule cites totals only, so no single record is named"});
    }
    return;
  }
  ChangeSearch search(model.set(), model.data(), model.as_of());
  explanation.nearest = search.find(rule, subject);
  explanation.next_day = next_day(model, {}, rule, subject);
  explanation.otherwise = describe_nearest(search.model(), rule, explanation.nearest);
  for (Text& line : describe_next_day(rule, explanation.next_day)) {
    explanation.otherwise.push_back(std::move(line));
  }
}

namespace {

void append_reasons(const std::vector<Reason>& reasons, Language language, int depth,
                    std::string& out) {
  constexpr int kMaxDepth = 8;
  const char* marks[] = {"✓", "✗", "？", "·"};
  size_t shown = 0;
  for (const Reason& reason : reasons) {
    if (++shown > kMaxShown) {
      out += fmt::format("{:{}}…… {}\n", "", depth * 2 + 2,
                         language == Language::kChinese
                             ? fmt::format("还有 {} 项", reasons.size() - kMaxShown)
                             : fmt::format("{} more", reasons.size() - kMaxShown));
      break;
    }
    out += fmt::format("{:{}}{} {}\n", "", depth * 2 + 2, marks[static_cast<size_t>(reason.mark)],
                       reason.text.in(language));
    if (depth < kMaxDepth) append_reasons(reason.parts, language, depth + 1, out);
  }
}

void append_lines(const char* head, const std::vector<Text>& lines, Language language,
                  std::string& out) {
  if (lines.empty()) return;
  out += fmt::format("\n{}\n", head);
  for (size_t i = 0; i < lines.size() && i < kMaxShown; ++i) {
    out += "  " + lines[i].in(language) + "\n";
  }
  if (lines.size() > kMaxShown) {
    out += fmt::format("  …… {}\n", lines.size() - kMaxShown);
  }
}

}  // namespace

std::string to_text(const Explanation& e, const Model& model, Language language) {
  const bool zh = language == Language::kChinese;
  const Rule& rule = *e.finding.rule;
  std::string out = e.conclusion.in(language) + "\n";
  if (!rule.finding.empty() && !rule.is_duty && e.finding.verdict == Verdict::kMet) {
    out += fmt::format("{}{}{}\n", zh ? "意味着：" : "Which means: ", rule.finding.in(language),
                       zh ? "。" : ".");
  }
  if (!rule.finding.empty() && rule.is_duty && e.finding.verdict == Verdict::kNotMet) {
    out += fmt::format("{}{}{}\n", zh ? "下一步：" : "Next: ", rule.finding.in(language),
                       zh ? "。" : ".");
  }
  if (!e.finding.flags.empty()) {
    out += fmt::format("{}{}\n",
                       zh ? "提示：" : "Note: ", fmt::join(e.finding.flags, zh ? "、" : ", "));
  }
  append_lines(zh ? "还缺什么" : "What is missing", e.missing, language, out);
  if (!e.reasons.empty()) {
    out += zh ? "\n怎么看出来的\n" : "\nHow it follows\n";
    append_reasons(e.reasons, language, 0, out);
  }
  append_lines(zh ? "所据记录" : "On these records", e.records, language, out);
  append_lines(zh ? "所用标准" : "By these standards", e.parameters, language, out);
  append_lines(zh ? "怎样会不同" : "What would change it", e.otherwise, language, out);
  append_lines(zh ? "推定" : "Assumed", e.assumed, language, out);
  if (e.package != nullptr && e.clause != nullptr) {
    out += zh ? "\n依据\n" : "\nUnder\n";
    const std::string clause = zh ? fmt::format("第 {} 条", e.clause->number) : e.clause->id;
    out += fmt::format(zh ? fmt::runtime("  {} {} {}（{}）\n") : fmt::runtime("  {} {} {} ({})\n"),
                       e.package->document_number, e.clause->number > 0 ? clause : e.clause->id,
                       e.clause->title.in(language), rule.id);
    if (!rule.law.empty()) out += "  " + rule.law.in(language) + "\n";
  }
  const record::Dataset& data = model.data();
  const std::string known_at = std::to_string(data.known_at);
  out += zh ? "\n资料截止：第 " + known_at + " 批（" + data.known_at_time +
                  "）。软件只提出判断，由有权机关的人决定。\n"
            : "\nRecords as known at change set " + known_at + " (" + data.known_at_time +
                  "). Software finds; people decide.\n";
  return out;
}

}  // namespace dandang::evaluation

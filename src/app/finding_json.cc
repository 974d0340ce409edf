#include "app/finding_json.h"

namespace dandang::app {

namespace json = boost::json;
using feel::Value;

json::value value_json(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
    case Value::Kind::kUnknown:
      return nullptr;
    case Value::Kind::kBoolean:
      return value.boolean();
    case Value::Kind::kNumber:
      if (const auto whole = value.number().to_int64()) return *whole;
      return json::value(value.number().to_string());
    default:
      return json::value(value.to_string());
  }
}

json::array causes_json(const std::vector<feel::Cause>& causes) {
  json::array missing;
  for (const feel::Cause& cause : causes) {
    json::object one{{"record", cause.record}, {"field", cause.field}, {"key", cause.key}};
    if (!cause.note.empty()) {
      one["note"] = cause.note.zh;
      one["note_en"] = cause.note.in(Language::kEnglish);
    }
    missing.push_back(std::move(one));
  }
  return missing;
}

namespace {

json::object text_json(const Text& text) {
  return {{"zh", text.zh}, {"en", text.en}};
}

json::array texts_json(const std::vector<Text>& texts) {
  json::array out;
  for (const Text& text : texts) out.push_back(text_json(text));
  return out;
}

json::array reasons_json(const std::vector<evaluation::Reason>& reasons) {
  static constexpr const char* kMarks[] = {"yes", "no", "unknown", "plain"};
  json::array out;
  for (const evaluation::Reason& reason : reasons) {
    json::object one = text_json(reason.text);
    one["mark"] = kMarks[static_cast<size_t>(reason.mark)];
    if (!reason.parts.empty()) one["parts"] = reasons_json(reason.parts);
    out.push_back(std::move(one));
  }
  return out;
}

json::value cell_json(const record::Field& field, const Cell& cell) {
  if (is_blank(cell)) return nullptr;
  return json::value(record::to_display(field, cell));
}

json::value edit_json(const evaluation::Model& model, const record::Field& field,
                      const Cell& cell) {
  if (field.kind != record::FieldKind::kRef || is_blank(cell)) return cell_json(field, cell);
  const record::Table* target = model.data().find_table(field.ref_type);
  return json::value(target->record_id(static_cast<size_t>(std::get<int64_t>(cell))));
}

json::object change_json(const evaluation::Change& change, const evaluation::Model& model) {
  static constexpr const char* kKinds[] = {"changed", "added", "removed"};
  const record::RecordType& type = model.data().catalogue().types[change.type];
  json::object out{{"kind", kKinds[static_cast<size_t>(change.kind)]}, {"type", type.name}};
  if (change.kind == evaluation::Change::Kind::kAdded) {
    const record::Table& owner = model.data().table(change.owner.kind);
    out["of"] = owner.record_id(change.owner.row);
  } else {
    out["record"] = model.data().table(change.type).record_id(change.row);
  }
  json::array fields;
  for (const evaluation::Edit& edit : change.edits) {
    const record::Field& field = type.fields[edit.field];
    json::object one{{"field", field.name}, {"to", edit_json(model, field, edit.to)}};
    if (change.kind == evaluation::Change::Kind::kCell) {
      one["from"] = edit_json(model, field, edit.from);
    }
    fields.push_back(std::move(one));
  }
  if (!fields.empty()) out["fields"] = std::move(fields);
  return out;
}

json::object nearest_json(const evaluation::NearestChange& nearest,
                          const evaluation::Model& model) {
  const bool found = nearest.outcome == evaluation::NearestChange::Outcome::kFound;
  json::object out{{"facts", found ? json::value(nearest.size) : json::value(nullptr)},
                   {"looked_up_to", nearest.size},
                   {"proved", nearest.proved},
                   {"trials", nearest.evaluations}};
  if (found) out["verdict"] = evaluation::verdict_id(nearest.to);
  json::array alternatives;
  for (const auto& changes : nearest.alternatives) {
    json::array one;
    for (const evaluation::Change& change : changes) one.push_back(change_json(change, model));
    alternatives.push_back(std::move(one));
  }
  out["alternatives"] = std::move(alternatives);
  return out;
}

}  // namespace

json::object finding_json(const evaluation::Finding& finding, const evaluation::Model& model) {
  json::object out{{"rule", finding.rule->id}, {"subject", finding.subject_key}};
  if (!finding.identity_number.empty()) out["identity_number"] = finding.identity_number;
  out["verdict"] = evaluation::verdict_id(finding.verdict);
  if (!finding.amount.is_null()) {
    out["value"] = value_json(finding.amount);
    if (!finding.rule->unit.empty()) out["unit"] = finding.rule->unit;
  }
  json::array evidence;
  for (const feel::Entity& record : finding.evidence) {
    evidence.push_back(json::value(model.record_id(record)));
  }
  out["evidence"] = std::move(evidence);
  out["missing"] = causes_json(finding.missing);
  json::object parameters;
  for (const evaluation::ParameterUse& use : finding.parameters) {
    parameters[use.parameter->name] = value_json(use.value);
  }
  out["parameters"] = std::move(parameters);
  if (!finding.flags.empty()) {
    json::array flags;
    for (const std::string& flag : finding.flags) flags.push_back(json::value(flag));
    out["flags"] = std::move(flags);
  }
  if (finding.excused) out["excused"] = true;
  return out;
}

json::object explanation_json(const evaluation::Explanation& explanation,
                              const evaluation::Model& model) {
  json::object out = finding_json(explanation.finding, model);
  out["as_of"] = model.as_of().to_string();
  out["known_at"] =
      json::object{{"change_set", model.data().known_at}, {"time", model.data().known_at_time}};
  if (explanation.package != nullptr) out["document"] = explanation.package->document_number;
  if (explanation.clause != nullptr) {
    out["clause"] = explanation.clause->id;
    out["clause_title"] = text_json(explanation.clause->title);
  }
  out["title"] = text_json(explanation.finding.rule->title);
  out["conclusion"] = text_json(explanation.conclusion);
  out["reasons"] = reasons_json(explanation.reasons);
  out["records"] = texts_json(explanation.records);
  out["standards"] = texts_json(explanation.parameters);
  out["what_is_missing"] = texts_json(explanation.missing);
  out["assumed"] = texts_json(explanation.assumed);
  if (explanation.nearest.outcome != evaluation::NearestChange::Outcome::kNotSearched) {
    out["nearest_change"] = nearest_json(explanation.nearest, model);
  }
  if (explanation.next_day.day) {
    out["next_day"] = json::object{{"day", explanation.next_day.day->to_string()},
                                   {"verdict", evaluation::verdict_id(explanation.next_day.to)}};
  }
  out["what_would_change_it"] = texts_json(explanation.otherwise);
  return out;
}

}  // namespace dandang::app

#include "document/report_places.h"

#include "feel/parser.h"

namespace dandang::document {

using feel::Entity;
using feel::Value;
using policy::Measure;
using record::Field;
using record::FieldKind;
using record::RecordType;

namespace {

const std::string kNoLabel;
const std::vector<Entity> kNoEntities;

const std::string& label_of(const RecordType& type, Language language) {
  return language == Language::kEnglish && !type.label_en.empty() ? type.label_en : type.name;
}

}  // namespace

Places::Places(evaluation::Model& model)
    : model_(model), owners_(model.data().catalogue().types.size()) {
  find_person_type();
  find_posting();
}

void Places::find_person_type() {
  const std::vector<RecordType>& types = model_.data().catalogue().types;
  for (size_t t = 0; t < types.size() && !person_type_; ++t) {
    if (types[t].key.size() != 1) continue;
    const Field* key = types[t].find_field(types[t].key[0]);
    if (key != nullptr && key->kind == FieldKind::kIdentityNumber) person_type_ = t;
  }
  if (person_type_) unit_by_person_.resize(model_.data().table(*person_type_).size());
}

// The reference of a posting to what people call by a name, other than the person.
const Field* Places::field_to_named(const RecordType& type) {
  const record::Catalogue& catalogue = model_.data().catalogue();
  for (const Field& field : type.fields) {
    if (field.kind != FieldKind::kRef) continue;
    const auto target = catalogue.type_index(field.ref_type);
    if (!target || target == person_type_ || catalogue.types[*target].name_field.empty()) continue;
    unit_type_ = target;
    return &field;
  }
  return nullptr;
}

void Places::find_posting() {
  if (!person_type_) return;
  const record::Catalogue& catalogue = model_.data().catalogue();
  for (const Measure& measure : model_.set().measures) {
    if (measure.kind != Measure::Kind::kPick || measure.on != catalogue.types[*person_type_].name) {
      continue;
    }
    const auto over = catalogue.type_index(measure.over);
    const Field* unit = over ? field_to_named(catalogue.types[*over]) : nullptr;
    if (unit == nullptr) continue;
    posting_type_ = over;
    unit_package_ = measure.package;
    feel::ParseOptions options;
    options.names = {measure.name, unit->name};
    Diagnostics diagnostics;
    unit_formula_.source = feel::Source::plain(measure.name + "." + unit->name);
    unit_formula_.expression = feel::parse_expression(unit_formula_.source, options, diagnostics);
    return;
  }
}

const std::vector<Entity>& Places::people() const {
  if (!person_type_) return kNoEntities;
  return model_.subjects(model_.data().catalogue().types[*person_type_].name);
}

const std::vector<Entity>& Places::units() const {
  if (!unit_type_) return kNoEntities;
  return model_.subjects(model_.data().catalogue().types[*unit_type_].name);
}

const std::string& Places::person_label(Language language) const {
  return person_type_ ? label_of(model_.data().catalogue().types[*person_type_], language)
                      : kNoLabel;
}

const std::string& Places::unit_label(Language language) const {
  return unit_type_ ? label_of(model_.data().catalogue().types[*unit_type_], language) : kNoLabel;
}

std::optional<Entity> Places::person_of(const evaluation::Finding& finding) const {
  if (person_type_ && finding.subject.kind == *person_type_) return finding.subject;
  if (finding.identity_number.empty()) return std::nullopt;
  return model_.find_by_identity(finding.identity_number);
}

std::string Places::unit_of(const Entity& subject, const std::optional<Entity>& person) {
  if (person) return unit_of_person(*person);
  return unit_type_ && subject.kind == *unit_type_ ? model_.name_of(subject) : std::string();
}

std::string Places::unit_of_person(const Entity& person) {
  if (!unit_formula_ || person.row >= unit_by_person_.size()) return {};
  std::optional<std::string>& known = unit_by_person_[person.row];
  if (known) return *known;
  const Value unit = model_.evaluate(unit_formula_, unit_package_, person, nullptr);
  model_.evaluator().uses().clear();
  known = unit.is(Value::Kind::kEntity) ? model_.name_of(unit.entity()) : std::string();
  return *known;
}

std::optional<uint32_t> Places::owner_of(const Entity& record) {
  std::vector<uint32_t>& owners = owners_[record.kind];
  if (owners.empty()) owners.assign(model_.table_of(record).size(), kNotAsked);
  uint32_t& owner = owners[record.row];
  if (owner == kNotAsked) {
    const std::string number = model_.identity_number_of(record);
    const auto person = number.empty() ? std::nullopt : model_.find_by_identity(number);
    owner = person ? person->row : kNobody;
  }
  return owner == kNobody ? std::nullopt : std::optional<uint32_t>(owner);
}

bool Places::is_roster(const Entity& record) const {
  return record.kind == person_type_ || record.kind == unit_type_ || record.kind == posting_type_;
}

}  // namespace dandang::document

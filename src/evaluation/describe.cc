#include "evaluation/describe.h"

namespace dandang::evaluation {

using record::Field;
using record::FieldKind;

Text label_of(const std::string& zh, const std::string& en) {
  return {zh, en.empty() ? zh : en};
}

Text type_label(const Model& model, const std::string& name) {
  const record::RecordType* type = model.data().catalogue().find_type(name);
  return type == nullptr ? Text{name, name} : label_of(type->name, type->label_en);
}

Text cell_text(const Model& model, const Field& field, const Cell& cell) {
  if (is_blank(cell)) return {"空白", "blank"};
  const record::Catalogue& catalogue = model.data().catalogue();
  if (field.kind == FieldKind::kRef) {
    const auto target = catalogue.type_index(field.ref_type);
    const std::string name = model.name_of(
        {&model, static_cast<uint32_t>(*target), static_cast<uint32_t>(std::get<int64_t>(cell))});
    return {name, name};
  }
  const std::string shown = record::to_display(field, cell);
  if (field.kind == FieldKind::kFlag) return {shown, shown == "是" ? "yes" : "no"};
  if (field.kind == FieldKind::kMoney) return {shown + " 元", shown + " yuan"};
  if (field.kind != FieldKind::kCode) return {shown, shown};
  const record::CodeList* list = catalogue.find_code_list(field.code_list);
  const record::CodeValue* code = list == nullptr ? nullptr : list->find(shown);
  return code == nullptr ? Text{shown, shown} : label_of(code->shown(), code->label_en);
}

Text short_record(const Model& model, const feel::Entity& entity) {
  if (!model.is_record(entity)) return {model.key_of(entity), model.key_of(entity)};
  const record::RecordType& type = model.type_of(entity);
  Text out = label_of(type.name, type.label_en);
  for (const std::string& key : type.key) {
    const size_t i = *type.field_index(key);
    const Column& column = model.table_of(entity).columns[i];
    if (type.fields[i].kind == FieldKind::kRef || column.is_blank(entity.row)) continue;
    const Text value = cell_text(model, type.fields[i], column.cell_at(entity.row));
    out.zh += " " + value.zh;
    out.en += " " + value.en;
  }
  return out;
}

}  // namespace dandang::evaluation

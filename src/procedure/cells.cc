#include "procedure/cells.h"

#include <vector>

#include "base/text.h"
#include "evaluation/cell_word.h"

namespace dandang::procedure {

using feel::Value;
using record::Field;
using record::FieldKind;
using record::Table;

namespace {

// Marks that no one sees would part the keys of records.
std::string cleaned(const std::string& word) {
  std::string out;
  for (const char c : word) {
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
  }
  return trimmed(out);
}

CellReading not_of(const Field& field, const std::string& word) {
  return {{},
          Text{"“" + field.name + "”不能填“" + word + "”，请按这一项的类型填写",
               "\"" + word + "\" is not a value of \"" + field.name + "\"; enter one of its type"}};
}

CellReading read_code(const record::Catalogue& catalogue, const Field& field,
                      const std::string& word) {
  const record::CodeList* list = catalogue.find_code_list(field.code_list);
  std::vector<std::string> words;
  if (list != nullptr) {
    for (const record::CodeValue& value : list->values) words.push_back(value.name);
  }
  return {{},
          Text{"“" + field.name + "”不能填“" + word + "”，可填：" + join(words, "、"),
               "\"" + word + "\" is not a value of \"" + field.name + "\"; it is one of " +
                   join(words, ", ")}};
}

// Rows whose field says the word.
std::vector<size_t> rows_saying(const Table& table, const std::string& field_name,
                                const std::string& word) {
  std::vector<size_t> out;
  const auto field = table.type->field_index(field_name);
  if (!field) return out;
  const Column& column = table.columns[*field];
  for (size_t row = 0; row < table.size(); ++row) {
    if (!column.is_blank(row) &&
        record::to_display(table.type->fields[*field], column.cell_at(row)) == word) {
      out.push_back(row);
    }
  }
  return out;
}

CellReading read_reference(const policy::PolicySet& set, const record::Dataset& data,
                           const Field& field, const std::string& word) {
  const Table* table = data.find_table(field.ref_type);
  if (table == nullptr) return not_of(field, word);
  const std::string key = record::key_text(split(word, '/'));
  if (table->row_of(key)) return {key, std::nullopt};
  std::vector<std::string> naming{table->type->name_field};
  for (const policy::Procedure& procedure : set.procedures) {
    if (procedure.cases == field.ref_type) naming.push_back(procedure.number);
  }
  for (const std::string& name : naming) {
    const std::vector<size_t> rows = rows_saying(*table, name, word);
    if (rows.size() == 1) return {std::string(table->key(rows.front())), std::nullopt};
    if (rows.size() > 1) {
      return {{},
              Text{"“" + field.name + "”：不止一个叫“" + word + "”，请写主键",
                   "\"" + field.name + "\": several are called \"" + word + "\"; give the key"}};
    }
  }
  return {{},
          Text{"“" + field.name + "”：“" + field.ref_type + "”里没有“" + word + "”",
               "\"" + field.name + "\": there is no \"" + word + "\" among \"" + field.ref_type +
                   "\""}};
}

}  // namespace

CellReading read_word(const policy::PolicySet& set, const record::Dataset& data, const Field& field,
                      const std::string& word) {
  const std::string clean = cleaned(word);
  if (clean.empty()) return {};
  if (field.kind == FieldKind::kRef) return read_reference(set, data, field, clean);
  auto cell = evaluation::cell_of_word(data.catalogue(), field, clean);
  if (!cell && field.kind == FieldKind::kCode) return read_code(data.catalogue(), field, clean);
  if (!cell) return not_of(field, clean);
  const auto* fen = field.kind == FieldKind::kMoney ? std::get_if<int64_t>(&*cell) : nullptr;
  if (fen != nullptr && *fen < 0) return not_of(field, clean);
  return {*std::move(cell), std::nullopt};
}

CellReading read_value(const policy::PolicySet& set, const evaluation::Model& model,
                       const Field& field, const Value& value) {
  if (value.is_null()) return {};
  const std::string shown = text_of(model, value).zh;
  switch (field.kind) {
    case FieldKind::kDate:
    case FieldKind::kDay:
      if (value.is(Value::Kind::kDate)) return {int64_t{value.date().days()}, std::nullopt};
      break;
    case FieldKind::kYear:
    case FieldKind::kMoney:
      if (value.is(Value::Kind::kNumber)) {
        if (const auto whole = value.number().to_int64()) return {*whole, std::nullopt};
      }
      break;
    case FieldKind::kNumber:
      if (value.is(Value::Kind::kNumber)) return {value.number(), std::nullopt};
      break;
    case FieldKind::kFlag:
      if (value.is(Value::Kind::kBoolean)) {
        return {int64_t{value.boolean() ? 1 : 0}, std::nullopt};
      }
      break;
    case FieldKind::kRef:
      if (value.is(Value::Kind::kEntity) && model.is_record(value.entity()) &&
          model.type_of(value.entity()).name == field.ref_type) {
        return {std::string(model.table_of(value.entity()).key(value.entity().row)), std::nullopt};
      }
      if (value.is(Value::Kind::kString)) {
        return read_word(set, model.data(), field, value.string());
      }
      break;
    case FieldKind::kText:
      return read_word(set, model.data(), field, shown);
    case FieldKind::kName:
    case FieldKind::kIdentityNumber:
    case FieldKind::kCode:
      if (value.is(Value::Kind::kString)) {
        return read_word(set, model.data(), field, value.string());
      }
      break;
  }
  return not_of(field, shown);
}

std::string word_of(const Field& field, const Cell& cell) {
  return record::to_display(field, cell);
}

Text text_of(const evaluation::Model& model, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return {"（空）", "(none)"};
    case Value::Kind::kUnknown:
      return {"（不知道）", "(not known)"};
    case Value::Kind::kBoolean:
      return value.boolean() ? Text{"是", "yes"} : Text{"否", "no"};
    case Value::Kind::kEntity: {
      const feel::Entity entity = value.entity();
      const std::string name =
          entity.source == &model ? model.name_of(entity) : entity.source->describe(entity);
      return {name, name};
    }
    case Value::Kind::kList: {
      Text out;
      for (const Value& item : value.list().items) {
        const Text one = text_of(model, item);
        out.zh += (out.zh.empty() ? "" : "、") + one.zh;
        out.en += (out.en.empty() ? "" : ", ") + one.in(Language::kEnglish);
      }
      return out;
    }
    default: {
      const std::string text = value.to_string();
      return {text, text};
    }
  }
}

}  // namespace dandang::procedure

#include "evaluation/cell_word.h"

#include <algorithm>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"

namespace dandang::evaluation {
namespace {

using record::Field;
using record::FieldKind;

bool is_one_of(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<Cell> whole(const std::optional<Decimal>& number) {
  const auto value = number ? number->to_int64() : std::nullopt;
  return value ? std::optional<Cell>(*value) : std::nullopt;
}

}  // namespace

std::optional<Cell> cell_of_word(const record::Catalogue& catalogue, const Field& field,
                                 const std::string& word) {
  switch (field.kind) {
    case FieldKind::kDate:
    case FieldKind::kDay:
      if (const auto date = Date::parse_iso(word)) return Cell(int64_t{date->days()});
      return std::nullopt;
    case FieldKind::kYear:
      return whole(Decimal::parse(word));
    case FieldKind::kMoney: {
      const auto yuan = Decimal::parse(word);
      return whole(yuan ? yuan->multiply(Decimal(100)) : std::nullopt);
    }
    case FieldKind::kNumber:
      if (const auto number = Decimal::parse(word)) return Cell(*number);
      return std::nullopt;
    case FieldKind::kFlag:
      if (word == "true" || word == "是" || is_one_of(field.true_words, word)) {
        return Cell(int64_t{1});
      }
      if (word == "false" || word == "否" || is_one_of(field.false_words, word)) {
        return Cell(int64_t{0});
      }
      return std::nullopt;
    case FieldKind::kCode: {
      const record::CodeList* list = catalogue.find_code_list(field.code_list);
      const record::CodeValue* value = list != nullptr ? list->find(word) : nullptr;
      return value != nullptr ? std::optional<Cell>(value->name) : std::nullopt;
    }
    case FieldKind::kText:
    case FieldKind::kName:
    case FieldKind::kIdentityNumber:
      return Cell(word);
    case FieldKind::kRef:
      break;
  }
  return std::nullopt;
}

}  // namespace dandang::evaluation

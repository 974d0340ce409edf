#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/decimal.h"

namespace dandang {

// One value of a record. Blank is no value: what a blank means is the record type's to say.
// Dates are days since 1970-01-01, money is fen, flags are 0 or 1.
using Cell = std::variant<std::monostate, int64_t, Decimal, std::string>;

inline bool is_blank(const Cell& cell) {
  return cell.index() == 0;
}

// A typed column: one value a row, or blank. Texts are kept once, by dictionary.
class Column {
 public:
  enum class Kind { kInt64, kDecimal, kText };

  explicit Column(Kind kind) : kind_(kind) {}

  Kind kind() const { return kind_; }
  size_t size() const { return blank_.size(); }
  bool is_blank(size_t row) const { return blank_[row] != 0; }
  int64_t int64_at(size_t row) const { return integers_[row]; }
  const Decimal& decimal_at(size_t row) const { return decimals_[row]; }
  const std::string& text_at(size_t row) const {
    return dictionary_[static_cast<size_t>(integers_[row])];
  }
  // The place of a row's text in the dictionary: equal texts have equal places.
  int64_t text_code_at(size_t row) const { return integers_[row]; }

  void append_blank() {
    blank_.push_back(1);
    if (kind_ == Kind::kDecimal) {
      decimals_.emplace_back();
    } else {
      integers_.push_back(kind_ == Kind::kText ? code_of("") : 0);
    }
  }
  void append(int64_t value) {
    blank_.push_back(0);
    integers_.push_back(value);
  }
  void append(const Decimal& value) {
    blank_.push_back(0);
    decimals_.push_back(value);
  }
  void append(std::string_view value) {
    blank_.push_back(0);
    integers_.push_back(code_of(value));
  }
  // Puts another value in a row's place; a cell of the column's kind, or blank.
  void set(size_t row, const Cell& cell) {
    blank_[row] = dandang::is_blank(cell) ? 1 : 0;
    if (kind_ == Kind::kDecimal) {
      const auto* decimal = std::get_if<Decimal>(&cell);
      decimals_[row] = decimal != nullptr ? *decimal : Decimal();
    } else if (kind_ == Kind::kText) {
      const auto* text = std::get_if<std::string>(&cell);
      integers_[row] = code_of(text != nullptr ? *text : std::string());
    } else {
      const auto* integer = std::get_if<int64_t>(&cell);
      integers_[row] = integer != nullptr ? *integer : 0;
    }
  }
  Cell cell_at(size_t row) const {
    if (is_blank(row)) return {};
    switch (kind_) {
      case Kind::kInt64:
        return int64_at(row);
      case Kind::kDecimal:
        return decimal_at(row);
      case Kind::kText:
        return text_at(row);
    }
    return {};
  }

 private:
  int64_t code_of(std::string_view value) {
    const auto [it, added] =
        codes_.try_emplace(std::string(value), static_cast<int64_t>(dictionary_.size()));
    if (added) dictionary_.emplace_back(value);
    return it->second;
  }

  Kind kind_;
  std::vector<uint8_t> blank_;
  std::vector<int64_t> integers_;
  std::vector<Decimal> decimals_;
  std::vector<std::string> dictionary_;
  std::unordered_map<std::string, int64_t> codes_;
};

}  // namespace dandang

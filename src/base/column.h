#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "base/flat.h"

namespace dandang {

// One value of a record. Blank is no value: what a blank means is the record type's to say.
// Dates are days since 1970-01-01, money is fen, flags are 0 or 1.
using Cell = std::variant<std::monostate, int64_t, Decimal, std::string>;

inline bool is_blank(const Cell& cell) {
  return cell.index() == 0;
}

// A typed column: one value a row, or blank. Texts are kept once, by dictionary. Its parts may lie
// in a mapped file.
class Column {
 public:
  enum class Kind { kInt64, kDecimal, kText };
  // What a column consists of. Texts: `integers` are places in `dictionary`, whose texts differ.
  // Decimals: `integers` is empty. Otherwise `decimals` and `dictionary` are.
  struct Parts {
    Flat<uint8_t> blank;  // 1: the row has no value
    Flat<int64_t> integers;
    Flat<Decimal> decimals;
    TextPool dictionary;
  };

  explicit Column(Kind kind) : kind_(kind) {}
  Column(Kind kind, Parts parts) : kind_(kind), parts_(std::move(parts)) {}

  Kind kind() const { return kind_; }
  const Parts& parts() const { return parts_; }
  size_t size() const { return parts_.blank.size(); }
  bool is_blank(size_t row) const { return parts_.blank[row] != 0; }
  int64_t int64_at(size_t row) const { return parts_.integers[row]; }
  const Decimal& decimal_at(size_t row) const { return parts_.decimals[row]; }
  // Valid until the column is changed.
  std::string_view text_at(size_t row) const {
    return parts_.dictionary[static_cast<size_t>(parts_.integers[row])];
  }
  // The place of a row's text in the dictionary: equal texts have equal places.
  int64_t text_code_at(size_t row) const { return parts_.integers[row]; }

  void append_blank() {
    parts_.blank.push_back(1);
    if (kind_ == Kind::kDecimal) {
      parts_.decimals.push_back(Decimal());
    } else {
      parts_.integers.push_back(kind_ == Kind::kText ? code_of("") : 0);
    }
  }
  void append(int64_t value) {
    parts_.blank.push_back(0);
    parts_.integers.push_back(value);
  }
  void append(const Decimal& value) {
    parts_.blank.push_back(0);
    parts_.decimals.push_back(value);
  }
  void append(std::string_view value) {
    parts_.blank.push_back(0);
    parts_.integers.push_back(code_of(value));
  }
  // Puts another value in a row's place; a cell of the column's kind, or blank.
  void set(size_t row, const Cell& cell) {
    parts_.blank.set(row, dandang::is_blank(cell) ? 1 : 0);
    if (kind_ == Kind::kDecimal) {
      const auto* decimal = std::get_if<Decimal>(&cell);
      parts_.decimals.set(row, decimal != nullptr ? *decimal : Decimal());
    } else if (kind_ == Kind::kText) {
      const auto* text = std::get_if<std::string>(&cell);
      parts_.integers.set(row, code_of(text != nullptr ? *text : std::string()));
    } else {
      const auto* integer = std::get_if<int64_t>(&cell);
      parts_.integers.set(row, integer != nullptr ? *integer : 0);
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
        return std::string(text_at(row));
    }
    return {};
  }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  int64_t code_of(std::string_view value) {
    // A mapped dictionary is indexed when the first text is added to it.
    for (size_t i = codes_.size(); i < parts_.dictionary.size(); ++i) {
      codes_.emplace(parts_.dictionary[i], static_cast<int64_t>(i));
    }
    if (const auto known = codes_.find(value); known != codes_.end()) return known->second;
    const auto code = static_cast<int64_t>(parts_.dictionary.size());
    codes_.emplace(value, code);
    parts_.dictionary.append(value);
    return code;
  }

  Kind kind_;
  Parts parts_;
  std::unordered_map<std::string, int64_t, Hash, std::equal_to<>> codes_;
};

}  // namespace dandang

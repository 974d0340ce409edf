#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/vector.h"

namespace dandang::engine {

// Rows of one table by the rows of another that owns them.
struct BackList {
  uint32_t table = 0;  // whose rows are listed
  uint32_t owner_table = 0;
  std::span<const uint32_t> offsets;  // owners + 1
  std::span<const uint32_t> rows;     // in the order the plain evaluator lists them
  std::span<const uint32_t> owners;   // of each of them
  const Column* reference = nullptr;  // by which rows are owned

  size_t begin(size_t row) const { return offsets[row]; }
  size_t end(size_t row) const { return offsets[row + 1]; }
};

// A table with one row at the most for each owner and period (an annual appraisal) lies period by
// period, each as long as the owners' table, so that it needs no index: the row of an owner in a
// period is period * owners + owner. `present` says which rows there are.
struct Panel {
  uint32_t owner_table = 0;
  uint32_t owner_field = 0;  // the reference to the owner, which need not be looked up
  std::string period_name;
  int64_t first_period = 0;
  size_t periods = 0;
  size_t owners = 0;
  const uint8_t* present = nullptr;  // periods * owners

  std::optional<size_t> slice_of(int64_t period) const {
    if (period < first_period) return std::nullopt;
    const auto slice = static_cast<size_t>(period - first_period);
    if (slice >= periods) return std::nullopt;
    return slice;
  }
};

// The words of all columns: equal words have equal numbers, whatever column they stand in.
class Dictionary {
 public:
  int64_t add(const std::string& word);
  std::optional<int64_t> find(const std::string& word) const;
  const std::string& word(int64_t number) const { return words_[static_cast<size_t>(number)]; }
  size_t size() const { return words_.size(); }

 private:
  std::vector<std::string> words_;
  std::unordered_map<std::string, int64_t> numbers_;
};

// Rows by owner and by the value of one of their fields, each such item a row of a table of its
// own: its rows in order of owner, then of the value's words.
struct Items {
  uint32_t table = 0;
  std::vector<std::string> names;  // an item each
  std::vector<uint32_t> unclear;   // owners with a row whose item is not known
};

// Where plans read from. Asked while a plan is made, never by rows.
class Tables {
 public:
  virtual ~Tables() = default;
  // Rows as they lie: those of a panel include the empty ones.
  virtual size_t rows(uint32_t table) const = 0;
  // Null if the column cannot be held in 64 bits a row.
  virtual const Column* column(uint32_t table, uint32_t field) = 0;
  virtual const Panel* panel(uint32_t table) const = 0;
  // A byte a row: whether it holds on the day. Null: all do, or a panel says it.
  virtual const uint8_t* holding(uint32_t) const { return nullptr; }
  // Null if a row's owner is not known for some rows.
  virtual const BackList* back_list(uint32_t table, uint32_t owner_table) = 0;
  virtual Dictionary& dictionary() = 0;
  // The items of the rows by the field, whose back-lists are rows by item and items by owner. Null
  // if there are none to be had.
  virtual const Items* items(uint32_t, uint32_t, uint32_t) { return nullptr; }
  // Whether declared groups are tables: behind all others, in their order.
  virtual bool has_groups() const { return false; }
};

}  // namespace dandang::engine

#include "evaluation/reverse_references.h"

#include <algorithm>

namespace dandang::evaluation {

void ReverseReferences::begin(const record::Amendment& amendment) {
  amended_.clear();
  for (const record::AmendedRow& row : amendment.rows) amended_[{row.type, row.row}] = &row;
}

void ReverseReferences::settle() {
  for (const auto& entry : amended_) {
    const record::AmendedRow& row = *entry.second;
    std::erase_if(referring_, [&row](const auto& list) {
      const auto& [type, field] = list.first;
      return type == row.type && (row.appended || std::find(row.fields.begin(), row.fields.end(),
                                                            field) != row.fields.end());
    });
  }
  amended_.clear();
}

int64_t ReverseReferences::target(size_t type, size_t field, size_t row) const {
  const auto amended = amended_.find({type, row});
  if (amended != amended_.end()) {
    const auto* before = std::get_if<int64_t>(&amended->second->before[field]);
    return before != nullptr ? *before : -1;
  }
  const Column& column = data_.table(type).columns[field];
  return column.is_blank(row) ? -1 : column.int64_at(row);
}

const std::vector<uint32_t>& ReverseReferences::referring(size_t type, size_t field, size_t row) {
  static const std::vector<uint32_t> kNone;
  auto [at, added] = referring_.try_emplace({type, field});
  std::vector<std::vector<uint32_t>>& rows = at->second;
  if (added) {
    for (size_t r = 0; r < data_.table(type).size(); ++r) {
      const int64_t to = target(type, field, r);
      if (to < 0) continue;
      if (rows.size() <= static_cast<size_t>(to)) rows.resize(static_cast<size_t>(to) + 1);
      rows[static_cast<size_t>(to)].push_back(static_cast<uint32_t>(r));
    }
  }
  return row < rows.size() ? rows[row] : kNone;
}

}  // namespace dandang::evaluation

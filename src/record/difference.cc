#include "record/difference.h"

#include <algorithm>

namespace dandang::record {

namespace {

bool equal(const Column& a, const Column& b, size_t row) {
  if (a.is_blank(row) || b.is_blank(row)) return a.is_blank(row) == b.is_blank(row);
  switch (a.kind()) {
    case Column::Kind::kInt64:
      return a.int64_at(row) == b.int64_at(row);
    case Column::Kind::kText:
      return a.text_at(row) == b.text_at(row);
    case Column::Kind::kDecimal:
      break;
  }
  // 1.0 and 1.00 are equal and yet not the same.
  return a.decimal_at(row) == b.decimal_at(row) &&
         a.decimal_at(row).to_string() == b.decimal_at(row).to_string();
}

bool equal_heads(const Table& a, const Table& b, size_t row) {
  const auto same_source = [&] {
    const Source one = a.source(row);
    const Source other = b.source(row);
    return one.file == other.file && one.sheet == other.sheet && one.row == other.row;
  };
  return a.number(row) == b.number(row) && a.valid_from(row) == b.valid_from(row) &&
         a.valid_to(row) == b.valid_to(row) && a.valid_assumed(row) == b.valid_assumed(row) &&
         a.recorded_in(row) == b.recorded_in(row) && same_source();
}

std::optional<Text> table_difference(const Table& a, const Table& b) {
  const size_t rows = std::min(a.size(), b.size());
  for (size_t row = 0; row < rows; ++row) {
    if (a.key(row) != b.key(row)) {
      const std::string ids = a.record_id(row) + " / " + b.record_id(row);
      return Text{ids, ids};
    }
    if (!equal_heads(a, b, row)) {
      const std::string id = a.record_id(row);
      return Text{id + " 的时效、来源或写入批次", "validity, source or change set of " + id};
    }
    for (size_t f = 0; f < a.columns.size(); ++f) {
      if (equal(a.columns[f], b.columns[f], row)) continue;
      const std::string id = a.record_id(row);
      const std::string field = a.type->fields[f].name;
      return Text{id + " 的“" + field + "”", "\"" + field + "\" of " + id};
    }
  }
  if (a.size() == b.size()) return std::nullopt;
  const std::string id = (a.size() > rows ? a : b).record_id(rows);
  return Text{id + " 只在一边有", id + ", which only one has"};
}

bool same(const ParameterValue& a, const ParameterValue& b) {
  return a.package == b.package && a.name == b.name && a.value == b.value && a.from == b.from &&
         a.for_body == b.for_body && a.basis == b.basis;
}

bool same_file(const PackageFile& a, const PackageFile& b) {
  return a.package == b.package && a.path == b.path && a.content == b.content;
}

}  // namespace

std::optional<Text> first_difference(const Dataset& a, const Dataset& b) {
  if (a.known_at != b.known_at || a.known_at_time != b.known_at_time) {
    return Text{"写入批次或时间", "the change set or its time"};
  }
  for (size_t t = 0; t < a.catalogue().types.size(); ++t) {
    if (auto difference = table_difference(a.table(t), b.table(t))) return difference;
    const std::string& type = a.catalogue().types[t].name;
    if (!a.same_coverage(b, type)) {
      return Text{"“" + type + "”的完整清单", "the complete lists of \"" + type + "\""};
    }
  }
  if (!std::equal(a.parameters.begin(), a.parameters.end(), b.parameters.begin(),
                  b.parameters.end(), same)) {
    return Text{"本地标准", "the parameters set"};
  }
  if (!std::equal(a.packages.begin(), a.packages.end(), b.packages.begin(), b.packages.end(),
                  same_file)) {
    return Text{"政策包文件", "the packages' files"};
  }
  return std::nullopt;
}

}  // namespace dandang::record

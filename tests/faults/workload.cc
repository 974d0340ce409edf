#include "workload.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string_view>
#include <utility>

namespace dandang::faults {

using record::Catalogue;
using record::ChangeSet;
using record::Dataset;
using record::Field;
using record::FieldKind;
using record::NewVersion;
using record::RecordType;
using record::Table;

namespace {

// Late enough for every store, and the same for all writers: these tests are not about time.
constexpr const char* kRecordedAt = "2026-01-01T00:00:00Z";
constexpr const char* kType = "试验";
constexpr const char* kPackage = "故障";

Field field(std::string name, FieldKind kind, std::string ref_type = "") {
  Field out;
  out.name = std::move(name);
  out.kind = kind;
  out.ref_type = std::move(ref_type);
  return out;
}

std::string writer_key(const Work& work) {
  return "w" + std::to_string(work.writer);
}

std::string work_name(const Work& work) {
  return writer_key(work) + " n" + std::to_string(work.number) + " v" +
         std::to_string(work.versions);
}

NewVersion version(const Work& work, const std::string& key, int64_t value) {
  const int64_t day = Date::from_ymd(2020, 1, 1)->days() + work.number % 1000;
  NewVersion out;
  out.type = kType;
  out.key = key;
  out.cells = {Cell(key), Cell(value), Cell(day),
               Cell("第" + std::to_string(work.number) + "次写入，" + key),
               key == writer_key(work) ? Cell() : Cell(writer_key(work))};
  out.source = {"试验" + std::to_string(work.number % 3) + ".xlsx", "表", int(work.number % 99)};
  return out;
}

std::string line(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : "|") + part;
  return out;
}

std::string source_text(const record::Source& source) {
  return source.file + ":" + source.sheet + ":" + std::to_string(source.row);
}

std::string parameter_line(const record::ParameterValue& parameter) {
  return line({"parameter", parameter.name, parameter.value, parameter.from.to_string()});
}

std::string ref_text(const Table& table, const Column& column, size_t row) {
  if (column.is_blank(row)) return "";
  return std::string(table.key(static_cast<size_t>(column.int64_at(row))));
}

// The number behind the letter, as "n17".
std::optional<int64_t> number_behind(std::string_view word, char letter) {
  int64_t out = 0;
  if (word.empty() || word[0] != letter) return std::nullopt;
  const auto [end, code] = std::from_chars(word.data() + 1, word.data() + word.size(), out);
  if (code != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return out;
}

}  // namespace

std::shared_ptr<const Catalogue> catalogue() {
  auto out = std::make_shared<Catalogue>();
  RecordType& type = out->types.emplace_back();
  type.name = kType;
  type.key = {"编号"};
  type.fields = {field("编号", FieldKind::kText), field("数", FieldKind::kYear),
                 field("日", FieldKind::kDay), field("说明", FieldKind::kText),
                 field("写入者", FieldKind::kRef, kType)};
  return out;
}

ChangeSet change_set(const Work& work) {
  ChangeSet out;
  out.recorded_at = kRecordedAt;
  out.author = "故障试验";
  out.reason = work_name(work);
  out.versions.push_back(version(work, writer_key(work), work.number));
  for (int i = 1; i < work.versions; ++i) {
    const std::string key =
        writer_key(work) + "-" + std::to_string(work.number) + "-" + std::to_string(i);
    out.versions.push_back(version(work, key, i));
  }
  out.parameters.push_back({kPackage, work_name(work), std::to_string(work.number),
                            *Date::from_ymd(2026, 1, 1), "", "试验"});
  return out;
}

std::optional<Work> work_of(const std::string& reason) {
  const size_t first = reason.find(' ');
  const size_t second = reason.rfind(' ');
  if (first == std::string::npos || second == first) return std::nullopt;
  const std::string_view text = reason;
  const auto writer = number_behind(text.substr(0, first), 'w');
  const auto number = number_behind(text.substr(first + 1, second - first - 1), 'n');
  const auto versions = number_behind(text.substr(second + 1), 'v');
  if (!writer || !number || !versions) return std::nullopt;
  return Work{static_cast<int>(*writer), *number, static_cast<int>(*versions)};
}

std::vector<std::string> lines_of(const Work& work, Which which) {
  const auto known = catalogue();
  const RecordType& type = known->types[0];
  const ChangeSet written = change_set(work);
  std::vector<std::string> out;
  for (const NewVersion& version : written.versions) {
    if (which == Which::kLasting && version.key == writer_key(work)) continue;
    std::vector<std::string> parts{version.key};
    for (size_t f = 0; f < type.fields.size(); ++f) {
      parts.push_back(record::to_display(type.fields[f], version.cells[f]));
    }
    parts.push_back(source_text(version.source));
    out.push_back(line(parts));
  }
  for (const auto& parameter : written.parameters) out.push_back(parameter_line(parameter));
  std::sort(out.begin(), out.end());
  return out;
}

Told::Told(const Dataset& dataset) : dataset_(dataset) {
  const Table& table = dataset.table(0);
  for (size_t row = 0; row < table.size(); ++row) rows_[table.recorded_in(row)].push_back(row);
  for (size_t i = 0; i < dataset.parameters.size(); ++i) {
    parameters_.emplace(dataset.parameters[i].name, i);
  }
}

std::string Told::row_line(size_t row) const {
  const Table& table = dataset_.table(0);
  std::vector<std::string> parts{std::string(table.key(row))};
  for (size_t f = 0; f < table.columns.size(); ++f) {
    const Field& field = table.type->fields[f];
    const Column& column = table.columns[f];
    parts.push_back(field.kind == FieldKind::kRef ? ref_text(table, column, row)
                                                  : record::to_display(field, column.cell_at(row)));
  }
  parts.push_back(source_text(table.source(row)));
  return line(parts);
}

std::vector<std::string> Told::lines_of(record::ChangeSetId id, const Work& work,
                                        Which which) const {
  std::vector<std::string> out;
  if (const auto rows = rows_.find(id); rows != rows_.end()) {
    for (const size_t row : rows->second) {
      const bool lasts = dataset_.table(0).key(row) != writer_key(work);
      if (which == Which::kAll || lasts) out.push_back(row_line(row));
    }
  }
  const auto [first, last] = parameters_.equal_range(work_name(work));
  for (auto found = first; found != last; ++found) {
    out.push_back(parameter_line(dataset_.parameters[found->second]));
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string digest(const std::vector<std::string>& lines) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (const std::string& text : lines) {
    for (const char c : text + "\n") {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
  }
  char out[17];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(hash));
  return out;
}

}  // namespace dandang::faults

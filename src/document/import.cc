#include "document/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>

#include "document/batch.h"
#include "document/line_sorting.h"
#include "document/plain_text.h"
#include "document/reference_reading.h"
#include "document/references.h"

namespace dandang::document {
namespace {

using record::Field;
using record::FieldKind;
using record::RecordType;

constexpr size_t kRowsBetweenProgress = 1000;

class Importer {
 public:
  Importer(const record::Catalogue& catalogue, const record::Dataset& known,
           const ImportOptions& options)
      : catalogue_(&catalogue),
        known_(&known),
        options_(&options),
        references_(catalogue, known),
        reference_reader_(catalogue, references_, lines_) {}

  ImportPlan run(const std::vector<format::Workbook>& workbooks) {
    recognise(workbooks);
    read_lines();
    for (size_t type : order_of_types()) decide_type(type);
    if (references_.used_undecided()) settle();
    count_rows();
    emit_refusals();
    for (const SheetJob& job : jobs_) emit_coverage(job);
    for (const Line& line : lines_) emit_open(line);
    for (size_t id : decided_) emit_versions(lines_[id]);
    return std::move(plan_);
  }

 private:
  void recognise(const std::vector<format::Workbook>& workbooks);
  void read_lines();
  void read_sheet(const SheetJob& job);
  void add_line(const SheetJob& job, size_t row, RowReading reading);
  void report_progress(bool at_end);

  std::vector<size_t> order_of_types() const;
  void visit_type(size_t type, std::vector<int>& state, std::vector<size_t>& order) const;
  void decide_type(size_t type);
  void decide_line(size_t id);
  void refuse_without_key(Line& line, Draft& draft);
  void number_repeats(const Line& line, Draft& draft);
  void link_to_own_record(Line& line) const;
  void check_record(Line& line, Draft& draft);
  void check_guards(Line& line, const Draft& draft);
  void check_duplicate(Line& line, const Draft& draft);
  void accept(const Line& line, size_t id);
  void settle();
  bool refuse_if_dangling(Line& line);

  void count_rows();
  void emit_versions(Line& line);
  void keep_known_values(Draft& draft) const;
  void set_valid_time(const Draft& draft, record::NewVersion& version) const;
  void emit_refusals();
  void emit_coverage(const SheetJob& job);
  void emit_open(const Line& line);
  std::set<std::vector<std::string>> covered_keys(const SheetJob& job, size_t type) const;
  bool year_is_from_title(const SheetJob& job, size_t type, size_t field) const;

  int column_of(const Draft& draft, const std::string& field) const;
  std::string name_in(const Draft& draft) const;
  bool has_simple_key(const RecordType& type) const;

  const record::Catalogue* catalogue_;
  const record::Dataset* known_;
  const ImportOptions* options_;
  ImportPlan plan_;
  std::deque<SheetJob> jobs_;  // addresses stay
  std::vector<Line> lines_;
  References references_;
  ReferenceReader reference_reader_;
  std::vector<std::vector<size_t>> lines_by_type_;
  std::vector<size_t> decided_;  // in the order decided
  std::map<std::tuple<const SheetJob*, size_t, std::string>, size_t> repeats_;
  size_t rows_done_ = 0, rows_all_ = 0;
};

// ---- reading ----

void Importer::recognise(const std::vector<format::Workbook>& workbooks) {
  const SheetRecogniser recogniser(*catalogue_, options_->received_on);
  for (const format::Workbook& workbook : workbooks) {
    for (const format::Sheet& sheet : workbook.sheets) {
      SheetGrid grid(sheet);
      SheetOutcome outcome;
      auto found = recogniser.recognise(workbook, sheet, grid, outcome);
      if (found) {
        const size_t rows = grid.row_count() - found->header_end;
        for (const TypeMapping& mapping : found->mappings) references_.expect(mapping.type, rows);
        rows_all_ += rows;
        jobs_.push_back(
            {&workbook, &sheet, std::move(grid), std::move(*found), plan_.sheets.size()});
      }
      plan_.sheets.push_back(std::move(outcome));
    }
  }
}

void Importer::report_progress(bool at_end) {
  if (!options_->progress) return;
  if (at_end || rows_done_ % kRowsBetweenProgress == 0) options_->progress(rows_done_, rows_all_);
}

void Importer::read_lines() {
  lines_by_type_.resize(catalogue_->types.size());
  lines_.reserve(rows_all_);
  for (const SheetJob& job : jobs_) read_sheet(job);
  report_progress(true);
}

void Importer::read_sheet(const SheetJob& job) {
  const LineSorter sorter(*catalogue_, job.found, job.grid);
  RowReader reader(*catalogue_, job.found, job.grid);
  SheetOutcome& outcome = plan_.sheets[job.outcome];
  std::optional<int> next_year;  // from a title further down; it counts once headings follow
  for (size_t row = job.found.header_end; row < job.grid.row_count(); ++row) {
    const int number = static_cast<int>(job.grid.row_number(row));
    ++rows_done_;
    report_progress(false);
    if (auto skip = sorter.why_skipped(row)) {
      if (skip->year) next_year = skip->year;
      if (next_year && (skip->headings_again || skip->year_alone)) reader.set_year(*next_year);
      outcome.skipped.push_back({number, std::move(skip->why)});
      continue;
    }
    next_year.reset();
    RowReading reading = reader.read(row);
    if (reading.drafts.empty() || reading.drafts.front().mapping->with_main) {
      outcome.skipped.push_back(
          {number, {"各年度的列都没有内容", "nothing in the columns of any year"}});
      continue;
    }
    add_line(job, row, std::move(reading));
  }
}

void Importer::add_line(const SheetJob& job, size_t row, RowReading reading) {
  const size_t id = lines_.size();
  Line line{&job, row, std::move(reading.drafts), std::move(reading.faults)};
  for (Draft& draft : line.drafts) {
    const RecordType& type = catalogue_->types[draft.mapping->type];
    if (!has_simple_key(type)) continue;
    draft.key = key_of(type, draft);
    if (!draft.key.empty()) references_.add(draft.mapping->type, draft.key, name_in(draft), id);
  }
  lines_by_type_[job.found.type].push_back(id);
  lines_.push_back(std::move(line));
}

bool Importer::has_simple_key(const RecordType& type) const {
  return !type.key.empty() && !type.repeats &&
         std::none_of(type.key.begin(), type.key.end(), [&](const std::string& name) {
           const Field* field = type.find_field(name);
           return field != nullptr && field->kind == FieldKind::kRef;
         });
}

std::string Importer::name_in(const Draft& draft) const {
  const RecordType& type = catalogue_->types[draft.mapping->type];
  const auto index = type.field_index(type.name_field);
  if (!index) return {};
  const auto* name = std::get_if<std::string>(&draft.cells[*index]);
  return name != nullptr ? *name : std::string();
}

int Importer::column_of(const Draft& draft, const std::string& field) const {
  const auto index = catalogue_->types[draft.mapping->type].field_index(field);
  if (!index) return -1;
  const FieldColumns& columns = draft.mapping->fields[*index];
  return columns.column >= 0 ? columns.column : columns.name_column;
}

// ---- deciding ----

// Types referred to come first, so that a row knows what has become of the rows it names.
std::vector<size_t> Importer::order_of_types() const {
  std::vector<size_t> order;
  std::vector<int> state(catalogue_->types.size(), 0);
  for (size_t type = 0; type < catalogue_->types.size(); ++type) visit_type(type, state, order);
  return order;
}

void Importer::visit_type(size_t type, std::vector<int>& state, std::vector<size_t>& order) const {
  const RecordType& main = catalogue_->types[type];
  if (!main.taken_with.empty()) {
    // Its records stand in the rows of another type.
    const auto owner = catalogue_->type_index(main.taken_with);
    if (owner && catalogue_->types[*owner].taken_with.empty()) visit_type(*owner, state, order);
    return;
  }
  if (state[type] != 0) return;
  state[type] = 1;
  for (const RecordType& part : catalogue_->types) {
    if (part.name != main.name && part.taken_with != main.name) continue;
    for (const Field& field : part.fields) {
      if (field.kind != FieldKind::kRef || field.ref_type == main.name) continue;
      const auto target = catalogue_->type_index(field.ref_type);
      if (target) visit_type(*target, state, order);
    }
  }
  order.push_back(type);
}

void Importer::decide_type(size_t type) {
  for (size_t id : lines_by_type_[type]) decide_line(id);
  references_.close(type);
  for (size_t other = 0; other < catalogue_->types.size(); ++other) {
    if (catalogue_->types[other].taken_with == catalogue_->types[type].name) {
      references_.close(other);
    }
  }
}

void Importer::decide_line(size_t id) {
  Line& line = lines_[id];
  for (Draft& draft : line.drafts) reference_reader_.read(line, draft);
  link_to_own_record(line);
  for (Draft& draft : line.drafts) {
    const RecordType& type = catalogue_->types[draft.mapping->type];
    if (!has_simple_key(type)) {
      draft.key = key_of(type, draft);
      if (type.repeats && !draft.key.empty()) number_repeats(line, draft);
      if (!draft.key.empty()) references_.add(draft.mapping->type, draft.key, name_in(draft), id);
    }
    if (draft.key.empty() && !draft.faulty) refuse_without_key(line, draft);
    check_duplicate(line, draft);
    if (!draft.faulty) check_record(line, draft);
    if (!draft.faulty) check_guards(line, draft);
  }
  if (!line.refused()) accept(line, id);
  decided_.push_back(id);
}

// Nothing of what tells one record from another is filled in.
void Importer::refuse_without_key(Line& line, Draft& draft) {
  const RecordType& type = catalogue_->types[draft.mapping->type];
  const Field* field = type.find_field(type.key.front());
  if (field == nullptr) return;
  draft.faulty = true;
  add_once(line.faults, missing_value(line.job->found, *field, column_of(draft, field->name)));
}

// Two equal fees are two fees: rows of one sheet with the same key are told apart by a number.
void Importer::number_repeats(const Line& line, Draft& draft) {
  const size_t number = ++repeats_[{line.job, draft.mapping->type, draft.key}];
  draft.key = record::key_text({draft.key, std::to_string(number)});
}

void Importer::link_to_own_record(Line& line) const {
  const Draft& main = line.drafts.front();
  if (main.mapping->with_main) return;
  const RecordType& main_type = catalogue_->types[main.mapping->type];
  const std::string key = key_of(main_type, main);
  for (Draft& draft : line.drafts) {
    if (!draft.mapping->with_main) continue;
    const RecordType& type = catalogue_->types[draft.mapping->type];
    for (size_t i = 0; i < type.fields.size(); ++i) {
      if (type.fields[i].kind != FieldKind::kRef || type.fields[i].ref_type != main_type.name) {
        continue;
      }
      if (key.empty()) {
        draft.faulty = true;
      } else {
        draft.cells[i] = key;
      }
    }
  }
}

void Importer::check_duplicate(Line& line, const Draft& draft) {
  if (draft.key.empty()) return;
  const RecordType& type = catalogue_->types[draft.mapping->type];
  const auto first = references_.accepted_row(draft.mapping->type, draft.key);
  const Draft* twin = nullptr;
  for (const Draft& other : line.drafts) {
    if (&other == &draft) break;
    if (other.mapping->type == draft.mapping->type && other.key == draft.key) twin = &other;
  }
  if (!first && twin == nullptr) return;
  // A person listed twice has their post listed twice: said once.
  const bool said = std::any_of(line.faults.begin(), line.faults.end(), [](const RowFault& fault) {
    return fault.code == "duplicate-key";
  });
  if (said && draft.mapping->with_main) return;
  int column = -1;
  for (const std::string& field : type.key) {
    if (column < 0) column = column_of(draft, field);
  }
  const Text place = first ? place_of(lines_[*first]) : place_of(line);
  line.faults.push_back(
      {column,
       "duplicate-key",
       {fmt::format("与{}重复，以那一行为准；请删去多余的一行，或者改正抄错的内容", place.zh),
        fmt::format("the same record as {}, which stays; delete one, or correct what was copied "
                    "wrongly",
                    place.en)}});
}

void Importer::check_record(Line& line, Draft& draft) {
  if (!options_->row_check) return;
  const RecordType& type = catalogue_->types[draft.mapping->type];
  for (size_t i = 0; i < type.checks.size(); ++i) {
    const auto holds = options_->row_check(type, i, draft.cells, line.job->found.date);
    if (!holds || *holds) continue;
    const record::RowCheck& check = type.checks[i];
    line.faults.push_back({column_of(draft, check.field), "row-check", check.message});
  }
}

void Importer::check_guards(Line& line, const Draft& draft) {
  if (!options_->write_guards) return;
  const RecordType& type = catalogue_->types[draft.mapping->type];
  Draft written = draft;
  keep_known_values(written);
  for (const procedure::Refusal& refusal :
       options_->write_guards(type, written.cells, line.job->found.date)) {
    Text reason{fmt::format("防线“{}”（{}）：{}", refusal.name, refusal.clause, refusal.message.zh),
                fmt::format("guard \"{}\" ({}): {}", refusal.name, refusal.clause,
                            refusal.message.in(Language::kEnglish))};
    for (const Text& missing : refusal.missing) {
      reason.zh += "；" + missing.zh;
      reason.en += "; " + missing.in(Language::kEnglish);
    }
    line.faults.push_back({column_of(draft, refusal.field), "write-guard", std::move(reason)});
  }
}

void Importer::accept(const Line& line, size_t id) {
  for (const Draft& draft : line.drafts) {
    references_.accept(draft.mapping->type, draft.key, name_in(draft), id);
  }
}

// Types that refer to each other: a row taken on the strength of one refused later goes too, and
// so does what hangs on it.
void Importer::settle() {
  for (bool again = true; again;) {
    again = false;
    for (Line& line : lines_) {
      if (!line.refused() && refuse_if_dangling(line)) again = true;
    }
  }
}

bool Importer::refuse_if_dangling(Line& line) {
  for (const Draft& draft : line.drafts) {
    const RecordType& type = catalogue_->types[draft.mapping->type];
    for (size_t i = 0; i < type.fields.size(); ++i) {
      const auto* key = std::get_if<std::string>(&draft.cells[i]);
      const auto target = catalogue_->type_index(type.fields[i].ref_type);
      if (type.fields[i].kind != FieldKind::kRef || key == nullptr || !target) continue;
      if (references_.stands(*target, *key)) continue;
      line.faults.push_back(
          {column_of(draft, type.fields[i].name),
           "reference-refused",
           {fmt::format("所指的「{}」记录没有收下，请先改正那一行", type.fields[i].ref_type),
            fmt::format("the \"{}\" it refers to was refused; correct that row first",
                        type.fields[i].ref_type)}});
    }
  }
  if (!line.refused()) return false;
  for (const Draft& draft : line.drafts) references_.withdraw(draft.mapping->type, draft.key);
  return true;
}

// ---- what comes out ----

void Importer::count_rows() {
  for (const Line& line : lines_) {
    SheetOutcome& outcome = plan_.sheets[line.job->outcome];
    ++(line.refused() ? outcome.rows_refused : outcome.rows_taken);
  }
}

// The line's cells go into the plan: nothing reads them after.
void Importer::emit_versions(Line& line) {
  if (line.refused()) return;
  for (Draft& draft : line.drafts) {
    record::NewVersion version;
    version.type = catalogue_->types[draft.mapping->type].name;
    set_valid_time(draft, version);
    keep_known_values(draft);
    version.cells = std::move(draft.cells);
    version.key = std::move(draft.key);
    version.source = {line.job->workbook->file, line.job->sheet->name,
                      static_cast<int>(line.number())};
    plan_.versions.push_back(std::move(version));
  }
}

// A sheet without some column says nothing of that field: what is known of it stays. (A column that
// is there and blank says blank.)
void Importer::keep_known_values(Draft& draft) const {
  const record::Table& table = known_->table(draft.mapping->type);
  const std::optional<size_t> row = table.row_of(draft.key);
  if (!row) return;
  const RecordType& type = catalogue_->types[draft.mapping->type];
  for (size_t i = 0; i < type.fields.size(); ++i) {
    if (draft.mapping->fields[i].found() || !is_blank(draft.cells[i]) ||
        table.columns[i].is_blank(*row))
      continue;
    draft.cells[i] = table.columns[i].cell_at(*row);
    if (type.fields[i].kind != FieldKind::kRef) continue;
    // In a change set a reference is the target's key, in a table its row.
    const auto target = catalogue_->type_index(type.fields[i].ref_type);
    const auto target_row = static_cast<size_t>(std::get<int64_t>(draft.cells[i]));
    draft.cells[i] = std::string(known_->table(*target).key(target_row));
  }
}

void Importer::set_valid_time(const Draft& draft, record::NewVersion& version) const {
  const RecordType& type = catalogue_->types[draft.mapping->type];
  const auto index = type.field_index(type.valid_field);
  const int64_t* value = index ? std::get_if<int64_t>(&draft.cells[*index]) : nullptr;
  switch (type.valid) {
    case RecordType::Valid::kAlways:
      return;
    case RecordType::Valid::kSnapshot:
      version.valid_assumed = true;
      return;
    case RecordType::Valid::kYear:
      if (value != nullptr) version.valid_from = Date::from_ymd(static_cast<int>(*value), 1, 1);
      return;
    case RecordType::Valid::kFrom:
      break;
  }
  if (value != nullptr) {
    version.valid_from = Date::from_days(static_cast<int32_t>(*value));
  } else if (draft.mapping->with_main) {
    version.valid_assumed = true;
  } else {
    // Not in force until its date is known.
    version.valid_from = Date::from_ymd(9999, 12, 31);
  }
}

void Importer::emit_refusals() {
  using Place = std::tuple<size_t, uint32_t, int>;
  std::vector<std::pair<Place, Refusal>> all;
  for (const Line& line : lines_) {
    for (const RowFault& fault : line.faults) {
      Refusal refusal{line.job->workbook->file,
                      line.job->sheet->name,
                      static_cast<int>(line.number()),
                      fault.column,
                      "",
                      "",
                      fault.code,
                      fault.reason};
      if (const Heading* heading = line.job->found.heading_of(fault.column)) {
        refusal.heading = heading->shown;
      }
      if (fault.column >= 0) {
        const auto* cell = line.job->grid.at(line.row, static_cast<uint32_t>(fault.column));
        if (cell != nullptr) refusal.value = shown_text(*cell);
      }
      all.emplace_back(Place{line.job->outcome, line.number(), fault.column}, std::move(refusal));
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [place, refusal] : all) plan_.refusals.push_back(std::move(refusal));
}

bool Importer::year_is_from_title(const SheetJob& job, size_t type, size_t field) const {
  return std::all_of(
      job.found.mappings.begin(), job.found.mappings.end(), [&](const TypeMapping& mapping) {
        return mapping.type != type ||
               (mapping.title_year_field == static_cast<int>(field) && !mapping.group_year);
      });
}

std::set<std::vector<std::string>> Importer::covered_keys(const SheetJob& job, size_t type) const {
  const RecordType& record_type = catalogue_->types[type];
  std::vector<size_t> fields;
  for (const std::string& name : record_type.absence_keys) {
    if (const auto index = record_type.field_index(name)) fields.push_back(*index);
  }
  if (record_type.absence == RecordType::Absence::kUnknown || fields.empty()) return {{}};
  std::set<std::vector<std::string>> out;
  bool any_row = false;
  for (size_t id : lines_by_type_[job.found.type]) {
    if (lines_[id].job != &job) continue;
    any_row = true;
    for (const Draft& draft : lines_[id].drafts) {
      if (draft.mapping->type != type) continue;
      std::vector<std::string> values;
      for (size_t field : fields) {
        const auto* text = std::get_if<std::string>(&draft.cells[field]);
        values.push_back(text != nullptr
                             ? *text
                             : record::to_display(record_type.fields[field], draft.cells[field]));
      }
      const bool complete = std::none_of(values.begin(), values.end(),
                                         [](const std::string& value) { return value.empty(); });
      if (complete) out.insert(std::move(values));
    }
  }
  // A list for a year in which there was nobody is a complete list too.
  const bool by_year = fields.size() == 1 && record_type.fields[fields[0]].kind == FieldKind::kYear;
  if (by_year && job.found.year && (!any_row || year_is_from_title(job, type, fields[0]))) {
    out.insert({std::to_string(*job.found.year)});
  }
  return out;
}

void Importer::emit_coverage(const SheetJob& job) {
  SheetOutcome& outcome = plan_.sheets[job.outcome];
  std::set<size_t> types;
  for (const TypeMapping& mapping : job.found.mappings) types.insert(mapping.type);
  bool list_must_be_complete = false;
  for (size_t type : types) {
    const RecordType& record_type = catalogue_->types[type];
    list_must_be_complete =
        list_must_be_complete || record_type.absence == RecordType::Absence::kNone;
    for (const auto& values : covered_keys(job, type)) {
      plan_.coverage.push_back(
          {record_type.name, values, {job.workbook->file, job.sheet->name, 0}});
    }
  }
  if (outcome.rows_refused == 0 || !list_must_be_complete) return;
  if (!outcome.note.zh.empty()) {
    outcome.note.zh += "；";
    outcome.note.en += "; ";
  }
  outcome.note.zh += fmt::format("有 {} 行没有收下，这份名单还不完整", outcome.rows_refused);
  outcome.note.en +=
      fmt::format("{} rows were not taken: the list is not complete yet", outcome.rows_refused);
}

// A refused row says that there is something about the person; the list is not complete for them.
void Importer::emit_open(const Line& line) {
  if (!line.refused()) return;
  for (const Draft& draft : line.drafts) {
    const RecordType& type = catalogue_->types[draft.mapping->type];
    if (type.absence != RecordType::Absence::kNone) continue;
    const auto owner = std::find_if(type.fields.begin(), type.fields.end(), [](const Field& field) {
      return field.kind == FieldKind::kRef;
    });
    if (owner == type.fields.end()) continue;
    const auto* key =
        std::get_if<std::string>(&draft.cells[static_cast<size_t>(owner - type.fields.begin())]);
    if (key == nullptr) continue;
    std::vector<std::string> values;
    for (const std::string& name : type.absence_keys) {
      const size_t index = *type.field_index(name);
      values.push_back(record::to_display(type.fields[index], draft.cells[index]));
    }
    // Not told which year or list: open for all of them.
    if (std::find(values.begin(), values.end(), "") != values.end()) values.clear();
    plan_.coverage.push_back(
        {type.name,
         std::move(values),
         {line.job->workbook->file, line.job->sheet->name, static_cast<int>(line.number())},
         *key});
  }
}

}  // namespace

ImportPlan plan_import(const record::Catalogue& catalogue, const record::Dataset& known,
                       const std::vector<format::Workbook>& workbooks,
                       const ImportOptions& options) {
  return Importer(catalogue, known, options).run(workbooks);
}

}  // namespace dandang::document

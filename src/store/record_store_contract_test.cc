#include "store/record_store_contract.h"

#include <gmock/gmock.h>

#include <utility>

#include "base/date.h"

namespace dandang::store {

using record::ApplyOutcome;
using record::Catalogue;
using record::ChangeSet;
using record::ChangeSetId;
using record::Dataset;
using record::Field;
using record::FieldKind;
using record::NewVersion;
using record::RecordStore;
using record::RecordType;
using record::Table;

namespace {

Cell text(std::string_view words) {
  return std::string(words);
}

Cell ref(const std::string& key) {
  return key.empty() ? Cell() : Cell(key);
}

std::vector<std::string> keys_of(const record::Table& table) {
  std::vector<std::string> keys;
  for (size_t row = 0; row < table.size(); ++row) keys.emplace_back(table.key(row));
  return keys;
}

std::string day_text(const std::optional<Date>& day) {
  return day ? day->to_string() : "-";
}

}  // namespace

Field sample_field(std::string name, FieldKind kind, std::string ref_type) {
  Field out;
  out.name = std::move(name);
  out.kind = kind;
  out.ref_type = std::move(ref_type);
  return out;
}

std::shared_ptr<const Catalogue> sample_catalogue() {
  auto out = std::make_shared<Catalogue>();
  out->types.resize(3);
  RecordType& units = out->types[kUnits];
  units.name = "单位";
  units.key = {"名称"};
  units.fields = {sample_field("名称", FieldKind::kName),
                  sample_field("上级", FieldKind::kRef, "单位")};
  RecordType& officials = out->types[kOfficials];
  officials.name = "干部";
  officials.key = {"身份证号"};
  officials.fields = {sample_field("身份证号", FieldKind::kIdentityNumber),
                      sample_field("姓名", FieldKind::kName),
                      sample_field("备注", FieldKind::kText),
                      sample_field("出生", FieldKind::kDate),
                      sample_field("任职日", FieldKind::kDay),
                      sample_field("入党年", FieldKind::kYear),
                      sample_field("得分", FieldKind::kNumber),
                      sample_field("奖金", FieldKind::kMoney),
                      sample_field("在职", FieldKind::kFlag),
                      sample_field("职级", FieldKind::kCode),
                      sample_field("单位", FieldKind::kRef, "单位")};
  RecordType& appraisals = out->types[kAppraisals];
  appraisals.name = "年度考核";
  appraisals.key = {"干部", "年度"};
  appraisals.absence = RecordType::Absence::kNone;
  appraisals.absence_keys = {"单位", "年度"};
  appraisals.fields = {
      sample_field("干部", FieldKind::kRef, "干部"), sample_field("年度", FieldKind::kYear),
      sample_field("单位", FieldKind::kRef, "单位"), sample_field("等次", FieldKind::kCode)};
  return out;
}

NewVersion unit(const std::string& name, const std::string& parent) {
  NewVersion out;
  out.type = "单位";
  out.cells = {text(name), ref(parent)};
  out.key = name;
  out.source = {"机构.xlsx", "单位", 2};
  return out;
}

NewVersion official(const std::string& identity_number, const std::string& unit_name,
                    std::string_view score) {
  NewVersion out;
  out.type = "干部";
  out.cells = {text(identity_number),
               text("张三"),
               text("说明，\"引号\"和'单引号'"),
               int64_t{Date::from_ymd(1980, 2, 1)->days()},
               int64_t{Date::from_ymd(1969, 12, 31)->days()},
               int64_t{2001},
               *Decimal::parse(score),
               int64_t{-4500005},
               int64_t{0},
               text("一级科员"),
               ref(unit_name)};
  out.key = identity_number;
  out.valid_from = Date::from_ymd(2024, 6, 30);
  out.valid_assumed = true;
  out.source = {"花名册.xlsx", "干部", 3};
  return out;
}

NewVersion appraisal(const std::string& identity_number, int64_t year, const std::string& grade) {
  NewVersion out;
  out.type = "年度考核";
  out.cells = {ref(identity_number), Cell(year), Cell(), text(grade)};
  out.key = record::key_text({identity_number, std::to_string(year)});
  return out;
}

ChangeSet change_set(const std::string& recorded_at, std::vector<NewVersion> versions) {
  ChangeSet out;
  out.recorded_at = recorded_at;
  out.author = "李四";
  out.reason = "导入";
  out.basis = "测试";
  out.versions = std::move(versions);
  return out;
}

std::unique_ptr<SqlStore> defined(std::unique_ptr<SqlStore> store) {
  const Result<void> done = store->define(*sample_catalogue());
  EXPECT_TRUE(done.has_value()) << done.error().to_string(Language::kEnglish);
  return store;
}

ApplyOutcome apply_ok(RecordStore& store, const ChangeSet& change_set) {
  const Result<ApplyOutcome> outcome = store.apply(*sample_catalogue(), change_set);
  EXPECT_TRUE(outcome.has_value()) << outcome.error().to_string(Language::kEnglish);
  return outcome.has_value() ? *outcome : ApplyOutcome();
}

Dataset load_ok(RecordStore& store, ChangeSetId known_at) {
  Result<Dataset> dataset = store.load(sample_catalogue(), known_at);
  EXPECT_TRUE(dataset.has_value()) << dataset.error().to_string(Language::kEnglish);
  return dataset.has_value() ? std::move(*dataset) : Dataset(sample_catalogue());
}

std::string row_text(const Dataset& dataset, const Table& table, size_t row) {
  std::string out = table.record_id(row) + " |";
  for (size_t f = 0; f < table.columns.size(); ++f) {
    const Field& field = table.type->fields[f];
    const Column& column = table.columns[f];
    if (column.is_blank(row)) {
      out += " -";
    } else if (field.kind == FieldKind::kRef) {
      out +=
          " ->" +
          dataset.find_table(field.ref_type)->record_id(static_cast<size_t>(column.int64_at(row)));
    } else {
      out += " " + to_display(field, column.cell_at(row));
    }
  }
  out += " | " + day_text(table.valid_from(row)) + ".." + day_text(table.valid_to(row));
  if (table.valid_assumed(row)) out += " assumed";
  const record::Source source = table.source(row);
  out += " | " + source.file + ":" + source.sheet + ":" + std::to_string(source.row) + " | in " +
         std::to_string(table.recorded_in(row));
  return out;
}

std::string logical_dump(RecordStore& store) {
  std::string out;
  const auto sets = store.change_sets();
  EXPECT_TRUE(sets.has_value());
  for (const record::ChangeSetSummary& set : *sets) {
    out += "# " + std::to_string(set.id) + " " + set.recorded_at + " " + set.author + " " +
           set.reason + " " + set.basis + "\n";
    const Dataset dataset = load_ok(store, set.id);
    for (size_t t = 0; t < dataset.catalogue().types.size(); ++t) {
      const Table& table = dataset.table(t);
      const RecordType& type = *table.type;
      out += type.name + (dataset.taken_in(type) ? " taken in" : " not taken in") +
             (dataset.covers(type, {"甲局", "2024"}) ? ", covered\n" : "\n");
      for (size_t row = 0; row < table.size(); ++row) out += row_text(dataset, table, row) + "\n";
    }
    for (const record::ParameterValue& p : dataset.parameters) {
      out += p.package + "." + p.name + "=" + p.value + " from " + p.from.to_string() + " for " +
             p.for_body + " by " + p.basis + "\n";
    }
    for (const record::PackageFile& f : dataset.packages) {
      out += f.package + " " + f.path + ": " + f.content + "\n";
    }
  }
  return out;
}

namespace {

// Every row of every table, without what says where and when it was recorded.
std::vector<std::string> rows_of(const Dataset& dataset) {
  std::vector<std::string> out;
  for (size_t t = 0; t < dataset.catalogue().types.size(); ++t) {
    for (size_t row = 0; row < dataset.table(t).size(); ++row) {
      const std::string line = row_text(dataset, dataset.table(t), row);
      out.push_back(line.substr(0, line.rfind(" | ", line.rfind(" | in ") - 1)));
    }
  }
  return out;
}

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_P(RecordStoreContract, StartsWithNothingKnown) {
  const auto store = defined(make_empty());
  EXPECT_TRUE(store->change_sets()->empty());
  EXPECT_EQ(store->change_set_at(std::nullopt)->has_value(), false);
  EXPECT_TRUE(store->packages(0)->empty());
  const Dataset dataset = load_ok(*store, 0);
  EXPECT_EQ(dataset.known_at, 0);
  EXPECT_EQ(dataset.known_at_time, "");
  EXPECT_THAT(rows_of(dataset), IsEmpty());
  EXPECT_FALSE(dataset.taken_in(dataset.catalogue().types[kUnits]));
  EXPECT_EQ(store->load(sample_catalogue(), 1).error().code, ErrorCode::kNotFound);
}

TEST_P(RecordStoreContract, KeepsEveryKindOfField) {
  const auto store = defined(make_empty());
  NewVersion blank = official("610800", "");
  for (size_t i = 1; i < blank.cells.size(); ++i) blank.cells[i] = Cell();
  blank.valid_from.reset();
  blank.valid_to = Date::from_ymd(2025, 12, 31);
  blank.valid_assumed = false;
  blank.source = {};
  const ApplyOutcome outcome =
      apply_ok(*store, change_set(kMonday, {unit("甲局"), official("610799", "甲局"), blank}));
  EXPECT_EQ(outcome.id, 1);
  EXPECT_EQ(outcome.added, 3U);

  const Dataset dataset = load_ok(*store, 1);
  EXPECT_EQ(dataset.known_at, 1);
  EXPECT_EQ(dataset.known_at_time, kMonday);
  const Table& officials = dataset.table(kOfficials);
  ASSERT_EQ(officials.size(), 2U);
  EXPECT_EQ(
      row_text(dataset, officials, 0),
      "干部:610799 | 610799 张三 说明，\"引号\"和'单引号' 1980-02-01 1969-12-31 2001 90.5 "
      "-45000.05 否 一级科员 ->单位:甲局 | 2024-06-30..- assumed | 花名册.xlsx:干部:3 | in 1");
  EXPECT_EQ(row_text(dataset, officials, 1),
            "干部:610800 | 610800 - - - - - - - - - - | -..2025-12-31 | ::0 | in 1");
  EXPECT_EQ(officials.row_of("610800"), 1U);
}

TEST_P(RecordStoreContract, KeepsNumbersExactly) {
  const auto store = defined(make_empty());
  const std::vector<std::string> numbers = {"0",     "-0.05", "1234567890123456789012345678901234",
                                            "1E+40", "1E-30", "0.1"};
  ChangeSet set = change_set(kMonday);
  for (const std::string& number : numbers) {
    set.versions.push_back(official("n" + number, "", number));
  }
  apply_ok(*store, set);
  const Dataset dataset = load_ok(*store, 1);
  for (size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_EQ(dataset.table(kOfficials).columns[6].decimal_at(i), *Decimal::parse(numbers[i]));
  }
}

TEST_P(RecordStoreContract, TellsAnEmptyTextFromABlank) {
  const auto store = defined(make_empty());
  NewVersion version = official("610799", "");
  version.cells[2] = text("");
  apply_ok(*store, change_set(kMonday, {version}));
  EXPECT_FALSE(load_ok(*store, 1).table(kOfficials).columns[2].is_blank(0));
  version.cells[2] = Cell();
  EXPECT_EQ(apply_ok(*store, change_set(kTuesday, {version})).changed, 1U);
  EXPECT_TRUE(load_ok(*store, 2).table(kOfficials).columns[2].is_blank(0));
}

TEST_P(RecordStoreContract, KeepsWhatWasKnownBeforeACorrection) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局"), unit("乙局"), official("a", "甲局", "80"),
                                        official("b", "甲局", "70")}));
  const ApplyOutcome correction = apply_ok(
      *store, change_set(kTuesday, {official("b", "乙局", "75"), official("a", "甲局", "80")}));
  EXPECT_EQ(correction.changed, 1U);
  EXPECT_EQ(correction.unchanged, 1U);
  EXPECT_EQ(correction.added, 0U);

  struct Case {
    ChangeSetId known_at;
    std::string score;
    std::string unit;
    ChangeSetId recorded_in;
  };
  for (const Case& c : {Case{1, "70", "单位:甲局", 1}, Case{2, "75", "单位:乙局", 2}}) {
    const Dataset dataset = load_ok(*store, c.known_at);
    const Table& officials = dataset.table(kOfficials);
    ASSERT_EQ(officials.size(), 2U);
    // The corrected record keeps its place among the rows.
    EXPECT_EQ(officials.key(1), "b");
    EXPECT_EQ(officials.columns[6].decimal_at(1).to_string(), c.score);
    const auto row = static_cast<size_t>(officials.columns[10].int64_at(1));
    EXPECT_EQ(dataset.table(kUnits).record_id(row), c.unit);
    EXPECT_EQ(officials.recorded_in(1), c.recorded_in);
    EXPECT_EQ(officials.recorded_in(0), 1);
  }
}

TEST_P(RecordStoreContract, KeepsRowsInPlaceFromLoadToLoad) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("丙"), unit("甲"), unit("乙")}));
  apply_ok(*store, change_set(kTuesday, {unit("甲", "丙"), unit("丁")}));
  apply_ok(*store, change_set(kWednesday, {unit("丙", "丁")}));
  EXPECT_THAT(keys_of(load_ok(*store, 1).table(kUnits)), ElementsAre("丙", "甲", "乙"));
  EXPECT_THAT(keys_of(load_ok(*store, 2).table(kUnits)), ElementsAre("丙", "甲", "乙", "丁"));
  EXPECT_THAT(keys_of(load_ok(*store, 3).table(kUnits)), ElementsAre("丙", "甲", "乙", "丁"));
}

TEST_P(RecordStoreContract, ResolvesRefsInAnyOrder) {
  const auto store = defined(make_empty());
  // Before their targets, in a circle, to themselves, and across change sets.
  apply_ok(*store, change_set(kMonday, {official("a", "乙科"), unit("乙科", "甲局"),
                                        unit("甲局", "乙科"), unit("独", "独")}));
  apply_ok(*store, change_set(kTuesday, {official("b", "甲局"), appraisal("a", 2024, "优秀"),
                                         appraisal("b", 2024, "称职")}));
  const Dataset dataset = load_ok(*store, 2);
  EXPECT_THAT(
      rows_of(dataset),
      ElementsAre("单位:乙科 | 乙科 ->单位:甲局 | -..-", "单位:甲局 | 甲局 ->单位:乙科 | -..-",
                  "单位:独 | 独 ->单位:独 | -..-", HasSubstr("->单位:乙科"),
                  HasSubstr("->单位:甲局"), "年度考核:a/2024 | ->干部:a 2024 - 优秀 | -..-",
                  "年度考核:b/2024 | ->干部:b 2024 - 称职 | -..-"));
}

TEST_P(RecordStoreContract, RefusesAChangeSetThatCannotBeKeptAndLeavesNothingOfIt) {
  const auto store = defined(make_empty());
  ChangeSet first = change_set(kTuesday, {unit("甲局"), official("a", "甲局")});
  first.coverage = {{"年度考核", {"甲局", "2024"}, {}}};
  first.parameters = {{"shaanxi", "期限", "3", *Date::from_ymd(2025, 1, 1), "", "文件"}};
  first.packages = {{"shaanxi", "shaanxi/policy.yaml", "id: shaanxi"}};
  apply_ok(*store, first);
  const std::string before = logical_dump(*store);

  struct Case {
    std::string name;
    std::function<void(ChangeSet&)> spoil;
    ErrorCode code;
    std::string says;
  };
  const Case cases[] = {
      {"a ref to nothing", [](ChangeSet& s) { s.versions.push_back(official("c", "丙局")); },
       ErrorCode::kBadInput, "\"干部:c\" has a \"单位\" that means record \"单位:丙局\""},
      {"a ref to nothing of a type without rows",
       [](ChangeSet& s) { s.versions.push_back(appraisal("没有", 2024, "优秀")); },
       ErrorCode::kBadInput, "干部:没有"},
      {"an unknown type", [](ChangeSet& s) { s.versions.push_back({}); }, ErrorCode::kBadInput,
       "nobody declared"},
      {"too few cells", [](ChangeSet& s) { s.versions.back().cells.pop_back(); },
       ErrorCode::kBadInput, "10 values, not 11"},
      {"no key", [](ChangeSet& s) { s.versions.back().key = ""; }, ErrorCode::kBadInput, "no key"},
      {"a text for a year", [](ChangeSet& s) { s.versions.back().cells[5] = text("2001"); },
       ErrorCode::kBadInput, "\"入党年\" of another kind"},
      {"a number for a text", [](ChangeSet& s) { s.versions.back().cells[2] = int64_t{1}; },
       ErrorCode::kBadInput, "\"备注\" of another kind"},
      {"a text for a number", [](ChangeSet& s) { s.versions.back().cells[6] = text("1"); },
       ErrorCode::kBadInput, "\"得分\" of another kind"},
      {"a number for a ref", [](ChangeSet& s) { s.versions.back().cells[10] = int64_t{1}; },
       ErrorCode::kBadInput, "\"单位\" of another kind"},
      {"one record twice", [](ChangeSet& s) { s.versions.push_back(official("b", "甲局", "1")); },
       ErrorCode::kBadInput, "twice"},
      {"coverage of an unknown type",
       [](ChangeSet& s) {
         s.coverage = {{"奖励", {}, {}}};
       },
       ErrorCode::kBadInput, "奖励"},
      {"coverage with too few keys",
       [](ChangeSet& s) {
         s.coverage = {{"年度考核", {"甲局"}, {}}};
       },
       ErrorCode::kBadInput, "单位, 年度"},
      {"one file twice",
       [](ChangeSet& s) {
         s.packages = {{"p", "p/a.md", "1"}, {"p", "p/a.md", "2"}};
       },
       ErrorCode::kBadInput, "p/a.md"},
      {"a time that goes back", [](ChangeSet& s) { s.recorded_at = kMonday; }, ErrorCode::kConflict,
       "before the last one"},
      {"no time", [](ChangeSet& s) { s.recorded_at = ""; }, ErrorCode::kBadInput, "YYYY"},
      {"a local time", [](ChangeSet& s) { s.recorded_at = "2025-03-26 08:00:00"; },
       ErrorCode::kBadInput, "YYYY"},
      {"no such hour", [](ChangeSet& s) { s.recorded_at = "2025-03-26T24:00:00Z"; },
       ErrorCode::kBadInput, "YYYY"},
      {"no such day", [](ChangeSet& s) { s.recorded_at = "2025-02-29T08:00:00Z"; },
       ErrorCode::kBadInput, "YYYY"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    // Enough before the fault to be noticed if it stayed.
    ChangeSet set =
        change_set(kWednesday, {unit("乙局"), unit("甲局", "乙局"), official("b", "甲局")});
    set.parameters = {{"shaanxi", "期限", "5", *Date::from_ymd(2025, 1, 1), "", "文件"}};
    c.spoil(set);
    const Result<ApplyOutcome> outcome = store->apply(*sample_catalogue(), set);
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, c.code);
    EXPECT_THAT(outcome.error().to_string(Language::kEnglish), HasSubstr(c.says));
    EXPECT_EQ(logical_dump(*store), before);
  }
  // And the store goes on.
  EXPECT_EQ(apply_ok(*store, change_set(kWednesday, {unit("乙局")})).id, 2);
}

TEST_P(RecordStoreContract, NamesTheRowOfABadRef) {
  const auto store = defined(make_empty());
  const Result<ApplyOutcome> outcome =
      store->apply(*sample_catalogue(), change_set(kMonday, {official("c", "丙局")}));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().where, "花名册.xlsx:干部:3");
  EXPECT_THAT(outcome.error().to_string(Language::kChinese), HasSubstr("单位:丙局"));
}

TEST_P(RecordStoreContract, WritesOnlyWhatChanged) {
  struct Case {
    std::string name;
    std::function<void(NewVersion&)> edit;
    bool changed;
  };
  const Case cases[] = {
      {"nothing", [](NewVersion&) {}, false},
      {"its source",
       [](NewVersion& v) {
         v.source = {"另一份.xlsx", "干部", 9};
       },
       false},
      {"a text", [](NewVersion& v) { v.cells[1] = text("张四"); }, true},
      {"a text to blank", [](NewVersion& v) { v.cells[1] = Cell(); }, true},
      {"a date", [](NewVersion& v) { v.cells[3] = int64_t{0}; }, true},
      {"a number's value", [](NewVersion& v) { v.cells[6] = *Decimal::parse("90.51"); }, true},
      {"a number's writing", [](NewVersion& v) { v.cells[6] = *Decimal::parse("90.500"); }, false},
      {"money", [](NewVersion& v) { v.cells[7] = int64_t{0}; }, true},
      {"a flag", [](NewVersion& v) { v.cells[8] = int64_t{1}; }, true},
      {"a flag to blank", [](NewVersion& v) { v.cells[8] = Cell(); }, true},
      {"a ref", [](NewVersion& v) { v.cells[10] = text("乙局"); }, true},
      {"a ref to blank", [](NewVersion& v) { v.cells[10] = Cell(); }, true},
      {"since when", [](NewVersion& v) { v.valid_from = Date::from_ymd(2024, 7, 1); }, true},
      {"since ever", [](NewVersion& v) { v.valid_from.reset(); }, true},
      {"until when", [](NewVersion& v) { v.valid_to = Date::from_ymd(2025, 7, 1); }, true},
      {"that it is assumed", [](NewVersion& v) { v.valid_assumed = false; }, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto store = defined(make_empty());
    NewVersion version = official("a", "甲局");
    apply_ok(*store, change_set(kMonday, {unit("甲局"), unit("乙局"), version}));
    c.edit(version);
    const ApplyOutcome outcome = apply_ok(*store, change_set(kTuesday, {version}));
    EXPECT_EQ(outcome.changed, c.changed ? 1U : 0U);
    EXPECT_EQ(outcome.unchanged, c.changed ? 0U : 1U);
    EXPECT_EQ(outcome.added, 0U);
    EXPECT_EQ(load_ok(*store, 2).table(kOfficials).recorded_in(0), c.changed ? 2 : 1);
  }
}

TEST_P(RecordStoreContract, CountsARecordGivenTwiceAlikeOnce) {
  const auto store = defined(make_empty());
  const ApplyOutcome outcome =
      apply_ok(*store, change_set(kMonday, {unit("甲局"), unit("乙局"), unit("甲局")}));
  EXPECT_EQ(outcome.added, 2U);
  EXPECT_EQ(outcome.unchanged, 1U);
  EXPECT_EQ(load_ok(*store, 1).table(kUnits).size(), 2U);
}

TEST_P(RecordStoreContract, RecordsAChangeSetThatChangesNothing) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局")}));
  EXPECT_EQ(apply_ok(*store, change_set(kMonday, {unit("甲局")})).id, 2);  // at the same time
  EXPECT_EQ(apply_ok(*store, change_set(kTuesday)).id, 3);
  const auto sets = store->change_sets();
  ASSERT_EQ(sets->size(), 3U);
  EXPECT_EQ((*sets)[2].recorded_at, kTuesday);
  EXPECT_EQ((*sets)[2].author, "李四");
  EXPECT_EQ((*sets)[2].reason, "导入");
  EXPECT_EQ((*sets)[2].basis, "测试");
}

TEST_P(RecordStoreContract, FindsTheLastChangeSetAtATime) {
  const auto store = defined(make_empty());
  for (const char* time : {kMonday, kTuesday, kTuesday, kWednesday}) {
    apply_ok(*store, change_set(time));
  }
  struct Case {
    std::optional<std::string> time;
    ChangeSetId expected;  // 0: none
  };
  const Case cases[] = {
      {std::nullopt, 4},
      {"2025-03-24T07:59:59Z", 0},
      {kMonday, 1},
      {"2025-03-24T23:59:59Z", 1},
      {kTuesday, 3},
      {kWednesday, 4},
      {"2099-01-01T00:00:00Z", 4},
  };
  for (const Case& c : cases) {
    const auto found = store->change_set_at(c.time);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->has_value() ? (*found)->id : 0, c.expected) << c.time.value_or("last");
  }
  EXPECT_EQ(store->change_set_at("2025-03-24").error().code, ErrorCode::kBadInput);
}

TEST_P(RecordStoreContract, KnowsCoverageFromItsChangeSetOn) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局")}));
  ChangeSet set = change_set(kTuesday);
  set.coverage = {{"年度考核", {"甲局", "2024"}, {"考核.xlsx", "2024", 1}}};
  apply_ok(*store, set);
  set.recorded_at = kWednesday;
  set.coverage = {{"年度考核", {}, {}}, {"干部", {}, {}}};
  apply_ok(*store, set);

  struct Case {
    ChangeSetId known_at;
    bool taken_in;
    bool covers_a;
    bool covers_b;
    bool officials;
  };
  for (const Case& c : {Case{1, false, false, false, false}, Case{2, true, true, false, false},
                        Case{3, true, true, true, true}}) {
    SCOPED_TRACE(c.known_at);
    const Dataset dataset = load_ok(*store, c.known_at);
    const RecordType& type = dataset.catalogue().types[kAppraisals];
    EXPECT_EQ(dataset.taken_in(type), c.taken_in);
    EXPECT_EQ(dataset.covers(type, {"甲局", "2024"}), c.covers_a);
    EXPECT_EQ(dataset.covers(type, {"乙局", "2024"}), c.covers_b);
    EXPECT_EQ(dataset.taken_in(dataset.catalogue().types[kOfficials]), c.officials);
    EXPECT_TRUE(dataset.taken_in(dataset.catalogue().types[kUnits]));
  }
}

TEST_P(RecordStoreContract, RemembersForWhomAListStayedOpen) {
  const auto store = defined(make_empty());
  ChangeSet set = change_set(kMonday, {unit("甲局")});
  set.coverage = {{"年度考核", {"甲局", "2024"}, {}}, {"年度考核", {"甲局", "2024"}, {}, "某人"}};
  apply_ok(*store, set);
  set = change_set(kTuesday);
  set.coverage = {{"年度考核", {"甲局", "2024"}, {}}};
  apply_ok(*store, set);
  for (const auto& [known_at, open] : {std::pair{1, true}, std::pair{2, false}}) {
    const Dataset dataset = load_ok(*store, known_at);
    const RecordType& type = dataset.catalogue().types[kAppraisals];
    EXPECT_EQ(dataset.is_open_for(type, "某人", {"甲局", "2024"}), open) << known_at;
  }
}

TEST_P(RecordStoreContract, ReadsCoverageByTheKeysItWasNotedWith) {
  struct Case {
    std::vector<std::string> keys_now;
    std::vector<std::string> query;
    bool expected;
  };
  const Case cases[] = {
      {{"单位", "年度"}, {"甲局", "2024"}, true},
      {{"年度", "单位"}, {"2024", "甲局"}, true},
      {{"年度", "单位"}, {"甲局", "2024"}, false},
      // Complete for one year is not complete for the unit, nor is it known by another key.
      {{"单位"}, {"甲局"}, false},
      {{"单位", "等次"}, {"甲局", "2024"}, false},
      {{}, {}, true},
  };
  const auto store = defined(make_empty());
  ChangeSet set = change_set(kMonday);
  set.coverage = {{"年度考核", {"甲局", "2024"}, {}}};
  apply_ok(*store, set);
  for (const Case& c : cases) {
    auto changed = std::make_shared<Catalogue>(*sample_catalogue());
    changed->types[kAppraisals].absence_keys = c.keys_now;
    const Result<Dataset> dataset = store->load(changed, 1);
    ASSERT_TRUE(dataset.has_value());
    EXPECT_EQ(dataset->covers(changed->types[kAppraisals], c.query), c.expected)
        << join(c.keys_now, ",") << " asked " << join(c.query, ",");
  }
}

TEST_P(RecordStoreContract, ReplacesAParameterSetAgainAndKeepsTheOthers) {
  const auto store = defined(make_empty());
  const Date january = *Date::from_ymd(2025, 1, 1);
  const Date july = *Date::from_ymd(2025, 7, 1);
  ChangeSet set = change_set(kMonday);
  set.parameters = {{"p", "期限", "3", january, "", "一号文"},
                    {"p", "期限", "4", january, "甲局", "二号文"}};
  apply_ok(*store, set);
  set.recorded_at = kTuesday;
  set.parameters = {{"p", "期限", "5", january, "", "三号文"},
                    {"p", "期限", "6", july, "", "三号文"},
                    {"q", "期限", "7", january, "", "三号文"}};
  apply_ok(*store, set);

  const auto values = [&](ChangeSetId known_at) {
    std::vector<std::string> out;
    for (const record::ParameterValue& p : load_ok(*store, known_at).parameters) {
      out.push_back(p.package + "." + p.name + "=" + p.value + " " + p.from.to_string() + " " +
                    p.for_body + " " + p.basis);
    }
    return out;
  };
  EXPECT_THAT(values(1),
              ElementsAre("p.期限=3 2025-01-01  一号文", "p.期限=4 2025-01-01 甲局 二号文"));
  EXPECT_THAT(values(2),
              ElementsAre("p.期限=5 2025-01-01  三号文", "p.期限=6 2025-07-01  三号文",
                          "p.期限=4 2025-01-01 甲局 二号文", "q.期限=7 2025-01-01  三号文"));
}

TEST_P(RecordStoreContract, ReplacesPackagesAsAWhole) {
  const auto store = defined(make_empty());
  ChangeSet set = change_set(kMonday);
  set.packages = {{"b", "b/policy.yaml", "b1"}, {"a", "a/policy.yaml", "a1"}};
  apply_ok(*store, set);
  apply_ok(*store, change_set(kTuesday, {unit("甲局")}));  // says nothing of packages
  set.recorded_at = kWednesday;
  set.packages = {{"a", "a/policy.yaml", "a2"}, {"a", "a/clauses/01.md", "new"}};
  apply_ok(*store, set);
  // Back to the first text.
  set.packages = {{"a", "a/policy.yaml", "a1"}};
  apply_ok(*store, set);

  const auto files = [&](ChangeSetId known_at) {
    std::vector<std::string> out;
    const auto packages = store->packages(known_at);
    const Dataset dataset = load_ok(*store, known_at);
    EXPECT_EQ(packages->size(), dataset.packages.size());
    for (const record::PackageFile& f : *packages) {
      out.push_back(f.package + " " + f.path + " " + f.content);
    }
    return out;
  };
  EXPECT_THAT(files(1), ElementsAre("a a/policy.yaml a1", "b b/policy.yaml b1"));
  EXPECT_THAT(files(2), files(1));
  EXPECT_THAT(files(3), ElementsAre("a a/clauses/01.md new", "a a/policy.yaml a2"));
  EXPECT_THAT(files(4), ElementsAre("a a/policy.yaml a1"));
}

TEST_P(RecordStoreContract, DefinesAgainWithoutHarmAndAddsFields) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局")}));
  const std::string before = logical_dump(*store);
  ASSERT_TRUE(store->define(*sample_catalogue()).has_value());
  EXPECT_EQ(logical_dump(*store), before);

  auto wider = std::make_shared<Catalogue>(*sample_catalogue());
  RecordType& units = wider->types[kUnits];
  // In front, so that columns must be found by name.
  units.fields.insert(units.fields.begin(), sample_field("编制", FieldKind::kYear));
  units.fields.push_back(sample_field("主管", FieldKind::kRef, "干部"));
  // Before the store is told of it, nothing is known of the field, and nothing can be written.
  const Result<Dataset> early = store->load(wider, 1);
  ASSERT_TRUE(early.has_value());
  EXPECT_EQ(row_text(*early, early->table(kUnits), 0),
            "单位:甲局 | - 甲局 - - | -..- | 机构.xlsx:单位:2 | in 1");
  NewVersion version = unit("甲局");
  version.cells = {Cell(int64_t{12}), text("甲局"), Cell(), text("a")};
  EXPECT_EQ(store->apply(*wider, change_set(kTuesday, {version})).error().code,
            ErrorCode::kConflict);

  ASSERT_TRUE(store->define(*wider).has_value());
  EXPECT_EQ(logical_dump(*store), before);
  const auto outcome = store->apply(*wider, change_set(kTuesday, {version, official("a", "甲局")}));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->changed, 1U);
  EXPECT_EQ(outcome->added, 1U);
  const Result<Dataset> late = store->load(wider, 2);
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(row_text(*late, late->table(kUnits), 0),
            "单位:甲局 | 12 甲局 - ->干部:a | -..- | 机构.xlsx:单位:2 | in 2");
  // A catalogue that does not know the new fields still reads the rest.
  EXPECT_EQ(load_ok(*store, 2).table(kUnits).columns[0].text_at(0), "甲局");
}

TEST_P(RecordStoreContract, RefusesADeclarationThatWouldChangeWhatIsKept) {
  struct Case {
    std::string name;
    std::function<void(Catalogue&)> change;
    std::string says;  // empty: accepted
  };
  const Case cases[] = {
      {"text to number",
       [](Catalogue& c) { c.types[kOfficials].fields[2].kind = FieldKind::kNumber; },
       "from text to number"},
      {"money to year", [](Catalogue& c) { c.types[kOfficials].fields[7].kind = FieldKind::kYear; },
       "from money to year"},
      {"another target", [](Catalogue& c) { c.types[kOfficials].fields[10].ref_type = "干部"; },
       "from ref 单位 to ref 干部"},
      {"another key", [](Catalogue& c) { c.types[kOfficials].key = {"姓名"}; },
       "from \"身份证号\" to \"姓名\""},
      {"text to code", [](Catalogue& c) { c.types[kOfficials].fields[2].kind = FieldKind::kCode; },
       ""},
      {"date to day", [](Catalogue& c) { c.types[kOfficials].fields[3].kind = FieldKind::kDay; },
       ""},
      {"a field gone",
       [](Catalogue& c) {
         c.types[kOfficials].fields.erase(c.types[kOfficials].fields.begin() + 2);
       },
       ""},
      {"a type gone", [](Catalogue& c) { c.types.pop_back(); }, ""},
  };
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局"), official("a", "甲局")}));
  const std::string before = logical_dump(*store);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    auto changed = std::make_shared<Catalogue>(*sample_catalogue());
    c.change(*changed);
    // Something new beside it, which must not be made if the rest is refused.
    changed->types.push_back({});
    changed->types.back().name = "新 " + c.name;
    changed->types.back().fields = {sample_field("名称", FieldKind::kText)};
    const Result<void> done = store->define(*changed);
    ASSERT_EQ(done.has_value(), c.says.empty());
    if (!done.has_value()) {
      EXPECT_EQ(done.error().code, ErrorCode::kConflict);
      EXPECT_THAT(done.error().to_string(Language::kEnglish), HasSubstr(c.says));
      EXPECT_FALSE(done.error().hint.zh.empty());
    } else {
      EXPECT_TRUE(store->load(changed, 1).has_value());
    }
    EXPECT_EQ(logical_dump(*store), before);
  }
}

TEST_P(RecordStoreContract, TakesAnyNameAPackageMayDeclare) {
  const auto store = make_empty();
  auto catalogue = std::make_shared<Catalogue>();
  const std::vector<std::string> names = {"change_set",
                                          "sqlite_master",
                                          "select",
                                          "a\"b",
                                          "x); DROP TABLE change_set; --",
                                          "'单 引号'",
                                          "[]",
                                          "?1"};
  for (const std::string& name : names) {
    RecordType type;
    type.name = name;
    type.key = {name};
    for (const char* own : {"record", "key", "version_id", "recorded_in", "rowid"}) {
      type.fields.push_back(sample_field(own, FieldKind::kText));
    }
    type.fields.push_back(sample_field(name, FieldKind::kText));
    catalogue->types.push_back(type);
  }
  ASSERT_TRUE(store->define(*catalogue).has_value());
  ChangeSet set = change_set(kMonday);
  for (const std::string& name : names) {
    NewVersion version;
    version.type = name;
    version.key = "k'; --";
    for (int i = 0; i < 5; ++i) version.cells.push_back(text("\"'" + std::to_string(i)));
    version.cells.push_back(text(name));
    set.versions.push_back(version);
  }
  ASSERT_TRUE(store->apply(*catalogue, set).has_value());
  const Result<Dataset> dataset = store->load(catalogue, 1);
  ASSERT_TRUE(dataset.has_value());
  for (size_t t = 0; t < names.size(); ++t) {
    ASSERT_EQ(dataset->table(t).size(), 1U) << names[t];
    EXPECT_EQ(dataset->table(t).columns[4].text_at(0), "\"'4");
    EXPECT_EQ(dataset->table(t).columns[5].text_at(0), names[t]);
    EXPECT_EQ(dataset->table(t).key(0), "k'; --");
  }
}

TEST_P(RecordStoreContract, TakesABatchLargerThanAnyCache) {
  const auto store = defined(make_empty());
  constexpr int kCount = 3000;
  ChangeSet set = change_set(kMonday);
  for (int i = kCount - 1; i >= 0; --i) {
    set.versions.push_back(unit("u" + std::to_string(i), i > 0 ? "u" + std::to_string(i - 1) : ""));
  }
  EXPECT_EQ(apply_ok(*store, set).added, size_t{kCount});
  set.recorded_at = kTuesday;
  for (size_t i = 0; i < set.versions.size(); i += 10) set.versions[i].cells[1] = text("u0");
  const ApplyOutcome outcome = apply_ok(*store, set);
  EXPECT_EQ(outcome.changed, size_t{kCount / 10});
  EXPECT_EQ(outcome.unchanged, size_t{kCount - kCount / 10});
  const Dataset dataset = load_ok(*store, 2);
  const Table& units = dataset.table(kUnits);
  ASSERT_EQ(units.size(), size_t{kCount});
  EXPECT_EQ(units.key(static_cast<size_t>(units.columns[1].int64_at(0))), "u0");
  EXPECT_EQ(units.key(static_cast<size_t>(units.columns[1].int64_at(1))), "u2997");
}

}  // namespace
}  // namespace dandang::store

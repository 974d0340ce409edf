#include "record/dataset.h"

#include <gtest/gtest.h>

#include <string_view>

namespace dandang::record {
namespace {

Field field(std::string name, FieldKind kind, std::string ref_type = "") {
  Field out;
  out.name = std::move(name);
  out.kind = kind;
  out.ref_type = std::move(ref_type);
  return out;
}

// 0 单位 (上级 → 单位), 1 干部 (单位 → 单位), 2 年度考核 (absent rows mean none by 单位 and 年度).
std::shared_ptr<const Catalogue> catalogue() {
  auto out = std::make_shared<Catalogue>();
  out->types.resize(3);
  out->types[0].name = "单位";
  out->types[0].fields = {field("名称", FieldKind::kName), field("上级", FieldKind::kRef, "单位")};
  out->types[1].name = "干部";
  out->types[1].fields = {field("身份证号", FieldKind::kIdentityNumber),
                          field("单位", FieldKind::kRef, "单位"), field("得分", FieldKind::kNumber),
                          field("出生", FieldKind::kDate)};
  out->types[2].name = "年度考核";
  out->types[2].absence = RecordType::Absence::kNone;
  out->types[2].absence_keys = {"单位", "年度"};
  return out;
}

NewVersion version(std::string key, std::vector<Cell> cells) {
  NewVersion out;
  out.key = std::move(key);
  out.cells = std::move(cells);
  return out;
}

Cell text(std::string_view words) {
  return std::string(words);
}

std::optional<Date> day(std::string_view iso) {
  return iso.empty() ? std::nullopt : Date::parse_iso(iso);
}

TEST(Table, HoldsFromItsFirstDayToItsLast) {
  struct Case {
    std::string_view from;
    std::string_view to;
    std::string_view on;
    bool expected;
  };
  const Case cases[] = {
      {"", "", "1900-01-01", true},
      {"2024-01-01", "", "2023-12-31", false},
      {"2024-01-01", "", "2024-01-01", true},
      {"2024-01-01", "", "2099-01-01", true},
      {"", "2024-12-31", "2024-12-31", true},
      {"", "2024-12-31", "2025-01-01", false},
      {"2024-01-01", "2024-01-01", "2024-01-01", true},
      {"2024-01-01", "2024-12-31", "2023-06-01", false},
  };
  for (const Case& c : cases) {
    Dataset dataset(catalogue());
    NewVersion row = version("甲局", {text("甲局"), Cell()});
    row.valid_from = day(c.from);
    row.valid_to = day(c.to);
    dataset.append(0, row, 1);
    EXPECT_EQ(dataset.table(0).holds_on(0, *day(c.on)), c.expected)
        << c.from << ".." << c.to << " on " << c.on;
  }
}

TEST(Table, CitesARecordByItsTypeAndKey) {
  Dataset dataset(catalogue());
  dataset.append(1, version(key_text({"610799", "2024"}), {text("610799"), Cell(), Cell(), Cell()}),
                 1);
  EXPECT_EQ(dataset.table(1).record_id(0), "干部:610799/2024");
}

TEST(Dataset, KeepsEveryPartOfAVersion) {
  Dataset dataset(catalogue());
  NewVersion row =
      version("610799", {text("610799"), Cell(), *Decimal::parse("90.5"), Cell(int64_t{365})});
  row.valid_from = day("2024-01-01");
  row.valid_assumed = true;
  row.source = {"花名册.xlsx", "干部", 3};
  dataset.append(1, row, 7);
  dataset.append(1, version("610800", {text("610800"), Cell(), Cell(int64_t{8}), Cell()}), 8);
  EXPECT_EQ(dataset.resolve_refs(), 0U);

  const Table& table = dataset.table(1);
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table.columns[0].text_at(0), "610799");
  EXPECT_TRUE(table.columns[1].is_blank(0));
  EXPECT_EQ(table.columns[2].decimal_at(0), *Decimal::parse("90.5"));
  EXPECT_EQ(table.columns[2].decimal_at(1), Decimal(8));
  EXPECT_EQ(table.columns[3].int64_at(0), 365);
  EXPECT_TRUE(table.columns[3].is_blank(1));
  EXPECT_EQ(table.valid_from(0), day("2024-01-01"));
  EXPECT_EQ(table.valid_to(0), std::nullopt);
  EXPECT_TRUE(table.valid_assumed(0));
  EXPECT_EQ(table.source(0).file, "花名册.xlsx");
  EXPECT_EQ(table.source(0).row, 3);
  EXPECT_EQ(table.recorded_in(1), 8);
  EXPECT_EQ(table.row_of("610800"), 1U);
}

TEST(Dataset, ResolvesRefsWhateverTheOrder) {
  Dataset dataset(catalogue());
  dataset.append(1, version("a", {text("a"), text("乙科"), Cell(), Cell()}), 1);
  dataset.append(1, version("b", {text("b"), Cell(), Cell(), Cell()}), 1);
  dataset.append(1, version("c", {text("c"), text("没有"), Cell(), Cell()}), 1);
  dataset.append(0, version("乙科", {text("乙科"), text("甲局")}), 1);
  dataset.append(0, version("甲局", {text("甲局"), text("甲局")}), 1);
  EXPECT_EQ(dataset.resolve_refs(), 1U);

  const Column& unit = dataset.table(1).columns[1];
  EXPECT_EQ(unit.int64_at(0), 0);
  EXPECT_TRUE(unit.is_blank(1));
  EXPECT_TRUE(unit.is_blank(2));
  const Column& parent = dataset.table(0).columns[1];
  EXPECT_EQ(parent.int64_at(0), 1);
  EXPECT_EQ(parent.int64_at(1), 1);
}

TEST(Dataset, TakesMoreRowsAfterRefsAreResolved) {
  Dataset dataset(catalogue());
  dataset.append(0, version("甲局", {text("甲局"), Cell()}), 1);
  EXPECT_EQ(dataset.resolve_refs(), 0U);
  dataset.append(0, version("乙科", {text("乙科"), text("甲局")}), 1);
  EXPECT_EQ(dataset.resolve_refs(), 0U);
  ASSERT_EQ(dataset.table(0).columns[1].size(), 2U);
  EXPECT_TRUE(dataset.table(0).columns[1].is_blank(0));
  EXPECT_EQ(dataset.table(0).columns[1].int64_at(1), 0);
}

TEST(Dataset, FindsTheFirstOfTwoRowsWithOneKey) {
  Dataset dataset(catalogue());
  dataset.append(0, version("甲局", {text("甲局"), Cell()}), 1);
  dataset.append(0, version("甲局", {text("甲局"), Cell()}), 1);
  EXPECT_EQ(dataset.table(0).size(), 2U);
  EXPECT_EQ(dataset.table(0).row_of("甲局"), 0U);
}

TEST(Dataset, FindsTablesByName) {
  const Dataset dataset(catalogue());
  EXPECT_EQ(dataset.find_table("干部"), &dataset.table(1));
  EXPECT_EQ(dataset.find_table("没有"), nullptr);
}

TEST(Coverage, OfKeysCoversThoseKeysOnly) {
  struct Case {
    std::vector<std::vector<std::string>> entries;
    std::vector<std::string> query;
    bool expected;
  };
  const Case cases[] = {
      {{}, {"甲局", "2024"}, false},
      {{}, {"", ""}, false},
      {{{"甲局", "2024"}}, {"甲局", "2024"}, true},
      {{{"甲局", "2024"}}, {"甲局", "2023"}, false},
      {{{"甲局", "2024"}}, {"乙局", "2024"}, false},
      {{{"甲局", "2024"}}, {"", "2024"}, true},
      {{{"甲局", "2024"}}, {"甲局", ""}, true},
      {{{"甲局", "2024"}}, {"", ""}, true},
      {{{"甲局", "2024"}}, {"", "2023"}, false},
      {{{"甲局", "2024"}, {"乙局", "2023"}}, {"乙局", "2023"}, true},
      {{{"甲局", "2024"}, {"乙局", "2023"}}, {"乙局", "2024"}, false},
      {{{"甲局", "2024"}, {}}, {"乙局", "2024"}, true},
      {{{"甲局", "2024"}}, {"甲局"}, false},
  };
  int number = 0;
  for (const Case& c : cases) {
    ++number;
    Dataset dataset(catalogue());
    for (const auto& values : c.entries) dataset.add_coverage({"年度考核", values, {}});
    EXPECT_EQ(dataset.covers(dataset.catalogue().types[2], c.query), c.expected)
        << "case " << number;
  }
}

TEST(Coverage, WithoutAbsenceKeysIsWhetherTheTypeWasTakenIn) {
  Dataset dataset(catalogue());
  const RecordType& unit = dataset.catalogue().types[0];
  const RecordType& official = dataset.catalogue().types[1];
  const RecordType& appraisal = dataset.catalogue().types[2];
  EXPECT_FALSE(dataset.taken_in(unit));
  EXPECT_FALSE(dataset.covers(unit, {}));

  dataset.append(0, version("甲局", {text("甲局"), Cell()}), 1);
  EXPECT_TRUE(dataset.taken_in(unit));
  EXPECT_TRUE(dataset.covers(unit, {}));
  EXPECT_FALSE(dataset.taken_in(official));

  // An empty list is taken in all the same.
  dataset.add_coverage({"干部", {}, {}});
  EXPECT_TRUE(dataset.taken_in(official));
  EXPECT_TRUE(dataset.covers(official, {}));

  EXPECT_FALSE(dataset.taken_in(appraisal));
  dataset.add_coverage({"年度考核", {"甲局", "2024"}, {}});
  EXPECT_TRUE(dataset.taken_in(appraisal));
}

// A row about 甲 for 2024 was refused: the list is complete for everybody else.
TEST(OpenCoverage, StaysOpenForWhomARowWasRefusedUntilTakenInAgain) {
  Dataset data(catalogue());
  const RecordType& type = data.catalogue().types[2];
  data.add_coverage({type.name, {"县财政局", "2024"}, {}});
  data.add_coverage({type.name, {"县财政局", "2024"}, {}, "甲"});
  data.add_coverage({type.name, {}, {}, "乙"});
  EXPECT_TRUE(data.is_open_for(type, "甲", {"县财政局", "2024"}));
  EXPECT_TRUE(data.is_open_for(type, "甲", {"", "2024"}));
  EXPECT_FALSE(data.is_open_for(type, "甲", {"县财政局", "2023"}));
  EXPECT_TRUE(data.is_open_for(type, "乙", {"县财政局", "2023"}));
  EXPECT_FALSE(data.is_open_for(type, "丙", {"县财政局", "2024"}));
  EXPECT_TRUE(data.covers(type, {"县财政局", "2024"}));

  data.add_coverage({type.name, {"县财政局", "2024"}, {}});
  EXPECT_FALSE(data.is_open_for(type, "甲", {"县财政局", "2024"}));
  EXPECT_TRUE(data.is_open_for(type, "乙", {"县财政局", "2024"}));
}

}  // namespace
}  // namespace dandang::record

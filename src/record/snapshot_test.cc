#include "record/snapshot.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

namespace dandang::record {
namespace {

namespace fs = std::filesystem;

Field field(std::string name, FieldKind kind, std::string ref_type = "") {
  Field out;
  out.name = std::move(name);
  out.kind = kind;
  out.ref_type = std::move(ref_type);
  return out;
}

// 0 单位, 1 干部 (单位 → 单位); `more` declares a further field.
std::shared_ptr<const Catalogue> catalogue(bool more = false) {
  auto out = std::make_shared<Catalogue>();
  out->types.resize(2);
  out->types[0].name = "单位";
  out->types[0].fields = {field("名称", FieldKind::kName)};
  out->types[1].name = "干部";
  out->types[1].fields = {field("身份证号", FieldKind::kIdentityNumber),
                          field("单位", FieldKind::kRef, "单位"), field("得分", FieldKind::kNumber),
                          field("出生", FieldKind::kDate)};
  if (more) out->types[1].fields.push_back(field("备注", FieldKind::kText));
  return out;
}

Dataset sample() {
  Dataset data(catalogue());
  NewVersion unit;
  unit.key = "甲局";
  unit.cells = {std::string("甲局")};
  data.append(0, unit, 1);
  for (int i = 0; i < 40; ++i) {
    NewVersion official;
    official.key = "6107990000" + std::to_string(i);
    official.cells = {official.key, i % 3 == 0 ? Cell() : Cell(std::string("甲局")),
                      i % 4 == 0 ? Cell() : Cell(Decimal(i)), Cell(int64_t{i - 20})};
    if (i % 2 == 0) official.valid_from = Date::from_days(i);
    if (i % 5 == 0) official.valid_to = Date::from_days(100 + i);
    official.valid_assumed = i % 7 == 0;
    official.source = {"花名册.xlsx", i < 20 ? "一" : "二", i};
    data.append(1, official, 1 + i % 3);
  }
  data.resolve_refs();
  data.add_coverage({"干部", {}, {}});
  data.add_coverage({"单位", {"2024"}, {"名录.xlsx", "表", 0}, "乙局"});
  data.known_at = 3;
  data.known_at_time = "2025-03-24T08:00:00Z";
  data.parameters = {{"common", "比例", "0.2", Date::from_days(19'000), "", "会议纪要"}};
  data.packages = {{"common", "common/policy.yaml", "title: x\n"}};
  return data;
}

std::string dump(const Dataset& data) {
  std::ostringstream out;
  const auto day = [](const std::optional<Date>& d) { return d ? d->to_string() : "-"; };
  for (size_t t = 0; t < data.catalogue().types.size(); ++t) {
    const Table& table = data.table(t);
    for (size_t row = 0; row < table.size(); ++row) {
      const Source source = table.source(row);
      out << table.record_id(row) << '|' << day(table.valid_from(row)) << '|'
          << day(table.valid_to(row)) << '|' << table.valid_assumed(row) << '|' << source.file
          << '|' << source.sheet << '|' << source.row << '|' << table.recorded_in(row) << '|'
          << *table.row_of(table.key(row));
      for (size_t f = 0; f < table.columns.size(); ++f) {
        out << '|' << to_display(table.type->fields[f], table.columns[f].cell_at(row));
      }
      out << '\n';
    }
    out << data.taken_in(*table.type) << data.has_open(*table.type)
        << data.is_open_for(*table.type, "乙局", {"2024"}) << '\n';
  }
  out << data.known_at << data.known_at_time;
  for (const auto& p : data.parameters) {
    out << p.package << p.name << p.value << p.from.to_string() << p.for_body << p.basis;
  }
  for (const auto& f : data.packages) out << f.package << f.path << f.content;
  return out.str();
}

class SnapshotTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("dandang_snapshot_" + std::to_string(std::random_device()()));
    fs::create_directory(folder_);
    path_ = (folder_ / "snapshot").string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& text) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
  }
  Result<Dataset> open() const { return open_snapshot(catalogue(), "店", 3, path_); }

  fs::path folder_;
  std::string path_;
};

TEST_F(SnapshotTest, GivesBackEverythingThatIsKnown) {
  const Dataset data = sample();
  const auto written = save_snapshot(data, "店", path_);
  ASSERT_TRUE(written);
  EXPECT_EQ(*written, fs::file_size(path_));
  EXPECT_EQ(fs::status(path_).permissions() & fs::perms::mask,
            fs::perms::owner_read | fs::perms::owner_write);
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(dump(*opened), dump(data));
}

TEST_F(SnapshotTest, IsUnchangedWhateverIsDoneToTheDataset) {
  ASSERT_TRUE(save_snapshot(sample(), "店", path_));
  const std::string before = bytes();
  {
    auto opened = open();
    ASSERT_TRUE(opened);
    Table& officials = opened->table(1);
    officials.columns[2].set(1, Decimal(77));
    officials.columns[0].set(1, std::string("新的号码"));
    officials.set_validity(1, Date::from_days(5), std::nullopt);
    NewVersion added;
    added.key = "61079999";
    added.cells = {added.key, std::string("甲局"), Cell(), Cell()};
    opened->append(1, added, 4);
    EXPECT_EQ(opened->resolve_refs(), 0U);
    EXPECT_EQ(officials.columns[2].decimal_at(1), Decimal(77));
    EXPECT_EQ(officials.columns[0].text_at(1), "新的号码");
    EXPECT_EQ(officials.columns[0].text_at(2), "61079900002");
    EXPECT_EQ(officials.valid_from(1), Date::from_days(5));
    EXPECT_EQ(officials.row_of("61079999"), 40U);
    const Dataset copy = *opened;
    EXPECT_EQ(copy.table(1).key(40), "61079999");
  }
  EXPECT_EQ(bytes(), before);
  EXPECT_EQ(dump(*open()), dump(sample()));
}

TEST_F(SnapshotTest, IsOfOneStoreOneChangeSetAndOneDeclaration) {
  struct Case {
    const char* what;
    std::string store;
    ChangeSetId known_at;
    bool more;
    bool taken;
  };
  const Case cases[] = {
      {"the same", "店", 3, false, true},
      {"another store", "别的店", 3, false, false},
      {"a later change set", "店", 4, false, false},
      {"an earlier change set", "店", 2, false, false},
      {"a field more", "店", 3, true, false},
  };
  ASSERT_TRUE(save_snapshot(sample(), "店", path_));
  for (const Case& c : cases) {
    const auto opened = open_snapshot(catalogue(c.more), c.store, c.known_at, path_);
    EXPECT_EQ(opened.has_value(), c.taken) << c.what;
    if (opened) continue;
    EXPECT_EQ(opened.error().code, ErrorCode::kUnsoundStore) << c.what;
  }
  fs::remove(path_);
  EXPECT_EQ(open().error().code, ErrorCode::kNotFound);
}

TEST_F(SnapshotTest, RefusesEveryFileCutShort) {
  ASSERT_TRUE(save_snapshot(sample(), "店", path_));
  const std::string whole = bytes();
  size_t last = whole.size();  // behind the last piece there is nothing but padding
  while (last > 0 && whole[last - 1] == '\0') --last;
  for (size_t size = 0; size < last; size += 1 + size / 400) {
    write(whole.substr(0, size));
    EXPECT_FALSE(open()) << size;
  }
}

TEST_F(SnapshotTest, RefusesEveryChangedByteThatMatters) {
  ASSERT_TRUE(save_snapshot(sample(), "店", path_));
  const std::string whole = bytes();
  const std::string told = dump(sample());
  std::mt19937 random(7);
  size_t refused = 0;
  size_t tried = 0;
  for (size_t at = 0; at < whole.size(); at += 1 + random() % 5) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ static_cast<char>(1 + random() % 255));
    write(changed);
    ++tried;
    const auto opened = open();
    if (!opened) {
      ++refused;
    } else {
      EXPECT_EQ(dump(*opened), told) << at;  // padding between pieces
    }
  }
  EXPECT_GT(refused, tried / 3);
}

TEST_F(SnapshotTest, SaysWhereItCannotWrite) {
  const auto written = save_snapshot(sample(), "店", (folder_ / "no folder" / "x").string());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace dandang::record

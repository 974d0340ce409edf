#include "engine/column_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>

namespace dandang::engine {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kPersons = 3;
constexpr uint32_t kYearly = 7;
constexpr uint32_t kHonours = 9;

class ColumnStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("dandang-columns-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    path_ = (folder_ / "columns").string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  std::string bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path folder_;
  std::string path_;
};

// Columns of every width and type, a panel, a back-list and words.
ColumnStore sample() {
  ColumnStore store;
  store.add_table(kPersons, 3);
  store.add_column(kPersons, 0, Type::kNumber, 2, {100, 101, 355});
  store.add_column(kPersons, 1, Type::kDate, 0, {0, -70'000, 70'000});
  store.add_column(kPersons, 2, Type::kNumber, 0, {0, 1, int64_t{1} << 40},
                   {state::kValue, state::kNull, state::kValue});
  store.add_column(kPersons, 3, Type::kNumber, 0, {-5, 60'000, 0},
                   {state::kMissing, state::kValue, state::kMissing});
  const int64_t word = store.dictionary().add("优秀");
  store.add_column(kPersons, 4, Type::kWord, 0, {word, word, store.dictionary().add("")});
  store.add_table(kYearly, 6);
  Panel panel;
  panel.owner_table = kPersons;
  panel.owner_field = 0;
  panel.period_name = "年度";
  panel.first_period = 2024;
  panel.periods = 2;
  panel.owners = 3;
  store.add_panel(kYearly, panel, {1, 0, 1, 1, 1, 0});
  store.add_column(kYearly, 1, Type::kNumber, 0, {1, 2, 3, 4, 5, 6});
  store.add_table(kHonours, 4);
  store.add_column(kHonours, 0, Type::kRow, 0, {2, 0, 1, 2},
                   {state::kValue, state::kValue, state::kNull, state::kValue});
  store.add_back_list(kHonours, 0, kPersons);
  return store;
}

std::string dump(ColumnStore& store) {
  std::string out;
  const auto add = [&](auto value) { out += std::to_string(value) + " "; };
  for (const uint32_t table : {kPersons, kYearly, kHonours}) {
    out += "table ";
    add(store.rows(table));
    for (uint32_t field = 0; field < 6; ++field) {
      const Column* column = store.column(table, field);
      if (column == nullptr) continue;
      out += "\n  column ";
      add(field);
      add(static_cast<int>(column->type));
      add(column->scale);
      add(column->low);
      add(column->high);
      add(column->values.width);
      for (size_t row = 0; row < store.rows(table); ++row) {
        const State known = column->values.state_at(row);
        add(known);
        if (known == state::kValue) add(column->values.value_at(row));
      }
    }
    if (const Panel* panel = store.panel(table)) {
      out += "\n  panel " + panel->period_name + " ";
      add(panel->owner_table);
      add(panel->owner_field);
      add(panel->first_period);
      for (size_t i = 0; i < panel->periods * panel->owners; ++i) add(panel->present[i]);
    }
    if (const BackList* list = store.back_list(table, kPersons)) {
      out += "\n  list ";
      for (const uint32_t x : list->offsets) add(x);
      for (const uint32_t x : list->rows) add(x);
      for (const uint32_t x : list->owners) add(x);
      add(list->reference == store.column(table, 0) ? 1 : 0);
    }
    out += "\n";
  }
  for (size_t i = 0; i < store.dictionary().size(); ++i) {
    out += store.dictionary().word(static_cast<int64_t>(i)) + "|";
  }
  return out;
}

TEST_F(ColumnStoreTest, ReadsBackWhatItHeld) {
  ColumnStore store = sample();
  const std::string held = dump(store);
  EXPECT_NE(held.find("优秀|"), std::string::npos);
  EXPECT_NE(held.find("list 0 1 1 3 1 0 3 0 2 2 1"), std::string::npos) << held;
  const auto written = store.save(path_);
  ASSERT_TRUE(written);
  EXPECT_EQ(*written, fs::file_size(path_));
  auto opened = ColumnStore::open(path_);
  ASSERT_TRUE(opened);
  EXPECT_EQ(dump(*opened), held);
  EXPECT_EQ(opened->bytes(), store.bytes());
  // And once more, from the mapped file.
  const std::string first = bytes();
  ASSERT_TRUE(opened->save(path_ + "2"));
  fs::rename(path_ + "2", path_);
  EXPECT_EQ(bytes(), first);
}

TEST_F(ColumnStoreTest, AnEmptyStoreReadsBack) {
  ASSERT_TRUE(ColumnStore().save(path_));
  auto opened = ColumnStore::open(path_);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->rows(0), 0U);
  EXPECT_EQ(opened->dictionary().size(), 0U);
}

TEST_F(ColumnStoreTest, MovesWithItsColumns) {
  ColumnStore store = sample();
  const std::string held = dump(store);
  ColumnStore moved = std::move(store);
  EXPECT_EQ(dump(moved), held);
}

TEST_F(ColumnStoreTest, ColumnsAreAsNarrowAsTheirValues) {
  constexpr int64_t kLow = std::numeric_limits<int64_t>::min() / 4;
  struct Case {
    std::vector<int64_t> values;
    int width;
  };
  const std::vector<Case> cases = {
      {{7, 7}, 1},       {{kLow, kLow + 255}, 1},    {{0, 256}, 2},
      {{-1, 65'535}, 4}, {{0, int64_t{1} << 32}, 8}, {{kLow, -kLow}, 8},
  };
  for (const Case& c : cases) {
    ColumnStore store;
    store.add_table(0, c.values.size());
    store.add_column(0, 0, Type::kNumber, 0, c.values);
    const Column& column = *store.column(0, 0);
    EXPECT_EQ(column.values.width, c.width);
    for (size_t i = 0; i < c.values.size(); ++i) EXPECT_EQ(column.values.value_at(i), c.values[i]);
  }
}

TEST_F(ColumnStoreTest, RefusesWhatIsNoneOfItsFiles) {
  EXPECT_FALSE(ColumnStore::open(path_));
  for (const char* text :
       {"", "DDCOLS01", "PK\x03\x04 a workbook", "DDCOLS01aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    write(text);
    const auto opened = ColumnStore::open(path_);
    ASSERT_FALSE(opened) << text;
    EXPECT_EQ(opened.error().code, ErrorCode::kUnsoundStore);
  }
  EXPECT_FALSE(ColumnStore::open(folder_.string()));
}

TEST_F(ColumnStoreTest, RefusesEveryFileCutShort) {
  ColumnStore store = sample();
  ASSERT_TRUE(store.save(path_));
  const std::string whole = bytes();
  // Behind the last piece there is nothing but padding.
  size_t last = whole.size();
  while (last > 0 && whole[last - 1] == '\0') --last;
  for (size_t size = 0; size < last; ++size) {
    write(whole.substr(0, size));
    EXPECT_FALSE(ColumnStore::open(path_)) << size;
  }
}

// What says where the columns lie has a checksum; a byte changed behind it is a value changed, and
// nothing outside of the file is read (the sanitizers look on).
TEST_F(ColumnStoreTest, AChangedByteIsRefusedOrAValue) {
  ColumnStore store = sample();
  ASSERT_TRUE(store.save(path_));
  const std::string whole = bytes();
  uint64_t directory = 0;
  std::memcpy(&directory, whole.data() + 8, sizeof(directory));
  const size_t values = 24 + static_cast<size_t>(directory);
  std::mt19937 random(1);
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ static_cast<char>(1 + random() % 255));
    write(changed);
    auto opened = ColumnStore::open(path_);
    ASSERT_EQ(opened.has_value(), at >= values) << at;
    if (opened) dump(*opened);
  }
}

TEST_F(ColumnStoreTest, SaysWhereItCannotWrite) {
  const auto written = sample().save((folder_ / "no such folder" / "columns").string());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace dandang::engine

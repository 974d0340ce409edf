#include "store/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "store/ledger_reader.h"
#include "store/record_store_contract.h"
#include "store/schema.h"
#include "store/sqlite_connection.h"

namespace dandang::store {
namespace {

using record::ApplyOutcome;
using record::Catalogue;
using record::ChangeSet;
using testing::HasSubstr;

// A folder of its own for this run, gone at its end.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "dandang-store-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::string new_path() { return path_ + "/" + std::to_string(++count_) + ".db"; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int count_ = 0;
};

TestFolder& folder() {
  static TestFolder instance;
  return instance;
}

std::unique_ptr<SqliteStore> create_ok(const std::string& path) {
  Result<std::unique_ptr<SqliteStore>> store = SqliteStore::create(path);
  EXPECT_TRUE(store.has_value()) << store.error().to_string(Language::kEnglish);
  return std::move(store).value();
}

std::string& last_path() {
  static std::string path;
  return path;
}

INSTANTIATE_TEST_SUITE_P(Sqlite, RecordStoreContract,
                         testing::Values(StoreKind{
                             "file",
                             []() -> std::unique_ptr<SqlStore> {
                               last_path() = folder().new_path();
                               return create_ok(last_path());
                             },
                             []() -> std::unique_ptr<SqlStore> {
                               return SqliteStore::open(last_path()).value();
                             },
                             "", [] { return LedgerReader::open_sqlite(last_path()).value(); }}),
                         kind_name);

void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void execute_on(const std::string& path, const std::string& sql) {
  auto connection = SqliteConnection::open(path);
  ASSERT_TRUE(connection.has_value());
  ASSERT_TRUE((*connection)->execute(sql).has_value());
}

std::string text_of(SqlConnection& connection, const std::string& sql) {
  auto statement = connection.prepare(sql);
  EXPECT_TRUE(statement.has_value()) << statement.error().to_string(Language::kEnglish);
  std::string out;
  while (true) {
    const auto row = (*statement)->step();
    EXPECT_TRUE(row.has_value());
    if (!row.has_value() || !*row) return out;
    out += std::string((*statement)->text_at(0)) + "\n";
  }
}

// A store with the sample types and two records, closed.
std::string filled_store(size_t more_units = 0) {
  const std::string path = folder().new_path();
  const auto store = create_ok(path);
  EXPECT_TRUE(store->define(*sample_catalogue()).has_value());
  ChangeSet set = change_set("2025-03-24T08:00:00Z", {unit("甲局"), official("610799", "甲局")});
  for (size_t i = 0; i < more_units; ++i) set.versions.push_back(unit("u" + std::to_string(i)));
  apply_ok(*store, set);
  return path;
}

TEST(SqliteStore, KeepsEverythingWhenReopened) {
  const std::string path = filled_store();
  std::string before;
  {
    const auto store = SqliteStore::open(path);
    ASSERT_TRUE(store.has_value());
    before = logical_dump(**store);
    EXPECT_THAT(before, HasSubstr("干部:610799"));
  }
  const auto store = SqliteStore::open(path);
  ASSERT_TRUE(store.has_value());
  EXPECT_EQ(logical_dump(**store), before);
  EXPECT_EQ(apply_ok(**store, change_set("2025-03-25T08:00:00Z", {unit("乙局")})).id, 2);
}

TEST(SqliteStore, IsReadableByItsOwnerOnly) {
  const std::string path = filled_store();
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(SqliteStore, CreatesOnlyWhereNothingIs) {
  struct Case {
    std::string name;
    std::string path;
    ErrorCode code;
  };
  const std::string file = folder().new_path();
  write_file(file, "keep me");
  const Case cases[] = {
      {"a store", filled_store(), ErrorCode::kExists},
      {"another file", file, ErrorCode::kExists},
      {"a folder", folder().path(), ErrorCode::kExists},
      {"no folder to be in", folder().path() + "/none/x.db", ErrorCode::kIo},
      {"no path", "", ErrorCode::kBadUsage},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto store = SqliteStore::create(c.path);
    ASSERT_FALSE(store.has_value());
    EXPECT_EQ(store.error().code, c.code);
    for (const Language language : {Language::kChinese, Language::kEnglish}) {
      EXPECT_FALSE(store.error().what.in(language).empty());
      EXPECT_FALSE(store.error().hint.in(language).empty());
    }
  }
  EXPECT_EQ(read_file(file), "keep me");
}

TEST(SqliteStore, OpensOnlyStores) {
  struct Case {
    std::string name;
    std::function<std::string()> make;
    ErrorCode code;
    std::string says;
  };
  const Case cases[] = {
      {"nothing", [] { return folder().new_path(); }, ErrorCode::kNotFound, "no store"},
      {"a folder", [] { return folder().path(); }, ErrorCode::kUnsoundStore, "folder"},
      {"a text",
       [] {
         const std::string path = folder().new_path();
         write_file(path, std::string(5000, 'x'));
         return path;
       },
       ErrorCode::kUnsoundStore, "not a database"},
      {"an empty file",
       [] {
         const std::string path = folder().new_path();
         write_file(path, "");
         return path;
       },
       ErrorCode::kUnsoundStore, "not a dandang store"},
      {"another program's database",
       [] {
         const std::string path = folder().new_path();
         write_file(path, "");
         execute_on(path, "CREATE TABLE t (a); PRAGMA application_id = 7");
         return path;
       },
       ErrorCode::kUnsoundStore, "not a dandang store"},
      {"a newer dandang's store",
       [] {
         const std::string path = filled_store();
         execute_on(path, "PRAGMA user_version = 99");
         return path;
       },
       ErrorCode::kConflict, "schema version 99"},
      {"a store without version",
       [] {
         const std::string path = filled_store();
         execute_on(path, "PRAGMA user_version = 0");
         return path;
       },
       ErrorCode::kUnsoundStore, "no schema version"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string path = c.make();
    const bool is_file = std::filesystem::is_regular_file(path);
    const std::string before = is_file ? read_file(path) : "";
    const auto store = SqliteStore::open(path);
    ASSERT_FALSE(store.has_value());
    EXPECT_EQ(store.error().code, c.code);
    EXPECT_THAT(store.error().to_string(Language::kEnglish), HasSubstr(c.says));
    EXPECT_THAT(store.error().where, HasSubstr(path));
    EXPECT_FALSE(store.error().hint.zh.empty());
    EXPECT_FALSE(store.error().hint.en.empty());
    // What is not ours is not touched.
    EXPECT_EQ(std::filesystem::is_regular_file(path), is_file);
    if (is_file) {
      EXPECT_EQ(read_file(path), before);
    }
  }
}

TEST(SqliteStore, OpensAPathThatSqliteWouldReadOtherwise) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder().path());
  create_ok(":memory:");
  EXPECT_TRUE(SqliteStore::open(":memory:").has_value());
  EXPECT_TRUE(std::filesystem::exists(folder().path() + "/:memory:"));
  std::filesystem::current_path(before);
}

// One of each version that was ever written, frozen as the program of then made it.
class OlderStore : public testing::TestWithParam<int> {};

TEST_P(OlderStore, IsBroughtUpToDate) {
  const std::string data =
      std::string(DANDANG_SOURCE_DIR) + "/tests/data/store-v" + std::to_string(GetParam());
  const std::string path = folder().new_path();
  write_file(path, "");
  execute_on(path, read_file(data + ".sql"));
  // Twice: the second finds nothing to do.
  for (int i = 0; i < 2; ++i) {
    const auto store = SqliteStore::open(path);
    ASSERT_TRUE(store.has_value()) << store.error().to_string(Language::kEnglish);
    EXPECT_EQ(logical_dump(**store), read_file(data + ".txt"));
  }
  const auto connection = SqliteConnection::open(path);
  ASSERT_TRUE(connection.has_value());
  EXPECT_EQ((*connection)->integer("PRAGMA user_version")->value(), kSchemaVersion);
  EXPECT_EQ(text_of(**connection, "PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(text_of(**connection, "PRAGMA foreign_key_check"), "");
  const auto sound = [&] {
    const auto check = LedgerReader::open_sqlite(path)->check({}, {}, nullptr);
    return check.has_value() && check->sound();
  };
  EXPECT_TRUE(sound());
  // And it takes what only the new version can.
  const auto store = SqliteStore::open(path);
  ChangeSet set = change_set("2025-03-28T08:00:00Z", {unit("戊局")});
  set.withdrawals = {{"单位", "丙局"}};
  set.idempotency_key = "k";
  set.undoes = 2;
  EXPECT_EQ(apply_ok(**store, set).withdrawn, 1U);
  EXPECT_TRUE(apply_ok(**store, set).repeated);
  EXPECT_EQ(load_ok(**store, (*store)->change_sets()->back().id).parameters.at(0).value, "3");
  ChangeSet deletion = change_set("2025-03-29T08:00:00Z");
  deletion.approver = "王五";
  deletion.due_on = *Date::from_ymd(2025, 3, 29);
  deletion.deletions = {{"单位", "戊局"}, {"单位", "丙局"}};
  EXPECT_GT(apply_ok(**store, deletion).deleted, 1U);
  EXPECT_TRUE(sound());
}

INSTANTIATE_TEST_SUITE_P(Version, OlderStore, testing::Values(1, 2, 3));

TEST(SqliteStore, SetsWhatItPromises) {
  const std::string path = filled_store();
  ChangeSet set = change_set("2025-03-25T08:00:00Z");
  set.packages = {{"a", "a/x.md", "text"}};
  set.coverage = {{"干部", {}, {}}};
  apply_ok(*SqliteStore::open(path).value(), set);
  const auto connection = SqliteConnection::open(path);
  ASSERT_TRUE(connection.has_value());
  EXPECT_EQ(text_of(**connection, "PRAGMA journal_mode"), "wal\n");
  EXPECT_EQ((*connection)->integer("PRAGMA application_id")->value(), kApplicationId);
  EXPECT_EQ((*connection)->integer("PRAGMA user_version")->value(), kSchemaVersion);
  EXPECT_EQ(text_of(**connection, "PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(text_of(**connection, "PRAGMA foreign_key_check"), "");
}

TEST(SqliteStore, FindsAndOrdersByIndex) {
  const auto connection = SqliteConnection::open(filled_store());
  ASSERT_TRUE(connection.has_value());
  struct Case {
    std::string sql;
    std::string uses;
  };
  const std::string table = record_table((*connection)->dialect(), "干部");
  const Case cases[] = {
      {"SELECT record FROM " + table + " WHERE key = $1 AND superseded_in IS NULL", "key:干部"},
      {"SELECT max(record) FROM " + table, "record:干部"},
      {"SELECT * FROM " + table +
           " WHERE recorded_in <= $1 AND (superseded_in IS NULL OR superseded_in > $1)"
           " ORDER BY record",
       "record:干部"},
  };
  for (const Case& c : cases) {
    auto statement = (*connection)->prepare("EXPLAIN QUERY PLAN " + c.sql);
    ASSERT_TRUE(statement.has_value());
    ASSERT_TRUE((*statement)->step().has_value());
    EXPECT_THAT(std::string((*statement)->text_at(3)), HasSubstr(c.uses));
  }
}

TEST(SqliteStore, KeepsLongNamesAndTextsOnce) {
  const std::string path = filled_store(50);
  {
    const auto store = SqliteStore::open(path);
    ASSERT_TRUE(store.has_value());
    ChangeSet set = change_set("2025-03-25T08:00:00Z", {unit("乙局")});
    set.packages = {{"a", "a/x.md", "text"}, {"a", "a/y.md", "text"}};
    apply_ok(**store, set);
    apply_ok(**store, set);
  }
  const auto connection = SqliteConnection::open(path);
  ASSERT_TRUE(connection.has_value());
  EXPECT_EQ((*connection)->integer("SELECT count(*) FROM source")->value(), 2);
  EXPECT_EQ((*connection)->integer("SELECT count(*) FROM package_text")->value(), 2);
  EXPECT_EQ((*connection)->integer("SELECT count(*) FROM package_file")->value(), 4);
}

TEST(SqliteStore, RefusesNamesThatSqliteCannotTellApart) {
  struct Case {
    std::vector<std::string> types;
    std::vector<std::string> fields;
    bool accepted;
  };
  const Case cases[] = {
      {{"abc", "ABC"}, {"x"}, false},
      {{"abc"}, {"x", "X"}, false},
      {{"abc", "abd"}, {"x", "y"}, true},
  };
  for (const Case& c : cases) {
    const auto store = create_ok(folder().new_path());
    Catalogue catalogue;
    for (const std::string& name : c.types) {
      catalogue.types.push_back({});
      catalogue.types.back().name = name;
      for (const std::string& field : c.fields) {
        catalogue.types.back().fields.push_back(sample_field(field, record::FieldKind::kText));
      }
    }
    const Result<void> done = store->define(catalogue);
    EXPECT_EQ(done.has_value(), c.accepted);
    if (!done.has_value()) {
      EXPECT_EQ(done.error().code, ErrorCode::kConflict);
    }
  }
}

TEST(SqliteStore, SeesWhatAnotherConnectionWrote) {
  const std::string path = filled_store();
  const auto writer = SqliteStore::open(path);
  const auto reader = SqliteStore::open(path);
  ASSERT_TRUE(writer.has_value() && reader.has_value());
  apply_ok(**writer, change_set("2025-03-25T08:00:00Z", {unit("乙局")}));
  EXPECT_EQ(logical_dump(**reader), logical_dump(**writer));
}

// While it lives, no file of this process can grow beyond `bytes`: a disk that is full.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST(SqliteStore, StaysAsItWasWhenTheDiskIsFull) {
  const std::string path = filled_store();
  const auto store = SqliteStore::open(path);
  ASSERT_TRUE(store.has_value());
  const std::string before = logical_dump(**store);
  ChangeSet set = change_set("2025-03-25T08:00:00Z");
  for (int i = 0; i < 2000; ++i) set.versions.push_back(unit("u" + std::to_string(i)));
  // The log fails at different places: at its first page, and after many.
  for (const rlim_t bytes : {rlim_t{0}, rlim_t{20'000}, rlim_t{100'000}}) {
    SCOPED_TRACE(bytes);
    Result<ApplyOutcome> outcome = ApplyOutcome();
    {
      const FileSizeLimit limit(bytes);
      outcome = (*store)->apply(*sample_catalogue(), set);
    }
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, ErrorCode::kIo);
    EXPECT_FALSE(outcome.error().hint.zh.empty());
    EXPECT_EQ(logical_dump(**store), before);
  }
  // With room again, the same change set goes in, also as seen from outside.
  EXPECT_EQ(apply_ok(**store, set).added, 2000U);
  const auto reopened = SqliteStore::open(path);
  ASSERT_TRUE(reopened.has_value());
  EXPECT_EQ(load_ok(**reopened, 2).table(0).size(), 2001U);
}

TEST(SqliteStore, LeavesNoFileWhenItCannotBeCreated) {
  const std::string path = folder().new_path();
  Result<std::unique_ptr<SqliteStore>> store = Error{};  // a Result has no empty state to assign to
  {
    const FileSizeLimit limit(0);
    store = SqliteStore::create(path);
  }
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, ErrorCode::kIo);
  EXPECT_FALSE(std::filesystem::exists(path));
  create_ok(path);
}

TEST(SqliteStore, TellsAWriteToAFileThatCannotBeWritten) {
  const std::string path = filled_store();
  auto connection = SqliteConnection::open(path);
  ASSERT_TRUE(connection.has_value());
  // Root may write any file, so the connection itself is told not to.
  ASSERT_TRUE((*connection)->execute("PRAGMA query_only = ON").has_value());
  const Result<void> done = define_types(**connection, [] {
    Catalogue catalogue;
    catalogue.types.resize(1);
    catalogue.types[0].name = "新";
    return catalogue;
  }());
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kIo);
  EXPECT_THAT(done.error().to_string(Language::kEnglish), HasSubstr("cannot be written"));
}

TEST(SqliteStore, TellsADamagedFileAsUnsound) {
  const std::string path = filled_store(2000);
  std::string content = read_file(path);
  ASSERT_GT(content.size(), 100'000U);
  // All but the file's head: depending on where SQLite put its pages, opening or loading notices.
  std::fill(content.begin() + 4096, content.end(), '\xff');
  write_file(path, content);
  const auto store = SqliteStore::open(path);
  const auto dataset = store.has_value() ? (*store)->load(sample_catalogue(), 1)
                                         : Result<record::Dataset>(store.error());
  ASSERT_FALSE(dataset.has_value());
  EXPECT_EQ(dataset.error().code, ErrorCode::kUnsoundStore);
}

TEST(SqliteStore, TellsALockThatDoesNotComeFree) {
  const std::string path = filled_store();
  const auto holder = SqliteConnection::open(path);
  const auto waiter = SqliteConnection::open(path);
  ASSERT_TRUE(holder.has_value() && waiter.has_value());
  ASSERT_TRUE((*waiter)->execute("PRAGMA busy_timeout = 10").has_value());
  ASSERT_TRUE((*holder)->execute("BEGIN IMMEDIATE").has_value());
  const auto transaction = SqlTransaction::begin(**waiter, SqlConnection::Begin::kWrite);
  ASSERT_FALSE(transaction.has_value());
  EXPECT_EQ(transaction.error().code, ErrorCode::kConflict);
}

TEST(SqlTransaction, RollsBackUnlessCommitted) {
  const auto connection = SqliteConnection::open(filled_store());
  ASSERT_TRUE(connection.has_value());
  SqliteConnection& c = **connection;
  const auto count = [&] { return c.integer("SELECT count(*) FROM source")->value(); };
  const int64_t before = count();
  for (const bool commit : {false, true}) {
    auto transaction = SqlTransaction::begin(c, SqlConnection::Begin::kWrite);
    ASSERT_TRUE(transaction.has_value());
    ASSERT_TRUE(
        c.execute("INSERT INTO source (id, file, sheet) VALUES (99, 'a', 'b')").has_value());
    if (commit) {
      ASSERT_TRUE(transaction->commit().has_value());
      EXPECT_EQ(count(), before + 1);
    }
  }
  EXPECT_FALSE(c.in_transaction());
  EXPECT_EQ(count(), before + 1);
}

}  // namespace
}  // namespace dandang::store

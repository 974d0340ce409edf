#include "store/postgres_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "store/ledger_reader.h"
#include "store/postgres_cluster.h"
#include "store/postgres_connection.h"
#include "store/record_store_contract.h"
#include "store/schema.h"

namespace dandang::store {
namespace {

using record::ApplyOutcome;
using record::Catalogue;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kRegion = "610726";

std::string& last_address() {
  static std::string address;
  return address;
}

std::unique_ptr<SqlStore> create_ok() {
  last_address() = PostgresCluster::instance()->new_address();
  Result<std::unique_ptr<PostgresStore>> store = PostgresStore::create(last_address(), kRegion);
  EXPECT_TRUE(store.has_value()) << store.error().to_string(Language::kEnglish);
  return std::move(store).value();
}

std::unique_ptr<SqlStore> open_ok() {
  Result<std::unique_ptr<PostgresStore>> store = PostgresStore::open(last_address());
  EXPECT_TRUE(store.has_value()) << store.error().to_string(Language::kEnglish);
  return std::move(store).value();
}

StoreKind kind() {
  if (!PostgresCluster::available()) {
    return {"server", nullptr, nullptr, PostgresCluster::missing()};
  }
  return {"server", create_ok, open_ok, "",
          [] { return LedgerReader::open_postgres(last_address()).value(); }};
}

INSTANTIATE_TEST_SUITE_P(Postgres, RecordStoreContract, testing::Values(kind()), kind_name);

class PostgresStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!PostgresCluster::available()) GTEST_SKIP() << PostgresCluster::missing();
  }
  static std::string psql(const std::string& sql) {
    return PostgresCluster::instance()->psql(last_address(), sql);
  }
};

std::unique_ptr<SqlStore> filled_store() {
  auto store = create_ok();
  EXPECT_TRUE(store->define(*sample_catalogue()).has_value());
  apply_ok(*store, change_set("2025-03-24T08:00:00Z", {unit("甲局"), official("610799", "甲局")}));
  return store;
}

TEST_F(PostgresStoreTest, KeepsEverythingWhenOpenedAgain) {
  const std::string before = logical_dump(*filled_store());
  EXPECT_THAT(before, HasSubstr("干部:610799"));
  const auto store = open_ok();
  EXPECT_EQ(logical_dump(*store), before);
  EXPECT_EQ(apply_ok(*store, change_set("2025-03-25T08:00:00Z", {unit("乙局")})).id, 2);
}

TEST_F(PostgresStoreTest, KeepsALedgerThatNamesWhatWasAltered) {
  const auto store = filled_store();
  record::ChangeSet set =
      change_set("2025-03-25T08:00:00Z", {official("610799", "甲局", "80"), unit("丁局")});
  set.coverage = {{"年度考核", {"甲局", "2024"}, {"考核.xlsx", "2024", 1}, ""}};
  set.parameters = {{"包", "比例", "0.2", *Date::from_ymd(2026, 1, 1), "", "会议"}};
  set.packages = {{"包", "包/a.md", "正文"}};
  apply_ok(*store, set);
  record::ChangeSet undo = change_set("2025-03-26T08:00:00Z");
  undo.undoes = 2;
  undo.withdrawals = {{"单位", "丁局"}};
  apply_ok(*store, undo);
  const auto check = [&] {
    auto reader = LedgerReader::open_postgres(last_address());
    EXPECT_TRUE(reader.has_value()) << reader.error().to_string(Language::kEnglish);
    auto out = reader->check({}, {}, nullptr);
    EXPECT_TRUE(out.has_value()) << out.error().to_string(Language::kEnglish);
    return std::move(out).value();
  };
  EXPECT_TRUE(check().sound());
  EXPECT_EQ(check().report.leaves, 3U);
  psql("UPDATE \"r:干部\" SET \"f:姓名\" = '李四' WHERE version_id = 1");
  const LedgerCheck altered = check();
  ASSERT_EQ(altered.report.findings.size(), 1U);
  EXPECT_EQ(altered.report.findings[0].describe().en,
            "the record was altered: leaf 0, change set 1, record:干部 version 1 (610799)");
}

TEST_F(PostgresStoreTest, LeadsEveryKeyAndIndexWithTheRegion) {
  filled_store();
  EXPECT_EQ(psql("SELECT count(*) FROM pg_indexes WHERE schemaname = current_schema()"
                 " AND indexdef NOT LIKE '%(region%'"),
            "0\n");
  EXPECT_NE(psql("SELECT count(*) FROM pg_indexes WHERE schemaname = current_schema()"), "0\n");
  EXPECT_EQ(psql("SELECT DISTINCT region FROM \"r:干部\""), std::string(kRegion) + "\n");
}

TEST_F(PostgresStoreTest, RefusesWhatIsNoStoreOfItsOwn) {
  struct Case {
    std::string name;
    std::string sql;
    ErrorCode code;
    std::string says;
  };
  const Case cases[] = {
      {"an empty database", "DROP TABLE store", ErrorCode::kUnsoundStore, "not a dandang store"},
      {"another program's table", "UPDATE store SET application = 7", ErrorCode::kUnsoundStore,
       "not a dandang store"},
      {"a newer dandang's", "UPDATE store SET schema_version = 99", ErrorCode::kConflict,
       "schema version 99"},
      {"without version", "UPDATE store SET schema_version = 0", ErrorCode::kUnsoundStore,
       "no schema version"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    filled_store();
    psql(c.sql);
    const auto store = PostgresStore::open(last_address());
    ASSERT_FALSE(store.has_value());
    EXPECT_EQ(store.error().code, c.code);
    EXPECT_THAT(store.error().to_string(Language::kEnglish), HasSubstr(c.says));
  }
}

TEST_F(PostgresStoreTest, CreatesOnlyWhereNoStoreIs) {
  const std::string before = logical_dump(*filled_store());
  const auto again = PostgresStore::create(last_address(), "610799");
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::kExists);
  EXPECT_EQ(logical_dump(*open_ok()), before);
}

TEST_F(PostgresStoreTest, TellsAnAddressThatCannotBeUsedAndKeepsPasswordsOut) {
  struct Case {
    std::string address;
    ErrorCode code;
    std::string says;
  };
  const Case cases[] = {
      {"postgresql://dandang@/postgres?host=/nowhere", ErrorCode::kIo, "cannot be reached"},
      {"postgresql://dandang:geheim@/postgres?host=/nowhere", ErrorCode::kBadUsage, "PGPASSFILE"},
      {"host=/nowhere password=geheim", ErrorCode::kBadUsage, "PGPASSFILE"},
      {"postgresql://[", ErrorCode::kBadUsage, "cannot be read"},
  };
  for (const Case& c : cases) {
    const auto store = PostgresStore::open(c.address);
    ASSERT_FALSE(store.has_value());
    const std::string message = store.error().to_string(Language::kEnglish);
    EXPECT_EQ(store.error().code, c.code) << message;
    EXPECT_THAT(message, HasSubstr(c.says));
    EXPECT_THAT(message, Not(HasSubstr("geheim")));
  }
}

TEST_F(PostgresStoreTest, TellsALockThatDoesNotComeFree) {
  filled_store();
  const auto holder = PostgresConnection::open(last_address(), kRegion);
  const auto waiter = PostgresConnection::open(last_address(), kRegion);
  ASSERT_TRUE(holder.has_value() && waiter.has_value());
  ASSERT_TRUE((*waiter)->execute("SET lock_timeout = 10").has_value());
  const auto held = SqlTransaction::begin(**holder, SqlConnection::Begin::kWrite);
  ASSERT_TRUE(held.has_value());
  const auto transaction = SqlTransaction::begin(**waiter, SqlConnection::Begin::kWrite);
  ASSERT_FALSE(transaction.has_value());
  EXPECT_EQ(transaction.error().code, ErrorCode::kConflict);
  EXPECT_FALSE((*waiter)->in_transaction());
}

TEST_F(PostgresStoreTest, TellsATextItCannotKeep) {
  const auto store = filled_store();
  const Result<ApplyOutcome> outcome = store->apply(
      *sample_catalogue(), change_set("2025-03-25T08:00:00Z", {unit(std::string("a\0b", 3))}));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::kBadInput);
  EXPECT_EQ(apply_ok(*store, change_set("2025-03-25T08:00:00Z", {unit("乙局")})).id, 2);
}

TEST_F(PostgresStoreTest, TellsLongNamesApart) {
  const auto store = create_ok();
  auto catalogue = std::make_shared<Catalogue>();
  std::string name;
  for (int i = 0; i < 30; ++i) name += "很";
  for (const char* end : {"长", "久"}) {
    catalogue->types.push_back({});
    catalogue->types.back().name = name + end;
    catalogue->types.back().key = {name + end};
    catalogue->types.back().fields = {sample_field(name + end, record::FieldKind::kText),
                                      sample_field(name + end + end, record::FieldKind::kText)};
  }
  ASSERT_TRUE(store->define(*catalogue).has_value());
  record::ChangeSet set = change_set("2025-03-25T08:00:00Z");
  for (const record::RecordType& type : catalogue->types) {
    record::NewVersion version;
    version.type = type.name;
    version.key = "k";
    version.cells = {Cell(type.name), Cell(std::string("x"))};
    set.versions.push_back(version);
  }
  ASSERT_TRUE(store->apply(*catalogue, set).has_value());
  const auto dataset = store->load(catalogue, 1);
  ASSERT_TRUE(dataset.has_value());
  for (size_t t = 0; t < 2; ++t) {
    EXPECT_EQ(dataset->table(t).columns[0].text_at(0), catalogue->types[t].name);
    EXPECT_EQ(dataset->table(t).columns[1].text_at(0), "x");
  }
}

}  // namespace
}  // namespace dandang::store

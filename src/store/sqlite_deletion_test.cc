#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "ledger/test_log.h"
#include "store/ledger_reader.h"
#include "store/record_store_contract.h"
#include "store/sqlite_connection.h"
#include "store/sqlite_store.h"

// What a deletion leaves in the files of a SQLite store, and what the ledger says of deletions that
// nobody declared.
namespace dandang::store {
namespace {

using ledger::tests::must;
using ledger::tests::TemporaryFolder;
using record::ChangeSet;
using testing::HasSubstr;

constexpr const char* kThursday = "2025-03-27T08:00:00Z";

ChangeSet deletion(std::vector<record::Deletion> deletions) {
  ChangeSet out = change_set(kThursday);
  out.reason = "到期";
  out.approver = "王五";
  out.due_on = *Date::from_ymd(2025, 3, 27);
  out.deletions = std::move(deletions);
  return out;
}

record::NewVersion with_note(const std::string& id, const std::string& note,
                             const std::string& file) {
  record::NewVersion out = official(id, "甲局");
  out.cells[1] = Cell(note + "-name");
  out.cells[2] = Cell(note);
  out.source.file = file;
  return out;
}

class SqliteDeletion : public testing::Test {
 protected:
  void SetUp() override {
    path_ = folder_.file("records.sqlite");
    store_ = must(SqliteStore::create(path_, ledger::HashKind::kSha256));
    must(store_->define(*sample_catalogue()));
  }
  // Which files of the folder hold the text.
  std::vector<std::string> files_with(const std::string& text) const {
    std::vector<std::string> out;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(path_).parent_path())) {
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      if (bytes.find(text) != std::string::npos) out.push_back(entry.path().filename().string());
    }
    return out;
  }
  std::string findings() {
    store_.reset();
    const LedgerCheck check = must(must(LedgerReader::open_sqlite(path_)).check({}, {}, nullptr));
    std::string out;
    for (const ledger::Finding& finding : check.report.findings)
      out += finding.describe().en + "\n";
    return out;
  }
  void alter(const std::string& sql) {
    store_.reset();
    must(must(SqliteConnection::open(path_))->execute(sql));
  }

  TemporaryFolder folder_;
  std::string path_;
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(SqliteDeletion, LeavesNoByteOfTheContent) {
  // Much beside it, so that pages were split and keys moved.
  ChangeSet first = change_set(kMonday, {unit("甲局")});
  for (int i = 0; i < 2'000; ++i) {
    const bool canary = i == 1'000;
    first.versions.push_back(with_note((canary ? "CANARYKEY" : "K") + std::to_string(i),
                                       canary ? "CANARYNOTE" : "note",
                                       canary ? "CANARYFILE.xlsx" : "a.xlsx"));
  }
  first.coverage = {{"年度考核", {"甲局", "2024"}, {}, "CANARYKEY1000"}};
  first.idempotency_key = "CANARYIDEM";
  first.reason = "导入 CANARYKEY1000";
  apply_ok(*store_, first);
  apply_ok(*store_, change_set(kTuesday, {with_note("CANARYKEY1000", "CANARYOLD", "b.xlsx")}));
  ChangeSet withdrawal = change_set(kWednesday);
  withdrawal.withdrawals = {{"干部", "CANARYKEY1000"}};
  apply_ok(*store_, withdrawal);
  ASSERT_FALSE(files_with("CANARYNOTE").empty());
  const auto outcome = apply_ok(*store_, deletion({{"干部", "CANARYKEY1000"}}));
  EXPECT_EQ(outcome.deleted, 2U);
  EXPECT_FALSE(outcome.erasure_pending);
  // While the store is open too.
  EXPECT_TRUE(files_with("CANARY").empty()) << files_with("CANARY").front();
  EXPECT_EQ(findings(), "");
  EXPECT_TRUE(files_with("CANARY").empty());
}

TEST_F(SqliteDeletion, GoesOnWithTheBytesWhenNobodyReadsThem) {
  apply_ok(*store_, change_set(kMonday, {unit("甲局"), with_note("k", "CANARYNOTE", "a.xlsx")}));
  const auto reader = must(SqliteConnection::open(path_));
  must(reader->execute("BEGIN; SELECT count(*) FROM change_set"));
  EXPECT_TRUE(apply_ok(*store_, deletion({{"干部", "k"}})).erasure_pending);
  EXPECT_FALSE(files_with("CANARY").empty());
  must(reader->execute("COMMIT"));
  store_ = must(SqliteStore::open(path_));
  EXPECT_TRUE(files_with("CANARY").empty());
}

TEST_F(SqliteDeletion, IsToldFromARowThatVanished) {
  apply_ok(*store_, change_set(kMonday, {unit("甲局"), unit("乙局"), unit("丙局")}));
  apply_ok(*store_, deletion({{"单位", "乙局"}}));
  EXPECT_EQ(findings(), "");
  struct Case {
    std::string name;
    std::string sql;
    std::string says;
  };
  const std::string vanish = R"(DELETE FROM "r:单位" WHERE key = '丙局';)";
  const std::string forge =
      "INSERT INTO deletion SELECT 'record:单位', 3, 1, 3, NULL, commitment, 2, 2 FROM \"r:单位\""
      " WHERE key = '丙局';";
  const Case cases[] = {
      {"a row vanished", vanish, "fewer records than the ledger says: leaf 0"},
      {"and a declaration was made up", forge + vanish,
       "more records than the ledger says: leaf 1"},
      {"of a change set that is not there",
       "PRAGMA foreign_keys = OFF;" + forge + vanish +
           "UPDATE deletion SET deleted_in = 9 WHERE entry = 3",
       "no place for this record"},
      {"the declaration was taken back", "DELETE FROM deletion", "fewer records"},
      {"it was altered", "UPDATE deletion SET record = 7",
       "the list of records is not the ledger's"},
      {"its commitment was altered", "UPDATE deletion SET commitment = zeroblob(32)",
       "the list of records is not the ledger's: leaf 0"},
      {"another approver", "UPDATE erasure SET approver = '赵六'", "erasure version 2"},
      {"of a table that is none",
       "INSERT INTO deletion VALUES ('record:人', 1, 1, 1, NULL, zeroblob(32), 2, 2)",
       "no place for this record"},
  };
  const std::string sound = path_ + ".sound";
  std::filesystem::copy_file(path_, sound);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::filesystem::copy_file(sound, path_, std::filesystem::copy_options::overwrite_existing);
    alter(c.sql);
    EXPECT_THAT(findings(), HasSubstr(c.says));
  }
}

TEST_F(SqliteDeletion, HoldsAreHeldAgainstTheLedgerToo) {
  apply_ok(*store_, change_set(kMonday, {unit("甲局"), unit("乙局")}));
  ChangeSet set = change_set(kTuesday);
  set.holds = {{record::HoldReach::kRecord, "单位", "甲局", *Date::from_ymd(2025, 1, 1)}};
  apply_ok(*store_, set);
  EXPECT_EQ(findings(), "");
  const std::string sound = path_ + ".sound";
  std::filesystem::copy_file(path_, sound);
  for (const char* sql : {"UPDATE hold SET record = 2", "UPDATE hold SET valid_to = 20000",
                          "UPDATE hold SET superseded_in = 1", "DELETE FROM hold"}) {
    std::filesystem::copy_file(sound, path_, std::filesystem::copy_options::overwrite_existing);
    alter(sql);
    EXPECT_THAT(findings(), testing::AnyOf(HasSubstr("hold version 1"), HasSubstr("fewer records")))
        << sql;
  }
}

}  // namespace
}  // namespace dandang::store

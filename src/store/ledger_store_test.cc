#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include "ledger/test_log.h"
#include "record/undo.h"
#include "store/ledger_reader.h"
#include "store/record_store_contract.h"
#include "store/schema.h"
#include "store/sqlite_connection.h"
#include "store/sqlite_store.h"

// A store held against its ledger: sound after every kind of write, and every kind of change behind
// its back named.
namespace dandang::store {
namespace {

using ledger::CheckpointStatus;
using ledger::HashKind;
using ledger::SigningKey;
using ledger::tests::must;
using ledger::tests::TemporaryFolder;
using record::ChangeSet;
using record::NewVersion;
using testing::HasSubstr;

constexpr const char* kThursday = "2025-03-27T08:00:00Z";
constexpr const char* kFriday = "2025-03-28T08:00:00Z";
constexpr const char* kOrigin = "gov.example/岚汀/ledger";

ChangeSet with_everything() {
  ChangeSet set = change_set(kMonday, {unit("甲局"), unit("乙局", "甲局"), official("a", "甲局"),
                                       official("b", "乙局"), appraisal("a", 2024, "优秀")});
  set.coverage = {{"年度考核", {"甲局", "2024"}, {"考核.xlsx", "2024", 1}, ""}};
  set.parameters = {{"包", "比例", "0.2", *Date::from_ymd(2026, 1, 1), "", "岚组会〔2026〕3号"}};
  set.packages = {{"包", "包/a.md", "正文"}, {"包", "包/b.md", "附则"}};
  return set;
}

// Change sets 1 to 5: everything; a correction and a withdrawal; the withdrawn taken in again;
// parameters set once more; that undone.
void fill(SqlStore& store) {
  apply_ok(store, with_everything());
  ChangeSet second = change_set(kTuesday, {official("a", "甲局", "80")});
  second.withdrawals = {{"干部", "b"}};
  apply_ok(store, second);
  apply_ok(store, change_set(kWednesday, {official("b", "乙局")}));
  ChangeSet fourth = change_set(kThursday);
  fourth.parameters = {{"包", "比例", "0.3", *Date::from_ymd(2026, 1, 1), "", "岚组会〔2026〕4号"}};
  fourth.coverage = {{"年度考核", {"甲局", "2025"}, {}, ""}};
  apply_ok(store, fourth);
  ChangeSet fifth = change_set(kFriday);
  fifth.undoes = 4;
  fifth.idempotency_key = "撤销";
  apply_ok(store, fifth);
}

LedgerCheck check_ok(const std::string& path, const std::vector<ledger::VerifierKey>& keys = {},
                     std::vector<ledger::KnownCheckpoint> checkpoints = {}) {
  return must(must(LedgerReader::open_sqlite(path)).check(keys, std::move(checkpoints), nullptr));
}

std::string findings_of(const LedgerCheck& check) {
  std::string out;
  for (const std::string& damage : check.damage) out += "damage: " + damage + "\n";
  for (const ledger::Finding& finding : check.report.findings) out += finding.describe().en + "\n";
  for (const auto& checkpoint : check.report.checkpoints) out += checkpoint.describe().en + "\n";
  return out;
}

void execute_on(const std::string& path, const std::string& sql) {
  must(must(SqliteConnection::open(path))->execute(sql));
}

class LedgerStore : public testing::Test {
 protected:
  std::string new_store(HashKind hash = HashKind::kSha256) {
    path_ = folder_.file(std::to_string(++count_) + ".sqlite");
    store_ = must(SqliteStore::create(path_, hash));
    must(store_->define(*sample_catalogue()));
    return path_;
  }
  // Closed, so that the file is all there is.
  std::string filled_store() {
    new_store();
    fill(*store_);
    store_.reset();
    return path_;
  }

  TemporaryFolder folder_;
  std::string path_;
  std::unique_ptr<SqliteStore> store_;
  int count_ = 0;
};

TEST_F(LedgerStore, IsSoundAfterEveryKindOfWrite) {
  for (const HashKind hash : {HashKind::kSha256, HashKind::kSm3}) {
    new_store(hash);
    uint64_t leaves = 0;
    const auto expect_sound = [&](const std::string& after, uint64_t more) {
      leaves += more;
      const LedgerCheck check = check_ok(path_);
      EXPECT_TRUE(check.sound()) << after << ":\n" << findings_of(check);
      EXPECT_EQ(check.report.leaves, leaves) << after;
      EXPECT_EQ(check.hash, hash);
    };
    expect_sound("nothing", 0);
    fill(*store_);
    expect_sound("corrections, withdrawals, parameters, an undo", 5);

    ChangeSet again = change_set(kFriday);
    again.undoes = 4;
    again.idempotency_key = "撤销";
    EXPECT_TRUE(apply_ok(*store_, again).repeated);
    expect_sound("the same sent again", 0);

    const auto catalogue = sample_catalogue();
    ChangeSet bad = change_set(kFriday, {official("c", "无此局")});
    ChangeSet good = change_set(kFriday, {unit("丙局")});
    ChangeSet same = change_set(kFriday, {unit("丙局")});
    const auto group = store_->apply_group(
        {{catalogue.get(), &good}, {catalogue.get(), &bad}, {catalogue.get(), &same}});
    EXPECT_FALSE(group[1].has_value());
    expect_sound("a group with one refused and one that changes nothing", 2);

    // Types in turn, so that versions do not come in the order of their entries.
    int batch = 0;
    must(store_->apply_stream(
        *catalogue, change_set(kFriday), [&]() -> Result<std::vector<NewVersion>> {
          const std::string n = std::to_string(++batch);
          if (batch > 3) return std::vector<NewVersion>();
          return std::vector<NewVersion>{appraisal("a", 2010 + batch, "称职"), unit("u" + n),
                                         official("s" + n, "u" + n)};
        }));
    expect_sound("a stream", 1);

    ChangeSet by = change_set(kFriday);
    record::Undo undo = must(record::make_undo(*store_, catalogue, 8, by, record::UndoScope::kAll));
    apply_ok(*store_, undo.change_set);
    expect_sound("its undoing", 1);

    record::Catalogue wider = *catalogue;
    wider.types[kUnits].fields.push_back(sample_field("代码", record::FieldKind::kCode));
    must(store_->define(wider));
    expect_sound("a field declared later", 0);
  }
}

struct Tampering {
  std::string name;
  std::string sql;
  std::vector<std::string> says;
};

TEST_F(LedgerStore, NamesEveryKindOfTampering) {
  const Tampering cases[] = {
      {"a field",
       R"(UPDATE "r:干部" SET "f:姓名" = '李四' WHERE version_id = 2)",
       {"the record was altered: leaf 0, change set 1, record:干部 version 2 (b)"}},
      {"a field set to nothing",
       R"(UPDATE "r:干部" SET "f:备注" = NULL WHERE version_id = 3)",
       {"altered: leaf 1, change set 2, record:干部 version 3 (a)"}},
      {"a ref", R"(UPDATE "r:干部" SET "f:单位" = 2 WHERE version_id = 1)", {"version 1 (a)"}},
      {"a key", R"(UPDATE "r:单位" SET key = '丁局' WHERE version_id = 2)", {"version 2 (丁局)"}},
      {"an entity", R"(UPDATE "r:单位" SET record = 7 WHERE version_id = 2)", {"version 2 (乙局)"}},
      {"a row gone",
       R"(DELETE FROM "r:年度考核")",
       {"fewer records than the ledger says: leaf 0, change set 1 (9 / 10)"}},
      {"a row more",
       R"(INSERT INTO "r:单位" SELECT 3, 3, '丙局', valid_from, valid_to, valid_assumed, recorded_in,
          NULL, source, source_row, salt, commitment, '丙局', NULL FROM "r:单位" WHERE version_id = 2)",
       {"more records than the ledger says: leaf 0, change set 1 (11 / 10)", "version 3 (丙局)"}},
      {"validity",
       R"(UPDATE "r:干部" SET valid_to = 20000 WHERE version_id = 1)",
       {"version 1 (a)"}},
      {"assumed validity",
       R"(UPDATE "r:干部" SET valid_assumed = 0 WHERE version_id = 1)",
       {"version 1 (a)"}},
      {"recorded earlier",
       R"(UPDATE "r:干部" SET recorded_in = 1 WHERE version_id = 3)",
       {"version 3 (a)"}},
      {"recorded later",
       R"(UPDATE "r:干部" SET recorded_in = 4 WHERE version_id = 2)",
       {"version 2 (b)"}},
      {"recorded in no change set",
       R"(UPDATE "r:干部" SET recorded_in = 99 WHERE version_id = 4)",
       {"no place for this record", "version 4 (b)"}},
      {"an old version brought back",
       R"(UPDATE "r:干部" SET superseded_in = 5 WHERE version_id = 3;
          UPDATE "r:干部" SET superseded_in = NULL WHERE version_id = 1)",
       {"version 3 (a)"}},
      {"a version ended",
       R"(UPDATE "r:干部" SET superseded_in = 5 WHERE version_id = 3)",
       {"version 3 (a)"}},
      {"a version ended earlier",
       R"(UPDATE "r:干部" SET superseded_in = 3 WHERE version_id = 2)",
       {"withdrawal:干部 version 2 (b)"}},
      {"a withdrawal gone",
       "DELETE FROM withdrawal",
       {"fewer records than the ledger says: leaf 1, change set 2", "version 2 (b)"}},
      {"a withdrawal of another",
       "UPDATE withdrawal SET key = 'a'",
       {"withdrawal:干部 version 2 (a)"}},
      {"a sheet's name",
       "UPDATE source SET file = 'x.xlsx' WHERE file = '花名册.xlsx'",
       {"version 1 (a)", "version 4 (b)"}},
      {"a sheet's row",
       R"(UPDATE "r:干部" SET source_row = 9 WHERE version_id = 1)",
       {"version 1 (a)"}},
      {"a field forgotten", "DELETE FROM record_field WHERE name = '姓名'", {"version 1 (a)"}},
      {"a type forgotten",
       "DELETE FROM record_type WHERE name = '年度考核'",
       {"fewer records than the ledger says: leaf 0, change set 1 (9 / 10)"}},
      {"a salt", R"(UPDATE "r:干部" SET salt = NULL WHERE version_id = 1)", {"version 1 (a)"}},
      {"a commitment",
       R"(UPDATE "r:干部" SET commitment = salt WHERE version_id = 1)",
       {"the record is sound, the commitment beside it damaged: leaf 0", "version 1 (a)"}},
      {"record and commitment",
       R"(UPDATE "r:干部" SET "f:姓名" = '李四', commitment = salt)",
       {"record and commitment disagree", "version 1 (a)"}},
      {"coverage",
       "UPDATE coverage SET key_values = 'x' WHERE id = 1",
       {"altered: leaf 0, change set 1, coverage version 1 (年度考核)"}},
      {"coverage gone", "DELETE FROM coverage WHERE id = 1", {"fewer records"}},
      {"coverage ended",
       "UPDATE coverage SET ended_in = 3 WHERE id = 1",
       {"no place for this record: leaf 2, change set 3, coverage:ended version 1 (年度考核)"}},
      {"coverage not ended", "UPDATE coverage SET ended_in = NULL", {"leaf 4, change set 5"}},
      {"a parameter",
       "UPDATE parameter SET value = '0.9' WHERE id = 1",
       {"altered: leaf 0, change set 1, parameter version 1 (比例)"}},
      {"a parameter not ended", "UPDATE parameter SET ended_in = NULL", {"leaf 4, change set 5"}},
      {"a package's text",
       "UPDATE package_text SET content = '改' WHERE path = '包/b.md'",
       {"altered: leaf 0, change set 1, package_file version 2 (包/b.md)"}},
      {"a package's file gone", "DELETE FROM package_file WHERE text = 2", {"fewer records"}},
      {"an author",
       "UPDATE change_set SET author = '王五' WHERE id = 2",
       {"change set 2 (author)"}},
      {"a reason", "UPDATE change_set SET reason = '' WHERE id = 2", {"change set 2 (reason)"}},
      {"a basis", "UPDATE change_set SET basis = '' WHERE id = 2", {"change set 2 (basis)"}},
      {"a time",
       "UPDATE change_set SET recorded_at = '2025-03-25T08:00:01Z' WHERE id = 2",
       {"change set 2 (recorded_at)"}},
      {"a count",
       "UPDATE change_set SET withdrawn = 0 WHERE id = 2",
       {"altered: leaf 1, change set 2, change_set version 2"}},
      {"a key against repeating",
       "UPDATE change_set SET idempotency_key = '' WHERE id = 5",
       {"altered: leaf 4, change set 5, change_set version 5"}},
      {"a change set gone",
       "DELETE FROM change_set WHERE id = 4",
       {"a leaf without its change set: leaf 3, change set 4"}},
      {"a leaf gone",
       "DELETE FROM ledger_leaf WHERE number = 2",
       {"the ledger lacks this leaf: leaf 2, change set 3"}},
      {"the last leaf gone",
       "DELETE FROM ledger_leaf WHERE number = 4",
       {"the ledger lacks this leaf: leaf 4, change set 5"}},
      {"a leaf's body",
       "UPDATE ledger_leaf SET body = CAST(body || x'00' AS BLOB) WHERE number = 2",
       {"this leaf and the hash kept of it disagree", "this leaf cannot be read: leaf 2"}},
      {"a leaf of another",
       "UPDATE ledger_leaf SET body = (SELECT body FROM ledger_leaf"
       " WHERE number = 1) WHERE number = 2",
       {"disagree, and no checkpoint bears out either: leaf 2"}},
      {"a leaf's number",
       "UPDATE ledger_leaf SET number = 9 WHERE number = 4",
       {"the ledger lacks this leaf: leaf 4 (4–8)"}},
      {"salts of a leaf",
       "UPDATE ledger_leaf SET text_salts = x'00' WHERE number = 2",
       {"change set 3 (author)"}},
      {"a leaf's hash",
       "UPDATE ledger_node SET hash = zeroblob(32) WHERE level = 0 AND number = 1",
       {"this leaf and the hash kept of it disagree", "leaf 1"}},
      {"a node",
       "UPDATE ledger_node SET hash = zeroblob(32) WHERE level = 2",
       {"the hash kept of it damaged: leaf 3 (2/0)"}},
      {"a node gone", "DELETE FROM ledger_node WHERE level = 1 AND number = 1", {"(1/1)"}},
      {"a leaf's hash gone", "DELETE FROM ledger_node WHERE level = 0 AND number = 4", {"(0/4)"}},
      {"a node more", "INSERT INTO ledger_node VALUES (7, 7, x'00')", {"(9 / 8)"}},
      {"the hash's kind", "UPDATE ledger SET hash = 2", {"this leaf cannot be read: leaf 0"}},
  };
  const std::string whole = filled_store();
  const LedgerCheck before = check_ok(whole);
  ASSERT_TRUE(before.sound()) << findings_of(before);
  for (const Tampering& c : cases) {
    const std::string copy = folder_.file("copy");
    std::filesystem::copy_file(whole, copy, std::filesystem::copy_options::overwrite_existing);
    execute_on(copy, c.sql);
    const LedgerCheck check = check_ok(copy);
    EXPECT_FALSE(check.sound()) << c.name;
    const std::string findings = findings_of(check);
    for (const std::string& words : c.says) EXPECT_THAT(findings, HasSubstr(words)) << c.name;
    EXPECT_TRUE(check.damage.empty()) << c.name << findings;
  }
}

TEST_F(LedgerStore, HoldsTheLogAgainstCheckpointsKeptElsewhere) {
  const SigningKey key = must(SigningKey::generate(kOrigin, ledger::KeyKind::kEd25519));
  const auto signed_now = [&](const std::string& path) {
    return must(ledger::sign_checkpoint(
        must(must(LedgerReader::open_sqlite(path)).checkpoint(kOrigin)), key));
  };
  new_store();
  apply_ok(*store_, with_everything());
  store_.reset();
  const std::string old = folder_.file("old");  // a backup of the first day
  std::filesystem::copy_file(path_, old);
  const auto first = signed_now(path_);
  store_ = must(SqliteStore::open(path_));
  apply_ok(*store_, change_set(kTuesday, {unit("丙局")}));
  store_.reset();
  const auto second = signed_now(path_);
  const std::string fork = folder_.file("fork");  // another second day
  std::filesystem::copy_file(old, fork);
  apply_ok(*must(SqliteStore::open(fork)), change_set(kTuesday, {unit("丁局")}));
  const std::string cut = folder_.file("cut");  // the second day taken out again
  std::filesystem::copy_file(path_, cut);
  execute_on(cut,
             R"(DELETE FROM "r:单位" WHERE recorded_in = 2; DELETE FROM change_set WHERE id = 2;
                     DELETE FROM ledger_leaf WHERE number = 1;
                     DELETE FROM ledger_node WHERE level = 1 OR number = 1)");

  struct Case {
    std::string name;
    std::string path;
    ledger::SignedCheckpoint checkpoint;
    CheckpointStatus status;
    uint64_t anchored;
  };
  const Case cases[] = {
      {"as signed", path_, second, CheckpointStatus::kMatches, 2},
      {"grown since", path_, first, CheckpointStatus::kMatches, 1},
      {"cut off", cut, second, CheckpointStatus::kLogShorter, 0},
      {"cut off, seen from before", cut, first, CheckpointStatus::kMatches, 1},
      {"rolled back", old, second, CheckpointStatus::kLogShorter, 0},
      {"forked", fork, second, CheckpointStatus::kDiffers, 0},
      {"forked, seen from before", fork, first, CheckpointStatus::kMatches, 1},
  };
  for (const Case& c : cases) {
    const LedgerCheck check = check_ok(c.path, {key.verifier()}, {{"kept", c.checkpoint, {}}});
    EXPECT_TRUE(check.report.findings.empty()) << c.name << "\n" << findings_of(check);
    EXPECT_EQ(check.report.checkpoints.at(0).status, c.status) << c.name;
    EXPECT_EQ(check.report.anchored, c.anchored) << c.name;
    EXPECT_EQ(check.sound(), c.status == CheckpointStatus::kMatches) << c.name;
  }
  // An unknown key proves nothing.
  EXPECT_FALSE(check_ok(path_, {}, {{"kept", second, {}}}).sound());
  // The true backup is proved to be the beginning by the longer log; the fork by nothing.
  const auto proof = must(must(LedgerReader::open_sqlite(path_)).consistency(1));
  EXPECT_EQ(check_ok(old, {key.verifier()}, {{"kept", second, proof}}).report.checkpoints[0].status,
            CheckpointStatus::kLogShorterButTrue);
  EXPECT_EQ(must(LedgerReader::open_sqlite(old)).consistency(2).error().code, ErrorCode::kConflict);
}

TEST_F(LedgerStore, SaysWhichLeafWasAlteredWhereACheckpointBearsItOut) {
  const std::string path = filled_store();
  const SigningKey key = must(SigningKey::generate(kOrigin, ledger::KeyKind::kSm2));
  const auto now = must(ledger::sign_checkpoint(
      must(must(LedgerReader::open_sqlite(path)).checkpoint(kOrigin)), key));
  execute_on(path, "UPDATE ledger_leaf SET body = x'00' WHERE number = 2");
  EXPECT_THAT(findings_of(check_ok(path, {key.verifier()}, {{"kept", now, {}}})),
              HasSubstr("this leaf was altered: leaf 2"));
}

// What a reader of the dataset sees, or why it cannot.
std::string seen(const std::string& path) {
  const auto store = SqliteStore::open(path);
  if (!store.has_value()) return "unreadable";
  std::string out;
  const auto sets = (*store)->change_sets();
  if (!sets.has_value()) return "unreadable";
  for (const record::ChangeSetSummary& set : *sets) {
    if (!(*store)->load(sample_catalogue(), set.id).has_value()) return "unreadable";
  }
  return logical_dump(**store);
}

TEST_F(LedgerStore, NeverCallsAFileSoundThatSaysSomethingElse) {
  const std::string whole = filled_store();
  const std::string truth = seen(whole);
  const std::string bytes = folder_.read("1.sqlite");
  std::mt19937 random(20260630);  // the same flips every time
  int silent = 0;
  for (int i = 0; i < 400; ++i) {
    std::string flipped = bytes;
    const size_t at = random() % flipped.size();
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (random() % 8)));
    const std::string copy = folder_.write("flip" + std::to_string(i), flipped);
    auto reader = LedgerReader::open_sqlite(copy);
    if (!reader.has_value()) continue;
    const auto check = reader->check({}, {}, nullptr);
    if (!check.has_value() || !check->sound()) continue;
    ++silent;
    const std::string now = seen(copy);
    if (now != "unreadable") {
      EXPECT_EQ(now, truth) << "bit of byte " << at;
    }
  }
  EXPECT_LT(silent, 400);  // some flips hit what is read
}

TEST_F(LedgerStore, GivesAnOlderStoreItsLedger) {
  const std::string sql = [] {
    std::ifstream in(std::string(DANDANG_SOURCE_DIR) + "/tests/data/store-v1.sql");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }();
  const std::string path = folder_.write("old.sqlite", "");
  execute_on(path, sql);
  EXPECT_EQ(LedgerReader::open_sqlite(path).error().code, ErrorCode::kConflict);
  const size_t change_sets = must(must(SqliteStore::open(path))->change_sets()).size();
  const LedgerCheck check = check_ok(path);
  EXPECT_TRUE(check.sound()) << findings_of(check);
  EXPECT_EQ(check.report.leaves, change_sets);
  EXPECT_GT(check.report.entries, change_sets);
  apply_ok(*must(SqliteStore::open(path)), change_set("2025-03-30T08:00:00Z", {unit("戊局")}));
  EXPECT_TRUE(check_ok(path).sound());
  execute_on(path, R"(UPDATE "r:单位" SET "f:名称" = '改' WHERE version_id = 1)");
  EXPECT_THAT(findings_of(check_ok(path)), HasSubstr("record:单位 version 1"));
}

TEST_F(LedgerStore, IsReadWithoutBeingWritten) {
  const std::string path = filled_store();
  const std::string before = folder_.read("1.sqlite");
  EXPECT_TRUE(check_ok(path).sound());
  EXPECT_EQ(folder_.read("1.sqlite"), before);
  // Also while another writes.
  store_ = must(SqliteStore::open(path));
  apply_ok(*store_, change_set("2025-03-30T08:00:00Z", {unit("戊局")}));
  EXPECT_EQ(check_ok(path).report.leaves, 6U);
}

}  // namespace
}  // namespace dandang::store

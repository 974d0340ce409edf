#include "ledger/verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "ledger/canonical.h"
#include "ledger/commitment.h"
#include "ledger/test_log.h"

namespace dandang::ledger {
namespace {

using tests::must;
using enum FindingKind;

constexpr std::string_view kOrigin = "gov.example/岚汀/ledger";
constexpr uint64_t kSets = 6;
constexpr uint64_t kRecordsASet = 5;

// A store in small: what a database would keep, open to tampering.
struct Row {
  std::string table;
  uint64_t id = 0;
  std::string key;
  std::string content;
  Salt salt{};
  Hash commitment{};
  bool deleted = false;
};

struct ChangeSetRow {
  uint64_t id = 0;
  std::string recorded_at;
  std::string author;
  std::string reason;
  std::string basis;
  Salt salt{};
  bool deleted = false;
  std::vector<Row> rows;
};

struct LeafRow {
  uint64_t index = 0;
  std::optional<std::string> body;
  std::optional<Hash> hash;
  std::optional<ChangeSetRow> change_set;
};

struct Store {
  std::vector<LeafRow> leaves;
};

Hash commit_text(Hasher& hasher, const Salt& salt, std::string_view what, std::string_view text) {
  Canonical record;
  record.begin(what, text);
  return commit(hasher, salt, record.bytes());
}

Hash commit_row(Hasher& hasher, const Row& row) {
  Canonical record;
  record.begin(row.table, row.key);
  record.attribute("version", static_cast<int64_t>(row.id));
  record.field("内容", row.content);
  return commit(hasher, row.salt, record.bytes());
}

class VerifierTest : public testing::TestWithParam<HashKind> {
 protected:
  void SetUp() override {
    for (uint64_t i = 0; i < kSets; ++i) append(i);
  }

  SignedCheckpoint checkpoint(uint64_t size) {
    return must(sign_checkpoint(
        {std::string(kOrigin), size, must(tree_.root(size)), GetParam(), {}}, key_));
  }

  Report verify(const Store& store, std::vector<KnownCheckpoint> checkpoints) {
    auto verifier =
        must(Verifier::create(GetParam(), kOrigin, {key_.verifier()}, std::move(checkpoints)));
    for (const LeafRow& leaf : store.leaves) feed(verifier, leaf);
    return verifier.finish();
  }
  Report verify(const Store& store) { return verify(store, {{"last", checkpoint(kSets), {}}}); }

  // Kind, leaf and id of what was found.
  struct Found {
    FindingKind kind;
    uint64_t leaf;
    uint64_t id;
    bool operator==(const Found&) const = default;
  };
  static std::vector<Found> found(const Report& report) {
    std::vector<Found> all;
    for (const Finding& f : report.findings) all.push_back({f.kind, f.leaf, f.id});
    return all;
  }

  void append(uint64_t number) {
    ChangeSetRow set{number + 1,
                     "2026-06-30T00:00:0" + std::to_string(number) + "Z",
                     "张三" + std::to_string(number),
                     "导入",
                     "岚组会〔2026〕3号",
                     {},
                     false,
                     {}};
    set.salt.fill(static_cast<uint8_t>(number));
    LeafBody body{GetParam(),
                  set.id,
                  set.recorded_at,
                  commit_text(hasher_, set.salt, "author", set.author),
                  commit_text(hasher_, set.salt, "reason", set.reason),
                  commit_text(hasher_, set.salt, "basis", set.basis),
                  {"r:年度考核", "r:表彰"},
                  kRecordsASet,
                  {}};
    EntryTree entries;
    for (uint64_t i = 0; i < kRecordsASet; ++i) {
      const uint32_t table = i < 3 ? 0 : 1;
      Row row{body.tables[table],
              number * 100 + i,
              "610799|" + std::to_string(i),
              "优秀",
              {},
              {},
              false};
      row.salt.fill(static_cast<uint8_t>(number * 16 + i));
      row.commitment = commit_row(hasher_, row);
      EXPECT_TRUE(entries.add(hasher_, {table, row.id, row.commitment}));
      set.rows.push_back(row);
    }
    body.entries_root = entries.root(hasher_);
    const std::string bytes = must(encode_leaf_body(body));
    tests::must(tree_.append(bytes));
    store_.leaves.push_back({number, bytes, hasher_.leaf(bytes), set});
  }

  void feed(Verifier& verifier, const LeafRow& leaf) {
    StoredLeaf stored{leaf.index, {}, leaf.hash, {}};
    if (leaf.body) stored.body = *leaf.body;
    if (leaf.change_set) {
      const ChangeSetRow& set = *leaf.change_set;
      StoredLeaf::ChangeSet& given = stored.change_set.emplace();
      given.id = set.id;
      given.recorded_at = set.recorded_at;
      if (!set.deleted) {
        given.author = commit_text(hasher_, set.salt, "author", set.author);
        given.reason = commit_text(hasher_, set.salt, "reason", set.reason);
        given.basis = commit_text(hasher_, set.salt, "basis", set.basis);
      }
    }
    verifier.begin_leaf(stored);
    for (const Row& row : leaf.change_set ? leaf.change_set->rows : std::vector<Row>()) {
      StoredEntry entry{row.table, row.id, row.key, row.commitment, {}};
      if (!row.deleted) entry.recomputed = commit_row(hasher_, row);
      verifier.entry(entry);
    }
    verifier.end_leaf();
  }

  Hasher hasher_ = must(Hasher::create(GetParam()));
  SigningKey key_ = must(SigningKey::from_pem(kOrigin, tests::kGoPem));
  MemoryNodeStore nodes_;
  Tree tree_ = must(Tree::open(GetParam(), nodes_, 0));
  Store store_;
};

INSTANTIATE_TEST_SUITE_P(Hashes, VerifierTest, testing::Values(HashKind::kSha256, HashKind::kSm3),
                         [](const auto& hash) {
                           return hash.param == HashKind::kSha256 ? "Sha256" : "Sm3";
                         });

TEST_P(VerifierTest, ASoundStoreIsSoundAtEveryCheckpoint) {
  std::vector<KnownCheckpoint> all;
  for (uint64_t size = kSets + 1; size-- > 0;) all.push_back({"c", checkpoint(size), {}});
  const Report report = verify(store_, all);
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.leaves, kSets);
  EXPECT_EQ(report.entries, kSets * kRecordsASet);
  EXPECT_EQ(report.anchored, kSets);
  ASSERT_EQ(report.checkpoints.size(), kSets + 1);
  for (size_t i = 0; i < report.checkpoints.size(); ++i) {
    EXPECT_EQ(report.checkpoints[i].size, kSets - i);  // in the order given
    EXPECT_EQ(report.checkpoints[i].status, CheckpointStatus::kMatches);
  }
  EXPECT_TRUE(verify(store_, {}).sound());
  EXPECT_EQ(verify(store_, {}).anchored, 0U);
  EXPECT_EQ(verify(store_, {{"old", checkpoint(2), {}}}).anchored, 2U);
}

TEST_P(VerifierTest, EveryAlteredRecordIsNamedAndNoOther) {
  for (uint64_t set = 0; set < kSets; ++set) {
    for (uint64_t at = 0; at < kRecordsASet; ++at) {
      const std::vector<std::function<void(Row&)>> alterations = {
          [](Row& r) { r.content = "称职"; },
          [](Row& r) { r.content[0] ^= 1; },
          [](Row& r) { r.key += "0"; },
          [](Row& r) { r.salt[15] ^= 1; },
      };
      for (const auto& alter : alterations) {
        Store tampered = store_;
        Row& row = tampered.leaves[set].change_set->rows[at];
        alter(row);
        const Report report = verify(tampered);
        ASSERT_EQ(found(report), (std::vector<Found>{{kRecordAltered, set, row.id}}));
        EXPECT_EQ(report.findings[0].table, row.table);
        EXPECT_EQ(report.findings[0].subject, row.key);
        EXPECT_FALSE(report.sound());
      }
    }
  }
}

TEST_P(VerifierTest, TwoAlteredRecordsAreTwoFindings) {
  Store tampered = store_;
  auto& rows = tampered.leaves[2].change_set->rows;
  rows[0].content = rows[4].content = "称职";
  EXPECT_EQ(found(verify(tampered)),
            (std::vector<Found>{{kRecordAltered, 2, 200}, {kRecordAltered, 2, 204}}));
}

TEST_P(VerifierTest, ADeletedRecordBreaksNothing) {
  Store store = store_;
  Row& row = store.leaves[3].change_set->rows[1];
  row.content.clear();
  row.key.clear();
  row.salt.fill(0);
  row.deleted = true;
  store.leaves[4].change_set->deleted = true;
  store.leaves[4].change_set->author.clear();
  const Report report = verify(store);
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.deleted, 1U);
}

struct Tamper {
  const char* name;
  std::function<void(Store&, Hasher&)> change;
  std::vector<std::pair<FindingKind, uint64_t>> findings;  // kind, leaf
  CheckpointStatus status;
};

TEST_P(VerifierTest, NamesWhatWasDone) {
  using enum CheckpointStatus;
  const auto row = [](Store& s, size_t leaf, size_t at) -> Row& {
    return s.leaves[leaf].change_set->rows[at];
  };
  const std::vector<Tamper> cases = {
      {"a commitment damaged, the record sound",
       [&](Store& s, Hasher&) { row(s, 1, 2).commitment[0] ^= 1; },
       {{kCommitmentDamaged, 1}},
       kMatches},
      {"record and commitment altered together",
       [&](Store& s, Hasher& h) {
         row(s, 1, 2).content = "称职";
         row(s, 1, 2).commitment = commit_row(h, row(s, 1, 2));
       },
       {{kEntriesDiffer, 1}},
       kMatches},
      {"one record altered, the commitment of another damaged",
       [&](Store& s, Hasher&) {
         row(s, 1, 2).content = "称职";
         row(s, 1, 3).commitment[0] ^= 1;
       },
       {{kRecordDiffers, 1}, {kRecordDiffers, 1}, {kEntriesDiffer, 1}},
       kMatches},
      {"a record gone",
       [&](Store& s, Hasher&) {
         auto& rows = s.leaves[2].change_set->rows;
         rows.erase(rows.begin());
       },
       {{kEntriesMissing, 2}},
       kMatches},
      {"a record added",
       [&](Store& s, Hasher& h) {
         Row added = row(s, 2, 4);
         added.id += 1;
         added.commitment = commit_row(h, added);
         s.leaves[2].change_set->rows.push_back(added);
       },
       {{kEntriesAdded, 2}},
       kMatches},
      {"a record twice",
       [&](Store& s, Hasher&) {
         auto& rows = s.leaves[2].change_set->rows;
         rows.insert(rows.begin(), rows[0]);
       },
       {{kEntryOutOfPlace, 2}},
       kMatches},
      {"a record in a table the leaf does not know",
       [&](Store& s, Hasher&) {
         Row added = row(s, 2, 4);
         added.table = "r:诫勉";
         s.leaves[2].change_set->rows.push_back(added);
       },
       {{kEntryOutOfPlace, 2}},
       kMatches},
      {"a version's number altered",
       [&](Store& s, Hasher&) { row(s, 2, 4).id += 1000; },
       {{kRecordDiffers, 2}, {kEntriesDiffer, 2}},
       kMatches},
      {"a record moved to another change set",
       [&](Store& s, Hasher&) {
         s.leaves[3].change_set->rows.push_back(row(s, 2, 4));
         s.leaves[2].change_set->rows.pop_back();
       },
       {{kEntriesMissing, 2}, {kEntryOutOfPlace, 3}},
       kMatches},
      {"the author altered",
       [&](Store& s, Hasher&) { s.leaves[4].change_set->author = "李四"; },
       {{kChangeSetAltered, 4}},
       kMatches},
      {"reason, basis and time altered",
       [&](Store& s, Hasher&) {
         s.leaves[4].change_set->reason = s.leaves[4].change_set->basis = "";
         s.leaves[4].change_set->recorded_at = "2025-06-30T00:00:04Z";
       },
       {{kChangeSetAltered, 4}, {kChangeSetAltered, 4}, {kChangeSetAltered, 4}},
       kMatches},
      {"the change set's number altered",
       [&](Store& s, Hasher&) { s.leaves[4].change_set->id = 9; },
       {{kChangeSetAltered, 4}},
       kMatches},
      {"a change set gone",
       [&](Store& s, Hasher&) { s.leaves[4].change_set.reset(); },
       {{kChangeSetMissing, 4}, {kEntriesMissing, 4}},
       kMatches},
      {"a leaf's time altered",
       [&](Store& s, Hasher&) { (*s.leaves[4].body)[24] = '5'; },
       {{kLeafAltered, 4}, {kChangeSetAltered, 4}},
       kMatches},
      {"a leaf no longer readable",
       [&](Store& s, Hasher&) { s.leaves[4].body->pop_back(); },
       {{kLeafAltered, 4}, {kLeafUnreadable, 4}},
       kMatches},
      {"a leaf's hash damaged",
       [&](Store& s, Hasher&) { (*s.leaves[4].hash)[0] ^= 1; },
       {{kLeafHashDamaged, 4}},
       kMatches},
      {"a leaf altered, the hash of another damaged",
       [&](Store& s, Hasher&) {
         (*s.leaves[4].body)[24] = '5';
         (*s.leaves[3].hash)[0] ^= 1;
       },
       {{kLeafDiffers, 3}, {kLeafDiffers, 4}, {kChangeSetAltered, 4}},
       kDiffers},
      {"a change set rewritten with all its hashes",
       [&](Store& s, Hasher& h) {
         LeafBody body = must(decode_leaf_body(*s.leaves[4].body));
         s.leaves[4].change_set->author = "李四";
         body.author = commit_text(h, s.leaves[4].change_set->salt, "author", "李四");
         s.leaves[4].body = must(encode_leaf_body(body));
         s.leaves[4].hash = h.leaf(*s.leaves[4].body);
       },
       {},
       kDiffers},
      {"a leaf's body gone",
       [&](Store& s, Hasher&) { s.leaves[4].body.reset(); },
       {{kLeafMissing, 4}},
       kMatches},
      {"a leaf gone from the middle",
       [&](Store& s, Hasher&) { s.leaves.erase(s.leaves.begin() + 4); },
       {{kLeafMissing, 4}},
       kDiffers},
      {"leaves gone from the end", [&](Store& s, Hasher&) { s.leaves.resize(4); }, {}, kLogShorter},
      {"everything gone", [&](Store& s, Hasher&) { s.leaves.clear(); }, {}, kLogShorter},
      {"a leaf twice",
       [&](Store& s, Hasher&) { s.leaves.insert(s.leaves.begin() + 4, s.leaves[3]); },
       {{kLeafOutOfPlace, 4}, {kChangeSetAltered, 4}, {kLeafOutOfPlace, 5}, {kLeafOutOfPlace, 6}},
       kDiffers},
      {"two leaves exchanged",
       [&](Store& s, Hasher&) {
         std::swap(s.leaves[3], s.leaves[4]);
         std::swap(s.leaves[3].index, s.leaves[4].index);
       },
       {{kChangeSetAltered, 4}},
       kDiffers},
      {"a leaf's index damaged",
       [&](Store& s, Hasher&) { s.leaves[5].index += uint64_t{1} << 50; },
       {{kLeafOutOfPlace, 5}},
       kMatches},
      {"no hash kept of any leaf",
       [&](Store& s, Hasher&) {
         for (LeafRow& leaf : s.leaves) leaf.hash.reset();
       },
       {},
       kMatches},
  };
  for (const Tamper& c : cases) {
    SCOPED_TRACE(c.name);
    Store tampered = store_;
    c.change(tampered, hasher_);
    std::vector<KnownCheckpoint> known = {{"last", checkpoint(kSets), {}}};
    const Report report = verify(tampered, known);
    std::vector<std::pair<FindingKind, uint64_t>> kinds;
    for (const Finding& f : report.findings) kinds.emplace_back(f.kind, f.leaf);
    EXPECT_EQ(kinds, c.findings);
    EXPECT_EQ(report.checkpoints[0].status, c.status);
    EXPECT_EQ(report.sound(), c.findings.empty() && c.status == CheckpointStatus::kMatches);
    EXPECT_EQ(report.anchored, c.status == kMatches ? kSets : 0);
  }
}

// What was kept is rewritten from the first altered record to the last root: then only a checkpoint
// from outside shows it, and an older one only if it is of after the alteration.
TEST_P(VerifierTest, ARewrittenStoreIsToldByCheckpointsOfAfterTheAlteration) {
  const std::vector<KnownCheckpoint> known = {{"before", checkpoint(3), {}},
                                              {"after", checkpoint(4), {}}};
  Store tampered = store_;
  LeafRow& leaf = tampered.leaves[3];
  LeafBody body = must(decode_leaf_body(*leaf.body));
  EntryTree entries;
  for (Row& row : leaf.change_set->rows) {
    row.content = "称职";
    row.commitment = commit_row(hasher_, row);
    const uint32_t table = row.table == body.tables[0] ? 0 : 1;
    ASSERT_TRUE(entries.add(hasher_, {table, row.id, row.commitment}));
  }
  body.entries_root = entries.root(hasher_);
  leaf.body = must(encode_leaf_body(body));
  leaf.hash = hasher_.leaf(*leaf.body);

  EXPECT_TRUE(verify(tampered, {}).sound());
  const Report report = verify(tampered, known);
  EXPECT_EQ(report.checkpoints[0].status, CheckpointStatus::kMatches);
  EXPECT_EQ(report.checkpoints[1].status, CheckpointStatus::kDiffers);
  EXPECT_EQ(report.anchored, 3U);
  EXPECT_FALSE(report.sound());
}

TEST_P(VerifierTest, ARestoredBackupIsTrueToALaterCheckpoint) {
  Store backup = store_;
  backup.leaves.resize(4);
  const auto later = checkpoint(kSets);
  const Proof proof = must(tree_.consistency_proof(4, kSets));
  const auto status = [&](const Store& store, const Proof& p) {
    const Report report = verify(store, {{"later", later, p}});
    EXPECT_FALSE(report.sound());  // leaves are lost all the same
    EXPECT_EQ(report.anchored,
              report.checkpoints[0].status == CheckpointStatus::kLogShorterButTrue ? 4U : 0U);
    return report.checkpoints[0].status;
  };
  EXPECT_EQ(status(backup, proof), CheckpointStatus::kLogShorterButTrue);
  EXPECT_EQ(status(backup, {}), CheckpointStatus::kLogShorter);
  Store tampered = backup;
  tampered.leaves[1].body = "x";
  tampered.leaves[1].hash.reset();
  EXPECT_EQ(status(tampered, proof), CheckpointStatus::kLogShorter);
}

TEST_P(VerifierTest, ACheckpointNobodyVouchesForAnchorsNothing) {
  const auto stranger = must(SigningKey::generate(kOrigin, KeyKind::kEd25519));
  const Checkpoint honest = checkpoint(kSets).checkpoint;
  auto unknown = must(sign_checkpoint(honest, stranger));
  auto bad = checkpoint(kSets);
  bad.note.signatures[0].bytes[0] ^= 1;
  Checkpoint of_other = honest;
  of_other.origin = "other";
  const auto other =
      must(sign_checkpoint(of_other, must(SigningKey::generate("other", KeyKind::kEd25519))));
  const Report report =
      verify(store_, {{"unknown", unknown, {}}, {"bad", bad, {}}, {"other", other, {}}});
  EXPECT_FALSE(report.sound());
  EXPECT_EQ(report.anchored, 0U);
  using enum SignatureStatus;
  using enum CheckpointStatus;
  const std::vector<std::pair<SignatureStatus, CheckpointStatus>> expected = {
      {kUnknownKey, kMatches}, {kBad, kMatches}, {kUnknownKey, kOtherLog}};
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(report.checkpoints[i].signatures[0].status, expected[i].first) << i;
    EXPECT_EQ(report.checkpoints[i].status, expected[i].second) << i;
    EXPECT_FALSE(report.checkpoints[i].signed_by_log);
  }
}

TEST_P(VerifierTest, FindingsAreBoundedAndCounted) {
  auto verifier = must(Verifier::create(GetParam(), kOrigin, {}, {}));
  verifier.begin_leaf({0, *store_.leaves[0].body, {}, {}});
  for (uint64_t i = 0; i < Verifier::kMaxFindings + 7; ++i) {
    verifier.entry({"r:年度考核", i, "k", Hash{}, tests::filled(1)});
  }
  verifier.end_leaf();
  const Report report = verifier.finish();
  EXPECT_EQ(report.findings.size(), Verifier::kMaxFindings);
  EXPECT_EQ(report.findings_dropped, 7U + 2U);  // and no change set, and too many entries
  const auto too_many = Verifier::create(
      GetParam(), kOrigin, {}, std::vector<KnownCheckpoint>(Verifier::kMaxCheckpoints + 1));
  EXPECT_EQ(too_many.error().code, ErrorCode::kLimit);
}

TEST(Report, SpeaksBothLanguages) {
  const Finding finding{kRecordAltered, 3, 4, "r:表彰", 17, "610799|2025"};
  EXPECT_EQ(finding.describe().zh,
            "记录被改动：账本第 3 条，变更集 4，r:表彰 版本 17（610799|2025）");
  EXPECT_EQ(finding.describe().en,
            "the record was altered: leaf 3, change set 4, r:表彰 version 17 (610799|2025)");
  CheckpointResult result;
  result.label = "六月.checkpoint";
  result.size = 9;
  result.status = CheckpointStatus::kLogShorter;
  EXPECT_EQ(result.describe().zh,
            "账本比检查点短：已签的条目丢失：六月.checkpoint，9 条，没有账本的有效签名");
  EXPECT_THAT(result.describe().en, testing::EndsWith("without a good signature of the log"));
  for (int kind = 0; kind <= static_cast<int>(kLeafDiffers); ++kind) {
    Finding any;
    any.kind = static_cast<FindingKind>(kind);
    EXPECT_THAT(any.describe().zh, testing::Not(testing::StartsWith("：")));
  }
}

}  // namespace
}  // namespace dandang::ledger

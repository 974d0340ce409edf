#include "store/backup.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "ledger/test_log.h"
#include "store/postgres_cluster.h"
#include "store/postgres_store.h"
#include "store/record_store_contract.h"
#include "store/sqlite_store.h"

// A store goes into a file and comes back as it was, from every database and into each; and no
// byte of the file can be changed without that being told.
namespace dandang::store {
namespace {

using ledger::HashKind;
using ledger::tests::must;
using ledger::tests::TemporaryFolder;
using testing::HasSubstr;

namespace fs = std::filesystem;

constexpr const char* kMade = "2026-11-22T08:00:00Z";

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void fill(SqlStore& store) {
  must(store.define(*sample_catalogue()));
  record::ChangeSet first =
      change_set(kMonday, {unit("甲局"), unit("乙局", "甲局"), official("a", "甲局"),
                           official("b", "乙局"), appraisal("a", 2024, "优秀")});
  first.coverage = {{"年度考核", {"甲局", "2024"}, {"考核.xlsx", "2024", 1}, ""}};
  first.parameters = {{"包", "比例", "0.2", *Date::from_ymd(2026, 1, 1), "", "岚组会〔2026〕3号"}};
  // More than one chunk.
  first.packages = {{"包", "包/a.md", std::string(200'000, 'x')}};
  apply_ok(store, first);
  record::ChangeSet second = change_set(kTuesday, {official("a", "甲局", "80")});
  second.withdrawals = {{"干部", "b"}};
  second.idempotency_key = "第二批";
  apply_ok(store, second);
  record::ChangeSet third = change_set(kWednesday);
  third.undoes = 1;
  apply_ok(store, third);
}

class Backup : public testing::Test {
 protected:
  std::string file(const std::string& name) const { return folder_.file(name); }
  // A filled store, closed.
  std::string store(HashKind hash = HashKind::kSha256) {
    const std::string path = file("store" + std::to_string(++count_));
    const auto made = must(SqliteStore::create(path, hash));
    fill(*made);
    return path;
  }
  std::string secret_file(const std::string& name, const std::string& bytes, mode_t mode = 0600) {
    std::ofstream(file(name), std::ios::binary) << bytes;
    EXPECT_EQ(chmod(file(name).c_str(), mode), 0);
    return file(name);
  }
  BackupSecret key(char byte = 'k') {
    return must(BackupSecret::from_key_file(secret_file("key", std::string(32, byte))));
  }
  Result<BackupManifest> back_up(const std::string& store, const std::string& out,
                                 const BackupSecret* secret = nullptr) {
    return make_backup({"", store, folder_.file("")}, {out, kMade, secret}, nullptr);
  }
  static Result<void> check(const std::string& path, const BackupSecret* secret = nullptr) {
    DD_ASSIGN_OR_RETURN(std::shared_ptr<BackupFile> backup, BackupFile::open(path, secret));
    return check_backup(backup, nullptr);
  }
  // What is left in the folder beside the files named.
  std::set<std::string> others(const std::set<std::string>& known) const {
    std::set<std::string> out;
    for (const auto& entry : fs::directory_iterator(file(""))) {
      const std::string name = entry.path().filename();
      if (!known.contains(name)) out.insert(name);
    }
    return out;
  }

  TemporaryFolder folder_;
  int count_ = 0;
};

TEST_F(Backup, ComesBackAsItWas) {
  const BackupSecret by_key = key();
  const BackupSecret by_words = must(BackupSecret::from_passphrase_file(
      secret_file("words", "correct horse battery staple\nnot this")));
  struct Case {
    HashKind hash;
    const BackupSecret* secret;
    BackupCipher cipher;
  };
  const Case cases[] = {
      {HashKind::kSha256, nullptr, BackupCipher::kNone},
      {HashKind::kSha256, &by_key, BackupCipher::kAes256Gcm},
      {HashKind::kSha256, &by_words, BackupCipher::kAes256Gcm},
      {HashKind::kSm3, nullptr, BackupCipher::kNone},
      {HashKind::kSm3, &by_key, BackupCipher::kSm4CtrHmacSm3},
      {HashKind::kSm3, &by_words, BackupCipher::kSm4CtrHmacSm3},
  };
  for (const Case& c : cases) {
    const std::string origin = store(c.hash);
    const std::string out = origin + ".backup";
    const BackupManifest made = must(back_up(origin, out, c.secret));
    EXPECT_EQ(made.change_set, 3);
    EXPECT_EQ(made.recorded_at, kWednesday);
    EXPECT_EQ(made.made_at, kMade);
    EXPECT_EQ(made.leaves, 3U);
    EXPECT_EQ(made.cipher, c.cipher);
    EXPECT_EQ(must(BackupFile::manifest_of(out)).to_text(), made.to_text());
    struct stat status {};
    ASSERT_EQ(stat(out.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    const bool open = c.secret == nullptr;
    EXPECT_EQ(read_file(out).find("甲局") != std::string::npos, open) << "what can be read in it";

    const std::shared_ptr<BackupFile> backup = must(BackupFile::open(out, c.secret));
    must(check_backup(backup, nullptr));
    must(restore_to_sqlite(*backup, origin + ".again", nullptr));
    EXPECT_EQ(logical_dump(*must(SqliteStore::open(origin + ".again"))),
              logical_dump(*must(SqliteStore::open(origin))));
  }
}

TEST_F(Backup, GoesFromEachDatabaseToTheOther) {
  if (!PostgresCluster::available()) GTEST_SKIP() << PostgresCluster::missing();
  const std::string origin = store();
  const std::string expected = logical_dump(*must(SqliteStore::open(origin)));
  must(back_up(origin, file("first")));
  const std::string address = PostgresCluster::instance()->new_address();
  const std::shared_ptr<BackupFile> first = must(BackupFile::open(file("first"), nullptr));
  must(restore_to_postgres(first, address, "610799", nullptr));
  EXPECT_EQ(logical_dump(*must(PostgresStore::open(address))), expected);
  const auto again = restore_to_postgres(first, address, "610799", nullptr);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::kExists);

  const BackupManifest made =
      must(make_backup({address, "", folder_.file("")}, {file("second"), kMade, nullptr}, nullptr));
  EXPECT_EQ(made.root, first->manifest().root);
  const std::shared_ptr<BackupFile> second = must(BackupFile::open(file("second"), nullptr));
  must(check_backup(second, nullptr));
  must(restore_to_sqlite(*second, file("back"), nullptr));
  EXPECT_EQ(logical_dump(*must(SqliteStore::open(file("back")))), expected);
}

TEST_F(Backup, TellsEveryAlteration) {
  const std::string origin = store();
  const std::string sm3 = store(HashKind::kSm3);
  const BackupSecret secret = key();
  must(back_up(origin, file("plain")));
  must(back_up(origin, file("aes"), &secret));
  must(back_up(sm3, file("sm4"), &secret));
  struct Sealed {
    const char* name;
    const BackupSecret* secret;
    size_t tag;
  };
  for (const Sealed& sealed :
       {Sealed{"plain", nullptr, 0}, Sealed{"aes", &secret, 16}, Sealed{"sm4", &secret, 32}}) {
    const std::string good = read_file(file(sealed.name));
    const size_t head = good.find("\n\n") + 2;
    const size_t chunk = ChunkCipher::kChunk + sealed.tag;
    ASSERT_GT(good.size(), head + 3 * chunk);
    must(check(file(sealed.name), sealed.secret));
    const auto expect_told = [&](std::string bad, const std::string& what) {
      std::ofstream(file("bad"), std::ios::binary) << bad;
      const auto told = check(file("bad"), sealed.secret);
      ASSERT_FALSE(told.has_value()) << sealed.name << ": " << what;
      EXPECT_NE(told.error().code, ErrorCode::kIo) << what;
    };
    for (size_t byte = 0; byte < good.size(); byte += byte < head ? 7 : 9973) {
      std::string bad = good;
      bad[byte] = static_cast<char>(bad[byte] ^ 1);
      expect_told(bad, "bit of byte " + std::to_string(byte));
    }
    for (const size_t size : {size_t{0}, size_t{5}, head - 1, head, head + chunk, head + chunk + 1,
                              good.size() - chunk, good.size() - 1}) {
      expect_told(good.substr(0, size), "cut to " + std::to_string(size));
    }
    expect_told(good + "x", "longer");
    std::string swapped = good;
    swapped.replace(head, chunk, good.substr(head + chunk, chunk));
    swapped.replace(head + chunk, chunk, good.substr(head, chunk));
    expect_told(swapped, "two chunks in each other's place");
    std::string repeated = good;
    repeated.replace(head, chunk, good.substr(head + chunk, chunk));
    expect_told(repeated, "a chunk twice");
  }
  // Chunks of another backup under the same key are not taken for this one's.
  must(back_up(origin, file("aes2"), &secret));
  const std::string first = read_file(file("aes"));
  const std::string second = read_file(file("aes2"));
  const size_t head = first.find("\n\n") + 2;
  std::ofstream(file("bad"), std::ios::binary) << first.substr(0, head) << second.substr(head);
  EXPECT_FALSE(check(file("bad"), &secret).has_value());
}

// A chunk cut off with the manifest made to fit: only the mark of the last chunk tells.
TEST_F(Backup, KnowsItsLastChunk) {
  const BackupSecret secret = key();
  BackupManifest manifest;
  ChunkCipher cipher = must(ChunkCipher::choose(&secret, manifest));
  std::string sealed;
  std::string plain;
  must(cipher.seal(3, false, "abc", sealed));
  EXPECT_TRUE(must(cipher.open(3, false, sealed, plain)));
  EXPECT_EQ(plain, "abc");
  EXPECT_FALSE(must(cipher.open(3, true, sealed, plain)));
  EXPECT_FALSE(must(cipher.open(4, false, sealed, plain)));
}

TEST_F(Backup, RefusesWhatIsNoKey) {
  const std::string origin = store();
  const BackupSecret secret = key();
  const BackupSecret words =
      must(BackupSecret::from_passphrase_file(secret_file("words", "twelve bytes and more")));
  const BackupSecret other = key('o');
  must(back_up(origin, file("plain")));
  must(back_up(origin, file("sealed"), &secret));
  struct Case {
    const char* path;
    const BackupSecret* secret;
    const char* says;
  };
  for (const Case& c :
       {Case{"sealed", nullptr, "encrypted"}, Case{"sealed", &words, "--key-file"},
        Case{"sealed", &other, "not the backup's key"}, Case{"plain", &secret, "not encrypted"}}) {
    const auto told = check(file(c.path), c.secret);
    ASSERT_FALSE(told.has_value()) << c.says;
    EXPECT_THAT(told.error().to_string(Language::kEnglish), HasSubstr(c.says));
  }
  EXPECT_FALSE(BackupSecret::from_key_file(secret_file("k", std::string(32, 'k'), 0640)));
  EXPECT_FALSE(BackupSecret::from_key_file(secret_file("short", std::string(31, 'k'))));
  EXPECT_FALSE(BackupSecret::from_key_file(secret_file("long", std::string(33, 'k'))));
  EXPECT_FALSE(BackupSecret::from_passphrase_file(secret_file("few", "eleven byte\n")));
  EXPECT_FALSE(BackupSecret::from_passphrase_file(file("nowhere")));
}

TEST_F(Backup, LeavesNothingBesideItself) {
  const std::string origin = store();
  const auto before = others({});
  must(back_up(origin, file("backup")));
  EXPECT_THAT(others(before), testing::IsSubsetOf({"backup", "store1-wal", "store1-shm"}));
  const std::string bytes = read_file(file("backup"));
  const auto again = back_up(origin, file("backup"));
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::kExists);
  EXPECT_EQ(read_file(file("backup")), bytes);
  EXPECT_FALSE(back_up(origin, file("no/such/folder")).has_value());
}

TEST_F(Backup, IsMadeOfASoundStoreOnly) {
  const std::string origin = store();
  // Behind the store's back.
  std::string bytes = read_file(origin);
  for (size_t at = bytes.find("岚组会"); at != std::string::npos;
       at = bytes.find("岚组会", at + 1)) {
    bytes.replace(at, 3, "\xe9\x9b\x86");
  }
  std::ofstream(origin, std::ios::binary) << bytes;
  const auto refused = back_up(origin, file("backup"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsoundStore);
  EXPECT_EQ(refused.error().where, origin);
  EXPECT_FALSE(fs::exists(file("backup")));
}

}  // namespace
}  // namespace dandang::store

// Three regions on three PostgreSQL servers, read as a whole through a fourth database by its
// partitions and postgres_fdw: what is found is, byte for byte, what one SQLite file with all the
// records gives. And what the whole refuses.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "policy/link.h"
#include "process.h"
#include "store/postgres_cluster.h"
#include "store/postgres_store.h"
#include "store/postgres_whole.h"
#include "store/sqlite_store.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;
using record::ChangeSet;
using record::NewVersion;
using store::PostgresCluster;
using testing::HasSubstr;

const fs::path kSource = DANDANG_SOURCE_DIR;
const std::vector<std::string> kRegions = {"610100", "610700", "610900"};

template <typename T>
T take(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().to_string(Language::kEnglish);
    std::abort();
  }
  return std::move(result).value();
}

// The sample county's records as another county would have them: the same but for its people's and
// units' names, so that nobody is in two regions.
class Counties {
 public:
  Counties(const record::Catalogue& catalogue, std::vector<NewVersion> versions)
      : catalogue_(catalogue), versions_(std::move(versions)) {
    for (const NewVersion& version : versions_) by_key_[{version.type, version.key}] = &version;
  }

  ChangeSet county(const std::string& region) {
    ChangeSet set;
    set.recorded_at = "2026-07-01T00:00:00Z";
    set.author = region;
    for (const NewVersion& version : versions_) {
      NewVersion& out = set.versions.emplace_back(version);
      out.cells = cells_of(version, region);
      out.key = key_of(version.type, version.key, region);
    }
    for (const record::RecordType& type : catalogue_.types) {
      set.coverage.push_back({type.name, {}, {}});
    }
    return set;
  }

 private:
  const record::RecordType& type_of(const std::string& name) const {
    return *catalogue_.find_type(name);
  }
  std::vector<Cell> cells_of(const NewVersion& version, const std::string& region) {
    std::vector<Cell> cells = version.cells;
    const record::RecordType& type = type_of(version.type);
    for (size_t f = 0; f < cells.size(); ++f) {
      auto* text = std::get_if<std::string>(&cells[f]);
      if (text == nullptr) continue;
      const record::Field& field = type.fields[f];
      if (field.kind == record::FieldKind::kRef) {
        *text = key_of(field.ref_type, *text, region);
      } else if (is_named(type, field)) {
        *text += region;
      }
    }
    return cells;
  }
  // A key of names alone, as of a unit or a person; keys of others lead to these.
  static bool is_named(const record::RecordType& type, const record::Field& field) {
    using record::FieldKind;
    const bool in_key = std::find(type.key.begin(), type.key.end(), field.name) != type.key.end();
    return in_key && field.kind != FieldKind::kCode;
  }
  std::string key_of(const std::string& type_name, const std::string& key,
                     const std::string& region) {
    const NewVersion& version = *by_key_.at({type_name, key});
    const std::vector<Cell> cells = cells_of(version, region);
    const record::RecordType& type = type_of(type_name);
    std::vector<std::string> before;
    std::vector<std::string> after;
    for (const std::string& name : type.key) {
      const size_t f = static_cast<size_t>(
          std::find_if(type.fields.begin(), type.fields.end(),
                       [&](const record::Field& field) { return field.name == name; }) -
          type.fields.begin());
      before.push_back(part_of(type.fields[f], version.cells[f]));
      after.push_back(part_of(type.fields[f], cells[f]));
    }
    // What a key holds beside its fields (the number of a row that repeats) stays behind them.
    const std::string fields = record::key_text(before);
    EXPECT_EQ(key.substr(0, fields.size()), fields);
    return record::key_text(after) + key.substr(std::min(key.size(), fields.size()));
  }
  static std::string part_of(const record::Field& field, const Cell& cell) {
    const auto* text = std::get_if<std::string>(&cell);
    return text != nullptr ? *text : record::to_display(field, cell);
  }

  const record::Catalogue& catalogue_;
  std::vector<NewVersion> versions_;
  std::map<std::pair<std::string, std::string>, const NewVersion*> by_key_;
};

ChangeSet publication(const std::vector<policy::SourceFile>& files) {
  ChangeSet set;
  set.recorded_at = "2026-06-30T00:00:00Z";
  set.author = "test";
  for (const policy::SourceFile& file : files) {
    set.packages.push_back({file.path.substr(0, file.path.find('/')), file.path, file.content});
  }
  return set;
}

class Regions : public testing::Test {
 protected:
  void SetUp() override {
    if (!PostgresCluster::available()) GTEST_SKIP() << PostgresCluster::missing();
    files_ = take(policy::read_package_files((kSource / "policies").string()));
    Diagnostics diagnostics;
    set_ = policy::load_packages(files_, diagnostics);
  }

  Counties sample_county() {
    const std::string data = folder_.file("county");
    EXPECT_EQ(run_dandang({"init", data, "--policies", (kSource / "policies").string()}).code, 0);
    std::vector<std::string> words{"import", data, "--json", "--partial"};
    for (const auto& entry : fs::directory_iterator(kSource / "samples" / "county")) {
      if (entry.path().extension() == ".xlsx") words.push_back(entry.path().string());
    }
    std::sort(words.begin() + 4, words.end());
    EXPECT_EQ(run_dandang(words).code, 3);
    const auto store = take(store::SqliteStore::open(data + "/records.sqlite"));
    std::vector<NewVersion> versions;
    const auto done =
        store->versions_of(*set_.catalogue, 2, [&](const record::RecordChange& change) {
          versions.push_back(*change.after);
          return Result<void>();
        });
    EXPECT_TRUE(done);
    return {*set_.catalogue, std::move(versions)};
  }

  void write(record::RecordStore& store, const std::vector<ChangeSet>& sets) {
    ASSERT_TRUE(store.define(*set_.catalogue));
    for (const ChangeSet& set : sets) take(store.apply(*set_.catalogue, set));
  }

  // A database whose tables are those of the servers, a partition each.
  void make_whole(PostgresCluster& whole, const std::vector<PostgresCluster*>& servers) {
    std::string sql = "CREATE EXTENSION IF NOT EXISTS postgres_fdw;";
    for (size_t i = 0; i < servers.size(); ++i) {
      const std::string name = "region_" + kRegions[i];
      sql += "CREATE SERVER " + name + " FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '" +
             servers[i]->folder() +
             "', dbname 'postgres', fetch_size '10000', updatable 'false');"
             "CREATE USER MAPPING FOR CURRENT_USER SERVER " +
             name + " OPTIONS (user 'dandang');";
    }
    EXPECT_EQ(whole.psql(whole.address(), sql), "");
    EXPECT_EQ(made_anew(whole), "");
    data_ = folder_.file("whole");
    fs::create_directory(data_);
    std::ofstream(data_ + "/store.address") << whole.address() << "\n";
  }
  static std::string made_anew(PostgresCluster& whole) {
    return whole.psql(whole.address() + "&options=-cclient_min_messages%3Derror",
                      read_file(kSource / "scripts" / "postgres_whole.sql"));
  }

  static std::string evaluated(const std::string& data) {
    const ProcessResult result =
        run_dandang({"evaluate", data, "--as-of", "2026-06-30", "--json", "--all"});
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  }
  static std::string refused(const std::vector<std::string>& words) {
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--lang", "en"});
    const ProcessResult result = run_dandang(all);
    EXPECT_NE(result.code, 0) << words[0];
    return result.err;
  }

  TemporaryFolder folder_;
  std::vector<policy::SourceFile> files_;
  policy::PolicySet set_;
  std::string data_;
};

TEST_F(Regions, OnThreeServersAreEvaluatedAsOneFile) {
  std::vector<std::unique_ptr<PostgresCluster>> clusters;
  std::vector<PostgresCluster*> servers;
  for (size_t i = 0; i < kRegions.size(); ++i) {
    clusters.push_back(PostgresCluster::start());
    servers.push_back(clusters.back().get());
  }
  Counties counties = sample_county();
  std::vector<ChangeSet> all = {publication(files_)};
  for (size_t i = 0; i < kRegions.size(); ++i) {
    const auto store = take(store::PostgresStore::create(servers[i]->address(), kRegions[i]));
    all.push_back(counties.county(kRegions[i]));
    write(*store, {all.front(), all.back()});
  }
  const std::string one = folder_.file("one");
  fs::create_directory(one);
  write(*take(store::SqliteStore::create(one + "/records.sqlite")), all);

  const auto coordinator = PostgresCluster::start();
  make_whole(*coordinator, servers);
  const std::string expected = evaluated(one);
  EXPECT_GT(expected.size(), 100'000U);
  EXPECT_TRUE(evaluated(data_) == expected);
  // Each row really lies on its own server.
  EXPECT_EQ(coordinator->psql(coordinator->address(),
                              "SELECT string_agg(DISTINCT c.relkind::text, '') FROM pg_inherits i"
                              " JOIN pg_class c ON c.oid = i.inhrelid"),
            "f\n");

  // The whole is looked at, never written, and of the present.
  EXPECT_THAT(refused({"parameter", "set", data_, "积分靠前比例=0.2", "--from", "2026-01-01",
                       "--basis", "会", "--by", "李四"}),
              HasSubstr("whole of several regions"));
  EXPECT_THAT(refused({"evaluate", data_, "--as-of", "2026-06-30", "--known-at", "2026-06-30"}),
              HasSubstr("whole of several regions"));
  EXPECT_THAT(refused({"verify", data_}), HasSubstr("whole of several regions"));

  // What one region alone has set is no standard of the whole.
  const auto store = take(store::PostgresStore::open(servers[1]->address()));
  ChangeSet own;
  own.recorded_at = "2026-07-02T00:00:00Z";
  own.author = "test";
  own.parameters = {{"shaanxi-2019", "x", "1", *Date::from_ymd(2026, 1, 1), "", "会"}};
  write(*store, {own});
  EXPECT_THAT(refused({"evaluate", data_, "--as-of", "2026-06-30"}),
              HasSubstr("the regions have set other parameters"));
  // A server that is down: no answer rather than half of one.
  clusters[2].reset();
  EXPECT_NE(refused({"evaluate", data_, "--as-of", "2026-06-30"}), "");
}

}  // namespace
}  // namespace dandang::tests

// The snapshot at the command: what is found with it is what is found without it, whatever happens
// to the file.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "policy/link.h"
#include "process.h"
#include "record/snapshot.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const fs::path kSource = DANDANG_SOURCE_DIR;

class SnapshotCommand : public testing::Test {
 protected:
  void SetUp() override {
    setenv("DANDANG_SNAPSHOT_ROWS", "1", 1);
    data_ = folder_.file("data");
    ASSERT_EQ(run_dandang({"init", data_, "--policies", (kSource / "policies").string()}).code, 0);
    std::vector<std::string> words{"import", data_, "--json", "--partial"};
    for (const auto& entry : fs::directory_iterator(kSource / "samples" / "county")) {
      if (entry.path().extension() == ".xlsx") words.push_back(entry.path().string());
    }
    ASSERT_EQ(run_dandang(words).code, 3);  // some rows are to be refused
  }
  void TearDown() override { unsetenv("DANDANG_SNAPSHOT_ROWS"); }

  static ProcessResult run(std::vector<std::string> words) {
    words.insert(words.end(), {"--lang", "en"});
    ProcessResult result = run_dandang(words);
    EXPECT_EQ(result.code, 0) << words[0] << "\n" << result.out << result.err;
    return result;
  }
  static ProcessResult evaluate(const std::string& data) {
    return run({"evaluate", data, "--as-of", "2026-06-30", "--json", "--all", "--verbose", "--rule",
                "N4.R1", "N4.R2b", "N4.R2c"});
  }
  // Evaluates, and expects what comes of the records themselves; what was said of the snapshot.
  enum class Records { kThere, kGone };
  std::string said(Records records = Records::kThere) { return said(data_, records); }
  static std::string said(const std::string& data, Records records = Records::kThere) {
    const ProcessResult with = evaluate(data);
    setenv("DANDANG_SNAPSHOT_ROWS", "off", 1);
    const ProcessResult without = evaluate(data);
    setenv("DANDANG_SNAPSHOT_ROWS", "1", 1);
    EXPECT_EQ(with.out.size() > 1000U, records == Records::kThere);
    EXPECT_TRUE(with.out == without.out);
    EXPECT_THAT(without.err, Not(HasSubstr("snapshot")));
    return with.err;
  }
  void set_parameter(const std::string& value) {
    run({"parameter", "set", data_, "积分靠前比例=" + value, "--from", "2026-01-01", "--basis",
         "岚组会〔2026〕3号", "--by", "李四"});
  }
  std::string snapshot() const { return data_ + "/cache/records.snapshot"; }

  TemporaryFolder folder_;
  std::string data_;
};

TEST_F(SnapshotCommand, IsWrittenOpenedAndFollowsWhatIsWritten) {
  EXPECT_THAT(said(), HasSubstr("snapshot: written, change set 2"));
  struct stat status {};
  ASSERT_EQ(stat(snapshot().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_THAT(said(), HasSubstr("snapshot: opened, change set 2\n"));
  set_parameter("0.2");
  EXPECT_THAT(said(), HasSubstr("opened, change set 2, 0 records followed to 3"));
  run({"undo", data_, "2", "--by", "李四", "--basis", "误导入"});
  EXPECT_THAT(said(Records::kGone),
              HasSubstr("opened, change set 2, 4210 records followed to 4\nsnapshot: written"));
  run({"undo", data_, "4", "--by", "李四", "--basis", "误撤销"});
  EXPECT_THAT(said(), HasSubstr("opened, change set 4, 4210 records followed to 5"));
  EXPECT_THAT(said(), HasSubstr("snapshot: opened, change set 5\n"));
  // Quiet where nobody asked.
  EXPECT_THAT(run({"evaluate", data_, "--as-of", "2026-06-30"}).err, Not(HasSubstr("snapshot")));
}

TEST_F(SnapshotCommand, ThePastIsReadFromTheStore) {
  const std::string told = said();
  const std::string time = told.substr(told.find("(20") + 1, 20);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  set_parameter("0.2");
  said();
  const ProcessResult past = run({"evaluate", data_, "--as-of", "2026-06-30", "--known-at", time,
                                  "--rule", "N4.R1", "--verbose"});
  EXPECT_THAT(past.err, HasSubstr("known at change set 2"));
  EXPECT_THAT(past.err, Not(HasSubstr("snapshot")));
}

TEST_F(SnapshotCommand, IsMadeAnewOnAnyDoubt) {
  struct Case {
    const char* what;
    std::function<void()> harm;
    std::string says;
  };
  const auto write = [&](const std::string& bytes) {
    std::ofstream(snapshot(), std::ios::binary | std::ios::trunc) << bytes;
  };
  const Case cases[] = {
      {"gone", [&] { fs::remove(snapshot()); }, "no such file"},
      {"empty", [&] { write(""); }, "cut short"},
      {"cut short", [&] { fs::resize_file(snapshot(), fs::file_size(snapshot()) / 2); },
       "cut short"},
      {"a byte changed",
       [&] {
         std::string bytes = read_file(snapshot());
         bytes[bytes.size() / 3] = static_cast<char>(bytes[bytes.size() / 3] ^ 1);
         bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
         write(bytes);
       },
       "cut short or not ours"},
      {"another program's", [&] { write("SQLite format 3"); }, "cut short"},
  };
  said();
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    c.harm();
    const std::string told = said();
    EXPECT_THAT(told, HasSubstr(c.says));
    EXPECT_THAT(told, HasSubstr("snapshot: written"));
    EXPECT_THAT(said(), HasSubstr("snapshot: opened"));
  }
}

TEST_F(SnapshotCommand, IsOfNoCopyAndOfNoOtherHistory) {
  said();
  const std::string copy = folder_.file("copy");
  fs::copy(data_, copy, fs::copy_options::recursive);
  EXPECT_THAT(said(copy), HasSubstr("of another store, or of another history"));
  // A backup put back, and another change set written under the number of one that was lost.
  fs::copy(data_ + "/records.sqlite", folder_.file("backup"));
  set_parameter("0.2");
  fs::remove(snapshot());
  EXPECT_THAT(said(), HasSubstr("written, change set 3"));
  fs::copy(folder_.file("backup"), data_ + "/records.sqlite", fs::copy_options::overwrite_existing);
  EXPECT_THAT(said(), HasSubstr("of a later change set"));
  EXPECT_THAT(said(), HasSubstr("snapshot: opened, change set 2\n"));
  set_parameter("0.2");
  fs::remove(snapshot());
  said();
  fs::copy(snapshot(), folder_.file("third"));
  fs::copy(folder_.file("backup"), data_ + "/records.sqlite", fs::copy_options::overwrite_existing);
  set_parameter("0.9");
  fs::copy(folder_.file("third"), snapshot(), fs::copy_options::overwrite_existing);
  EXPECT_THAT(said(), HasSubstr("of another store, or of another history"));
}

TEST_F(SnapshotCommand, ManyCommandsAtOnceFindTheSame) {
  constexpr size_t kCommands = 4;
  std::vector<ProcessResult> results(kCommands);
  std::vector<std::thread> threads;
  for (ProcessResult& result : results) {
    threads.emplace_back([&] { result = evaluate(data_); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const ProcessResult& result : results) EXPECT_TRUE(result.out == results[0].out);
  EXPECT_THAT(said(), HasSubstr("snapshot: opened, change set 2\n"));
}

TEST_F(SnapshotCommand, FailsNoCommandWhereItCannotBeKept) {
  fs::remove_all(data_ + "/cache");
  std::ofstream(data_ + "/cache") << "a file in the folder's place";
  EXPECT_THAT(said(), HasSubstr("not written"));
}

TEST_F(SnapshotCommand, VerifyHoldsItAgainstTheStore) {
  said();
  EXPECT_THAT(run({"verify", data_}).out, HasSubstr("equals the database row by row"));
  // Somebody writes another value, checksums and all.
  const auto files = policy::read_package_files((kSource / "policies").string());
  ASSERT_TRUE(files);
  Diagnostics diagnostics;
  const policy::PolicySet set = policy::load_packages(*files, diagnostics);
  const auto head = record::read_snapshot_head(snapshot());
  ASSERT_TRUE(head);
  {
    auto data = record::open_snapshot(set.catalogue, head->store, head->known_at, snapshot());
    ASSERT_TRUE(data);
    bool altered = false;
    for (size_t t = 0; t < set.catalogue->types.size() && !altered; ++t) {
      record::Table& table = data->table(t);
      for (size_t f = 0; f < table.columns.size() && table.size() > 0 && !altered; ++f) {
        if (table.columns[f].kind() != Column::Kind::kText) continue;
        table.columns[f].set(0, std::string("改过"));
        altered = true;
      }
    }
    ASSERT_TRUE(altered);
    ASSERT_TRUE(record::save_snapshot(*data, head->store, snapshot()));
  }
  const ProcessResult told = run_dandang({"verify", data_, "--lang", "en"});
  EXPECT_EQ(told.code, 1);
  EXPECT_THAT(told.out, HasSubstr("the snapshot (change set 2) differs from the database: \""));
  fs::resize_file(snapshot(), 100);
  EXPECT_THAT(run({"verify", data_}).out, HasSubstr("snapshot: damaged, and is not used"));
}

}  // namespace
}  // namespace dandang::tests

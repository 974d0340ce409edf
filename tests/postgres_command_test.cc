// The command on a store in PostgreSQL gives what it gives on the default one.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "process.h"
#include "store/postgres_cluster.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = DANDANG_SOURCE_DIR;

// What the commands say, with the store's times and folder taken out.
std::string imported_and_evaluated(const std::vector<std::string>& init_words) {
  const TemporaryFolder folder;
  const std::string data = folder.file("data");
  std::vector<std::string> words{"init", data, "--policies", (kSource / "policies").string()};
  words.insert(words.end(), init_words.begin(), init_words.end());
  std::string said;
  const auto run = [&](const std::vector<std::string>& command) {
    const ProcessResult result = run_dandang(command);
    said += std::to_string(result.code) + "\n" + result.out + result.err;
  };
  run(words);
  std::vector<std::string> books;
  for (const auto& entry : fs::directory_iterator(kSource / "samples/county")) {
    if (entry.path().extension() == ".xlsx") books.push_back(entry.path().string());
  }
  std::sort(books.begin(), books.end());
  words = {"import", data, "--partial", "--json"};
  words.insert(words.end(), books.begin(), books.end());
  run(words);
  run({"evaluate", data, "--as-of", "2026-06-30", "--json", "--all"});
  said =
      std::regex_replace(said, std::regex("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"), "TIME");
  return std::regex_replace(said, std::regex(data), "DIR");
}

TEST(PostgresCommand, SaysWhatItSaysOnTheDefaultStore) {
  if (!store::PostgresCluster::available()) GTEST_SKIP() << store::PostgresCluster::missing();
  const std::string address = store::PostgresCluster::instance()->new_address();
  const std::string said = imported_and_evaluated({"--store", address, "--region", "610799"});
  EXPECT_EQ(said.substr(0, 2), "0\n");
  EXPECT_EQ(said, imported_and_evaluated({}));
}

TEST(PostgresCommand, MovesByBackupAndRestore) {
  if (!store::PostgresCluster::available()) GTEST_SKIP() << store::PostgresCluster::missing();
  const TemporaryFolder folder;
  const auto expect = [](int code, const std::vector<std::string>& words) {
    const ProcessResult result = run_dandang(words);
    EXPECT_EQ(result.code, code) << words[0] << "\n" << result.out << result.err;
    return result.out;
  };
  const std::string first = folder.file("first");
  const std::string second = folder.file("second");
  const std::string third = folder.file("third");
  expect(0, {"init", first, "--policies", (kSource / "policies").string(), "--store",
             store::PostgresCluster::instance()->new_address(), "--region", "610799"});
  expect(0, {"backup", first, "--out", folder.file("b1")});
  expect(0, {"restore", folder.file("b1"), "--into", second});
  expect(0, {"backup", second, "--out", folder.file("b2")});
  const std::string address = store::PostgresCluster::instance()->new_address();
  expect(0, {"restore", folder.file("b2"), "--into", third, "--store", address});
  const std::string changes = expect(0, {"changes", first});
  const std::string verified = expect(0, {"verify", first});
  for (const std::string& copy : {second, third}) {
    EXPECT_EQ(expect(0, {"changes", copy}), changes);
    EXPECT_EQ(expect(0, {"verify", copy}), verified);
    expect(0, {"doctor", copy});
  }
  // The database is taken by now: nothing of the directory is left.
  expect(2, {"restore", folder.file("b2"), "--into", folder.file("fourth"), "--store", address});
  EXPECT_FALSE(fs::exists(folder.file("fourth")));
}

TEST(PostgresCommand, RefusesAStoreItCannotUse) {
  struct Case {
    std::vector<std::string> words;
    std::string says;
  };
  const Case cases[] = {
      {{"--store", "oracle"}, "postgresql://"},
      {{"--region", "610799"}, "--region"},
      {{"--store", "postgresql://a:geheim@/x?host=/nowhere"}, "PGPASSFILE"},
  };
  for (const Case& c : cases) {
    const TemporaryFolder folder;
    std::vector<std::string> words{"init", folder.file("data"), "--policies",
                                   (kSource / "policies").string()};
    words.insert(words.end(), c.words.begin(), c.words.end());
    const ProcessResult result = run_dandang(words);
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_NE(result.err.find(c.says), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find("geheim"), std::string::npos);
    EXPECT_FALSE(fs::exists(folder.file("data")));
  }
}

}  // namespace
}  // namespace dandang::tests

// Packages as an authority meets them at the command: the handbook's example from nothing to
// published, what stands behind each clause, duties, lists and papers.

#include <gtest/gtest.h>

#include <filesystem>

#include "process.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = DANDANG_SOURCE_DIR;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The handbook's example beside the packages it uses, as the handbook says to lay them out.
std::string handbook_packages(const TemporaryFolder& folder) {
  const fs::path root = folder.path() / "packages";
  fs::create_directories(root);
  fs::copy(kSource / "policies/common", root / "common", fs::copy_options::recursive);
  fs::copy(kSource / "docs/handbook/example/lanting-2031-7", root / "lanting-2031-7",
           fs::copy_options::recursive);
  return root.string();
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

TEST(Handbook, TheExampleIsCheckedTestedAndPublished) {
  const TemporaryFolder folder;
  const std::string packages = handbook_packages(folder);
  const auto check = run_dandang({"policy", "check", packages});
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_EQ(check.err, "");
  const auto test = run_dandang({"policy", "test", packages});
  EXPECT_EQ(test.code, 0) << test.err;
  EXPECT_EQ(test.err, "");

  // Into a directory that runs the county's and the province's packages already.
  const std::string data = folder.file("data");
  ASSERT_EQ(run_dandang({"init", data, "--policies", (kSource / "policies").string()}).code, 0);
  const auto publish = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{"policy", "publish", data, packages, "--by", "王一"};
    words.insert(words.end(), more.begin(), more.end());
    return run_dandang(words);
  };
  EXPECT_EQ(publish({}).code, 2);  // on what basis?
  const auto dry = publish({"--basis", "纪要5号", "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_TRUE(has(dry.out, "新增 lanting-2031-7/clauses/02-visits.md")) << dry.out;
  EXPECT_TRUE(has(dry.out, "新增规则：L1.R1、L1.R2、L2.R1")) << dry.out;
  EXPECT_FALSE(has(run_dandang({"changes", data}).out, "publish"));
  const auto done = publish({"--basis", "纪要5号"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_TRUE(has(run_dandang({"changes", data}).out, "王一  policy publish（纪要5号）"));
  EXPECT_TRUE(has(publish({"--basis", "纪要5号"}).out, "没有写入"));
  EXPECT_EQ(run_dandang({"verify", data}).code, 0);

  // Its clauses run: on the day the document takes effect, not before.
  const auto evaluated = [&](const std::string& day) {
    return run_dandang({"evaluate", data, "--as-of", day, "--rule", "L1.R2"});
  };
  EXPECT_TRUE(has(evaluated("2031-03-01").out, "L1.R2")) << evaluated("2031-03-01").out;
  EXPECT_FALSE(has(evaluated("2031-02-28").out, "L1.R2"));
  EXPECT_TRUE(has(run_dandang({"list", data, "--as-of", "2031-03-01"}).out, "先考虑名单"));
}

TEST(Handbook, AFaultyPackageIsNotPublished) {
  const TemporaryFolder folder;
  const std::string packages = handbook_packages(folder);
  const fs::path clause = fs::path(packages) / "lanting-2031-7/clauses/01-put-forward.md";
  const std::string sound = read_file(clause);
  const std::string data = folder.file("data");
  ASSERT_EQ(run_dandang({"init", data, "--policies", (kSource / "policies").string()}).code, 0);
  struct Row {
    const char* what;
    const char* from;
    const char* to;
    const char* says;
  };
  const Row rows[] = {
      {"an undeclared name", "over: 年度考核", "over: 年度考察", "01-put-forward.md:16"},
      {"a test that fails", "丙: insufficient}", "丙: met}", "test-failed"},
  };
  for (const Row& row : rows) {
    std::string text = sound;
    text.replace(text.find(row.from), std::string(row.from).size(), row.to);
    write(clause, text);
    const auto result =
        run_dandang({"policy", "publish", data, packages, "--by", "王一", "--basis", "略"});
    EXPECT_EQ(result.code, 2) << row.what;
    EXPECT_TRUE(has(result.err, row.says)) << row.what << ": " << result.err;
    EXPECT_FALSE(has(run_dandang({"changes", data}).out, "publish"));
  }
}

TEST(Packages, BothDocumentsAreWholeAndTraced) {
  const auto trace =
      run_dandang({"policy", "trace", (kSource / "policies").string(), "--lang", "en"});
  ASSERT_EQ(trace.code, 0) << trace.err;
  const std::string head =
      "# What stands behind each clause\n\nMade by `dandang policy trace policies --lang en`; a "
      "test "
      "holds it against the packages.\n\n";
  const fs::path kept = kSource / "docs/traceability.md";
  if (std::getenv("DANDANG_REBASELINE") != nullptr) write(kept, head + trace.out);
  EXPECT_EQ(read_file(kept), head + trace.out)
      << "made anew by DANDANG_REBASELINE=1 tests/command_test";
  for (int n = 1; n <= 20; ++n) EXPECT_TRUE(has(trace.out, "| N" + std::to_string(n) + " "));
  for (int n = 1; n <= 19; ++n) EXPECT_TRUE(has(trace.out, "| S" + std::to_string(n) + " "));
}

std::string county(const TemporaryFolder& folder) {
  const std::string data = folder.file("data");
  EXPECT_EQ(run_dandang({"init", data, "--policies", (kSource / "policies").string()}).code, 0);
  std::vector<std::string> words{"import", data, "--partial", "--by", "王一"};
  for (const auto& entry : fs::directory_iterator(kSource / "samples/county")) {
    if (entry.path().extension() == ".xlsx") words.push_back(entry.path().string());
  }
  EXPECT_EQ(run_dandang(words).code, 3);
  return data;
}

TEST(Duties, AreSummedByClauseUnitAndPerson) {
  const TemporaryFolder folder;
  const std::string data = county(folder);
  const auto duties = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{"duties", data, "--as-of", "2026-06-30", "--rule", "N16.R6"};
    words.insert(words.end(), more.begin(), more.end());
    return run_dandang(words);
  };
  EXPECT_TRUE(has(duties({}).out, "N16.R6 每年组织一次体检\n    已落实 282，逾期 17\n"))
      << duties({}).out;
  EXPECT_TRUE(has(duties({"--by", "unit"}).out, "双榆镇\n")) << duties({"--by", "unit"}).out;
  EXPECT_FALSE(has(duties({"--by", "person", "--overdue"}).out, "已落实"));
  const auto lines = duties({"--overdue", "--json"}).out;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 17);
  EXPECT_TRUE(has(lines, R"("state":"overdue","due":"2025-12-31","unit":")")) << lines;
  EXPECT_EQ(duties({"--by", "moon"}).code, 2);
}

TEST(Lists, NobodyIsLeftOutSilently) {
  const TemporaryFolder folder;
  const std::string data = county(folder);
  const auto list =
      run_dandang({"list", data, "优先人选", "--as-of", "2026-06-30", "--lang", "en"});
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_TRUE(has(list.out, "held back (7)")) << list.out;
  EXPECT_TRUE(has(list.out, "N4.R8 ")) << list.out;
  EXPECT_TRUE(has(list.out, "not known yet (293)")) << list.out;
  const auto none = run_dandang({"list", data, "没有", "--as-of", "2026-06-30"});
  EXPECT_EQ(none.code, 2);
  EXPECT_TRUE(has(none.err, "优先人选")) << none.err;
}

}  // namespace
}  // namespace dandang::tests

// Who changed what, and taking it back, as a user does it at the command.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "process.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = DANDANG_SOURCE_DIR;

ProcessResult import_county(const std::string& data) {
  std::vector<std::string> words{"import", data, "--partial", "--json", "--by", "王一"};
  for (const auto& entry : fs::directory_iterator(kSource / "samples/county")) {
    if (entry.path().extension() == ".xlsx") words.push_back(entry.path().string());
  }
  std::sort(words.begin() + 6, words.end());
  return run_dandang(words);
}

std::string evaluated(const std::string& data, const std::string& known_at = "") {
  std::vector<std::string> words{"evaluate", data, "--as-of", "2026-06-30", "--json", "--all"};
  if (!known_at.empty()) words.insert(words.end(), {"--known-at", known_at});
  const auto result = run_dandang(words);
  EXPECT_EQ(result.code, 0) << result.err;
  return result.out;
}

// The number of lines that begin so.
size_t count_lines(const std::string& text, const std::string& beginning) {
  std::istringstream lines(text);
  std::string line;
  size_t count = 0;
  while (std::getline(lines, line)) count += line.starts_with(beginning) ? 1 : 0;
  return count;
}

TEST(History, AnImportIsUndoneAndTheUndoIsUndone) {
  const TemporaryFolder folder;
  const std::string data = folder.file("data");
  ASSERT_EQ(run_dandang({"init", data, "--policies", (kSource / "policies").string()}).code, 0);
  ASSERT_EQ(import_county(data).code, 3);
  const std::string before = evaluated(data);

  // Nothing is written when it is only asked what would be.
  const auto dry =
      run_dandang({"undo", data, "2", "--by", "李二", "--basis", "误导入", "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("将撤销第 2 批"), std::string::npos) << dry.out;
  EXPECT_EQ(count_lines(run_dandang({"changes", data}).out, "第 "), 2U);

  const auto undone = run_dandang({"undo", data, "2", "--by", "李二", "--basis", "误导入"});
  ASSERT_EQ(undone.code, 0) << undone.err;
  EXPECT_NE(undone.out.find("已撤销第 2 批（记为第 3 批）"), std::string::npos) << undone.out;
  EXPECT_EQ(evaluated(data), "");

  const auto list = run_dandang({"changes", data});
  EXPECT_NE(list.out.find("李二  undo 2（误导入）"), std::string::npos) << list.out;

  const auto again = run_dandang({"undo", data, "3", "--by", "李二", "--basis", "没有导错"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(evaluated(data), before);
}

TEST(History, EveryVersionOfARecordIsTold) {
  const TemporaryFolder folder;
  const std::string data = folder.file("data");
  ASSERT_EQ(run_dandang({"init", data, "--policies", (kSource / "policies").string()}).code, 0);
  ASSERT_EQ(import_county(data).code, 3);
  const std::string wrote = run_dandang({"changes", data, "2"}).out;
  const std::smatch first = [&] {
    std::smatch match;
    std::regex_search(wrote, match, std::regex("新增 干部:(\\d{17}[\\dX])"));
    return match;
  }();
  ASSERT_FALSE(first.empty()) << wrote.substr(0, 500);
  const std::string number = first[1];
  ASSERT_EQ(run_dandang({"undo", data, "2", "--by", "李二", "--basis", "误导入"}).code, 0);
  const auto told = run_dandang({"history", data, "干部", number});
  EXPECT_EQ(told.code, 0) << told.err;
  for (const char* part : {"第 2 批", "王一", "身份证号: ", "第 3 批", "李二", "撤回"}) {
    EXPECT_NE(told.out.find(part), std::string::npos) << part << " in\n" << told.out;
  }
}

TEST(History, RefusalsSayWhatWhereAndWhatToDo) {
  const TemporaryFolder folder;
  const std::string data = folder.file("data");
  ASSERT_EQ(run_dandang({"init", data, "--policies", (kSource / "policies").string()}).code, 0);
  struct Case {
    std::vector<std::string> words;
    const char* told;
  };
  const Case cases[] = {
      {{"undo", data, "二", "--by", "甲", "--basis", "乙"}, "这不是写入的批号"},
      {{"undo", data, "9", "--by", "甲", "--basis", "乙"}, "没有第 9 次写入"},
      {{"undo", data, "1", "--by", "甲"}, "--basis"},
      {{"undo", data, "1", "--by", "甲", "--basis", "乙"}, "政策包"},
      {{"changes", data, "9"}, "没有第 9 次写入"},
      {{"history", data, "没有", "x"}, "没有这种记录"},
      {{"history", data, "干部", "610799199001011234"}, "没有这条记录"},
  };
  for (const Case& c : cases) {
    const auto result = run_dandang(c.words);
    EXPECT_EQ(result.code, 2) << c.words[0] << " " << c.words[2];
    EXPECT_NE(result.err.find(c.told), std::string::npos) << result.err;
  }
}

}  // namespace
}  // namespace dandang::tests

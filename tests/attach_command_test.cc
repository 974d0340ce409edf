// The user's own copy of a document, clause beside clause, by command.

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

// Two clauses of a document of an invented authority.
std::string packages(const TemporaryFolder& folder) {
  const fs::path root = folder.path() / "policies";
  fs::create_directories(root / "lanting/clauses");
  std::ofstream(root / "lanting/policy.yaml")
      << "prefix: L\nclauses: 3\ncomplete: false\ndocument: 岚办发〔2031〕7号\ntitle: {zh: "
         "修桥铺路}\n";
  std::ofstream(root / "lanting/clauses/01.md")
      << "---\nclause: L1\ntitle: {zh: 修桥}\n---\n村里的桥由水利部门每年检修一次。\n";
  std::ofstream(root / "lanting/clauses/02.md")
      << "---\nclause: L2\ntitle: {zh: 铺路}\n---\n通村道路的养护费用由交通部门承担。\n";
  return root.string();
}

std::string copy_with(const TemporaryFolder& folder, const std::string& clauses) {
  std::string path = folder.file("copy.txt");
  std::ofstream(path) << "岚亭县文件\n岚办发［2031］7号\n关于修桥铺路的通知\n" << clauses;
  return path;
}

const char* const kWhole =
    "一、总的要求\n（一）检修桥梁。水利部门每年检修\n村里的桥。\n（二）养护道路。通村道路养护费用，"
    "交通部门承担。\n";

TEST(PolicyAttach, ClauseBesideClause) {
  const TemporaryFolder folder;
  const std::string data = folder.file("data");
  ASSERT_EQ(run_dandang({"init", data, "--policies", packages(folder)}).code, 0);
  const std::string copy = copy_with(folder, kWhole);
  const std::string page = folder.file("beside.html");

  const auto dry = run_dandang({"policy", "attach", data, copy, "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_FALSE(has(run_dandang({"changes", data}).out, "attach"));

  const auto done = run_dandang({"policy", "attach", data, copy, "--out", page, "--by", "王一"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_TRUE(has(done.out, "L1     （一） 检修桥梁")) << done.out;
  EXPECT_TRUE(has(done.out, "对上 2 条，文本缺 0 条，文本多 0 条")) << done.out;
  EXPECT_TRUE(has(run_dandang({"changes", data}).out, "王一  policy attach lanting"));
  EXPECT_TRUE(has(read_file(page), "水利部门每年检修村里的桥"));

  const auto shown = run_dandang({"policy", "show", data});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_TRUE(has(shown.out, "文本 （一）\n      检修桥梁。水利部门每年检修村里的桥。"))
      << shown.out;
  // The copy proves nothing by itself, and harms nothing.
  EXPECT_EQ(run_dandang({"verify", data}).code, 0);

  // A later copy takes the place of the first.
  const auto again = run_dandang(
      {"policy", "attach", data, copy_with(folder, "（一）检修桥梁。水利部门修村里的桥。\n")});
  EXPECT_EQ(again.code, 1) << again.out;
  EXPECT_TRUE(has(again.out, "L2     缺：文本里没有")) << again.out;
  EXPECT_FALSE(has(run_dandang({"policy", "show", data}).out, "每年检修村里"));
}

TEST(PolicyAttach, WhatDoesNotFit) {
  const TemporaryFolder folder;
  const std::string data = folder.file("data");
  ASSERT_EQ(run_dandang({"init", data, "--policies", packages(folder)}).code, 0);
  const auto attach = [&](const std::string& file, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"policy", "attach", data, file, "--lang", "en"};
    words.insert(words.end(), more.begin(), more.end());
    return run_dandang(words);
  };
  struct Row {
    const char* what;
    std::string text;
    std::vector<std::string> more;
    int code;
    const char* says;
  };
  const std::string extra =
      std::string(kWhole) + "（三）养犬登记。办证挂牌，牵绳出门，违者罚款。\n";
  const Row rows[] = {
      {"one clause more", "岚办发〔2031〕7号\n" + extra, {}, 1, "extra: not among ours （三）"},
      {"another document",
       "另办发〔2031〕9号\n" + extra,
       {},
       2,
       "name one with --package: lanting"},
      {"named", extra, {"--package", "lanting"}, 1, "2 clauses fit"},
      {"no such package", extra, {"--package", "x"}, 2, "there is no such package"},
      {"no clauses", "岚办发〔2031〕7号\n请照办。\n", {}, 2, "no numbered clauses"},
      {"not text", std::string("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\xFF", 9), {}, 2, ".docx"},
  };
  for (const Row& row : rows) {
    const std::string path = folder.file("copy.txt");
    std::ofstream(path, std::ios::binary) << row.text;
    const auto result = attach(path, row.more);
    EXPECT_EQ(result.code, row.code) << row.what << result.out << result.err;
    EXPECT_TRUE(has(result.out + result.err, row.says)) << row.what << result.out << result.err;
  }
  EXPECT_EQ(attach(folder.file("absent.docx")).code, 2);
}

// Scans of the two documents, broken into lines as scans are, if they lie beside the project.
TEST(PolicyAttach, TheTwoDocuments) {
  const fs::path seeds = kSource / "../shared/seeds";
  if (!fs::exists(seeds)) GTEST_SKIP() << "no copies of the documents in " << seeds;
  const TemporaryFolder folder;
  const std::string data = folder.file("data");
  ASSERT_EQ(run_dandang({"init", data, "--policies", (kSource / "policies").string()}).code, 0);
  for (const auto& [name, count] :
       {std::pair("ningqiang-2019-45.txt", "20"), std::pair("shaanxi-2020-1.txt", "19")}) {
    const auto result = run_dandang({"policy", "attach", data, (seeds / name).string()});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(has(result.out, "对上 " + std::string(count) + " 条，文本缺 0 条，文本多 0 条"))
        << result.out;
  }
}

}  // namespace
}  // namespace dandang::tests

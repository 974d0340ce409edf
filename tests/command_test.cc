// What a user reads, word for word: explanations, diagnostics, refusals. Expected texts lie in
// tests/golden; DANDANG_REBASELINE=1 rewrites them (read the difference and explain it in the
// commit).

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "process.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = DANDANG_SOURCE_DIR;
const fs::path kGolden = kSource / "tests/golden";

void expect_golden(const std::string& name, const std::string& actual) {
  const fs::path path = kGolden / name;
  if (std::getenv("DANDANG_REBASELINE") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  EXPECT_EQ(actual, read_file(path)) << "differs from " << path;
}

// Times of recording differ from run to run.
std::string without_times(const std::string& text) {
  return std::regex_replace(text, std::regex("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"),
                            "TIME");
}

// The sample county, imported once for all tests of the program.
const std::string& sample_data() {
  static const TemporaryFolder kFolder;
  static const std::string kData = [] {
    const std::string data = kFolder.file("data");
    run_dandang({"init", data, "--policies", (kSource / "policies").string()});
    std::vector<std::string> words{"import", data, "--partial", "--json"};
    for (const auto& entry : fs::directory_iterator(kSource / "samples/county")) {
      if (entry.path().extension() == ".xlsx") words.push_back(entry.path().string());
    }
    std::sort(words.begin() + 4, words.end());
    run_dandang(words);
    return data;
  }();
  return kData;
}

// Nor does the folder; and the digests change with every word of a package.
std::string without_places(const std::string& text) {
  const std::string folder = std::regex_replace(sample_data(), std::regex("/"), "\\/");
  const std::string placed = std::regex_replace(without_times(text), std::regex(folder), "DIR");
  return std::regex_replace(placed, std::regex("[0-9a-f]{64}"), "SHA256");
}

struct ExplainCase {
  const char* name;
  const char* rule;
  const char* subject;
};

class Explain : public testing::TestWithParam<ExplainCase> {};

TEST_P(Explain, ReadsAsRecorded) {
  const ExplainCase& c = GetParam();
  for (const std::string language : {"zh", "en"}) {
    const auto result = run_dandang({"explain", sample_data(), "--subject", c.subject, "--rule",
                                     c.rule, "--as-of", "2026-06-30", "--lang", language});
    EXPECT_EQ(result.code, 0) << result.err;
    expect_golden(std::string("explain-") + c.name + "." + language + ".txt",
                  without_times(result.out));
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Explain,
                         testing::Values(ExplainCase{"met", "N4.R1", "欧阳泽"},
                                         ExplainCase{"met-any", "N4.R2a", "边遥昀"},
                                         ExplainCase{"near-streak", "N4.R2b", "岑汐宸"},
                                         ExplainCase{"near-two-facts", "N16.R4", "欧阳泽"},
                                         ExplainCase{"insufficient", "N4.R2b", "欧阳蕴峤"},
                                         ExplainCase{"not-configured", "N4.R2c", "欧阳泽"},
                                         ExplainCase{"amount", "N14.R3", "樊筠牧"},
                                         ExplainCase{"duty", "N16.R6", "欧阳泽"},
                                         ExplainCase{"group", "S13.R1", "四级调研员"}),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Explain, JsonCarriesTheNearestChangeAsData) {
  const auto result = run_dandang({"explain", sample_data(), "--subject", "岑汐宸", "--rule",
                                   "N4.R2b", "--as-of", "2026-06-30", "--json"});
  EXPECT_EQ(result.code, 0) << result.err;
  const std::string wanted =
      R"("nearest_change":{"facts":1,"looked_up_to":1,"proved":true,"trials":)";
  EXPECT_NE(result.out.find(wanted), std::string::npos) << result.out;
  EXPECT_NE(result.out.find(R"({"field":"等次","to":"优秀","from":"不定等次"})"), std::string::npos)
      << result.out;
}

// ---- simulate ----

struct SimulateCase {
  const char* name;
  std::vector<std::string> words;
};

class Simulate : public testing::TestWithParam<SimulateCase> {};

TEST_P(Simulate, ReadsAsRecorded) {
  const SimulateCase& c = GetParam();
  for (const std::string language : {"zh", "en"}) {
    std::vector<std::string> words{"simulate", sample_data(), "--as-of", "2026-06-30"};
    words.insert(words.end(), c.words.begin(), c.words.end());
    words.insert(words.end(), {"--lang", language});
    const auto result = run_dandang(words);
    EXPECT_EQ(result.code, 0) << result.err;
    expect_golden(std::string("simulate-") + c.name + "." + language + ".txt",
                  without_places(result.out));
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Simulate,
                         testing::Values(SimulateCase{"two-settings",
                                                      {"--set", "积分靠前比例=0.2",
                                                       "积分比较组最小人数=5"}},
                                         SimulateCase{"either-of-two",
                                                      {"--set", "个人连续优秀年数=2",
                                                       "末位连续年数=1", "学费报销比例=0.7"}}),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Simulate, WritesNothingAndRepeats) {
  const std::vector<std::string> words{"simulate", sample_data(), "--as-of",           "2026-06-30",
                                       "--json",   "--set",       "个人连续优秀年数=2"};
  const auto first = run_dandang(words);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(run_dandang(words).out, first.out);
  EXPECT_EQ(first.out.find("610799"), std::string::npos) << "names nobody";
  EXPECT_NE(first.out.find(R"("fixed_by_document":true)"), std::string::npos);
  EXPECT_NE(first.out.find(R"("before":"not_met","after":"met","count":)"), std::string::npos);
}

TEST(Simulate, NamesAreToldToSomebodyOnRecord) {
  const TemporaryFolder folder;
  const std::string data = folder.file("data");
  fs::copy(sample_data(), data, fs::copy_options::recursive);
  const std::vector<std::string> words{"simulate", data,    "--as-of",           "2026-06-30",
                                       "--names",  "--set", "个人连续优秀年数=2"};
  const auto refused = run_dandang(words);
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("--by"), std::string::npos) << refused.err;
  std::vector<std::string> signed_words = words;
  signed_words.insert(signed_words.end(), {"--by", "张三"});
  const auto told = run_dandang(signed_words);
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_NE(told.out.find("进入 "), std::string::npos);
  EXPECT_NE(told.out.find("已记入第 3 批"), std::string::npos) << told.out;
  const auto after = run_dandang({"evaluate", data, "--as-of", "2026-06-30", "--rule", "N4.R2b"});
  EXPECT_NE(after.err.find("第 3 批"), std::string::npos) << after.err;
}

TEST(Simulate, ADraftPackageIsCheckedAndTried) {
  const TemporaryFolder folder;
  const std::string draft = folder.file("ningqiang-2019-45");
  fs::copy(kSource / "policies/ningqiang-2019-45", draft, fs::copy_options::recursive);
  const std::string clause = draft + "/clauses/04-put-first.md";
  const std::string text = read_file(clause);
  const auto write = [&](const char* from, const char* to) {
    std::ofstream(clause, std::ios::binary) << std::regex_replace(text, std::regex(from), to);
  };
  const std::vector<std::string> words{"simulate",  sample_data(), "--as-of", "2026-06-30",
                                       "--package", draft,         "--rule",  "N4.R2b"};
  write("个人连续优秀年数: \\{value: 3", "个人连续优秀年数: {value: 2");
  const auto tried = run_dandang(words);
  EXPECT_EQ(tried.code, 0) << tried.err;
  EXPECT_NE(tried.out.find("政策包草案：ningqiang-2019-45"), std::string::npos) << tried.out;
  EXPECT_NE(tried.out.find("不符合 → 符合"), std::string::npos) << tried.out;
  write("when: 个人连年优秀", "when: 个人连年优");
  const auto faulty = run_dandang(words);
  EXPECT_EQ(faulty.code, 2);
  EXPECT_NE(faulty.err.find("undeclared-name"), std::string::npos) << faulty.err;
}

// Every fault of the packages in a folder of golden files, in one run, each with its place.
void expect_faults(const std::string& packages, const std::string& golden) {
  for (const std::string language : {"zh", "en"}) {
    const std::string folder = (kGolden / packages).string();
    const auto result = run_dandang({"policy", "check", folder, "--lang", language});
    EXPECT_EQ(result.code, 1);
    expect_golden(golden + "." + language + ".txt",
                  std::regex_replace(result.err + result.out, std::regex(folder + "/"), ""));
  }
}

TEST(PolicyCheck, ReportsEveryFaultInOneRunWithItsPlace) {
  expect_faults("packages", "bad-package");
}

TEST(PolicyCheck, ReportsEveryFaultOfHowPeopleAct) {
  expect_faults("case-packages", "bad-cases");
}

TEST(PolicyCheck, OurPackagesAreSoundAndTheirTestsPass) {
  EXPECT_EQ(run_dandang({"policy", "check", (kSource / "policies").string()}).code, 0);
  const auto tested = run_dandang({"policy", "test", (kSource / "policies").string()});
  EXPECT_EQ(tested.code, 0) << tested.err;
}

TEST(PolicyShow, TellsClausesParametersAndRules) {
  const auto result = run_dandang({"policy", "show", (kSource / "policies").string()});
  EXPECT_EQ(result.code, 0);
  for (const std::string word :
       {"宁办发〔2019〕45号", "N4.R2b", "积分靠前比例", "未设定", "文件原定"}) {
    EXPECT_NE(result.out.find(word), std::string::npos) << word;
  }
}

struct RefusedCase {
  const char* name;
  std::vector<std::string> words;
  int code;
  const char* said;
};

TEST(Refusals, SayWhatWhereAndWhatToDo) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("notes.txt")) << "这不是工作簿\n";
  std::ofstream(folder.file("damaged.xlsx"), std::ios::binary)
      << read_file(kSource / "samples/county/附件10-健康体检.xlsx").substr(0, 5000);
  const std::string data = sample_data();
  const std::vector<RefusedCase> cases = {
      {"no such directory",
       {"evaluate", folder.file("none"), "--as-of", "2026-06-30"},
       2,
       "dandang init"},
      {"directory exists", {"init", folder.path().string()}, 2, "已经存在"},
      {"wrong kind of file", {"import", data, folder.file("notes.txt")}, 2, "notes.txt"},
      {"damaged workbook", {"import", data, folder.file("damaged.xlsx")}, 2, "damaged.xlsx"},
      {"no date", {"evaluate", data}, 2, "--as-of"},
      {"bad date", {"evaluate", data, "--as-of", "2026-02-30"}, 2, "2026-02-30"},
      {"unknown rule", {"evaluate", data, "--as-of", "2026-06-30", "--rule", "N4.R2d"}, 2, "N4.R2"},
      {"unknown command", {"evalute", data}, 2, "evaluate"},
      {"unknown option", {"evaluate", data, "--as-off", "2026-06-30"}, 2, "--as-of"},
      {"unknown parameter",
       {"parameter", "set", data, "积分靠前=0.2", "--from", "2020-01-01", "--basis", "x", "--by",
        "y"},
       2,
       "积分靠前比例"},
      {"not a number",
       {"parameter", "set", data, "积分靠前比例=两成", "--from", "2020-01-01", "--basis", "x",
        "--by", "y"},
       2,
       "0.2"},
      {"figure of the document",
       {"parameter", "set", data, "学费报销比例=0.7", "--from", "2020-01-01", "--basis", "x",
        "--by", "y"},
       2,
       "不能在本地改"},
      {"no basis",
       {"parameter", "set", data, "积分靠前比例=0.2", "--from", "2020-01-01", "--by", "y"},
       2,
       "--basis"},
      {"nobody of that number",
       {"explain", data, "--subject", "610799190001010000", "--rule", "N4.R1", "--as-of",
        "2026-06-30"},
       2,
       "610799190001010000"},
      {"simulate what", {"simulate", data, "--as-of", "2026-06-30"}, 2, "--set"},
      {"simulate an unknown parameter",
       {"simulate", data, "--as-of", "2026-06-30", "--set", "积分靠前=0.2"},
       2,
       "积分靠前比例"},
      {"simulate out of range",
       {"simulate", data, "--as-of", "2026-06-30", "--set", "积分靠前比例=2"},
       2,
       "0…1"},
      {"simulate too much",
       {"simulate", data, "--as-of", "2026-06-30", "--set", "a=1", "b=1", "c=1", "d=1", "e=1",
        "f=1", "g=1"},
       2,
       "6"},
      {"simulate no package",
       {"simulate", data, "--as-of", "2026-06-30", "--package", folder.file("none")},
       2,
       "none"},
      {"report of unknown form",
       {"report", data, "--as-of", "2026-06-30", "--out", folder.file("r.pdf")},
       2,
       "r.pdf"},
  };
  for (const RefusedCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto result = run_dandang(c.words);
    EXPECT_EQ(result.code, c.code);
    EXPECT_TRUE(result.err.starts_with("dandang: ")) << result.err;
    EXPECT_NE(result.err.find(c.said), std::string::npos) << result.err;
  }
}

TEST(Import, AnnotatedCopyCarriesTheFaults) {
  const TemporaryFolder folder;
  const std::string book = (kSource / "samples/county/附件9-月均工资收入.xlsx").string();
  const auto result =
      run_dandang({"import", sample_data(), book, "--dry-run", "--annotate", folder.file("notes")});
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_TRUE(fs::exists(folder.path() / "notes/附件9-月均工资收入.xlsx"));
}

TEST(KnownAt, EvaluatesWhatWasKnownThen) {
  const TemporaryFolder folder;
  const std::string data = folder.file("data");
  ASSERT_EQ(run_dandang({"init", data, "--policies", (kSource / "policies").string()}).code, 0);
  const auto before =
      run_dandang({"evaluate", data, "--as-of", "2026-06-30", "--known-at", "2020-01-01"});
  EXPECT_EQ(before.code, 2);
  EXPECT_NE(before.err.find("那时还没有任何资料"), std::string::npos) << before.err;
}

TEST(Report, WritesBothForms) {
  const TemporaryFolder folder;
  for (const std::string name : {"report.html", "report.xlsx"}) {
    const auto result =
        run_dandang({"report", sample_data(), "--as-of", "2026-06-30", "--out", folder.file(name)});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_GT(fs::file_size(folder.file(name)), 5000u);
  }
}

TEST(Feel, EvaluatesAtTheCommandLine) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("context.json")) << R"({"年龄": 35, "积分": [90.5, 88]})";
  struct Row {
    const char* text;
    const char* expected;
  };
  for (const Row& row :
       {Row{"1 + 2 * 3", "7\n"}, Row{"年龄 >= 35", "true\n"}, Row{"max(积分)", "90.5\n"},
        Row{"date(\"2024-01-31\") + duration(\"P1M\")", "2024-02-29\n"},
        Row{"0.1 + 0.2 = 0.3", "true\n"},
        Row{"if 年龄 > 40 then \"甲\" else \"乙\"", "\"乙\"\n"}}) {
    const auto result =
        run_dandang({"feel", "eval", row.text, "--context", folder.file("context.json")});
    EXPECT_EQ(result.out, row.expected) << row.text << result.err;
  }
  const auto wrong = run_dandang({"feel", "eval", "1 +"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_NE(wrong.err.find("EXPR:1:4"), std::string::npos) << wrong.err;
}

}  // namespace
}  // namespace dandang::tests

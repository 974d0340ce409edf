#include "format/workbook_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "format/test_cells.h"
#include "format/workbook.h"
#include "format/zip_archive.h"

namespace dandang::format {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kPath = ::testing::TempDir() + "/写.xlsx";

std::string file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string part_of(const std::string& bytes, std::string_view name) {
  auto archive = ZipArchive::open(bytes, "test", Limits{});
  if (!archive || !archive->find(name)) {
    ADD_FAILURE() << name;
    return {};
  }
  return archive->read_all(*archive->find(name)).value();
}

OutputCell text(std::string value, OutputCell::Tone tone = OutputCell::Tone::kPlain) {
  return {OutputCell::Kind::kText, std::move(value), {}, 0, tone};
}
OutputCell number(std::string_view value) {
  return {OutputCell::Kind::kNumber, {}, *Decimal::parse(value), 0, OutputCell::Tone::kPlain};
}
OutputCell money(int64_t fen) {
  return {OutputCell::Kind::kMoney, {}, {}, fen, OutputCell::Tone::kPlain};
}

Workbook written(const std::vector<OutputSheet>& sheets) {
  const auto done = write_workbook(kPath, sheets);
  EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().to_string(Language::kEnglish));
  auto workbook = read_workbook(kPath);
  if (!workbook) {
    ADD_FAILURE() << workbook.error().to_string(Language::kEnglish);
    return {};
  }
  return std::move(workbook).value();
}

OutputSheet sample() {
  OutputSheet sheet;
  sheet.name = "核查结果";
  sheet.title = "青禾县干部激励核查结果";
  sheet.caption = "截至 2026-06-30";
  sheet.header = {"序号", "姓名", "应退学费（元）"};
  sheet.widths = {6, 12, 16};
  sheet.rows = {{number("1"), text("张三", OutputCell::Tone::kGood), money(1234567)},
                {number("2"), text("李四", OutputCell::Tone::kBad), money(-5)}};
  return sheet;
}

TEST(WorkbookWriter, writes_a_table_that_reads_back) {
  const Workbook workbook = written({sample()});
  ASSERT_EQ(workbook.sheets.size(), 1u);
  const Sheet& sheet = workbook.sheets[0];
  EXPECT_EQ(sheet.name, "核查结果");
  EXPECT_EQ(described(sheet),
            "A1 text 青禾县干部激励核查结果; A2 text 截至 2026-06-30; A3 text 序号; B3 text 姓名; "
            "C3 text 应退学费（元）; A4 number 1; B4 text 张三; C4 number 12345.67 places 2; "
            "A5 number 2; B5 text 李四; C5 number -0.05 places 2");
  ASSERT_EQ(sheet.merged.size(), 2u);
  EXPECT_EQ(sheet.merged[0].last_column, 2u);
  EXPECT_EQ(sheet.merged[1].first_row, 2u);
}

TEST(WorkbookWriter, lays_the_table_out_for_print) {
  OutputSheet content = sample();
  content.rows[1][1].text = "一二三四五六七八";
  written({content});
  const std::string bytes = file_bytes(kPath);
  const std::string sheet = part_of(bytes, "xl/worksheets/sheet1.xml");
  for (const char* expected :
       {"fitToPage=\"1\"", "<pane ySplit=\"3\" topLeftCell=\"A4\"", "state=\"frozen\"",
        "<autoFilter ref=\"A3:C5\"/>",
        "<pageSetup paperSize=\"9\" fitToHeight=\"0\" orientation=\"landscape\"/>",
        "第 &amp;P 页，共 &amp;N 页",
        // Two lines: LibreOffice does not find the height of wrapped text by itself.
        "<row r=\"5\" ht=\"32\" customHeight=\"1\">"}) {
    EXPECT_THAT(sheet, HasSubstr(expected));
  }
  EXPECT_THAT(part_of(bytes, "xl/workbook.xml"), HasSubstr("$3:$3</definedName>"));
  const std::string styles = part_of(bytes, "xl/styles.xml");
  for (const char* expected : {"宋体", "FF1B6E2C", "FFB3261E", "FFE7EEF7", "wrapText=\"1\""}) {
    EXPECT_THAT(styles, HasSubstr(expected));
  }
}

TEST(WorkbookWriter, writes_the_same_bytes_again) {
  written({sample()});
  const std::string first = file_bytes(kPath);
  written({sample()});
  EXPECT_EQ(file_bytes(kPath), first);
  EXPECT_THAT(part_of(first, "docProps/core.xml"), HasSubstr("2000-01-01T00:00:00Z"));
}

TEST(WorkbookWriter, never_makes_a_formula_of_a_text) {
  const std::vector<std::string> texts = {"=1+1",
                                          "+86 29",
                                          "-1",
                                          "@SUM(A1)",
                                          "=HYPERLINK(\"http://a\")",
                                          "http://a.b",
                                          "{=A1}",
                                          "610726198001011234",
                                          "007",
                                          "一\n二",
                                          " 前后 ",
                                          "<&>\"'",
                                          "_x000D_",
                                          "tab\there"};
  OutputSheet sheet;
  sheet.name = "文字";
  for (const std::string& value : texts) sheet.rows.push_back({text(value)});
  const Workbook workbook = written({sheet});
  ASSERT_EQ(workbook.sheets[0].rows.size(), texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(described(workbook.sheets[0].rows[i].cells[0]), "text " + texts[i]);
  }
  const std::string xml = part_of(file_bytes(kPath), "xl/worksheets/sheet1.xml");
  EXPECT_THAT(xml, Not(HasSubstr("<f>")));
  EXPECT_THAT(xml, Not(HasSubstr("hyperlink")));
}

TEST(WorkbookWriter, writes_what_a_sheet_can_hold) {
  OutputSheet sheet;
  sheet.name = "边";
  sheet.rows = {{text(std::string(40'000, 'a'))},
                {text("\x01\x1F")},
                {text(std::string("a\0b", 3))},
                {text("\xFF坏\xEF\xBF\xBF")},
                {number("123456789012345")},
                {number("12345678901234567")},  // beyond a double's fifteen digits: as text
                {number("1E+400")},
                {number("-0.1")},
                {money(-1)},
                {money(0)},
                {text(""), text("空的左边")}};
  const Workbook workbook = written({sheet});
  EXPECT_EQ(described(workbook.sheets[0]),
            "A1 text " + std::string(32'767, 'a') +
                "; A2 text \x01\x1F; A3 text a\xEF\xBF\xBD"
                "b; A4 text \xEF\xBF\xBD坏\xEF\xBF\xBD; A5 number 123456789012345; "
                "A6 text 12345678901234567; A7 text 1" +
                std::string(400, '0') +
                "; A8 number -0.1; A9 number -0.01 places 2; A10 number 0 places 2; "
                "B11 text 空的左边");
}

TEST(WorkbookWriter, gives_every_sheet_a_name_excel_takes) {
  const std::pair<std::string, std::string> cases[] = {
      {"名册", "名册"},
      {"名册", "名册 (2)"},
      {"名册", "名册 (3)"},
      {"Sheet", "Sheet"},
      {"sheet", "sheet (2)"},
      {"", "表"},
      {"  ", "表 (2)"},
      {"a[b]:c*d?e/f\\g", "a_b__c_d_e_f_g"},
      {"'引号'", "引号"},
      {"history", "history_"},
      {std::string(40, 'x'), std::string(31, 'x')},
      {std::string(41, 'x'), std::string(27, 'x') + " (2)"},
      {"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三",
       "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一"},
      {"a\nb", "a_b"},
  };
  std::vector<OutputSheet> sheets;
  for (const auto& [wanted, expected] : cases) sheets.emplace_back().name = wanted;
  const Workbook workbook = written(sheets);
  ASSERT_EQ(workbook.sheets.size(), std::size(cases));
  for (size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_EQ(workbook.sheets[i].name, cases[i].second);
  }
}

TEST(WorkbookWriter, writes_sheets_without_some_of_their_parts) {
  OutputSheet one_column = sample();
  one_column.header = {"姓名"};
  one_column.widths = {};
  one_column.rows = {{text("张三")}};
  OutputSheet no_rows = sample();
  no_rows.rows.clear();
  OutputSheet ragged;
  ragged.header = {"甲"};
  ragged.rows = {{}, {text("一"), text("二"), text("三")}};
  const Workbook workbook = written({one_column, no_rows, ragged, OutputSheet{}});
  ASSERT_EQ(workbook.sheets.size(), 4u);
  EXPECT_EQ(described(workbook.sheets[0]),
            "A1 text 青禾县干部激励核查结果; A2 text 截至 2026-06-30; A3 text 姓名; A4 text 张三");
  EXPECT_TRUE(workbook.sheets[0].merged.empty());
  EXPECT_EQ(workbook.sheets[1].rows.size(), 3u);
  EXPECT_EQ(described(workbook.sheets[2]), "A1 text 甲; A3 text 一; B3 text 二; C3 text 三");
  EXPECT_TRUE(workbook.sheets[3].rows.empty());
  EXPECT_EQ(written({}).sheets.size(), 1u);
}

TEST(WorkbookWriter, writes_whole_or_not_at_all) {
  EXPECT_FALSE(write_workbook("/没有这个文件夹/a.xlsx", {sample()}).has_value());

  OutputSheet too_wide;
  too_wide.header.resize(16'385);
  const std::string folder = ::testing::TempDir() + "/写空";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  const auto refused = write_workbook(folder + "/a.xlsx", {too_wide});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(static_cast<int>(refused.error().code), static_cast<int>(ErrorCode::kLimit));
  EXPECT_TRUE(std::filesystem::is_empty(folder));

  ASSERT_TRUE(write_workbook(folder + "/a.xlsx", {sample()}).has_value());
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename());
  }
  EXPECT_THAT(names, ElementsAre("a.xlsx"));
}

// libxlsxwriter keeps sheets in temporary files and does not notice when they are full.
TEST(WorkbookWriter, notices_a_full_temporary_folder) {
  const std::string folder = ::testing::TempDir() + "/写满";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  OutputSheet sheet;
  for (int i = 0; i < 5000; ++i) sheet.rows.push_back({text("同一行")});

  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit tight = before;
  tight.rlim_cur = 100'000;  // the packed file would fit, the sheet's XML does not
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  const auto done = write_workbook(folder + "/a.xlsx", {sheet});
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, previous);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().what.zh, "写出的工作簿不完整");
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  EXPECT_TRUE(write_workbook(folder + "/a.xlsx", {sheet}).has_value());
}

}  // namespace
}  // namespace dandang::format
